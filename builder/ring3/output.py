"""Writing results: a file is either whole or as it was, and a failure says what to do.

data ──> .NAME.random beside the target ──rename──> the target
"""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from ring3.diagnostic import Ring3Error

READABLE = 0o644
EXECUTABLE = 0o755

CURES = {
    errno.EACCES: "choose a place that you may write to",
    errno.EPERM: "choose a place that you may write to",
    errno.EROFS: "that file system is read-only; choose another place",
    errno.ENOSPC: "the disk is full; free some space, or choose another place",
    errno.EDQUOT: "your quota is used up; free some space, or choose another place",
    errno.EFBIG: "files may not be that large here; choose another place",
    errno.EEXIST: "a file has that name; name a folder",
    errno.ENOENT: "make the folder first, or choose another place",
    errno.ENOTDIR: "a part of that path is a file; choose another place",
    errno.EISDIR: "that is a folder; name a file",
}


def write_whole(path: Path, data: bytes, mode: int = READABLE) -> None:
    """Write ``data`` under ``path``, less the umask's rights; raises Ring3Error with a cure.

    A device or a pipe (``-o /dev/stdout``) is written straight to.
    """
    with explained(f"cannot write {path}"):
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if path.exists() and not path.is_file():
            path.write_bytes(data)
            return
        _replace_all({path: data}, mode)


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write several files into ``folder``, which is made if it is not there: all or none of them.

    Raises Ring3Error with a cure; a folder that was made for them is gone again then.
    """
    with explained(f"cannot make the folder {folder}"):
        made = not folder.exists()
        folder.mkdir(parents=True, exist_ok=True)
    try:
        with explained(f"cannot write to {folder}"):
            _replace_all({folder / name: data for name, data in files.items()}, READABLE)
    except BaseException:
        if made:
            folder.rmdir()
        raise


def _replace_all(files: Mapping[Path, bytes], mode: int) -> None:
    """Write them all under other names first; only then does any of them get its own."""
    temporaries: dict[Path, Path] = {}
    try:
        for path, data in files.items():
            descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
            temporaries[path] = Path(name)
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(data)
            Path(name).chmod(mode & ~_umask())
        for path, temporary in temporaries.items():
            temporary.replace(path)
    except BaseException:
        for temporary in temporaries.values():
            temporary.unlink(missing_ok=True)
        raise


@contextmanager
def explained(what: str) -> Iterator[None]:
    """Turn what the operating system refuses into one message with its cure."""
    try:
        yield
    except OSError as error:
        raise Ring3Error(f"{what}: {error.strerror}", help=CURES.get(error.errno or 0)) from error


def _umask() -> int:
    umask = os.umask(0)
    os.umask(umask)
    return umask
