"""QEMU's own view of the guest, from outside: its monitor, by QMP over a Unix socket.

with monitored(boot, "loop") as (session, monitor):
    monitor.command("inject-nmi")
    monitor.memory(0x1000, 8)      physical memory
"""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from boot.stock_system import PATIENCE, StockSystem, init_of
from ring3.machine import Options, Session, load_machine


class QemuEndedError(Exception):
    """The guest ended while a command was waited for."""


@dataclass
class Monitor:
    """A connection, ready for commands; ``folder`` is for QEMU to leave memory in."""

    connection: socket.socket
    folder: Path
    _unread: bytes = b""

    def command(self, name: str, **arguments: Any) -> Any:
        """One command of QMP, and what it returned."""
        self.connection.sendall(json.dumps({"execute": name, "arguments": arguments}).encode())
        while True:
            answer = self._line()
            assert "error" not in answer, answer
            if "return" in answer:
                return answer["return"]

    def human(self, line: str) -> str:
        """One command of the monitor that people use."""
        return str(self.command("human-monitor-command", **{"command-line": line}))

    def memory(self, address: int, size: int) -> bytes:
        """Physical memory."""
        file = self.folder / "memory"
        self.command("pmemsave", val=address, size=size, filename=str(file))
        return file.read_bytes()

    def register(self, name: str) -> int:
        found = re.search(rf"\b{name}=([0-9a-f]+)", self.human("info registers"))
        assert found is not None
        return int(found[1], 16)

    def _line(self) -> Any:
        while b"\n" not in self._unread:
            data = self.connection.recv(1 << 16)
            if not data:
                raise QemuEndedError
            self._unread += data
        line, self._unread = self._unread.split(b"\n", 1)
        return json.loads(line)


@contextmanager
def monitored(
    boot: StockSystem, program: str, *words: str, cpu: str = "max", arguments: tuple[str, ...] = ()
) -> Iterator[tuple[Session, Monitor]]:
    """``program`` on microvm, with more of QEMU's ``arguments``, and QEMU's monitor."""
    path = boot.folder / "monitor"
    machine = load_machine("microvm", boot.workspace.machine_roots)
    own = ("-qmp", f"unix:{path},server=on,wait=off", *arguments)
    machine = replace(machine, cpu=cpu, arguments=(*machine.arguments, *own))
    booted = boot.kernel(init_of(program, *words))
    with Session(machine, booted, Options(timeout=PATIENCE)) as session:
        session.expect_voice("ring3: init ")
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(PATIENCE)
            connection.connect(str(path))
            monitor = Monitor(connection, boot.folder)
            monitor._line()  # its greeting
            monitor.command("qmp_capabilities")
            yield session, monitor
