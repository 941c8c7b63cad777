"""What a student handed in, as files in memory: nothing of it is trusted, nothing is unpacked.

    a folder ──────────────────┐
    .zip ──────────────────────┼──> entries ──> those the assignment asks for ──> Submission
    .tar .tar.gz .bz2 .xz ─────┘    capped       line ends and BOM mended, with a note

Only regular files count: a symbolic link is never followed, a device never
opened.  A path that leads out of its archive cannot do so here, because no
path of an archive is ever given to the file system; it is noted.  Sizes are
capped while reading, whatever an archive's own tables claim.
"""

from __future__ import annotations

import bz2
import difflib
import gzip
import hashlib
import io
import lzma
import os
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TypeVar

from ring3.diagnostic import Ring3Error, escaped

ARCHIVE_LIMIT = 8 << 20  # bytes of a packed archive
UNPACKED_LIMIT = 64 << 20  # bytes of a tar archive once it is decompressed
FILE_LIMIT = 1 << 20  # bytes of one file that the assignment asks for
ENTRY_LIMIT = 10_000  # files and folders of a submission
NAME_LIMIT = 200  # bytes of a submission's name
SHOWN = 5  # names that a note lists before it counts the rest

ARCHIVES = (".tar.gz", ".tar.bz2", ".tar.xz", ".tgz", ".tbz2", ".txz", ".tar", ".zip")

BYTE_ORDER_MARK = b"\xef\xbb\xbf"

# What archivers and editors leave behind; not worth a word to the student.
LITTER = frozenset(
    {".DS_Store", "Thumbs.db", "__MACOSX", ".git", ".vscode", ".idea", ".ring3", "grades"}
)


class RefusedError(Ring3Error):
    """What was handed in cannot be graded, and the student can mend that."""


class UnreadableError(Ring3Error):
    """What was handed in is there and cannot be read: the grader's matter, and no zero."""


@dataclass(frozen=True)
class Submission:
    """The files that the assignment asks for, by their path in the workspace.

    ``notes`` are for the student: what was ignored, what was mended.
    """

    name: str
    files: dict[str, bytes]
    notes: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """The same for the same files, however they were packed."""
        digest = hashlib.sha256()
        for path, data in sorted(self.files.items()):
            digest.update(f"{path}\0{len(data)}\0".encode())
            digest.update(data)
        return digest.hexdigest()


Counted = TypeVar("Counted")


@dataclass(frozen=True)
class Entry:
    """One thing in a folder or an archive; ``read`` gives at most so many of its bytes."""

    path: str
    what: str  # "file", or what it is instead: "symbolic link", "device" …
    read: Callable[[int], bytes] | None = None


def read_submission(
    path: Path,
    required: Sequence[str],
    optional: Sequence[str] = (),
    handed_out: Sequence[str] = (),
) -> Submission:
    """Take in ``path``; the others are paths in the workspace, with ``/``.

    What was ``handed_out`` and is not asked for back needs no note.

    Raises RefusedError for what the student can mend (a file is missing, it
    is no archive, it is too large), UnreadableError when it cannot be read, and
    another Ring3Error when there is no ``path``.
    """
    name = submission_name(path)
    try:
        entries = list(_limited(_entries(path)))
        return _select(name, entries, required, optional, handed_out)
    except OSError as error:
        raise UnreadableError(f"cannot read the submission {path}: {error.strerror}") from error


def submission_name(path: Path) -> str:
    """The student's name for it: the folder's, or the archive's without its suffixes.

    It becomes a file's name, so it is cut where that would be too long.
    """
    return os.fsdecode(os.fsencode(_whole_name(path))[:NAME_LIMIT])


def _whole_name(path: Path) -> str:
    name = path.name or path.resolve().name
    if path.is_dir():
        return name
    for suffix in ARCHIVES:
        if name.lower().endswith(suffix):
            return name[: -len(suffix)] or name
    return name


def _entries(path: Path) -> Iterator[Entry]:
    if path.is_symlink():
        raise RefusedError(
            "what was handed in is a symbolic link, and those are not followed",
            help="hand in the folder or the archive itself",
        )
    if path.is_dir():
        return _of_folder(path)
    if not path.exists():
        raise Ring3Error(f"there is no submission {path}")
    if not path.is_file():
        raise RefusedError("what was handed in is neither a folder nor an archive")
    if path.stat().st_size > ARCHIVE_LIMIT:
        raise RefusedError(
            f"the archive has more than {ARCHIVE_LIMIT >> 20} MiB",
            help="hand in the sources alone, without images and builds",
        )
    data = path.read_bytes()
    if not data:
        raise RefusedError("the file that was handed in is empty")
    if zipfile.is_zipfile(io.BytesIO(data)):
        return _of_zip(data)
    return _of_tar(_decompressed(data))


