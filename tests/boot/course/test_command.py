"""``ring3 grade`` as a teacher uses it: what it writes, and what it says to wrong words."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from boot.course.solutions import assignment_called, hand_in, right_source
from ring3.cli.grade import grade
from ring3.course.layout import find_assignment
from ring3.diagnostic import Ring3Error

GATE = "kernel/entry/int80.s"

# https://gradescope-autograders.readthedocs.io/en/latest/specs/
RESULT_FIELDS = {
    "score": float, "execution_time": int, "output": str, "output_format": str,
    "test_output_format": str, "visibility": str, "stdout_visibility": str, "extra_data": dict,
    "tests": list,
}  # fmt: skip
TEST_FIELDS = {
    "score": float, "max_score": float, "status": str, "name": str, "number": str, "output": str,
    "visibility": str,
}  # fmt: skip


def graded(*words: object) -> Result:
    return CliRunner().invoke(grade, [str(word) for word in words])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A submission whose gate has DPL 0, and all that a grading of it writes."""
    folder = tmp_path_factory.mktemp("course")
    assignment = assignment_called("gate")
    right = right_source(assignment, GATE)
    wrong = right.replace("GATE_INTERRUPT | 3 << GATE_DPL_SHIFT", "GATE_INTERRUPT")
    assert wrong != right
    hand_in(assignment, folder / "ada", {GATE: wrong})
    return folder


@pytest.fixture(scope="module")
def done(folder: Path) -> Result:
    return graded(
        "gate", folder / "ada", "-o", folder / "grades", "--csv", folder / "all.csv",
        "--gradescope", folder / "results.json", "--autolab", "--seed", 7,
    )  # fmt: skip


def test_people_read_what_was_expected_what_was_seen_and_a_hint(done: Result) -> None:
    assert done.exit_code == 0, done.output
    assert "✗     0/8  Programs may come by gate 0x80" in done.stdout
    assert "expected: DPL 3" in done.stdout
    assert "seen: DPL 0" in done.stdout
    assert "hint: which privilege level" in done.stdout


def test_gradescope_s_file_has_its_fields_and_no_others(done: Result, folder: Path) -> None:
    data = json.loads((folder / "results.json").read_text())
    assert {key: type(value) for key, value in data.items()} == RESULT_FIELDS
    for test in data["tests"]:
        assert {key: type(value) for key, value in test.items()} == TEST_FIELDS
    assert data["score"] == sum(test["score"] for test in data["tests"]) < 100
    assert sum(test["max_score"] for test in data["tests"]) == 100


def test_autolab_s_last_line_has_the_points_of_every_check(done: Result) -> None:
    line = json.loads(done.stdout.splitlines()[-1])
    assert line["scores"]["privilege"] == 0
    assert line["scores"]["dispatch"] == 10
    assert line["scoreboard"] == [sum(line["scores"].values())]


def test_the_table_has_a_row_a_student_and_a_column_a_check(done: Result, folder: Path) -> None:
    (row,) = csv.DictReader((folder / "all.csv").read_text().splitlines())
    assert (row["name"], row["status"], row["seed"]) == ("ada", "graded", "7")
    assert (row["privilege"], row["dispatch"]) == ("0", "10")


def test_what_was_graded_is_not_graded_again(done: Result, folder: Path) -> None:
    path = folder / "grades/ada.json"
    before = path.stat().st_mtime_ns
    again = graded("gate", folder / "ada", "-o", folder / "grades", "--json")
    assert path.stat().st_mtime_ns == before
    (data,) = json.loads(again.stdout)["results"]
    assert data["points"] == json.loads((folder / "results.json").read_text())["score"]


def test_a_hidden_check_says_no_more_than_the_teacher_allows(folder: Path, done: Result) -> None:
    def seen(*more: str) -> dict[str, Any]:
        words = ("gate", folder / "ada", "-o", folder / "grades", "--json", *more)
        (data,) = json.loads(graded(*words).stdout)["results"]
        return {check["name"]: check for check in data["checks"]}

    failed = [name for name, check in seen().items() if check["points"] < check["possible"]]
    hidden = [name for name in failed if seen()[name]["hidden"]]
    for name in hidden:
        assert seen()[name]["seen"] == "this check is hidden"
        assert seen("--all")[name]["seen"] != "this check is hidden"


