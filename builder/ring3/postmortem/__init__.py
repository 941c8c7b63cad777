"""Post-mortem: why a kernel panicked, reset the machine or hangs.

    Outcome ──concerns?──> second run, deterministic, exceptions noted
                                └──> Case ──rules──> PostMortem: verdict, place, chain
                                              └──> third run: who wrote what is wrong

    found = explain(outcome, machine, boot, options, files)
    if found is not None:
        print(found.text())

Reading the log, the memory and the tables, and judging them, are functions of data
alone (log.py, memory.py, case.py, rules/); only rerun.py and writer.py run anything.
"""

from __future__ import annotations

import re
import tempfile
from dataclasses import replace
from pathlib import Path

from ring3.locate import Debuggable
from ring3.machine import Accelerator, Boot, Machine, Options, Outcome, OutcomeKind
from ring3.machine.profile import Emulator
from ring3.postmortem import rules
from ring3.postmortem.case import Case
from ring3.postmortem.log import parse
from ring3.postmortem.report import PostMortem, report
from ring3.postmortem.rerun import PATIENCE, SecondRun, run_again
from ring3.postmortem.symbols import images_of
from ring3.postmortem.writer import writer_of

__all__ = ["PostMortem", "concerns", "explain"]

_SHORT_PATIENCE = 10.0
_LAST_LINES = 4
_CRASHES = (OutcomeKind.PANIC, OutcomeKind.RESET)

# A program was killed by an exception, which may have been the kernel's doing.
_KILLED_BY_EXCEPTION = re.compile(r"^ring3: killed .* rip=0x", re.MULTILINE)


def concerns(outcome: Outcome, *, trusted: bool = False) -> bool:
    """Whether an end may be the kernel's fault, so that a second run is worth its time.

    A panic and a reset always are.  A run that was stopped may hang, and a killed
    program may have been killed wrongly, unless the kernel is known to be right.
    """
    if outcome.kind is OutcomeKind.KILLED and not trusted:
        voice = outcome.voice.decode(errors="backslashreplace")
        return _KILLED_BY_EXCEPTION.search(voice) is not None
    if outcome.kind is OutcomeKind.TIMEOUT:
        return not trusted
    return outcome.kind in (OutcomeKind.PANIC, OutcomeKind.RESET)


def explain(
    outcome: Outcome,
    machine: Machine,
    boot: Boot,
    options: Options | None = None,
    files: Debuggable | None = None,
    *,
    trusted: bool = False,
) -> PostMortem | None:
    """Run it once more and explain its end; None when the end was not the kernel's fault.

    ``files`` are ELF files with debugging information, by the names that
    :mod:`ring3.locate` gives them; without them the booted ones are read for
    their symbols.  ``trusted`` says that the kernel is the stock one: then a
    killed program is believed to have deserved it.  Each run takes 30 s at
    most (5 s after a kill or a timeout), and no longer than the first run's
    limit.  Bochs keeps no such log: of its ends nothing is found out.

    Raises Ring3Error when the machine cannot be started.
    """
    if machine.emulator is not Emulator.QEMU or not concerns(outcome, trusted=trusted):
        return None
    ordinary = outcome.kind in (OutcomeKind.KILLED, OutcomeKind.TIMEOUT)
    patience = _SHORT_PATIENCE if ordinary else PATIENCE
    again = replace(options or Options(), deterministic=True, accelerator=Accelerator.TCG)
    other: PostMortem | None = None
    for deterministic in (True,) if ordinary else (True, False):
        again = replace(again, deterministic=deterministic)
        with tempfile.TemporaryDirectory(prefix="ring3-postmortem-") as folder:
            second = run_again(machine, boot, again, Path(folder), patience)
            if not _ended_alike(outcome, second):
                other = other or _explained_otherwise(outcome, second, boot, files or {})
                continue
            case = case_of(outcome, second, boot, files or {})
            known = rules.find(case)
            if ordinary and known is None:
                return None
            if not case.chain and known is None:
                return _by_its_own_word(outcome)
            writer = None
            if known is not None and deterministic:
                writer = writer_of(known[1], case, machine, boot, again, Path(folder))
            return report(case, deterministic=deterministic, writer=writer)
    return None if ordinary else other or _not_again(outcome, second)


def case_of(outcome: Outcome, second: SecondRun, boot: Boot, files: Debuggable) -> Case:
    """What is known after the second run."""
    voice = second.outcome.voice.decode(errors="backslashreplace")
    return Case(
        kind=outcome.kind,
        log=parse(second.log),
        memory=second.memory,
        symbols=images_of(voice, files, boot.kernel, boot.initrd),
        voice=voice,
        state=second.state,
        in_service=second.in_service,
        requested=second.requested,
        endless=second.endless,
        samples=second.samples,
    )


def _ended_alike(outcome: Outcome, second: SecondRun) -> bool:
    """A second run that we ended ourselves is one that would have gone on."""
    if second.endless:
        return True
    kind = second.outcome.kind
    kind = OutcomeKind.TIMEOUT if kind is OutcomeKind.INTERRUPTED else kind
    return kind is outcome.kind


def _explained_otherwise(
    outcome: Outcome, second: SecondRun, boot: Boot, files: Debuggable
) -> PostMortem | None:
    """A wrong kernel need not end in the same way twice: what a rule knows of the other end."""
    if outcome.kind not in _CRASHES or second.outcome.kind not in (*_CRASHES, OutcomeKind.KILLED):
        return None
    case = case_of(second.outcome, second, boot, files)
    return None if rules.find(case) is None else report(case, first=outcome.kind)


def _not_again(outcome: Outcome, second: SecondRun) -> PostMortem:
    kind = second.outcome.kind
    ended = (
        "had not ended when its time was over"
        if kind is OutcomeKind.INTERRUPTED
        else f"ended with `{kind.value}`: {second.outcome.explanation}"
    )
    return PostMortem(
        kind=outcome.kind.value,
        repeated=False,
        verdict=f"It did not happen again, neither in a deterministic run nor in one like the "
        f"first: that {ended}.",
        hint="what depends on time, on chance or on what is typed shows itself in some runs only; "
        "--deterministic with another --seed each time may find it again",
        first=_last_lines(outcome),
    )


def _by_its_own_word(outcome: Outcome) -> PostMortem:
    """A panic without an exception: the kernel itself found that it cannot go on."""
    return PostMortem(
        kind=outcome.kind.value,
        repeated=True,
        verdict=f"No exception led to it: {outcome.explanation}.",
        hint="the kernel's sources say where they panic with these words"
        if outcome.kind is OutcomeKind.PANIC
        else None,
        first=_last_lines(outcome),
    )


def _last_lines(outcome: Outcome) -> tuple[str, ...]:
    text = (outcome.voice or outcome.console).decode(errors="backslashreplace")
    return tuple(text.rstrip("\n").split("\n")[-_LAST_LINES:])