def _limited(entries: Iterable[Counted]) -> Iterator[Counted]:
    for count, entry in enumerate(entries):
        if count == ENTRY_LIMIT:
            raise RefusedError(
                f"there are more than {ENTRY_LIMIT:,} files or folders",
                help="hand in the sources alone",
            )
        yield entry


def _of_folder(top: Path) -> Iterator[Entry]:
    """Never through a symbolic link, and never what is no regular file."""
    walked = os.walk(top, followlinks=False, onerror=_raise)
    for folder, folders, files in _limited(walked):
        folders[:] = sorted(name for name in folders if name not in LITTER)
        for name in sorted([*files, *(f for f in folders if (Path(folder) / f).is_symlink())]):
            path = Path(folder) / name
            what = _kind(path.lstat().st_mode)
            where = path.relative_to(top).as_posix()
            yield Entry(where, what, _reader_of_file(path) if what == "file" else None)


def _raise(error: OSError) -> None:
    raise error


def _kind(mode: int) -> str:
    if stat.S_ISREG(mode):
        return "file"
    if stat.S_ISLNK(mode):
        return "symbolic link"
    return "folder" if stat.S_ISDIR(mode) else "device, pipe or socket"


def _reader_of_file(path: Path) -> Callable[[int], bytes]:
    def read(size: int) -> bytes:
        # It may have become something else since it was looked at: not a link, no waiting.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as stream:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise RefusedError(f"{path.name} is no regular file")
            return stream.read(size)

    return read


def _of_zip(data: bytes) -> Iterator[Entry]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        for member in archive.infolist():
            if member.is_dir():
                continue
            mode = member.external_attr >> 16
            what = "file" if stat.S_IFMT(mode) in (0, stat.S_IFREG) else _kind(mode)
            yield Entry(member.filename, what, _reader_of_zip(archive, member))
    except zipfile.BadZipFile as error:
        raise RefusedError(f"the zip archive is damaged: {error}") from error


def _reader_of_zip(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Callable[[int], bytes]:
    def read(size: int) -> bytes:
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            # The rarer methods take as much memory as the archive says.
            raise RefusedError(f"{member.filename} is packed by a method other than deflate")
        try:
            with archive.open(member) as stream:
                return stream.read(size)
        except RuntimeError as error:
            raise RefusedError(f"{member.filename} is encrypted, which nobody can grade") from error
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError) as error:
            raise RefusedError(f"{member.filename} cannot be unpacked: {error}") from error

    return read


def _decompressed(data: bytes) -> bytes:
    """A tar archive out of its compression, no more of it than the limit allows."""
    most = UNPACKED_LIMIT + 1
    try:
        if data.startswith(b"\x1f\x8b"):
            data = gzip.GzipFile(fileobj=io.BytesIO(data)).read(most)
        elif data.startswith(b"BZh"):
            data = bz2.BZ2File(io.BytesIO(data)).read(most)
        elif data.startswith(b"\xfd7zXZ\0"):
            data = lzma.LZMADecompressor(memlimit=UNPACKED_LIMIT).decompress(data, most)
    except (OSError, EOFError, zlib.error, lzma.LZMAError) as error:
        raise RefusedError(f"the archive is damaged: {error}") from error
    if len(data) > UNPACKED_LIMIT:
        raise RefusedError(
            f"unpacked, the archive has more than {UNPACKED_LIMIT >> 20} MiB",
            help="hand in the sources alone, without images and builds",
        )
    return data


def _of_tar(data: bytes) -> Iterator[Entry]:
    try:
        # It stays open for the readers of its members; it holds no file of the system.
        archive = tarfile.open(fileobj=io.BytesIO(data), mode="r:")  # noqa: SIM115
        for member in archive:
            if member.isdir():
                continue
            if member.isfile():
                yield Entry(member.name, "file", _reader_of_tar(archive, member))
            else:
                link = "symbolic link" if member.issym() else "hard link"
                is_link = member.issym() or member.islnk()
                yield Entry(member.name, link if is_link else "device, pipe or socket")
    except tarfile.ReadError as error:
        raise RefusedError(
            "this is no archive that can be read",
            help="hand in a folder, a .zip, or a .tar (.gz, .bz2, .xz)",
        ) from error
    except (tarfile.TarError, ValueError, OverflowError) as error:
        raise RefusedError(f"the tar archive is damaged: {error}") from error


def _reader_of_tar(archive: tarfile.TarFile, member: tarfile.TarInfo) -> Callable[[int], bytes]:
    def read(size: int) -> bytes:
        stream = archive.extractfile(member)
        assert stream is not None
        try:
            return stream.read(size)
        except tarfile.TarError as error:
            raise RefusedError(f"{member.name} cannot be unpacked: {error}") from error

    return read


