"""Every way in which a real machine ends, and that none is taken for another."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ring3.diagnostic import Ring3Error
from ring3.machine import Boot, Machine, Options, OutcomeKind, Session, process, run

Speaker = Callable[..., Boot]

SUCCESS, FAILURE, PANIC = 0x10, 0x11, 0x12  # what is written to the exit port
TRIPLE_FAULT, LOOP_FOREVER = 0x100, 0x101  # speak.s: how else to end

EXITED_0 = b"ring3: exit status=0\n"
EXITED_3 = b"ring3: exit status=3\n"
KILLED = (
    b"ring3: killed signal=11 SIGSEGV: read of an unmapped page address=0x0\nring3:   rax=0x0\n"
)
PANICKED = b"ring3: panic: #PF in the kernel\nring3:   rip=0x0\n"


@pytest.mark.parametrize(
    ("end", "record", "kind", "exit_code"),
    [
        (SUCCESS, EXITED_0, OutcomeKind.EXITED, 0),
        (FAILURE, EXITED_3, OutcomeKind.EXITED, 3),
        (FAILURE, KILLED, OutcomeKind.KILLED, 128 + 11),
        (PANIC, PANICKED, OutcomeKind.PANIC, 126),
        (TRIPLE_FAULT, b"", OutcomeKind.RESET, 127),
    ],
    ids=["exit-0", "exit-3", "killed", "panic", "triple-fault"],
)
def test_each_end_is_told_apart_on_each_machine(
    any_machine: Machine,
    speaker: Speaker,
    end: int,
    record: bytes,
    kind: OutcomeKind,
    exit_code: int,
) -> None:
    boot_log = b"ring3: booted by a test\n"
    outcome = run(any_machine, speaker(end, b"hello\r\n", boot_log + record))
    assert (outcome.kind, outcome.exit_code) == (kind, exit_code)
    assert outcome.console == b"hello\n"
    assert outcome.voice == boot_log + record


@pytest.mark.parametrize(
    ("end", "console", "voice", "complaint"),
    [
        (SUCCESS, b"ring3: exit status=0\r\n", b"", "ended without its exit record"),
        (FAILURE, b"ring3: exit status=3\r\n", EXITED_0, "but the kernel said"),
        (SUCCESS, b"", EXITED_3, "but the kernel said `ring3: exit status=3`"),
        (SUCCESS, b"", PANICKED, "but the kernel said `ring3: panic"),
        (PANIC, b"", EXITED_0, "says that the kernel panicked"),
        (SUCCESS, b"", b"ring3: exit status=0", "ended without its exit record"),
        (TRIPLE_FAULT, b"", EXITED_0, "the machine reset instead"),
        (0x13, b"", EXITED_0, "the guest wrote 0x13 to the exit port"),
        (0x00, b"", EXITED_0, "the guest wrote 0x0 to the exit port"),
    ],
)
def test_a_status_and_a_record_that_disagree_are_a_machine_error(
    machine: Machine, speaker: Speaker, end: int, console: bytes, voice: bytes, complaint: str
) -> None:
    outcome = run(machine, speaker(end, console, voice))
    assert (outcome.kind, outcome.exit_code) == (OutcomeKind.MACHINE_ERROR, 125)
    assert complaint in outcome.explanation


def test_without_a_voice_the_record_counts_only_at_the_end_of_the_serial_line(
    machine: Machine, speaker: Speaker
) -> None:
    voiceless = replace(machine, debugcon=False)
    killed = KILLED.replace(b"\n", b"\r\n")
    assert run(voiceless, speaker(FAILURE, b"hello\r\n" + killed)).signal == signal.SIGSEGV
    forged = run(voiceless, speaker(FAILURE, killed + b"and on it goes\r\n"))
    assert forged.kind is OutcomeKind.MACHINE_ERROR


def test_without_an_exit_port_a_machine_that_resets_after_its_record_has_exited(
    machine: Machine, speaker: Speaker
) -> None:
    portless = replace(machine, debug_exit=False)
    outcome = run(portless, speaker(TRIPLE_FAULT, voice=EXITED_3))
    assert (outcome.kind, outcome.status) == (OutcomeKind.EXITED, 3)


def test_without_an_exit_port_a_machine_that_halts_after_its_record_has_exited(
    machine: Machine, speaker: Speaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "GRACE", 0.1)
    portless = replace(machine, debug_exit=False)
    outcome = run(portless, speaker(LOOP_FOREVER, voice=EXITED_3))
    assert (outcome.kind, outcome.status) == (OutcomeKind.EXITED, 3)


def test_a_kernel_that_panics_and_hangs_is_a_panic_long_before_the_timeout(
    machine: Machine, speaker: Speaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "GRACE", 0.1)
    outcome = run(machine, speaker(LOOP_FOREVER, voice=PANICKED), Options(timeout=None))
    assert (outcome.kind, outcome.exit_code) == (OutcomeKind.PANIC, 126)


def test_a_guest_that_never_speaks_is_ended_at_the_timeout_and_said_to_be_silent(
    machine: Machine, speaker: Speaker
) -> None:
    outcome = run(machine, speaker(LOOP_FOREVER), Options(timeout=0.3))
    assert (outcome.kind, outcome.exit_code) == (OutcomeKind.TIMEOUT, 124)
    assert "nothing was ever heard from the guest" in outcome.explanation


def test_a_timeout_quotes_the_last_words(machine: Machine, speaker: Speaker) -> None:
    boot = speaker(LOOP_FOREVER, b"counting sheep\r\n", b"ring3: init /bin/sleep\n")
    with Session(machine, boot) as session:
        session.expect("sheep")
        session.expect_voice("sleep\n")
        outcome = session.wait(timeout=0)
    assert outcome.kind is OutcomeKind.TIMEOUT
    assert "counting sheep" in outcome.explanation
    assert "ring3: init /bin/sleep" in outcome.explanation


def test_a_kernel_that_hangs_in_its_last_steps_has_not_exited_and_is_not_waited_for(
    machine: Machine, speaker: Speaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "GRACE", 0.1)
    outcome = run(machine, speaker(LOOP_FOREVER, voice=EXITED_0), Options(timeout=None))
    assert (outcome.kind, outcome.exit_code) == (OutcomeKind.TIMEOUT, 124)
    assert "although the kernel had said `ring3: exit status=0`" in outcome.explanation


def test_a_guest_that_never_stops_talking_is_cut_off_at_exactly_the_limit(
    machine: Machine, guest: Callable[..., Boot]
) -> None:
    outcome = run(machine, guest("spam"), Options(output_limit=10_000))
    assert (outcome.kind, outcome.exit_code) == (OutcomeKind.OUTPUT_LIMIT, 124)
    assert len(outcome.console) + len(outcome.voice) == 10_000
    assert "10,000 bytes" in outcome.explanation


def test_the_limit_holds_for_a_guest_that_ended_by_itself(
    machine: Machine, speaker: Speaker
) -> None:
    boot = speaker(SUCCESS, b"x" * 100, EXITED_0)
    assert run(machine, boot, Options(output_limit=110)).kind is OutcomeKind.OUTPUT_LIMIT
    assert run(machine, boot, Options(output_limit=121)).kind is OutcomeKind.EXITED


def test_qemu_killed_from_outside_is_a_machine_error(machine: Machine, speaker: Speaker) -> None:
    with Session(machine, speaker(LOOP_FOREVER, voice=EXITED_0)) as session:
        session.expect_voice("status=0\n")
        os.kill(session.process.pid, signal.SIGKILL)
        outcome = session.wait()
    assert outcome.kind is OutcomeKind.MACHINE_ERROR
    assert "QEMU was killed by signal 9 (SIGKILL)" in outcome.explanation


def test_what_qemu_says_when_it_refuses_its_arguments_reaches_the_user(
    machine: Machine, speaker: Speaker
) -> None:
    outcome = run(replace(machine, machine="toaster"), speaker(SUCCESS))
    assert (outcome.kind, outcome.exit_code) == (OutcomeKind.MACHINE_ERROR, 125)
    assert "unsupported machine type" in outcome.explanation
    assert outcome.console == b""


def test_a_kernel_that_is_none_is_refused_in_qemus_words(machine: Machine, tmp_path: Path) -> None:
    (tmp_path / "kernel.elf").write_bytes(b"not a kernel" * 1000)
    outcome = run(machine, Boot(kernel=tmp_path / "kernel.elf"))
    assert outcome.kind is OutcomeKind.MACHINE_ERROR
    assert "QEMU failed; it said: qemu" in outcome.explanation


def test_a_missing_qemu_is_named_with_the_package_that_has_it(
    machine: Machine, speaker: Speaker, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    boot = speaker(SUCCESS)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Ring3Error) as caught:
        run(machine, boot)
    assert "qemu-system-x86_64" in caught.value.message
    assert "apt install qemu-system-x86" in (caught.value.help or "")


def test_a_qemu_that_is_not_a_program_is_an_error_and_no_traceback(
    machine: Machine, speaker: Speaker, tmp_path: Path
) -> None:
    fake = tmp_path / "qemu"
    fake.write_bytes(b"\x7fELF and then nothing")
    fake.chmod(0o755)
    with pytest.raises(Ring3Error, match="cannot start"):
        run(replace(machine, qemu=str(fake)), speaker(SUCCESS))


def test_a_machine_without_disks_does_not_boot_one(machine: Machine, boot_sector: Boot) -> None:
    with pytest.raises(Ring3Error, match="cannot boot a disk"):
        run(machine, boot_sector)


def test_a_kernel_that_is_not_there_is_named(machine: Machine, tmp_path: Path) -> None:
    with pytest.raises(Ring3Error, match=r"absent\.elf: there is no such file"):
        run(machine, Boot(kernel=tmp_path / "absent.elf"))


def test_a_disk_boots_whatever_its_name_is(machine_with_disks: Machine, boot_sector: Boot) -> None:
    outcome = run(machine_with_disks, boot_sector)
    assert (outcome.kind, outcome.status) == (OutcomeKind.EXITED, 0)
    assert outcome.voice == b"ring3: booted from a disk\nring3: exit status=0\n"


def test_the_command_shown_repeats_the_run_when_pasted_into_a_shell(
    any_machine: Machine, speaker: Speaker
) -> None:
    outcome = run(any_machine, speaker(FAILURE, b"hello\r\n", EXITED_3))
    again = subprocess.run(
        ["/bin/sh", "-c", outcome.shell_command],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    assert shlex.split(outcome.shell_command) == outcome.command
    assert again.returncode == FAILURE << 1 | 1
    assert again.stdout == b"hello\r\n"
    assert again.stderr == EXITED_3
