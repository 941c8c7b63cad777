"""A whole course at once: is each graded exactly once and rightly, and how long does it take?

    python benchmarks/grading.py [--count N] [--jobs N] [--cluster] [ASSIGNMENT...]

    right and wrong solutions of tests/course, one small change each ──> N submissions
        ├─ ring3 grade, side by side            seconds each; what they got is checked
        ├─ the same with a child killed         how many seconds later it is done again
        └─ --cluster: two workers of dask       how much longer when one is killed in the middle

Every submission differs from the others by a comment, so that none is recognised.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from ring3.course.assignment import Assignment, read_assignment
from ring3.course.layout import assignment_names, find_assignment
from ring3.workspace import stock

A_MOMENT = 0.1  # seconds
DATA = Path(__file__).resolve().parents[1] / "tests/course"

Row = dict[str, Any]  # a result, as JSON has it


@dataclass(frozen=True)
class Kind:
    """A solution: its files, and the checks that it fails."""

    name: str
    files: dict[str, str]
    fails: tuple[str, ...]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("assignments", nargs="*", default=assignment_names())
    parser.add_argument("--count", type=int, default=200, help="submissions of each assignment")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--cluster", action="store_true", help="on two workers, one of them killed")
    options = parser.parse_args()
    for name in options.assignments:
        with tempfile.TemporaryDirectory(prefix="ring3-grading-") as folder:
            course = Course(read_assignment(find_assignment(name)), Path(folder), options.count)
            if options.cluster:
                course.on_two_workers()
            else:
                course.side_by_side(options.jobs)


class Course:
    """So many students, and what they handed in."""

    def __init__(self, assignment: Assignment, folder: Path, count: int) -> None:
        self.assignment = assignment
        self.folder = folder
        self.kinds: dict[str, Kind] = {}
        for number, kind in enumerate(islice(cycle(_kinds(assignment)), count)):
            student = f"student-{number:03}"
            self.kinds[student] = kind
            for path, text in kind.files.items():
                target = folder / "course" / student / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(f"{text}\n# {student}\n")

    def side_by_side(self, jobs: int) -> None:
        """Children of one process; then once more with one that is killed."""
        seconds = self._grade("--jobs", str(jobs))
        self._tell(seconds, f"{jobs} side by side")
        victim = self.folder / "grades/student-000.json"
        victim.unlink()
        again = self._grade("--jobs", str(jobs), kill=True)
        seen = json.loads(victim.read_text())["status"]
        final = self._grade("--jobs", str(jobs))
        print(f"  a killed grader: `{seen}` after {again:.1f} s, graded {final:.1f} s later")
        self._check()

    def on_two_workers(self) -> None:
        """A cluster of this machine, whole and with a worker killed when half is done."""
        with _cluster(self.folder) as (address, _):
            self._tell(self._grade("--scheduler", address), "on two workers")
        for path in (self.folder / "grades").iterdir():
            path.unlink()
        with _cluster(self.folder) as (address, workers):
            seconds = self._grade("--scheduler", address, worker=workers[0])
            self._tell(seconds, "on two workers, one of them killed when half was done")

    def _tell(self, seconds: float, how: str) -> None:
        rows = self._check()
        points = [row["points"] for row in rows]
        own = statistics.median(row["seconds"] for row in rows)
        print(
            f"{self.assignment.name}: {len(rows)} submissions in {seconds:.0f} s {how}: "
            f"{seconds / len(rows):.2f} s each; median of one by itself {own:.2f} s; "
            f"each graded once, {min(points):g} to {max(points):g} points, "
            f"{points.count(self.assignment.points)} have all",
            flush=True,
        )

    def _check(self) -> list[Row]:
        """Every student has one result, and it is what such a solution deserves."""
        rows: list[Row] = [
            json.loads(path.read_text()) for path in sorted((self.folder / "grades").iterdir())
        ]
        assert [row["name"] for row in rows] == sorted(self.kinds), "not one result each"
        points = defaultdict(set)
        for row in rows:
            kind = self.kinds[row["name"]]
            assert row["status"] == "graded", (kind.name, row["status"], row["message"])
            lost = {c["name"] for c in row["checks"] if c["points"] < c["possible"]}
            assert lost >= set(kind.fails), (kind.name, lost)
            assert lost or row["points"] == self.assignment.points
            assert kind.fails or not lost, (kind.name, lost)
            points[kind.name].add(row["points"])
        assert all(len(found) == 1 for found in points.values()), dict(points)
        return rows

    def _grade(
        self, *more: str, kill: bool = False, worker: subprocess.Popen[bytes] | None = None
    ) -> float:
        """Seconds that it took; with a child killed at once, or a worker when half is done."""
        words = [sys.executable, "-m", "ring3", "grade", self.assignment.name]
        words += [str(self.folder / "course"), "-o", str(self.folder / "grades"), *more]
        begun = time.monotonic()
        with subprocess.Popen(
            words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process:
            while kill and process.poll() is None:
                for child in _children(process.pid):
                    os.kill(child, signal.SIGKILL)
                    kill = False
            while worker is not None and not _has_ended(process):
                if len(list((self.folder / "grades").glob("*.json"))) > len(self.kinds) // 2:
                    worker.kill()
                    worker = None
        return time.monotonic() - begun


@contextmanager
def _cluster(folder: Path) -> Iterator[tuple[str, Sequence[subprocess.Popen[bytes]]]]:
    """The address of a scheduler, and its two workers."""
    told = folder / "scheduler.json"
    told.unlink(missing_ok=True)
    dask = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1"]
    dask += ["--port", "0", "--no-dashboard", "--no-show", "--scheduler-file", str(told)]
    work = [sys.executable, "-m", "distributed.cli.dask_worker", "--scheduler-file", str(told)]
    work += ["--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory"]
    started = [subprocess.Popen(dask, stderr=subprocess.DEVNULL)]
    try:
        while not told.exists():
            if _has_ended(started[0]):
                raise SystemExit("dask's scheduler ended before it said where it listens")
        for number in range(2):
            words = [*work, str(folder / f"worker-{number}")]
            started.append(subprocess.Popen(words, stderr=subprocess.DEVNULL))
        yield json.loads(told.read_text())["address"], started[1:]
    finally:
        for process in reversed(started):
            process.kill()
            process.wait()


def _has_ended(process: subprocess.Popen[bytes]) -> bool:
    """Whether it has, now or in a moment."""
    try:
        process.wait(A_MOMENT)
    except subprocess.TimeoutExpired:
        return False
    return True


def _kinds(assignment: Assignment) -> list[Kind]:
    """A right solution, and each wrong one."""
    right = {path: _right(assignment, path) for path in assignment.files}
    rows = tomllib.loads((DATA / f"wrong/{assignment.name}.toml").read_text())["solution"]
    wrong = (
        Kind(
            row["name"],
            {**right, row["file"]: right[row["file"]].replace(row["find"], row["replace"])},
            tuple(row["fails"]),
        )
        for row in rows
    )
    return [Kind("a right one", right, ()), *wrong]


def _right(assignment: Assignment, path: str) -> str:
    own = DATA / "reference" / assignment.name / path
    return (own if own.is_file() else stock().kernel / path.removeprefix("kernel/")).read_text()


def _children(pid: int) -> Iterator[int]:
    """The graders among the children of a process."""
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = [int(word) for word in path.read_text().split()]
            yield from (c for c in children if b"course.child" in _command(c))
        except OSError:
            return  # it has ended


def _command(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


if __name__ == "__main__":
    main()
