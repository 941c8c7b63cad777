"""``--json``: one object on stdout, for results and for errors alike."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from commands import errors, ring3

WRONG = """\
    .intel_syntax noprefix
    .macro twice what
    push \\what
    .endm
    .global _start
_start:
    twice rexx9 +
    movv rax, rbx
"""


@pytest.mark.parametrize("words", [("image",), ("run",), ("asm",)])
def test_the_errors_of_a_source_are_data(tmp_path: Path, words: tuple[str, ...]) -> None:
    (tmp_path / "program.s").write_text(WRONG)
    ended = ring3(*words, "--json", "program.s", cwd=tmp_path)
    assert ended.returncode == (125 if words == ("run",) else 1)
    failed = json.loads(ended.stdout)
    assert failed["error"] == "2 errors in the source"
    first, second = failed["diagnostics"]
    assert (first["file"], first["line"], second["line"]) == ("program.s", 3, 8)
    assert first["via"][0]["line"] == 7
    assert second["code"] == "unknown-instruction"
    assert second["text"][second["column"] - 1 : second["end"] - 1] == "movv"
    assert {"severity", "message", "help"} <= second.keys()
    assert second["message"] in errors(ended)


def test_an_error_without_a_place_is_data_too(tmp_path: Path) -> None:
    ended = ring3("image", "--json", "dors", cwd=tmp_path)
    failed = json.loads(ended.stdout)
    assert "dors" in failed["error"]
    assert failed["help"] == "did you mean `doors`?"
    assert failed["diagnostics"] == []


def test_what_asm_wrote_is_data(tmp_path: Path) -> None:
    (tmp_path / "program.s").write_text(
        "    .intel_syntax noprefix\n    .global _start\n_start:\n    ret\n"
    )
    made = json.loads(ring3("asm", "--json", "program.s", cwd=tmp_path).stdout)
    assert made["files"] == [{"file": "program", "size": (tmp_path / "program").stat().st_size}]
