r"""The statements of a source in the order in which they are assembled.

    file ───────────> Frame ┐
    .include "x" ───> Frame │  a stack: the top one is read until it is empty
    macro call ─────> Frame │
    .rept, .irp ────> Frame ┘──> Statement, Statement, …

Conditions (`.if` … `.endif`) are kept here too, since what they skip is not
looked at, not even for macros, and since they end with the frame they began in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import NoReturn

from ring3.asm import macro
from ring3.asm.lexer import AssemblyError
from ring3.asm.macro import Macro, MacroError
from ring3.asm.source import SourceTree, Statement, display_name, split
from ring3.diagnostic import Diagnostic, Expansion, Location, Ring3Error, SourceError

DEEPEST_NESTING = 64  # macros and includes within each other
MOST_EXPANDED = 1 << 21  # characters that macros, repetitions and includes make
MOST_REPETITIONS = 500_000
_STATEMENT_COST = 16  # characters: an empty statement is not free either


class FrameKind(Enum):
    """Where a frame's statements come from."""

    FILE = "file"
    MACRO = "macro"
    REPETITION = "repetition"


@dataclass(slots=True)
class Frame:
    """A source of statements; ``conditions`` were open when it began."""

    kind: FrameKind
    statements: Iterator[Statement]
    conditions: int


@dataclass(slots=True)
class Condition:
    """An open ``.if``: is its present part assembled, was one, can another one be?"""

    location: Location
    is_active: bool
    was_active: bool
    has_else: bool = False


_FIRST_WORD = re.compile(
    r"[ \t]*(?:[A-Za-z_.$][\w.$]*[ \t]*:[ \t]*)*"  # labels
    r"(\.[A-Za-z_][\w.$]*)(?![\w.$']|[^\x00-\x7f]|[ \t]*:)",  # a directive, and no label
    re.ASCII,
)
_REPETITIONS = frozenset((".rept", ".rep", ".irp", ".irpc"))


