"""What ring3 says when something is wrong.

    Ring3Error ── SourceError      one or many diagnostics, each at a place in a source
               └─ anything else    one message and, where there is one, a cure

Every module raises these; only the command line turns them into text on
stderr and an exit status.  A diagnostic is data first and text second, so
that an editor, a grader and a terminal can all be served from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from enum import Enum
from itertools import islice
from typing import Any, NamedTuple


class Severity(Enum):
    """How bad a diagnostic is; only errors stop a build."""

    ERROR = "error"
    WARNING = "warning"


class Location(NamedTuple):
    """A range of one source line; ``via`` leads outwards through macros and includes.

    ``line`` and ``column`` count from 1.  ``end`` is the column after the last
    character meant, so ``end - column`` carets are drawn.  ``text`` is the
    source line itself.
    """

    file: str
    line: int
    column: int = 1
    end: int = 2
    text: str = ""
    via: Expansion | None = None

    def at(self, column: int, end: int) -> Location:
        """Other columns of the same line."""
        return Location(self.file, self.line, column, end, self.text, self.via)

    def __eq__(self, other: object) -> bool:
        """Whether it is the same place, whichever way led to it."""
        return isinstance(other, Location) and self[:4] == other[:4]

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(self[:4])

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Expansion(NamedTuple):
    """One step of the chain that led to a line: "in macro `push_frame`", "included".

    ``macro`` is the macro's name where the step is a call of one.
    """

    what: str
    at: Location
    macro: str | None = None


class Diagnostic(NamedTuple):
    """One thing wrong: a stable ``code`` (kebab-case), a message, a place, a cure."""

    code: str
    message: str
    location: Location
    help: str | None = None
    severity: Severity = Severity.ERROR

    def as_data(self) -> dict[str, Any]:
        """For ``--json``: columns count from 1, ``end`` is the column behind the last."""
        at = self.location
        return {
            "severity": self.severity.value,
            "code": self.code,
            "message": self.message,
            "help": self.help,
            "file": at.file,
            "line": at.line,
            "column": at.column,
            "end": at.end,
            "text": at.text,
            "via": [
                {"what": step.what, "file": step.at.file, "line": step.at.line}
                for step in self.chain()
            ],
        }

    def chain(self) -> Iterator[Expansion]:
        """How the line came about: the macros and includes, from the inside outwards."""
        via = self.location.via
        while via is not None:
            yield via
            via = via.at.via

    def render(self) -> str:
        """As rustc shows it: the message, the place, the line, a caret, the cure."""
        at = self.location
        margin = " " * len(str(at.line))
        lines = [f"{self.severity.value}[{self.code}]: {self.message}", f"{margin}--> {at}"]
        if at.text:
            text, column, end = _excerpt(at)
            indent = "".join("\t" if c == "\t" else " " for c in text[: column - 1])
            carets = "^" * max(1, end - column)
            lines += [
                f"{margin} |",
                f"{at.line} | {text}",
                f"{margin} | {indent}{carets}",
            ]
        lines += [f"{margin} = {step.what} at {step.at}" for step in self.chain()]
        if self.help:
            lines.append(f"{margin} = help: {self.help}")
        return "\n".join(map(printable, lines))


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that looks most like this one, for "did you mean".

    Only the first of very many are looked at, and no long ones: how alike two
    names are takes time that grows with the square of their length.
    """
    if len(name) > _LONGEST_GUESSED:
        return None
    short = (other for other in known if len(other) <= _LONGEST_GUESSED)
    close = get_close_matches(name, islice(short, _MOST_GUESSED), n=1)
    return close[0] if close else None


def suggestion(word: object, known: Iterable[str]) -> str:
    """What to write instead of a word that is not known."""
    names = list(known)
    text = str(word).lower()
    near = next((name for name in names if text and name.startswith(text)), nearest(text, names))
    return f"did you mean `{near}`?" if near else "known are " + ", ".join(names)


_LONGEST_GUESSED = 64
_MOST_GUESSED = 2000

_WIDEST = 160  # characters of a source line that are shown


def _excerpt(at: Location) -> tuple[str, int, int]:
    """What is shown of a line, with the columns in it that are meant."""
    text, end = at.text, min(at.end, len(at.text) + 1)
    if len(text) <= _WIDEST:
        return text, at.column, end
    start = max(0, min(at.column - 1 - _WIDEST // 2, len(text) - _WIDEST))
    before, after = "…" if start else "", "…" if start + _WIDEST < len(text) else ""
    shift = len(before) - start
    shown = before + text[start : start + _WIDEST] + after
    return shown, at.column + shift, min(end + shift, len(shown) + 1)


def printable(text: str) -> str:
    """A text that a terminal shows and does not obey: no control but the tab, no bidi override.

    A source that nobody trusts could otherwise clear the screen of who reads its
    errors, or show them in another order than they have.
    """
    return text if text.isprintable() else _UNSHOWABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def escaped(text: str) -> str:
    """The same for what no column counts in: controls are shown as escapes, ``\\x1b``."""
    return "".join(
        character
        if character.isprintable() or character == "\t"
        else character.encode("unicode_escape").decode()
        for character in text
    )


def escaped_lines(text: str) -> str:
    """The same for a text of several lines, which stay lines."""
    return "\n".join(map(escaped, text.split("\n")))


_UNSHOWABLE = re.compile(
    "[\0-\x08\x0a-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


class Ring3Error(Exception):
    """Something that the user can mend: what happened, and what to try."""

    def __init__(self, message: str, *, help: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.help = help

    def as_data(self) -> dict[str, Any]:
        """For ``--json``."""
        return {"error": self.message, "help": self.help, "diagnostics": []}

    def render(self) -> str:
        """The text for a terminal, without a trailing newline."""
        texts = {"error": self.message, "  help": self.help}
        return "\n".join(
            "\n".join(map(printable, f"{what}: {text}".split("\n")))
            for what, text in texts.items()
            if text
        )


class SourceError(Ring3Error):
    """All that is wrong with a set of sources, sorted by place."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        unique = dict.fromkeys(diagnostics)
        self.diagnostics = tuple(
            sorted(unique, key=lambda d: (d.location.file, d.location.line, d.location.column))
        )
        count = len(self.diagnostics)
        super().__init__(f"{count} error{'' if count == 1 else 's'} in the source")

    def __str__(self) -> str:
        """What is wrong, for whoever lets the exception through: the count alone says nothing."""
        return self.render()

    def as_data(self) -> dict[str, Any]:
        return {**super().as_data(), "diagnostics": [d.as_data() for d in self.diagnostics]}

    def render(self) -> str:
        return "\n\n".join([*(d.render() for d in self.diagnostics), f"error: {self.message}"])
