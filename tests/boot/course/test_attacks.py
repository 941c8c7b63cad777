"""Submissions that cheat or do harm: no point that is not earned, and no grader that fails.

The kernels are data: tests/course/attacks.toml.
"""

from __future__ import annotations

import io
import json
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from boot.course.solutions import DATA, SEED, assignment_called, hand_in, right_source
from ring3.cli.grade import grade as command
from ring3.course.build import build
from ring3.course.grade import blank, grade, grade_submission, take_in
from ring3.course.result import Result, Status

ATTACKS: list[dict[str, Any]] = tomllib.loads((DATA / "attacks.toml").read_text())["attack"]

SECRET = "stands before INT 0x80 for as long as it is asked to"  # of checks/door.s
GATE = "kernel/entry/int80.s"


def attacked(row: dict[str, Any], folder: Path) -> Result:
    """What the grader makes of one row."""
    assignment = assignment_called(row["assignment"])
    path = row["file"]
    if row.get("base") == "right":
        base = right_source(assignment, path)
    else:
        base = (assignment.starter / path).read_text()
    assert base.count(row["after"]) == 1, "the source has changed: mend the row"
    changed = {path: base.replace(row["after"], row["after"] + row["code"])}
    if "also" in row:
        other = right_source(assignment, row["also"]["file"])
        assert other.count(row["also"]["find"]) == 1, "the source has changed: mend the row"
        changed[row["also"]["file"]] = other.replace(row["also"]["find"], row["also"]["replace"])
    return grade(assignment, hand_in(assignment, folder, changed), SEED)


@pytest.mark.parametrize("row", ATTACKS, ids=[row["name"] for row in ATTACKS])
def test_an_attack_gets_no_point_that_is_not_earned(row: dict[str, Any], tmp_path: Path) -> None:
    result = attacked(row, tmp_path / "mallory")
    assert result.status is Status.GRADED, result.message
    assert result.points is not None
    assert result.points <= row.get("most", 0)
    points = {check.name: check.points for check in result.checks}
    assert [name for name in row.get("never", ()) if points[name]] == []
    assert row.get("says", "") in result.checks[0].feedback
    # What it says is shown in letters: nothing of it is obeyed by whoever reads it.
    assert all(c.isprintable() or c == "\n" for check in result.checks for c in check.feedback)


SOURCES = {
    "the checks by a relative path": '.include "../../checks/door.s"',
    "the checks by a path from the top": '.include "@CHECKS@/door.s"',
    "a file of the system": '.include "/etc/passwd"',
    "a file of the system by the way up": '.include "../../../../../../../../etc/passwd"',
    "the bytes of a file of the system": '.incbin "/etc/passwd"',
    "a repetition without end": ".rept 1000000000\n nop\n .endr",
    "a macro that calls itself": ".macro again\n again\n .endm\n again",
    "macros that double": "\n".join(
        f".macro m{n}\n m{n - 1}\n m{n - 1}\n .endm" for n in range(1, 60)
    ).replace(" m0\n", " nop\n")
    + "\n m59",
    "room for a terabyte": ".skip 1 << 40",
    "a number of a million digits": ".quad " + "9" * 1_000_000,
    "a million brackets": ".quad " + "(" * 500_000 + "1" + ")" * 500_000,
    "a line that is no instruction": "\x00\xff\x1b[2J mov eax,",
}


@pytest.mark.parametrize("what", SOURCES)
def test_a_source_that_reaches_for_more_is_refused_and_reads_nothing(
    what: str, tmp_path: Path
) -> None:
    assignment = assignment_called("gate")
    code = SOURCES[what].replace("@CHECKS@", str(assignment.folder / "checks"))
    right = right_source(assignment, "kernel/entry/int80.s")
    folder = hand_in(assignment, tmp_path / "mallory", {"kernel/entry/int80.s": f"{right}\n{code}"})
    result = grade(assignment, folder, SEED)
    assert result.status is Status.REFUSED, result.message
    assert result.points == 0
    assert SECRET not in result.message
    assert Path("/etc/passwd").read_text().splitlines()[0] not in result.message
    assert str(tmp_path) not in result.message
    assert all(c.isprintable() or c == "\n" for c in result.message)


TOKEN = "the-teacher-s-own-secret"

