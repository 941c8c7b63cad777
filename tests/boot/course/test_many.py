"""Many submissions: side by side, interrupted, killed, on a cluster; each graded once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from boot.course.solutions import assignment_called, hand_in, right_source

GATE = "kernel/entry/int80.s"
NAMES = [f"student-{number}" for number in range(5)]
PATIENCE = 300.0  # seconds


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """Five submissions: two right, one empty, one that does not build, one that hangs."""
    assignment = assignment_called("gate")
    right = right_source(assignment, GATE)
    folder = tmp_path / "course"
    for name in NAMES:
        hand_in(assignment, folder / name)
    (folder / NAMES[2] / GATE).write_text((assignment.starter / GATE).read_text())
    (folder / NAMES[3] / GATE).write_text(right + "    zorp rax\n")
    (folder / NAMES[4] / GATE).write_text(
        right.replace("int80_start:\n", "int80_start:\n1: jmp 1b\n")
    )
    return folder


POINTS = dict(zip(NAMES, (100, 100, 0, 0, 0), strict=True))


def command(course: Path, *words: str) -> list[str]:
    output = course.parent / "grades"
    return [sys.executable, "-m", "ring3", "grade", "gate", str(course), "-o", str(output), *words]


@contextmanager
def running(words: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    """A process that does not outlive the block."""
    pipe = subprocess.PIPE
    with subprocess.Popen(words, stdout=pipe, stderr=pipe, start_new_session=True) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def wait_until(holds: Callable[[], object], process: subprocess.Popen[bytes]) -> None:
    """Until it holds; fails when the process ends before, or does not come so far."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        try:
            process.wait(0.05)
        except subprocess.TimeoutExpired:
            assert time.monotonic() < deadline, "it did not come so far"
            continue
        assert holds(), f"it ended before: {process.communicate()}"


def grades(course: Path) -> dict[str, dict[str, Any]]:
    found = (json.loads(path.read_text()) for path in (course.parent / "grades").glob("*.json"))
    return {row["name"]: row for row in found}


def final(course: Path) -> list[str]:
    return [name for name, row in grades(course).items() if row["status"] in ("graded", "refused")]


def grader_of(pid: int) -> int | None:
    """The process id of a grading's child below a process, as far down as it may be."""
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            child, parent = (
                int(path.parent.name),
                int(path.read_text().rpartition(")")[2].split()[1]),
            )
            words = (path.parent / "cmdline").read_bytes()
        except OSError:
            continue  # it has ended meanwhile
        if parent == pid and b"ring3.course.child" in words:
            return child
    return None


def test_an_interrupted_grading_goes_on_where_it_stopped(course: Path) -> None:
    with running(command(course, "--jobs", "1")) as first:
        wait_until(lambda: "student-0" in final(course), first)
        first.send_signal(signal.SIGINT)
        _, errors = first.communicate(timeout=PATIENCE)
    assert first.returncode == 130, errors
    assert b"Traceback" not in errors
    before = grades(course)
    done = final(course)
    assert len(done) < len(NAMES)
    again = subprocess.run(command(course, "--json"), capture_output=True, check=False)
    assert again.returncode == 0, again.stderr
    after = grades(course)
    assert {name: row["points"] for name, row in after.items()} == POINTS
    # What was done is as it was; what was begun kept its random numbers.
    assert [name for name in done if after[name] != before[name]] == []
    begun = {name: row["seed"] for name, row in before.items()}
    assert {name: after[name]["seed"] for name in begun} == begun
    assert b"grading" in again.stderr
    assert "zorp" in after["student-3"]["message"]


def test_a_killed_grader_costs_its_student_nothing(course: Path) -> None:
    with running(command(course, "--jobs", "1")) as first:
        wait_until(lambda: grader_of(first.pid), first)
        victim = grader_of(first.pid)
        assert victim is not None
        os.kill(victim, signal.SIGKILL)
        _, errors = first.communicate(timeout=PATIENCE)
    assert first.returncode == 1, errors
    found = grades(course)
    (failed,) = [name for name, row in found.items() if row["status"] == "failed"]
    assert found[failed]["points"] is None
    assert "SIGKILL" in found[failed]["message"]
    assert {n: r["points"] for n, r in found.items() if n != failed} == {
        n: p for n, p in POINTS.items() if n != failed
    }
    again = subprocess.run(command(course), capture_output=True, check=False)
    assert again.returncode == 0, again.stderr
    assert b"4 are done already, 1 to grade" in again.stderr
    assert {name: row["points"] for name, row in grades(course).items()} == POINTS


@pytest.mark.skipif(find_spec("distributed") is None, reason="needs ring3[cluster]")
def test_a_cluster_grades_all_once_though_one_of_its_workers_is_killed(
    course: Path, tmp_path: Path
) -> None:
    told = tmp_path / "scheduler.json"
    scheduler = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1"]
    scheduler += ["--port", "0", "--no-dashboard", "--no-show", "--scheduler-file", str(told)]
    worker = [sys.executable, "-m", "distributed.cli.dask_worker", "--scheduler-file", str(told)]
    worker += ["--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory"]
    with running(scheduler) as served:
        wait_until(told.exists, served)
        address = json.loads(told.read_text())["address"]
        with (
            running([*worker, str(tmp_path / "one")]) as one,
            running([*worker, str(tmp_path / "two")]) as two,
            running(command(course, "--scheduler", address)) as grading,
        ):
            wait_until(lambda: grader_of(one.pid) and grader_of(two.pid), grading)
            one.kill()
            output, errors = grading.communicate(timeout=PATIENCE)
    assert grading.returncode == 0, errors
    assert {name: row["points"] for name, row in grades(course).items()} == POINTS
    lines = output.decode().splitlines()
    assert sorted(line.partition(":")[0] for line in lines if "points" in line) == NAMES
