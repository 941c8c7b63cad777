"""What bench prints, read; and what is made of it, shown."""

from __future__ import annotations

import json

import pytest

from ring3.bench import Costs, as_data, parse, render
from ring3.diagnostic import Ring3Error

PRINTED = b"""\
[    0.004000] a kernel that shares the line says 3 things
syscall getppid 41\r
int80 getppid 39\r
vdso time 9\r
end\r
[    1.000000] Kernel panic - not syncing: Attempted to kill init!
"""


def test_costs_are_read_from_among_a_kernel_s_own_lines() -> None:
    assert parse(PRINTED) == {"getppid": {"syscall": 41, "int80": 39}, "time": {"vdso": 9}}


def test_a_bench_that_did_not_come_to_its_end_is_an_error_that_shows_its_last_lines() -> None:
    with pytest.raises(Ring3Error, match="did not come to its end") as raised:
        parse(PRINTED.replace(b"end\r\n", b""))
    assert "Attempted to kill init" in str(raised.value)


COSTS = Costs(
    "ring3",
    {"getppid": {"syscall": 41, "int80": 39}, "time": {"syscall": 43, "int80": 42, "vdso": 9}},
    {"getppid": {"syscall": 200, "int80": 600}, "time": {"syscall": 220, "int80": 610, "vdso": 50}},
)


def test_time_is_given_as_a_multiple_of_the_cheapest_call() -> None:
    data = json.loads(json.dumps(as_data([COSTS])))
    assert data["ring3"]["instructions"]["getppid"] == {"syscall": 41, "int80": 39}
    assert data["ring3"]["time"]["getppid"] == {"syscall": 4.0, "int80": 12.0}
    assert data["ring3"]["time"]["time"]["vdso"] == 1.0


def test_the_table_has_a_row_a_question_and_a_dash_where_no_door_leads() -> None:
    heading, doors, getppid, time = render([COSTS]).splitlines()
    assert heading.startswith("ring3: instructions a call")
    assert doors.split() == ["INT", "0x80", "SYSCALL", "vDSO"]
    assert getppid.split() == ["getppid", "39", "12.0x", "41", "4.0x", "-"]
    assert time.split() == ["time", "42", "12.2x", "43", "4.4x", "9", "1.0x"]
