"""Non-maskable interrupts on a program that passes both doors for ever.

An NMI can strike where CS is the kernel's already, but GS and RSP are still the
program's: before a door's first SWAPGS, and behind its last.  It must find the
right GS all the same, and leave no trace.
"""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from boot.monitor import monitored
from boot.scratch_system import SOURCES
from boot.stock_system import PATIENCE, StockSystem
from ring3 import pipeline
from ring3.machine import OutcomeKind
from ring3.machine.monitor import MachineEndedError, Monitor
from ring3.workspace import Workspace, stock

KERNEL_BASE = 0xFFFF_FFFF_8000_0000
ALL_WINDOWS = 0b1111  # scratch/nmi.s: before SYSCALL's SWAPGS and at SYSRETQ, INT 0x80's two
NO_WINDOW = 1 << 63
BETWEEN_LOOKS = 20
EXCEPTIONS = "entry/exceptions.s"
IGNORED = "    cmp eax, VECTOR_NMI\n    je .Lignored\n"
CHECKED = "    cmp eax, VECTOR_NMI\n    je scratch_nmi\n"
PARANOID = "exception VECTOR_NMI, nmi, 0, exception_entry_anywhere"
TRUSTING = "exception VECTOR_NMI, nmi"


def build(folder: Path, *, paranoid: bool) -> StockSystem:
    """A kernel whose NMIs look at GS; unless ``paranoid`` they trust CS, as others may."""
    source = (stock().kernel / EXCEPTIONS).read_text()
    assert source.count(IGNORED) == source.count(PARANOID) == 1
    source = source.replace(IGNORED, CHECKED)
    if not paranoid:
        source = source.replace(PARANOID, TRUSTING)
    kernel = folder / "kernel"
    (kernel / "entry").mkdir(parents=True)
    (kernel / EXCEPTIONS).write_text(source)
    (kernel / "entry" / "nmi.s").write_text((SOURCES / "nmi.s").read_text())
    workspace = Workspace(
        folder=folder, kernel_sources=kernel, programs={"both_doors": SOURCES / "both_doors.s"}
    )
    system = pipeline.build(["both_doors"], workspace=workspace, stock_programs=False)
    return StockSystem(folder, system, workspace)


def struck_windows(system: StockSystem) -> int:
    """Where in physical memory the kernel notes them."""
    return system.system.kernel.symbols["scratch_nmi_windows"] - KERNEL_BASE


def strike(monitor: Monitor, where: int, wanted: int, folder: Path) -> int:
    """Inject NMIs until each window whose bit is wanted was struck; returns those that were."""
    deadline = time.monotonic() + PATIENCE / 2
    struck = 0
    while struck & wanted != wanted and time.monotonic() < deadline:
        for _ in range(BETWEEN_LOOKS):
            monitor.command("inject-nmi")
        struck = int.from_bytes(monitor.physical(where, 8, folder), "little")
    return struck


def test_an_nmi_in_a_door_finds_the_kernel_s_gs_and_leaves_no_trace(tmp_path: Path) -> None:
    system = build(tmp_path, paranoid=True)
    # One instruction at a time, so that an NMI can strike at any.
    with monitored(system, "both_doors", arguments=("-singlestep",)) as (session, monitor):
        session.expect_exact("Going.\n")
        struck = strike(monitor, struck_windows(system), ALL_WINDOWS, tmp_path)
        session.send("\x03")  # the program must still be there to be interrupted
        outcome = session.wait()
    assert (outcome.kind, outcome.signal) == (OutcomeKind.KILLED, 2), outcome.report()
    assert struck == ALL_WINDOWS


def test_an_nmi_that_trusts_cs_finds_the_program_s_gs(tmp_path: Path) -> None:
    """The test above can fail."""
    system = build(tmp_path, paranoid=False)
    with monitored(system, "both_doors", arguments=("-singlestep",)) as (session, monitor):
        session.expect_exact("Going.\n")
        with pytest.raises(MachineEndedError):
            strike(monitor, struck_windows(system), NO_WINDOW, tmp_path)
        outcome = session.wait()
    assert outcome.kind is OutcomeKind.PANIC, outcome.report()
    # It read gs:[0], and the program's GS base is 0.
    assert "#PF page fault in the kernel, error=0x0 cr2=0x0 " in outcome.explanation
