"""Where assembly text comes from, and its cut into statements.

    "boot/pvh.s" ─ SourceTree.read ─> text ─ split ─> Statement, Statement, …

A file can include others from the roots of its SourceTree and from nowhere
else: an absolute path, `..` and a symbolic link that leads out of the roots are
refused, so that a source cannot read the files of the machine that builds it.

A Statement is a range of one line, without comments.  GNU as (Using as, 3.3 to
3.5) knows `#` up to the end of the line, `/* */`, and `;` between statements.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from ring3 import files
from ring3.asm.lexer import BLANKS, QUOTES_HELP, AssemblyError
from ring3.diagnostic import Diagnostic, Expansion, Location, Ring3Error
from ring3.files import LARGEST_FILE

LONGEST_LINE = 1 << 16  # characters


@dataclass(frozen=True)
class SourceTree:
    """The folders that ``.include`` may read from.

    ``roots`` are searched in order, after the including file's own folder,
    which must itself lie in a root.  ``generated`` maps the names of files that
    exist only in memory to their text; they are found first.
    """

    roots: tuple[Path, ...] = ()
    generated: Mapping[str, str] = field(default_factory=dict)

    def find(self, name: str, including: Path | None) -> tuple[str, Path | None]:
        """The text of an included file and its path, which is None for a generated one.

        ``including`` is the file that says ``.include``.  Raises Ring3Error when
        the name leads out of the roots, or to nothing that can be read.
        """
        generated = self.generated.get(name)
        files.fact(name, generated)
        if generated is not None:
            return generated, None
        self._refuse_escape(name)
        for folder in self._folders(including):
            path = folder / name
            if files.is_file(path):
                if not self._contains(path):
                    raise Ring3Error(f"`{name}` is a link that leads out of the source folders")
                return read_text(path), path
        raise Ring3Error(f"there is no `{name}` in the source folders", help=self._searched())

    def _refuse_escape(self, name: str) -> None:
        path = PurePosixPath(name)
        if not name or "\0" in name:
            raise Ring3Error("this is not the name of a file")
        if path.is_absolute() or ".." in path.parts:
            raise Ring3Error(
                f"`{name}` leads out of the source folders",
                help="a file is included by its path below a source folder",
            )

    def _folders(self, including: Path | None) -> Iterator[Path]:
        if including is not None and self._contains(including):
            yield including.parent
        yield from self.roots

    def _contains(self, path: Path) -> bool:
        real = files.real(path)
        return any(real.startswith(files.real(root).rstrip("/") + "/") for root in self.roots)

    def _searched(self) -> str | None:
        if not self.roots:
            return "nothing can be included here: this source has no source folders"
        return "searched " + ", ".join(display_name(root) for root in self.roots)


def read_text(path: Path) -> str:
    """The text of a source file; raises Ring3Error when it cannot be read, or is no text."""
    name = display_name(path)
    try:
        data = files.read(path)
    except OSError as error:
        raise Ring3Error(f"cannot read {name}: {error.strerror}") from None
    if len(data) > LARGEST_FILE:
        raise _too_large(name)
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise Ring3Error(f"{name} is not UTF-8 text (byte {error.start:,})") from None


def check_text(text: str, name: str) -> None:
    """Raise Ring3Error when no file could hold this text: it is too large, or not Unicode."""
    if len(text) > LARGEST_FILE:
        raise _too_large(name)
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise Ring3Error(
            f"{name} is not Unicode text (half of a surrogate pair at {error.start:,})"
        ) from None


def _too_large(name: str) -> Ring3Error:
    return Ring3Error(f"{name} is larger than {LARGEST_FILE >> 20} MiB")


def display_name(path: Path) -> str:
    """How diagnostics call a file: relative to the current folder when below it."""
    try:
        return str(path.absolute().relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(path)


class Statement(NamedTuple):
    """``text[start:stop]`` is one statement of line number ``line`` of a file."""

    text: str
    start: int
    stop: int
    line: int
    file: str
    path: Path | None
    via: Expansion | None

    @property
    def content(self) -> str:
        """The statement alone."""
        return self.text[self.start : self.stop]

    def location(self, start: int | None = None, stop: int | None = None) -> Location:
        """The place of ``text[start:stop]``, by default of the whole statement."""
        if start is None:
            content = self.content
            start = self.start + len(content) - len(content.lstrip())
            stop = self.start + len(content.rstrip())
        end = max(stop or 0, start + 1)
        return Location(self.file, self.line, start + 1, end + 1, self.text, self.via)


def split(
    text: str,
    file: str,
    path: Path | None = None,
    via: Expansion | None = None,
    *,
    first_line: int = 1,
    report: Callable[[Diagnostic], None] | None = None,
) -> Iterator[Statement]:
    """Cut a text into statements; raises AssemblyError at a comment without an end.

    ``report`` is told of strings without an end, whose lines are then left out:
    to GNU as they go on in the next line, also in a part that is skipped.
    """
    in_comment = False
    opened = first_line
    for number, line in enumerate(text.split("\n"), start=first_line):
        if not in_comment and _SPECIAL.search(line) is None:
            if line.strip(BLANKS):
                yield Statement(line, 0, len(line), number, file, path, via)
            continue
        if in_comment:
            closing = line.find("*/")
            if closing < 0:
                continue
            line = " " * (closing + 2) + line[closing + 2 :]  # noqa: PLW2901
        if len(line) > LONGEST_LINE:  # whoever reads it refuses it
            yield Statement(line, 0, len(line), number, file, path, via)
            continue
        line, pieces, in_comment = _cut(line)  # noqa: PLW2901
        opened = number if in_comment else opened
        for start, stop in pieces:
            statement = Statement(line, start, stop, number, file, path, via)
            if report is None or _ends_its_strings(statement, report):
                yield statement
    if in_comment:
        place = Location(file, opened, 1, 2, text.split("\n")[opened - first_line], via)
        raise AssemblyError(
            Diagnostic("unterminated-comment", "this comment has no end", place, "close it: `*/`")
        )


_SPECIAL = re.compile(r"[\"'#;\0]|/\*")
_MARK = re.compile(
    r""" "(?:[^"\\]|\\.)*" | '(?:\\.|[^\\])'? | " | '\\?$ | (?P<mark> /\* | \# | ; )""", re.X
)


