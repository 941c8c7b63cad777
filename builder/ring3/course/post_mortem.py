"""Why a submission's kernel died, out of what its machine noted while it was graded.

    Death: log of exceptions, RAM, registers ──forked child with limits──> Case ──rules──> words

Nothing is run again: a crash came of registers that were set from outside, which no
second run would have.  What the guest left behind is its own, so it is read behind
a wall: it can lie to nobody but its author, and keep nobody busy.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from ring3.confined import Limits
from ring3.confined.message import Answer, MalformedError
from ring3.confined.supervise import fork
from ring3.course.build import as_handed_in
from ring3.course.lab import Built, Death
from ring3.diagnostic import Ring3Error
from ring3.locate import KERNEL, location
from ring3.machine import Boot, OutcomeKind
from ring3.postmortem import case_of, concerns, rules
from ring3.postmortem.report import PostMortem, report
from ring3.postmortem.rerun import noted
from ring3.workspace import stock

LIMITS = Limits(cpu_seconds=10, wall_seconds=120.0, answer=1 << 20)


@dataclass(frozen=True)
class Explained:
    """The words, and by what the same crash is known again: its sentence, or rule and place."""

    words: str = ""
    causes: tuple[str, ...] = ()


NOTHING = Explained()


def explained(built: Built, death: Death, folder: Path) -> Explained:
    """What is to be said of it; ``folder`` has the sources and is for files of our own.

    Where the cause is not known it is the symbol and the line, or nothing.
    """
    initrd = folder / "initrd.tar"
    initrd.write_bytes(built.initrd)
    try:
        answer = fork(lambda: _answer(built, death, initrd), _limits(folder))
        words, causes = answer.text("words"), answer.text("causes").splitlines()
    except (Ring3Error, MalformedError):
        return NOTHING  # what it left could not be read: the finding stands without
    return Explained(as_handed_in(words, folder), tuple(causes))


def _limits(folder: Path) -> Limits:
    """It quotes lines of the submission's and the stock sources, and no others."""
    sources = stock()
    return replace(LIMITS, folders=tuple(map(str, (folder, sources.kernel, sources.user))))


def _answer(built: Built, death: Death, initrd: Path) -> Answer:
    found = _found(built, death, initrd)
    if found is not None:
        place = "" if found.where is None else f"{found.where.address:#x}"
        causes = f"{found.verdict}\n{found.kind} {found.rule} {place}"
        return Answer({}, {"words": _text(found), "causes": causes})
    words = location(death.outcome.voice, initrd, {KERNEL: lambda: built.kernel}) or ""
    return Answer({}, {"words": words, "causes": words})


def _found(built: Built, death: Death, initrd: Path) -> PostMortem | None:
    """The post-mortem; None of an end that no rule knows and that may be the program's own."""
    outcome = death.outcome
    if outcome.kind is OutcomeKind.INTERRUPTED:  # by us, since it had run enough
        outcome = replace(outcome, kind=OutcomeKind.TIMEOUT)
    if not concerns(outcome):
        return None
    run = noted(death.outcome, death.log, death.memory, death.standstill)
    case = case_of(
        outcome, run, Boot(initrd.with_name("kernel.elf"), initrd), {KERNEL: lambda: built.kernel}
    )
    certain = outcome.kind in (OutcomeKind.PANIC, OutcomeKind.RESET)
    if rules.find(case) is None and not (certain and case.chain):
        return None
    return report(case)


def _text(found: PostMortem) -> str:
    """Without the registers: they are those that were drawn, and a screen full."""
    return replace(found, registers=None, callers=(), first=()).text()
