"""Every end of a run is told apart, by the kernel's record and QEMU's status together."""

from __future__ import annotations

import re

import pytest

from boot.stock_system import PATIENCE, StockSystem
from ring3.machine import Options, OutcomeKind

# program -> signal, and words of the report that name what it did
FAULTS = {
    "divide": (8, "SIGFPE"),
    "read_kernel": (11, "SIGSEGV"),
    "read_null": (11, "SIGSEGV"),
    "write_text": (11, "SIGSEGV"),
    "execute_data": (11, "SIGSEGV"),
    "stack_overflow": (11, "SIGSEGV"),
    "noncanonical": (11, "SIGSEGV"),
    "privileged": (11, "SIGSEGV"),
    "int_dpl0": (11, "SIGSEGV"),
    "undefined": (4, "SIGILL"),
    "breakpoint": (5, "SIGTRAP"),
}


@pytest.mark.parametrize("program", FAULTS)
def test_an_exception_kills_the_program_with_one_report_and_the_kernel_lives(
    boot: StockSystem, program: str
) -> None:
    outcome = boot(program)
    signal, name = FAULTS[program]
    assert (outcome.kind, outcome.signal) == (OutcomeKind.KILLED, signal), outcome.report()
    assert outcome.exit_code == 128 + signal
    voice = outcome.voice.decode()
    assert len(re.findall(rf"^ring3: killed signal={signal} {name}: ", voice, re.MULTILINE)) == 1
    assert re.search(r"^ring3:   rax=0x[0-9a-f]{16}", voice, re.MULTILINE), voice
    assert re.search(r"\brip=0x[0-9a-f]+", voice), voice
    assert "panic" not in voice


@pytest.mark.parametrize("status", [0, 1, 42, 255])
def test_the_status_of_process_1_is_the_status_of_the_run(boot: StockSystem, status: int) -> None:
    outcome = boot("status", str(status))
    assert (outcome.kind, outcome.status) == (OutcomeKind.EXITED, status), outcome.report()


def test_a_program_that_loops_is_ended_at_the_deadline(boot: StockSystem) -> None:
    outcome = boot("loop", options=Options(timeout=3))
    assert outcome.kind is OutcomeKind.TIMEOUT
    assert outcome.exit_code == 124


def test_an_init_that_is_not_there_is_a_panic_that_names_it(boot: StockSystem) -> None:
    outcome = boot("doors", append="init=/bin/nothing")
    assert outcome.kind is OutcomeKind.PANIC, outcome.report()
    assert b"/bin/nothing" in outcome.voice


def test_the_command_line_names_another_process_1_with_arguments(boot: StockSystem) -> None:
    outcome = boot("doors", append='init=/bin/hello -- one "two words"')
    assert outcome.exit_code == 0, outcome.report()
    lines = outcome.console.decode().splitlines()
    assert lines[1:7] == [
        "argc = 3",
        "argv[0] = /bin/hello",
        "argv[1] = one",
        "argv[2] = two words",
        "envp[0] = HOME=/",
        "envp[1] = TERM=linux",
    ]


def test_a_terminal_line_is_edited_echoed_and_ended(boot: StockSystem) -> None:
    with boot.session("echo", options=Options(timeout=PATIENCE)) as session:
        session.expect_voice("ring3: init ")
        session.sendline("first")
        session.expect_exact("first\nfirst\n")
        session.send("wrox\x7fng\x15right\n")  # erase one character, then the whole line
        session.expect_exact("right\nright\n")
        session.sendeof()
        outcome = session.wait()
    assert (outcome.kind, outcome.status) == (OutcomeKind.EXITED, 0), outcome.report()


def test_control_c_on_the_terminal_kills_the_program(boot: StockSystem) -> None:
    with boot.session("echo", options=Options(timeout=PATIENCE)) as session:
        session.expect_voice("ring3: init ")
        session.sendline("here")
        session.expect_exact("here\nhere\n")
        session.send("\x03")
        outcome = session.wait()
    assert (outcome.kind, outcome.signal) == (OutcomeKind.KILLED, 2), outcome.report()
