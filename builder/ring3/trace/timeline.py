"""A trace as data: entries into the kernel, and calls of the vDSO, one inside the other.

instructions ──────────────────────────────────────────────────────>
ring 3   ████████          ███████████  vDSO ░░░░░  ████
ring 0           ▒ write ▒▒            ─────────────    ▒ exit_group …
                    └ interrupt
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

# What led out of the program's own code.
SYSCALL, SYSCALL32, SYSENTER = "syscall", "syscall32", "sysenter"
INT80, EXCEPTION, INTERRUPT, VDSO = "int80", "exception", "interrupt", "vdso"


@dataclass
class Entry:
    """One way in and back.  Counts are of instructions since the machine's start.

    ``start`` is how many had been executed before the first one of it, ``end``
    before the first one behind it; None: it never came back.  ``inside`` is what
    entries that interrupted it took; ``depth`` is how many it interrupted itself.
    """

    door: str
    name: str
    start: int
    depth: int
    arguments: str = ""
    result: str = ""
    rip: int | None = None
    end: int | None = None
    inside: int = 0

    @property
    def own(self) -> int | None:
        """Instructions of this entry itself: from its first one to the one that leads back."""
        return None if self.end is None else self.end - self.start - self.inside

    def as_data(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "door": self.door,
            "name": self.name,
            "arguments": self.arguments,
            "result": self.result,
            "start": self.start,
            "end": self.end,
            "own": self.own,
            "depth": self.depth,
            "rip": None if self.rip is None else f"{self.rip:#x}",
        }


@dataclass
class Trace:
    """What happened from the program's first instruction on.

    ``begin`` and ``end`` are the counts there and at the end of the trace;
    ``complete`` says whether that was the machine's end, ``outcome`` how it ended.
    """

    program: str
    arguments: tuple[str, ...]
    machine: str
    begin: int = 0
    end: int = 0
    complete: bool = False
    outcome: str = ""
    entries: list[Entry] = field(default_factory=list)

    @property
    def ring0(self) -> int:
        """Instructions in the kernel, the boot left out."""
        total = counted = 0  # up to where
        for entry in self.entries:  # in order of their starts; a vDSO's call may make a call
            if entry.door != VDSO and entry.start >= counted:
                counted = self.end if entry.end is None else entry.end
                total += counted - entry.start
        return total

    @property
    def ring3(self) -> int:
        """Instructions of the program, the vDSO's among them."""
        return self.end - self.begin - self.ring0

    def as_data(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "program": self.program,
            "arguments": list(self.arguments),
            "machine": self.machine,
            "unit": "instructions since the machine's start",
            "begin": self.begin,
            "end": self.end,
            "ring0": self.ring0,
            "ring3": self.ring3,
            "complete": self.complete,
            "outcome": self.outcome,
            "entries": [entry.as_data() for entry in self.entries],
        }
