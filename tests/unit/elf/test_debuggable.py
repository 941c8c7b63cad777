"""What a debugger learns of our files: lines, routines, macros; and that nothing else changes."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from elftools.elf.elffile import ELFFile

from ring3.asm import assemble
from ring3.elf import PROGRAM, PROGRAM32, Linked, link
from ring3.elf.debuggable import debuggable
from ring3.elf.dwarf import described
from ring3.elf.source_lines import find_constants, find_source
from unit.elf.debug_readers import Entry, line_at, rows, units

SOURCE = """\
    .intel_syntax noprefix
    .set ANSWER, 42
    .set TOP, 0xffffffff80000000
    .macro row value
    .byte 0
    .quad \\value
    .endm
    .macro twice register
    add \\register, \\register
    .endm

    .macro work
    clc
    twice eax
    twice ebx
    .endm

    .text
    .global _start
_start:
    xor eax, eax
    work
    call sized
    jmp tail

    .type sized, @function
sized:
    test eax, eax
    jz .Lout
inside:
    work
.Lout:
    ret
    .size sized, . - sized
tail:
    .rept 3
    inc eax
    .endr
    hlt
message:
    .ascii "not code"

    .section .text.cold, "ax"
    .balign 16
cold:
    ud2

    .data
    .quad tail
    row 1
    row 2
