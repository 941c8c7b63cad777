"""The initrd: a ustar archive with the programs, and what process 1 is to be.

    files, Init ──> bin/doors, bin/hello, ..., .ring3/init ──> the bytes of a .tar

The same files give the same bytes: members are sorted, and have no owner and
no time.  POSIX.1-2017, pax, "ustar Interchange Format".
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from io import BytesIO
from pathlib import PurePosixPath
from typing import NamedTuple

from ring3.diagnostic import Ring3Error

INIT_MEMBER = ".ring3/init"
PROGRAM_MODE = 0o755
FILE_MODE = 0o644
PROGRAM_BEGINNINGS = (b"\x7fELF", b"#!")


class Init(NamedTuple):
    """Process 1: its ``path`` in the archive, argv (argv[0] included), "NAME=value" strings."""

    path: str
    arguments: tuple[str, ...]
    environment: tuple[str, ...] = ()

    def encode(self) -> bytes:
        """The member ``.ring3/init``: the path, argc, argv and the environment, NUL-terminated."""
        strings = [self.path, str(len(self.arguments)), *self.arguments, *self.environment]
        for string in strings:
            if "\0" in string:
                raise Ring3Error(f"{string!r} has a NUL byte, which would end it early")
        return b"".join(os.fsencode(string) + b"\0" for string in strings)


def build_initrd(files: Mapping[str, bytes], init: Init | None) -> bytes:
    """An archive of ``files`` (name in the archive to contents), with ``init`` if there is one.

    What lies in ``bin/`` is executable, and what begins as a program or a script does: an
    interpreter that a program names may lie anywhere.  Raises Ring3Error for a name that
    ustar cannot hold, or that would lie outside of the archive.
    """
    import tarfile  # noqa: PLC0415  # a program by itself needs none

    members = dict(files)
    _check_names(members)
    if init is not None:
        if init.path not in members:
            raise Ring3Error(f"process 1 is to be {init.path}, which is not in the initrd")
        members[INIT_MEMBER] = init.encode()
    buffer = BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, data in sorted(members.items()):
            member = tarfile.TarInfo(name)
            member.size = len(data)
            executable = name.startswith("bin/") or data.startswith(PROGRAM_BEGINNINGS)
            member.mode = PROGRAM_MODE if executable else FILE_MODE
            try:
                archive.addfile(member, BytesIO(data))
            except ValueError as error:
                raise Ring3Error(
                    f"{name} cannot be in the initrd: {error}",
                    help="ustar holds names of up to 100 bytes, or 255 with a slash in them",
                ) from error
    return buffer.getvalue()


def _check_names(names: Iterable[str]) -> None:
    for name in names:
        path = PurePosixPath(name)
        if name == INIT_MEMBER:
            raise Ring3Error(f"{INIT_MEMBER} is made by the image builder; name the file otherwise")
        if not name or "\0" in name or path.is_absolute() or ".." in path.parts:
            raise Ring3Error(f"{name!r} is not a path inside the initrd")
        if str(path) != name:
            raise Ring3Error(f"{name!r} is not a plain path; write {str(path)!r}")
