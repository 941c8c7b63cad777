"""Grading one submission: take it in, build it, hold it, ask every judge.

    path ──submission──> files ──confined build──> Built ──lab──> judges ──> Result
                           │                         │             │
                     refused: what is missing   refused: errors   one CheckResult each

Whatever a student does ends in a result for the student.  Whatever goes wrong
on our side ends in a result without points: it is never a zero.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ring3 import pipeline
from ring3.course.assignment import Assignment, GradedCheck, workspace_of
from ring3.course.finding import Finding, wrong
from ring3.course.lab import Built, GuestLostError, Lab, NoSuchNameError, what_happened
from ring3.course.result import CheckResult, Result, Status
from ring3.course.submission import RefusedError, Submission, read_submission, submission_name
from ring3.diagnostic import Ring3Error
from ring3.machine import Machine, load_machine
from ring3.workspace import Workspace

MACHINE = "microvm"
SEED_LIMIT = 1 << 32

Watcher = Callable[[Result], None]


def grade(
    assignment: Assignment,
    path: Path,
    seed: int,
    *,
    name: str | None = None,
    watch: Watcher = lambda result: None,
) -> Result:
    """Grade what ``path`` holds; ``watch`` is given the result after every check.

    The same submission, assignment and ``seed`` give the same points and the
    same feedback.  Raises nothing: what fails is in the result.
    """
    begun = time.monotonic()
    result = Result(
        name=name or submission_name(path),
        assignment=assignment.title,
        assignment_digest=assignment.digest(),
        submission_digest="",
        seed=seed,
        possible=assignment.points,
    )
    try:
        result = _graded(assignment, path, result, watch)
    except RefusedError as error:
        result = replace(result, status=Status.REFUSED, message=error.render())
    except (Ring3Error, OSError) as error:
        words = error.render() if isinstance(error, Ring3Error) else str(error)
        result = replace(result, status=Status.FAILED, message=words)
    result = replace(result, seconds=time.monotonic() - begun)
    watch(result)
    return result


def _graded(assignment: Assignment, path: Path, result: Result, watch: Watcher) -> Result:
    submission = read_submission(
        path, assignment.files, assignment.optional, assignment.handed_out()
    )
    result = replace(result, submission_digest=submission.digest, notes=submission.notes)
    built = _build(assignment, submission)
    machine = load_machine(MACHINE, Workspace().machine_roots)
    result = replace(result, machine=_described(machine))
    with Lab(built, machine, result.seed) as lab:
        for check in assignment.checks:
            result = result.with_check(_judged(check, lab, result.seed))
            watch(result)
    return replace(result, status=Status.GRADED)


def _build(assignment: Assignment, submission: Submission) -> Built:
    """The submission's system with the grader's program; raises RefusedError with its errors."""
    with tempfile.TemporaryDirectory(prefix="ring3-grade-") as name:
        folder = Path(name)
        for path, data in submission.files.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        try:
            system = pipeline.build(
                [str(assignment.program)], workspace=workspace_of(folder), stock_programs=False
            )
        except Ring3Error as error:
            text = error.render().replace(f"{folder}/", "")
            raise RefusedError(f"the submission does not build:\n{text}") from error
    program = system.programs[0].linked
    assert program is not None
    return Built(
        kernel=system.kernel.data,
        initrd=system.initrd,
        command_line=system.command_line,
        symbols=system.kernel.symbols,
        program=program.symbols,
    )


def _judged(check: GradedCheck, lab: Lab, seed: int) -> CheckResult:
    """One check, with random numbers of its own, so that no check changes another's."""
    begun = time.monotonic()
    try:
        finding = check.judge(lab, random.Random(f"{seed}/{check.name}"))
    except GuestLostError as error:
        finding = wrong(check.title, what_happened(error))
    except NoSuchNameError as error:
        finding = wrong(f"the kernel has the label `{error.name}`", "it has none")
    return CheckResult(
        name=check.name,
        title=check.title,
        possible=check.points,
        points=_points(check, finding),
        expected=finding.expected,
        seen=finding.seen,
        hint="" if finding.share == 1 else check.hint,
        hidden=check.hidden,
        seconds=time.monotonic() - begun,
    )


def _points(check: GradedCheck, finding: Finding) -> float:
    """In half points, and never rounded up to all of them."""
    if finding.share >= 1:
        return check.points
    return min(int(check.points * finding.share * 2) / 2, check.points - 0.5)


def _described(machine: Machine) -> str:
    return f"{machine.name}, {machine.cpu}"
