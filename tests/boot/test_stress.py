"""The harness under stress: whatever happens to it, a verdict is right and nothing is left over."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from boot.machine.processes import wait_for_end
from boot.stress_programs import AGAIN, FAULT, says
from nested_pytest import PATIENCE, pytest_in
from ring3.machine import OutcomeKind, Session, WaitError, load_machine
from ring3.testing.booting import Booter
from ring3.testing.check import Check, CheckFile, Pattern
from ring3.testing.execution import run_check
from ring3.testing.images import Images
from ring3.testing.verdict import judge
from ring3.workspace import stock

FORGERY = b"All tests passed\nring3: exit status=0\n"

# NUL, control characters, a CR at every place, sequences of UTF-8 that break off
# or never were any, and a multi-byte character on the border of every small buffer.
NOISE = (
    bytes(range(256))
    + b"\xc3\n\xe2\x82\n\xf0\x9f\x98\n\xed\xa0\x80\n\xc0\xaf\n\xf8\x88\x80\x80\x80\n"
    + b"\r\r\n\n\r\x1b[2J\x1b]0;owned\x07"
    + "é€😀".encode() * 1500
    + b"\0" * 5000
    + b"\nend\n"
)


@pytest.fixture
def program(tmp_path: Path) -> Callable[..., Path]:
    def write(data: bytes, *, status: int | None = None, then: str = "jmp .") -> Path:
        path = tmp_path / "stress.s"
        path.write_text(says(data, status=status, then=then))
        return path

    return write


@pytest.fixture
def echo(ring3_boot: Booter) -> Session:
    """A session with a program that waits for a key."""
    session = ring3_boot("echo", "1")
    session.expect_voice("init")
    return session


def test_a_stopped_qemu_fails_its_waits_in_time_and_is_ended(echo: Session) -> None:
    os.kill(echo.process.pid, signal.SIGSTOP)
    with pytest.raises(WaitError, match=r"waited 0\.2 s for `never`") as caught:
        echo.expect("never", timeout=0.2)
    assert caught.value.outcome.kind is OutcomeKind.TIMEOUT
    assert echo.wait(timeout=0.2).kind is OutcomeKind.TIMEOUT
    assert wait_for_end(echo.process.pid)


def test_a_qemu_that_goes_on_after_a_stop_is_none_the_worse(echo: Session) -> None:
    os.kill(echo.process.pid, signal.SIGSTOP)
    with pytest.raises(WaitError):
        echo.expect("never", timeout=0.2)
    os.kill(echo.process.pid, signal.SIGCONT)
    echo.sendline("hello")
    echo.sendeof()
    assert echo.wait().status == 0


def test_a_killed_qemu_is_nobody_s_fault_and_no_verdict_on_the_program(echo: Session) -> None:
    os.kill(echo.process.pid, signal.SIGKILL)
    outcome = echo.wait()
    assert outcome.qemu_status == -signal.SIGKILL
    verdict = judge(Check(name="a", file=Path("a"), line=1), outcome)
    assert (verdict.passed, verdict.inconclusive) == (False, True)


def test_noise_arrives_byte_by_byte_and_is_shown_without_harm(
    ring3_boot: Booter, program: Callable[..., Path]
) -> None:
    outcome = ring3_boot(program(NOISE, status=0)).wait()
    assert outcome.console == NOISE
    check = Check(name="a", file=Path("a"), line=1, expected=(Pattern("end"), Pattern("no")))
    report = judge(check, outcome).report()
    assert "GOOD" in report
    for shown in (report, outcome.report()):
        assert all(c.isprintable() or c in "\n\t" for c in shown)


def test_a_pattern_is_found_in_the_middle_of_noise(
    ring3_boot: Booter, program: Callable[..., Path]
) -> None:
    session = ring3_boot(program(NOISE, status=0))
    session.expect_exact("😀")
    session.expect_exact(b"\0" * 5000)
    session.expect_exact("end\n")


@pytest.mark.parametrize("has_voice", [True, False])
def test_a_program_that_forges_the_exit_record_gains_nothing(
    ring3_boot: Booter, program: Callable[..., Path], has_voice: bool
) -> None:
    machine = replace(load_machine("microvm", [stock().machines]), debugcon=has_voice)
    outcome = ring3_boot(program(FORGERY, status=3), machine=machine).wait()
    assert (outcome.kind, outcome.status) == (OutcomeKind.EXITED, 3)


@pytest.mark.parametrize("has_voice", [True, False])
def test_a_forged_record_does_not_end_a_program_that_hangs(
    ring3_boot: Booter, program: Callable[..., Path], has_voice: bool
) -> None:
    machine = replace(load_machine("microvm", [stock().machines]), debugcon=has_voice)
    session = ring3_boot(program(FORGERY), machine=machine)
    session.expect_exact("ring3: exit status=0\n")
    assert session.wait(timeout=0.3).kind is OutcomeKind.TIMEOUT


def test_the_line_of_success_does_not_save_a_program_that_is_killed_after_it(
    ring3_boot: Booter, program: Callable[..., Path]
) -> None:
    outcome = ring3_boot(program(FORGERY, then=FAULT)).wait()
    assert (outcome.kind, outcome.signal) == (OutcomeKind.KILLED, signal.SIGSEGV)


def test_a_flood_is_cut_off_and_its_session_still_waits_in_time(
    ring3_boot: Booter, program: Callable[..., Path]
) -> None:
    session = ring3_boot(program(b"all work and no play\n" * 40, then=AGAIN))
    with pytest.raises(WaitError) as caught:
        session.expect("never", timeout=0.5)
    assert caught.value.outcome.kind is OutcomeKind.TIMEOUT
    assert session.close().kind is OutcomeKind.INTERRUPTED


def test_twenty_machines_leave_no_descriptor_and_no_child(ring3_boot: Booter) -> None:
    def open_descriptors() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    def children() -> set[str]:
        tasks = Path("/proc/self/task").glob("*/children")
        return {child for task in tasks for child in task.read_text().split()}

    ring3_boot("status", "1").wait()
    before = open_descriptors(), children()
    for number in range(20):
        assert ring3_boot("status", str(number)).wait().status == number
    assert (open_descriptors(), children()) == before


# A test that boots a machine, tells its process, and waits.
WAITS = """
import os
from pathlib import Path

