"""Bochs as a machine: what goes in and out, and its ends, are as QEMU's."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from boot.stock_system import AMD, INTEL, StockSystem
from ring3.diagnostic import Ring3Error
from ring3.machine import (
    Accelerator,
    Boot,
    Machine,
    Options,
    Outcome,
    OutcomeKind,
    Session,
    altered,
    load_machine,
    run,
)
from ring3.machine.bochs import judge_bochs
from ring3.machine.outcome import Heard

QEMU = Path(__file__).parents[3] / "qemu"

# What a boot sector may do instead of booting (its address is 0x7c00).
LOOP = b"\xfa\xeb\xfe"  # cli; 1: jmp 1b
TRIPLE_FAULT = b"\xfa\x0f\x01\x1e\x10\x7c\xcc"  # cli; lidt [0x7c10], which is zeros; int3
SHUTDOWN = b"\xba\x00\x89\xbe\x10\x7c\xb9\x08\x00\xf3\x6e\xf4".ljust(16) + b"Shutdown"


@pytest.fixture
def bochs() -> Machine:
    return load_machine("bochs-intel", [QEMU])


def sector(folder: Path, code: bytes) -> Boot:
    disk = folder / "sector.img"
    disk.write_bytes((code.ljust(510, b"\0") + b"\x55\xaa").ljust(516_096, b"\0"))
    return Boot(image=disk)


def numbers_masked(transcript: bytes) -> bytes:
    """Addresses, times and what CPUID says differ from one run, or CPU, to the next."""
    return re.sub(rb"(?m) *0x[0-9a-f]+|^(AT_HWCAP:).*| *\d+| +", rb"\1 ", transcript)


@pytest.mark.parametrize(("cpu", "vendor"), [(INTEL, b"GenuineIntel"), (AMD, b"AuthenticAMD")])
def test_the_three_doors_say_on_bochs_what_they_say_on_qemu(
    boot: StockSystem, cpu: str, vendor: bytes
) -> None:
    there = boot.bochs("doors", cpu=cpu)
    assert (there.kind, there.status) == (OutcomeKind.EXITED, 0), there.report()
    assert vendor in there.voice
    here = boot("doors", machine="pc", disk=True)
    assert numbers_masked(there.console) == numbers_masked(here.console)
    assert here.console.endswith(b"\nAll checks agree: three doors, one kernel.\n")


def test_a_program_s_own_status_and_signal_come_out_of_bochs(boot: StockSystem) -> None:
    assert boot.bochs("status", "42").exit_code == 42
    killed = boot.bochs("divide")
    assert killed.exit_code == 128 + 8
    assert b"ring3: killed signal=8" in killed.voice


def test_a_kernel_that_panics_on_bochs_is_a_panic(boot: StockSystem) -> None:
    outcome = boot.bochs("doors", append="init=/bin/nothing")
    assert outcome.kind is OutcomeKind.PANIC, outcome.report()
    assert "/bin/nothing" in outcome.explanation


def test_without_port_0xe9_the_kernel_speaks_on_the_serial_line(
    boot: StockSystem, tmp_path: Path
) -> None:
    """As on a PC of metal: the record is believed only as the last line of all."""
    machine = tmp_path / "one_line.toml"
    machine.write_text(f'extends = "{QEMU}/bochs-intel.toml"\ndebugcon = false\n')
    outcome = boot("status", "7", machine=str(machine), disk=True)
    assert (outcome.kind, outcome.status) == (OutcomeKind.EXITED, 7), outcome.report()
    assert outcome.voice == b""
    assert outcome.console.endswith(b"ring3: exit status=7\n")


def test_what_is_typed_to_bochs_is_echoed_edited_and_answered(boot: StockSystem) -> None:
    with boot.session("echo", machine="bochs-amd", disk=True) as session:
        session.expect_voice("ring3: init ")
        session.sendline(b"a longer\x7f\x7f line than the sixteen bytes of the FIFO")
        session.expect_exact("a long line than the sixteen bytes of the FIFO\n")
        session.sendeof()
        outcome = session.wait()
    assert (outcome.kind, outcome.status) == (OutcomeKind.EXITED, 0), outcome.report()


def test_bochs_waits_while_nobody_reads_its_serial_line(boot: StockSystem) -> None:
    """Else what a full terminal does not take would be lost."""
    with boot.session("echo", machine="bochs-intel", disk=True) as session:
        session.expect_voice("ring3: init ")
        process = Path(f"/proc/{session.process.pid}")
        (terminal,) = (
            fd.name for fd in (process / "fd").iterdir() if str(fd.readlink()) == "/dev/tty"
        )
        flags = re.search(r"flags:\s*([0-7]+)", (process / "fdinfo" / terminal).read_text())
    assert flags is not None
    assert int(flags[1], 8) & os.O_NONBLOCK == 0


def test_the_interrupt_key_is_for_the_guest_and_not_for_bochs(boot: StockSystem) -> None:
    with boot.session("echo", machine="bochs-intel", disk=True) as session:
        session.expect_voice("ring3: init ")
        session.send(b"\x03")
        assert session.wait().signal == 2


def test_another_program_s_lines_are_the_same_too(boot: StockSystem) -> None:
    """The guest's terminal and Bochs's own each add a carriage return to every line feed."""
    there, here = boot.bochs("auxv"), boot("auxv")
    assert b"\r" not in there.console
    assert numbers_masked(there.console) == numbers_masked(here.console)


@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [
        (TRIPLE_FAULT, OutcomeKind.RESET, "triple fault"),
        (SHUTDOWN, OutcomeKind.MACHINE_ERROR, "shutdown requested"),
        (LOOP, OutcomeKind.TIMEOUT, "still running after 2 s"),
    ],
)
def test_an_end_of_bochs_without_the_kernel_s_record_is_no_success(
    bochs: Machine, tmp_path: Path, code: bytes, kind: OutcomeKind, words: str
) -> None:
    timeout = 2 if kind is OutcomeKind.TIMEOUT else 60
    outcome = _end(bochs, sector(tmp_path, code), Options(timeout=timeout))
    assert outcome.kind is kind, outcome.report()
    assert words in outcome.explanation


def test_a_model_that_bochs_does_not_know_is_an_error_that_quotes_it(
    bochs: Machine, tmp_path: Path
) -> None:
    outcome = _end(altered(bochs, cpu="z80"), sector(tmp_path, LOOP), Options())
    assert outcome.kind is OutcomeKind.MACHINE_ERROR
    assert "`bochs-bin --help cpu` lists the models" in outcome.explanation, outcome.report()


def test_a_bochs_that_somebody_kills_is_a_machine_error(bochs: Machine, tmp_path: Path) -> None:
    with Session(bochs, sector(tmp_path, LOOP), Options()) as session:
        os.kill(session.process.pid, 9)
        outcome = session.wait()
    assert outcome.kind is OutcomeKind.MACHINE_ERROR
    assert outcome.explanation == "Bochs was killed by signal 9"


@pytest.mark.parametrize(
    ("log", "kind"),
    [
        ("Bochs is exiting\nShutdown port: shutdown requested\n", OutcomeKind.EXITED),
        ("", OutcomeKind.MACHINE_ERROR),
    ],
)
def test_a_crash_of_bochs_counts_only_before_the_guest_has_ended(
    log: str, kind: OutcomeKind
) -> None:
    heard = Heard(b"", b"ring3: exit status=0\n", log, exit_status=None, exit_signal=11)
    assert judge_bochs(heard, [], has_voice=True, stop=None).kind is kind


def test_bochs_leaves_the_image_and_its_folder_as_they_were(
    boot: StockSystem, tmp_path: Path
) -> None:
    outcome = boot.bochs("hello")
    assert outcome.status == 0, outcome.report()
    assert [path.name for path in tmp_path.iterdir()] == ["disk.img"]


def test_an_image_of_an_odd_size_is_refused_with_the_reason(bochs: Machine, tmp_path: Path) -> None:
    boot = sector(tmp_path, LOOP)
    assert boot.image is not None
    boot.image.write_bytes(boot.image.read_bytes()[:-1])
    with pytest.raises(Ring3Error, match="whole number of sectors"):
        _end(bochs, boot, Options())


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (Options(accelerator=Accelerator.KVM), "Bochs interprets every instruction"),
        (Options(deterministic=True), "no two runs of Bochs are the same"),
        (Options(gdb=Path("gdb")), "does not listen to gdb"),
    ],
)
def test_what_bochs_cannot_do_is_refused(
    bochs: Machine, tmp_path: Path, options: Options, words: str
) -> None:
    with pytest.raises(Ring3Error, match=words):
        _end(bochs, sector(tmp_path, LOOP), options)


def _end(machine: Machine, boot: Boot, options: Options) -> Outcome:
    return run(machine, boot, options)