"""


@pytest.fixture(scope="module")
def linked() -> Linked:
    return link([assemble(SOURCE, name="demo.s")], PROGRAM)


@pytest.fixture(scope="module")
def unit(linked: Linked) -> Entry:
    (unit,) = units(debuggable(linked, "/sources"))
    return unit


def line_of(text: str, after: str = "") -> int:
    """The number of the first line with ``text``, after the first with ``after``."""
    lines = SOURCE.splitlines()
    start = next(number for number, line in enumerate(lines) if after in line)
    return next(n for n, line in enumerate(lines[start:], start + 1) if text in line)


def test_nothing_that_is_loaded_changes_by_a_byte(linked: Linked) -> None:
    bare, full = (ELFFile(BytesIO(data)) for data in (linked.data, debuggable(linked)))
    assert bare.num_segments() == full.num_segments() > 3
    for one, other in zip(bare.iter_segments(), full.iter_segments(), strict=True):
        assert one.header == other.header
        # The ELF header lies in the first segment; it says where the section headers are.
        skipped = bare["e_ehsize"] if one["p_offset"] == 0 else 0
        assert one.data()[skipped:] == other.data()[skipped:]
    assert bare["e_entry"] == full["e_entry"]
    for section in full.iter_sections():
        if section.name.startswith(".debug_"):
            assert (section["sh_flags"], section["sh_addr"]) == (0, 0)


def test_the_linked_file_itself_carries_no_debugging_information(linked: Linked) -> None:
    assert not ELFFile(BytesIO(linked.data)).has_dwarf_info(strict=True)


def test_every_byte_of_code_is_given_to_the_line_that_made_it(linked: Linked) -> None:
    table = rows(debuggable(linked))
    (object_,) = linked.parts.resolution.objects
    checked = 0
    for section in object_.sections.values():
        start = linked.parts.placement.address(0, section.name)
        for line in section.lines if section.name.startswith(".text") else ():
            assert start is not None
            at = (line.location.file, line.location.line)
            assert line_at(table, start + line.offset) == at
            checked += 1
    assert checked == 18


def test_padding_and_data_in_code_are_no_place_to_stop_at(linked: Linked) -> None:
    table = rows(debuggable(linked))
    (data,) = (row for row in table if row.line == line_of("not code") and not row.end)
    assert not data.is_statement
    assert all(row.is_statement for row in table if row.line == line_of("inc eax"))


def test_a_macros_call_has_a_row_where_its_first_line_has_one(linked: Linked) -> None:
    table = rows(debuggable(linked))
    call = line_of("work", after="xor")
    (first,) = (row.address for row in table if row.line == call)
    at_it = [row.line for row in table if row.address == first]
    assert at_it == [call, line_of("clc")]
    assert line_at(table, first) == ("demo.s", line_of("clc"))


def test_the_unit_is_the_source_in_the_folder_it_was_assembled_in(unit: Entry) -> None:
    assert unit.tag == "DW_TAG_compile_unit"
    assert unit.name == "demo.s"
    assert unit.values["DW_AT_comp_dir"] == b"/sources"
    assert unit.values["DW_AT_producer"] == b"ring3"
    assert unit.values["DW_AT_language"] == 0x8001


def test_routines_begin_at_labels_and_end_at_their_size_or_at_the_next(
    linked: Linked, unit: Entry
) -> None:
    found = {e.name: e for e in unit.children if "DW_AT_low_pc" in e.values}
    assert set(found) == {"_start", "sized", "tail", "cold"}
    assert found["_start"].range[0] == linked.symbols["_start"]
    assert found["_start"].range[1] == found["sized"].range[0]
    assert found["sized"].range[1] == found["tail"].range[0]
    # Three times `inc eax`, and `hlt`: the message behind them is no code.
    assert found["tail"].range[1] - found["tail"].range[0] == 3 * 2 + 1
    assert "DW_AT_external" in found["_start"].values
    assert "DW_AT_external" not in found["tail"].values
    assert found["tail"].values["DW_AT_decl_line"] == line_of("tail:")


def test_a_label_inside_a_sized_function_does_not_end_it(unit: Entry) -> None:
    (label,) = unit.all("DW_TAG_label")
    assert label.name == "inside"
    (sized,) = (e for e in unit.all("DW_TAG_subprogram") if e.name == "sized")
    assert label in sized.children
    assert sized.range[0] < label.values["DW_AT_low_pc"] < sized.range[1]


def test_macros_are_inlined_functions_within_each_other(unit: Entry) -> None:
    (start,) = (e for e in unit.all("DW_TAG_subprogram") if e.name == "_start")
    (work,) = start.children
    assert (work.tag, work.name) == ("DW_TAG_inlined_subroutine", "work")
    assert work.values["DW_AT_call_line"] == line_of("work", after="xor")
    assert [inner.name for inner in work.children] == ["twice", "twice"]
    assert [inner.values["DW_AT_call_line"] for inner in work.children] == [
        line_of("twice eax"),
        line_of("twice ebx"),
    ]
    first, second = (inner.range for inner in work.children)
    assert work.range == (first[0] - 1, second[1])  # `clc` is one byte
    assert first[1] == second[0]
    abstract = [e.name for e in unit.children if "DW_AT_inline" in e.values]
    assert abstract == ["work", "twice"]


def test_a_statement_of_data_has_its_address_and_its_line(linked: Linked) -> None:
    elf = ELFFile(BytesIO(debuggable(linked, "/sources")))
    section = elf.get_section_by_name(".data")
    assert section is not None
    data = section["sh_addr"]
    lines = []
    for offset in (0, 7, 8, 16, 17, 25):
        place = find_source(elf, data + offset)
        lines.append(None if place is None else place.at.line)
    first, second = line_of("row 1"), line_of("row 2")
    assert lines == [line_of(".quad tail"), line_of(".quad tail"), first, first, second, second]
    assert find_source(elf, data + 26) is None


def test_a_constant_has_its_value_and_its_line(linked: Linked, unit: Entry) -> None:
    values = {e.name: e.values["DW_AT_const_value"] for e in unit.all("DW_TAG_constant")}
    assert values == {"ANSWER": 42, "TOP": -0x80000000}
    elf = ELFFile(BytesIO(debuggable(linked, "/sources")))
    start = elf.header["e_entry"]
    found = find_constants(elf, start)
    assert {name: (c.value, c.at.line) for name, c in found.items()} == {
        "ANSWER": (42, line_of(".set ANSWER")),
        "TOP": (0xFFFFFFFF80000000, line_of(".set TOP")),
    }


def test_a_unit_in_two_sections_has_two_ranges(linked: Linked) -> None:
    dwarf = ELFFile(BytesIO(debuggable(linked))).get_dwarf_info()
    (unit,) = dwarf.iter_CUs()
    offset = unit.get_top_DIE().attributes["DW_AT_ranges"].value
    lists: Any = dwarf.range_lists()
    found = lists.get_range_list_at_offset(offset, unit)
    (object_,) = linked.parts.resolution.objects
    assert [(r.begin_offset, r.end_offset - r.begin_offset) for r in found] == [
        (linked.parts.placement.address(0, name), len(object_.sections[name].data))
        for name in (".text", ".text.cold")
    ]


def test_the_folder_is_all_that_differs_between_two_machines(linked: Linked) -> None:
    here = debuggable(linked, "/here")
    assert here == debuggable(link([assemble(SOURCE, name="demo.s")], PROGRAM), "/here")
    assert here.replace(b"/here", b"/else") == debuggable(linked, "/else")


def test_sources_without_code_have_no_unit() -> None:
    code = assemble(".global _start\n_start: hlt\n", name="code.s")
    data = assemble(".data\n.quad 1\n", name="data.s")
    found = units(debuggable(link([data, code], PROGRAM)))
    assert [unit.name for unit in found] == ["code.s"]


def test_code_of_the_i386_has_addresses_of_four_bytes() -> None:
    source = ".intel_syntax noprefix; .code32\n.global _start\n_start: int 0x80\nhlt\n"
    linked = link([assemble(source, name="old.s")], PROGRAM32)
    data = debuggable(linked)
    table = rows(data)
    assert [(r.address - linked.entry, r.line) for r in table if not r.end] == [(0, 3), (2, 4)]
    (unit,) = units(data)
    assert unit.all("DW_TAG_subprogram")[0].range == (linked.entry, linked.entry + 3)


def test_an_object_with_debugging_information_of_its_own_is_left_alone(linked: Linked) -> None:
    (object_,) = linked.parts.resolution.objects
    once = described(object_, "/here")
    assert {name for name in once.sections if name not in object_.sections} == {
        ".debug_abbrev", ".debug_info", ".debug_line", ".debug_line_str", ".debug_rnglists"
    }  # fmt: skip
    assert described(once, "/else") is once
