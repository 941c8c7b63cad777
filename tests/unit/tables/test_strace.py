"""What --strace knows, from its two tables; and how their errors read."""

from __future__ import annotations

import re

import pytest

from ring3.diagnostic import SourceError
from ring3.tables.strace import SHOWN, generate_strace, parse_names
from ring3.tables.system_calls import ARGUMENT_TYPES, parse
from ring3.workspace import Workspace

WORKSPACE = Workspace()
NAMES = WORKSPACE.kernel_file("strace/names.tbl").read_text()
CALLS = """\
0 3 read sys_read fd:fd buf:out,count count:size
3 - brk sys_brk break:address =address
"""


def test_every_number_of_a_door_has_its_call_and_holes_have_none() -> None:
    text = generate_strace(parse(CALLS), NAMES)
    tables = re.findall(r"^(strace_calls_\d+):\n((?: {4}\.quad .*\n?)*)", text, re.MULTILINE)
    assert {name: re.findall(r"\.quad (\S+)", rows) for name, rows in tables} == {
        "strace_calls_64": [".Lcall_0", "0", "0", ".Lcall_1"],
        "strace_calls_32": ["0", "0", "0", ".Lcall_0"],
    }


def test_a_call_holds_its_types_the_places_of_lengths_and_its_result() -> None:
    text = generate_strace(parse(CALLS), NAMES)
    types = list(ARGUMENT_TYPES)
    fd, out, size = (types.index(name) for name in ("fd", "out", "size"))
    assert f".byte 3, 0, {fd}, 255, {out}, 2, {size}, 255\n" in text
    assert f".byte 1, 1, {types.index('address')}, 255\n" in text


def test_every_type_of_an_argument_is_shown_by_a_routine_or_has_names() -> None:
    assert set(SHOWN) | set(parse_names(NAMES)) >= set(ARGUMENT_TYPES)
    assert set(ARGUMENT_TYPES) >= set(SHOWN)


def test_rows_that_are_none_and_sets_that_are_missing_are_all_reported() -> None:
    with pytest.raises(SourceError) as caught:
        parse_names("5 FIVE\none clockid\n  zero CLOCK_REALTIME\n", "names.tbl")
    found = [(d.code, d.location.line) for d in caught.value.diagnostics]
    assert [place for place in found if place[0] == "bad-name-row"] == [
        ("bad-name-row", 1),
        ("bad-name-row", 3),
    ]
    assert any("`errno`" in d.message for d in caught.value.diagnostics)
    assert not any("`clockid`" in d.message for d in caught.value.diagnostics)


def test_a_result_that_is_no_kind_is_refused() -> None:
    with pytest.raises(SourceError) as caught:
        parse("1 - write sys_write =pointer\n")
    assert [d.code for d in caught.value.diagnostics] == ["unknown-result"]
