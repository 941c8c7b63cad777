"""docs/debugging.md shows what is printed: its walk is run, and so is its Python."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from boot.test_readme import block
from commands import PATIENCE, errors, ring3

DOCUMENT = (Path(__file__).parents[2] / "docs" / "debugging.md").read_text(encoding="utf-8")


def without_numbers(line: str) -> str:
    """What stays when the kernel grows: addresses and line numbers change, and so do folders."""
    line = re.sub(r" at \S*?((?:kernel|user)_src/)", r" at \1", line)
    line = re.sub(r"0x[0-9a-f]+", "0x…", line)
    return re.sub(r"\b\d+\b", "N", line)


@pytest.mark.skipif(shutil.which("gdb") is None, reason="gdb is not installed")
def test_the_walk_prints_every_line_that_is_shown_in_that_order(tmp_path: Path) -> None:
    (tmp_path / "walk.gdb").write_text(block("gdb", "walk.gdb", DOCUMENT))
    words = ("--deterministic", "--timeout", "100", "--batch", "walk.gdb", "hello")
    ended = ring3("debug", *words, cwd=tmp_path)
    assert ended.returncode == 0, errors(ended)
    printed = iter([without_numbers(line) for line in ended.stdout.decode().splitlines()])
    shown = block("text", "rcx", DOCUMENT) + block("text", "the syscall frame", DOCUMENT)
    for line in shown.splitlines():
        assert without_numbers(line) in printed, f"not printed, or not there: {line}"


def test_the_python_runs_as_it_stands() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", block("python", "inspect", DOCUMENT)],
        capture_output=True, text=True, check=False, timeout=PATIENCE,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
