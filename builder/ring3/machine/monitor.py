"""QEMU's own view of the guest, from outside: its monitor, by QMP over a Unix socket.

    Options(monitor=PATH) ──> qemu -qmp unix:PATH ──┐
    Monitor.command("inject-nmi") ── one JSON line ─┤
                            answer  <── one line ───┘   events between them are skipped

QEMU talks to one client at a time; a second one waits until the first hangs up.
"""

from __future__ import annotations

import contextlib
import json
import select
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from ring3.diagnostic import Ring3Error

PATIENCE = 60.0
"""Seconds that an answer may take.  Only a QEMU that hangs ever takes as long."""

CONNECT_INTERVAL = 0.005  # between tries to connect to a QEMU that is just being started

_READ_SIZE = 1 << 16


class MonitorError(Ring3Error):
    """QEMU refused a command, or ended while one was waited for."""


class MachineEndedError(MonitorError):
    """There is no machine any more."""


class Pump(Protocol):
    """What waits for the monitor and meanwhile moves the machine's other streams.

    :meth:`ring3.machine.process.EmulatorProcess.pump` is one.  Without it a guest that
    writes much would stop QEMU, which then would not answer.
    """

    def __call__(self, deadline: float | None, also: Mapping[int, int] | None = None) -> set[int]:
        """Wait for one of the descriptors ``also``, or until ``deadline``."""


class Monitor:
    """A connection, ready for commands."""

    def __init__(self, connection: socket.socket, pump: Pump | None = None) -> None:
        self._connection = connection
        self._pump = pump or _poll
        self._unread = b""
        self._answer()  # QEMU's greeting
        self.command("qmp_capabilities")

    def command(self, name: str, **arguments: Any) -> Any:
        """One command of QMP, and what it returned.

        Raises MonitorError when QEMU refuses it, MachineEndedError when it is gone.
        """
        try:
            self._connection.sendall(json.dumps({"execute": name, "arguments": arguments}).encode())
        except OSError as error:
            raise _ended() from error
        answer = self._answer()
        if "error" in answer:
            raise MonitorError(f"QEMU's monitor refused `{name}`: {answer['error']['desc']}")
        return answer.get("return")

    def human(self, line: str) -> str:
        """One command of the monitor that people use, and its text."""
        return str(self.command("human-monitor-command", **{"command-line": line}))

    def is_running(self) -> bool:
        """Whether the guest's CPUs execute instructions."""
        return bool(self.command("query-status")["running"])

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Hold the guest for the block; it goes on afterwards if it ran before."""
        was_running = self.is_running()
        if was_running:
            self.command("stop")
        try:
            yield
        finally:
            if was_running:
                with contextlib.suppress(MachineEndedError):
                    self.command("cont")

    def physical(self, address: int, size: int, folder: Path) -> bytes:
        """Physical memory, left by QEMU in a file of ``folder`` on its way here."""
        file = folder / "physical-memory"
        self.command("pmemsave", val=address, size=size, filename=str(file.absolute()))
        data = file.read_bytes()
        file.unlink()
        return data

    def device_state(self, folder: Path) -> bytes:
        """The state of all devices, CPUs among them, as a migration would send it."""
        file = folder / "device-state"
        # `live` would give the disks away, as if the guest went on somewhere else.
        self.command("xen-save-devices-state", filename=str(file.absolute()), live=False)
        data = file.read_bytes()
        file.unlink()
        return data

    def _answer(self) -> Any:
        """The next line that is not an event."""
        deadline = time.monotonic() + PATIENCE
        while True:
            line = json.loads(self._line(deadline))
            if "event" not in line:
                return line

    def _line(self, deadline: float) -> bytes:
        while b"\n" not in self._unread:
            data = self._received(self._connection, deadline)
            if not data:
                raise _ended()
            self._unread += data
        line, self._unread = self._unread.split(b"\n", 1)
        return line

    def _received(self, connection: socket.socket, deadline: float) -> bytes:
        """What came; empty when the other end is closed."""
        while not self._pump(deadline, {connection.fileno(): select.POLLIN}):
            if time.monotonic() >= deadline:
                raise MonitorError(f"QEMU's monitor did not answer within {PATIENCE:g} s")
        try:
            return connection.recv(_READ_SIZE)
        except ConnectionError:
            return b""


@contextmanager
def connected(path: Path, pump: Pump | None = None) -> Iterator[Monitor]:
    """A monitor on the socket ``path``, which a QEMU that is just being started may still make.

    Raises MonitorError when there is none within :data:`PATIENCE`.
    """
    with socket.socket(socket.AF_UNIX) as connection:
        try:
            connect(connection, path, pump or _poll)
        except OSError as error:
            raise MonitorError(f"cannot reach QEMU's monitor at {path}: {error}") from error
        yield Monitor(connection, pump)


def connect(connection: socket.socket, path: Path, pump: Pump) -> None:
    """Connect to a socket that a QEMU which is just being started may still make.

    Raises OSError when that fails for :data:`PATIENCE`.
    """
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            connection.connect(str(path))
        except OSError:
            if time.monotonic() >= deadline:
                raise
            pump(time.monotonic() + CONNECT_INTERVAL)
        else:
            return


def _poll(deadline: float | None, also: Mapping[int, int] | None = None) -> set[int]:
    """A :class:`Pump` with nothing else to move."""
    poll = select.poll()
    for fd, events in (also or {}).items():
        poll.register(fd, events)
    wait = None if deadline is None else max(0.0, deadline - time.monotonic()) * 1000
    return {fd for fd, _ in poll.poll(wait)}


def _ended() -> MachineEndedError:
    return MachineEndedError("the machine ended while its monitor was asked")
