"""Reading partition tables: those of an MBR, or of a GPT where the MBR says that there is one.

UEFI 2.10, chapter 5.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from ring3.diagnostic import Ring3Error
from ring3.image.medium import Medium

SECTOR_SIZE = 512
PARTITION_TABLE = 446
SIGNATURE = b"\x55\xaa"

MBR_PROTECTIVE = 0xEE
MBR_MEANINGS = {0x7F: "ring3", MBR_PROTECTIVE: "GPT", 0xEF: "EFI system"}

EFI_SYSTEM = "EFI system"
GPT_MEANINGS = {
    UUID("c12a7328-f81f-11d2-ba4b-00a0c93ec93b"): EFI_SYSTEM,
    UUID("21686148-6449-6e6f-744e-656564454649"): "BIOS boot",
}

_HEADER = struct.Struct("<8sIIIIQQQQ16sQIII")
_MOST_ENTRIES_SIZE = 1 << 20


@dataclass(frozen=True, slots=True)
class FoundPartition:
    """``meaning`` is what the type stands for, where it is known; in bytes."""

    number: int
    type: str
    meaning: str
    offset: int
    size: int
    name: str = ""
    active: bool = False


def read_partitions(medium: Medium) -> tuple[str, list[FoundPartition]]:
    """The scheme, "MBR" or "GPT", and the partitions of a disk whose first sector is signed.

    Raises Ring3Error for a table that its checksums contradict, and for partitions that
    are not on the disk.
    """
    found = list(_read_mbr(medium))
    scheme = "MBR"
    if any(partition.meaning == MBR_MEANINGS[MBR_PROTECTIVE] for partition in found):
        scheme, found = "GPT", list(_read_gpt(medium))
    for partition in found:
        medium.part(f"partition {partition.number}", partition.offset, partition.size)
    return scheme, found


def _read_mbr(medium: Medium) -> Iterator[FoundPartition]:
    for number in range(4):
        at = PARTITION_TABLE + number * 16
        flag, type_, first, count = medium.unpack("<B3xB3xII", at)
        if type_ == 0 or flag not in (0, 0x80):
            continue
        yield FoundPartition(
            number + 1,
            f"{type_:#04x}",
            MBR_MEANINGS.get(type_, ""),
            first * SECTOR_SIZE,
            # A protective entry of all ones means a disk too large for an MBR.
            medium.size - SECTOR_SIZE if type_ == MBR_PROTECTIVE else count * SECTOR_SIZE,
            active=flag == 0x80,
        )


def _read_gpt(medium: Medium) -> Iterator[FoundPartition]:
    """The first copy's; the other one must be there, and must agree."""
    table, backup = _gpt_table(medium, 1)
    other, _ = _gpt_table(medium, backup)
    if table != other:
        raise Ring3Error(f"{medium.name}: the two copies of its partition table differ")
    for number, entry in enumerate(table):
        type_, first, last, name = struct.unpack_from("<16s16xQQ8x72s", entry)
        guid = UUID(bytes_le=type_)
        if guid.int:
            yield FoundPartition(
                number + 1,
                str(guid),
                GPT_MEANINGS.get(guid, ""),
                first * SECTOR_SIZE,
                (last + 1 - first) * SECTOR_SIZE,
                name.decode("utf-16-le", errors="replace").rstrip("\0"),
            )


def _gpt_table(medium: Medium, sector: int) -> tuple[list[bytes], int]:
    """The entries that the header in a sector leads to, and where the other header is."""
    fields = _HEADER.unpack(medium.read(sector * SECTOR_SIZE, _HEADER.size))
    signature, _, header_size, checksum = fields[:4]
    other, table_sector, count, entry_size, table_checksum = (
        fields[i] for i in (6, 10, 11, 12, 13)
    )
    if signature != b"EFI PART" or not _HEADER.size <= header_size <= SECTOR_SIZE:
        raise Ring3Error(f"{medium.name}: sector {sector} should begin a GPT, and does not")
    header = bytearray(medium.read(sector * SECTOR_SIZE, header_size))
    header[16:20] = bytes(4)
    if entry_size < 128 or count * entry_size > _MOST_ENTRIES_SIZE:
        raise Ring3Error(f"{medium.name}: its partition table makes no sense")
    table = medium.read(table_sector * SECTOR_SIZE, count * entry_size)
    if zlib.crc32(header) != checksum or zlib.crc32(table) != table_checksum:
        raise Ring3Error(f"{medium.name}: its partition table is damaged: a checksum is wrong")
    return [table[at : at + entry_size] for at in range(0, len(table), entry_size)], other
