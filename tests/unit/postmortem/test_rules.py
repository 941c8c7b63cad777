"""Every rule on the recorded ends of the wrong kernels: it knows its own, and no other."""

from __future__ import annotations

import pytest

from boot.wrong_kernels.library import Mistake, mistakes
from ring3.postmortem.report import report
from ring3.postmortem.rules import RULES, applying, find
from unit.postmortem.recording import recorded, recorded_names

MISTAKES = mistakes()


def names(mistake: Mistake) -> str:
    return mistake.name


def test_every_mistake_is_recorded_and_no_other() -> None:
    assert recorded_names() == sorted(mistake.name for mistake in MISTAKES), (
        "make record-wrong-kernels writes the recordings anew"
    )


def test_the_rules_names_are_unique() -> None:
    rule_names = [rule.name for rule in RULES]
    assert len(set(rule_names)) == len(rule_names)


def test_every_rule_has_a_mistake_that_it_knows() -> None:
    assert {mistake.rule for mistake in MISTAKES} == {rule.name for rule in RULES}


@pytest.mark.parametrize("mistake", MISTAKES, ids=names)
def test_one_rule_and_no_other_knows_the_mistake(mistake: Mistake) -> None:
    assert [rule.name for rule, _ in applying(recorded(mistake.name))] == [mistake.rule]


@pytest.mark.parametrize("mistake", MISTAKES, ids=names)
def test_the_verdict_has_the_words_that_name_the_mistake(mistake: Mistake) -> None:
    found = find(recorded(mistake.name))
    assert found is not None
    verdict = report(recorded(mistake.name)).verdict
    assert [words for words in mistake.says if words not in verdict] == []


def test_the_same_case_gives_the_same_text() -> None:
    case = recorded("gate_not_present")
    assert report(case).text() == report(recorded("gate_not_present")).text()
