"""Notes: small records that an ELF file carries for loaders and debuggers.

    namesz descsz type | owner, NUL-terminated | description | next note

Owner and description are padded to 4 bytes each (gABI 4.1+, ch. 5, "Note Section").
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

from ring3.elf.format import ElfClass, SegmentType, align_up

ALIGNMENT = 4
_HEAD = struct.Struct("<III")
_PROGRAM_HEADER = struct.Struct("<IIQQQQQQ")


class Note(NamedTuple):
    """A note; ``type`` means what ``owner`` says that it means."""

    owner: str
    type: int
    description: bytes

    def pack(self) -> bytes:
        owner = self.owner.encode() + b"\0"
        head = _HEAD.pack(len(owner), len(self.description), self.type)
        return b"".join(
            part + bytes(-len(part) % ALIGNMENT) for part in (head, owner, self.description)
        )


def read_notes(file: bytes) -> Iterator[Note]:
    """The notes of a sound ELF64 file, found by its PT_NOTE program headers."""
    (offset,) = struct.unpack_from("<Q", file, 32)
    (count,) = struct.unpack_from("<H", file, 56)
    for number in range(count):
        header = _PROGRAM_HEADER.unpack_from(
            file, offset + number * ElfClass.ELF64.program_header_size
        )
        if header[0] == SegmentType.NOTE:
            yield from _read(file[header[2] : header[2] + header[5]])


def _read(notes: bytes) -> Iterator[Note]:
    at = 0
    while at + _HEAD.size <= len(notes):
        owner_size, size, type_ = _HEAD.unpack_from(notes, at)
        owner = at + _HEAD.size
        start = owner + align_up(owner_size, ALIGNMENT)
        name = notes[owner : owner + owner_size].rstrip(b"\0").decode(errors="replace")
        yield Note(name, type_, notes[start : start + size])
        at = start + align_up(size, ALIGNMENT)
