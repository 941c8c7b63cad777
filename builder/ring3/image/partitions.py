"""Partition tables: the four entries of an MBR, and a GPT.

MBR, sector 0         code, then 4 entries of 16 bytes, then 55 aa
GPT, sector 0         an MBR whose one entry covers all the disk: "this is taken"
     sector 1         header: where the table is, checksums of both
     sectors 2..33    128 entries of 128 bytes
     ...              the partitions
     the end          the table and the header once more

UEFI 2.10, chapter 5.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID, uuid5

from ring3.image.bios import PARTITION_TABLE, SECTOR_SIZE

MBR_PRIVATE = 0x7F
"""A type that is set aside for private use: no operating system takes it for its own."""

MBR_PROTECTIVE = 0xEE
MBR_EFI_SYSTEM = 0xEF

EFI_SYSTEM = UUID("c12a7328-f81f-11d2-ba4b-00a0c93ec93b")
BIOS_BOOT = UUID("21686148-6449-6e6f-744e-656564454649")

TABLE_SECTOR = 2
ENTRIES, ENTRY_SIZE = 128, 128
TABLE_SECTORS = ENTRIES * ENTRY_SIZE // SECTOR_SIZE
FIRST_USABLE = TABLE_SECTOR + TABLE_SECTORS
BACKUP_SECTORS = TABLE_SECTORS + 1

_HEADER = struct.Struct("<8sIIIIQQQQ16sQIII")
_ENTRY = struct.Struct("<16s16sQQQ72s")
_REVISION = 0x00010000

_NAMESPACE = UUID("9ae0b0c6-0c3c-5a60-8c54-1d4c9b1b8f43")


@dataclass(frozen=True, slots=True)
class MbrEntry:
    """``count`` sectors from ``first`` on; ``active`` tells an old BIOS to start from there."""

    type: int
    first: int
    count: int
    active: bool = False

    def pack(self) -> bytes:
        """The addresses by cylinder, head and sector say "ask for the numbers instead"."""
        first = b"\x00\x02\x00" if self.first == 1 else b"\xfe\xff\xff"
        flag = 0x80 if self.active else 0
        count = min(self.count, 0xFFFFFFFF)
        return struct.pack("<B3sB3sII", flag, first, self.type, b"\xfe\xff\xff", self.first, count)


class Partition(NamedTuple):
    """A GPT's: sectors ``first`` to ``last``, both included."""

    type: UUID
    first: int
    last: int
    name: str


def with_partitions(stage1: bytes, entries: Sequence[MbrEntry]) -> bytes:
    """The first sector of a disk: stage 1 with a table of up to four partitions in it."""
    table = b"".join(entry.pack() for entry in entries)
    assert len(table) <= 4 * 16
    return stage1[:PARTITION_TABLE] + table + stage1[PARTITION_TABLE + len(table) :]


def protective_mbr(stage1: bytes, sectors: int) -> bytes:
    """Sector 0 of a disk with a GPT: who knows only MBRs sees one unknown partition."""
    return with_partitions(stage1, [MbrEntry(MBR_PROTECTIVE, 1, sectors - 1)])


def gpt(partitions: Sequence[Partition], sectors: int, identity: bytes) -> tuple[bytes, bytes]:
    """The two copies of the table, for a disk of so many sectors.

    The first begins at sector 1, the other ends with the disk.  The disk's and the
    partitions' own GUIDs are made from ``identity``: the same image gets the same ones.
    """
    guid = uuid5(_NAMESPACE, f"disk {zlib.crc32(identity):08x} {len(identity)}")
    table = b"".join(
        _ENTRY.pack(
            partition.type.bytes_le,
            uuid5(guid, partition.name).bytes_le,
            partition.first,
            partition.last,
            0,
            partition.name.encode("utf-16-le"),
        )
        for partition in partitions
    ).ljust(TABLE_SECTORS * SECTOR_SIZE, b"\0")
    first, last = 1, sectors - 1
    primary = _header(first, last, TABLE_SECTOR, guid, table, sectors)
    backup = _header(last, first, last - TABLE_SECTORS, guid, table, sectors)
    return primary + table, table + backup


def _header(
    here: int, other: int, table_sector: int, guid: UUID, table: bytes, sectors: int
) -> bytes:
    def pack(checksum: int) -> bytes:
        return _HEADER.pack(
            b"EFI PART",
            _REVISION,
            _HEADER.size,
            checksum,
            0,
            here,
            other,
            FIRST_USABLE,
            sectors - BACKUP_SECTORS - 1,
            guid.bytes_le,
            table_sector,
            ENTRIES,
            ENTRY_SIZE,
            zlib.crc32(table),
        )

    return pack(zlib.crc32(pack(0))).ljust(SECTOR_SIZE, b"\0")
