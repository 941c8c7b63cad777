"""docs/testing.md is so: its kernel, checks and tests run as they stand."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from nested_pytest import PATIENCE, pytest_in
from ring3.testing.read_checks import read_checks

DOCUMENT = (Path(__file__).parents[3] / "docs" / "testing.md").read_text(encoding="utf-8")

FILE = re.compile(r"^```\w+\n# (?P<name>[\w.]+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", DOCUMENT, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The document's files in a folder, the kernel assembled by the document's commands."""
    folder = tmp_path_factory.mktemp("document") / "project"
    folder.mkdir()
    for file in FILE.finditer(DOCUMENT):
        (folder / file["name"]).write_text(file["text"], encoding="utf-8")
    _install, make, test = blocks("sh")
    assert test == "pytest\n"
    subprocess.run(["/bin/sh", "-ec", make], cwd=folder, check=True)
    return folder


def test_every_check_and_test_of_the_document_passes(project: Path) -> None:
    ended = pytest_in(project)
    assert "9 passed" in ended.stdout, ended.stdout


def test_the_failure_that_it_shows_is_the_one_that_comes(project: Path) -> None:
    checks = (project / "my.ring3.toml").read_text()
    (project / "wrong.ring3.toml").write_text(
        checks.replace('{ regex = "^PASS: " }', '"PASS: it sings"')
    )
    ended = pytest_in(project, "wrong.ring3.toml")
    (shown,) = [text for text in blocks("text") if "MISSING" in text]
    assert shown in ended.stdout


def test_its_grader_without_pytest_runs(project: Path) -> None:
    (code,) = [text for text in blocks("python") if "run_check" in text]
    ended = subprocess.run(
        [sys.executable, "-c", code],
        cwd=project,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert ended.stderr == ""
    assert ended.stdout == "True 1 exited, as it should be\n"


def test_its_dialogue_is_a_check_that_can_be_read(project: Path) -> None:
    (dialogue,) = [text for text in blocks("toml") if "dialogue" in text]
    (project / "xv6.img").touch()
    (project / "xv6.ring3.toml").write_text(dialogue)
    (check,) = read_checks(project / "xv6.ring3.toml").checks
    assert [turn.send for turn in check.dialogue] == ["echo hello\n", "ls\n"]
    (project / "xv6.ring3.toml").unlink()
