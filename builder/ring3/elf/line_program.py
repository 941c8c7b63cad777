"""Which address comes from which line: the section .debug_line (DWARF 5, 6.2).

    lines of a section ── rows ──> Row(offset, file, line) ── write ──> a program of opcodes

The table of rows would be larger than the code; the section holds a program
instead that makes it.  Its registers are the row: most opcodes advance address
and line by a little and add the row.

A line of a macro's body has a row of its own, and so has the line of the call,
at the address of the first one: a breakpoint can be set at either.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from ring3.asm.leb128 import sleb128, uleb128
from ring3.asm.object import Line, Section
from ring3.diagnostic import Expansion, Location
from ring3.elf.debug_section import DebugSection, DebugStrings
from ring3.elf.routines import calls_of, common_length

_VERSION = 5

# The special opcode N from _OPCODE_BASE on adds a row after advancing the line by
# _LINE_BASE + (N - _OPCODE_BASE) % _LINE_RANGE, the address by the quotient.
_LINE_BASE = -5
_LINE_RANGE = 14
_OPCODE_BASE = 13

# DWARF 5, table 7.25: how many operands each standard opcode has
_OPERANDS = (0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1)
_COPY, _ADVANCE_ADDRESS, _ADVANCE_LINE, _SET_FILE, _NEGATE_STATEMENT = 1, 2, 3, 4, 6
_EXTENDED, _END_SEQUENCE, _SET_ADDRESS = 0, 1, 2

# Tables 7.27 and 7.5
_PATH, _DIRECTORY_INDEX = 1, 2
FORM_DATA_1, FORM_UDATA, FORM_LINE_STRP = 0x0B, 0x0F, 0x1F


class Row(NamedTuple):
    """From ``offset`` on, code of a section comes from a line of file number ``file``."""

    offset: int
    file: int
    line: int
    is_statement: bool


@dataclass
class FileTable:
    """The numbers by which .debug_line and .debug_info name files.

    The source itself has two: 0, as the table says, and 1, since to
    DW_AT_decl_file 0 is no file at all.
    """

    source: str
    names: dict[str, int] = field(default_factory=dict)
    _calls: dict[int, tuple[Expansion, ...]] = field(default_factory=dict)  # by identity

    def __post_init__(self) -> None:
        self.number(self.source)

    def number(self, name: str) -> int:
        """The file's number, a new one when it is new."""
        return self.names.setdefault(name, len(self.names) + 1)

    def calls(self, location: Location) -> tuple[Expansion, ...]:
        """:func:`calls_of`, looked up once for each expansion."""
        via = location.via
        if via is None:
            return ()
        if id(via) not in self._calls:
            self._calls[id(via)] = calls_of(location)
        return self._calls[id(via)]


def rows(lines: Iterable[Line], files: FileTable) -> Iterator[Row]:
    """The rows for the lines of one section; a line that goes on has no second one."""
    calls: tuple[Expansion, ...] = ()
    last: tuple[int, int, bool] | None = None
    for offset, at, is_code in lines:
        own = files.calls(at)
        if own is not calls:
            for via in own[common_length(calls, own) :]:
                yield Row(offset, files.number(via.at.file), via.at.line, is_code)
                last = None
            calls = own
        row = Row(offset, files.number(at.file), at.line, is_code)
        if row[1:] != last:
            yield row
            last = row[1:]


def write_lines(
    output: DebugSection,
    strings: DebugStrings,
    directory: str,
    sections: Sequence[Section],
    files: FileTable,
) -> None:
    """One program for the code of some sections, each a sequence of its own."""
    sequences = [(section, list(rows(section.lines, files))) for section in sections]
    unit = output.begin_length()
    output.fixed(_VERSION, 2)
    output.byte(output.address_size, 0)  # no segment selectors
    header = output.begin_length()
    output.byte(1, 1, 1)  # instructions of any length, no bundles, rows are statements
    output.byte(_LINE_BASE & 0xFF, _LINE_RANGE, _OPCODE_BASE, *_OPERANDS)
    output.byte(1, _PATH, FORM_LINE_STRP)
    output.number(1)
    strings.refer(output, directory)
    output.byte(2, _PATH, FORM_LINE_STRP, _DIRECTORY_INDEX, FORM_UDATA)
    output.number(1 + len(files.names))
    for name in (files.source, *files.names):
        strings.refer(output, name)
        output.number(0)
    output.end_length(header)
    for section, its_rows in sequences:
        _write_sequence(output, section, its_rows)
    output.end_length(unit)


def _write_sequence(output: DebugSection, section: Section, its_rows: Sequence[Row]) -> None:
    output.byte(_EXTENDED, 1 + output.address_size, _SET_ADDRESS)
    output.address(section.name, its_rows[0].offset)
    data = output.data
    address, file, line, is_statement = its_rows[0].offset, 1, 1, True
    for row in its_rows:
        if row.file != file:
            data.append(_SET_FILE)
            data += uleb128(row.file)
            file = row.file
        if row.is_statement != is_statement:
            data.append(_NEGATE_STATEMENT)
            is_statement = row.is_statement
        further, lower = row.offset - address, row.line - line
        address, line = row.offset, row.line
        if not 0 <= lower - _LINE_BASE < _LINE_RANGE:
            data.append(_ADVANCE_LINE)
            data += sleb128(lower)
            lower = 0
        opcode = _OPCODE_BASE + lower - _LINE_BASE + _LINE_RANGE * further
        if opcode > 0xFF:
            data.append(_ADVANCE_ADDRESS)
            data += uleb128(further)
            opcode -= _LINE_RANGE * further
        data.append(opcode)
    data.append(_ADVANCE_ADDRESS)
    data += uleb128(len(section.data) - address)
    output.byte(_EXTENDED, 1, _END_SEQUENCE)
