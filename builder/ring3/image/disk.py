"""A raw disk that a BIOS boots, by the two-stage loader of ``kernel_src/boot/disk``.

    sector 0         mbr.s, with a partition entry over all the rest
    sectors 1..64    stage2.s, the load table, the command line
    sector 65 on     the kernel's segments, the initrd: each from a sector of its own
    the end          zeros, up to whole cylinders

The load table tells stage 2 what to read, and where to.  It is linked into
stage 2 like any other object, and so are the numbers that stage 2 needs.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ring3.asm import SourceTree, assemble_file
from ring3.asm.object import Object
from ring3.diagnostic import Ring3Error
from ring3.elf.embedded import embed
from ring3.elf.format import PAGE_SIZE, Access, align_up
from ring3.elf.layout import KERNEL_PHYSICAL, Layout, SegmentLayout
from ring3.elf.linker import Linked, link
from ring3.elf.note import read_notes

SECTOR_SIZE = 512
CYLINDER_SIZE = 16 * 63 * SECTOR_SIZE
"""Sizes are multiples of this, and at least this: BIOSes take smaller disks for floppies."""

MBR_ADDRESS = 0x7C00
STAGE2_ADDRESS = 0x8000
STAGE2_SECTORS = 64
"""These three are those of ``boot/disk/disk.inc``."""

FIRST_SECTOR = 1 + STAGE2_SECTORS
"""Where the kernel's first segment begins."""

COMMAND_LINE_MAX = 4095
"""Bytes that the kernel keeps of its command line (``boot/information.s``)."""

MEMORY_END = 0x80000000
"""Everything is loaded below 2 GiB, where every machine that has so much memory has RAM.

Whether this machine has it is for stage 2 to find out.
"""

PHYS32_ENTRY = ("Xen", 18)
"""Owner and type of the note that gives the entry (XEN_ELFNOTE_PHYS32_ENTRY)."""


@dataclass(frozen=True, slots=True)
class Load:
    """Something that stage 2 brings into memory; sizes in bytes."""

    name: str
    address: int
    memory_size: int
    data: bytes = field(repr=False)

    @property
    def end(self) -> int:
        return self.address + self.memory_size

    @property
    def sectors(self) -> int:
        return align_up(len(self.data), SECTOR_SIZE) // SECTOR_SIZE


