"""Make a thing once, however many processes ask for it at the same time.

once(folder, "kernel", make)     folder/kernel.lock    held while it is made
                                 folder/kernel/        there when it is whole
"""

from __future__ import annotations

import fcntl
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from ring3.diagnostic import Ring3Error


def once(folder: Path, name: str, make: Callable[[Path], None]) -> Path:
    """``folder/name``, a folder that ``make`` has filled, in this process or in another.

    The lock is the operating system's, so a process that dies in the middle
    leaves it open to the next one.  What ``make`` raises passes through, and
    nothing is left of what it made; what the operating system refuses becomes a
    Ring3Error.
    """
    made = folder / name
    try:
        return made if made.is_dir() else _make(folder, name, made, make)
    except OSError as error:
        at = error.filename or folder
        raise Ring3Error(f"cannot build in {folder}: {at}: {error.strerror}") from error


def _make(folder: Path, name: str, made: Path, make: Callable[[Path], None]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.is_dir():
            unfinished = Path(tempfile.mkdtemp(prefix=f".{name}.", dir=folder))
            try:
                make(unfinished)
                unfinished.replace(made)
            except BaseException:
                shutil.rmtree(unfinished, ignore_errors=True)
                raise
    return made
