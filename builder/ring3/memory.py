"""What builds remember, so that only what has changed is made again.

    question ── key ──> ~/.cache/ring3/KEY ── is all that was looked at as it was? ──> answer
                                          └── no: make, remember ────────────────────> answer

The key is a digest of the question, of the current folder and of ring3 itself,
with Keystone and Capstone.  Beside the answer stands what was looked at in order
to make it (files.py): the files that were read, those that were looked for and
not there, where links led.  All of it is looked at again, by content, before the
answer is believed.  Warnings that were told meanwhile (warning.py) are told again.

Forgetting is always safe, and so are two builds at once: an entry appears whole
or not at all, and one that was damaged is made anew.  RING3_CACHE names another
folder; empty, nothing is remembered.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from ring3 import files
from ring3.warning import told_to, warn

if TYPE_CHECKING:
    from ring3.diagnostic import Diagnostic

MOST_BYTES = 1 << 27
"""128 MiB; when there is more, what was used longest ago is forgotten, down to half of it."""

_DAY = 24 * 60 * 60  # seconds: how exactly it is known when an entry was used

Answer = TypeVar("Answer")


def remembered(
    question: Iterable[str],
    make: Callable[[], Answer],
    facts: Mapping[str, str] | None = None,
) -> Answer:
    """What ``make`` gives: now, or earlier when everything was as it is now.

    ``question`` says all that the answer depends on, but for the files that
    ``make`` reads by ``ring3.files`` and the texts that it notes there as facts;
    ``facts`` are those texts now.  Errors are not remembered: ``make`` raises
    them each time.
    """
    # The current folder is in the names that diagnostics and debuggers see.
    entry = _entry(str(Path.cwd()), *question)
    if entry is None:
        return make()
    known: tuple[Answer] | None = _recall(entry, facts)
    if known is not None:
        return known[0]
    for tell in _making.get():
        tell()
    told: list[Diagnostic] = []
    with files.noting() as notes, told_to(told.append):
        answer = make()
    _remember(entry, notes, answer, told)
    return answer


@contextmanager
def making(tell: Callable[[], object]) -> Iterator[None]:
    """``tell`` is called within the block whenever something is not remembered and is made."""
    token = _making.set((*_making.get(), tell))
    try:
        yield
    finally:
        _making.reset(token)


_making: ContextVar[tuple[Callable[[], object], ...]] = ContextVar("_making", default=())


def recall(question: str) -> Any:
    """What ``keep`` was given for this question, by this version of ring3; None for nothing."""
    entry = _entry(question)
    known = _recall(entry, None) if entry is not None else None
    return None if known is None else known[0]


def keep(question: str, answer: object) -> None:
    """Remember what depends on nothing but the question."""
    entry = _entry(question)
    if entry is not None:
        _remember(entry, {}, answer, [])


def _entry(*question: str) -> Path | None:
    folder = cache_folder()
    if folder is None:
        return None
    return folder / sha256("\0".join((_version(), *question)).encode()).hexdigest()


def cache_folder() -> Path | None:
    """Where it is remembered, and what else is found out once; None for nowhere."""
    chosen = os.environ.get("RING3_CACHE")
    if chosen is not None:
        return Path(chosen) if chosen else None
    try:
        home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    except RuntimeError:  # nobody's home
        return None
    return Path(home) / "ring3"


@cache
def _version() -> str:
    """Changes with the code of ring3, and with Keystone and Capstone."""
    version = sha256()
    for folder, folders, names in os.walk(Path(__file__).parent):
        folders.sort()
        for name in sorted(names):
            if name.endswith(".py"):
                path = f"{folder}/{name}"
                version.update(f"{path}\0".encode())
                with open(path, "rb", buffering=0) as stream:  # noqa: PTH123  # of hundreds
                    version.update(stream.readall())
    for library in ("keystone", "capstone"):
        spec = find_spec(library)
        if spec is not None and spec.origin is not None:
            of = Path(spec.origin).stat()
            version.update(f"{spec.origin} {of.st_size} {of.st_mtime_ns}".encode())
    return version.hexdigest()


def _recall(entry: Path, facts: Mapping[str, str] | None) -> tuple[Any] | None:
    """The answer of a sound entry, all of whose sights are as they were."""
    try:
        data = entry.read_bytes()
        if sha256(data[_DIGEST_SIZE:]).digest() != data[:_DIGEST_SIZE]:
            return None
        notes, packed = pickle.loads(data[_DIGEST_SIZE:])
        if any(files.look(sight, facts) != seen for sight, seen in notes.items()):
            return None
        answer, told = pickle.loads(packed)
    except Exception:  # an entry of something else can fail in any way; it is made anew
        return None
    for sight, seen in notes.items():
        files.note(sight, seen)
    for warning in told:
        warn(warning)
    _note_use(entry)
    return (answer,)


_DIGEST_SIZE = sha256().digest_size


def _note_use(entry: Path) -> None:
    with contextlib.suppress(OSError):
        if time.time() - entry.stat().st_mtime > _DAY:
            os.utime(entry)


def _remember(entry: Path, notes: files.Notes, answer: object, told: Sequence[Diagnostic]) -> None:
    """Write an entry, if that is possible: a full disk must not stop a build."""
    packed = pickle.dumps((notes, pickle.dumps((answer, told))))
    temporary = entry.with_name(f".{entry.name}.{os.getpid()}.{time.monotonic_ns()}")
    with contextlib.suppress(OSError):
        _make_room(entry.parent)
        try:
            with temporary.open("xb") as stream:
                stream.write(sha256(packed).digest() + packed)
            temporary.replace(entry)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


@cache
def _make_room(folder: Path) -> None:
    """Make the folder and forget the oldest entries when there are too many, once a run."""
    folder.mkdir(parents=True, exist_ok=True)
    entries = sorted(_entries(folder))
    size = sum(size for _, size, _ in entries)
    if size <= MOST_BYTES:
        return
    for _, freed, path in entries:
        Path(path).unlink(missing_ok=True)
        size -= freed
        if size <= MOST_BYTES // 2:
            return


def _entries(folder: Path) -> Iterator[tuple[int, int, str]]:
    """When each file of the memory was last used, its size in bytes, its path."""
    with os.scandir(folder) as found:
        for item in found:
            with contextlib.suppress(FileNotFoundError):  # another build forgot it just now
                if item.is_file(follow_symlinks=False):
                    facts = item.stat()
                    yield facts.st_mtime_ns, facts.st_size, item.path
