"""What a rule is: a name, a condition on a case, and the sentences that it says.

    @rule("gate-not-present", "SDM Vol. 3A 6.14.1")
    def gate_not_present(case: Case) -> Finding | None:
        ...None when it does not apply

A module's rules are in the order of their definition.  A rule says nothing that
it has not seen in the registers, in memory or in the code: where two causes look
alike it names both.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ring3.postmortem.case import Case


@dataclass(frozen=True, slots=True)
class Datum:
    """Bytes in memory that are wrong: a debugger can watch who writes them.

    ``address`` is virtual, or ``physical``.  ``structure`` has the start and the size of
    what they are a part of: when nobody wrote them, who wrote the rest of it is near.
    """

    what: str
    address: int
    size: int
    physical: bool = False
    structure: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule says: one sentence, and what usually causes it.

    ``at`` is the instruction to show, if it is not the one that was struck.
    ``inputs`` are instructions with the registers of theirs whose values are wrong: what
    made these values is shown.
    ``wrong`` are bytes, and ``msr`` is the number of a register, that somebody
    wrote wrongly: another run finds out who.  ``also`` has other instructions
    worth a look, each with a few words.
    """

    verdict: str
    hint: str
    at: int | None = None
    wrong: Datum | None = None
    msr: int | None = None
    also: tuple[tuple[str, int], ...] = ()
    inputs: tuple[tuple[int, frozenset[str]], ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the table; ``last_resort`` ones are asked when no other applies."""

    name: str
    manual: str
    find: Callable[[Case], Finding | None]
    last_resort: bool = False


def msr_writes(case: Case, number: int) -> tuple[tuple[str, int], ...]:
    """Where the kernel loads the number of a model-specific register, to read or write it."""
    places = case.symbols.instructions(f"mov ecx, {number:#x}")
    return tuple((f"MSR {number:#x} is named", address) for address in places)


class Rules:
    """Rules in the order in which they were written down."""

    def __init__(self) -> None:
        self.rules: list[Rule] = []

    def __call__(
        self, name: str, manual: str, *, last_resort: bool = False
    ) -> Callable[[Callable[[Case], Finding | None]], Callable[[Case], Finding | None]]:
        """The decorator."""

        def add(find: Callable[[Case], Finding | None]) -> Callable[[Case], Finding | None]:
            self.rules.append(Rule(name, manual, find, last_resort))
            return find

        return add
