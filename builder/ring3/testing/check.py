"""A check: what is booted, what is typed to it, and what must come of it.  Data alone.

    CheckFile ──> Check, Check, …  ──> what is expected: Pattern, Pattern, …
                        └── what is typed: Turn, Turn, …

``read_checks`` reads them from TOML, ``execution`` boots them, ``verdict`` judges.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from ring3.machine.outcome import OutcomeKind

DEFAULT_TIME_LIMIT = 10.0
"""Seconds, on the machine that ``ring3.testing.speed`` measures others against."""

DEFAULT_OUTPUT_LIMIT = 16 << 20
"""Bytes, of both channels together."""


class Voice(Enum):
    """Which of the guest's two channels."""

    CONSOLE = "console"
    KERNEL = "kernel"


class Order(Enum):
    """How the expected lines lie in what was heard."""

    SEQUENCE = "sequence"
    ANYWHERE = "anywhere"
    WHOLE = "whole"


class LineKind(Enum):
    """How much of a line a pattern is about."""

    LINE = "line"
    CONTAINS = "contains"
    REGEX = "regex"


@dataclass(frozen=True, slots=True)
class Pattern:
    """One line as it is expected, or forbidden."""

    text: str
    kind: LineKind = LineKind.LINE
    voice: Voice = Voice.CONSOLE

    def matches(self, line: str) -> bool:
        """Whether ``line`` (without its end) is such a line."""
        if self.kind is LineKind.LINE:
            return line == self.text
        if self.kind is LineKind.CONTAINS:
            return self.text in line
        return re.search(self.text, line) is not None

    def __str__(self) -> str:
        kind = "" if self.kind is LineKind.LINE else f"{self.kind.value} "
        return f"{kind}`{self.text}`"


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of a dialogue: wait until COM1 brings the regular expression ``wait``, type."""

    wait: str
    send: str


@dataclass(frozen=True, slots=True)
class Check:
    """One row of the tests; ``KEYS`` says what each field means.

    Paths are absolute, or relative to the current folder as the file's own is.
    """

    name: str
    file: Path
    line: int
    title: str = ""
    points: float = 1
    hint: str = ""
    hidden: bool = False
    program: str | None = None
    program_file: Path | None = None
    source: str | None = None
    kernel: Path | None = None
    initrd: Path | None = None
    image: Path | None = None
    records: bool = True
    arguments: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    append: str = ""
    stdin: str | None = None
    dialogue: tuple[Turn, ...] = ()
    machine: str | None = None
    memory: str | None = None
    cpus: int | None = None
    cpu: str | None = None
    qemu_arguments: tuple[str, ...] = ()
    deterministic: bool = False
    seed: int | None = None
    time_limit: float = DEFAULT_TIME_LIMIT
    output_limit: int = DEFAULT_OUTPUT_LIMIT
    outcome: OutcomeKind | None = None
    status: int | None = None
    signal: int | None = None
    qemu_status: int | None = None
    expected: tuple[Pattern, ...] = ()
    forbidden: tuple[Pattern, ...] = ()
    order: Order = Order.SEQUENCE

    @property
    def heading(self) -> str:
        """What people call it."""
        return self.title or self.name

    @property
    def ends_by_itself(self) -> bool:
        """Whether the machine's end is part of what is judged.

        A kernel that is not ours and of which only lines are expected may run
        for ever: it is ended when they have come.
        """
        return self.records or self.outcome is not None or self.qemu_status is not None


@dataclass(frozen=True, slots=True)
class CheckFile:
    """The checks of one file, and the workspace that they are about (None: the stock system)."""

    path: Path
    workspace: Path | None
    checks: tuple[Check, ...]
