"""What is believed of the ways to end: every pair of status and record."""

from __future__ import annotations

import signal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ring3.machine.outcome import (
    Heard,
    Outcome,
    OutcomeKind,
    Stop,
    find_last_record,
    find_record,
    judge,
    parse_record,
)

EXITED_0 = b"ring3: exit status=0\n"
EXITED_3 = b"ring3: exit status=3\n"
KILLED = b"ring3: killed signal=11 SIGSEGV: read address=0x0\nring3:   rax=0x0\n"
PANICKED = b"ring3: panic: double fault\nring3:   rip=0x0\n"
SAID_NOTHING = b"ring3: booted\n"

BELIEVED = {
    (33, EXITED_0): (OutcomeKind.EXITED, 0),
    (35, EXITED_3): (OutcomeKind.EXITED, 3),
    (35, KILLED): (OutcomeKind.KILLED, 139),
    (37, PANICKED): (OutcomeKind.PANIC, 126),
    (0, SAID_NOTHING): (OutcomeKind.RESET, 127),
}


def _judge(
    voice: bytes, status: int | None, *, has_exit: bool = True, stop: Stop | None = None
) -> Outcome:
    heard = Heard(b"", voice, "", status)
    return judge(heard, ["qemu"], has_voice=True, has_exit=has_exit, stop=stop)


@pytest.mark.parametrize("status", [0, 1, 2, 3, 31, 33, 35, 37, 39, 255])
@pytest.mark.parametrize("voice", [EXITED_0, EXITED_3, KILLED, PANICKED, SAID_NOTHING, b""])
def test_only_a_status_and_a_record_that_agree_are_believed(status: int, voice: bytes) -> None:
    outcome = _judge(voice, status)
    expected = BELIEVED.get((status, voice or SAID_NOTHING), (OutcomeKind.MACHINE_ERROR, 125))
    assert (outcome.kind, outcome.exit_code) == expected


@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("ring3: exit status=0", 0),
        ("ring3: exit status=255\r", 255),
        ("ring3: exit status=256", None),
        ("ring3: exit status=-1", None),
        ("ring3: exit status=0 ", None),
        ("ring3: exit status=", None),
        (" ring3: exit status=0", None),
        ("ring3:   exit status=0", None),
        ('ring3: write(1, "ring3: exit status=0")', None),
    ],
)
def test_an_exit_record_is_a_whole_line_with_a_status_of_eight_bits(
    line: str, status: int | None
) -> None:
    record = parse_record(line.encode())
    assert (record.status if record else None) == status


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("ring3: killed signal=1 SIGHUP: …", 1),
        ("ring3: killed signal=64", 64),
        ("ring3: killed signal=65", None),
        ("ring3: killed signal=0", None),
        ("ring3: killed signal=111", None),
        ("ring3: killed", None),
    ],
)
def test_a_kill_record_has_a_signal_that_exists(line: str, number: int | None) -> None:
    record = parse_record(line.encode())
    assert (record.signal if record else None) == number


def test_the_last_record_counts() -> None:
    record = find_record(EXITED_0 + KILLED + SAID_NOTHING)
    assert record is not None
    assert record.signal == signal.SIGSEGV


def test_a_record_cut_short_does_not_count() -> None:
    assert find_record(b"ring3: exit status=1") is None  # it may have been going to be 13


@given(st.binary())
def test_on_a_shared_line_whatever_follows_a_record_unmakes_it(rest: bytes) -> None:
    record = find_last_record(EXITED_0 + rest + b"\n")
    if rest.startswith(b"ring3:   ") and b"\n" not in rest:
        assert record is not None  # the kernel's own report may follow
    elif b"ring3: " not in rest:
        assert record is None


@given(st.binary(), st.integers(0, 255), st.booleans(), st.booleans())
def test_no_transcript_breaks_the_judge(
    text: bytes, status: int, has_voice: bool, has_exit: bool
) -> None:
    heard = Heard(text, text, "", status)
    outcome = judge(heard, ["qemu"], has_voice=has_voice, has_exit=has_exit)
    assert 0 <= outcome.exit_code <= 255
    assert outcome.explanation
    assert outcome.report()


@pytest.mark.parametrize(
    ("voice", "has_exit", "kind"),
    [
        (SAID_NOTHING, True, OutcomeKind.TIMEOUT),
        (EXITED_0, True, OutcomeKind.TIMEOUT),
        (EXITED_0, False, OutcomeKind.EXITED),
        (PANICKED, True, OutcomeKind.PANIC),
        (PANICKED, False, OutcomeKind.PANIC),
    ],
)
def test_a_machine_that_had_to_be_ended_at_the_deadline(
    voice: bytes, has_exit: bool, kind: OutcomeKind
) -> None:
    stop = Stop(OutcomeKind.TIMEOUT, "the machine was still running after 5 s")
    assert _judge(voice, None, has_exit=has_exit, stop=stop).kind is kind


def test_a_machine_that_ended_just_before_we_ended_it_is_judged_by_its_end() -> None:
    stop = Stop(OutcomeKind.TIMEOUT, "the machine was still running after 5 s")
    assert _judge(EXITED_0, 33, stop=stop).kind is OutcomeKind.EXITED


@pytest.mark.parametrize(
    ("kind", "exit_code"),
    [
        (OutcomeKind.TIMEOUT, 124),
        (OutcomeKind.OUTPUT_LIMIT, 124),
        (OutcomeKind.INTERRUPTED, 130),
    ],
)
def test_what_we_did_to_the_machine_has_an_exit_code(kind: OutcomeKind, exit_code: int) -> None:
    outcome = _judge(SAID_NOTHING, None, stop=Stop(kind, "because"))
    assert (outcome.kind, outcome.exit_code) == (kind, exit_code)


def test_a_failure_of_qemus_is_told_in_its_words() -> None:
    heard = Heard(b"", b"", "qemu-system-x86_64: no such machine\n", 1)
    outcome = judge(heard, ["qemu"], has_voice=True, has_exit=True)
    assert outcome.kind is OutcomeKind.MACHINE_ERROR
    assert outcome.explanation == "QEMU failed; it said: qemu-system-x86_64: no such machine"


@pytest.mark.parametrize(
    ("said", "cure"),
    [
        ("unable to find CPU model 'Nehalm'", "`qemu-system-x86_64 -cpu help` lists the models"),
        ("-device x: 'x' is not a valid device model name", "-device help` lists them"),
        ("-nothing: invalid option", "look at the machine's `arguments`"),
    ],
)
def test_a_word_that_qemu_does_not_know_is_told_with_where_to_find_it(said: str, cure: str) -> None:
    heard = Heard(b"", b"", f"qemu-system-x86_64: {said}\n", 1)
    explanation = judge(heard, ["qemu"], has_voice=True, has_exit=True).explanation
    assert said in explanation
    assert cure in explanation


def test_a_report_ends_with_a_command_to_paste() -> None:
    heard = Heard(b"one\ntwo\n", b"", "", 33)
    command = ["qemu", "-append", "a b", "-drive", "file=it's"]
    outcome = judge(heard, command, has_voice=True, has_exit=True)
    assert outcome.report(lines=1).splitlines()[1:] == [
        "the last 1 lines of the serial line:",
        "    two",
        "the kernel's voice: nothing",
        "to see it again:",
        """    qemu -append 'a b' -drive 'file=it'"'"'s'""",
    ]
