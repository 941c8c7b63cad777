"""A fork makes what a build will need, and does no harm whatever becomes of it.

Each case is a process of its own: one that forks should have no threads, as
those have that run tests.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

START = """
import os, signal, sys
from ring3 import ahead, memory

os.sched_getaffinity = lambda _: {0, 1}
done, told = os.pipe()

def make(name):
    return memory.remembered([name], lambda: (name, os.getpid()))

def tell():
    os.write(told, b"!")

def wait():
    assert os.read(done, 1) == b"!"

def few():
    for number in range(ahead._MADE_BEFORE):
        make(f"first {number}")
"""


def run(memory: Path | None, program: str) -> None:
    """Run what stands after ``START``; what it asserts must hold."""
    environment = {"RING3_CACHE": "" if memory is None else str(memory)}
    ended = subprocess.run(
        [sys.executable, "-c", START + program],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


def test_the_build_finds_what_the_fork_made_from_the_back(tmp_path: Path) -> None:
    run(
        tmp_path,
        """
with ahead.helped(lambda: [tell, lambda: make("first"), lambda: make("last")]):
    few()
    wait()
    (_, first), (_, last) = make("first"), make("last")
assert first == last != os.getpid(), (first, last, os.getpid())
""",
    )


def test_the_build_meets_an_error_itself_where_the_fork_met_it_too(tmp_path: Path) -> None:
    run(
        tmp_path,
        """
def fail():
    raise ValueError(str(os.getpid()))

try:
    with ahead.helped(lambda: [tell, lambda: memory.remembered(["wrong"], fail)]):
        few()
        wait()
        memory.remembered(["wrong"], fail)
except ValueError as error:
    assert error.args == (str(os.getpid()),)
else:
    raise AssertionError("nothing was wrong")
""",
    )


def test_the_build_makes_all_itself_when_the_fork_is_killed(tmp_path: Path) -> None:
    run(
        tmp_path,
        """
def die():
    tell()
    os.kill(os.getpid(), signal.SIGKILL)

with ahead.helped(lambda: [lambda: make("never"), die]):
    few()
    wait()
    assert make("never") == ("never", os.getpid())
""",
    )


def test_the_fork_ends_with_the_build_whatever_it_does(tmp_path: Path) -> None:
    run(
        tmp_path,
        """
def idle():
    tell()
    while True:
        signal.pause()

with ahead.helped(lambda: [idle]):
    few()
    wait()
try:
    os.waitpid(-1, os.WNOHANG)
except ChildProcessError:
    pass
else:
    raise AssertionError("the fork is still there")
""",
    )


NO_FORK = """
def fork():
    raise AssertionError("this needs no help")

os.fork = fork
"""


def test_a_build_that_makes_little_does_not_fork(tmp_path: Path) -> None:
    run(
        tmp_path,
        NO_FORK
        + """
with ahead.helped(lambda: []):
    for number in range(ahead._MADE_BEFORE - 1):
        make(f"first {number}")
few()  # outside of the block
""",
    )


def test_a_build_without_a_memory_or_a_second_processor_does_not_fork(tmp_path: Path) -> None:
    program = "\nwith ahead.helped(lambda: []):\n    few()\n"
    run(None, NO_FORK + program)
    run(tmp_path, NO_FORK + "os.sched_getaffinity = lambda _: {0}" + program)


def test_a_build_that_cannot_fork_goes_on_alone(tmp_path: Path) -> None:
    run(
        tmp_path,
        """
def fork():
    raise BlockingIOError("too many processes")

os.fork = fork
with ahead.helped(lambda: []):
    few()
""",
    )
