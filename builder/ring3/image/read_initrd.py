"""Reading an initrd: its members, and what process 1 is to be.

POSIX.1-2017, pax, "ustar Interchange Format".
"""

from __future__ import annotations

import tarfile
from dataclasses import dataclass
from io import BytesIO

from ring3.diagnostic import Ring3Error
from ring3.image.initrd import INIT_MEMBER, Init
from ring3.image.medium import Medium

MAGIC_OFFSET, MAGIC = 257, b"ustar"


@dataclass(frozen=True, slots=True)
class Member:
    """A file; ``size`` in bytes, ``mode`` its rights."""

    path: str
    size: int
    mode: int


def is_initrd(medium: Medium) -> bool:
    """Does it begin as a ustar archive does?"""
    return medium.size >= 512 and medium.read(MAGIC_OFFSET, len(MAGIC)) == MAGIC


def read_initrd(medium: Medium) -> tuple[list[Member], Init | None]:
    """The members but for ``.ring3/init``, and what that one says."""
    members, init = [], None
    try:
        with tarfile.open(fileobj=BytesIO(medium.read(0, medium.size)), mode="r:") as archive:
            for member in archive:
                medium.part(member.name, member.offset_data, member.size)
                if member.name == INIT_MEMBER:
                    init = _decode(medium.read(member.offset_data, member.size), medium.name)
                else:
                    members.append(Member(member.name, member.size, member.mode))
    except tarfile.TarError as error:
        raise Ring3Error(f"{medium.name} is no sound archive: {error}") from error
    return members, init


def _decode(data: bytes, name: str) -> Init:
    """``Init.encode`` backwards."""
    strings = data.decode(errors="surrogateescape").split("\0")[:-1]
    if len(strings) < 2 or not strings[1].isdecimal() or len(strings) < 2 + int(strings[1]):
        raise Ring3Error(f"{name}: its {INIT_MEMBER} makes no sense")
    behind = 2 + int(strings[1])
    return Init(strings[0], tuple(strings[2:behind]), tuple(strings[behind:]))
