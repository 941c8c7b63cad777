"""Grading many submissions: side by side, once each, and on from where it stopped.

    paths ──taken in──> jobs ──────> a child each, some at a time ───> FOLDER/NAME.json
             refused: done            or a dask.distributed cluster
             graded before: skipped

What is graded already, by the same assignment and of the same files, is not
graded again; what was interrupted is, with the seed that it had.
"""

from __future__ import annotations

import os
import secrets
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path

from ring3.course.assignment import Assignment
from ring3.course.child import Job, run_job
from ring3.course.grade import SEED_LIMIT, blank, refused, take_in
from ring3.course.result import Result, Status, load, save
from ring3.course.submission import ARCHIVES, RefusedError, UnreadableError, submission_name
from ring3.workspace import CONFIGURATION

FINAL = (Status.GRADED, Status.REFUSED)

WORKSPACE_FOLDERS = ("kernel", "programs")

Runner = Callable[[Sequence[Job], Path], Iterator[Result]]
"""Grades jobs in any order and gives their results; the folder is for what comes before."""


@dataclass(frozen=True)
class Plan:
    """What there is to do: results that are final already, and jobs."""

    done: tuple[Result, ...]
    jobs: tuple[Job, ...]


def plan(assignment: Assignment, paths: Sequence[Path], folder: Path, seed: int | None) -> Plan:
    """Take everything in.  Results that need no machine are in ``folder`` afterwards.

    One that cannot be read has failed, and keeps no other from being graded.
    Raises Ring3Error for a path that there is not: that is the teacher's to mend.
    """
    done: list[Result] = []
    jobs: list[Job] = []
    for name, path in _named(paths):
        before = load(folder / f"{name}.json")
        chosen = _seed(seed, before)
        begun = blank(assignment, name, chosen)
        try:
            submission = take_in(assignment, path)
        except RefusedError as error:
            done.append(refused(begun, error))
            save(done[-1], folder)
            continue
        except UnreadableError as error:
            done.append(replace(begun, status=Status.FAILED, message=error.render()))
            save(done[-1], folder)
            continue
        if before is not None and _is_final(before, begun, submission.digest):
            done.append(before)
        else:
            jobs.append(Job(assignment.folder.resolve(), name, chosen, submission))
    return Plan(tuple(done), tuple(jobs))


def _named(paths: Sequence[Path]) -> Iterator[tuple[str, Path]]:
    """Each with a name of its own: two students may both call their archive work.zip."""
    taken: set[str] = set()
    for path in paths:
        name = plain = submission_name(path)
        number = 1
        while name in taken:
            number += 1
            name = f"{plain}-{number}"
        taken.add(name)
        yield name, path


def _seed(given: int | None, before: Result | None) -> int:
    if given is not None:
        return given
    return secrets.randbelow(SEED_LIMIT) if before is None else before.seed


def _is_final(before: Result, begun: Result, digest: str) -> bool:
    return (
        before.status in FINAL
        and before.submission_digest == digest
        and before.assignment_digest == begun.assignment_digest
        and before.seed == begun.seed
    )


def side_by_side(workers: int | None = None) -> Runner:
    """Children of this process, so many at a time (default: one a CPU)."""

    def run(jobs: Sequence[Job], folder: Path) -> Iterator[Result]:
        stop = threading.Event()
        # The threads only wait for their children.
        with ThreadPoolExecutor(workers or os.cpu_count() or 1) as pool:
            futures = [pool.submit(run_job, job, folder, stop) for job in jobs]
            try:
                for future in as_completed(futures):
                    yield future.result()
            finally:
                stop.set()
                pool.shutdown(cancel_futures=True)

    return run


def expanded(paths: Iterable[Path], output: Path) -> list[Path]:
    """A folder with archives and workspaces in it stands for all that is there.

    Not for the ``output`` of an earlier run, nor for what begins with a dot.
    """
    found: list[Path] = []
    for path in paths:
        inside: list[Path] = []
        if path.is_dir() and not _is_submission(path):
            inside = sorted(p for p in path.iterdir() if p.name[0] != ".")
            inside = [p for p in inside if p.resolve() != output.resolve()]
        if any(map(_is_submission, inside)):
            found += inside
        else:
            found.append(path)
    return found


def _is_submission(path: Path) -> bool:
    """An archive, or a workspace: not a file or a folder of one."""
    if path.is_dir():
        return any((path / name).exists() for name in (CONFIGURATION, *WORKSPACE_FOLDERS))
    return path.name.lower().endswith(ARCHIVES)