def _select(
    name: str,
    entries: Sequence[Entry],
    required: Sequence[str],
    optional: Sequence[str],
    handed_out: Sequence[str],
) -> Submission:
    """Of all the entries those that are asked for, below the folder that has them."""
    files: dict[str, Entry] = {}
    ignored: dict[str, list[str]] = {}
    for entry in entries:
        path = _inside(entry.path)
        if path is None:
            ignored.setdefault("its path leads out of the archive", []).append(entry.path)
        elif not LITTER.isdisjoint(path.parts):
            continue
        elif entry.what != "file":
            ignored.setdefault(f"it is a {entry.what}", []).append(entry.path)
        else:
            files[path.as_posix()] = entry
    notes = [f"ignored {_listed(names)}: {why}" for why, names in ignored.items()]
    if not files:
        raise RefusedError("; ".join(["there is no file in it", *notes]), help=_wanted(required))
    top = _top(files, required)
    taken: dict[str, bytes] = {}
    for wanted in (*required, *optional):
        found = files.pop(top + wanted, None)
        if found is not None:
            taken[wanted] = _cleaned(wanted, _content(found), notes)
    for known in handed_out:
        files.pop(top + known, None)
    if files:
        notes.append("ignored, since it is not part of the assignment: " + _listed(sorted(files)))
    return Submission(name, taken, tuple(notes))


def _inside(text: str) -> PurePosixPath | None:
    """The path as one below the archive's top, or None for one that is not."""
    path = PurePosixPath(text.replace("\\", "/"))
    drive = ":" in (path.parts[0] if path.parts else "")
    if path.is_absolute() or ".." in path.parts or drive or not path.parts:
        return None
    return path


def _top(files: Collection[str], required: Sequence[str]) -> str:
    """The folder, ``""`` or one with a slash at its end, that holds all that is required."""
    names = sorted(files, key=lambda name: (name.count("/"), name))
    tops = [name[: -len(required[0])] for name in names if _ends_with_path(name, required[0])]
    whole = [top for top in tops if all(top + path in files for path in required)]
    if len(whole) > 1 and whole[0].count("/") == whole[1].count("/"):
        first, second = map(_shown, whole[:2])
        raise RefusedError(
            f"it has the files of the assignment twice: in {first} and {second}",
            help="hand in one folder; of several students' ones each is a submission",
        )
    if whole:
        return whole[0]
    held = set(names) if not tops else {n.removeprefix(tops[0]) for n in names}
    missing = [path for path in required if path not in held]
    lines = [f"{path} is missing{_elsewhere(path, names)}" for path in missing]
    raise RefusedError("; ".join(lines), help=_wanted(required))


def _ends_with_path(name: str, path: str) -> bool:
    return name == path or name.endswith("/" + path)


def _elsewhere(path: str, names: Sequence[str]) -> str:
    """Where a file that looks like ``path`` lies instead."""
    base = PurePosixPath(path).name.lower()
    same = [name for name in names if PurePosixPath(name).name.lower() == base]
    near = same or difflib.get_close_matches(path, names, n=1, cutoff=0.8)
    if near:
        return f" (is it {_shown(near[0])}?)"
    nested = [name for name in names if name.lower().endswith(ARCHIVES)]
    return f" ({_shown(nested[0])} is not opened)" if nested else ""


def _wanted(required: Sequence[str]) -> str:
    return "the assignment asks for " + ", ".join(required)


def _content(entry: Entry) -> bytes:
    assert entry.read is not None
    data = entry.read(FILE_LIMIT + 1)
    if len(data) > FILE_LIMIT:
        raise RefusedError(f"{_shown(entry.path)} has more than {FILE_LIMIT >> 20} MiB")
    return data


def _cleaned(path: str, data: bytes, notes: list[str]) -> bytes:
    """What Windows' editors add is taken away: it is no mistake in a student's kernel."""
    if data.startswith(BYTE_ORDER_MARK):
        data = data.removeprefix(BYTE_ORDER_MARK)
        notes.append(f"{path}: a byte order mark was taken off its start")
    if b"\r\n" in data:
        data = data.replace(b"\r\n", b"\n")
        notes.append(f"{path}: its Windows line ends were made Unix ones")
    return data


def _listed(names: Sequence[str]) -> str:
    rest = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(_shown(name) for name in names[:SHOWN]) + rest


def _shown(text: str) -> str:
    """A name out of an archive, fit for a terminal: it may hold anything."""
    clean = escaped(text)
    return clean if len(clean) <= 80 else clean[:77] + "..."
