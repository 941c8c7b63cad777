"""`ring3 new`: a workspace that runs, is tested, and is debugged by what it holds itself."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest

from commands import errors, ring3

# pytest finds it by itself where ring3 is installed; a checkout that was installed before
# there was a plugin needs to be told.
INSTALLED = any(point.name == "ring3" for point in entry_points(group="pytest11"))
PLUGIN = () if INSTALLED else ("-p", "ring3.testing.plugin")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("new") / "course" / "mine"
    made = ring3("new", folder, "--vscode")
    assert made.returncode == 0, errors(made)
    assert [Path(line) for line in made.stdout.decode().splitlines()] == [
        folder / "ring3.toml",
        folder / "hello.s",
        folder / ".vscode" / "tasks.json",
        folder / ".vscode" / "launch.json",
    ]
    return folder


def test_a_new_workspace_runs_as_it_is(workspace: Path) -> None:
    ended = ring3("run", "--timeout", "60", cwd=workspace)
    assert ended.returncode == 0, errors(ended)
    assert ended.stdout == b"Hello from my own program!\n"


def test_its_check_passes_and_fails_when_the_program_says_something_else(
    workspace: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(workspace, broken)
    source = (broken / "hello.s").read_text()
    (broken / "hello.s").write_text(source.replace('"Hello from', '"Hallo from'))
    for folder, status in ((workspace, 0), (broken, 1)):
        pytest_run = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *PLUGIN],
            cwd=folder, capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        assert pytest_run.returncode == status, pytest_run.stdout + pytest_run.stderr


def test_a_folder_with_something_in_it_is_refused_and_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    ended = ring3("new", tmp_path)
    assert ended.returncode == 1
    assert "is not empty: it has mine" in errors(ended)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def _with_folder(value: Any, folder: Path) -> Any:
    """As VS Code fills in ``${workspaceFolder}``."""
    return json.loads(json.dumps(value).replace("${workspaceFolder}", str(folder)))


@pytest.mark.skipif(shutil.which("gdb") is None, reason="gdb is not installed")
def test_what_vs_code_would_run_stops_in_the_program(workspace: Path) -> None:
    """The task's own command, and to gdb the commands that cppdbg makes of launch.json."""
    tasks = _with_folder(json.loads((workspace / ".vscode/tasks.json").read_text()), workspace)
    launch = _with_folder(json.loads((workspace / ".vscode/launch.json").read_text()), workspace)
    (task,), (configuration,) = tasks["tasks"], launch["configurations"]
    assert configuration["preLaunchTask"] == task["label"]
    ends = task["problemMatcher"]["background"]["endsPattern"].removeprefix("^")
    scripts = Path(sys.executable).parent  # where `ring3` is installed
    with subprocess.Popen(
        [task["command"], *task["args"]],
        cwd=task["options"]["cwd"],
        env={**os.environ, "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}"},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as machine:  # fmt: skip
        try:
            assert machine.stderr is not None
            assert any(line.startswith(ends) for line in machine.stderr)
            commands = [
                f"-file-exec-and-symbols {configuration['program']}",
                *(
                    f'-interpreter-exec console "{c["text"]}"'
                    for c in configuration["setupCommands"]
                ),
                "-break-insert -f hello.s:23",
            ]
            socket = Path(configuration["miDebuggerServerAddress"])
            while not socket.exists():
                assert machine.poll() is None
            commands += [f"-target-select remote {socket}", "-exec-continue"]
            gdb = subprocess.Popen(
                ["gdb", "-nx", "-q", "--interpreter=mi"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            )  # fmt: skip
            assert gdb.stdin is not None
            assert gdb.stdout is not None
            with gdb:
                gdb.stdin.write("\n".join(commands) + "\n")
                gdb.stdin.flush()
                said = []
                for line in gdb.stdout:
                    said.append(line)
                    if "^error" in line or 'reason="breakpoint-hit"' in line:
                        break
                gdb.kill()
            assert 'func="_start"' in said[-1], "".join(said)
            assert 'line="23"' in said[-1]
        finally:
            machine.kill()
