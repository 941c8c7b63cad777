"""The benchmark's source: what its maker writes, and the same to GNU as as to us."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from ring3.asm import SourceTree

FOLDER = Path(__file__).parents[3] / "benchmarks"
SOURCE = FOLDER / "ten_thousand_lines.s"


def test_the_source_is_what_its_maker_writes_with_thousands_of_instructions(tmp_path: Path) -> None:
    maker = tmp_path / "make_source.py"
    maker.write_bytes((FOLDER / "make_source.py").read_bytes())
    subprocess.run([sys.executable, maker], check=True)
    text = SOURCE.read_text()
    assert (tmp_path / SOURCE.name).read_text() == text
    assert len(text.splitlines()) == 10_000
    assert len(set(re.findall(r"^    [a-z]+ .*", text, re.MULTILINE))) >= 3_000


def test_ten_thousand_lines_are_the_same_bytes_to_gnu_as(
    agree_on_file: Callable[[Path, SourceTree], None],
) -> None:
    agree_on_file(SOURCE, SourceTree((FOLDER,)))
