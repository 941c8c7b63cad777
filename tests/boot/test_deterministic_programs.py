"""Every program, run again and again with one seed, gives one transcript, byte for byte.

RING3_REPEATS   how often each is run (2; `make deterministic` takes 20)
RING3_HOGS      processes that load the computer meanwhile (0; there 2)
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest

from boot.stock_system import PATIENCE, StockSystem
from ring3.machine import Options, Outcome, OutcomeKind
from ring3.workspace import Workspace

REPEATS = int(os.environ.get("RING3_REPEATS", "2"))
HOGS = int(os.environ.get("RING3_HOGS", "0"))

SEED = 7

# What follows a program's name, where it wants something.
ARGUMENTS = {
    "crash": ["0"],
    "fuzz": ["1", "200"],
    "fuzz32": ["1", "200"],
    "status": ["42"],
}

# Those that do not end by themselves, and the last that they say.
ENDLESS = {"loop": b"Round and round.\n", "echo": b""}

PROGRAMS = sorted(Workspace().stock_programs())

WITHOUT_RDRAND = "max,-rdrand,-rdseed"


@pytest.fixture(scope="module", autouse=True)
def hogs() -> Iterator[None]:
    """Processes that do nothing, all the time."""
    started = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(HOGS)]
    yield
    for process in started:
        process.kill()
        process.wait()


def deterministic(
    boot: StockSystem, program: str, seed: int = SEED, cpu: str | None = None
) -> Outcome:
    """As ``ring3 run --deterministic --seed`` runs it."""
    options = Options(deterministic=True, seed=seed, timeout=PATIENCE)
    with boot.session(
        program,
        *ARGUMENTS.get(program, []),
        append=f"ring3.seed={seed}",
        cpu=cpu,
        options=options,
    ) as session:
        if program in ENDLESS:
            session.expect_voice("ring3: init .*\n", timeout=PATIENCE)
            session.expect_exact(ENDLESS[program], timeout=PATIENCE)
            return session.close()
        return session.wait()


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_says_the_same_in_every_deterministic_run(
    boot: StockSystem, program: str
) -> None:
    first = deterministic(boot, program)
    ends = (OutcomeKind.EXITED, OutcomeKind.KILLED)
    assert first.kind in ((OutcomeKind.INTERRUPTED,) if program in ENDLESS else ends)
    for _ in range(REPEATS - 1):
        again = deterministic(boot, program)
        assert (again.console, again.voice) == (first.console, first.voice)
        assert (again.kind, again.exit_code) == (first.kind, first.exit_code)


@pytest.mark.parametrize("cpu", ["max", WITHOUT_RDRAND])
def test_another_seed_gives_other_addresses_with_rdrand_and_without(
    boot: StockSystem, cpu: str
) -> None:
    outcomes = [deterministic(boot, "places", seed, cpu) for seed in (1, 2, 3, 1)]
    features = {(b" rdrand " in outcome.voice) for outcome in outcomes}
    assert features == {cpu == "max"}
    places = [re.findall(rb"(?:vdso text|stack)=(0x[0-9a-f]+)", o.voice) for o in outcomes]
    assert all(len(found) == 2 for found in places)
    assert places[0] == places[3]
    for index in (0, 1):  # the vDSO's place and the stack's
        assert len({found[index] for found in places}) == 3


def test_without_a_seed_of_its_own_a_run_has_addresses_of_its_own(boot: StockSystem) -> None:
    """The control: the transcripts above could differ."""
    first, second = (boot("places", cpu=WITHOUT_RDRAND) for _ in range(2))
    assert first.voice != second.voice
