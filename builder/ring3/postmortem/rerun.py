"""The second run: the same machine once more, deterministically, with everything noted.

    Machine, Boot, Options ──> QEMU -d int,cpu_reset ──FIFO──> Tail ──> Log
                                    -object memory-backend-file ──> RAM, after the end
                                    -qmp ──> registers and PIC of a machine that hangs

Nothing is typed to it, and its time is limited: a run that took minutes, or that
depended on what somebody typed, may not end again as it did.
"""

from __future__ import annotations

import mmap
import os
import re
import select
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ring3.machine.command import Boot, Options
from ring3.machine.monitor import MonitorError, Pump, connected
from ring3.machine.outcome import Outcome, OutcomeKind
from ring3.machine.profile import Machine
from ring3.machine.session import Session
from ring3.postmortem.log import Registers, Tail, parse_registers
from ring3.postmortem.memory import Memory, Ram

PATIENCE = 30.0
"""Seconds, unless the first run's own limit was shorter."""

LOOK_INTERVAL = 0.5
"""Seconds between two looks at the CPU: one that has not moved between them is stuck."""

_READ_SIZE = 1 << 20
_IN_SERVICE = re.compile(r"pic0: irr=(\w+) imr=\w+ isr=(\w+)")


@dataclass(frozen=True)
class SecondRun:
    """What was noted.  ``state``, ``requested`` and ``in_service`` are of a machine that hung."""

    outcome: Outcome
    log: str
    memory: Memory
    endless: bool
    state: Registers | None = None
    requested: int = 0
    in_service: int = 0


def run_again(
    machine: Machine, boot: Boot, options: Options, folder: Path, patience: float = PATIENCE
) -> SecondRun:
    """Run it once more, for ``patience`` seconds at most; ``folder`` is for files of the run's own.

    Raises Ring3Error when it cannot be started.
    """
    log, ram, monitor = folder / "log", folder / "ram", folder / "monitor"
    os.mkfifo(log)
    reader = os.open(log, os.O_RDWR | os.O_NONBLOCK)  # both, so that QEMU never waits for us
    tail = Tail()
    again = replace(options, timeout=None, gdb=None, monitor=monitor)
    noted = _noting(machine, options.memory or machine.memory, log, ram)
    end = time.monotonic() + min(patience, options.timeout or patience)
    hung: _Hung | None = None
    try:
        with Session(noted, boot, again) as session:
            qemu = session.process

            def pump(deadline: float | None, also: Mapping[int, int] | None = None) -> set[int]:
                ready = qemu.pump(deadline, {reader: select.POLLIN, **(also or {})})
                _drain(reader, tail)
                return ready - {reader}

            look = time.monotonic() + LOOK_INTERVAL
            seen = 0
            while not qemu.ended and not tail.endless and time.monotonic() < end:
                pump(min(look, end))
                if not qemu.ended and time.monotonic() >= look:
                    before, hung = hung, _ask(monitor, pump)
                    quiet, seen = seen == tail.count, tail.count
                    if quiet and hung is not None and hung == before:  # it stands still
                        break
                    look = time.monotonic() + LOOK_INTERVAL
            if not qemu.ended:
                hung = _ask(monitor, pump)
            outcome = session.close()
            _drain(reader, tail)
    finally:
        os.close(reader)
    found = _Hung() if hung is None or outcome.kind is not OutcomeKind.INTERRUPTED else hung
    return SecondRun(
        outcome=outcome,
        log=tail.text(),
        memory=_ram(ram),
        endless=tail.endless,
        state=found.state,
        requested=found.requested,
        in_service=found.in_service,
    )


def _noting(machine: Machine, memory: str, log: Path, ram: Path) -> Machine:
    """The same machine, whose RAM is a file, and which tells of exceptions."""
    backend = f"memory-backend-file,id=ram,size={memory},mem-path={_value(ram)},share=on"
    return replace(
        machine,
        machine=f"{machine.machine},memory-backend=ram",
        arguments=(
            *machine.arguments,
            *("-object", backend),
            *("-d", "int,cpu_reset", "-D", str(log)),
        ),
    )


def _value(path: Path) -> str:
    """A path inside one of QEMU's comma-separated lists."""
    return str(path).replace(",", ",,")


def _drain(reader: int, tail: Tail) -> None:
    """Take what is there, at most as much as keeps the deadline in sight."""
    for _ in range(16):
        try:
            tail.feed(os.read(reader, _READ_SIZE))
        except BlockingIOError:
            return


def _ram(file: Path) -> Memory:
    if not file.exists() or file.stat().st_size == 0:
        return Ram(b"")
    with file.open("rb") as opened:
        return Ram(memoryview(mmap.mmap(opened.fileno(), 0, prot=mmap.PROT_READ)))


@dataclass(frozen=True)
class _Hung:
    """How a machine stands that has not ended."""

    state: Registers | None = None
    requested: int = 0
    in_service: int = 0


def _ask(path: Path, pump: Pump) -> _Hung | None:
    """The CPU's registers and the PIC's, by QEMU's monitor; None if it does not answer."""
    try:
        with connected(path, pump) as monitor:
            registers = monitor.human("info registers")
            pic = _IN_SERVICE.search(monitor.human("info pic"))
    except MonitorError:
        return None
    return _Hung(
        parse_registers(iter(registers.splitlines())),
        0 if pic is None else int(pic[1], 16),
        0 if pic is None else int(pic[2], 16),
    )
