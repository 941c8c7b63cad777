"""`ring3 trace`: every way into the kernel, counted in instructions."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest

from boot.stock_system import PATIENCE, StockSystem
from commands import errors, ring3
from ring3.bench import parse
from ring3.machine import Options
from ring3.prepare import Request
from ring3.trace import Entry, Trace, record
from ring3.trace.timeline import EXCEPTION, INT80, INTERRUPT, SYSCALL, VDSO
from ring3.workspace import Workspace

PROGRAM = str(Path(__file__).parent / "programs" / "few_calls.s")
CALLS = 8


def trace_of(program: str, *arguments: str, entries: int = 1000) -> Trace:
    request = Request(program=program, arguments=arguments)
    return record(request, Workspace(), entries=entries, seconds=PATIENCE)


def without_interrupts(trace: Trace) -> list[tuple[str, str, str, str, int | None]]:
    """What repeats: when a timer interrupt comes is the one thing that does not."""
    return [
        (entry.door, entry.name, entry.arguments, entry.result, entry.own)
        for entry in trace.entries
        if entry.door != INTERRUPT
    ]


@pytest.fixture(scope="module")
def few_calls() -> Trace:
    return trace_of(PROGRAM)


def of(trace: Trace, door: str, name: str) -> list[Entry]:
    return [entry for entry in trace.entries if (entry.door, entry.name) == (door, name)]


def test_every_call_is_there_by_its_door_with_its_result(few_calls: Trace) -> None:
    assert few_calls.complete
    assert few_calls.outcome == "exited: the program exited with status 0"
    calls = [e for e in few_calls.entries if e.door not in (EXCEPTION, INTERRUPT)]
    assert [(entry.door, entry.name) for entry in calls] == [
        *([(SYSCALL, "getppid")] * CALLS),
        *([(INT80, "getppid")] * CALLS),
        (VDSO, "__vdso_time"),
        (SYSCALL, "exit_group"),
    ]
    assert {entry.result for entry in calls[: 2 * CALLS]} == {"0"}
    assert calls[-1].end is None  # it never comes back


def test_a_call_costs_what_the_benchmark_says(few_calls: Trace, boot: StockSystem) -> None:
    """The benchmark reads the time-stamp counter inside the guest, around a hundred calls."""
    outcome = boot("bench", options=Options(timeout=PATIENCE, deterministic=True, seed=1))
    benchmark = parse(outcome.console)["getppid"]
    for door in (SYSCALL, INT80):
        calls = of(few_calls, door, "getppid")
        # From one entry to the next: the call, and the loop around it.
        rounds = [b.start - a.start for a, b in pairwise(calls)]
        strikes = any(entry.door == INTERRUPT for entry in few_calls.entries)
        assert set(rounds) == {benchmark[door]} or (strikes and min(rounds) == benchmark[door])
        assert {entry.own for entry in calls} == {benchmark[door] - 4}


def test_a_trace_repeats_to_the_instruction(few_calls: Trace) -> None:
    assert without_interrupts(trace_of(PROGRAM)) == without_interrupts(few_calls)


def test_all_instructions_belong_to_one_ring(few_calls: Trace) -> None:
    assert few_calls.ring0 + few_calls.ring3 == few_calls.end - few_calls.begin
    returned = [entry for entry in few_calls.entries if entry.depth == 0 and entry.end is not None]
    for before, after in pairwise(returned):
        assert before.end is not None
        assert before.end <= after.start


def test_arguments_are_shown_and_a_page_fault_says_where(tmp_path: Path) -> None:
    ended = ring3("trace", "-o", tmp_path / "hello.html", "hello", "there", cwd=tmp_path)
    assert ended.returncode == 0, errors(ended)
    assert b"hello.html: the picture" in ended.stdout
    data = json.loads((tmp_path / "hello.json").read_text())
    write = next(entry for entry in data["entries"] if entry["name"] == "write")
    assert write["arguments"].startswith('1, "Hello from ring 3!\\n')
    assert write["result"].isdigit()
    fault = data["entries"][0]
    assert (fault["door"], fault["name"]) == (EXCEPTION, "#PF page fault")
    assert fault["rip"] == "0x401000"
    assert "Hello from ring 3!" in (tmp_path / "hello.html").read_text()


def test_a_program_that_is_killed_is_traced_to_its_end() -> None:
    trace = trace_of("divide")
    assert trace.outcome.startswith("killed: ")
    last = [entry for entry in trace.entries if entry.door == EXCEPTION][-1]
    assert (last.name, last.end) == ("#DE divide error", None)


def test_a_trace_stops_after_as_many_entries_as_were_asked_for() -> None:
    trace = trace_of("doors", entries=5)
    assert not trace.complete
    assert trace.outcome == "stopped after 5 entries, as asked"
    assert len(trace.entries) == 5
