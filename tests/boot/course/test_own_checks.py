"""A teacher's own checks, as docs/teaching.md shows them: rows of data, and a judge in Python."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from boot.course.solutions import SEED, assignment_called, hand_in, right_source
from documents import documents
from ring3.course.assignment import Assignment, read_assignment
from ring3.course.grade import grade
from ring3.course.result import Result
from ring3.diagnostic import SourceError

GATE = "kernel/entry/int80.s"
(DOCUMENT,) = [document for document in documents() if document.name == "docs/teaching.md"]

JUDGED = """
[[check]]
name = "sign"
title = "An error is negative"
points = 4
judge = "sign"
[[check]]
name = "write"
title = "write() writes all of it"
points = 4
before = { rax = 4, rbx = 1, rcx = "text", rdx = "length" }
after = { rax = "length", rbx = "same" }
console = true
"""


def own(folder: Path, checks: str) -> Path:
    """The stock assignment with these checks alone."""
    stock = assignment_called("gate").folder
    shutil.copytree(stock, folder)
    text = (stock / "assignment.toml").read_text().partition("# 1. The descriptor")[0]
    text = text.replace('judges = "ring3.course.gate"', 'judges = "judges.py"')
    (folder / "assignment.toml").write_text(text + checks)
    (folder / "judges.py").write_text(DOCUMENT.files()["judges.py"])
    return folder


@pytest.fixture
def assignment(tmp_path: Path) -> Assignment:
    (row,) = re.findall(
        r"^```toml\n(\[\[check\]\].*?)^```", DOCUMENT.text, re.DOTALL | re.MULTILINE
    )
    return read_assignment(own(tmp_path / "own", row + JUDGED))


def points(result: Result) -> dict[str, float]:
    return {check.name: check.points for check in result.checks}


def test_a_right_solution_passes_the_checks_of_the_document(
    assignment: Assignment, tmp_path: Path
) -> None:
    result = grade(assignment, hand_in(assignment_called("gate"), tmp_path / "ada"), SEED)
    assert points(result) == {"close": 5, "sign": 4, "write": 4}, result


def test_a_wrong_result_fails_them_and_says_what_was_drawn(
    assignment: Assignment, tmp_path: Path
) -> None:
    right = right_source(assignment, GATE)
    wrong = right.replace("int80_return:\n", "int80_return:\n    and eax, 0x7fffffff\n")
    assert wrong != right
    folder = hand_in(assignment_called("gate"), tmp_path / "ada", {GATE: wrong})
    result = grade(assignment, folder, SEED)
    assert points(result) == {"close": 0, "sign": 0, "write": 4}, result
    assert "RAX is -9 after RAX = 0x6, RBX = 0x" in result.checks[0].expected
    assert "0x7ffffff7" in result.checks[0].seen


@pytest.mark.parametrize(
    ("before", "message"),
    [
        ("{ rax = 1, rzx = 2 }", "`before` must be registers"),
        ('{ rax = "9..1" }', "`before` must be registers"),
        ("{ rax = true }", "`before` must be registers"),
        ("{ rax = 1 }\njudge = 'sign'", "either a `judge`, or `before` and `after`"),
    ],
)
def test_a_row_with_a_mistake_is_told(before: str, message: str, tmp_path: Path) -> None:
    row = '[[check]]\nname = "x"\ntitle = "X"\npoints = 1\nafter = { rax = 1 }\n'
    row += f"before = {before}\n"
    with pytest.raises(SourceError) as caught:
        read_assignment(own(tmp_path / "own", row))
    assert message in caught.value.render()


def test_an_optional_file_is_laid_over_when_it_is_there(tmp_path: Path) -> None:
    row = '[[check]]\nname = "call"\ntitle = "C"\npoints = 1\n'
    row += "before = { rax = 20 }\nafter = { rax = 1 }\n"
    folder = own(tmp_path / "own", row)
    text = (folder / "assignment.toml").read_text()
    asked = 'files = ["kernel/entry/int80.s"]\n'
    more = asked + 'optional = ["kernel/entry/frame.inc", "kernel/entry/extra.s"]\n'
    (folder / "assignment.toml").write_text(text.replace(asked, more))
    assignment = read_assignment(folder)
    assert assignment.optional == ("kernel/entry/frame.inc", "kernel/entry/extra.s")
    right = right_source(assignment_called("gate"), GATE)
    work = hand_in(assignment_called("gate"), tmp_path / "ada")
    assert grade(assignment, work, SEED).points == 1
    # The number of the call comes from one of them, its result from the other.
    changed = right.replace("    mov eax, eax\n", '    .include "frame.inc"\n    call extra\n')
    assert changed != right
    (work / GATE).write_text(changed)
    assert grade(assignment, work, SEED).points == 0
    (work / "kernel/entry/frame.inc").write_text("    mov eax, eax\n")
    (work / "kernel/entry/extra.s").write_text(
        "    .intel_syntax noprefix\n    .global extra\nextra:\n    ret\n"
    )
    result = grade(assignment, work, SEED)
    assert (result.points, result.notes) == (1, ())
