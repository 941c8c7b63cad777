"""What a machine notes down while it runs, for a post-mortem afterwards.

Machine ── Notes.of ──> the same with -d int,cpu_reset ──FIFO──> Tail ──> the log's end
                                      -object memory-backend-file ──> RAM, after the end
standstill(monitor) ──> registers and PIC of one that is stopped
"""

from __future__ import annotations

import mmap
import os
import re
import select
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from ring3.machine.monitor import MonitorError, Pump, connected
from ring3.machine.process import EmulatorProcess
from ring3.machine.profile import Machine
from ring3.postmortem.log import Registers, Tail, parse_registers
from ring3.postmortem.memory import Memory, Ram

_READ_SIZE = 1 << 20
_IN_SERVICE = re.compile(r"pic0: irr=(\w+) imr=\w+ isr=(\w+)")


class Notes:
    """The end of a machine's log, and its RAM; of one machine, by :func:`notes_in`."""

    def __init__(self, log: Path, ram: Path, reader: int) -> None:
        self.tail = Tail()
        self._log, self._ram = log, ram
        self._reader = reader

    def of(self, machine: Machine, memory: str) -> Machine:
        """The same machine with ``memory``, which is a file, and which tells of exceptions."""
        backend = f"memory-backend-file,id=ram,size={memory},mem-path={_value(self._ram)},share=on"
        return replace(
            machine,
            machine=f"{machine.machine},memory-backend=ram",
            arguments=(
                *machine.arguments,
                *("-object", backend),
                *("-d", "int,cpu_reset", "-D", str(self._log)),
            ),
        )

    def pump(self, process: EmulatorProcess) -> Pump:
        """QEMU's own, which takes down the log as well."""

        def pump(deadline: float | None, also: Mapping[int, int] | None = None) -> set[int]:
            ready = process.pump(deadline, {self._reader: select.POLLIN, **(also or {})})
            self.drain()
            return ready - {self._reader}

        return pump

    def drain(self) -> None:
        """Take what is there, at most as much as keeps the deadline in sight."""
        for _ in range(16):
            try:
                self.tail.feed(os.read(self._reader, _READ_SIZE))
            except BlockingIOError:
                return

    def memory(self) -> Memory:
        """The RAM as the machine left it; it stays when the file goes."""
        if not self._ram.exists() or self._ram.stat().st_size == 0:
            return Ram(b"")
        with self._ram.open("rb") as opened:
            return Ram(memoryview(mmap.mmap(opened.fileno(), 0, prot=mmap.PROT_READ)))


@contextmanager
def notes_in(folder: Path) -> Iterator[Notes]:
    """Notes of one machine, whose files are in ``folder``."""
    log = folder / "log"
    os.mkfifo(log)
    reader = os.open(log, os.O_RDWR | os.O_NONBLOCK)  # both, so that QEMU never waits for us
    try:
        yield Notes(log, folder / "ram", reader)
    finally:
        os.close(reader)


def _value(path: Path) -> str:
    """A path inside one of QEMU's comma-separated lists."""
    return str(path).replace(",", ",,")


@dataclass(frozen=True)
class Standstill:
    """How a machine stands that has not ended."""

    state: Registers | None = None
    requested: int = 0
    in_service: int = 0


def standstill(monitor: Path, pump: Pump) -> Standstill | None:
    """The CPU's registers and the PIC's, by QEMU's monitor; None if it does not answer."""
    try:
        with connected(monitor, pump) as connection:
            registers = connection.human("info registers")
            pic = _IN_SERVICE.search(connection.human("info pic"))
    except MonitorError:
        return None
    return Standstill(
        parse_registers(iter(registers.splitlines())),
        0 if pic is None else int(pic[1], 16),
        0 if pic is None else int(pic[2], 16),
    )
