"""A TOML file that a person wrote: its tables, and all that is wrong with it, each at its line.

    read_toml(path) ──> TomlFile.tables ──> whoever knows what the keys mean
                            │                   │
                            └── raise_any() <───┴── check_keys(), complain()
                                  all of it in one go, or nothing

tomllib does not tell where a key stands; ``ring3.toml_lines`` finds it when it matters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from ring3.diagnostic import Diagnostic, Location, Ring3Error, SourceError, suggestion
from ring3.toml_lines import Lines, Place

BEGINNING: Place = (1, 1)
"""Where something is wrong that stands nowhere."""


class Rule(Protocol):
    """What a key must be: in words, and as a test."""

    @property
    def wants(self) -> str:
        """What must stand there: "a text"."""

    @property
    def admits(self) -> Callable[[Any], bool]:
        """Whether a value is such a thing."""

    @property
    def words(self) -> Sequence[str]:
        """All that it can be, where that is one of a few words."""


class Key(NamedTuple):
    """A rule, and whether the key must be there."""

    wants: str
    admits: Callable[[Any], bool]
    required: bool = False
    words: Sequence[str] = ()


def one_of(words: Iterable[str]) -> Key:
    """The rule of a key that is one of ``words``."""
    known = tuple(words)
    wants = " or ".join(f'"{word}"' for word in known)
    return Key(wants, lambda value: isinstance(value, str) and value in known, words=known)


class TomlFile:
    """One file, and what has been found wrong with it so far."""

    def __init__(self, path: Path, text: str, tables: Mapping[str, Any]) -> None:
        self.path = path
        self.tables = tables
        self._text = text
        self._found: list[Diagnostic] = []

    @property
    def complaints(self) -> int:
        """How many there are so far."""
        return len(self._found)

    @cached_property
    def _lines(self) -> Lines:
        return Lines(self._text)

    def place(
        self, table: tuple[str, ...] = (), index: int = 0, key: str | None = None
    ) -> Place | None:
        """Where ``key`` stands in the ``index``-th table of that name; else where the table does.

        None when neither has a line of its own.
        """
        return self._lines.place(table, index, key)

    def complain(
        self, code: str, message: str, place: Place | None, cure: str | None = None
    ) -> None:
        """Note that something is wrong, at ``place`` or of the whole file."""
        line, column = place or BEGINNING
        self._found.append(
            Diagnostic(code, message, _location(self.path, self._lines, line, column), cure)
        )

    def check_keys(
        self,
        table: Mapping[str, Any],
        known: Mapping[str, Rule],
        owner: str,
        place: Callable[[str], Place | None],
    ) -> None:
        """Complain of every key of ``table`` that ``owner`` has not, and of every wrong value."""
        for key, value in table.items():
            if key not in known:
                message = f"`{key}` is not a key of {owner}"
                self.complain("unknown-key", message, place(key), suggestion(key, known))
            elif not known[key].admits(value):
                wants = known[key].wants.replace("`", "")
                cure = suggestion(value, known[key].words) if known[key].words else None
                self.complain(
                    "bad-value", f"`{key}` must be {wants}, not {value!r}", place(key), cure
                )

    def raise_any(self) -> None:
        """Raise SourceError with all that was complained of, if anything was."""
        if self._found:
            raise SourceError(self._found)


def read_toml(path: Path) -> TomlFile:
    """The file, as yet without complaint.

    Raises Ring3Error when it cannot be read, and SourceError when it is no TOML.
    """
    import tomllib  # noqa: PLC0415  # many a build has no such file

    try:
        text = path.read_bytes().decode()
    except OSError as error:
        raise Ring3Error(f"cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise Ring3Error(f"{path}: not UTF-8 at byte {error.start}, so not TOML") from error
    try:
        return TomlFile(path, text, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise SourceError([_not_toml(path, text, str(error))]) from error


def is_text(value: Any) -> bool:
    """A text with something in it."""
    return isinstance(value, str) and value != ""


def is_any_text(value: Any) -> bool:
    """A text, be it empty."""
    return isinstance(value, str)


def is_flag(value: Any) -> bool:
    """True or false."""
    return isinstance(value, bool)


def is_whole(value: Any, least: int, most: int) -> bool:
    """A whole number from ``least`` to ``most``."""
    return type(value) is int and least <= value <= most


def are_texts(value: Any) -> bool:
    """A list of texts."""
    return isinstance(value, list) and all(map(is_any_text, value))


# tomllib says where only in words.
_WHERE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")

# A table's header, or a key: what is underlined.
_WORD = re.compile(r"""\[+[^\]]*\]+|"[^"]*"|'[^']*'|[\w.-]+""")


def _not_toml(path: Path, text: str, message: str) -> Diagnostic:
    lines = Lines(text)
    where = _WHERE.search(message)
    line, column = (max(1, len(text.splitlines())), 1)
    if where is not None and where[1] is not None:
        line, column = int(where[1]), int(where[2])
    what = message[: where.start()] if where is not None else message
    return Diagnostic("not-toml", what, _location(path, lines, line, column))


def _location(path: Path, lines: Lines, line: int, column: int) -> Location:
    text = lines.text(line)
    word = _WORD.match(text, column - 1)
    return Location(str(path), line, column, word.end() + 1 if word else column + 1, text)
