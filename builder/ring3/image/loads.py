"""What a loader brings into memory, and what it must know for that.

    kernel.elf, initrd ──plan──> Loads: where each belongs in physical memory, and packed
                                    └──load_table──> rows that a loader walks through

Reading is what costs a BIOS its time: so all of it is packed, and there is little to
read.  (In a program's file more than half are zeros, up to the next page.)

The loader is assembled from the kernel's sources; the table is linked into it
like any other object, and so are the few numbers that it needs.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import lz4.block

from ring3.asm import SourceTree, assemble_file
from ring3.asm.object import Object
from ring3.diagnostic import Ring3Error
from ring3.elf.embedded import embed
from ring3.elf.format import PAGE_SIZE, align_up
from ring3.elf.layout import KERNEL_PHYSICAL
from ring3.elf.linker import Linked
from ring3.elf.note import read_notes

COMMAND_LINE_MAX = 4095
"""Bytes that the kernel keeps of its command line (``machine/information.s``)."""

MEMORY_END = 0x80000000
"""Everything is loaded below 2 GiB, where every machine that has so much memory has RAM.

Whether this machine has it is for the loader to find out.
"""

PHYS32_ENTRY = ("Xen", 18)
"""Owner and type of the note that gives the entry (XEN_ELFNOTE_PHYS32_ENTRY)."""

ROW = struct.Struct("<8s6I")
"""A row of ``boot/loader/load_table.inc``.

Name; place, packed size, checksum; address, size, bytes to fill.
"""

COMPRESSION = 6
"""Of LZ4's levels up to 12; a higher one takes longer and gains next to nothing."""

EXPANSION_MAX = 255
"""No byte of an LZ4 block can become more bytes than this."""


@dataclass(frozen=True, slots=True)
class Load:
    """Something that is to be in memory at a physical address; sizes in bytes.

    ``packed`` is ``data`` as an image has it.
    """

    name: str
    address: int
    memory_size: int
    data: bytes = field(repr=False)
    packed: bytes = field(repr=False)

    @property
    def end(self) -> int:
        return self.address + self.memory_size


def plan(kernel: Linked, initrd: bytes) -> list[Load]:
    """What goes where: the kernel's segments, above them the initrd.

    Raises Ring3Error for what lies in the BIOS's memory or does not fit below 2 GiB.
    """
    loads = [
        _load(segment.name, segment.physical, segment.memory_size, segment.data)
        for segment in kernel.segments
    ]
    lowest = min(load.address for load in loads)
    if lowest < KERNEL_PHYSICAL:
        raise Ring3Error(
            f"the kernel wants to be loaded at {lowest:#x}; below {KERNEL_PHYSICAL:#x} is the BIOS"
        )
    top = align_up(max(load.end for load in loads), PAGE_SIZE)
    loads.append(_load("initrd", top, len(initrd), initrd))
    return loads


def packed_address(loads: Sequence[Load]) -> int:
    """Where a loader may put what is still packed: above everything else."""
    return align_up(loads[-1].end, PAGE_SIZE)


def checksum(packed: bytes) -> int:
    """By which a loader sees that what it has read is not damaged: Adler-32 (RFC 1950, 8.2)."""
    return zlib.adler32(packed)


def unpack(packed: bytes, size: int) -> bytes | None:
    """The ``size`` bytes that were packed, or None if that is not what was packed."""
    if size > EXPANSION_MAX * len(packed):
        return None
    try:
        data: bytes = lz4.block.decompress(packed, uncompressed_size=size)
    except lz4.block.LZ4BlockError:
        return None
    return data if len(data) == size else None


def pvh_entry(kernel: Linked) -> int:
    """The physical address at which the PVH note says that the kernel is entered."""
    for note in read_notes(kernel.data):
        if (note.owner, note.type) == PHYS32_ENTRY:
            return int.from_bytes(note.description, "little")
    raise Ring3Error(
        "the kernel has no PVH note, so no loader can find its entry",
        help="see boot/pvh.s: a note of owner Xen and type 18 with the physical address",
    )


def load_table(loads: Sequence[Load], places: Mapping[str, int], section: str) -> Object:
    """``load_table_start`` to ``load_table_end``; ``places`` says by name where each one waits."""
    rows = (
        ROW.pack(
            load.name.encode(),
            places[load.name],
            len(load.packed),
            checksum(load.packed),
            load.address,
            len(load.data),
            load.memory_size,
        )
        for load in loads
    )
    return embed("load_table", b"".join(rows), section, alignment=4)


def command_line_object(command_line: str, section: str) -> Object:
    """``command_line_start``: the kernel's command line, which ends with a NUL."""
    encoded = command_line.encode()
    if b"\0" in encoded:
        raise Ring3Error("the kernel's command line has a NUL byte, which would end it early")
    if len(encoded) > COMMAND_LINE_MAX:
        raise Ring3Error(
            f"the kernel's command line has {len(encoded):,} bytes; "
            f"the kernel keeps {COMMAND_LINE_MAX:,}"
        )
    return embed("command_line", encoded + b"\0", section, alignment=4)


def assemble_loader(name: str, tree: SourceTree) -> Object:
    """``boot/NAME`` of the kernel's sources, the user's before the stock ones."""
    for root in tree.roots:
        path = root / "boot" / name
        if path.is_file():
            return assemble_file(path, tree)
    raise Ring3Error(f"there is no boot/{name} in the kernel's sources")


def pad(data: bytes, alignment: int) -> bytes:
    """``data`` with zeros up to a multiple of ``alignment``."""
    return data + bytes(-len(data) % alignment)


def _load(name: str, address: int, memory_size: int, data: bytes) -> Load:
    """The load; its ``data`` must end below 2 GiB, and so must its memory."""
    end = address + memory_size
    if end > MEMORY_END:
        raise Ring3Error(
            f"{name} is too large for an image: it has {memory_size:,} bytes "
            f"and would end at {end:#x}; the loader fills memory up to {MEMORY_END:#x}",
            help="leave programs out of the image, or make them smaller",
        )
    packed: bytes = lz4.block.compress(
        data, mode="high_compression", compression=COMPRESSION, store_size=False
    )
    return Load(name, address, memory_size, data, packed)
