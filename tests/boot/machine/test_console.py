"""`run` between a terminal, or pipes, and a real machine."""

from __future__ import annotations

import os
import signal
import sys
import termios
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pexpect
import pytest

from boot.machine.processes import processes_of
from ring3.diagnostic import Ring3Error
from ring3.machine import Boot, Machine, Options, Outcome, OutcomeKind, run

SUCCESS = 0x10
LOOP_FOREVER = 0x101
EXITED_0 = b"ring3: exit status=0\n"

# A shell would run `ring3 run` as this runs `run`: on the terminal that it has.
ON_A_TERMINAL = """
import sys, termios
from pathlib import Path
from ring3.machine import Boot, Options, load_machine, run

machine = load_machine("microvm", [Path(sys.argv[1])])
before = termios.tcgetattr(0)
outcome = run(
    machine, Boot(kernel=Path(sys.argv[2])), Options(timeout=None),
    stdin=0, stdout=1, stderr=2, interactive=sys.argv[3] == "interactive",
)
print(f"<{outcome.kind.value}>", "same" if termios.tcgetattr(0) == before else "changed")
sys.exit(outcome.exit_code)
"""


@pytest.fixture
def echo(guest: Callable[..., Boot]) -> Boot:
    return guest("echo", PAUSE=0)


@contextmanager
def pipe_with(content: bytes) -> Iterator[int]:
    """The reading end of a pipe into which somebody writes ``content``, and then closes it."""
    reader, writer = os.pipe()

    def write() -> None:
        with os.fdopen(writer, "wb") as file:
            file.write(content)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield reader
    finally:
        os.close(reader)
        thread.join()


@contextmanager
def on_a_terminal(boot: Boot, how: str) -> Iterator[pexpect.spawn[Any]]:
    qemu = Path(__file__).parents[3] / "qemu"
    terminal = pexpect.spawn(
        sys.executable, ["-c", ON_A_TERMINAL, str(qemu), str(boot.kernel), how], timeout=60
    )
    terminal.delaybeforesend = None
    try:
        yield terminal
    finally:
        terminal.close(force=True)


def _rest(terminal: pexpect.spawn[Any]) -> bytes:
    """What it prints until it ends."""
    terminal.expect(pexpect.EOF)
    rest = terminal.before
    assert isinstance(rest, bytes)
    return rest


def test_a_hundred_kilobytes_piped_to_a_slow_reader_arrive_whole_and_the_end_after_them(
    any_machine: Machine, guest: Callable[..., Boot]
) -> None:
    content = bytes(32 + i * i % 95 for i in range(100_000))
    with pipe_with(content) as stdin:
        outcome = run(any_machine, guest("echo", PAUSE=1000), stdin=stdin)
    assert outcome.status == 0
    assert outcome.console == b"ready> " + content


def test_an_empty_stdin_is_an_end_of_input(machine: Machine, echo: Boot) -> None:
    with Path(os.devnull).open("rb") as nothing:
        outcome = run(machine, echo, stdin=nothing.fileno())
    assert outcome.status == 0
    assert outcome.console == b"ready> "


def test_stdin_is_left_alone_while_the_guest_is_not_up(
    machine: Machine, guest: Callable[..., Boot]
) -> None:
    files = {"console.bin": b"", "voice.bin": b"ring3: booted by a test\n"}
    boot = guest("speak", files=files, END=LOOP_FOREVER)
    with pipe_with(b"for the next program") as stdin:
        outcome = run(machine, boot, Options(timeout=0.3), stdin=stdin)
        assert outcome.kind is OutcomeKind.TIMEOUT
        assert os.read(stdin, 100) == b"for the next program"


def test_both_voices_come_out_each_on_its_own_channel(
    machine: Machine, guest: Callable[..., Boot], capfd: pytest.CaptureFixture[str]
) -> None:
    voice = b"ring3: booted by a test\n" + EXITED_0
    files = {"console.bin": "grüß dich\r\n".encode(), "voice.bin": voice}
    run(machine, guest("speak", files=files, END=SUCCESS), stdout=1, stderr=2)
    out, err = capfd.readouterr()
    assert out == "grüß dich\n"
    assert err == voice.decode()


def test_the_record_of_the_end_is_shown_after_what_the_program_said(
    machine: Machine, guest: Callable[..., Boot]
) -> None:
    files = {"console.bin": b"hello", "voice.bin": EXITED_0}
    boot = guest("speak", files=files, END=SUCCESS)
    reader, writer = os.pipe()
    run(machine, boot, stdout=writer, stderr=writer)
    os.close(writer)
    with os.fdopen(reader, "rb") as both:
        assert both.read() == b"hello" + EXITED_0


def test_what_is_printed_arrives_while_the_machine_still_runs(echo: Boot) -> None:
    with on_a_terminal(echo, "plain") as terminal:
        terminal.expect_exact("ready> ")
        assert processes_of(echo)


