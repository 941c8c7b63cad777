"""Talking with a real machine: what is waited for comes, or one is told at once why not."""

from __future__ import annotations

import select
import threading
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from ring3.machine import Boot, Machine, Options, OutcomeKind, Session, WaitError, process

Speaker = Callable[..., Boot]

SUCCESS, FAILURE = 0x10, 0x11
TRIPLE_FAULT, LOOP_FOREVER = 0x100, 0x101
EXITED_0 = b"ring3: exit status=0\n"


@pytest.fixture
def echo(guest: Callable[..., Boot]) -> Boot:
    return guest("echo", PAUSE=0)


def test_what_is_typed_comes_back_and_control_d_ends_the_program(
    any_machine: Machine, echo: Boot
) -> None:
    with Session(any_machine, echo) as session:
        session.expect_exact("ready> ")
        session.sendline("one two")
        assert session.expect(["never", r"one (\w+)\n"]) == 1
        assert session.match[1] == b"two"
        session.sendeof()
        outcome = session.wait()
    assert outcome.status == 0
    assert outcome.console == b"ready> one two\n"


def test_any_byte_reaches_the_guest_as_it_is(machine: Machine, echo: Boot) -> None:
    """Those too that a terminal would take for itself: ^C, ^Z, ^S, ^Q, ^\\, Enter, DEL."""
    every_byte = bytes(set(range(256)) - {4})  # ^D ends this guest
    with Session(machine, echo) as session:
        session.expect("ready> ")
        session.send(every_byte)
        session.sendeof()
        assert session.wait().console == b"ready> " + every_byte


def test_much_can_be_sent_to_a_guest_that_answers_as_much(machine: Machine, echo: Boot) -> None:
    """Both directions fill up: nobody may wait for the other."""
    much = bytes(range(32, 127)) * 420
    with Session(machine, echo) as session:
        session.expect("ready> ")
        session.send(much)
        session.sendeof()
        assert session.wait().console == b"ready> " + much


def test_only_the_inserted_carriage_returns_are_taken_out(
    machine: Machine, speaker: Speaker
) -> None:
    sent = b"a\r\nb\r\r\nc\rd\n\r\r\r\n\r" * 200
    with Session(machine, speaker(SUCCESS, sent, EXITED_0)) as session:
        assert session.wait().console == sent.replace(b"\r\n", b"\n")


def test_a_pattern_is_found_far_back_in_what_came_before_the_wait(
    machine: Machine, speaker: Speaker
) -> None:
    flood = b"x" * 100_000
    boot = speaker(LOOP_FOREVER, b"needle one\r\n" + flood + b"needle two\r\n", EXITED_0)
    with Session(machine, boot) as session:
        session.expect_voice("status=0")  # said after all of it was sent
        session.expect("needle (one)")
        session.expect("needle (two)")
        assert session.before.endswith(b"x")
        assert len(session.before.strip()) == len(flood)


def test_a_wait_fails_with_the_transcript_as_soon_as_the_machine_ends(
    machine: Machine, speaker: Speaker
) -> None:
    boot = speaker(TRIPLE_FAULT, b"last words\r\n")
    with Session(machine, boot) as session, pytest.raises(WaitError) as caught:
        session.expect("never", timeout=3600)
    assert caught.value.outcome.kind is OutcomeKind.RESET
    assert "waited for `never`, but the machine ended" in caught.value.message
    assert "last words" in caught.value.message
    assert "qemu-system-x86_64" in caught.value.message


@pytest.mark.parametrize("record", ["ring3: panic: oh no", "ring3: killed signal=8 SIGFPE: oh no"])
@pytest.mark.parametrize("has_voice", [True, False])
def test_a_wait_fails_soon_after_the_kernel_gave_up_though_the_machine_runs_on(
    machine: Machine,
    speaker: Speaker,
    monkeypatch: pytest.MonkeyPatch,
    record: str,
    has_voice: bool,
) -> None:
    monkeypatch.setattr(process, "GRACE", 0.1)
    said = f"{record}\n".encode()
    boot = speaker(LOOP_FOREVER, voice=said) if has_voice else speaker(LOOP_FOREVER, said)
    options = Options(timeout=3600)
    with (
        Session(replace(machine, debugcon=has_voice), boot, options) as session,
        pytest.raises(WaitError, match="oh no"),
    ):
        session.expect("never", timeout=3600)


def test_a_pattern_wins_over_the_end_that_follows_it(machine: Machine, speaker: Speaker) -> None:
    boot = speaker(FAILURE, b"here it is\r\n", b"ring3: killed signal=11 SIGSEGV: oh no\n")
    with Session(machine, boot) as session:
        session.expect("here it is")
        assert session.wait().signal == 11


def test_a_session_goes_on_after_a_wait_that_was_too_short(machine: Machine, echo: Boot) -> None:
    with Session(machine, echo) as session:
        session.expect("ready> ")
        with pytest.raises(WaitError) as caught:
            session.expect("late", timeout=0.05)
        assert caught.value.outcome.kind is OutcomeKind.TIMEOUT
        session.send("late")
        session.expect("late")


def test_the_deadline_of_the_run_ends_a_longer_wait(machine: Machine, echo: Boot) -> None:
    with Session(machine, echo, Options(timeout=0.3)) as session, pytest.raises(WaitError) as got:
        session.expect("never", timeout=3600)
    assert got.value.outcome.kind is OutcomeKind.TIMEOUT
    assert "still running after 0.3 s" in got.value.message


def test_the_wall_clock_has_no_part_in_a_deadline(
    machine: Machine, echo: Boot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody sets the clock a day on while a test waits."""
    days = iter(range(0, 10**9, 86_400))
    monkeypatch.setattr(time, "time", lambda: float(next(days)))
    with Session(machine, echo) as session:
        session.expect("ready> ")


def test_the_kernel_is_waited_for_line_by_line(machine: Machine, speaker: Speaker) -> None:
    boot = speaker(SUCCESS, voice=b"ring3: gate 0x80 dpl=3\nring3: gate 0x03 dpl=3\n" + EXITED_0)
    with Session(machine, boot) as session:
        assert session.expect_voice(r"gate (\S+)")[1] == b"0x80"
        assert session.expect_voice(r"gate (\S+)")[1] == b"0x03"
        with pytest.raises(WaitError, match="from the kernel, but the machine ended"):
            session.expect_voice(r"gate (\S+)")


def test_a_machine_lives_on_when_the_thread_that_started_it_ends(
    machine: Machine, echo: Boot
) -> None:
    """PDEATHSIG tells of the death of the thread that forked, not of the process."""
    session = Session(machine, echo)
    thread = threading.Thread(target=session.__enter__)
    thread.start()
    thread.join()
    try:
        session.expect("ready> ")
        session.sendeof()
        assert session.wait().status == 0
    finally:
        session.close()


def test_what_lay_unread_when_the_machine_was_ended_is_in_the_transcript(
    machine: Machine, speaker: Speaker
) -> None:
    with Session(machine, speaker(LOOP_FOREVER, b"hello\r\n")) as session:
        waiting = select.poll()
        waiting.register(session.process.line.child_fd, select.POLLIN)
        assert waiting.poll(60_000)
        assert session.console == b""
        assert session.close().console.startswith(b"h")


def test_leaving_a_session_ends_its_machine(machine: Machine, echo: Boot) -> None:
    with Session(machine, echo) as session:
        session.expect("ready> ")
    outcome = session.close()
    assert outcome.kind is OutcomeKind.INTERRUPTED
    assert session.process.line.signalstatus == 9
