"""What the documents show is so: their programs run on both kernels, their Python as it stands."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from commands import PATIENCE, errors, ring3

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
ASSEMBLER = (ROOT / "docs" / "assembler.md").read_text(encoding="utf-8")


def block(language: str, containing: str, document: str = README) -> str:
    """The document's code in ``language`` that has a certain text in it."""
    blocks = re.findall(rf"^```{language}\n(.*?)^```$", document, re.MULTILINE | re.DOTALL)
    (found,) = [text for text in blocks if containing in text]
    return str(found)


def test_the_readme_s_program_runs_here_and_on_linux(tmp_path: Path) -> None:
    (tmp_path / "greet.s").write_text(block("asm", "greet.s"), encoding="utf-8")
    ran = ring3("run", "--timeout", "60", "greet.s", cwd=tmp_path)
    assert (ran.returncode, ran.stdout) == (0, b"Hello by the fast door!\n"), errors(ran)
    assert ring3("asm", "greet.s", cwd=tmp_path).returncode == 0
    host = subprocess.run([tmp_path / "greet"], capture_output=True, check=True)
    assert host.stdout == ran.stdout


@pytest.mark.parametrize(
    "code",
    [block("python", "import ring3"), block("python", "write_object", ASSEMBLER)],
    ids=["README", "assembler"],
)
def test_the_documents_python_runs_as_it_stands(tmp_path: Path, code: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr


def test_the_readme_s_workspace_is_one(tmp_path: Path) -> None:
    (tmp_path / "ring3.toml").write_text(block("toml", "[kernel]"), encoding="utf-8")
    (tmp_path / "kernel").mkdir()
    (tmp_path / "motd.txt").write_text("welcome\n")
    (tmp_path / "shell.s").write_text(block("asm", "greet.s"), encoding="utf-8")
    ran = ring3("run", "--timeout", "60", cwd=tmp_path)
    assert (ran.returncode, ran.stdout) == (0, b"Hello by the fast door!\n"), errors(ran)
    assert "ring3.seed=7" in errors(ran)


def test_every_option_that_the_readme_names_is_an_option() -> None:
    rows = re.findall(r"^\| `(build-image|ring3 \w+) (\[?.*?)` \|", README, re.MULTILINE)
    assert len(rows) >= 5
    for command, usage in rows:
        word = "image" if command == "build-image" else command.removeprefix("ring3 ")
        shown = ring3(word, "--help").stdout.decode()
        for option in re.findall(r"--?[a-z]+", usage):
            assert re.search(rf"(?<![\w-]){option}\b", shown), (command, option)
