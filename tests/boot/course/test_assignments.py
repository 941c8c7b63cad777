"""The checks are checked: what right, empty and wrong solutions of the assignments get.

The wrong ones are data: tests/course/wrong/ASSIGNMENT.toml.  A right solution is made of
the stock sources, and of tests/course/reference where the stock system has none.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from boot.course.solutions import DATA, SEED, assignment_called, hand_in, right_source
from ring3.course import report
from ring3.course.assignment import Assignment
from ring3.course.grade import grade
from ring3.course.layout import assignment_names
from ring3.course.result import CheckResult, Result, Status

ASSIGNMENTS = assignment_names()

# `make wrong-solutions` judges them by all the checks, and not only by those that they fail.
WHOLE = "RING3_WHOLE_GRADES" in os.environ


def solutions(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = tomllib.loads((DATA / f"wrong/{name}.toml").read_text())[
        "solution"
    ]
    return rows


WRONG = [
    pytest.param(name, row, id=f"{name}: {row['name']}")
    for name in ASSIGNMENTS
    for row in solutions(name)
]


def by_name(result: Result) -> dict[str, CheckResult]:
    return {check.name: check for check in result.checks}


@pytest.fixture(params=ASSIGNMENTS)
def assignment(request: pytest.FixtureRequest) -> Assignment:
    return assignment_called(request.param)


def test_a_right_solution_gets_all_points(assignment: Assignment, tmp_path: Path) -> None:
    result = grade(assignment, hand_in(assignment, tmp_path / "ada"), SEED)
    assert result.status is Status.GRADED, result.message
    assert [check for check in result.checks if not check.passed] == []
    assert result.points == assignment.points == 100


def test_the_starter_builds_and_gets_nothing(assignment: Assignment) -> None:
    result = grade(assignment, assignment.starter, SEED)
    assert result.status is Status.GRADED, result.message
    assert [check.name for check in result.checks if check.points] == []
    assert all(check.expected and check.seen and check.hint for check in result.checks)


@pytest.mark.parametrize(("name", "row"), WRONG)
def test_a_wrong_solution_loses_points_where_its_mistake_is(
    name: str, row: dict[str, Any], tmp_path: Path
) -> None:
    assignment = assignment_called(name)
    if not WHOLE:
        about = tuple(check for check in assignment.checks if check.name in row["fails"])
        assignment = replace(assignment, checks=about)
    right = right_source(assignment, row["file"])
    assert right.count(row["find"]) == 1, "the reference has changed: mend the row"
    changed = {row["file"]: right.replace(row["find"], row["replace"])}
    result = grade(assignment, hand_in(assignment, tmp_path / "ada", changed), SEED)
    assert result.status is Status.GRADED, result.message
    checks = by_name(result)
    assert [check for check in row["fails"] if checks[check].passed] == []
    assert row["says"] in checks[row["fails"][0]].feedback
    if WHOLE:
        # It is one mistake: most of what was learned is paid for.
        assert result.points is not None
        assert result.points >= row.get("least", 50)


def test_a_crash_is_explained_once_and_to_nobody_who_may_not_know(tmp_path: Path) -> None:
    assignment = assignment_called("gate")
    path = "kernel/entry/int80.s"
    right = right_source(assignment, path)
    wrong = right.replace("call [syscall_table_32 + rax * 8]", "ud2")
    assert wrong != right
    result = grade(assignment, hand_in(assignment, tmp_path / "ada", {path: wrong}), SEED)
    told = {check.name: check.post_mortem for check in result.checks if check.post_mortem}
    # The cause, the line with its text, the decoded error code, what usually causes it.
    first = next(text for text in told.values() if "-->" in text)
    assert first.startswith("post-mortem (panic): ")
    assert "--> kernel/entry/int80.s:" in first
    assert "| ud2" in first or "|     ud2" in first
    assert "hint: " in first
    assert "what happened, the first thing first:" in first
    assert "rbx=" not in first, "registers hold what was drawn"
    assert any("as at “" in text for text in told.values())
    hidden = {check.name for check in assignment.checks if check.hidden}
    assert hidden & told.keys()
    shown = report.for_student(result, assignment.disclosure)
    assert not any(check.post_mortem for check in shown.checks if check.name in hidden)


def test_every_assignment_has_what_a_teacher_hands_out(assignment: Assignment) -> None:
    assert (assignment.folder / "README.md").is_file()
    assert (assignment.starter / "ring3.toml").is_file()
    assert len(assignment.checks) >= 10
    assert any(check.hidden for check in assignment.checks)
    assert all(check.hint for check in assignment.checks)
    assert len(solutions(assignment.name)) >= 8


def test_the_same_seed_gives_the_same_result(tmp_path: Path) -> None:
    assignment = assignment_called("gate")
    folder = hand_in(assignment, tmp_path / "ada")
    changed = right_source(assignment, "kernel/entry/int80.s").replace("-ENOSYS", "-EINVAL")
    (folder / "kernel/entry/int80.s").write_text(changed)
    first, again = (comparable(grade(assignment, folder, SEED)) for _ in range(2))
    assert first == again
    assert comparable(grade(assignment, folder, SEED + 1)) != first


def comparable(result: Result) -> dict[str, Any]:
    """What is exact: all but the time it took."""
    data = result.as_data()
    del data["seconds"]
    for check in data["checks"]:
        del check["seconds"]
    return data
