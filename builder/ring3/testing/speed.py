"""How slow this machine is, so that a time limit means the same everywhere.

    a tiny guest that counts ──QEMU──> seconds ──/ REFERENCE──> slowness ──> limits × slowness

The guest is booted once a session.  What is measured is the wall clock's time
from QEMU's start to its end, so that an emulator, a busy machine and a slow
disk all count.  A quick machine makes no limit shorter: the slowness is 1 at
least.  Several pytest workers on fewer CPUs make it longer by as much.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

from ring3.machine import Boot, Machine, Options, OutcomeKind, run
from ring3.testing.once import once

REFERENCE = 0.15
"""Seconds that the guest takes on the machine that limits are written for, idle."""

_PATIENCE = 300.0  # seconds; 2,000 times as slow as that is no machine to test on

_ROUNDS = 30_000_000

# A guest of PVH (SDM and x86/HVM direct boot ABI: 32 bits, no paging, no stack).
_GUEST = f"""
    .intel_syntax noprefix
    .code32
    .set XEN_ELFNOTE_PHYS32_ENTRY, 18
    .set DEBUG_EXIT, 0xf4

    .section .note.pvh, "a", @note
    .long 4, 4, XEN_ELFNOTE_PHYS32_ENTRY
    .asciz "Xen"
    .long _start

    .text
    .global _start
_start:
    mov ecx, {_ROUNDS}
1:  dec ecx
    jnz 1b
    mov al, 0x10
    out DEBUG_EXIT, al
2:  jmp 2b
"""


def slowness(machine: Machine, folder: Path, workers: int = 1) -> float:
    """How many times as long as on the reference machine a run may take here; 1 or more.

    Measured once in ``folder``, for all processes that share it, on a machine
    that boots kernels and has an exit port.  ``workers`` is how many of them
    boot machines at the same time.
    """
    measured = once(folder, "speed", lambda made: _measure(machine, made))
    seconds = float((measured / "seconds").read_text(encoding="ascii"))
    crowd = max(1.0, workers / (os.cpu_count() or 1))
    return max(1.0, seconds / REFERENCE) * crowd


def _measure(machine: Machine, folder: Path) -> None:
    kernel = folder / "count.elf"
    kernel.write_bytes(_guest())
    begin = time.monotonic()
    outcome = run(machine, Boot(kernel=kernel, foreign=True), Options(timeout=_PATIENCE))
    seconds = time.monotonic() - begin
    if outcome.kind is not OutcomeKind.EXITED:  # let the test itself say what is wrong
        seconds = REFERENCE
    (folder / "seconds").write_text(f"{seconds:.6f}", encoding="ascii")


def _guest() -> bytes:
    from ring3.asm import assemble  # noqa: PLC0415  # where the speed is known, it is not needed
    from ring3.elf import Access, Layout, SegmentLayout, link  # noqa: PLC0415

    layout = Layout(
        base=0x100000,
        segments=(
            SegmentLayout("text", Access.READ | Access.EXECUTE, (".text",)),
            SegmentLayout("note", Access.READ, (".note*",)),
        ),
        entry="_start",
    )
    return link([assemble(_GUEST, name="count.s")], layout).data
