"""Where memory lies: virtual addresses, and the physical ones of the kernel.

include/memory.inc  ──assembled──> constants ─┐
kernel.elf          ──built──> its segments  ─┴─> Drawing, not to scale
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pictures.svg import Box, Drawing
from ring3 import pipeline
from ring3.asm import SourceTree, assemble
from ring3.elf import PROGRAM, Access, LinkedSegment
from ring3.workspace import Workspace

ROW = 28
LEFT = 200
WIDTH = 300
PHYSICAL_LEFT = 830
PHYSICAL_WIDTH = 180


@dataclass(frozen=True)
class Area:
    """A piece of memory, from ``address`` upwards; "" where it is not always there."""

    address: str
    name: str
    rights: str
    fill: str


def memory_map(workspace: Workspace | None = None) -> Drawing:
    """Virtual memory at the left, the highest address above; the kernel's RAM at the right."""
    workspace = workspace or Workspace()
    constants = read_constants(workspace)
    segments = pipeline.build_kernel(workspace).linked.segments
    drawing = Drawing("What lies where: virtual addresses, and where the kernel lies in RAM")
    drawing.text(LEFT, 14, "virtual addresses", bold=True)
    drawing.text(PHYSICAL_LEFT, 14, "physical addresses", bold=True)
    virtual = _draw(drawing, LEFT, WIDTH, areas(constants, segments))
    physical = _draw(drawing, PHYSICAL_LEFT, PHYSICAL_WIDTH, ram(segments))
    for segment in segments:
        one, other = virtual[f"{segment.address:#x}"], physical[f"{segment.physical:#x}"]
        points = (_after_rights(one), _middle(one)), (PHYSICAL_LEFT - 100, _middle(other))
        drawing.line(*points, dashed=True, arrow=True)
    bottom = max(box.bottom for box in virtual.values())
    drawing.legend(
        LEFT, bottom + ROW, [("kernel", "the kernel's"), ("program", "the program's"),
                             ("cpu", "to be given out"), ("nothing", "nothing")],
    )  # fmt: skip
    drawing.text(LEFT, bottom + 2 * ROW, "Not to scale.")
    return drawing


def read_constants(workspace: Workspace) -> dict[str, int]:
    """What include/memory.inc defines."""
    tree = SourceTree(workspace.kernel_roots)
    symbols = assemble('.include "include/memory.inc"\n', name="memory", tree=tree).symbols
    return {name: symbol.value & (1 << 64) - 1 for name, symbol in symbols.items()}


def areas(constants: dict[str, int], segments: Sequence[LinkedSegment]) -> list[Area]:
    """Virtual memory, from the highest address down."""
    half = constants["KERNEL_HALF"] << constants["TOP_LEVEL_SHIFT"]
    return [
        Area(f"{constants['LAPIC_VIRTUAL']:#x}", "local APIC", "rw-, uncached", "kernel"),
        *(
            Area(f"{one.address:#x}", f"kernel {one.name}", _rights(one), "kernel")
            for one in sorted(segments, key=lambda one: one.address, reverse=True)
        ),
        Area(f"{constants['DIRECT_MAP']:#x}", "all RAM", "rw-, its text r--", "kernel"),
        Area(f"{half:#x}", "not canonical: #GP", "", "nothing"),
        Area(f"below {constants['TASK_SIZE_MAX']:#x}", "stack", "rw-", "program"),
        Area("at random", "vDSO", "r-x", "program"),
        Area("a page below", "vvar page", "r--", "program"),
        Area("above its data", "heap (brk)", "rw-", "program"),
        Area(f"{PROGRAM.base:#x}", "a program", "its segments'", "program"),
        Area("0x0", "nothing: a null pointer faults", "", "nothing"),
    ]


def ram(segments: Sequence[LinkedSegment]) -> list[Area]:
    """RAM, the highest address above."""
    end = max(one.physical + one.memory_size for one in segments)
    return [
        Area(f"{end:#x}", "frames, initrd", "", "cpu"),
        *(
            Area(f"{one.physical:#x}", f"kernel {one.name}", "", "kernel")
            for one in sorted(segments, key=lambda one: one.physical, reverse=True)
        ),
        Area("0x0", "never given away", "", "nothing"),
    ]


def _rights(segment: LinkedSegment) -> str:
    letters = ((Access.READ, "r"), (Access.WRITE, "w"), (Access.EXECUTE, "x"))
    return "".join(letter if right in segment.flags else "-" for right, letter in letters)


def _draw(drawing: Drawing, left: float, width: float, column: Sequence[Area]) -> dict[str, Box]:
    """Draw a column; returns its boxes by their addresses."""
    boxes = {}
    for place, area in enumerate(column):
        box = Box(left, 32 + place * ROW, width, ROW)
        boxes[area.address] = drawing.box(box, area.fill, dashed=area.fill == "nothing")
        drawing.text(left - 8, _middle(box), area.address, anchor="end")
        drawing.text(left + width / 2, _middle(box), area.name, anchor="middle")
        if area.rights:
            drawing.text(left + width + 8, _middle(box), area.rights)
    return boxes


def _middle(box: Box) -> float:
    return box.top + box.height / 2


def _after_rights(box: Box) -> float:
    return box.right + 40
