"""The frames that the two doors build, slot by slot.

    include/frame.inc   ──assembled──> the offset and the name of every slot ─┐
    entry/int80.s …     ──read──> which line fills it, as its comment says   ─┴─> Drawing

The two must agree: a slot that no line fills, or a line that names another slot,
is an error, and so the picture cannot say what the sources do not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pictures.svg import Box, Drawing
from ring3.debugger.frames import frame_layouts
from ring3.diagnostic import Ring3Error
from ring3.workspace import Workspace

ROW = 24
LEFT = 64
WIDTH = 84
APART = 380

# A slot in the comment column: `push rcx    # 48  RIP`.
PUSH = re.compile(r"^\s+(push \w+)\s+# +(\d+) +(\w+)", re.MULTILINE)
# What the CPU pushed, beside the entry's label: `# 104 SS, 96 RSP`.
PUSHED_BEFORE = re.compile(r"^\w+_entry:\s+# ((?:\d+ [A-Z]+(?:, )?)+)$", re.MULTILINE)


@dataclass(frozen=True)
class Slot:
    """Eight bytes of a frame; ``filled_by`` is an instruction, or "" for the CPU."""

    offset: int
    name: str
    filled_by: str


def read_frame(kind: str, file: str, workspace: Workspace) -> list[Slot]:
    """The slots of one kind of frame, from the highest.

    Raises Ring3Error when the door's comments and frame.inc do not agree.
    """
    text = workspace.kernel_file(file).read_text(encoding="utf-8")
    entry = text[text.index("_entry:") :]
    told = {int(offset): Slot(int(offset), name.upper(), push)
            for push, offset, name in PUSH.findall(entry)}  # fmt: skip
    for row in PUSHED_BEFORE.findall(text):
        for pair in row.split(", "):
            offset, name = pair.split()
            told[int(offset)] = Slot(int(offset), name, "")
    names = {place * 8: name for place, name in enumerate(frame_layouts(workspace)[kind].slots)}
    if names != {offset: slot.name for offset, slot in told.items()}:
        raise Ring3Error(
            f"{file} does not fill the slots that include/frame.inc names",
            help=f"frame.inc: {names}; {file}: {told}",
        )
    return [told[offset] for offset in sorted(told, reverse=True)]


def frames(workspace: Workspace | None = None) -> Drawing:
    """Both frames, side by side, the stack's top above."""
    workspace = workspace or Workspace()
    drawing = Drawing("The frames that INT 0x80 and SYSCALL leave on the kernel's stack")
    int80 = read_frame("int80", "entry/int80.s", workspace)
    syscall = read_frame("syscall", "entry/syscall.s", workspace)
    _draw(drawing, LEFT, "INT 0x80", "RSP0, from the TSS", int80)
    _draw(drawing, LEFT + APART, "SYSCALL", "gs:[PERCPU_KERNEL_STACK]", syscall)
    below = 60 + (max(len(int80), len(syscall)) + 2) * ROW
    drawing.legend(
        LEFT, below, [("cpu", "pushed by the CPU"), ("kernel", "pushed by the door's code")]
    )
    return drawing


def _draw(drawing: Drawing, left: float, door: str, top: str, slots: Sequence[Slot]) -> None:
    drawing.text(left, 14, door, bold=True)
    drawing.text(left, 38, top)
    drawing.line((left - 40, 52), (left + WIDTH, 52))
    for place, slot in enumerate(slots):
        y = 52 + place * ROW
        drawing.box(Box(left, y, WIDTH, ROW), "kernel" if slot.filled_by else "cpu")
        drawing.text(left - 8, y + ROW / 2, str(slot.offset), anchor="end")
        drawing.text(left + WIDTH / 2, y + ROW / 2, slot.name, anchor="middle")
        drawing.text(left + WIDTH + 12, y + ROW / 2, slot.filled_by or "the CPU")
    bottom = 52 + len(slots) * ROW
    drawing.line((left - 40, bottom), (left - 2, bottom), arrow=True)
    drawing.text(left, bottom + ROW / 2, "RSP, just before the handler is called")
