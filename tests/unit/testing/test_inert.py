"""Where ring3 is merely installed, pytest does what it did without it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from nested_pytest import pytest_in

# A project that knows nothing of ring3, with files whose names come near.
PROJECT = {
    "test_sums.py": """
import pytest

@pytest.fixture
def boot():
    return 1

@pytest.mark.parametrize("n", [1, 2])
def test_sum(n, boot):
    assert n + boot == 2
""",
    "test_doors.toml": "[[check]]\nname = 1\n",
    "myring3.toml": "[[check]]\nname = 1\n",
    "conftest.py": """
import sys

def pytest_addoption(parser):
    parser.addoption("--artifacts")
    parser.addoption("--boot")

def pytest_sessionfinish(session):
    loaded = sorted(name for name in sys.modules if name.partition(".")[0] in LOOKED_FOR)
    (session.config.rootpath / "loaded").write_text(" ".join(loaded))

LOOKED_FOR = ("ring3", "pexpect", "keystone", "capstone", "elftools", "click", "tomllib")
""",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    for name, content in PROJECT.items():
        (folder / name).write_text(content)
    return folder


def said(text: str) -> str:
    """What a session said, less what is another each time."""
    text = re.sub(r"in [0-9.]+s", "in T", text)
    return re.sub(r"(?m)^plugins:.*$", "", text)


def test_the_plugin_is_installed_with_ring3(project: Path) -> None:
    assert "--ring3-artifacts" in pytest_in(project, "--help").stdout


def test_a_session_that_does_not_use_it_says_the_same_as_without_it(project: Path) -> None:
    with_it = pytest_in(project, "-v")
    without_it = pytest_in(project, "-v", "-p", "no:ring3")
    assert "1 failed, 1 passed" in with_it.stdout
    assert said(with_it.stdout) == said(without_it.stdout)
    assert with_it.stderr == without_it.stderr


def test_a_session_that_does_not_use_it_loads_nothing_but_the_plugin_itself(
    project: Path,
) -> None:
    pytest_in(project)
    loaded = (project / "loaded").read_text().split()
    assert loaded == ["ring3", "ring3.testing", "ring3.testing.plugin"]


def test_no_fixture_of_its_own_comes_by_itself_and_all_have_its_name(project: Path) -> None:
    listed = pytest_in(project, "--fixtures", "-v").stdout
    ours = [line for line in listed.splitlines() if "ring3/testing" in line]
    assert len(ours) == 2
    assert all(line.startswith("ring3_") for line in ours), ours
    plan = pytest_in(project, "--setup-plan").stdout
    assert "ring3" not in plan.split("\n\n", 1)[1]


def test_the_modules_of_data_know_nothing_of_pytest(tmp_path: Path) -> None:
    """A grader reads the same checks where no pytest is."""
    code = """
import sys
sys.modules["pytest"] = None  # any import of it fails
import ring3.testing.check, ring3.testing.verdict, ring3.testing.execution
import ring3.testing.booting, ring3.testing.images, ring3.testing.speed
"""
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True)
