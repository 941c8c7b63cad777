"""Every wrong kernel of the library gets a post-mortem that names its mistake and a line.

Here one kernel is built and run for each group of rules and each kind of end, and for
each of these with and without a third run; `make wrong-kernels` runs all of them.
tests/unit/postmortem judges the recorded ends of all.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from boot.wrong_kernels.library import Mistake, build, mistakes
from ring3.machine import Options, OutcomeKind
from ring3.postmortem import explain
from ring3.postmortem.rules import RULES

MISTAKES = mistakes()
GROUPS = {rule.name: rule.find.__module__ for rule in RULES}
ONE_OF_EACH_SORT = {
    (GROUPS[mistake.rule], mistake.ends, mistake.written is not None): mistake
    for mistake in reversed(MISTAKES)
}
RUN = MISTAKES if os.environ.get("RING3_ALL_WRONG_KERNELS") else [*ONE_OF_EACH_SORT.values()]


def names(mistake: Mistake) -> str:
    return mistake.name


def test_the_library_has_enough_mistakes() -> None:
    assert len(MISTAKES) >= 25
    assert {mistake.rule for mistake in MISTAKES} == {rule.name for rule in RULES}


@pytest.mark.parametrize("mistake", MISTAKES, ids=names)
def test_the_text_to_be_replaced_stands_once_in_the_stock_source(mistake: Mistake) -> None:
    count = mistake.stock_text.count(mistake.find)
    assert count == 1, (
        f"mistakes.toml: {mistake.name}: kernel_src/{mistake.file} has {mistake.find!r} {count} "
        "times: the stock source has changed, and the mistake must be made in another place"
    )


@pytest.mark.parametrize("mistake", RUN, ids=names)
def test_the_post_mortem_names_the_cause_and_the_line(mistake: Mistake, tmp_path: Path) -> None:
    kernel = build(mistake, tmp_path)
    outcome = kernel.run(OutcomeKind(mistake.ends))
    assert outcome.kind is OutcomeKind(mistake.ends), outcome.report()
    found = explain(outcome, kernel.machine, kernel.boot, Options(), kernel.files)
    assert found is not None, outcome.report()
    text = found.text()
    assert found.rule == mistake.rule, text
    assert [words for words in mistake.says if words not in found.verdict] == [], text
    assert mistake.place in text
    assert mistake.written is None or mistake.written in (found.written or ""), text