def _cut(line: str) -> tuple[str, list[tuple[int, int]], bool]:
    """A line without its comments, the ranges of its statements, whether a comment stays open."""
    pieces = []
    start = position = 0
    while match := _MARK.search(line, position):
        position = match.end()
        mark = match["mark"]
        if mark == ";":
            pieces.append((start, match.start()))
            start = position
        elif mark == "#" or match[0] == '"':  # what follows a quote without an end is its text
            if mark:
                line = line[: match.start()]
            break
        elif mark:
            closing = line.find("*/", position)
            if closing < 0:
                pieces.append((start, match.start()))
                return line, _with_content(line, pieces), True
            line = line[: match.start()] + " " * (closing + 2 - match.start()) + line[closing + 2 :]
    pieces.append((start, len(line)))
    return line, _with_content(line, pieces), False


def _ends_its_strings(statement: Statement, report: Callable[[Diagnostic], None]) -> bool:
    position = statement.start
    zero = statement.text.find("\0", position, statement.stop)
    if zero >= 0:  # to GNU as the end of a macro's body
        place = statement.location(zero, zero + 1)
        message, cure = "a zero byte stands here", r"write it as \0, in a string"
        report(Diagnostic("unexpected-character", message, place, cure))
        return False
    while match := _MARK.search(statement.text, position, statement.stop):
        position = match.end()
        if match[0] == '"':
            place = statement.location(match.start(), statement.stop)
            message = "this string has no end"
            report(Diagnostic("unterminated-string", message, place, 'close it with `"`'))
            return False
        if match[0] in ("'", "'\\"):
            place = statement.location(match.start(), statement.stop)
            message = "a character must follow `'`"
            report(Diagnostic("malformed-character", message, place, QUOTES_HELP))
            return False
    return True


def _with_content(line: str, pieces: list[tuple[int, int]]) -> list[tuple[int, int]]:
    return [(start, stop) for start, stop in pieces if line[start:stop].strip(BLANKS)]
