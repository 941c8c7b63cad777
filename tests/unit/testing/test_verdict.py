"""Verdicts: every way in which a transcript can disappoint, and what is said of it."""

from __future__ import annotations

import signal
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ring3.machine import Outcome, OutcomeKind
from ring3.testing.check import Check, LineKind, Order, Pattern, Voice
from ring3.testing.verdict import Verdict, judge, lines_of, shown_line


def check(**fields: Any) -> Check:
    return Check(name="one", file=Path("a.ring3.toml"), line=1, **fields)


def exited(console: str, status: int = 0, voice: bytes = b"") -> Outcome:
    return Outcome(
        OutcomeKind.EXITED,
        f"the program exited with status {status}",
        status=status,
        console=console.encode(),
        voice=voice,
        qemu_status=35 if status else 33,
    )


def expecting(*lines: str, console: str, **fields: Any) -> Verdict:
    return judge(check(expected=tuple(map(Pattern, lines)), **fields), exited(console))


def test_lines_that_come_in_order_pass_whatever_is_between_them() -> None:
    verdict = expecting("a", "b", console="x\na\ny\nb\nz\n")
    assert verdict.passed
    assert [match.number for match in verdict.matched] == [2, 4]


def test_lines_in_the_wrong_order_fail_in_sequence_and_pass_anywhere() -> None:
    verdict = expecting("a", "b", console="b\na\n")
    assert [str(missing.pattern) for missing in verdict.missing] == ["`b`"]
    assert verdict.missing[0].note == "it came too early, in line 1"
    assert expecting("a", "b", console="b\na\n", order=Order.ANYWHERE).passed


@pytest.mark.parametrize("order", list(Order))
def test_what_is_expected_twice_must_come_twice(order: Order) -> None:
    assert expecting("a", "a", console="a\na\n", order=order).passed
    assert not expecting("a", "a", console="a\n", order=order).passed


def test_a_missing_line_does_not_hide_those_after_it() -> None:
    verdict = expecting("a", "b", "c", console="a\nc\n")
    assert [match.number for match in verdict.matched] == [1, 2]
    assert len(verdict.missing) == 1


@pytest.mark.parametrize(
    ("console", "passed"),
    [
        ("a\nb\n", True),
        ("a\nb", True),
        ("a\nx\nb\n", False),
        ("a\nb\n\n", False),
        ("b\na\n", False),
    ],
)
def test_a_whole_transcript_has_no_other_line(console: str, passed: bool) -> None:
    assert expecting("a", "b", console=console, order=Order.WHOLE).passed is passed


def test_a_whole_transcript_may_be_empty() -> None:
    assert expecting(console="", order=Order.WHOLE).passed
    assert not expecting(console="x", order=Order.WHOLE).passed


@pytest.mark.parametrize(
    ("pattern", "line", "matches"),
    [
        (Pattern("a"), "a", True),
        (Pattern("a"), "a ", False),
        (Pattern("a"), "ab", False),
        (Pattern("a", LineKind.CONTAINS), "bab", True),
        (Pattern("^a+$", LineKind.REGEX), "aa", True),
        (Pattern("^a+$", LineKind.REGEX), "aab", False),
    ],
)
def test_how_much_of_a_line_is_meant(pattern: Pattern, line: str, matches: bool) -> None:
    assert pattern.matches(line) is matches


def test_a_line_that_differs_in_blanks_alone_is_shown_as_it_is() -> None:
    verdict = expecting("a b", console="a  b \n")
    assert verdict.missing[0].note == "line 1 differs in blanks alone: 'a  b '"


def test_the_nearest_line_is_named() -> None:
    verdict = expecting("hello, world", console="x\nhello, word\n")
    assert verdict.missing[0].note == "the nearest is line 2"


def test_a_forbidden_line_fails_a_check_that_matched_otherwise() -> None:
    verdict = judge(
        check(
            expected=(Pattern("ok"),),
            forbidden=(Pattern("pan.c", LineKind.REGEX), Pattern("x", voice=Voice.KERNEL)),
        ),
        exited("ok\npanic\n", voice=b"y\nx\n"),
    )
    assert not verdict.passed
    assert [(bad.number, bad.voice) for bad in verdict.unwanted] == [
        (2, Voice.CONSOLE),
        (2, Voice.KERNEL),
    ]


def test_the_kernel_s_lines_are_looked_for_in_its_own_voice_alone() -> None:
    wanted = check(expected=(Pattern("gate", LineKind.CONTAINS, Voice.KERNEL),))
    assert judge(wanted, exited("", voice=b"ring3: gate 0x80\n")).passed
    assert not judge(wanted, exited("ring3: gate 0x80\n")).passed


KILLED = Outcome(OutcomeKind.KILLED, "killed", signal=11, qemu_status=35)
PANIC = Outcome(OutcomeKind.PANIC, "the kernel panicked: oh no", qemu_status=37)
RESET = Outcome(OutcomeKind.RESET, "the machine reset", qemu_status=0)
TIMEOUT = Outcome(OutcomeKind.TIMEOUT, "too late", qemu_status=-9)
QEMU_KILLED = Outcome(OutcomeKind.MACHINE_ERROR, "QEMU was killed", qemu_status=-9)
PORT_33 = Outcome(OutcomeKind.EXITED, "wrote 0x10", status=16, qemu_status=33)
ALL = {
    "exited 0": exited(""),
    "exited 3": exited("", 3),
    "killed": KILLED,
    "panic": PANIC,
    "reset": RESET,
    "timeout": TIMEOUT,
    "machine error": QEMU_KILLED,
}


