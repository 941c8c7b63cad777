"""From an address back to the source: what a debugger does, for one address.

    ELF file ─ .debug_line ─> file and line of an instruction
             └ .debug_info ─> the macros (or inlined functions) that led there,
                              file and line of data, the constants of the source

Any compiler's DWARF will do.  This imports pyelftools, which takes its time: to
be imported when there is something to look up.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from elftools.dwarf.descriptions import describe_form_class
from elftools.elf.elffile import ELFFile

_OP_ADDRESS = 0x03


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A line of a file, which is named as the one who compiled it did."""

    folder: str
    file: str
    line: int

    @property
    def path(self) -> Path:
        """Where the file was."""
        return Path(self.folder, self.file)

    def text(self) -> str | None:
        """The line without its indentation, if the file is there."""
        try:
            lines = self.path.read_text(encoding="utf-8", errors="replace").split("\n")
        except OSError:
            return None
        return lines[self.line - 1].strip() if 0 < self.line <= len(lines) else None


@dataclass(frozen=True, slots=True)
class SourcePlace:
    """The line that an address comes from, and the calls of macros around it.

    ``calls`` has the macros' names and where they are called, the innermost first.
    """

    at: SourceLine
    calls: tuple[tuple[str, SourceLine], ...] = ()


@dataclass(frozen=True, slots=True)
class Constant:
    """What a name stands for, and where the source says so."""

    value: int
    at: SourceLine


def find_source(elf: ELFFile, address: int) -> SourcePlace | None:
    """The place of an address, as linked; None when no line is known for it.

    Raises ELFError or DWARFError for debugging information that is not sound.
    """
    if not elf.has_dwarf_info(strict=True):
        return None
    for unit in elf.get_dwarf_info().iter_CUs():
        files = _files(unit)
        if files is None or not _is_in(unit.get_top_DIE(), address):
            continue
        for state in _states(files.program, address):
            calls = tuple(reversed([*_calls(unit, files, address)]))
            return SourcePlace(files.line(state.file, state.line), calls)
    datum = _datum(elf, address)
    return None if datum is None else SourcePlace(datum.at)


def find_constants(elf: ELFFile, address: int) -> dict[str, Constant]:
    """The constants of the source that an address, of code or of data, comes from.

    Raises ELFError or DWARFError for debugging information that is not sound.
    """
    if not elf.has_dwarf_info(strict=True):
        return {}
    datum = _datum(elf, address)
    for unit in elf.get_dwarf_info().iter_CUs() if datum is None else (datum.unit,):
        files = _files(unit)
        if files is None or (datum is None and not _is_in(unit.get_top_DIE(), address)):
            continue
        return {
            _text(die, "DW_AT_name"): Constant(
                die.attributes["DW_AT_const_value"].value % (1 << 64), files.declared(die)
            )
            for die in unit.iter_DIEs()
            if die.tag == "DW_TAG_constant" and "DW_AT_decl_line" in die.attributes
        }
    return {}


def _files(unit: Any) -> _Files | None:
    program = unit.dwarfinfo.line_program_for_CU(unit)
    return None if program is None else _Files(program, _text(unit.get_top_DIE(), "DW_AT_comp_dir"))


@dataclass(frozen=True, slots=True)
class _Datum:
    """A statement of data: ``size`` bytes from ``start`` on."""

    start: int
    size: int
    at: SourceLine
    unit: Any


def _datum(elf: ELFFile, address: int) -> _Datum | None:
    """The statement that made the data at an address."""
    data = _data(elf)
    index = bisect_right(data, address, key=lambda each: each.start) - 1
    found = data[index] if index >= 0 else None
    return found if found is not None and address < found.start + found.size else None


