"""What the assembler hands to the linker: sections, symbols, fixups, lines.

    Object ─┬─ Section ─┬─ data          the bytes, fields of fixups zero
            │           ├─ fixups        fields that the linker fills
            │           └─ lines         which bytes came from which source line
            └─ Symbol                    a name for a place in a section, or a number

It holds what an ELF relocatable file holds (gABI 4.1+ chapter 4), with RELA
addends, as plain Python data.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, Flag, auto
from typing import NamedTuple

from ring3.diagnostic import Location


class SectionFlag(Flag):
    """The section flags that the dialect knows (``.section name, "awx"``)."""

    NONE = 0
    ALLOC = auto()
    WRITE = auto()
    EXECUTE = auto()


class SectionType(Enum):
    """``@progbits``, ``@nobits``, ``@note`` and x86-64's ``@unwind``, with their ELF numbers."""

    PROGBITS = 1
    NOTE = 7
    NOBITS = 8
    UNWIND = 0x70000001


class FixupKind(Enum):
    """How a field is filled: (size in bytes, PC-relative, signed, the psABI's relocation).

    A signed field must hold its value sign-extended, an unsigned one
    zero-extended; ``None`` accepts both, as 8- and 16-bit data does.
    """

    ABS8 = (1, False, None, 14)  # R_X86_64_8
    ABS16 = (2, False, None, 12)  # R_X86_64_16
    ABS32 = (4, False, False, 10)  # R_X86_64_32
    ABS32S = (4, False, True, 11)  # R_X86_64_32S
    ABS64 = (8, False, None, 1)  # R_X86_64_64
    PC8 = (1, True, True, 15)  # R_X86_64_PC8
    PC16 = (2, True, True, 13)  # R_X86_64_PC16
    PC32 = (4, True, True, 2)  # R_X86_64_PC32
    PLT32 = (4, True, True, 4)  # R_X86_64_PLT32: a branch; PC32 to a static linker
    PC64 = (8, True, True, 24)  # R_X86_64_PC64

    def __init__(self, size: int, relative: bool, signed: bool | None, elf_type: int) -> None:
        self.size = size
        self.relative = relative
        self.signed = signed
        self.elf_type = elf_type


class Fixup(NamedTuple):
    """A field at ``offset`` of its section that gets ``symbol + addend``.

    A relative kind subtracts the field's own address.  The addend is complete:
    for ``call f`` it is -4, as in RELA (psABI x86-64, table 4.9).
    """

    offset: int
    kind: FixupKind
    symbol: str
    addend: int
    location: Location


class Line(NamedTuple):
    """From ``offset`` on, the bytes of the section come from ``location``."""

    offset: int
    location: Location
    is_code: bool = True


@dataclass(slots=True)
class Section:
    """A named run of bytes; ``size`` alone counts where the type is NOBITS."""

    name: str
    flags: SectionFlag
    type: SectionType = SectionType.PROGBITS
    alignment: int = 1
    data: bytearray = field(default_factory=bytearray)
    size: int = 0
    fixups: list[Fixup] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)


class Binding(Enum):
    """Who sees a symbol, with ELF's numbers."""

    LOCAL = 0
    GLOBAL = 1
    WEAK = 2


class SymbolType(Enum):
    """What a symbol names, with ELF's numbers."""

    NOTYPE = 0
    OBJECT = 1
    FUNCTION = 2


@dataclass(slots=True)
class Symbol:
    """A name.  ``section`` is a section's name, or None for a plain number.

    A symbol that is used and not defined is ``defined=False``; the linker
    finds it in another object.  ``location`` is its definition, or its first use.
    """

    name: str
    section: str | None
    value: int
    location: Location
    size: int = 0
    type: SymbolType = SymbolType.NOTYPE
    binding: Binding = Binding.LOCAL
    defined: bool = True


@dataclass(slots=True)
class Object:
    """One assembled source file.

    ``bits`` is 32 for a source of the i386, which says ``.code32`` before anything
    else: what GNU as assembles with ``--32``.
    """

    name: str
    sections: dict[str, Section] = field(default_factory=dict)
    symbols: dict[str, Symbol] = field(default_factory=dict)
    bits: int = 64
