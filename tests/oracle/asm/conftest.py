"""GNU as, asked the same question: assemble one text with both, and compare.

text ─┬─ ring3.asm.assemble ─> Object ──────────────┐
      └─ as -o ─> ELF ─ pyelftools ─> the same form ┴─ equal?
"""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from elftools.elf.elffile import ELFFile
from elftools.elf.relocation import RelocationSection
from elftools.elf.sections import SymbolTableSection
from ring3.asm import SourceTree, assemble, assemble_file
from ring3.asm.object import Object, SectionFlag, SectionType

_FLAG_BITS = {SectionFlag.WRITE: 1, SectionFlag.ALLOC: 2, SectionFlag.EXECUTE: 4}
_IGNORED_SECTIONS = (".rela", ".symtab", ".strtab", ".shstrtab")


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
            symbol.value,
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
                (r["r_offset"], r["r_info_type"], _target(table, names, r), r["r_addend"])
                for r in relocations.iter_relocations()
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


def _target(table: SymbolTableSection, names: list[str], relocation: object) -> str:
    index = relocation["r_info_sym"]  # type: ignore[index]
    if index == 0:
        return "*ABS*"
    symbol = table.get_symbol(index)
    if symbol["st_info"]["type"] == "STT_SECTION":
        return names[symbol["st_shndx"]]
    return str(symbol.name)


class GnuAs:
    """GNU as in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        found = shutil.which("as")
        assert found is not None, "GNU as is missing: install binutils"
        self.program = found
        self.folder = folder

    def run(self, text: str, *, folders: tuple[Path, ...] = ()) -> tuple[bytes | None, str]:
        """The relocatable file (None after an error), and what GNU as said."""
        source, output = self.folder / "source.s", self.folder / "source.o"
        source.write_bytes(text.encode())
        output.unlink(missing_ok=True)
        command = [self.program, *(f"-I{folder}" for folder in folders), "-o", output, source]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return (output.read_bytes() if done.returncode == 0 else None), done.stderr

    def assemble(self, text: str, *, folders: tuple[Path, ...] = ()) -> Assembled:
        """What GNU as makes of a text that it must take."""
        data, said = self.run(text, folders=folders)
        assert data is not None, f"GNU as refuses this:\n{said}\n{text}"
        return from_elf(data)


HEAD = ".intel_syntax noprefix\n"


@pytest.fixture
def gnu_as(tmp_path: Path) -> GnuAs:
    """GNU as, ready to be asked."""
    return GnuAs(tmp_path)


@pytest.fixture
def agree(gnu_as: GnuAs) -> Callable[[str], Object]:
    """Assert that a text means the same to GNU as and to us."""

    def check(text: str) -> Object:
        ours = assemble(HEAD + text)
        theirs = gnu_as.assemble(HEAD + text)
        assert_same(from_object(ours), theirs, text)
        return ours

    return check


@pytest.fixture
def agree_on_file(gnu_as: GnuAs) -> Callable[[Path, SourceTree], None]:
    """Assert that a file means the same to GNU as and to us."""

    def check(path: Path, tree: SourceTree) -> None:
        for name, text in tree.generated.items():
            target = gnu_as.folder / "generated-files" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)
        ours = assemble_file(path, tree)
        folders = (gnu_as.folder / "generated-files", path.parent, *tree.roots)
        theirs = gnu_as.assemble(path.read_text(), folders=folders)
        assert_same(from_object(ours), theirs, str(path))

    return check


def assert_same(ours: Assembled, theirs: Assembled, what: str) -> None:
    """Compare part by part, so that a failure shows the part alone."""
    for name in theirs.sections.keys() | ours.sections.keys():
        our, their = ours.sections.get(name), theirs.sections.get(name)
        assert our is not None, f"we have no section {name} for:\n{what}"
        assert their is not None, f"GNU as has no section {name} for:\n{what}"
        assert our.data.hex(" ") == their.data.hex(" "), f"bytes of {name} for:\n{what}"
        assert our == their, f"section {name} for:\n{what}"
    assert ours.symbols == theirs.symbols, f"symbols for:\n{what}"
