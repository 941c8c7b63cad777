"""The example in docs/post-mortem.md is what is printed."""

from __future__ import annotations

import re
from pathlib import Path

from ring3.postmortem.report import report
from unit.postmortem.recording import recorded, recorded_writer

PAGE = Path(__file__).parent.parent.parent.parent / "docs" / "post-mortem.md"
NAME = "data_selector_in_cs"


def test_the_example_is_the_post_mortem_of_that_kernel() -> None:
    (example,) = re.findall(r"^```text\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    assert example == report(recorded(NAME), writer=recorded_writer(NAME)).text() + "\n"
