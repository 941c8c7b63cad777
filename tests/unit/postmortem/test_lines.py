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
NEAR = 2
WRITTEN = [mistake for mistake in MISTAKES if mistake.written is not None]


def text_of(mistake: Mistake) -> str:
    return report(recorded(mistake.name), writer=recorded_writer(mistake.name)).text()


def lines_named(mistake: Mistake) -> list[int]:
    """Those of the file with the mistake."""
    file = rf"(?<!\S)(?:kernel|kernel_src)/{re.escape(mistake.file)}:(\d+)"
    return [int(line) for line in re.findall(file, text_of(mistake))]


def distance(mistake: Mistake, line: int) -> int:
    """From the mistake's own lines, which it has in the wrong source."""
    first = mistake.text[: mistake.stock_text.index(mistake.find)].count("\n") + 1
    last = first + mistake.replace.rstrip("\n").count("\n")
    return max(first - line, line - last, 0)


def how_near() -> dict[str, int | None]:
    """The mistakes, and how far the closest line that is named lies; None: not in the file."""
    return {
        mistake.name: min((distance(mistake, line) for line in lines_named(mistake)), default=None)
        for mistake in MISTAKES
    }


def test_the_page_tells_how_many_name_the_line() -> None:
    found = how_near()
    own = sum(away is not None and away == 0 for away in found.values())
    near = sum(away is not None and away <= NEAR for away in found.values())
    in_file = sum(away is not None for away in found.values())
    page = " ".join(PAGE.read_text().split())
    farther = sorted(name for name, away in found.items() if away is None or away > NEAR)
    assert (
        f"Of the {len(MISTAKES)} wrong kernels {own} get a post-mortem that names the mistake's "
        f"own line, {near} the own line or one at most two away, {in_file} a line of its file"
    ) in page, f"the others are {', '.join(farther)}"


def test_most_post_mortems_name_the_line_or_one_beside_it() -> None:
    near = [name for name, away in how_near().items() if away is not None and away <= NEAR]
    assert len(near) >= 0.75 * len(MISTAKES)


@pytest.mark.parametrize("mistake", WRITTEN, ids=lambda mistake: mistake.name)
def test_the_instruction_that_wrote_the_wrong_bytes_is_named(mistake: Mistake) -> None:
    found = report(recorded(mistake.name), writer=recorded_writer(mistake.name))
    assert mistake.written is not None
    assert mistake.written in (found.written or "")
