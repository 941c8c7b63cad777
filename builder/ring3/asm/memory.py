"""Objects remembered between builds, so that only what has changed is assembled again.

    source, tree ── key ──> ~/.cache/ring3/objects/KEY ── are its includes as they were? ──> Object
                                                      └── no: assemble, remember ──────────> Object

The key is a digest of everything that the result depends on but the included
files: the source and its name, the folders, the assembler itself.  What was
included is kept with the object, and looked up again before it is believed: a
file that changed, or a new one that comes earlier in the search, makes a miss.

Forgetting is always safe, and so are two builds at once: an entry appears whole
or not at all.  RING3_CACHE names another folder; empty, nothing is remembered.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from ring3.asm.object import Object
from ring3.asm.source import SourceTree
from ring3.diagnostic import Ring3Error

MOST_ENTRIES = 4000
"""When there are more, the older half is forgotten."""


@dataclass(frozen=True)
class _Include:
    """What ``.include`` of ``name`` in the file ``including`` found: a digest of the text."""

    name: str
    including: Path | None
    digest: bytes


@dataclass(frozen=True)
class _RecordingTree(SourceTree):
    """A tree that notes what was included from it."""

    includes: list[_Include] = field(default_factory=list)

    def find(self, name: str, including: Path | None) -> tuple[str, Path | None]:
        text, path = super().find(name, including)
        self.includes.append(_Include(name, including, _digest(text)))
        return text, path


def remembered(
    path: Path, text: str, tree: SourceTree, assemble: Callable[[SourceTree], Object]
) -> Object:
    """What ``assemble(tree)`` makes of ``text``, the source at ``path``: now, or earlier.

    Errors are not remembered: ``assemble`` raises them anew each time.
    """
    folder = cache_folder()
    if folder is None:
        return assemble(tree)
    entry = folder / _key(path, text, tree)
    known = _recall(entry, tree)
    if known is not None:
        return known
    recording = _RecordingTree(tree.roots, tree.generated)
    made = assemble(recording)
    _remember(entry, recording.includes, made)
    return made


def cache_folder() -> Path | None:
    """Where objects are remembered, and what else is found out once; None for nowhere."""
    chosen = os.environ.get("RING3_CACHE")
    if chosen is not None:
        return Path(chosen) if chosen else None
    try:
        home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    except RuntimeError:  # nobody's home
        return None
    return Path(home) / "ring3" / "objects"


def _key(path: Path, text: str, tree: SourceTree) -> str:
    # The current folder is in the names that diagnostics and debuggers see.
    parts = [_assembler_digest().hex(), str(Path.cwd()), str(path), text, *map(str, tree.roots)]
    return _digest("\0".join(parts)).hex()


@cache
def _assembler_digest() -> bytes:
    """Changes with the assembler's code, and with Keystone and Capstone."""
    package = Path(__file__).parent
    digest = hashlib.sha256()
    for source in [*sorted(package.glob("*.py")), package.parent / "diagnostic.py"]:
        digest.update(source.read_bytes())
    for library in ("keystone", "capstone"):
        spec = find_spec(library)
        if spec is not None and spec.origin is not None:
            facts = Path(spec.origin).stat()
            digest.update(f"{spec.origin} {facts.st_size} {facts.st_mtime_ns}".encode())
    return digest.digest()


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def _recall(entry: Path, tree: SourceTree) -> Object | None:
    """The object of an entry whose includes are still the same."""
    try:
        includes, packed = pickle.loads(entry.read_bytes())
        if all(_still_found(include, tree) for include in includes):
            made = pickle.loads(packed)
            return made if isinstance(made, Object) else None
    except Exception:  # an entry that was damaged can fail in any way; it is made anew
        return None
    return None


def _still_found(include: _Include, tree: SourceTree) -> bool:
    try:
        text, _ = tree.find(include.name, include.including)
    except Ring3Error:
        return False
    return _digest(text) == include.digest


def _remember(entry: Path, includes: list[_Include], made: Object) -> None:
    """Write an entry, if that is possible: a full disk must not stop a build."""
    with contextlib.suppress(OSError):
        entry.parent.mkdir(parents=True, exist_ok=True)
        _forget_old(entry.parent)
        descriptor, temporary = tempfile.mkstemp(dir=entry.parent)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                pickle.dump((includes, pickle.dumps(made)), stream)
            Path(temporary).replace(entry)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise


def _forget_old(folder: Path) -> None:
    entries = list(_entries(folder))
    if len(entries) > MOST_ENTRIES:
        entries.sort()
        for _, path in entries[: len(entries) // 2]:
            Path(path).unlink(missing_ok=True)


def _entries(folder: Path) -> Iterator[tuple[int, str]]:
    """The files of the cache with the times when they were written."""
    with os.scandir(folder) as found:
        for item in found:
            with contextlib.suppress(FileNotFoundError):  # another build forgot it just now
                yield item.stat().st_mtime_ns, item.path
