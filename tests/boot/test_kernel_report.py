"""What the kernel says of the machine, read back from it: gates, MSRs, selectors, clocks."""

from __future__ import annotations

import re

import pytest

from boot.stock_system import PATIENCE, StockSystem
from ring3.machine import Options


@pytest.fixture(scope="module")
def report(stock_system: StockSystem) -> str:
    """The boot log of one deterministic run."""
    options = Options(deterministic=True, seed=1, timeout=PATIENCE)
    return stock_system("hello", options=options).voice.decode()


def field(report: str, pattern: str) -> int:
    found = re.search(rf"^ring3: .*\b{pattern}=(0x[0-9a-f]+)", report, re.MULTILINE)
    assert found, report
    return int(found[1], 16)


def test_the_legacy_gate_is_an_interrupt_gate_that_ring_3_may_use(
    report: str, stock_system: StockSystem
) -> None:
    found = re.search(
        r"^ring3: gate 0x80 type=0xe dpl=3 selector=0x10 handler=(0x[0-9a-f]+)", report, re.M
    )
    assert found, report
    assert int(found[1], 16) == stock_system.system.kernel.symbols["int80_entry"]


def test_the_fast_door_is_programmed_with_linux_s_selectors_and_mask(
    report: str, stock_system: StockSystem
) -> None:
    assert field(report, "STAR") == 0x0023_0010_0000_0000
    assert field(report, "SFMASK") == 0x25_7FD5
    assert field(report, "LSTAR") == stock_system.system.kernel.symbols["syscall_entry"]
    system_call_extensions, no_execute = 1 << 0, 1 << 11
    assert field(report, "EFER") & (system_call_extensions | no_execute) == 0x801


def test_the_selectors_are_linux_s(report: str) -> None:
    gdt = re.search(r"^ring3: gdt .*cs=0x10 ss=0x18 tr=0x40", report, re.MULTILINE)
    assert gdt, report


def test_the_clocks_are_those_of_the_machine(report: str) -> None:
    # Under -icount a tick of the counter is a nanosecond, and the clock starts in 2020.
    found = re.search(r"^ring3: tsc (\d+) kHz, wall clock 2020-01-01 00:00:0\d UTC", report, re.M)
    assert found, report
    assert abs(int(found[1]) - 1_000_000) < 1_000


def test_the_vvar_page_lies_just_below_the_vdso(report: str) -> None:
    assert field(report, "text") - field(report, "vvar") == 4096


def test_the_kernel_s_voice_is_prefixed_line_by_line(report: str) -> None:
    assert report.endswith("\n")
    assert all(line.startswith("ring3: ") for line in report.splitlines())
