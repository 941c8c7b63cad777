"""A linked file's debugging information as pyelftools reads it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from elftools.dwarf.compileunit import CompileUnit
from elftools.elf.elffile import ELFFile


@dataclass(frozen=True)
class Row:
    """A row of a line table; a row with ``end`` ends a sequence."""

    address: int
    file: str
    line: int
    is_statement: bool
    end: bool


@dataclass(frozen=True)
class Entry:
    """An entry of .debug_info, with all of its attributes, and those within it."""

    tag: str
    values: dict[str, Any]
    children: tuple[Entry, ...]

    @property
    def name(self) -> str:
        name: bytes = self.values["DW_AT_name"]
        return name.decode()

    @property
    def range(self) -> tuple[int, int]:
        """The first address and the one after the last."""
        start = self.values["DW_AT_low_pc"]
        return start, start + self.values["DW_AT_high_pc"]

    def walk(self) -> Iterator[Entry]:
        yield self
        for child in self.children:
            yield from child.walk()

    def all(self, tag: str) -> list[Entry]:
        return [entry for entry in self.walk() if entry.tag == tag]


def units(data: bytes) -> list[Entry]:
    """The unit of each source."""
    elf = ELFFile(BytesIO(data))
    if not elf.has_dwarf_info():
        return []
    return [_entry(unit.get_top_DIE()) for unit in elf.get_dwarf_info().iter_CUs()]


def _entry(die: Any) -> Entry:
    values = {name: attribute.value for name, attribute in die.attributes.items()}
    if "DW_AT_abstract_origin" in values:
        origin = die.get_DIE_from_attribute("DW_AT_abstract_origin")
        values["DW_AT_name"] = origin.attributes["DW_AT_name"].value
    return Entry(die.tag, values, tuple(_entry(child) for child in die.iter_children()))


def rows(data: bytes) -> list[Row]:
    """The line tables of all units, one after the other."""
    dwarf = ELFFile(BytesIO(data)).get_dwarf_info(relocate_dwarf_sections=True)
    return [row for unit in dwarf.iter_CUs() for row in _rows(dwarf, unit)]


def _rows(dwarf: Any, unit: CompileUnit) -> Iterator[Row]:
    program = dwarf.line_program_for_CU(unit)
    version = program["version"]
    for entry in program.get_entries():
        state = entry.state
        if state is not None:
            file = program["file_entry"][state.file - (version < 5)]
            yield Row(
                state.address, file.name.decode(), state.line, state.is_stmt, state.end_sequence
            )


def line_at(table: list[Row], address: int) -> tuple[str, int]:
    """Whom a debugger names for an address: the last row that is not behind it."""
    before = [row for row in table if row.address <= address]
    row = max(before, key=lambda row: row.address)
    last = [other for other in before if other.address == row.address and not other.end][-1]
    return last.file, last.line
