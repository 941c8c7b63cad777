"""Debugging information for one assembled source, in DWARF 5.

    Object ─┬─ lines of code ────────────> .debug_line     address to file and line
            └─ symbols, macro expansions ─> .debug_info    one unit: the source
                   routines.py                ├─ routines  where each begins and ends
                                              │   └─ expansions of macros
                                              ├─ data      which line each piece comes from
                                              └─ constants their values and lines

A unit names its source relative to the folder that it was assembled in, so that
a debugger finds it.  A line table is of instructions alone (DWARF 5, 6.2), so a
statement of data is a variable without a name, which has an address and a line; a
macro's data have the line of the call.  Nothing of this is loaded: the sections have
no address, and the code does not know of them.  (Numbers are those of chapter 7.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ring3.asm.leb128 import sleb128
from ring3.asm.object import Binding, Object, Section, SectionFlag, SectionType
from ring3.diagnostic import Location
from ring3.elf.debug_section import DebugSection, DebugStrings
from ring3.elf.line_program import FORM_DATA_1, FORM_LINE_STRP, FORM_UDATA, FileTable, write_lines
from ring3.elf.routines import Inlined, Routine, routines, statements

PRODUCER = "ring3"

_VERSION = 5
_UNIT_COMPILE = 1
_LANGUAGE_ASSEMBLER = 0x8001  # DW_LANG_Mips_Assembler, which stands for every assembler
_INLINED = 1
_LIST_END, _LIST_START_LENGTH = 0, 7

# Tags
_COMPILE_UNIT, _INLINED_SUBROUTINE, _LABEL, _SUBPROGRAM = 0x11, 0x1D, 0x0A, 0x2E
_VARIABLE, _CONSTANT, _BASE_TYPE = 0x34, 0x27, 0x24
# Attributes
_LOCATION, _BYTE_SIZE, _CONST_VALUE, _ENCODING, _TYPE = 0x02, 0x0B, 0x1C, 0x3E, 0x49
_NAME, _STMT_LIST, _LOW_PC, _HIGH_PC, _LANGUAGE, _COMP_DIR = 0x03, 0x10, 0x11, 0x12, 0x13, 0x1B
_INLINE, _PRODUCER, _ABSTRACT_ORIGIN, _DECL_FILE, _DECL_LINE = 0x20, 0x25, 0x31, 0x3A, 0x3B
_EXTERNAL, _RANGES, _CALL_FILE, _CALL_LINE = 0x3F, 0x55, 0x58, 0x59
# Forms
_ADDRESS, _DATA_2, _STRING, _REF_4, _SECTION_OFFSET, _FLAG = 0x01, 0x05, 0x08, 0x13, 0x17, 0x19
_SDATA, _EXPRESSION = 0x0D, 0x18
# Operations and encodings
_OP_ADDRESS, _SIGNED = 0x03, 0x05

# Abbreviations: what an entry is and has.  An even code says that it has children.
_UNIT, _UNIT_IN_PIECES, _MACRO, _LABEL_ENTRY = 2, 4, 5, 7
_ROUTINE, _GLOBAL_ROUTINE, _EXPANSION = 9, 11, 13  # plus 1 with children
_DATA, _NUMBER, _LONG = 15, 17, 19

_UNIT_ATTRIBUTES = (
    (_STMT_LIST, _SECTION_OFFSET),
    (_NAME, FORM_LINE_STRP),
    (_COMP_DIR, FORM_LINE_STRP),
    (_PRODUCER, FORM_LINE_STRP),
    (_LANGUAGE, _DATA_2),
    (_LOW_PC, _ADDRESS),
)
_RANGE = ((_LOW_PC, _ADDRESS), (_HIGH_PC, FORM_UDATA))
_DECLARED = ((_NAME, _STRING), (_DECL_FILE, FORM_UDATA), (_DECL_LINE, FORM_UDATA))
_CALLED = (
    (_ABSTRACT_ORIGIN, _REF_4),
    (_CALL_FILE, FORM_UDATA),
    (_CALL_LINE, FORM_UDATA),
    *_RANGE,
)
_ABBREVIATIONS = {
    _UNIT: (_COMPILE_UNIT, (*_UNIT_ATTRIBUTES, (_HIGH_PC, FORM_UDATA))),
    _UNIT_IN_PIECES: (_COMPILE_UNIT, (*_UNIT_ATTRIBUTES, (_RANGES, _SECTION_OFFSET))),
    _MACRO: (_SUBPROGRAM, ((_NAME, _STRING), (_INLINE, FORM_DATA_1))),
    _LABEL_ENTRY: (_LABEL, (*_DECLARED, (_LOW_PC, _ADDRESS))),
    _ROUTINE: (_SUBPROGRAM, (*_DECLARED, *_RANGE)),
    _ROUTINE + 1: (_SUBPROGRAM, (*_DECLARED, *_RANGE)),
    _GLOBAL_ROUTINE: (_SUBPROGRAM, (*_DECLARED, *_RANGE, (_EXTERNAL, _FLAG))),
    _GLOBAL_ROUTINE + 1: (_SUBPROGRAM, (*_DECLARED, *_RANGE, (_EXTERNAL, _FLAG))),
    _EXPANSION: (_INLINED_SUBROUTINE, _CALLED),
    _EXPANSION + 1: (_INLINED_SUBROUTINE, _CALLED),
    _DATA: (_VARIABLE, (*_DECLARED[1:], (_BYTE_SIZE, FORM_UDATA), (_LOCATION, _EXPRESSION))),
    _NUMBER: (_CONSTANT, (*_DECLARED, (_TYPE, _REF_4), (_CONST_VALUE, _SDATA))),
    _LONG: (
        _BASE_TYPE,
        ((_NAME, _STRING), (_BYTE_SIZE, FORM_DATA_1), (_ENCODING, FORM_DATA_1)),
    ),
}


def described(object_: Object, directory: str) -> Object:
    """The object with sections of debugging information, if any of it is code with lines.

    ``directory`` is the folder that the names of its files are relative to.
    An object that has such sections of its own is left alone.
    """
    code = [section for section in object_.sections.values() if _is_code(section)]
    if not code or any(name.startswith(".debug_") for name in object_.sections):
        return object_
    described_by = _Unit(object_, code, directory).sections()
    return replace(
        object_, sections={**object_.sections, **{s.name: s.finish() for s in described_by}}
    )


def _is_code(section: Section) -> bool:
    return (
        SectionFlag.EXECUTE in section.flags
        and SectionFlag.ALLOC in section.flags
        and section.type is not SectionType.NOBITS
        and any(line.is_code for line in section.lines)
    )


class _Unit:
    """Everything about one source."""

    def __init__(self, object_: Object, code: Sequence[Section], directory: str) -> None:
        self._object = object_
        self._code = code
        self._directory = directory
        self._files = FileTable(object_.name)
        self._info = self._section(".debug_info")
        self._strings = DebugStrings(self._section(".debug_line_str"))
        self._macros: dict[str, int] = {}

    def _section(self, name: str) -> DebugSection:
        address_size = self._object.bits // 8
        return DebugSection(name, address_size, Location(self._object.name, 1))

    def sections(self) -> list[DebugSection]:
        """All the sections, filled."""
        ranges = self._section(".debug_rnglists")
        self._write_info(ranges)
        abbreviations = self._section(".debug_abbrev")
        _write_abbreviations(abbreviations)
        lines = self._section(".debug_line")
        write_lines(lines, self._strings, self._directory, self._code, self._files)
        made = [self._info, abbreviations, lines, self._strings.section]
        return [*made, ranges] if ranges.data else made

    def _write_info(self, ranges: DebugSection) -> None:
        info = self._info
        unit = info.begin_length()
        info.fixed(_VERSION, 2)
        info.byte(_UNIT_COMPILE, info.address_size)
        info.reference(".debug_abbrev")
        in_pieces = len(self._code) > 1
        info.number(_UNIT_IN_PIECES if in_pieces else _UNIT)
        info.reference(".debug_line")
        for text in (self._object.name, self._directory, PRODUCER):
            self._strings.refer(info, text)
        info.fixed(_LANGUAGE_ASSEMBLER, 2)
        if in_pieces:
            info.fixed(0, info.address_size)  # addresses in the list are whole
            info.reference(ranges.name, self._write_ranges(ranges))
        else:
            info.address(self._code[0].name, 0)
            info.number(len(self._code[0].data))
        found = [routine for section in self._code for routine in routines(self._object, section)]
        for routine in found:
            for inlined in routine.inlined:
                self._write_macros(inlined)
        for routine in found:
            self._write_routine(routine)
        self._write_data()
        self._write_constants()
        info.number(0)
        info.end_length(unit)

    def _write_ranges(self, ranges: DebugSection) -> int:
        """The list of the unit's pieces of code; returns its offset."""
        unit = ranges.begin_length()
        ranges.fixed(_VERSION, 2)
        ranges.byte(ranges.address_size, 0)
        ranges.fixed(0, 4)  # no table of offsets: there is one list
        offset = len(ranges.data)
        for section in self._code:
            ranges.byte(_LIST_START_LENGTH)
            ranges.address(section.name, 0)
            ranges.number(len(section.data))
        ranges.byte(_LIST_END)
        ranges.end_length(unit)
        return offset

    def _write_macros(self, inlined: Inlined) -> None:
        """An entry for each macro, which its expansions refer to."""
        for each in inlined.walk():
            name = each.via.macro or ""
            if name not in self._macros:
                self._macros[name] = len(self._info.data)
                self._info.number(_MACRO)
                self._info.text(name)
                self._info.byte(_INLINED)

    def _write_routine(self, routine: Routine) -> None:
        info, symbol = self._info, routine.symbol
        code = _ROUTINE if symbol.binding is Binding.LOCAL else _GLOBAL_ROUTINE
        has_children = bool(routine.inlined or routine.labels)
        info.number(code + has_children)
        info.text(symbol.name)
        info.number(self._files.number(symbol.location.file), symbol.location.line)
        self._write_range(routine.section, routine.start, routine.end)
        for label in routine.labels:
            info.number(_LABEL_ENTRY)
            info.text(label.name)
            info.number(self._files.number(label.location.file), label.location.line)
            info.address(routine.section, label.value)
        for inlined in routine.inlined:
            self._write_expansion(routine.section, inlined)
        if has_children:
            info.number(0)

    def _write_expansion(self, section: str, inlined: Inlined) -> None:
        info, call = self._info, inlined.via.at
        info.number(_EXPANSION + bool(inlined.inner))
        info.fixed(self._macros[inlined.via.macro or ""], 4)
        info.number(self._files.number(call.file), call.line)
        self._write_range(section, inlined.start, inlined.end)
        for inner in inlined.inner:
            self._write_expansion(section, inner)
        if inlined.inner:
            info.number(0)

    def _write_data(self) -> None:
        """An entry for each statement that made data."""
        info = self._info
        for section in self._object.sections.values():
            if SectionFlag.ALLOC not in section.flags or SectionFlag.EXECUTE in section.flags:
                continue
            for start, end, at in statements(section):
                info.number(_DATA)
                info.number(self._files.number(at.file), at.line, end - start)
                info.number(1 + info.address_size)
                info.byte(_OP_ADDRESS)
                info.address(section.name, start)

    def _write_constants(self) -> None:
        """An entry for each ``.set``: a debugger knows the names that the source uses."""
        info = self._info
        type_ = len(info.data)
        info.number(_LONG)
        info.text("long")
        info.byte(8, _SIGNED)
        for symbol in self._object.symbols.values():
            if symbol.defined and symbol.section is None:
                info.number(_NUMBER)
                info.text(symbol.name)
                info.number(self._files.number(symbol.location.file), symbol.location.line)
                info.fixed(type_, 4)
                info.data += sleb128(_signed(symbol.value))

    def _write_range(self, section: str, start: int, end: int) -> None:
        self._info.address(section, start)
        self._info.number(end - start)


def _signed(value: int) -> int:
    """As a number of 64 bits: readers hold no larger one."""
    return (value + (1 << 63)) % (1 << 64) - (1 << 63)


def _write_abbreviations(output: DebugSection) -> None:
    for code, (tag, attributes) in _ABBREVIATIONS.items():
        output.number(code, tag)
        output.byte(code % 2 == 0)
        for attribute, form in attributes:
            output.number(attribute, form)
        output.number(0, 0)
    output.number(0)
