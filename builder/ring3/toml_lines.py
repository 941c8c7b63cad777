"""Where in a TOML file a key stands, which tomllib does not tell.

    [[check]]            ("check",) 0         line 1
    name = "one"         ("check",) 0 name    line 2
    [[check]]            ("check",) 1         line 3

Only headers and the keys at the beginning of a line are found: enough to point
at.  What is written in another way (an inline table, a dotted key) has no place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

Place = tuple[int, int]
"""Line and column, both from 1."""

_HEADER = re.compile(r"\s*(\[\[?)\s*([A-Za-z0-9_.\-\"' ]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"\s*(?:([A-Za-z0-9_\-]+)|\"([^\"\\]*)\"|'([^']*)')\s*[.=]")


class Lines:
    """The lines of a TOML text, and where its tables and keys are (from 1, both)."""

    def __init__(self, text: str) -> None:
        self._lines = text.splitlines()
        self._places: dict[tuple[tuple[str, ...], int, str | None], Place] = {}
        self._find()

    def text(self, line: int) -> str:
        """The line's text; empty when there is none."""
        return self._lines[line - 1] if 1 <= line <= len(self._lines) else ""

    def place(self, table: tuple[str, ...], index: int, key: str | None = None) -> Place | None:
        """Line and column of ``key`` in the ``index``-th table of that name, or of its header.

        A key may be written as a table, and a table as a key of the one around
        it.  A key that cannot be found has its table's place.
        """
        ways: list[tuple[tuple[str, ...], int, str | None]] = [(table, index, key)]
        if key is not None:
            ways += [((*table, key), 0, None), (table, index, None)]
        if table:
            ways.append((table[:-1], 0, table[-1]))
        return next((self._places[way] for way in ways if way in self._places), None)

    def _find(self) -> None:
        table: tuple[str, ...] = ()
        count: dict[tuple[str, ...], int] = {}
        for number, line in self._outside_of_values():
            if header := _HEADER.match(line):
                table = tuple(part.strip(" \"'") for part in header[2].split("."))
                count[table] = count.get(table, -1) + 1
                self._places[table, count[table], None] = (number, header.start(1) + 1)
            elif key := _KEY.match(line):
                name = key[1] or key[2] or key[3] or ""
                column = len(line) - len(line.lstrip()) + 1
                self._places.setdefault((table, count.get(table, 0), name), (number, column))

    def _outside_of_values(self) -> Iterator[tuple[int, str]]:
        """The lines that do not begin inside a text or a list."""
        ends: str | None = None
        depth = 0
        for number, line in enumerate(self._lines, 1):
            if ends is None and depth <= 0:
                yield number, line
                depth = 0
            if ends is None and depth == 0 and _HEADER.match(line):
                continue
            ends, depth = _scan(line, ends, depth)


# What matters for where a value ends: texts, comments, brackets.
_TOKEN = re.compile(
    r'"""|\'\'\'|"(?:[^"\\]|\\.)*"|\'[^\']*\'|#.*|[\[\]{}]',
)


def _scan(line: str, ends: str | None, depth: int) -> tuple[str | None, int]:
    """Which text and how many brackets are still open after ``line``."""
    position = 0
    while position < len(line):
        if ends is not None:
            close = line.find(ends, position)
            while ends == '"""' and close > 0 and _is_escaped(line, close):
                close = line.find(ends, close + 1)
            if close < 0:
                return ends, depth
            ends, position = None, close + 3
            continue
        token = _TOKEN.search(line, position)
        if token is None:
            break
        position = token.end()
        if token[0] in ('"""', "'''"):
            ends = token[0]
        elif token[0] in "[{":
            depth += 1
        elif token[0] in "]}":
            depth -= 1
    return ends, depth


def _is_escaped(line: str, position: int) -> bool:
    before = line[:position]
    return (len(before) - len(before.rstrip("\\"))) % 2 == 1
