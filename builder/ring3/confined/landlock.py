"""Landlock: a process that gives up the file system, but for reading below some folders.

    folders ──a rule each──> ruleset ── landlock_restrict_self ──> every open(2) from here on
                                                                   is held to it, for good

Linux has it since 5.13; it needs no privilege (landlock(7); the numbers are those
of linux/landlock.h and of the table of system calls of x86-64).
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Iterable

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ASK_VERSION = 1
_PATH_BENEATH = 1

_EXECUTE, _READ_FILE, _READ_FOLDER = 1 << 0, 1 << 2, 1 << 3
_READING = _EXECUTE | _READ_FILE | _READ_FOLDER  # to execute: libraries are mapped so

# How many rights of files there are, by the version of the interface: 5 adds the last.
_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}
_RIGHTS_OF_LATER = 16


def read_only_below(folders: Iterable[str]) -> bool:
    """Hold this process to reading below ``folders``; those that there are not do not count.

    False where the kernel has no Landlock.  Raises OSError when it has and refuses.
    """
    known = version()
    if not known:
        return False
    handled = struct.pack("<Q", (1 << _RIGHTS.get(known, _RIGHTS_OF_LATER)) - 1)
    ruleset = _done(_call(_CREATE_RULESET, handled, len(handled), 0))
    try:
        for folder in dict.fromkeys(folders):
            _allow(ruleset, folder)
        _done(_call(_RESTRICT_SELF, ruleset, 0))
    finally:
        os.close(ruleset)
    return True


def version() -> int:
    """Of the kernel's Landlock; 0 where it has none."""
    return max(0, _call(_CREATE_RULESET, None, 0, _ASK_VERSION))


def _allow(ruleset: int, folder: str) -> None:
    try:
        below = os.open(folder, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        return
    try:
        _done(_call(_ADD_RULE, ruleset, _PATH_BENEATH, struct.pack("<Qi", _READING, below), 0))
    finally:
        os.close(below)


def _call(number: int, *arguments: int | bytes | None) -> int:
    """A system call by its number; -1 when it fails."""
    library = ctypes.CDLL(None, use_errno=True)
    words = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    return int(library.syscall(ctypes.c_long(number), *words))


def _done(result: int) -> int:
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, f"Landlock: {os.strerror(error)}")
    return result
