"""Every end of a run is told apart, by the kernel's record and QEMU's status together."""

from __future__ import annotations

import re

import pytest

from boot.stock_system import PATIENCE, StockSystem
from oracle.programs.faults import FAULTS
from ring3.machine import Options, OutcomeKind

# The report's lines below its first, in their order.
REGISTER = r"0x[0-9a-f]{16}"
DETAILS = (
    rf"rax={REGISTER} rbx={REGISTER} rcx={REGISTER} rdx={REGISTER}",
    rf"rsi={REGISTER} rdi={REGISTER} rbp={REGISTER} rsp={REGISTER}",
    rf"r8= {REGISTER} r9= {REGISTER} r10={REGISTER} r11={REGISTER}",
    rf"r12={REGISTER} r13={REGISTER} r14={REGISTER} r15={REGISTER}",
    rf"rip={REGISTER} rflags={REGISTER} cs=0x[0-9a-f]+ ss=0x[0-9a-f]+ cr3=0x[0-9a-f]+",
    r"code at rip:(?:(?: [0-9a-f]{2}){1,16}| not readable)",
)


@pytest.mark.parametrize("program", FAULTS)
def test_an_exception_kills_the_program_with_one_report_and_the_kernel_lives(
    boot: StockSystem, program: str
) -> None:
    fault = FAULTS[program]
    outcome = boot.bochs(program) if fault.only_bochs else boot(program)
    assert (outcome.kind, outcome.signal) == (OutcomeKind.KILLED, fault.signal), outcome.report()
    assert outcome.exit_code == 128 + fault.signal
    heard = (outcome.voice + outcome.console).decode()
    first, *details = heard[heard.index("ring3: killed ") :].splitlines()
    name = fault.signal.name
    assert first.startswith(f"ring3: killed signal={int(fault.signal)} {name}: {fault.words}")
    rip = re.search(r" rip=0x([0-9a-f]+)$", first)
    assert rip is not None
    if "#PF" in first or " address=" in first:
        assert details.pop(0).startswith("ring3:   page fault: the page is ")
    assert all(
        re.fullmatch(f"ring3:   {expected}", line)
        for expected, line in zip(DETAILS, details, strict=True)
    ), heard
    assert details[4].startswith(f"ring3:   rip=0x{rip[1]:0>16} ")
    assert heard.count("ring3: killed ") == 1
    assert "panic" not in heard


def test_the_report_shows_the_bytes_that_were_to_be_executed(boot: StockSystem) -> None:
    ud2 = "0f 0b"
    assert f"ring3:   code at rip: {ud2} " in boot("undefined").voice.decode()


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
