"""The records of an ELF file, in both classes, little-endian.

    Header · ProgramHeader · SectionHeader · SymbolEntry · dynamic entries
                          │ pack(elf_class)
                          v
                        bytes

Field order and widths are those of the gABI 4.1+, chapters 4 and 5; the two
classes differ in the width of an address and in the order of some fields.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from enum import Enum, IntEnum, IntFlag
from typing import NamedTuple

PAGE_SIZE = 4096


class ElfClass(Enum):
    """ELFCLASS32 with EM_386, or ELFCLASS64 with EM_X86_64: (EI_CLASS, bits, e_machine)."""

    ELF32 = (1, 32, 3)
    ELF64 = (2, 64, 62)

    def __init__(self, ident: int, bits: int, machine: int) -> None:
        self.ident = ident
        self.bits = bits
        self.machine = machine
        self.word_size = bits // 8
        self.header_size = 64 if bits == 64 else 52
        self.program_header_size = 56 if bits == 64 else 32
        self.section_header_size = 64 if bits == 64 else 40
        self.symbol_size = 24 if bits == 64 else 16

    def word(self, value: int) -> bytes:
        """An address-sized number, modulo its width."""
        return (value % (1 << self.bits)).to_bytes(self.word_size, "little")

    def dynamic(self, tag: int, value: int) -> bytes:
        """An Elf_Dyn: what ``tag`` says is at, or is, ``value``."""
        return self.word(tag) + self.word(value)


class FileType(IntEnum):
    """e_type."""

    RELOCATABLE = 1
    EXECUTABLE = 2
    SHARED = 3


class SegmentType(IntEnum):
    """p_type."""

    LOAD = 1
    DYNAMIC = 2
    INTERPRETER = 3
    NOTE = 4
    GNU_EH_FRAME = 0x6474E550
    GNU_STACK = 0x6474E551


class Access(IntFlag):
    """What a segment's pages allow: PF_X, PF_W, PF_R."""

    EXECUTE = 1
    WRITE = 2
    READ = 4

    def __str__(self) -> str:
        return "".join(c for bit, c in ((4, "r"), (2, "w"), (1, "x")) if self & bit)


class SectionKind(IntEnum):
    """sh_type, of the sections that the linker itself makes."""

    NULL = 0
    PROGBITS = 1
    SYMTAB = 2
    STRTAB = 3
    HASH = 5
    DYNAMIC = 6
    NOTE = 7
    NOBITS = 8
    DYNSYM = 11
    GNU_HASH = 0x6FFFFFF6
    GNU_VERDEF = 0x6FFFFFFD
    GNU_VERSYM = 0x6FFFFFFF
    X86_64_UNWIND = 0x70000001


class SectionAttribute(IntFlag):
    """sh_flags."""

    WRITE = 1
    ALLOC = 2
    EXECUTE = 4
    MERGE = 0x10
    STRINGS = 0x20


SHN_UNDEF = 0
SHN_ABS = 0xFFF1
STT_FILE = 4


class Header(NamedTuple):
    """The ELF header; counts and offsets of the two header tables included."""

    type: FileType
    entry: int
    program_header_offset: int
    program_headers: int
    section_header_offset: int
    section_headers: int
    section_names: int

    def pack(self, elf_class: ElfClass) -> bytes:
        ident = b"\x7fELF" + bytes([elf_class.ident, 1, 1]) + bytes(9)
        address = "Q" if elf_class is ElfClass.ELF64 else "I"
        return struct.pack(
            f"<16sHHI{address}{address}{address}IHHHHHH",
            ident,
            self.type,
            elf_class.machine,
            1,  # EV_CURRENT
            self.entry,
            self.program_header_offset,
            self.section_header_offset,
            0,  # e_flags: x86 has none
            elf_class.header_size,
            elf_class.program_header_size,
            self.program_headers,
            elf_class.section_header_size,
            self.section_headers,
            self.section_names,
        )


class ProgramHeader(NamedTuple):
    """A segment: where it lies in the file and in memory, and what may be done with it."""

    type: SegmentType
    flags: Access
    offset: int
    address: int
    file_size: int
    memory_size: int
    alignment: int
    physical: int | None = None  # as `address`, unless said

    def pack(self, elf_class: ElfClass) -> bytes:
        physical = self.address if self.physical is None else self.physical
        place = (self.offset, self.address, physical, self.file_size, self.memory_size)
        if elf_class is ElfClass.ELF64:
            return struct.pack("<IIQQQQQQ", self.type, self.flags, *place, self.alignment)
        return struct.pack("<IIIIIIII", self.type, *place, self.flags, self.alignment)


class SectionHeader(NamedTuple):
    """A section as debuggers and ``readelf`` see it; ``name`` is an offset in .shstrtab."""

    name: int = 0
    type: int = SectionKind.NULL
    flags: int = 0
    address: int = 0
    offset: int = 0
    size: int = 0
    link: int = 0
    info: int = 0
    alignment: int = 0
    entry_size: int = 0

    def pack(self, elf_class: ElfClass) -> bytes:
        address = "Q" if elf_class is ElfClass.ELF64 else "I"
        return struct.pack(
            f"<II{address}{address}{address}{address}II{address}{address}",
            self.name,
            self.type,
            self.flags,
            self.address,
            self.offset,
            self.size,
            self.link,
            self.info,
            self.alignment,
            self.entry_size,
        )


class SymbolEntry(NamedTuple):
    """A row of .symtab or .dynsym; ``name`` is an offset in its string table."""

    name: int = 0
    value: int = 0
    size: int = 0
    type: int = 0
    binding: int = 0
    section: int = SHN_UNDEF

    def pack(self, elf_class: ElfClass) -> bytes:
        info = self.binding << 4 | self.type
        value = self.value % (1 << elf_class.bits)
        if elf_class is ElfClass.ELF64:
            return struct.pack("<IBBHQQ", self.name, info, 0, self.section, value, self.size)
        return struct.pack("<IIIBBH", self.name, value, self.size, info, 0, self.section)


@dataclass(slots=True)
class StringTable:
    """NUL-terminated names, one after the other; offset 0 is the empty name."""

    data: bytearray = field(default_factory=lambda: bytearray(1))
    _offsets: dict[str, int] = field(default_factory=lambda: {"": 0})

    def add(self, name: str) -> int:
        """The offset of ``name``, which is added when it is new."""
        offset = self._offsets.get(name)
        if offset is None:
            offset = self._offsets[name] = len(self.data)
            self.data += name.encode() + b"\0"
        return offset


def align_up(value: int, alignment: int) -> int:
    """The next multiple of ``alignment`` (any positive number) that is not below ``value``."""
    return -(-value // alignment) * alignment
