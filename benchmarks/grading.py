"""Seconds a submission when a whole course is graded, and what a killed grader costs.

    python benchmarks/grading.py [--count N] [--jobs N] [ASSIGNMENT...]

    right and wrong solutions of tests/course, one small change each ──> N submissions
        ├─ ring3 grade, side by side            seconds each, points by kind
        └─ the same with a child killed         how many seconds later it is done again

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
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

from ring3.course.assignment import Assignment, read_assignment
from ring3.course.layout import assignment_names, find_assignment
from ring3.workspace import stock

DATA = Path(__file__).resolve().parents[1] / "tests/course"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("assignments", nargs="*", default=assignment_names())
    parser.add_argument("--count", type=int, default=200, help="submissions in all")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    share = -(-options.count // len(options.assignments))
    for name in options.assignments:
        with tempfile.TemporaryDirectory(prefix="ring3-grading-") as folder:
            _measure(read_assignment(find_assignment(name)), Path(folder), share, options.jobs)


def _measure(assignment: Assignment, folder: Path, count: int, jobs: int) -> None:
    for number, files in enumerate(islice(cycle(_kinds(assignment)), count)):
        for path, text in files.items():
            target = folder / f"course/student-{number:03}" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(f"{text}\n# student {number}\n")
    seconds = _grade(assignment, folder, jobs)
    results = _results(folder)
    own = statistics.median(row["seconds"] for row in results)
    points = [row["points"] for row in results if row["points"] is not None]
    print(
        f"{assignment.name}: {count} submissions in {seconds:.0f} s, {jobs} side by side: "
        f"{seconds / count:.2f} s each; median of one by itself {own:.2f} s; "
        f"{min(points):g} to {max(points):g} points, {points.count(assignment.points)} have all, "
        f"{len(results) - len(points)} failed",
        flush=True,
    )
    victim = folder / "grades/student-000.json"
    victim.unlink()
    again = _grade(assignment, folder, jobs, kill=True)
    seen = json.loads(victim.read_text())["status"]
    final = _grade(assignment, folder, jobs)
    print(f"  a grader that is killed: `{seen}` after {again:.1f} s, graded {final:.1f} s later")


def _kinds(assignment: Assignment) -> list[dict[str, str]]:
    """A right solution, and each wrong one."""
    right = {path: _right(assignment, path) for path in assignment.files}
    rows = tomllib.loads((DATA / f"wrong/{assignment.name}.toml").read_text())["solution"]
    return [
        right,
        *(
            {**right, row["file"]: right[row["file"]].replace(row["find"], row["replace"])}
            for row in rows
        ),
    ]


def _right(assignment: Assignment, path: str) -> str:
    own = DATA / "reference" / assignment.name / path
    return (own if own.is_file() else stock().kernel / path.removeprefix("kernel/")).read_text()


def _grade(assignment: Assignment, folder: Path, jobs: int, *, kill: bool = False) -> float:
    words = [sys.executable, "-m", "ring3", "grade", assignment.name, str(folder / "course")]
    words += ["-o", str(folder / "grades"), "--jobs", str(jobs)]
    begun = time.monotonic()
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while kill and process.poll() is None:
            for child in _children(process.pid):
                os.kill(child, signal.SIGKILL)
                kill = False
    return time.monotonic() - begun


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


def _results(folder: Path) -> list[dict[str, float]]:
    return [json.loads(path.read_text()) for path in (folder / "grades").glob("*.json")]


if __name__ == "__main__":
    main()
