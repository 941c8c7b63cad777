"""The second run: the same machine once more, deterministically, with everything noted.

    Machine, Boot, Options ──> QEMU, noting (notes.py) ──> SecondRun: the log, the RAM,
                                                           how it stands if it hangs

Nothing is typed to it, and its time is limited: a run that took minutes, or that
depended on what somebody typed, may not end again as it did.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ring3.machine.command import Boot, Options
from ring3.machine.outcome import Outcome, OutcomeKind
from ring3.machine.profile import Machine
from ring3.machine.session import Session
from ring3.postmortem.case import RFLAGS_IF
from ring3.postmortem.log import Registers, Tail
from ring3.postmortem.memory import Memory
from ring3.postmortem.notes import Standstill, notes_in, standstill

PATIENCE = 30.0
"""Seconds, unless the first run's own limit was shorter."""

LOOK_INTERVAL = 0.5
"""Seconds between two looks at the CPU: one that has not moved between them is stuck."""


@dataclass(frozen=True)
class SecondRun:
    """What was noted.  ``state`` and what follows are of a machine that hung.

    ``samples`` are the addresses at which its CPU was found in ring 0 with interrupts off,
    each time that it was looked at up to the end.
    """

    outcome: Outcome
    log: str
    memory: Memory
    endless: bool
    state: Registers | None = None
    requested: int = 0
    in_service: int = 0
    samples: tuple[int, ...] = ()


def run_again(
    machine: Machine, boot: Boot, options: Options, folder: Path, patience: float = PATIENCE
) -> SecondRun:
    """Run it once more, for ``patience`` seconds at most; ``folder`` is for files of the run's own.

    Raises Ring3Error when it cannot be started.
    """
    monitor = folder / "monitor"
    again = replace(options, timeout=None, gdb=None, monitor=monitor)
    end = time.monotonic() + min(patience, options.timeout or patience)
    hung: Standstill | None = None
    with notes_in(folder) as notes:
        noting = notes.of(machine, options.memory or machine.memory)
        tail = notes.tail
        with Session(noting, boot, again) as session:
            process, pump = session.process, notes.pump(session.process)
            look = time.monotonic() + LOOK_INTERVAL
            seen = 0
            samples: list[int] = []
            while not process.ended and not tail.endless and time.monotonic() < end:
                pump(min(look, end))
                if not process.ended and time.monotonic() >= look:
                    before, hung = hung, standstill(monitor, pump)
                    quiet, seen = seen == tail.count, tail.count
                    found_at = _deaf_at(hung)
                    samples = [] if found_at is None else [*samples, found_at]
                    if quiet and hung is not None and hung == before:  # it stands still
                        break
                    look = time.monotonic() + LOOK_INTERVAL
            if not process.ended:
                hung = standstill(monitor, pump)
            outcome = session.close()
            notes.drain()
        memory = notes.memory()
    return noted(outcome, tail, memory, hung, samples)


def noted(
    outcome: Outcome,
    tail: Tail,
    memory: Memory,
    hung: Standstill | None = None,
    samples: Sequence[int] = (),
) -> SecondRun:
    """What was noted of a run that is over; ``hung`` counts if it was ended by us."""
    found = Standstill() if hung is None or outcome.kind is not OutcomeKind.INTERRUPTED else hung
    return SecondRun(
        outcome=outcome,
        log=tail.text(),
        memory=memory,
        endless=tail.endless,
        state=found.state,
        requested=found.requested,
        in_service=found.in_service,
        samples=tuple(samples),
    )


def _deaf_at(hung: Standstill | None) -> int | None:
    """Where the CPU runs, if it does so in ring 0, and no interrupt can take it from there."""
    state = None if hung is None else hung.state
    if state is None or state.halted or state.privilege != 0 or state["rflags"] & RFLAGS_IF:
        return None
    return state["rip"]
