"""Linux is the oracle: the same ELF prints the same, and ends the same, there and here."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pexpect
import pytest

from boot.stock_system import AMD, INTEL, PATIENCE, StockSystem
from oracle.programs.faults import FAULTS
from oracle.programs.masking import mask
from ring3.machine import Options, Outcome
from ring3.workspace import Workspace

ENVIRONMENT = {"HOME": "/", "TERM": "linux"}

# These have tests of their own: `loop` never ends, `echo` needs somebody who types, and
# what `dump` and `places` print are addresses; `fuzz`, `fuzz32` and `crash` attack ring3 alone.
APART = {"loop", "echo", "dump", "places", "fuzz", "fuzz32", "crash"}
PROGRAMS = sorted(Workspace().stock_programs().keys() - APART)

ARGUMENTS = {"hello": ("one", "", "two words"), "status": ("7",)}


@pytest.fixture
def host(boot: StockSystem, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with every program; the current one, so that `./NAME` is the same name in both."""
    for program in boot.system.programs:
        file = boot.folder / program.name
        file.write_bytes(program.data)
        file.chmod(0o755)
    monkeypatch.chdir(boot.folder)
    return boot.folder


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_prints_and_ends_on_linux_as_in_ring3(
    boot: StockSystem, host: Path, program: str
) -> None:
    arguments = ARGUMENTS.get(program, ())
    here = subprocess.run(
        [f"./{program}", *arguments], env=ENVIRONMENT, capture_output=True, check=False, cwd=host
    )
    # What QEMU's CPU does not raise, Bochs's does.
    strict = program in FAULTS and FAULTS[program].only_bochs
    there = (boot.bochs if strict else boot)(f"./{program}", *arguments)
    assert mask(program, there.console) == mask(program, here.stdout), there.report()
    assert end_of(there) == here.returncode, there.report()


@pytest.mark.parametrize("cpu", [INTEL, AMD])
@pytest.mark.parametrize("program", ["registers", "secrets", "bases", "single_step", "bound"])
def test_an_intel_and_an_amd_of_bochs_agree_with_linux_about_registers_and_traps(
    boot: StockSystem, host: Path, program: str, cpu: str
) -> None:
    here = subprocess.run([f"./{program}"], env=ENVIRONMENT, capture_output=True, check=False)
    there = boot.bochs(f"./{program}", cpu=cpu)
    assert mask(program, there.console) == mask(program, here.stdout), there.report()
    assert end_of(there) == here.returncode, there.report()


def end_of(outcome: Outcome) -> int | None:
    """As :mod:`subprocess` gives it: the status, or minus the signal's number."""
    return outcome.status if outcome.signal is None else -outcome.signal


# What is typed, and what to wait for before the next: lines, erased ones, a ^D that
# hands out an unfinished line, and one that is the end.
CONVERSATION = [
    ("first\n", "first\nfirst\n"),
    ("wrox\x7fng\x15right\n", "right\nright\n"),
    ("\n", "\n\n"),
    ("unfinished\x04", "unfinishedunfinished"),
    ("rest\n", "rest\nrest\n"),
]


def test_the_terminal_edits_and_echoes_as_linux_s_does(boot: StockSystem, host: Path) -> None:
    linux = pexpect.spawn(str(host / "echo"), timeout=PATIENCE, env={**os.environ, **ENVIRONMENT})
    for typed, answer in CONVERSATION:
        linux.send(typed)
        linux.expect_exact(answer.replace("\n", "\r\n"))
    heard = linux.before
    assert isinstance(heard, bytes)
    linux.sendeof()
    linux.expect(pexpect.EOF)
    linux.close()

    with boot.session("echo", options=Options(timeout=PATIENCE)) as session:
        session.expect_voice("ring3: init ")
        for typed, answer in CONVERSATION:
            session.send(typed)
            session.expect_exact(answer)
        assert session.before == heard.replace(b"\r\n", b"\n")
        session.sendeof()
        outcome = session.wait()
    assert outcome.exit_code == linux.exitstatus == 0, outcome.report()
