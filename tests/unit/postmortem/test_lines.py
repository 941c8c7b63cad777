"""How many post-mortems name the line of the mistake itself: the figure in docs/post-mortem.md."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from boot.wrong_kernels.library import Mistake, mistakes
from ring3.postmortem.report import report
from unit.postmortem.recording import recorded, recorded_writer

PAGE = Path(__file__).parent.parent.parent.parent / "docs" / "post-mortem.md"
MISTAKES = mistakes()
WRITTEN = [mistake for mistake in MISTAKES if mistake.written is not None]


def text_of(mistake: Mistake) -> str:
    return report(recorded(mistake.name), writer=recorded_writer(mistake.name)).text()


def lines_named(mistake: Mistake) -> list[int]:
    """Those of the file with the mistake."""
    file = rf"(?<!\S)(?:kernel|kernel_src)/{re.escape(mistake.file)}:(\d+)"
    return [int(line) for line in re.findall(file, text_of(mistake))]


def is_own_or_adjacent(mistake: Mistake, line: int) -> bool:
    first = mistake.text[: mistake.stock_text.index(mistake.find)].count("\n") + 1
    return first - 1 <= line <= first + mistake.replace.count("\n") + 1


def test_the_page_tells_how_many_name_the_line() -> None:
    near = sum(
        any(is_own_or_adjacent(mistake, line) for line in lines_named(mistake))
        for mistake in MISTAKES
    )
    in_file = sum(bool(lines_named(mistake)) for mistake in MISTAKES)
    page = " ".join(PAGE.read_text().split())
    assert (
        f"Of the {len(MISTAKES)} wrong kernels {near} get a post-mortem that names the mistake's "
        f"own line or the one beside it, {in_file} one that names a line of its file"
    ) in page


@pytest.mark.parametrize("mistake", WRITTEN, ids=lambda mistake: mistake.name)
def test_the_instruction_that_wrote_the_wrong_bytes_is_named(mistake: Mistake) -> None:
    found = report(recorded(mistake.name), writer=recorded_writer(mistake.name))
    assert mistake.written is not None
    assert mistake.written in (found.written or "")
