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
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from ring3.course.assignment import Assignment, GradedCheck
from ring3.course.build import build
from ring3.course.finding import Finding, WrongError, wrong
from ring3.course.lab import Built, GuestLostError, Lab, what_happened
from ring3.course.post_mortem import explained
from ring3.course.result import CheckResult, Result, Status
from ring3.course.submission import RefusedError, Submission, read_submission, submission_name
from ring3.diagnostic import Ring3Error, escaped, escaped_lines
from ring3.machine import load_machine
from ring3.workspace import Workspace

MACHINE = "microvm"
SEED_LIMIT = 1 << 32

Watcher = Callable[[Result], object]


def grade(
    assignment: Assignment, path: Path, seed: int, watch: Watcher = lambda result: None
) -> Result:
    """Take in what ``path`` holds and grade it, in this process."""
    begun = blank(assignment, submission_name(path), seed)
    try:
        submission = take_in(assignment, path)
    except RefusedError as error:
        return refused(begun, error)
    return grade_submission(assignment, submission, begun, watch)


def take_in(assignment: Assignment, path: Path) -> Submission:
    """The files that the assignment asks for; raises as :func:`read_submission` does."""
    return read_submission(path, assignment.files, assignment.optional, assignment.handed_out())


def blank(assignment: Assignment, name: str, seed: int) -> Result:
    """A result with nothing graded yet."""
    return Result(
        name=name,
        assignment=assignment.title,
        assignment_digest=assignment.digest(),
        submission_digest="",
        seed=seed,
        possible=assignment.points,
    )


def refused(result: Result, error: RefusedError) -> Result:
    """What a student gets whose submission cannot be graded."""
    return replace(result, status=Status.REFUSED, message=escaped_lines(error.render()))


def grade_submission(
    assignment: Assignment,
    submission: Submission,
    result: Result,
    watch: Watcher = lambda result: None,
) -> Result:
    """Grade it from the blank ``result``; ``watch`` is given the result after every check.

    The same submission, assignment and seed give the same points and the same
    feedback.  Raises nothing that a submission or a machine can cause: it is
    in the result.
    """
    begun = time.monotonic()
    result = replace(
        result, submission_digest=submission.digest, notes=submission.notes, machine=MACHINE
    )
    try:
        for further in _graded(assignment, submission, result):
            result = further
            watch(result)
        result = replace(result, status=Status.GRADED)
    except RefusedError as error:
        result = refused(result, error)
    except (Ring3Error, OSError) as error:
        words = error.render() if isinstance(error, Ring3Error) else str(error)
        result = replace(result, status=Status.FAILED, message=escaped_lines(words))
    result = replace(result, seconds=time.monotonic() - begun)
    watch(result)
    return result


def _graded(assignment: Assignment, submission: Submission, result: Result) -> Iterator[Result]:
    """The result after every check."""
    machine = load_machine(MACHINE, Workspace().machine_roots)
    with ExitStack() as open_labs:
        # The sources stay as long as a post-mortem may quote them.
        name = open_labs.enter_context(tempfile.TemporaryDirectory(prefix="ring3-grade-"))
        folder = Path(name)
        built, errors = _build_all(assignment, submission, folder, result.seed)
        if not built:
            raise RefusedError("the submission does not build\n\n" + "\n\n".join(errors.values()))
        labs = {
            name: open_labs.enter_context(Lab(system, machine, result.seed))
            for name, system in built.items()
        }
        told: dict[str, str] = {}
        for check in assignment.checks:
            if check.system in labs:
                sources = folder / check.system
                done = _judged(check, labs[check.system], result.seed, sources, told)
            else:
                done = _not_built(check, errors[check.system])
            result = result.with_check(done)
            yield result


def _build_all(
    assignment: Assignment, submission: Submission, folder: Path, seed: int
) -> tuple[dict[str, Built], dict[str, str]]:
    """Every system that builds, and of the others what is wrong with them."""
    built: dict[str, Built] = {}
    errors: dict[str, str] = {}
    asked = {check.system for check in assignment.checks}
    for system in (system for system in assignment.systems if system.name in asked):
        try:
            built[system.name] = build(system, submission, folder / system.name, seed)
        except RefusedError as error:
            errors[system.name] = "\n".join(filter(None, (error.message, error.help)))
    return built, errors


def _not_built(check: GradedCheck, errors: str) -> CheckResult:
    return CheckResult(
        check.name, check.title, check.points, 0.0, "it assembles and links", errors,
        check.hint, hidden=check.hidden,
    )  # fmt: skip


def _judged(
    check: GradedCheck, lab: Lab, seed: int, sources: Path, told: dict[str, str]
) -> CheckResult:
    """One check, with random numbers of its own, so that no check changes another's.

    ``told`` has the causes of crashes that were explained, and at which check.
    """
    begun = time.monotonic()
    post_mortem = ""
    try:
        finding = check.judge(lab, random.Random(f"{seed}/{check.name}"))
    except GuestLostError as error:
        finding = wrong(check.title, what_happened(error), error.share)
        post_mortem = _explained(check, lab, error, sources, told)
    except WrongError as error:
        finding = error.finding
    return CheckResult(
        name=check.name,
        title=check.title,
        possible=check.points,
        points=_points(check, finding),
        expected=escaped(finding.expected),
        seen=escaped(finding.seen),
        hint="" if finding.share == 1 else check.hint,
        post_mortem=escaped_lines(post_mortem),
        hidden=check.hidden,
        seconds=time.monotonic() - begun,
    )


def _explained(
    check: GradedCheck, lab: Lab, error: GuestLostError, sources: Path, told: dict[str, str]
) -> str:
    """The post-mortem of a crash; of one that a student has read already, where that was."""
    if error.death is None:
        return ""
    found = explained(lab.built, error.death, sources)
    for cause in found.causes:
        if cause in told:
            return f"post-mortem: as at “{told[cause]}”"
    if not check.hidden:
        told.update(dict.fromkeys(found.causes, check.title))
    return found.words


def _points(check: GradedCheck, finding: Finding) -> float:
    """In half points, and never rounded up to all of them."""
    if finding.share >= 1:
        return check.points
    return min(int(check.points * finding.share * 2) / 2, check.points - 0.5)