def test_a_slow_reader_holds_nobody_up_and_gets_everything(
    machine: Machine, guest: Callable[..., Boot]
) -> None:
    """More than a pipe holds, of which nothing is read before the kernel has said its last."""
    content = bytes(32 + i % 95 for i in range(200_000))
    boot = guest("speak", files={"console.bin": content, "voice.bin": EXITED_0}, END=SUCCESS)
    reader, writer = os.pipe()
    voice_reader, voice_writer = os.pipe()
    outcomes: list[Outcome] = []

    def run_machine() -> None:
        outcomes.append(run(machine, boot, stdout=writer, stderr=voice_writer))
        os.close(writer)

    thread = threading.Thread(target=run_machine)
    thread.start()
    assert os.read(voice_reader, 100) == EXITED_0
    with os.fdopen(reader, "rb") as console:
        assert console.read() == content
    thread.join()
    assert outcomes[0].status == 0
    os.close(voice_reader)
    os.close(voice_writer)


def test_a_machine_whose_output_nobody_reads_is_ended_quietly(
    machine: Machine, guest: Callable[..., Boot], capfd: pytest.CaptureFixture[str]
) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    outcome = run(machine, guest("spam"), stdout=writer)
    os.close(writer)
    assert outcome.kind is OutcomeKind.INTERRUPTED
    assert "nobody reads" in outcome.explanation
    assert capfd.readouterr() == ("", "")


def test_output_that_cannot_be_written_is_a_failure_though_the_program_succeeded(
    machine: Machine, guest: Callable[..., Boot]
) -> None:
    files = {"console.bin": b"lost", "voice.bin": EXITED_0}
    boot = guest("speak", files=files, END=SUCCESS)
    with Path("/dev/full").open("wb", buffering=0) as full:
        outcome = run(machine, boot, stdout=full.fileno())
    assert (outcome.kind, outcome.exit_code) == (OutcomeKind.MACHINE_ERROR, 125)
    assert "No space left on device" in outcome.explanation


def test_keys_pressed_at_a_terminal_are_echoed_by_the_guest_alone(echo: Boot) -> None:
    with on_a_terminal(echo, "plain") as terminal:
        terminal.expect_exact("ready> ")
        terminal.send("h")
        terminal.expect_exact("h")  # before Enter
        terminal.send("ello\r\x04")
        terminal.expect_exact("ello\r\n")
        terminal.expect_exact("ring3: exit status=0\r\n<exited> same")
        terminal.expect(pexpect.EOF)
        assert terminal.wait() == 0


@pytest.mark.parametrize("keys", ["\x03", "\x03\x03\x03"], ids=["once", "impatiently"])
def test_control_c_ends_the_machine_and_gives_the_terminal_back(echo: Boot, keys: str) -> None:
    with on_a_terminal(echo, "plain") as terminal:
        terminal.expect_exact("ready> ")
        terminal.send(keys)
        heard = _rest(terminal)
        assert b"<interrupted> same" in heard
        assert b"Traceback" not in heard
        assert terminal.wait() == 130
    assert not processes_of(echo)


def test_an_interactive_run_passes_control_c_and_ends_with_control_bracket(echo: Boot) -> None:
    with on_a_terminal(echo, "interactive") as terminal:
        terminal.expect_exact("ready> ")
        terminal.send("\x03\x1a\x1c\x13\x11\r.")
        terminal.expect_exact("\x03\x1a\x1c\x13\x11\r.")
        terminal.send("\x1d")
        terminal.expect_exact("<interrupted> same")
        terminal.expect(pexpect.EOF)
        assert terminal.wait() == 130
    assert not processes_of(echo)


def test_control_bracket_ends_a_machine_that_never_came_up(guest: Callable[..., Boot]) -> None:
    files = {"console.bin": b"", "voice.bin": b"ring3: booted by a test\n"}
    boot = guest("speak", files=files, END=LOOP_FOREVER)
    with on_a_terminal(boot, "interactive") as terminal:
        terminal.expect_exact("booted by a test")
        terminal.send("lost\x1d")
        terminal.expect_exact("<interrupted> same")


def test_an_interactive_run_without_a_terminal_is_refused(machine: Machine, echo: Boot) -> None:
    with pipe_with(b"") as stdin, pytest.raises(Ring3Error, match="needs a terminal"):
        run(machine, echo, stdin=stdin, interactive=True)


@pytest.mark.parametrize("how", ["plain", "interactive"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_that_ends_the_run_leaves_no_machine_and_the_terminal_as_it_was(
    echo: Boot, how: str, number: signal.Signals
) -> None:
    with on_a_terminal(echo, how) as terminal:
        before = termios.tcgetattr(terminal.child_fd)
        terminal.expect_exact("ready> ")
        assert termios.tcgetattr(terminal.child_fd) != before
        terminal.kill(number)
        assert b"Traceback" not in _rest(terminal)
        terminal.wait()
        assert terminal.signalstatus == number
        assert termios.tcgetattr(terminal.child_fd) == before
    assert not processes_of(echo)