@lru_cache(maxsize=4)
def _data(elf: ELFFile) -> list[_Datum]:
    """All variables with a size and a line of their own, by address."""
    found = []
    for unit in elf.get_dwarf_info().iter_CUs():
        files = _files(unit)
        for die in unit.iter_DIEs() if files is not None else ():
            if die.tag != "DW_TAG_variable" or "DW_AT_decl_line" not in die.attributes:
                continue
            size, start = die.attributes.get("DW_AT_byte_size"), _location(die)
            if files is not None and size is not None and start is not None:
                found.append(_Datum(start, size.value, files.declared(die), unit))
    return sorted(found, key=lambda each: each.start)


def _location(die: Any) -> int | None:
    """The address of a variable that always has the same one."""
    attribute = die.attributes.get("DW_AT_location")
    if (
        attribute is None
        or attribute.form != "DW_FORM_exprloc"
        or attribute.value[0] != _OP_ADDRESS
    ):
        return None
    return int.from_bytes(attribute.value[1:], "little")


class _Files:
    """What the numbers of files in a unit mean."""

    def __init__(self, program: Any, folder: str) -> None:
        self.program = program
        self._entries = program["file_entry"]
        self._folders = program["include_directory"]
        self._first = 0 if program["version"] >= 5 else 1
        self._folder = folder

    def line(self, number: int, line: int) -> SourceLine:
        entry = self._entries[number - self._first]
        folder = entry.dir_index - self._first
        within = self._folders[folder].decode() if folder >= 0 and self._folders else ""
        name = entry.name.decode()
        if within and within != self._folder:
            name = str(Path(within, name))
        return SourceLine(self._folder, name, line)

    def declared(self, die: Any) -> SourceLine:
        """Where an entry says that it stands in the source."""
        attributes = die.attributes
        return self.line(attributes["DW_AT_decl_file"].value, attributes["DW_AT_decl_line"].value)


def _states(program: Any, address: int) -> Iterator[Any]:
    """The row of the line table that the address belongs to, if there is one."""
    last = None
    for entry in program.get_entries():
        if entry.state is None:
            continue
        if (
            last is not None
            and not last.end_sequence
            and last.address <= address < entry.state.address
        ):
            yield last
            return
        last = entry.state


def _calls(unit: Any, files: _Files, address: int) -> Iterator[tuple[str, SourceLine]]:
    """The inlined functions that the address lies in, the outermost first."""
    for die in unit.iter_DIEs():
        if die.tag == "DW_TAG_inlined_subroutine" and _is_in(die, address):
            origin = die.get_DIE_from_attribute("DW_AT_abstract_origin")
            number = die.attributes["DW_AT_call_file"].value
            line = die.attributes["DW_AT_call_line"].value
            yield _text(origin, "DW_AT_name"), files.line(number, line)


def _is_in(die: Any, address: int) -> bool:
    return any(start <= address < end for start, end in _ranges(die))


def _ranges(die: Any) -> Iterator[tuple[int, int]]:
    """The addresses of an entry: one range or a list of them (DWARF 5, 2.17)."""
    attributes = die.attributes
    low = attributes["DW_AT_low_pc"].value if "DW_AT_low_pc" in attributes else 0
    if "DW_AT_high_pc" in attributes:
        high = attributes["DW_AT_high_pc"]
        is_address = describe_form_class(high.form) == "address"
        yield low, high.value if is_address else low + high.value
    elif "DW_AT_ranges" in attributes:
        base = die.cu.get_top_DIE().attributes.get("DW_AT_low_pc")
        start = 0 if base is None else base.value
        lists = die.dwarfinfo.range_lists()
        for entry in lists.get_range_list_at_offset(attributes["DW_AT_ranges"].value, die.cu):
            if hasattr(entry, "base_address"):
                start = entry.base_address
            else:
                moved = 0 if entry.is_absolute else start
                yield moved + entry.begin_offset, moved + entry.end_offset


def _text(die: Any, name: str) -> str:
    attribute = die.attributes.get(name)
    return "" if attribute is None else str(attribute.value.decode(errors="replace"))
