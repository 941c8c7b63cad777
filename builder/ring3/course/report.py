"""A grading, as whoever asked for it wants to read it.

    Result ──┬── text         for people
             ├── gradescope   results.json of an autograder on Gradescope
             ├── autolab      the last line of an autograder on Autolab
             └── csv          a row a student, a column a check

Gradescope: https://gradescope-autograders.readthedocs.io/en/latest/specs/
Autolab: https://docs.autolabproject.com/lab/#writing-the-autodriver
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ring3.course.assignment import Disclosure
from ring3.course.result import CheckResult, Result, Status
from ring3.diagnostic import escaped

FULL, NONE, SOME = "\u2713", "\u2717", "\u00bd"  # the marks of a list for people


HIDDEN = "this check is hidden"


def for_student(result: Result, disclosure: Disclosure) -> Result:
    """Of hidden checks only what the teacher allows."""
    return replace(result, checks=tuple(_disclosed(c, disclosure) for c in result.checks))


def _disclosed(check: CheckResult, disclosure: Disclosure) -> CheckResult:
    if not check.hidden or check.passed:
        return check
    if not disclosure.title:
        check = replace(check, title="a hidden check")
    if not disclosure.feedback:
        check = replace(check, expected="", seen=HIDDEN, post_mortem="")
    return check if disclosure.hint else replace(check, hint="")


def text(result: Result) -> str:
    """For people: a line a check, and below those that failed why."""
    if result.points is None:
        total = f"no points: {result.status.value}"
    else:
        total = f"{result.points:g} of {result.possible:g} points"
    lines = [f"{escaped(result.name)}: {result.assignment}: {total}"]
    if result.message:
        lines += _indented(result.message, 2)
    lines += [f"  note: {note}" for note in result.notes]
    for check in result.checks:
        lines.append(f"  {_mark(check)} {_points(check):>7}  {check.title}")
        lines += _indented(check.feedback, 14)
    if result.penalty:
        lines.append(f"  {result.penalty:.0%} less for handing in late")
    return "\n".join(lines)


def _mark(check: CheckResult) -> str:
    if check.passed:
        return FULL
    return SOME if check.points else NONE


def _points(check: CheckResult) -> str:
    return f"{check.points:g}/{check.possible:g}"


def _indented(words: str, by: int) -> list[str]:
    return [(" " * by + line).rstrip() for line in words.splitlines()]


def gradescope(result: Result) -> dict[str, Any]:
    """``results.json``: a grading that failed has no score, so that Gradescope says so."""
    if result.points is None:
        # Without "score" and "tests" Gradescope reports that the autograder failed.
        return {"output": f"{result.status.value}: {result.message}", "output_format": "text"}
    head = [result.message, *(f"note: {note}" for note in result.notes)]
    if result.penalty:
        head.append(f"{result.penalty:.0%} less for handing in late")
    return {
        "score": result.points,
        "execution_time": round(result.seconds),
        "output": "\n".join(filter(None, head)),
        "output_format": "text",
        "test_output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": [_gradescope_test(number, c) for number, c in enumerate(result.checks, 1)],
        "extra_data": {"seed": result.seed, "assignment_digest": result.assignment_digest},
    }


def _gradescope_test(number: int, check: CheckResult) -> dict[str, Any]:
    return {
        "number": str(number),
        "name": check.title,
        "score": check.points,
        "max_score": check.possible,
        "status": "passed" if check.passed else "failed",
        "output": check.feedback,
        "visibility": "visible",
    }


def autolab(result: Result) -> str:
    """Autolab's last line: a JSON object of points by check; none when the grading failed."""
    if result.points is None:
        raise ValueError("a grading that failed has no scores")
    scores = {check.name: check.points for check in result.checks}
    if result.penalty:
        scores["late"] = round(result.points - sum(scores.values()), 2)
    return json.dumps({"scores": scores or {"refused": 0}, "scoreboard": [result.points]})


def as_csv(results: Sequence[Result]) -> str:
    """A row a submission, sorted as given; a grading that failed has an empty total."""
    names = list(dict.fromkeys(check.name for result in results for check in result.checks))
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["name", "status", "points", "possible", "penalty", "seed", *names, "message"])
    for result in results:
        by_name = {check.name: f"{check.points:g}" for check in result.checks}
        points = "" if result.points is None else f"{result.points:g}"
        writer.writerow(
            [
                _cell(result.name),
                result.status.value,
                points,
                f"{result.possible:g}",
                f"{result.penalty:g}",
                result.seed,
                *(by_name.get(name, "") for name in names),
                _cell(result.message.partition("\n")[0]),
            ]
        )
    return stream.getvalue()


def _cell(words: str) -> str:
    """A spreadsheet must not take what a student chose for a formula."""
    words = escaped(words)
    return "'" + words if words.startswith(("=", "+", "-", "@", "\t")) else words


def summary(results: Sequence[Result]) -> str:
    """One line for people about many."""
    scored = sorted(result.points for result in results if result.points is not None)
    failed = sum(result.status in (Status.FAILED, Status.UNFINISHED) for result in results)
    words = f"{len(scored)} graded"
    if scored:
        words += f", {scored[0]:g} to {scored[-1]:g} points, median {scored[len(scored) // 2]:g}"
    return words + (f"; {failed} without a grade: run it again" if failed else "")
