"""The two stages by which a BIOS starts the kernel, from a disk or from a CD.

    boot/disk/stage1.s ──link──> 512 bytes: all that a BIOS loads itself
    boot/disk/stage2.s ─┐
    load table ─────────┼─link──> 32 KiB at the most: reads the kernel, enters it
    command line ───────┘

Where the bytes lie that stage 2 reads is for the image to say: behind it on a plain
disk, inside of the EFI application on a medium that UEFI starts as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ring3.asm import SourceTree
from ring3.asm.object import Object
from ring3.diagnostic import Ring3Error
from ring3.elf.format import Access, align_up
from ring3.elf.layout import Layout, SegmentLayout
from ring3.elf.linker import Linked, link
from ring3.image.loads import (
    Load,
    assemble_loader,
    command_line_object,
    load_table,
    packed_address,
    pvh_entry,
)

SECTOR_SIZE = 512
CD_SECTOR_SIZE = 2048

STAGE1_SIZE = 512
STAGE2_SIZE = 64 * SECTOR_SIZE
"""The room that it has, on a medium and between STAGE2_ADDRESS and the bounce buffer."""

STAGE1_ADDRESS = 0x7C00
STAGE2_ADDRESS = 0x8000
"""These are those of ``boot/disk/disk.inc``, too."""

PARTITION_TABLE = 446
"""Where stage 1 ends: from here to the sector's last two bytes it has zeros."""


class Drive(NamedTuple):
    """What a BIOS calls a disk or a CD: how large its sectors are, in bytes."""

    sector_size: int

    def sector(self, offset: int) -> int:
        """The number of the sector that begins ``offset`` bytes after the first."""
        if offset % self.sector_size:
            raise ValueError(f"no sector of {self.sector_size} bytes begins at {offset}")
        return offset // self.sector_size


DISK, CD = Drive(SECTOR_SIZE), Drive(CD_SECTOR_SIZE)


def build_stage1(drive: Drive, stage2_offset: int, stage2: bytes, tree: SourceTree) -> bytes:
    """The first sector; ``stage2_offset`` is where stage 2 lies on the drive, in bytes."""
    numbers = {
        "stage2_sector": drive.sector(stage2_offset),
        "stage2_count": drive.sector(align_up(len(stage2), drive.sector_size)),
    }
    objects = [assemble_loader("disk/stage1.s", tree)]
    stage = _link_stage(objects, STAGE1_ADDRESS, "stage1_start", numbers)
    if len(stage) != STAGE1_SIZE:
        raise Ring3Error(f"boot/disk/stage1.s has {len(stage)} bytes; a sector has {STAGE1_SIZE}")
    return stage


def build_stage2(
    drive: Drive,
    kernel: Linked,
    loads: Sequence[Load],
    places: Mapping[str, int],
    command_line: str,
    tree: SourceTree,
) -> bytes:
    """Stage 2, for which there is STAGE2_SIZE; ``places`` says where on the drive each load lies.

    Raises Ring3Error when the kernel has no PVH entry.
    """
    sectors = {name: drive.sector(place) for name, place in places.items()}
    objects = [
        assemble_loader("disk/stage2.s", tree),
        load_table(loads, sectors, ".data"),
        command_line_object(command_line, ".data"),
    ]
    numbers = {
        "sector_size": drive.sector_size,
        "sector_shift": drive.sector_size.bit_length() - 1,
        "kernel_entry": pvh_entry(kernel),
        "packed_address": packed_address(loads),
        "initrd_address": loads[-1].address,
        "initrd_size": len(loads[-1].data),
    }
    stage = _link_stage(objects, STAGE2_ADDRESS, "stage2_start", numbers)
    if len(stage) > STAGE2_SIZE:
        raise Ring3Error(
            f"the BIOS loader's second stage has {len(stage):,} bytes; "
            f"the first one loads {STAGE2_SIZE:,}"
        )
    return stage


def build_only_uefi(offset: int, tree: SourceTree) -> bytes:
    """Code for a boot sector that says that only UEFI starts it; ``offset`` is its place there."""
    objects = [assemble_loader("disk/only_uefi.s", tree)]
    return _link_stage(objects, STAGE1_ADDRESS + offset, "only_uefi_start", {})


def _link_stage(
    objects: Sequence[Object], address: int, entry: str, numbers: Mapping[str, int]
) -> bytes:
    """A stage as it lies in memory from ``address`` on, its first byte being its entry."""
    everything = Access.READ | Access.WRITE | Access.EXECUTE  # real mode has no rights
    stage = SegmentLayout("stage", everything, (".text", ".rodata", ".data"))
    linked = link(objects, Layout(address, (stage,), entry, alignment=2), defines=numbers)
    if linked.entry != address:
        raise Ring3Error(f"{entry} must be the first thing in its source: it is jumped to blindly")
    return linked.segments[0].data
