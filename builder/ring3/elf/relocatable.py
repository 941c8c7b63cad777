"""A relocatable ELF file, as gcc and GNU as write it, read into an Object.

    file.o ── pyelftools ──> sections · symbols · relocations ──> Object

What static code in the small and kernel code models needs is read; anything
else is refused by its name.  Sections marked for merging are taken as they are.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

from elftools.common.exceptions import ELFError
from elftools.elf.descriptions import describe_reloc_type
from elftools.elf.elffile import ELFFile
from elftools.elf.enums import ENUM_SH_TYPE_AMD64
from elftools.elf.relocation import RelocationSection
from elftools.elf.sections import SymbolTableSection

from ring3.asm.object import (
    Binding,
    Fixup,
    FixupKind,
    Object,
    Section,
    SectionFlag,
    SectionType,
    Symbol,
    SymbolType,
)
from ring3.diagnostic import Location, Ring3Error
from ring3.elf.format import SectionAttribute

HARMLESS_ATTRIBUTES = int(
    SectionAttribute.WRITE
    | SectionAttribute.ALLOC
    | SectionAttribute.EXECUTE
    | SectionAttribute.MERGE
    | SectionAttribute.STRINGS
)

_KINDS = {kind.elf_type: kind for kind in FixupKind}
_KINDS_I386 = {  # psABI i386, table 4.9: R_386_32, PC32, PLT32, 16, PC16, 8, PC8
    1: FixupKind.ABS32,
    2: FixupKind.PC32,
    4: FixupKind.PLT32,
    20: FixupKind.ABS16,
    21: FixupKind.PC16,
    22: FixupKind.ABS8,
    23: FixupKind.PC8,
}
_SECTION_TYPES = {type_.value: type_ for type_ in SectionType}
_SYMBOL_TYPES = {
    "STT_NOTYPE": SymbolType.NOTYPE,
    "STT_OBJECT": SymbolType.OBJECT,
    "STT_FUNC": SymbolType.FUNCTION,
}
_BINDINGS = {
    "STB_LOCAL": Binding.LOCAL,
    "STB_GLOBAL": Binding.GLOBAL,
    "STB_WEAK": Binding.WEAK,
}
_R_X86_64_NONE = 0
_ADDRESS_SIZE = 8
_GOT_KINDS = frozenset({9, 41, 42})  # R_X86_64_GOTPCREL, GOTPCRELX, REX_GOTPCRELX
_GOT = ".rodata.got"


def read_relocatable(data: bytes, name: str) -> Object:
    """The object in ``data``; ``name`` is what messages call it.

    Raises Ring3Error when it is no relocatable file for x86-64 or the i386, or
    needs what the linker has not.
    """
    try:
        return _Reader(ELFFile(BytesIO(data)), name).read()
    except _UNSOUND as error:
        raise Ring3Error(f"{name} is not a sound ELF file: {error or 'truncated'}") from error


# What pyelftools lets through of a file whose tables lie: it checks little.
_UNSOUND = (ELFError, ArithmeticError, AssertionError, LookupError, ValueError)


class _Reader:
    def __init__(self, elf: ELFFile, name: str) -> None:
        self._elf = elf
        self._object = Object(name)
        self._symbols: list[tuple[str, int]] = []  # what fixups call symbol N: (name, offset)
        self._names: dict[int, str] = {}  # of the sections that are kept, by number
        self._kinds = _KINDS
        self._got_kinds = _GOT_KINDS

    def read(self) -> Object:
        machine = self._elf["e_machine"]
        if self._elf["e_type"] != "ET_REL" or machine not in ("EM_X86_64", "EM_386"):
            raise self._refuse(
                f"an {self._elf['e_type']} file for {machine}",
                "the linker takes x86-64 relocatable files (gcc -c, as)",
            )
        if machine == "EM_386":
            self._object.bits, self._kinds, self._got_kinds = 32, _KINDS_I386, frozenset()
        sections = list(self._elf.iter_sections())
        for number, section in enumerate(sections):
            self._read_section(number, section)
        for section in sections:
            if isinstance(section, SymbolTableSection):
                self._symbols = [self._read_symbol(s) for s in section.iter_symbols()]
        for section in sections:
            if isinstance(section, RelocationSection):
                self._read_fixups(section)
        return self._object

    def _read_section(self, number: int, section: Any) -> None:
        attributes = section["sh_flags"]
        type_ = _SECTION_TYPES.get(_number(section["sh_type"]))
        if type_ is None or attributes & ~HARMLESS_ATTRIBUTES:
            if attributes & SectionAttribute.ALLOC:
                raise self._refuse(
                    f"section {section.name} ({section['sh_type']}, flags {attributes:#x})",
                    "thread-local data, constructors and COMDAT groups are not supported",
                )
            return
        if section.name in self._object.sections:
            raise self._refuse(f"two sections that are both named {section.name}")
        flags = SectionFlag.NONE
        for attribute, flag in (
            (SectionAttribute.ALLOC, SectionFlag.ALLOC),
            (SectionAttribute.WRITE, SectionFlag.WRITE),
            (SectionAttribute.EXECUTE, SectionFlag.EXECUTE),
        ):
            if attributes & attribute:
                flags |= flag
        empty = type_ is SectionType.NOBITS
        if not empty and section["sh_offset"] + section["sh_size"] > self._elf.stream_len:
            raise self._refuse(f"section {section.name}, which the file's end cuts off")
        data = b"" if empty else section.data()
        self._names[number] = section.name
        self._object.sections[section.name] = Section(
            section.name,
            flags,
            type_,
            max(1, section["sh_addralign"]),
            bytearray(data),
            section["sh_size"] if empty else 0,
        )

    def _read_symbol(self, symbol: Any) -> tuple[str, int]:
        """Take the symbol in; returns by what name and offset a fixup reaches it."""
        info, place = symbol["st_info"], symbol["st_shndx"]
        if info["type"] == "STT_FILE":
            return "", 0
        if info["type"] == "STT_SECTION":
            return self._names.get(place, ""), 0
        if place == "SHN_COMMON":
            raise self._refuse(f"common symbol {symbol.name}", "compile with -fno-common")
        if info["type"] not in _SYMBOL_TYPES or info["bind"] not in _BINDINGS:
            raise self._refuse(f"symbol {symbol.name} ({info['type']}, {info['bind']})")
        binding = _BINDINGS[info["bind"]]
        section = self._names.get(place)
        defined = place == "SHN_ABS" or section is not None
        if not symbol.name or (binding is Binding.LOCAL and symbol.name in self._object.symbols):
            return section or "", symbol["st_value"]  # a second static of that name in the file
        self._object.symbols[symbol.name] = Symbol(
            symbol.name,
            section,
            symbol["st_value"],
            self._location(section, symbol["st_value"]),
            symbol["st_size"],
            _SYMBOL_TYPES[info["type"]],
            binding,
            defined,
        )
        return symbol.name, 0

    def _read_fixups(self, table: RelocationSection) -> None:
        name = self._names.get(table["sh_info"])
        if name is None:
            return  # of a section that is left out
        section = self._object.sections[name]
        for relocation in table.iter_relocations():
            offset, type_ = relocation["r_offset"], relocation["r_info_type"]
            if type_ == _R_X86_64_NONE:
                continue
            kind = FixupKind.PC32 if type_ in self._got_kinds else self._kinds.get(type_)
            if kind is None:
                raise self._refuse(
                    f"relocation {describe_reloc_type(type_, self._elf)} "
                    f"at {section.name}+{offset:#x}",
                    "compile with -fno-pic -no-pie, without thread-local variables",
                )
            if offset + kind.size > len(section.data):
                raise self._refuse(f"a relocation beyond the end of {section.name}")
            symbol, value = self._symbols[relocation["r_info_sym"]]
            if type_ in self._got_kinds:
                symbol, value = _GOT, self._global_offset(symbol, value)
            field = slice(offset, offset + kind.size)
            addend = int.from_bytes(section.data[field], "little", signed=True)
            section.data[field] = bytes(kind.size)
            if table.is_RELA():  # else the addend was in the field (SHT_REL)
                addend = relocation["r_addend"]
            location = self._location(name, offset)
            section.fixups.append(Fixup(offset, kind, symbol, addend + value, location))

    def _global_offset(self, symbol: str, value: int) -> int:
        """The offset in this object's own GOT of the address of ``symbol + value``.

        Position-independent code loads addresses that another module might
        define from there (psABI x86-64, 4.4.1); to a static program it is a
        table of constants.
        """
        got = self._object.sections.setdefault(
            _GOT, Section(_GOT, SectionFlag.ALLOC, alignment=_ADDRESS_SIZE)
        )
        for fixup in got.fixups:
            if (fixup.symbol, fixup.addend) == (symbol, value):
                return fixup.offset
        offset = len(got.data)
        location = self._location(_GOT, offset)
        got.fixups.append(Fixup(offset, FixupKind.ABS64, symbol, value, location))
        got.data += bytes(_ADDRESS_SIZE)
        return offset

    def _location(self, section: str | None, offset: int) -> Location:
        """As GNU ld names a place in an object; the lines are in its DWARF, if anywhere."""
        where = f"({section}+{offset:#x})" if section else ""
        return Location(f"{self._object.name}{where}", 1)

    def _refuse(self, what: str, cure: str | None = None) -> Ring3Error:
        return Ring3Error(f"{self._object.name} has {what}: this cannot be linked", help=cure)


def _number(section_type: str | int) -> int:
    """sh_type as a number; pyelftools gives the names of those that it knows."""
    if isinstance(section_type, int):
        return section_type
    number: int = ENUM_SH_TYPE_AMD64[section_type]
    return number
