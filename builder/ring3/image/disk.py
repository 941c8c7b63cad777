"""Raw disks: one that a BIOS boots, and one that a BIOS and UEFI boot.

    build_disk                                build_gpt_disk
    sector 0        stage 1, partition table  stage 1 in a protective MBR
    sector 1 on     stage 2, 32 KiB           GPT
    sector 65 on    kernel's segments,        partition 1: stage 2
                    initrd, all packed        partition 2: a FAT volume with BOOTX64.EFI,
                                              in which are the kernel and the initrd
    the end         zeros                     GPT once more

On the second one kernel and initrd lie there once, too: the BIOS's stage 2 reads
them out of the EFI application, whose file lies in one piece.  (Who replaces that file
by hand has a disk that boots by UEFI alone.)
"""

from __future__ import annotations

from uuid import UUID

from ring3.asm import SourceTree
from ring3.elf.format import align_up
from ring3.elf.linker import Linked
from ring3.image.bios import DISK, SECTOR_SIZE, STAGE2_SIZE, build_stage1, build_stage2
from ring3.image.formats import REMOVABLE_LOADER
from ring3.image.loads import pad, plan
from ring3.image.partitions import (
    BIOS_BOOT,
    EFI_SYSTEM,
    MBR_PRIVATE,
    MbrEntry,
    Partition,
    gpt,
    protective_mbr,
    with_partitions,
)

CYLINDER_SIZE = 16 * 63 * SECTOR_SIZE
"""Sizes are multiples of this, and at least this: BIOSes take smaller disks for floppies."""

STAGE2_SECTOR = 1

PARTITION_ALIGNMENT = 1 << 20
"""Where partitions begin on disks of today, whatever is inside of the disk."""


def build_disk(kernel: Linked, initrd: bytes, command_line: str, tree: SourceTree) -> bytes:
    """The disk's bytes; ``tree`` is that of the kernel's sources, which have the loader's.

    Raises Ring3Error when the kernel has no PVH entry, or something is too
    large: the loader fills memory from 1 MiB to 2 GiB.
    """
    loads = plan(kernel, initrd)
    stage2_offset = STAGE2_SECTOR * SECTOR_SIZE
    places, place = {}, stage2_offset + STAGE2_SIZE
    for load in loads:
        places[load.name] = place
        place += align_up(len(load.packed), SECTOR_SIZE)
    size = align_up(place, CYLINDER_SIZE)

    stage2 = build_stage2(DISK, kernel, loads, places, command_line, tree)
    stage1 = build_stage1(DISK, stage2_offset, stage2, tree)
    partition = MbrEntry(MBR_PRIVATE, STAGE2_SECTOR, size // SECTOR_SIZE - 1, active=True)
    payload = b"".join(pad(load.packed, SECTOR_SIZE) for load in loads)
    sectors = (with_partitions(stage1, [partition]), stage2.ljust(STAGE2_SIZE, b"\0"), payload)
    return b"".join(sectors).ljust(size, b"\0")


def build_gpt_disk(kernel: Linked, initrd: bytes, command_line: str, tree: SourceTree) -> bytes:
    """The bytes of a disk for BIOS and UEFI; otherwise as :func:`build_disk`."""
    from ring3.image.efi import build_application  # noqa: PLC0415  # only for UEFI
    from ring3.image.fat import build_fat  # noqa: PLC0415

    # 1. The system partition, and what the BIOS's loader wants to know of it.
    stage2_offset = PARTITION_ALIGNMENT
    volume_offset = stage2_offset + PARTITION_ALIGNMENT
    application = build_application(kernel, initrd, command_line, tree)
    volume = build_fat(
        {REMOVABLE_LOADER: application.data}, first_sector=volume_offset // SECTOR_SIZE
    )
    file = volume_offset + volume.places[REMOVABLE_LOADER]
    places = {name: file + place for name, place in application.places.items()}

    # 2. The loader.
    stage2 = build_stage2(DISK, kernel, application.loads, places, command_line, tree)
    stage1 = build_stage1(DISK, stage2_offset, stage2, tree)

    # 3. The tables around it.
    volume_end = align_up(volume_offset + len(volume.data), PARTITION_ALIGNMENT)
    size = volume_end + PARTITION_ALIGNMENT
    partitions = [
        _partition(BIOS_BOOT, stage2_offset, volume_offset, "BIOS loader"),
        _partition(EFI_SYSTEM, volume_offset, volume_end, "EFI system"),
    ]
    primary, backup = gpt(partitions, size // SECTOR_SIZE, identity=volume.data)
    disk = bytearray(size)
    for offset, data in (
        (0, protective_mbr(stage1, size // SECTOR_SIZE)),
        (SECTOR_SIZE, primary),
        (stage2_offset, stage2),
        (volume_offset, volume.data),
        (size - len(backup), backup),
    ):
        disk[offset : offset + len(data)] = data
    return bytes(disk)


def _partition(type_: UUID, start: int, end: int, name: str) -> Partition:
    return Partition(type_, start // SECTOR_SIZE, end // SECTOR_SIZE - 1, name)