def build_disk(kernel: Linked, initrd: bytes, command_line: str, tree: SourceTree) -> bytes:
    """The disk's bytes; ``tree`` is that of the kernel's sources, which have the loader's.

    Raises Ring3Error when the kernel has no PVH entry, or something is too
    large: the loader fills memory from 1 MiB to 2 GiB.
    """
    loads = plan(kernel, initrd)
    payload = b"".join(pad(load.data, SECTOR_SIZE) for load in loads)
    size = align_up(FIRST_SECTOR * SECTOR_SIZE + len(payload), CYLINDER_SIZE)
    mbr = _link_stage(
        [_assemble("mbr.s", tree)],
        MBR_ADDRESS,
        "mbr_start",
        {"partition_sectors": size // SECTOR_SIZE - 1},
    )
    stage2 = _link_stage(
        [
            _assemble("stage2.s", tree),
            embed("load_table", _load_table(loads), ".data", alignment=4),
            embed("command_line", _encode(command_line) + b"\0", ".data", alignment=4),
        ],
        STAGE2_ADDRESS,
        "stage2_start",
        {
            "kernel_entry": pvh_entry(kernel),
            "initrd_address": loads[-1].address,
            "initrd_size": len(initrd),
        },
    )
    if len(mbr) != SECTOR_SIZE:
        raise Ring3Error(f"boot/disk/mbr.s has {len(mbr)} bytes; a sector has {SECTOR_SIZE}")
    if len(stage2) > STAGE2_SECTORS * SECTOR_SIZE:
        raise Ring3Error(
            f"the disk loader's second stage has {len(stage2):,} bytes; "
            f"the first one loads {STAGE2_SECTORS * SECTOR_SIZE:,}"
        )
    return (mbr + stage2.ljust(STAGE2_SECTORS * SECTOR_SIZE, b"\0") + payload).ljust(size, b"\0")


def plan(kernel: Linked, initrd: bytes) -> list[Load]:
    """What goes where in physical memory: the kernel's segments, above them the initrd."""
    loads = [
        Load(segment.name, segment.physical, segment.memory_size, segment.data)
        for segment in kernel.segments
    ]
    lowest = min(load.address for load in loads)
    if lowest < KERNEL_PHYSICAL:
        raise Ring3Error(
            f"the kernel wants to be loaded at {lowest:#x}; below {KERNEL_PHYSICAL:#x} is the BIOS"
        )
    top = align_up(max(load.end for load in loads), PAGE_SIZE)
    loads.append(Load("initrd", top, len(initrd), initrd))
    for load in loads:
        if load.end > MEMORY_END:
            raise Ring3Error(
                f"{load.name} is too large for a disk image: it has {load.memory_size:,} bytes "
                f"and would end at {load.end:#x}; the loader fills memory up to {MEMORY_END:#x}",
                help="leave programs out of the image, or make them smaller",
            )
    return loads


def pvh_entry(kernel: Linked) -> int:
    """The physical address at which the PVH note says that the kernel is entered."""
    for note in read_notes(kernel.data):
        if (note.owner, note.type) == PHYS32_ENTRY:
            return int.from_bytes(note.description, "little")
    raise Ring3Error(
        "the kernel has no PVH note, so no loader can find its entry",
        help="see boot/pvh.s: a note of owner Xen and type 18 with the physical address",
    )


def pad(data: bytes, alignment: int) -> bytes:
    """``data`` with zeros up to a multiple of ``alignment``."""
    return data + bytes(-len(data) % alignment)


def first_sectors(loads: Iterable[Load]) -> dict[str, int]:
    """Where on the disk each of them begins, by name: one behind the other."""
    sectors = {}
    sector = FIRST_SECTOR
    for load in loads:
        sectors[load.name] = sector
        sector += load.sectors
    return sectors


def _load_table(loads: Sequence[Load]) -> bytes:
    """Rows of sector, address, bytes on the disk, bytes in memory (``boot/disk/stage2.s``)."""
    sectors = first_sectors(loads)
    return b"".join(
        struct.pack("<IIII", sectors[load.name], load.address, len(load.data), load.memory_size)
        for load in loads
    )


def _encode(command_line: str) -> bytes:
    encoded = command_line.encode()
    if b"\0" in encoded:
        raise Ring3Error("the kernel's command line has a NUL byte, which would end it early")
    if len(encoded) > COMMAND_LINE_MAX:
        raise Ring3Error(
            f"the kernel's command line has {len(encoded):,} bytes; "
            f"the kernel keeps {COMMAND_LINE_MAX:,}"
        )
    return encoded


def _assemble(name: str, tree: SourceTree) -> Object:
    for root in tree.roots:
        path = root / "boot" / "disk" / name
        if path.is_file():
            return assemble_file(path, tree)
    raise Ring3Error(f"there is no boot/disk/{name} in the kernel's sources")


def _link_stage(
    objects: Sequence[Object], address: int, entry: str, defines: dict[str, int]
) -> bytes:
    """A stage as it lies in memory from ``address`` on, its first byte being its entry."""
    everything = Access.READ | Access.WRITE | Access.EXECUTE  # real mode has no rights
    stage = SegmentLayout("stage", everything, (".text", ".rodata", ".data"))
    linked = link(objects, Layout(address, (stage,), entry, alignment=SECTOR_SIZE), defines=defines)
    if linked.entry != address:
        raise Ring3Error(f"{entry} must be the first thing in its source: it is jumped to blindly")
    return linked.segments[0].data
