"""Reading kernel.elf: its segments, and where a PVH loader enters it.

gABI 4.1+, chapters 4 and 5.
"""

from __future__ import annotations

from dataclasses import dataclass

from ring3.diagnostic import Ring3Error
from ring3.elf.format import Access, SegmentType
from ring3.elf.note import read_notes
from ring3.image.loads import PHYS32_ENTRY
from ring3.image.medium import Medium

MAGIC = b"\x7fELF"
ELF64_LITTLE = b"\x02\x01"
MACHINE_X86_64 = 62
PROGRAM_HEADER_SIZE = 56


@dataclass(frozen=True, slots=True)
class FoundSegment:
    """A PT_LOAD: addresses virtual and physical, sizes in bytes."""

    rights: str
    offset: int
    size: int
    memory_size: int
    address: int
    physical: int


@dataclass(frozen=True, slots=True)
class KernelFile:
    """``entry`` is where the PVH note says; None when there is none."""

    entry: int | None
    segments: list[FoundSegment]


def is_elf(medium: Medium) -> bool:
    """Does it begin as every ELF file does?"""
    return medium.size >= 64 and medium.read(0, 4) == MAGIC


def read_kernel(medium: Medium) -> KernelFile:
    """The headers; raises Ring3Error when it is not for x86-64 or ends too early."""
    ident, machine, table, size, count = medium.unpack("<4x2s12xH12xQ14xHH", 0)
    if ident != ELF64_LITTLE or machine != MACHINE_X86_64 or size != PROGRAM_HEADER_SIZE:
        raise Ring3Error(f"{medium.name} is an ELF file, but not one of x86-64")
    segments = []
    for number in range(count):
        type_, flags, offset, address, physical, file_size, memory_size = medium.unpack(
            "<IIQQQQQ", table + number * PROGRAM_HEADER_SIZE
        )
        medium.part("a segment", offset, file_size)
        if type_ == SegmentType.LOAD:
            segments.append(
                FoundSegment(
                    str(Access(flags & 7)), offset, file_size, memory_size, address, physical
                )
            )
    return KernelFile(_pvh_entry(medium), segments)


def _pvh_entry(medium: Medium) -> int | None:
    for note in read_notes(medium.read(0, medium.size)):
        if (note.owner, note.type) == PHYS32_ENTRY:
            return int.from_bytes(note.description, "little")
    return None
