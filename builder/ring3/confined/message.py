"""What a child answers, in a form that a child which was taken over cannot abuse.

    length of the JSON, 8 bytes, little-endian │ JSON │ the files' bytes, one after the other

    {"files": {name: size}, "texts": {name: text}}                           done
    {"message": text, "help": text or null, "diagnostics": [...] or null}    errors
    {"limit": name}                                                          see Limits

Nothing of it is code: it is read into texts, numbers and bytes, and each of them is
checked.  Whatever is not as described is a Malformed answer.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn, TypeVar

from ring3.diagnostic import (
    Diagnostic,
    Expansion,
    Location,
    Ring3Error,
    Severity,
    SourceError,
)

_LENGTH = 8
_DEEPEST_CHAIN = 200  # of expansions


class MalformedError(Exception):
    """The bytes are no answer."""


@dataclass(frozen=True)
class Answer:
    """What was made: files by name, and texts by name."""

    files: Mapping[str, bytes]
    texts: Mapping[str, str]

    def file(self, name: str) -> bytes:
        """The bytes of a file; raises MalformedError when there is none of that name."""
        return self.files[name] if name in self.files else _malformed()

    def text(self, name: str) -> str:
        """A text; raises MalformedError when there is none of that name."""
        return self.texts[name] if name in self.texts else _malformed()


@dataclass(frozen=True)
class Struck:
    """A limit ended the work: the name of a field of Limits."""

    limit: str


# -- the child's side ----------------------------------------------------------------------


def answer_bytes(answer: Answer | Ring3Error | Struck) -> bytes:
    """An answer as it is sent."""
    blobs: list[bytes] = []
    if isinstance(answer, Answer):
        blobs = list(answer.files.values())
        sizes = {name: len(data) for name, data in answer.files.items()}
        described: dict[str, Any] = {"files": sizes, "texts": dict(answer.texts)}
    elif isinstance(answer, Struck):
        described = {"limit": answer.limit}
    else:
        diagnostics = None
        if isinstance(answer, SourceError):
            diagnostics = [_diagnostic_data(diagnostic) for diagnostic in answer.diagnostics]
        described = {"message": answer.message, "help": answer.help, "diagnostics": diagnostics}
    head = json.dumps(described).encode()
    return b"".join((len(head).to_bytes(_LENGTH, "little"), head, *blobs))


def _diagnostic_data(diagnostic: Diagnostic) -> dict[str, Any]:
    return {
        "code": diagnostic.code,
        "message": diagnostic.message,
        "help": diagnostic.help,
        "severity": diagnostic.severity.value,
        "at": _location_data(diagnostic.location),
        "via": [
            {"what": step.what, "macro": step.macro, "at": _location_data(step.at)}
            for step in diagnostic.chain()
        ],
    }


def _location_data(at: Location) -> list[str | int]:
    return [at.file, at.line, at.column, at.end, at.text]


# -- the parent's side -----------------------------------------------------------------------


def read_answer(data: bytes) -> Answer | Ring3Error | Struck:
    """The answer that these bytes are; raises MalformedError when they are none."""
    length = int.from_bytes(data[:_LENGTH], "little")
    blobs = memoryview(data)[_LENGTH + length :]
    try:
        described = json.loads(data[_LENGTH : _LENGTH + length])
    except (ValueError, RecursionError):
        raise MalformedError from None
    if len(data) < _LENGTH + length or not isinstance(described, dict):
        _malformed()
    if "files" in described:
        return Answer(
            _cut(blobs, _table(described["files"], int)), _table(described.get("texts"), str)
        )
    if blobs:
        _malformed()
    if "limit" in described:
        return Struck(_text(described["limit"]))
    if described.get("diagnostics") is not None:
        return SourceError(_diagnostic(row) for row in _list(described["diagnostics"]))
    return Ring3Error(_text(described.get("message")), help=_text_or_none(described.get("help")))


def _cut(blobs: memoryview, sizes: Mapping[str, int]) -> dict[str, bytes]:
    files = {}
    start = 0
    for name, size in sizes.items():
        if not 0 <= size <= len(blobs) - start:
            _malformed()
        files[name] = bytes(blobs[start : start + size])
        start += size
    return files if start == len(blobs) else _malformed()


def _diagnostic(row: object) -> Diagnostic:
    if not isinstance(row, dict):
        _malformed()
    steps = _list(row.get("via"))
    if len(steps) > _DEEPEST_CHAIN:
        _malformed()
    via: Expansion | None = None
    for step in reversed(steps):
        if not isinstance(step, dict):
            _malformed()
        at = _location(step.get("at"), via)
        via = Expansion(_text(step.get("what")), at, _text_or_none(step.get("macro")))
    try:
        severity = Severity(row.get("severity"))
    except ValueError:
        _malformed()
    return Diagnostic(
        _text(row.get("code")),
        _text(row.get("message")),
        _location(row.get("at"), via),
        _text_or_none(row.get("help")),
        severity,
    )


def _location(data: object, via: Expansion | None) -> Location:
    match data:
        case [str(file), int(line), int(column), int(end), str(text)]:
            return Location(file, line, column, end, text, via)
        case _:
            return _malformed()


_T = TypeVar("_T", int, str)


def _table(data: object, kind: type[_T]) -> dict[str, _T]:
    if not isinstance(data, dict) or not all(type(value) is kind for value in data.values()):
        _malformed()
    return data


def _list(data: object) -> list[Any]:
    return data if isinstance(data, list) else _malformed()


def _text(data: object) -> str:
    return data if isinstance(data, str) else _malformed()


def _text_or_none(data: object) -> str | None:
    return None if data is None else _text(data)


def _malformed() -> NoReturn:
    raise MalformedError
