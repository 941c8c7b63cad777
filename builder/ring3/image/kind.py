"""What kind of image a file is, and who can start it: decided by its bytes alone.

the first bytes
    "CD001" at 32769 ──> ISO    El Torito's catalog names its BIOS and UEFI entries
    a FAT volume     ──> EFI    UEFI starts EFI/BOOT/BOOTX64.EFI in it
    0x55 0xaa at 510 ──> DISK   a BIOS runs sector 0; UEFI looks at the partitions
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from uuid import UUID

from ring3.diagnostic import Ring3Error
from ring3.image.medium import Medium, open_medium
from ring3.image.read_fat import read_fat

SECTOR_SIZE = 512
CD_SECTOR_SIZE = 2048
SIGNATURE = b"\x55\xaa"
REMOVABLE_LOADER = "EFI/BOOT/BOOTX64.EFI"  # UEFI 2.10, 3.5.1.1

PARTITION_TABLE = 446
PARTITION_PROTECTIVE = 0xEE
PARTITION_EFI_SYSTEM = 0xEF
EFI_SYSTEM = UUID("c12a7328-f81f-11d2-ba4b-00a0c93ec93b")

PLATFORM_BIOS, PLATFORM_UEFI = 0x00, 0xEF


class ImageFormat(Enum):
    """What ``build-image --format`` calls them."""

    DISK = "disk"
    ISO = "iso"
    EFI = "efi"
    KERNEL = "kernel"


@dataclass(frozen=True, slots=True)
class ImageKind:
    """An image, and who can start it.

    A DISK goes into a machine as a disk, an ISO as a CD, an EFI as a disk that has
    no partitions.  ``hybrid`` says that an ISO can be put in as a disk as well.
    """

    format: ImageFormat
    bios: bool
    uefi: bool
    hybrid: bool = False


def image_kind(path: Path) -> ImageKind:
    """The kind of the image in a file.

    Raises Ring3Error when the file cannot be read, is cut short or is nothing that
    a BIOS or UEFI starts.
    """
    with open_medium(path) as medium:
        return kind_of(medium)


def kind_of(medium: Medium) -> ImageKind:
    """The same for what is open already."""
    if is_iso(medium):
        platforms = {entry.platform for entry in boot_catalog(medium) if entry.bootable}
        sector = medium.read(0, SECTOR_SIZE)
        return ImageKind(
            ImageFormat.ISO,
            bios=PLATFORM_BIOS in platforms,
            uefi=PLATFORM_UEFI in platforms,
            hybrid=sector.endswith(SIGNATURE) and any(sector[:PARTITION_TABLE]),
        )
    sector = medium.read(0, SECTOR_SIZE) if medium.size >= SECTOR_SIZE else b""
    if not sector.endswith(SIGNATURE):
        raise Ring3Error(
            f"{medium.name} is not a bootable image: "
            "it is no ISO, and its first sector does not end in 55 aa",
            help="`build-image` makes one",
        )
    if has_uefi_loader(medium):
        return ImageKind(ImageFormat.EFI, bios=False, uefi=True)
    return ImageKind(
        ImageFormat.DISK,
        bios=any(sector[:PARTITION_TABLE]),
        uefi=any(map(has_uefi_loader, efi_partitions(medium))),
    )


def is_iso(medium: Medium) -> bool:
    """Does sector 16 of a CD say that a volume descriptor is there?  (ECMA-119, 8.1)"""
    at = 16 * CD_SECTOR_SIZE
    return medium.size >= at + CD_SECTOR_SIZE and medium.read(at + 1, 5) == b"CD001"


def has_uefi_loader(medium: Medium) -> bool:
    """Is it a FAT volume with the program that UEFI starts from a removable medium?"""
    volume = read_fat(medium)
    return volume is not None and any(file.path == REMOVABLE_LOADER for file in volume.files())


def efi_partitions(medium: Medium) -> Iterator[Medium]:
    """The EFI system partitions, of a GPT or of an MBR (UEFI 2.10, 5.2 and 5.3)."""
    for at in range(PARTITION_TABLE, 510, 16):
        type_, first, count = medium.unpack("<4xB3xII", at)
        if type_ == PARTITION_PROTECTIVE:
            yield from _gpt_efi_partitions(medium)
        elif type_ == PARTITION_EFI_SYSTEM:
            yield medium.part("its EFI system partition", first * SECTOR_SIZE, count * SECTOR_SIZE)


def _gpt_efi_partitions(medium: Medium) -> Iterator[Medium]:
    signature, table, count, size = medium.unpack("<8s64xQII", SECTOR_SIZE)
    if signature != b"EFI PART" or size < 128:
        return
    for number in range(count):
        type_, first, last = medium.unpack("<16s16xQQ", table * SECTOR_SIZE + number * size)
        if UUID(bytes_le=type_) == EFI_SYSTEM:
            yield medium.part(
                "its EFI system partition", first * SECTOR_SIZE, (last + 1 - first) * SECTOR_SIZE
            )


@dataclass(frozen=True, slots=True)
class BootEntry:
    """An entry of El Torito's catalog; ``sector`` counts a CD's, ``count`` 512 bytes each."""

    platform: int
    bootable: bool
    emulation: int
    sector: int
    count: int


def boot_catalog(medium: Medium) -> list[BootEntry]:
    """What El Torito's catalog lists; nothing when the CD has none (El Torito 1.0, 2.0)."""
    catalog = _find_catalog(medium)
    if catalog is None:
        return []
    records = struct.iter_unpack("32s", medium.read(catalog * CD_SECTOR_SIZE, CD_SECTOR_SIZE))
    (validation,) = next(records)
    if validation[0] != 1 or validation[30:] != SIGNATURE:
        return []
    platform, found, left = validation[1], [], 1
    for (record,) in records:
        if record[0] in (0x90, 0x91):  # the head of a section: one more follows, or the last
            platform, left = record[1], int.from_bytes(record[2:4], "little")
        elif left > 0:
            indicator, emulation, count, sector = struct.unpack_from("<BB4xHI", record)
            found.append(BootEntry(platform, indicator == 0x88, emulation, sector, count))
            left -= 1
        else:
            break
    return found


def _find_catalog(medium: Medium) -> int | None:
    """The sector that the boot record names, which stands among the volume descriptors."""
    for sector in range(16, medium.size // CD_SECTOR_SIZE):
        type_, name, system, catalog = medium.unpack("<B5sx23s41xI", sector * CD_SECTOR_SIZE)
        if name != b"CD001" or type_ == 255:
            break
        if type_ == 0 and system == b"EL TORITO SPECIFICATION":
            return int(catalog)
    return None