@pytest.mark.parametrize(
    ("fields", "passing"),
    [
        ({}, {"exited 0"}),
        ({"status": 3}, {"exited 3"}),
        ({"outcome": OutcomeKind.EXITED}, {"exited 0"}),
        ({"outcome": OutcomeKind.KILLED, "signal": 11}, {"killed"}),
        ({"outcome": OutcomeKind.KILLED, "signal": 8}, set()),
        ({"outcome": OutcomeKind.KILLED}, {"killed"}),
        ({"outcome": OutcomeKind.PANIC}, {"panic"}),
        ({"outcome": OutcomeKind.RESET}, {"reset"}),
        ({"outcome": OutcomeKind.TIMEOUT}, {"timeout"}),
    ],
)
def test_each_end_is_asked_for_and_no_other_will_do(
    fields: dict[str, Any], passing: set[str]
) -> None:
    assert {name for name, end in ALL.items() if judge(check(**fields), end).passed} == passing


def test_a_kernel_without_records_is_judged_by_qemu_s_status() -> None:
    wanted = check(records=False, qemu_status=33)
    assert judge(wanted, PORT_33).passed
    assert not judge(wanted, replace(PORT_33, status=17, qemu_status=35)).passed
    assert not judge(wanted, RESET).passed
    assert not judge(wanted, TIMEOUT).passed


def test_a_kernel_of_which_only_lines_are_expected_may_run_on_but_not_fall_over() -> None:
    wanted = check(records=False, expected=(Pattern("ok"),))
    said = {"console": b"ok\n"}
    assert judge(wanted, replace(TIMEOUT, **said)).passed  # type: ignore[arg-type]
    assert judge(wanted, replace(PORT_33, **said)).passed  # type: ignore[arg-type]
    for end in (RESET, QEMU_KILLED, replace(TIMEOUT, kind=OutcomeKind.OUTPUT_LIMIT)):
        assert not judge(wanted, replace(end, **said)).passed  # type: ignore[arg-type]
    assert not judge(wanted, TIMEOUT).passed


@pytest.mark.parametrize(
    ("qemu_status", "messages", "inconclusive"),
    [
        (-signal.SIGKILL, "", True),
        (1, "qemu: cannot allocate memory", True),
        (1, "", False),  # the guest wrote 0 to the exit port
        (-signal.SIGABRT, "qemu: fatal: Trying to execute code outside RAM", False),
        (39, "", False),
    ],
)
def test_qemu_s_own_failure_is_nobody_s_fault_and_the_guest_s_is_the_guest_s(
    qemu_status: int, messages: str, inconclusive: bool
) -> None:
    end = replace(QEMU_KILLED, qemu_status=qemu_status, messages=messages)
    assert judge(check(), end).inconclusive is inconclusive


def test_points_are_given_for_a_check_that_passed() -> None:
    wanted = check(points=2.5)
    assert judge(wanted, exited("")).points == 2.5
    assert judge(wanted, PANIC).points == 0


def test_the_report_marks_the_transcript_in_its_margin() -> None:
    verdict = judge(
        check(
            title="counting",
            points=5,
            hint="after two comes three",
            expected=(Pattern("one"), Pattern("two"), Pattern("three")),
            forbidden=(Pattern("panic", LineKind.CONTAINS),),
        ),
        exited("one\ntow\nthree\npanic: \x1b[31m\0\n", 3, b"ring3: exit status=3\n"),
    )
    assert verdict.report().splitlines() == [
        "FAILED: counting (0 of 5 points)",
        "exited: the program exited with status 3",
        "it should have ended with exited, status 0, but ended with exited, status 3, "
        "QEMU's status 35; 1 line missing; 1 line that must not be there",
        "the serial line, 4 lines:",
        "GOOD        1 | one",
        "MISSING       | two    <-- the nearest is line 2",
        "            2 | tow",
        "GOOD        3 | three",
        r"BAD         4 | panic: \x1b[31m\x00    <-- forbidden: contains `panic`",
        "the kernel's voice, 1 line:",
        "            1 | ring3: exit status=3",
        "hint: after two comes three",
    ]


def test_a_long_transcript_is_shown_around_the_marks_and_at_its_end() -> None:
    console = "".join(f"{n}\n" for n in range(1, 101))
    report = expecting("20", "x", console=console).report().splitlines()
    numbers = [line.split()[-1] for line in report if " | " in line and "MISSING" not in line]
    assert numbers == [str(n) for n in (*range(18, 23), *range(91, 101))]
    assert sum(line.strip() == "..." for line in report) == 2
    assert report[report.index("GOOD       20 | 20") + 1] == "MISSING       | x"


def test_no_byte_of_the_guest_s_reaches_the_terminal_as_a_command() -> None:
    said = b"\x1b]0;title\x07\r\b\x7f\xff\xc2\x9b31m\xe2\x80\xae\n"
    (line,) = lines_of(said)
    assert shown_line(line).isprintable()


def test_a_line_without_end_is_shortened() -> None:
    assert shown_line("x" * 100_000).endswith("… (99,760 more)")


def test_a_verdict_as_data_has_what_a_grader_needs() -> None:
    data = expecting("a", "b", console="a\n").as_data()
    assert (data["passed"], data["points"], data["of"]) == (False, 0, 1)
    assert data["matched"] == [{"line": 1, "pattern": "`a`"}]
    assert data["missing"] == [{"pattern": "`b`", "note": ""}]
