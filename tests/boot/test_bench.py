"""The budget of each door, in instructions a call: the caller's loop among them."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from commands import errors, ring3

# (question, door): instructions.  A count, not a time: it is the same in every run.
BUDGETS = {
    ("getppid", "syscall"): 40,
    ("getppid", "int80"): 48,
    ("clock_gettime", "vdso"): 40,
    ("time", "vdso"): 9,
    ("getcpu", "vdso"): 16,
}
QUESTIONS = [
    *("unknown", "getppid", "clock_gettime", "clock_gettime_coarse"),
    *("gettimeofday", "time", "getcpu"),
]

Table = Mapping[str, Mapping[str, float]]


@pytest.fixture(scope="module")
def bench() -> Mapping[str, Table]:
    """What ``ring3 bench --json`` prints about our kernel."""
    ended = ring3("bench", "--json")
    assert ended.returncode == 0, errors(ended)
    found: Mapping[str, Table] = json.loads(ended.stdout)["ring3"]
    return found


def test_each_call_stays_within_its_budget_of_instructions(bench: Mapping[str, Table]) -> None:
    counts = bench["instructions"]
    spent = {(question, door): counts[question][door] for question, door in BUDGETS}
    assert {key: count for key, count in spent.items() if count > BUDGETS[key]} == {}


def test_the_vdso_is_cheaper_than_either_door_into_the_kernel(bench: Mapping[str, Table]) -> None:
    assert list(bench["instructions"]) == list(bench["time"]) == QUESTIONS
    for question, row in bench["instructions"].items():
        assert min(row.values()) > 0
        if "vdso" in row:
            assert row["vdso"] < min(row["int80"], row["syscall"]), question


def test_host_time_is_given_as_multiples_of_the_cheapest(bench: Mapping[str, Table]) -> None:
    assert min(ratio for row in bench["time"].values() for ratio in row.values()) == 1.0
