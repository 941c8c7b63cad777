"""Bochs as a machine: its ends are told apart as QEMU's are."""

from __future__ import annotations

from pathlib import Path

import pytest

from boot.stock_system import StockSystem
from ring3.diagnostic import Ring3Error
from ring3.machine import OutcomeKind, run_bochs
from ring3.machine.bochs import AMD, INTEL

# What a boot sector may do instead of booting (its address is 0x7c00).
LOOP = b"\xfa\xeb\xfe"  # cli; 1: jmp 1b
TRIPLE_FAULT = b"\xfa\x0f\x01\x1e\x10\x7c\xcc"  # cli; lidt [0x7c10], which is zeros; int3
SHUTDOWN = b"\xba\x00\x89\xbe\x10\x7c\xb9\x08\x00\xf3\x6e\xf4".ljust(16) + b"Shutdown"


def sector(folder: Path, code: bytes) -> Path:
    disk = folder / "sector.img"
    disk.write_bytes((code.ljust(510, b"\0") + b"\x55\xaa").ljust(516_096, b"\0"))
    return disk


@pytest.mark.parametrize("cpu", [INTEL, AMD])
def test_the_disk_boots_on_bochs_and_the_three_doors_agree(boot: StockSystem, cpu: str) -> None:
    outcome = boot.bochs("doors", cpu=cpu)
    assert (outcome.kind, outcome.status) == (OutcomeKind.EXITED, 0), outcome.report()
    text = outcome.console.decode()
    assert "\nAll checks agree: three doors, one kernel.\nring3: exit status=0\n" in text
    assert ("GenuineIntel" if cpu == INTEL else "AuthenticAMD") in text


def test_a_program_s_own_status_and_signal_come_out_of_bochs(boot: StockSystem) -> None:
    assert boot.bochs("status", "42").exit_code == 42
    assert boot.bochs("divide").exit_code == 128 + 8


def test_a_kernel_that_panics_on_bochs_is_a_panic(boot: StockSystem) -> None:
    outcome = boot.bochs("doors", append="init=/bin/nothing")
    assert outcome.kind is OutcomeKind.PANIC, outcome.report()
    assert "/bin/nothing" in outcome.explanation


@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [
        (TRIPLE_FAULT, OutcomeKind.RESET, "triple fault"),
        (SHUTDOWN, OutcomeKind.MACHINE_ERROR, "shutdown requested"),
        (LOOP, OutcomeKind.TIMEOUT, "still running after 2 s"),
    ],
)
def test_an_end_of_bochs_without_the_kernel_s_record_is_no_success(
    tmp_path: Path, code: bytes, kind: OutcomeKind, words: str
) -> None:
    timeout = 2 if kind is OutcomeKind.TIMEOUT else 60
    outcome = run_bochs(sector(tmp_path, code), tmp_path, timeout=timeout)
    assert outcome.kind is kind, outcome.report()
    assert words in outcome.explanation


def test_a_model_that_bochs_does_not_know_is_an_error_that_quotes_it(tmp_path: Path) -> None:
    outcome = run_bochs(sector(tmp_path, LOOP), tmp_path, cpu="z80")
    assert outcome.kind is OutcomeKind.MACHINE_ERROR
    assert "z80" in outcome.explanation or "model" in outcome.explanation, outcome.report()


def test_an_image_of_an_odd_size_is_refused_with_the_reason(tmp_path: Path) -> None:
    disk = sector(tmp_path, LOOP)
    disk.write_bytes(disk.read_bytes()[:-512])
    with pytest.raises(Ring3Error, match="whole number of cylinders"):
        run_bochs(disk, tmp_path)
