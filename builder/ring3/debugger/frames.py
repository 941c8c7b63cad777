"""The frames that the doors build on the kernel's stack, slot by slot.

include/frame.inc of the workspace  ──> offset and name of every slot
the stack that the TSS names        ──> their values

RSP0 ─> ┌─────────┐  all doors lay the same five words down first
        │ SS … RIP│
        ├─────────┤  then each its own
        │ …       │
RSP ──> └─────────┘
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ring3.asm import SourceTree, assemble
from ring3.debugger.names import Names
from ring3.diagnostic import Ring3Error
from ring3.workspace import Workspace
from ring3.x86.descriptors import VECTORS
from ring3.x86.registers import describe_rflags

FRAME_FILE = "include/frame.inc"
WORD = 8

INT80_ROUTINES = ("int80_entry", "int80_call", "int80_return")

# The beginnings of the constants' names, and the routines that build such a frame.
KINDS: Mapping[str, tuple[str, Sequence[str]]] = {
    "syscall": ("CALL_", ("syscall_entry",)),
    "int80": ("INT80_", (*INT80_ROUTINES, "sysenter_entry", "syscall32_entry", "fast32_call")),
    "exception": (
        "FRAME_",
        ("exception_entry", "exception_save", "exception_iretq", "exception_entry_anywhere"),
    ),
}


@dataclass(frozen=True, slots=True)
class Frame:
    """The layout of one kind of frame: its slots from the lowest, the last one is SS."""

    kind: str
    slots: tuple[str, ...]

    @property
    def size(self) -> int:
        """In bytes."""
        return len(self.slots) * WORD


def frame_layouts(workspace: Workspace) -> dict[str, Frame]:
    """The frames as the workspace's own kernel lays them out.

    Raises Ring3Error when its frame.inc does not name every slot.
    """
    tree = SourceTree(workspace.kernel_roots)
    constants = assemble(f'.include "{FRAME_FILE}"\n', name="frame", tree=tree).symbols
    layouts = {}
    for kind, (prefix, _) in KINDS.items():
        offsets = {
            symbol.value: name.removeprefix(prefix)
            for name, symbol in constants.items()
            if name.startswith(prefix)
        }
        if not offsets or sorted(offsets) != list(range(0, max(offsets) + 1, WORD)):
            raise Ring3Error(
                f"{workspace.kernel_file(FRAME_FILE)} does not name every slot of {prefix}",
                help=f"a constant {prefix}NAME for each multiple of {WORD}, SS the last",
            )
        layouts[kind] = Frame(kind, tuple(offsets[key] for key in sorted(offsets)))
    return layouts


def find_frame(
    layouts: Mapping[str, Frame],
    read_word: Callable[[int], int],
    stack: range,
    rip: int,
    names: Names,
) -> tuple[Frame, int] | None:
    """The innermost frame, and where it begins.

    ``stack`` is what is in use of the kernel's, from RSP.  Either the CPU is in a
    door itself, whose frame ends where the stack does, or a door has called what
    runs now: the word below its frame leads back into it.
    """
    here = names.symbol(rip)
    for frame in layouts.values():
        if here in KINDS[frame.kind][1]:
            return frame, stack.stop - frame.size
    for address in stack[::WORD]:
        back = names.symbol(read_word(address))
        for frame in layouts.values():
            if back in KINDS[frame.kind][1]:
                return frame, address + WORD
    return None


def draw(
    frame: Frame, base: int, read_word: Callable[[int], int], rsp: int, names: Names
) -> list[str]:
    """The frame as a picture, the highest address first; below ``rsp`` nothing is pushed yet."""
    lines = [f"the {frame.kind} frame, below {base + frame.size:#x}"]
    for number in range(len(frame.slots) - 1, -1, -1):
        address, slot = base + number * WORD, frame.slots[number]
        left = f"{address:#x}  {number * WORD:>4}  {slot:<7}"
        if address < rsp:
            lines.append(f"{left} (not pushed yet)")
            continue
        value = read_word(address)
        lines.append(f"{left} {value:#018x}  {_meaning(slot, value, names)}".rstrip())
    return lines


def _meaning(slot: str, value: int, names: Names) -> str:
    if slot == "RFLAGS":
        return describe_rflags(value)
    if slot in ("CS", "SS"):
        return f"ring {value & 3}"
    if slot == "VECTOR":
        return VECTORS.get(value, "")
    if slot == "NUMBER":
        return f"the call's number: {value & 0xFFFFFFFF}"
    return names(value).partition(" ")[2] if slot == "RIP" else ""