def test_gradescope_s_package_grades_by_itself(folder: Path, tmp_path: Path) -> None:
    source, results = tmp_path / "source", tmp_path / "results"
    made = graded("gate", "--gradescope-package", tmp_path / "autograder.zip")
    assert made.exit_code == 0, made.output
    with zipfile.ZipFile(tmp_path / "autograder.zip") as archive:
        archive.extractall(source)
    results.mkdir()
    (tmp_path / "submission_metadata.json").write_text('{"created_at": "2027-01-31T20:00:00Z"}')
    hand_in(assignment_called("gate"), tmp_path / "submission")
    script = (source / "run_autograder").read_text()
    assert "tests/" not in "".join(path.as_posix() for path in source.rglob("*reference*"))
    script = script.replace("/tmp/grades", f"{tmp_path}/grades")
    script = script.replace("/autograder", str(tmp_path)).replace(
        ".venv/bin/python", sys.executable
    )
    ran = subprocess.run(
        ["bash", "-c", script], capture_output=True, text=True, check=False, env=dict(os.environ)
    )
    assert ran.returncode == 0, ran.stderr
    assert json.loads((results / "results.json").read_text())["score"] == 100


# -- wrong words ---------------------------------------------------------------------------


def test_an_assignment_that_there_is_not_is_guessed() -> None:
    with pytest.raises(Ring3Error) as caught:
        find_assignment("gates")
    assert "did you mean `gate`?" in (caught.value.help or "")


def run(*words: object, **keywords: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ring3", "grade", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, **keywords)


def test_a_submission_that_is_not_there_is_one_message(tmp_path: Path) -> None:
    ended = run("gate", tmp_path / "nobody.zip", "-o", tmp_path / "grades")
    assert (ended.returncode, "there is no submission" in ended.stderr) == (1, True)
    assert "Traceback" not in ended.stderr


def test_an_output_that_cannot_be_written_is_one_message(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ended = run("gate", folder / "ada", "-o", tmp_path / "file/grades")
    assert ended.returncode == 1
    assert "cannot" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_mistakes_of_an_assignment_are_all_told_with_their_lines(tmp_path: Path) -> None:
    (tmp_path / "door.s").write_text("")
    (tmp_path / "assignment.toml").write_text(
        'title = "T"\njudges = "ring3.course.gate"\n'
        '[[system]]\nname = "kernel"\nprogram = "door.s"\nfiles = ["kernel/entry/int80.s"]\n'
        '[[check]]\nname = "a"\ntitle = "A"\npoints = -1\njudge = "presen"\nhiden = true\n'
    )
    ended = run(tmp_path, tmp_path)
    assert ended.returncode == 1
    assert "assignment.toml:10:1" in ended.stderr
    assert "assignment.toml:12:1" in ended.stderr
    assert "did you mean `hidden`?" in ended.stderr


def test_handing_in_late_costs_what_the_assignment_says(folder: Path, tmp_path: Path) -> None:
    text = (assignment_called("gate").folder / "assignment.toml").read_text()
    late = "[late]\ndue = 2027-01-31T23:59:00Z\nper_day = 0.1\nmost = 0.25\n\n[hidden]"
    (tmp_path / "checks").mkdir()
    (tmp_path / "starter").mkdir()
    (tmp_path / "assignment.toml").write_text(text.replace("[hidden]", late, 1))
    (tmp_path / "checks/door.s").write_text(
        (assignment_called("gate").folder / "checks/door.s").read_text()
    )
    (tmp_path / "empty").mkdir()
    submission = tmp_path / "empty"
    words = (tmp_path, submission, "-o", tmp_path / "grades", "--json", "--handed-in")
    for moment, expected in (("2027-01-31T20:00:00Z", 0), ("2027-02-02T12:00:00Z", 0.2),
                             ("2027-03-01T00:00:00Z", 0.25)):  # fmt: skip
        (data,) = json.loads(graded(*words, moment).stdout)["results"]
        assert (data["status"], data["penalty"]) == ("refused", expected)
