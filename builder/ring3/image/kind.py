"""What kind of image a file is, and who can start it: decided by its bytes alone.

the first bytes
    "CD001" at 32769 ──> ISO    El Torito's catalog names its BIOS and UEFI entries
    a FAT volume     ──> EFI    UEFI starts EFI/BOOT/BOOTX64.EFI in it
    0x55 0xaa at 510 ──> DISK   a BIOS runs sector 0; UEFI looks at the partitions
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ring3.diagnostic import Ring3Error
from ring3.image.formats import REMOVABLE_LOADER, ImageFormat
from ring3.image.medium import Medium, open_medium
from ring3.image.read_fat import read_fat
from ring3.image.read_iso import PLATFORM_BIOS, PLATFORM_UEFI, is_iso, read_iso
from ring3.image.read_partitions import (
    EFI_SYSTEM,
    PARTITION_TABLE,
    SECTOR_SIZE,
    SIGNATURE,
    read_partitions,
)

WRAPPED = {
    b"\x1f\x8b": "it was packed by gzip: `gunzip` it first",
    b"\xfd7zXZ\0": "it was packed by xz: `unxz` it first",
    b"PK\3\4": "it was packed by zip: `unzip` it first",
    b"QFI\xfb": "it is QEMU's qcow2: `qemu-img convert -O raw` makes a raw disk of it",
}
"""What an image may be inside of, by its first bytes."""


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

    Raises Ring3Error when the file cannot be read, is cut short or damaged, or is nothing
    that a BIOS or UEFI starts.
    """
    with open_medium(path) as medium:
        kind = kind_of(medium)
    if not (kind.bios or kind.uefi):
        raise Ring3Error(
            f"{path} is not a bootable image: neither a BIOS nor UEFI finds a way into it",
            help="`build-image` makes one",
        )
    return kind


def kind_of(medium: Medium) -> ImageKind:
    """The same for what is open already; there may be no way into it."""
    sector = medium.read(0, SECTOR_SIZE) if medium.size >= SECTOR_SIZE else b""
    has_code = sector.endswith(SIGNATURE) and any(sector[:PARTITION_TABLE])
    if is_iso(medium):
        cd = read_iso(medium)
        bios, uefi = (cd.starts(one) is not None for one in (PLATFORM_BIOS, PLATFORM_UEFI))
        return ImageKind(ImageFormat.ISO, bios, uefi, hybrid=has_code)
    if not sector.endswith(SIGNATURE):
        raise Ring3Error(
            f"{medium.name} is not a bootable image: "
            "it is no ISO, and its first sector does not end in 55 aa",
            help=next(
                (cure for begin, cure in WRAPPED.items() if sector.startswith(begin)),
                "`build-image` makes one",
            ),
        )
    if has_uefi_loader(medium):
        return ImageKind(ImageFormat.EFI, bios=False, uefi=True)
    if read_fat(medium) is not None:
        return ImageKind(ImageFormat.DISK, bios=True, uefi=False)
    _, partitions = read_partitions(medium)
    uefi = any(
        has_uefi_loader(medium.part("its EFI system partition", found.offset, found.size))
        for found in partitions
        if found.meaning == EFI_SYSTEM
    )
    return ImageKind(ImageFormat.DISK, bios=has_code, uefi=uefi)


def has_uefi_loader(medium: Medium) -> bool:
    """Is it a FAT volume with the program that UEFI starts from a removable medium?"""
    volume = read_fat(medium)
    return volume is not None and any(file.path == REMOVABLE_LOADER for file in volume.files())
