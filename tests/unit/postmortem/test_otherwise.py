"""A second run that crashes in another way than the first: what a rule knows of it is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from ring3 import postmortem
from ring3.machine import Boot, Outcome, OutcomeKind, load_machine
from ring3.postmortem.case import Case
from ring3.postmortem.memory import Pages
from ring3.postmortem.rerun import SecondRun
from ring3.workspace import Workspace
from unit.postmortem.recording import recorded

FIRST = Outcome(OutcomeKind.PANIC, "the kernel panicked", voice=b"ring3: panic: once\n")


def explained(monkeypatch: pytest.MonkeyPatch, second: OutcomeKind) -> str:
    """The post-mortem of a panic, when every other run ends as a recorded one did."""

    def run_again(*_: object) -> SecondRun:
        return SecondRun(Outcome(second, "it ended"), "", Pages({}), endless=False)

    def case_of(*_: object) -> Case:
        return recorded("user_data_with_dpl_0")

    monkeypatch.setattr(postmortem, "run_again", run_again)
    monkeypatch.setattr(postmortem, "case_of", case_of)
    machine = load_machine("microvm", Workspace().machine_roots)
    found = postmortem.explain(FIRST, machine, Boot(Path("kernel.elf")))
    assert found is not None
    return found.text()


def test_another_crash_that_a_rule_knows_is_told_with_the_first_one_s_kind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = explained(monkeypatch, OutcomeKind.KILLED)
    assert "IRETQ popped SS 0x2b" in text
    assert "(the first run ended with `panic`; this is what the second showed)" in text


def test_a_second_run_that_ends_well_explains_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    text = explained(monkeypatch, OutcomeKind.EXITED)
    assert "It did not happen again" in text
    assert "ring3: panic: once" in text
