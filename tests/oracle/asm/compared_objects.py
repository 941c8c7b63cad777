"""GNU as, asked the same question: assemble one text with both, and compare.

text ─┬─ ring3.asm.assemble ─> Object ──────────────┐
      └─ as -o ─> ELF ─ pyelftools ─> the same form ┴─ equal?
"""

from __future__ import annotations

import io
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from elftools.elf.elffile import ELFFile
from elftools.elf.relocation import Relocation, RelocationSection
from elftools.elf.sections import SymbolTableSection

from ring3.asm.object import Object, SectionFlag

_FLAG_BITS = {SectionFlag.WRITE: 1, SectionFlag.ALLOC: 2, SectionFlag.EXECUTE: 4}
_IGNORED_SECTIONS = (".rel", ".symtab", ".strtab", ".shstrtab")


@dataclass
class Section:
    """What is compared of a section."""

    data: bytes
    size: int
    flags: int
    type: str
    alignment: int
    fixups: list[tuple[int, int, str, int]] = field(default_factory=list)


@dataclass
class Assembled:
    """What is compared of an object: sections that hold something, and symbols."""

    sections: dict[str, Section]
    symbols: dict[str, tuple[str | None, int, int, str, str]]


def from_object(result: Object) -> Assembled:
    """Our Object in the form that is compared."""
    sections = {
        section.name: Section(
            bytes(section.data),
            section.size,
            sum(bit for flag, bit in _FLAG_BITS.items() if flag in section.flags),
            "SHT_" + section.type.name,
            section.alignment,
            sorted((f.offset, f.kind.elf_type, f.symbol, f.addend) for f in section.fixups),
        )
        for section in result.sections.values()
        if section.size
    }
    symbols = {
        symbol.name: (
            symbol.section if symbol.defined else "undefined",
            symbol.value % (1 << result.bits),
            symbol.size,
            symbol.type.name,
            symbol.binding.name,
        )
        for symbol in result.symbols.values()
        if symbol.name not in result.sections and symbol.name != "*ABS*"
    }
    return Assembled(sections, symbols)


def from_elf(data: bytes) -> Assembled:
    """GNU as's relocatable file in the form that is compared."""
    elf = ELFFile(io.BytesIO(data))
    names = [section.name for section in elf.iter_sections()]
    sections = {
        section.name: Section(
            b"" if section["sh_type"] == "SHT_NOBITS" else section.data(),
            section["sh_size"],
            section["sh_flags"] & 7,
            _type_name(section["sh_type"]),
            max(1, section["sh_addralign"]),
        )
        for section in elf.iter_sections()
        if section["sh_size"] and section.name and not section.name.startswith(_IGNORED_SECTIONS)
    }
    table = elf.get_section_by_name(".symtab")
    if not isinstance(table, SymbolTableSection):
        return Assembled(sections, {})
    for relocations in elf.iter_sections():
        if isinstance(relocations, RelocationSection):
            target = names[relocations["sh_info"]]
            sections[target].fixups = sorted(
                _fixup(sections[target], relocation, _target(table, names, relocation))
                for relocation in relocations.iter_relocations()
            )
    symbols = {}
    for symbol in table.iter_symbols():
        kind = symbol["st_info"]["type"]
        if not symbol.name or kind in ("STT_SECTION", "STT_FILE"):
            continue
        where = symbol["st_shndx"]
        symbols[symbol.name] = (
            {"SHN_UNDEF": "undefined", "SHN_ABS": None}.get(where, where)
            if isinstance(where, str)
            else names[where],
            symbol["st_value"],
            symbol["st_size"],
            {"STT_FUNC": "FUNCTION"}.get(kind, kind.removeprefix("STT_")),
            symbol["st_info"]["bind"].removeprefix("STB_"),
        )
    return Assembled(sections, symbols)


def _type_name(kind: object) -> str:
    return "SHT_UNWIND" if kind in (0x70000001, "SHT_AMD64_UNWIND") else str(kind)


#: i386's relocations -> (x86-64's for the same field, its size in bytes)
_I386_RELOCATIONS = {
    1: (10, 4),  # R_386_32
    2: (2, 4),  # R_386_PC32
    4: (4, 4),  # R_386_PLT32
    20: (12, 2),  # R_386_16
    21: (13, 2),  # R_386_PC16
    22: (14, 1),  # R_386_8
    23: (15, 1),  # R_386_PC8
}


def _fixup(section: Section, relocation: Relocation, target: str) -> tuple[int, int, str, int]:
    """A relocation as a fixup; i386's keep their addends in the fields, which become zero."""
    offset, kind = relocation["r_offset"], relocation["r_info_type"]
    if relocation.is_RELA():
        return offset, kind, target, relocation["r_addend"]
    kind, size = _I386_RELOCATIONS[kind]
    end = offset + size
    addend = int.from_bytes(section.data[offset:end], "little", signed=True)
    section.data = section.data[:offset] + bytes(size) + section.data[end:]
    return offset, kind, target, addend


def _target(table: SymbolTableSection, names: list[str], relocation: Relocation) -> str:
    index = relocation["r_info_sym"]
    if index == 0:
        return "*ABS*"
    symbol = table.get_symbol(index)
    if symbol["st_info"]["type"] == "STT_SECTION":
        return str(names[symbol["st_shndx"]])
    return str(symbol.name)


class GnuAs:
    """GNU as in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        found = shutil.which("as")
        assert found is not None, "GNU as is missing: install binutils"
        self.program = found
        self.folder = folder

    def run(
        self, text: str, *, folders: tuple[Path, ...] = (), bits: int = 64
    ) -> tuple[bytes | None, str]:
        """The relocatable file (None after an error), and what GNU as said."""
        source, output = self.folder / "source.s", self.folder / "source.o"
        source.write_bytes(text.encode())
        output.unlink(missing_ok=True)
        options = [f"--{bits}", *(f"-I{folder}" for folder in folders)]
        command = [self.program, *options, "-o", str(output), str(source)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return (output.read_bytes() if done.returncode == 0 else None), done.stderr

    @staticmethod
    def section_bytes(data: bytes, name: str) -> bytes:
        """The bytes of one section of a relocatable file."""
        return from_elf(data).sections[name].data

    def assemble(self, text: str, *, folders: tuple[Path, ...] = (), bits: int = 64) -> Assembled:
        """What GNU as makes of a text that it must take."""
        data, said = self.run(text, folders=folders, bits=bits)
        assert data is not None, f"GNU as refuses this:\n{said}\n{text}"
        return from_elf(data)


HEAD = ".intel_syntax noprefix\n"


def assert_same(ours: Assembled, theirs: Assembled, what: str) -> None:
    """Compare part by part, so that a failure shows the part alone."""
    for name in theirs.sections.keys() | ours.sections.keys():
        our, their = ours.sections.get(name), theirs.sections.get(name)
        assert our is not None, f"we have no section {name} for:\n{what}"
        assert their is not None, f"GNU as has no section {name} for:\n{what}"
        assert our.data.hex(" ") == their.data.hex(" "), f"bytes of {name} for:\n{what}"
        assert our == their, f"section {name} for:\n{what}"
    assert ours.symbols == theirs.symbols, f"symbols for:\n{what}"
