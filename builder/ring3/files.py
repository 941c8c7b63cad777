"""The files that a build looks at, noted for whoever remembers what was made of them.

    read(path)      its bytes              ─┐
    is_file(path)   whether there is one    ├─ note ──> every open ``noting()``: Sight -> digest
    real(path)      where it really lies    │                                      │
    fact(name, …)   a text that was made   ─┘                                      v
    look(sight)     the digest now  <──────────────────────────── is it still the same?

Within ``once()`` every file is read once, however many ask for it: one build
sees one state of it.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

LARGEST_FILE = 1 << 22
"""Bytes: 4 MiB; a larger source is a mistake."""

Sight = tuple[str, str]
"""Something to look at: ("file", path), ("real", path) or ("fact", name)."""

Notes = dict[Sight, bytes]
"""What was seen there: 32 bytes that are the same as long as it is."""

Made = TypeVar("Made")

_ABSENT = b"-" * 32
_CHANGED = b"!" * 32  # between two looks; nothing ever looks like that


@dataclass(slots=True)
class Seen:
    """What has been read within ``once()``."""

    contents: dict[str, bytes] = field(default_factory=dict)
    digests: Notes = field(default_factory=dict)
    folders: dict[str, str] = field(default_factory=dict)


_once: ContextVar[Seen | None] = ContextVar("_once", default=None)
_noting: ContextVar[tuple[Notes, ...]] = ContextVar("_noting", default=())


@contextmanager
def once(seen: Seen | None = None) -> Iterator[Seen]:
    """Read each file once within the block; what was ``seen`` in another block is as it was."""
    seen = seen or _once.get() or Seen()
    token = _once.set(seen)
    try:
        yield seen
    finally:
        _once.reset(token)


def as_now(make: Callable[[], Made]) -> Callable[[], Made]:
    """``make``, called later, finds every file as it has been read until now."""
    seen = _once.get()

    def later() -> Made:
        with once(seen):
            return make()

    return later


@contextmanager
def noting() -> Iterator[Notes]:
    """Note all that is looked at within the block."""
    notes: Notes = {}
    token = _noting.set((*_noting.get(), notes))
    try:
        yield notes
    finally:
        _noting.reset(token)


def note(sight: Sight, seen: bytes) -> None:
    """Tell everybody who notes."""
    for notes in _noting.get():
        if notes.setdefault(sight, seen) != seen:
            notes[sight] = _CHANGED


def kept(make: Callable[[], Made]) -> Callable[[], Made]:
    """``make``, called once; what it looked at is noted for everybody who asks."""
    known: list[tuple[Made, Notes]] = []

    def ask() -> Made:
        if not known:
            with noting() as notes:
                known.append((make(), notes))
        else:
            for sight, seen in known[0][1].items():
                note(sight, seen)
        return known[0][0]

    return ask


def read(path: Path) -> bytes:
    """The bytes of a file, of one that is too large as many as show it; raises OSError."""
    name = str(path)
    seen = _once.get() or Seen()
    if name not in seen.contents:
        with path.open("rb") as stream:  # also a pipe, or a device, whose size nobody knows
            seen.contents[name] = stream.read(LARGEST_FILE + 1)
    note(("file", name), look(("file", name), seen=seen))
    return seen.contents[name]


def is_file(path: Path) -> bool:
    """Whether there is such a file; the bytes of one that is there are noted by ``read``."""
    found = os.path.isfile(path)  # noqa: PTH113  # no error for a name that is too long
    if not found:
        note(("file", str(path)), _ABSENT)
    return found


def real(path: Path) -> str:
    """The path without symbolic links."""
    name = str(path)
    seen = _once.get() or Seen()
    note(("real", name), look(("real", name), seen=seen))
    return _real(name, seen)


def fact(name: str, text: str | None) -> None:
    """Note a text that is no file: it was made, and can be made again (None: there was none)."""
    note(("fact", name), _ABSENT if text is None else digest(text))


def look(sight: Sight, facts: Mapping[str, str] | None = None, seen: Seen | None = None) -> bytes:
    """What is there now; ``facts`` are the texts that were made, by name."""
    kind, name = sight
    if kind == "fact":
        return digest(facts[name]) if facts is not None and name in facts else _ABSENT
    seen = seen or _once.get() or Seen()
    if sight not in seen.digests:
        if kind == "real":
            seen.digests[sight] = sha256(os.fsencode(_real(name, seen))).digest()
        else:
            content = seen.contents.get(name)
            content = _content(name) if content is None else content
            seen.digests[sight] = _ABSENT if content is None else sha256(content).digest()
            if content is not None:
                seen.contents[name] = content
    return seen.digests[sight]


@lru_cache(maxsize=64)
def digest(text: str) -> bytes:
    """What a text looks like."""
    return sha256(text.encode()).digest()


def _content(name: str) -> bytes | None:
    """The bytes of a file; None where there is none, or none that could be a source."""
    try:
        descriptor = os.open(name, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError):
        return None
    with os.fdopen(descriptor, "rb") as stream:
        facts = os.fstat(descriptor)
        is_source = stat.S_ISREG(facts.st_mode) and facts.st_size <= LARGEST_FILE
        return stream.read() if is_source else None


def _real(name: str, seen: Seen) -> str:
    if os.path.islink(name):  # noqa: PTH114
        return os.path.realpath(name)
    folder, last = os.path.split(name)
    if last in ("", ".", ".."):
        return os.path.realpath(name)
    if folder not in seen.folders:
        seen.folders[folder] = os.path.realpath(folder)
    return os.path.join(seen.folders[folder], last)  # noqa: PTH118