class Reader:
    """Yields statements; directives push frames and conditions while it is being read."""

    def __init__(self, tree: SourceTree) -> None:
        self.tree = tree
        self.macros: dict[str, Macro] = {}
        self.conditions: list[Condition] = []
        self.diagnostics: list[Diagnostic] = []
        self._frames: list[Frame] = []
        self._calls = 0
        self._expanded = 0

    def __iter__(self) -> Iterator[Statement]:
        frames = self._frames
        while frames:
            frame = frames[-1]
            statement = next(frame.statements, None)
            if statement is None:
                frames.pop()
                self._close_conditions(frame.conditions)
                continue
            if len(frames) > 1:
                self._count_statement(statement)
            yield statement

    def _count_statement(self, statement: Statement) -> None:
        self._count(_STATEMENT_COST + statement.stop - statement.start, statement.location)

    def _count(self, size: int, location: Callable[[], Location]) -> None:
        self._expanded += size
        if self._expanded > MOST_EXPANDED:
            self._frames.clear()
            self.conditions.clear()
            _fail(
                "expansion-too-large",
                f"macros, repetitions and includes make over {MOST_EXPANDED >> 20} MiB of text",
                location(),
            )

    def _close_conditions(self, count: int) -> None:
        for condition in self.conditions[count:]:
            self.diagnostics.append(
                Diagnostic("unterminated-if", "this .if has no .endif", condition.location)
            )
        del self.conditions[count:]

    # -- frames ---------------------------------------------------------------

    def open_text(self, text: str, name: str, path: Path | None) -> None:
        """Begin with a source text."""
        self._push(FrameKind.FILE, split(text, name, path, report=self.diagnostics.append))

    def include(self, name: str, at: Statement, location: Location) -> None:
        """Read another file next; raises AssemblyError."""
        self._check_nesting(location)
        try:
            text, path = self.tree.find(name, at.path)
        except SourceError:  # in what the file is generated from
            raise
        except Ring3Error as error:
            _fail("include-failed", error.message, location, error.help)
        shown = name if path is None else display_name(path)
        via = Expansion("included", at.location())
        statements = split(text, shown, path, via, report=self.diagnostics.append)
        self._push(FrameKind.FILE, statements)

    def call(self, called: Macro, arguments: str, location: Location) -> None:
        """Read a macro's body next, with its arguments put in; raises AssemblyError."""
        self._check_nesting(location)
        self._count(len(called.parameters) * _STATEMENT_COST, lambda: location)
        try:
            bound = macro.bind(called, arguments)
        except MacroError as error:
            _fail(error.code, error.message, location, error.help)
        via = Expansion(f"in macro `{called.name}`", location, called.name)
        body = macro.expand(called.body, bound, self._calls, via)
        self._calls += 1
        self._push(FrameKind.MACRO, body)

    def repeat(self, count: int, bodies: Iterable[Iterator[Statement]], location: Location) -> None:
        """Read so many bodies one after the other next; raises AssemblyError."""
        self._check_nesting(location)
        self._count(count * _STATEMENT_COST, lambda: location)
        self._push(FrameKind.REPETITION, (statement for body in bodies for statement in body))

    def leave(self, location: Location) -> None:
        """``.exitm``: forget the rest of the innermost macro or repetition."""
        if self._frames[-1].kind is FrameKind.FILE:
            _fail("exitm-outside", ".exitm stands outside of any macro", location)
        frame = self._frames.pop()
        del self.conditions[frame.conditions :]

    def stop(self) -> None:
        """``.end``: forget everything that follows."""
        self._frames.clear()
        self._close_conditions(0)

    def _push(self, kind: FrameKind, statements: Iterator[Statement]) -> None:
        self._frames.append(Frame(kind, statements, len(self.conditions)))

    def _check_nesting(self, location: Location) -> None:
        if len(self._frames) >= DEEPEST_NESTING:
            self._frames.clear()
            self.conditions.clear()
            _fail(
                "nesting-too-deep",
                f"macros and includes are nested more than {DEEPEST_NESTING} deep",
                location,
                "a macro that calls itself needs an .if that ends it",
            )

    # -- bodies ---------------------------------------------------------------

    def collect(self, opening: Statement, *, repetition: bool) -> list[Statement]:
        """The statements up to the matching ``.endm`` or ``.endr``; raises AssemblyError."""
        closing = ".endr" if repetition else ".endm"
        depth = 1
        body: list[Statement] = []
        is_expanded = len(self._frames) > 1
        while (statement := next(self._frames[-1].statements, None)) is not None:
            if is_expanded:
                self._count_statement(statement)
            match = _FIRST_WORD.match(statement.text, statement.start, statement.stop)
            word = match[1].lower() if match else ""
            if word in _REPETITIONS if repetition else word == ".macro":
                depth += 1
            elif word == closing:
                depth -= 1
                if depth == 0:
                    if match and statement.text[statement.start : match.start(1)].strip():
                        message = f"no label can stand before {closing}"
                        _fail("label-before-end", message, statement.location())
                    return body
            body.append(statement)
        opener = "repetition" if repetition else "macro"
        return _fail(
            f"unterminated-{opener}", f"this {opener} has no {closing}", opening.location()
        )

    # -- conditions -----------------------------------------------------------

    @property
    def is_skipping(self) -> bool:
        """Whether a condition says that statements do not count."""
        return bool(self.conditions) and not self.conditions[-1].is_active

    def open_condition(self, holds: bool, location: Location) -> None:
        """``.if`` and its kin."""
        self.conditions.append(Condition(location, holds, holds))

    def skip_condition(self, location: Location) -> None:
        """An ``.if`` in a part that is skipped: nothing in it counts."""
        self.conditions.append(Condition(location, False, True))

    def innermost(self, name: str, location: Location) -> Condition:
        """The condition that ``.else``, ``.elseif`` or ``.endif`` belongs to."""
        if len(self.conditions) <= self._frames[-1].conditions:
            _fail("stray-" + name.lstrip("."), f"{name} without an .if before it", location)
        condition = self.conditions[-1]
        if condition.has_else and name != ".endif":
            _fail("else-twice", f"{name} after an .else", location)
        return condition

    def close_condition(self) -> None:
        """``.endif``."""
        self.conditions.pop()


def _fail(code: str, message: str, location: Location, help: str | None = None) -> NoReturn:
    raise AssemblyError(Diagnostic(code, message, location, help))
