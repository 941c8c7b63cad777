"""The table of all rules, by what they are about.

A teacher's own mistake gets a rule of a few lines in the module where it belongs;
``tests/boot/wrong_kernels`` has a kernel for each.
"""

from __future__ import annotations

from ring3.postmortem.case import Case
from ring3.postmortem.rules import (
    descriptor_tables,
    doors,
    hangs,
    instructions,
    paging,
    programs,
    returns,
    task_state,
)
from ring3.postmortem.rules.table import Datum, Finding, Rule

__all__ = ["RULES", "Datum", "Finding", "Rule", "applying", "find"]

_MODULES = (doors, returns, task_state, paging, descriptor_tables, instructions, hangs, programs)

RULES: tuple[Rule, ...] = tuple(rule for module in _MODULES for rule in module.rule.rules)


def find(case: Case) -> tuple[Rule, Finding] | None:
    """The first rule that applies, and what it says."""
    return next(iter(applying(case)), None)


def applying(case: Case) -> list[tuple[Rule, Finding]]:
    """All that apply; those of last resort only if no other does."""
    for last_resort in (False, True):
        found = [
            (rule, finding)
            for rule in RULES
            if rule.last_resort is last_resort and (finding := rule.find(case)) is not None
        ]
        if found:
            return found
    return []
