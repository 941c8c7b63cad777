"""A CD that a BIOS and UEFI boot, and that is a disk as well when it is copied to one.

    as a CD, by El Torito's catalog          as a disk
    BIOS   BIOS.IMG: stage 1, stage 2        sector 0: stage 1; a second stage 2 in BIOS.IMG
    UEFI   EFI.IMG: FAT, BOOTX64.EFI         an MBR entry for EFI.IMG

Kernel and initrd are there once, in the EFI application: every stage 2 reads them out
of it.  A CD has sectors of 2,048 bytes, a disk of 512, so each has a stage 2 of its own.

ECMA-119; Phoenix and IBM, "El Torito" 1.0; UEFI 2.10, 13.3.2.1.
"""

from __future__ import annotations

import struct
from io import BytesIO
from typing import Any

from ring3.asm import SourceTree
from ring3.elf.format import align_up
from ring3.elf.linker import Linked
from ring3.image.bios import (
    CD,
    CD_SECTOR_SIZE,
    DISK,
    SECTOR_SIZE,
    STAGE2_SIZE,
    build_stage1,
    build_stage2,
)
from ring3.image.efi import build_application
from ring3.image.fat import build_fat
from ring3.image.formats import REMOVABLE_LOADER
from ring3.image.loads import pad
from ring3.image.partitions import MBR_EFI_SYSTEM, MbrEntry, with_partitions

BIOS_FILE, EFI_FILE, CATALOG_FILE = "/BIOS.IMG;1", "/EFI.IMG;1", "/BOOT.CAT;1"

CD_STAGE2 = CD_SECTOR_SIZE
DISK_STAGE2 = CD_STAGE2 + STAGE2_SIZE
BIOS_FILE_SIZE = DISK_STAGE2 + STAGE2_SIZE
"""BIOS.IMG: stage 1, of which a BIOS loads one sector, and both stages 2."""

LOADED_SECTORS = CD_SECTOR_SIZE // SECTOR_SIZE
"""What a BIOS loads of BIOS.IMG; the catalog counts 512 bytes as a sector."""

MOST_SECTORS = 0xFFFF
"""What the catalog can say; 0 means "to the end of the CD" to UEFI."""

SIZE_ALIGNMENT = 1 << 20

VOLUME = 16
DATES = 813
DATE_SIZE = 17
NO_DATE = b"0" * 16 + b"\0"
ROOT_RECORD = 156
RECORD_DATE = 18
FIRST_DAY = bytes([80, 1, 1, 0, 0, 0, 0])  # 1980-01-01, UTC


def build_iso(kernel: Linked, initrd: bytes, command_line: str, tree: SourceTree) -> bytes:
    """The image's bytes; ``tree`` is that of the kernel's sources, which have the loaders'.

    Raises Ring3Error for what :func:`ring3.image.loads.plan` refuses.
    """
    application = build_application(kernel, initrd, command_line, tree)
    volume = build_fat({REMOVABLE_LOADER: application.data})

    # 1. Where the files lie follows from their sizes.
    bios_file = BytesIO(bytes(BIOS_FILE_SIZE))
    iso = _new_iso(bios_file, BytesIO(volume.data), len(volume.data))
    bios, efi = (
        iso.get_record(iso_path=name).extent_location() * CD_SECTOR_SIZE
        for name in (BIOS_FILE, EFI_FILE)
    )

    # 2. What the BIOS's loader wants to know of that.
    file = efi + volume.places[REMOVABLE_LOADER]
    places = {name: file + place for name, place in application.places.items()}
    on_cd, on_disk = (
        build_stage2(drive, kernel, application.loads, places, command_line, tree)
        for drive in (CD, DISK)
    )
    for place, stage in (
        (0, build_stage1(CD, bios + CD_STAGE2, on_cd, tree)),
        (CD_STAGE2, on_cd),
        (DISK_STAGE2, on_disk),
    ):
        bios_file.seek(place)
        bios_file.write(stage)

    # 3. The CD, and what makes it a disk.
    written = BytesIO()
    iso.write_fp(written)
    iso.close()
    image = bytearray(pad(written.getvalue(), SIZE_ALIGNMENT))
    _forget_times(image)
    system = MbrEntry(
        MBR_EFI_SYSTEM, efi // SECTOR_SIZE, len(volume.data) // SECTOR_SIZE, active=True
    )
    stage1 = build_stage1(DISK, bios + DISK_STAGE2, on_disk, tree)
    image[:SECTOR_SIZE] = with_partitions(stage1, [system])
    return bytes(image)


def _new_iso(bios_file: BytesIO, efi_file: BytesIO, efi_size: int) -> Any:
    """The CD with both files and the catalog; they are not read before it is written."""
    import pycdlib  # noqa: PLC0415  # no other format needs it

    iso = pycdlib.PyCdlib()
    iso.new(vol_ident="RING3")
    iso.add_fp(bios_file, BIOS_FILE_SIZE, BIOS_FILE)
    iso.add_fp(efi_file, efi_size, EFI_FILE)
    sectors = align_up(efi_size, SECTOR_SIZE) // SECTOR_SIZE
    iso.add_eltorito(BIOS_FILE, CATALOG_FILE, boot_load_size=LOADED_SECTORS)
    iso.add_eltorito(EFI_FILE, boot_load_size=sectors if sectors <= MOST_SECTORS else 0, efi=True)
    iso.force_consistency()
    return iso


def _forget_times(image: bytearray) -> None:
    """Replace the times in the volume descriptor and in the root's records by fixed ones."""
    descriptor = VOLUME * CD_SECTOR_SIZE
    for number in range(4):
        at = descriptor + DATES + number * DATE_SIZE
        image[at : at + DATE_SIZE] = NO_DATE
    root = descriptor + ROOT_RECORD
    sector, size = struct.unpack_from("<I4xI", image, root + 2)
    at, end = sector * CD_SECTOR_SIZE, sector * CD_SECTOR_SIZE + size
    records = [root]
    while at < end and image[at]:
        records.append(at)
        at += image[at]
    for record in records:
        image[record + RECORD_DATE : record + RECORD_DATE + len(FIRST_DAY)] = FIRST_DAY
