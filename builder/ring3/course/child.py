"""Grading one submission in a process of its own, with limits.

    Job ──JSON──> stdin of `python -m ring3.course.child` ──grade──> FOLDER/NAME.json
                                                     after every check; the parent reads it

A grader that dies (of a limit, of a crash, by somebody's hand) takes no other
submission with it, and what it had found is not lost.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ring3.course.assignment import read_assignment
from ring3.course.grade import blank, grade_submission
from ring3.course.result import Result, Status, load, save
from ring3.course.submission import Submission
from ring3.machine.serial_line import die_with_parent

WALL_LIMIT = 900.0  # seconds for one submission
CPU_LIMIT = 600  # seconds of one process
FILE_LIMIT = 512 << 20  # bytes of any file that it writes
STOP_INTERVAL = 0.2  # seconds between looks at whether to stop
MEMORY_LIMIT = 8 << 30  # bytes of address space: QEMU reserves much and uses little

_LIMITS = (
    (resource.RLIMIT_CPU, CPU_LIMIT),
    (resource.RLIMIT_FSIZE, FILE_LIMIT),
    (resource.RLIMIT_AS, MEMORY_LIMIT),
    (resource.RLIMIT_CORE, 0),
)


@dataclass(frozen=True)
class Job:
    """One submission to grade; it can be sent to another machine."""

    assignment: Path
    name: str
    seed: int
    submission: Submission

    def as_data(self) -> dict[str, Any]:
        """For JSON."""
        files = {
            path: base64.b64encode(data).decode() for path, data in self.submission.files.items()
        }
        return {
            "assignment": str(self.assignment),
            "name": self.name,
            "seed": self.seed,
            "files": files,
            "notes": list(self.submission.notes),
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Job:
        """What :meth:`as_data` gave."""
        files = {path: base64.b64decode(text) for path, text in data["files"].items()}
        submission = Submission(data["name"], files, tuple(data["notes"]))
        return cls(Path(data["assignment"]), data["name"], data["seed"], submission)


def run_job(
    job: Job, folder: Path, stop: threading.Event | None = None, limit: float = WALL_LIMIT
) -> Result:
    """Grade it in a child; its result is in ``folder`` after every check, and at the end.

    Never raises for what the child does: a child that dies leaves a result
    that says so, with the status FAILED.  One that is ended by ``stop`` leaves
    what it had found, UNFINISHED.
    """
    begun = blank(read_assignment(job.assignment), job.name, job.seed)
    begun = replace(begun, submission_digest=job.submission.digest, notes=job.submission.notes)
    save(begun, folder)
    with subprocess.Popen(
        [sys.executable, "-m", "ring3.course.child", str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as child:
        try:
            ended = _wait(child, job, stop or threading.Event(), limit)
        finally:
            # QEMU too, whatever became of the child.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
    result = load(folder / f"{job.name}.json") or begun
    if result.status is Status.UNFINISHED and ended:
        message = f"the grader did not come to its end: {ended}"
        result = replace(result, status=Status.FAILED, message=message)
        save(result, folder)
    return result


def _wait(
    child: subprocess.Popen[bytes], job: Job, stop: threading.Event, limit: float
) -> str | None:
    """How it ended, in words; None when it was stopped."""
    deadline = time.monotonic() + limit
    typed: bytes | None = json.dumps(job.as_data()).encode()
    while not stop.is_set():
        try:
            _, errors = child.communicate(typed, timeout=STOP_INTERVAL)
            return _how(child.returncode, errors)
        except subprocess.TimeoutExpired:
            typed = None
        if time.monotonic() >= deadline:
            return f"it took more than {limit:g} s"
    return None


def _how(status: int, errors: bytes) -> str:
    if status < 0:
        return f"it was killed by {signal.Signals(-status).name}"
    last = errors.decode(errors="backslashreplace").strip().splitlines()[-1:]
    return f"it ended with status {status}" + (f": {last[0]}" if last else "")


def main() -> None:
    """The child: grade the job on stdin, into the folder that it was told."""
    _limit_this_process()
    folder = Path(sys.argv[1])
    job = Job.from_data(json.load(sys.stdin))
    assignment = read_assignment(job.assignment)
    grade_submission(
        assignment,
        job.submission,
        blank(assignment, job.name, job.seed),
        watch=lambda result: save(result, folder),
    )


def _limit_this_process() -> None:
    die_with_parent()()
    for limit, wanted in _LIMITS:
        _, most = resource.getrlimit(limit)
        value = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
        resource.setrlimit(limit, (value, value))


if __name__ == "__main__":
    main()