REACHING = {
    "a path from the top": '.include "@SECRET@"',
    "the way up": '.include "../../../../@SECRET@"',
    "bytes": '.incbin "@SECRET@"',
    "a link beside it": '.include "more.inc"',
    "a folder that is a link": '.include "away/secret"',
    "a macro's name for it": '.macro take what\n .include "\\what"\n .endm\n take @SECRET@',
    "the words of an error": '.error "@SECRET@"\n .include "/proc/self/environ"',
}


@pytest.mark.parametrize("how", REACHING)
def test_no_byte_of_another_file_comes_into_a_result(how: str, tmp_path: Path) -> None:
    assignment = assignment_called("gate")
    secret = tmp_path / "secret"
    secret.write_text(f'    .ascii "{TOKEN}"\n')
    code = REACHING[how].replace("@SECRET@", str(secret))
    right = right_source(assignment, GATE)
    folder = hand_in(assignment, tmp_path / "mallory", {GATE: f"{right}\n{code}\n"})
    (folder / "kernel/entry/more.inc").symlink_to(secret)
    (folder / "kernel/entry/away").symlink_to(tmp_path)
    result = grade(assignment, folder, SEED)
    assert result.status is Status.REFUSED, result
    assert TOKEN not in json.dumps(result.as_data())


def test_a_source_that_is_no_text_is_refused_and_no_fault_of_the_grader(tmp_path: Path) -> None:
    assignment = assignment_called("gate")
    folder = hand_in(assignment, tmp_path / "ada")
    (folder / GATE).write_bytes(b"# caf\xe9\n" + (folder / GATE).read_bytes())
    result = grade(assignment, folder, SEED)
    assert (result.status, result.points) == (Status.REFUSED, 0)
    assert f"{GATE} is not UTF-8 text (byte 5)" in result.message
    assert str(tmp_path) not in result.message
    assert "/tmp" not in result.message


def test_a_ring3_toml_names_no_file_for_the_grader(tmp_path: Path) -> None:
    assignment = assignment_called("gate")
    secret = tmp_path / "secret"
    secret.write_text(TOKEN)
    folder = hand_in(assignment, tmp_path / "mallory")
    (folder / "ring3.toml").write_text(
        f"[kernel]\nsources = '{tmp_path}'\nappend = 'init=/bin/{TOKEN}'\n"
        f"[image]\ninit = 'hello'\nfiles = {{ 'bin/door' = '{secret}', 'x' = '{secret}' }}\n"
        "[machine]\nname = 'no-such'\nmemory = '1T'\n"
    )
    submission = take_in(assignment, folder)
    built = build(assignment.systems[0], submission, tmp_path / "build", SEED)
    assert TOKEN.encode() not in built.kernel + built.initrd + built.command_line.encode()
    assert (
        grade_submission(assignment, submission, blank(assignment, "mallory", SEED)).points == 100
    )


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    """An archive of these."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    path.write_bytes(stream.getvalue())
    return path


def test_hostile_archives_harm_neither_each_other_nor_what_lies_beside_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assignment = assignment_called("gate")
    path = "kernel/entry/int80.s"
    right = right_source(assignment, path).encode()
    starter = (assignment.starter / path).read_bytes()
    forged = json.dumps({"name": "forger", "status": "graded", "points": 100, "score": 100})
    course = tmp_path / "a/b/course"
    course.mkdir(parents=True)
    zipped(course / "ada.zip", {path: right})
    zipped(course / "bomb.zip", {path: bytes(64 << 20)})
    zipped(course / "climber.zip", {path: starter, "../../../evil": b"", "/tmp/evil": b""})
    zipped(
        course / "forger.zip",
        {path: starter, "grades/forger.json": forged.encode(), "results.json": forged.encode()},
    )
    zipped(course / "..zip", {path: starter})
    monkeypatch.chdir(tmp_path / "a/b")
    before = {p for p in tmp_path.rglob("*") if p.is_file()}
    done = CliRunner().invoke(command, ["gate", "course", "-o", "grades", "--json", "--jobs", "1"])
    assert done.exit_code == 0, done.output
    data = json.loads(done.stdout)["results"]
    found = {row["name"]: row for row in data}
    assert found["ada"]["points"] == 100
    assert (found["bomb"]["status"], found["bomb"]["points"]) == ("refused", 0)
    assert found["climber"]["points"] == 0
    assert "leads out of the archive" in str(found["climber"]["notes"])
    assert found["forger"]["points"] == 0
    after = {p for p in tmp_path.rglob("*") if p.is_file()}
    written = {p.relative_to(tmp_path).as_posix() for p in after - before}
    assert {name.rpartition("/")[0] for name in written} == {"a/b/grades"}
