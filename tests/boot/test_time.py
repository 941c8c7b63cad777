"""Time: at the host's rate, never torn, and told by every door as Linux tells it."""

from __future__ import annotations

import time
from pathlib import Path

import ring3
from boot.stock_system import PATIENCE, StockSystem
from ring3.machine import Options
from ring3.machine.session import Session
from ring3.workspace import open_workspace, stock

ASK_CLOCK = Path(__file__).parent / "programs" / "ask_clock.s"
TWO_SECONDS = 2_000_000_000
TOLERANCE = 0.01

# Under icount the guest's interrupts strike wherever a block of code ends, RDTSC's among them.
DETERMINISTIC = Options(deterministic=True, seed=1, timeout=PATIENCE)


def test_no_read_is_torn_and_no_clock_goes_back_while_the_writer_works_at_1_khz(
    boot: StockSystem,
) -> None:
    outcome = boot("clocks", append="ring3.hz=1000", options=DETERMINISTIC)
    assert outcome.status == 0, outcome.report()
    assert b"ten million times by the vDSO, in order" in outcome.console


def test_a_vdso_that_does_not_look_twice_at_the_sequence_is_found_out(tmp_path: Path) -> None:
    reader = (stock().kernel / "vdso/read_clock.inc").read_text()
    second_look = "    jne .Lretry\\@\n"
    assert reader.count(second_look) == 1
    changed = tmp_path / "kernel/vdso/read_clock.inc"
    changed.parent.mkdir(parents=True)
    changed.write_text(reader.replace(second_look, ""))
    (tmp_path / "ring3.toml").write_text('[kernel]\nsources = "kernel"\nappend = "ring3.hz=1000"\n')
    with ring3.boot("clocks", workspace=open_workspace(tmp_path), deterministic=True) as session:
        outcome = session.wait()
    assert outcome.status == 1, outcome.report()
    lines = outcome.console.decode().splitlines()
    assert any("ten million" in line and line.endswith("NO") for line in lines)


def ask(session: Session) -> tuple[int, int, int]:
    """(host's clock before, the guest's, the host's after), in nanoseconds."""
    before = time.monotonic_ns()
    session.sendline("")
    session.expect(r"(\d+) ns\n")
    return before, int(session.match[1]), time.monotonic_ns()


def test_two_seconds_of_the_host_are_two_seconds_of_the_guest() -> None:
    with ring3.boot(str(ASK_CLOCK)) as session:
        session.expect_voice("ring3: init ")
        first = ask(session)
        last = ask(session)
        while last[0] - first[2] < TWO_SECONDS:
            last = ask(session)
    # The guest looked between our two looks, both times: so long it must have been, and no longer.
    guest = last[1] - first[1]
    assert guest >= (last[0] - first[2]) * (1 - TOLERANCE)
    assert guest <= (last[2] - first[0]) * (1 + TOLERANCE)
