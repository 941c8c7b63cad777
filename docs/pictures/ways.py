"""The way of one call by each door, to scale in instructions.

docs/clock.s  ──ring3 trace──> entries: door, call, instructions ──> Drawing
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pictures.svg import Box, Drawing
from ring3.diagnostic import Ring3Error
from ring3.prepare import Request
from ring3.trace import Entry, record
from ring3.trace.timeline import INT80, SYSCALL, VDSO
from ring3.workspace import Workspace

PROGRAM = Path(__file__).parent.parent / "clock.s"

LEFT = 110
APART = 150
LANE = 30
SLOPE = 26
SPAN = 560  # of the longest way


@dataclass(frozen=True)
class Way:
    """One call: through which door, what it is called there, and its instructions."""

    door: str
    call: str
    instructions: int
    leaves_by: str


@cache
def read_ways() -> tuple[Way, ...]:
    """Trace the program that asks for the time by each door."""
    trace = record(Request(program=str(PROGRAM)), Workspace())
    if not trace.complete:
        raise Ring3Error(f"the trace of {PROGRAM.name} is not whole: {trace.outcome}")
    return ways_of(trace.entries, Workspace())


def ways_of(entries: Sequence[Entry], workspace: Workspace) -> tuple[Way, ...]:
    """The call for the time by each door."""
    return (
        _way(entries, INT80, "INT 0x80", _instruction(workspace, "int80.s", "int80_iretq")),
        _way(entries, SYSCALL, "SYSCALL", _instruction(workspace, "syscall.s", "syscall_sysretq")),
        _way(entries, VDSO, "vDSO", "RET"),
    )


def ways(found: Sequence[Way] | None = None) -> Drawing:
    """A pair of lanes for each door: ring 3 above, ring 0 below."""
    found = found or read_ways()
    drawing = Drawing("The way of one call by each door, in instructions")
    scale = SPAN / max(way.instructions for way in found)
    for place, way in enumerate(found):
        _draw(drawing, 20 + place * APART, way, scale)
    drawing.legend(
        LEFT, 20 + len(found) * APART - 20,
        [("program", "the program"), ("cpu", "the vDSO, in ring 3"), ("kernel", "the kernel")],
    )  # fmt: skip
    return drawing


def _draw(drawing: Drawing, top: float, way: Way, scale: float) -> None:
    enters = way.door != "vDSO"
    upper, lower = top + 20, top + 20 + LANE + 24
    length = way.instructions * scale
    begin = LEFT + 80 + SLOPE
    drawing.text(0, top, way.door, bold=True)
    drawing.text(LEFT, top, f"{way.call}: {way.instructions:,} instructions")
    drawing.text(0, upper + LANE / 2, "ring 3")
    drawing.text(0, lower + LANE / 2, "ring 0")
    before = drawing.box(Box(LEFT, upper, 80, LANE), "program")
    inside = Box(begin, lower if enters else upper, length, LANE)
    drawing.box(inside, "kernel" if enters else "cpu")
    behind = drawing.box(Box(begin + length + SLOPE, upper, 80, LANE), "program")
    middle = LANE / 2
    drawing.line((before.right, upper + middle), (inside.left, inside.top + middle), arrow=True)
    drawing.line((inside.right, inside.top + middle), (behind.left, upper + middle), arrow=True)
    if enters:
        drawing.text(LEFT + 70, lower + middle, way.door, anchor="end")
        drawing.text(behind.left + 10, lower + middle, way.leaves_by)


def _way(entries: Sequence[Entry], door: str, name: str, leaves_by: str) -> Way:
    for entry in entries:
        if entry.door == door and "clock_gettime" in entry.name and entry.own is not None:
            return Way(name, entry.name, entry.own, leaves_by)
    raise Ring3Error(f"the trace has no clock_gettime by {name}")


def _instruction(workspace: Workspace, file: str, label: str) -> str:
    """The instruction behind a label, as the door's source has it."""
    text = workspace.kernel_file(f"entry/{file}").read_text(encoding="utf-8")
    found = re.search(rf"^{label}:.*\n\s+(\w+)", text, re.MULTILINE)
    if found is None:
        raise Ring3Error(f"entry/{file} has no instruction behind {label}")
    return found[1].upper()
