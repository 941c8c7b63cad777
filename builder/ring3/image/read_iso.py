"""Reading a CD: its boot catalog, and the files in its root.

    sector 16 on     volume descriptors: of the volume, of El Torito, "that was all"
    somewhere        the catalog, the root directory, the files

ECMA-119; Phoenix and IBM, "El Torito" 1.0, 2.0.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from ring3.diagnostic import Ring3Error
from ring3.image.medium import Medium

SECTOR_SIZE = 2048
FIRST_DESCRIPTOR = 16
PRIMARY, BOOT_RECORD, TERMINATOR = 1, 0, 255
BOOT_SYSTEM = b"EL TORITO SPECIFICATION"
SIGNATURE = b"\x55\xaa"
SECTION_MORE, SECTION_LAST = 0x90, 0x91

PLATFORM_BIOS, PLATFORM_UEFI = 0x00, 0xEF
EMULATIONS = {0: "none", 1: "1.2M floppy", 2: "1.44M floppy", 3: "2.88M floppy", 4: "disk"}

ROOT_RECORD = 156
RECORD_FOLDER = 0x02


@dataclass(frozen=True, slots=True)
class BootEntry:
    """An entry of the catalog: what of the CD is started, in bytes.

    ``size`` is what the catalog says; UEFI takes 0 as "to the end of the CD".
    """

    platform: int
    bootable: bool
    emulation: int
    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class CdFile:
    """A file of the root directory, in bytes."""

    path: str
    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class Cd:
    """What is on a CD."""

    name: str
    catalog: list[BootEntry]
    files: list[CdFile]

    def starts(self, platform: int) -> BootEntry | None:
        """The first entry for a platform."""
        for entry in self.catalog:
            if entry.bootable and entry.platform == platform:
                return entry
        return None


def is_iso(medium: Medium) -> bool:
    """Does sector 16 say that a volume descriptor is there?  (ECMA-119, 8.1)"""
    at = FIRST_DESCRIPTOR * SECTOR_SIZE
    return medium.size >= at + SECTOR_SIZE and medium.read(at + 1, 5) == b"CD001"


def read_iso(medium: Medium) -> Cd:
    """The CD; raises Ring3Error when it ends before its volume does."""
    name, catalog, files = "", [], []
    for sector in range(FIRST_DESCRIPTOR, medium.size // SECTOR_SIZE):
        descriptor = medium.read(sector * SECTOR_SIZE, SECTOR_SIZE)
        if descriptor[1:6] != b"CD001" or descriptor[0] == TERMINATOR:
            break
        if descriptor[0] == PRIMARY:
            name = descriptor[40:72].decode("ascii", errors="replace").rstrip()
            (sectors,) = struct.unpack_from("<I", descriptor, 80)
            medium.part("its volume", 0, sectors * SECTOR_SIZE)
            files = _read_root(medium, descriptor)
        elif descriptor[0] == BOOT_RECORD and descriptor[7:30] == BOOT_SYSTEM:
            (place,) = struct.unpack_from("<I", descriptor, 71)
            catalog = _read_catalog(medium, place)
    for entry in catalog:
        medium.part("what its boot catalog names", entry.offset, entry.size)
    return Cd(name, catalog, files)


def _read_catalog(medium: Medium, place: int) -> list[BootEntry]:
    """The default entry, then sections: a head, and as many entries as it says."""
    sector = medium.read(place * SECTOR_SIZE, SECTOR_SIZE)
    records = [sector[at : at + 32] for at in range(0, SECTOR_SIZE, 32)]
    validation = records[0]
    if validation[0] != 1 or validation[30:] != SIGNATURE:
        raise Ring3Error(f"{medium.name}: its boot catalog does not begin as one must")
    platform, found, left = validation[1], [], 1
    for record in records[1:]:
        if record[0] in (SECTION_MORE, SECTION_LAST):
            platform, left = record[1], int.from_bytes(record[2:4], "little")
        elif left == 0:
            break
        else:
            indicator, emulation, count, place = struct.unpack_from("<BB4xHI", record)
            found.append(
                BootEntry(
                    platform, indicator == 0x88, emulation & 15, place * SECTOR_SIZE, count * 512
                )
            )
            left -= 1
    return found


def _read_root(medium: Medium, descriptor: bytes) -> list[CdFile]:
    place, size = struct.unpack_from("<I4xI", descriptor, ROOT_RECORD + 2)
    directory = medium.read(place * SECTOR_SIZE, size)
    found = []
    at = 0
    while at < len(directory):
        length = directory[at]
        if length < 34 or at + length > len(directory):  # padding up to the next sector
            at = (at // SECTOR_SIZE + 1) * SECTOR_SIZE
            continue
        place, size, flags, name_size = struct.unpack_from("<I4xI4x7xB6xB", directory, at + 2)
        name = directory[at + 33 : at + 33 + name_size].decode("ascii", errors="replace")
        if not flags & RECORD_FOLDER:
            found.append(CdFile(name.partition(";")[0], place * SECTOR_SIZE, size))
        at += length
    return found