def test_waits(ring3_boot):
    session = ring3_boot("echo")
    session.expect_voice("init")
    Path(os.environ["TOLD"]).write_text(f"{session.process.pid}\\n")
    session.expect("never", timeout=3600)
"""


@contextmanager
def waiting_session(folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A pytest session in ``folder`` whose machine, the second, runs."""
    told = folder / "told"
    os.mkfifo(told)
    (folder / "test_waits.py").write_text(WAITS)
    command = [sys.executable, "-m", "pytest", "-q", f"--rootdir={folder}"]
    command.append(f"--basetemp={folder / 'temporary'}")
    environment = {**os.environ, "TOLD": str(told)}
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
    ) as session:
        reader = os.open(told, os.O_RDONLY | os.O_NONBLOCK)
        try:
            assert select.select([reader], [], [], PATIENCE)[0], "it never booted"
            yield session, int(os.read(reader, 100))
        finally:
            os.close(reader)
            session.kill()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_a_pytest_session_that_is_ended_leaves_no_machine(
    tmp_path: Path, number: signal.Signals
) -> None:
    with waiting_session(tmp_path) as (session, machine):
        session.send_signal(number)
        session.communicate(timeout=PATIENCE)
        assert wait_for_end(machine)
    assert session.returncode != 0


# One of two workers is killed while its machine runs.
WORKER_DIES = """
import os, signal

def test_before(ring3_boot):
    assert ring3_boot("status", "7").wait().status == 7

def test_dies(ring3_boot):
    ring3_boot("echo").expect_voice("init")
    os.kill(os.getpid(), signal.SIGKILL)

def test_after(ring3_boot):
    assert ring3_boot("status", "8").wait().status == 8
"""


def test_a_worker_that_is_killed_fails_its_own_test_alone_and_leaves_no_machine(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "test_worker.py").write_text(WORKER_DIES)
    said = pytest_in(folder, "-n2").stdout
    assert "1 failed, 2 passed" in said, said
    assert "crashed while running 'test_worker.py::test_dies'" in said
    ours = os.fsencode(tmp_path)
    for process in Path("/proc").iterdir():
        if process.name.isdigit() and ours in command_line(process):
            assert wait_for_end(int(process.name)), command_line(process)


def command_line(process: Path) -> bytes:
    try:
        return (process / "cmdline").read_bytes()
    except OSError:  # it has just ended
        return b""


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Images:
    return Images(tmp_path_factory.mktemp("images"))


@pytest.mark.parametrize("full", ["kernel.elf", "voice", "command"])
def test_a_full_disk_costs_the_artifacts_and_never_the_verdict(
    tmp_path: Path, images: Images, full: str
) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / full).symlink_to("/dev/full")
    check = Check("a", tmp_path / "a.ring3.toml", 1, program="status", arguments=("3",), status=3)
    run = run_check(CheckFile(check.file, None, (check,)), check, images, tmp_path / "kept", 30)
    assert run.verdict.passed, run.verdict.report()
    assert (run.unkept or "").startswith("No space left on device")
