"""A debugger's side of QEMU's gdb stub, for programs: stop at addresses, look, go on.

    $c#63        ──>  the guest runs
    $T05…#xx    <──   it stopped

The remote serial protocol of gdb (its manual, appendix "Remote Protocol"), as
much of it as stopping at addresses needs.
"""

from __future__ import annotations

import re
import select
import socket
import struct
import time
from pathlib import Path

from ring3.machine.monitor import CONNECT_INTERVAL, MachineEndedError, MonitorError, Pump

_PACKET = re.compile(rb"\+*\$([^#]*)#[0-9a-f]{2}", re.DOTALL)
_READ_SIZE = 1 << 16

# The order of the registers in a `g` packet, in 64-bit mode.
_REGISTERS = ("rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "rsp",
              "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "rip")  # fmt: skip
_HARDWARE_BREAKPOINT = 1  # needs no memory to be there, nor changes any


class GdbStub:
    """A connection to the stub of a guest that stands still."""

    def __init__(self, path: Path, pump: Pump, deadline: float) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._pump = pump
        self._deadline = deadline
        self._unread = b""
        while True:
            try:
                self._socket.connect(str(path))
                break
            except OSError as error:
                if time.monotonic() >= deadline:
                    raise MonitorError(f"cannot reach QEMU's gdb stub: {error}") from error
                pump(time.monotonic() + CONNECT_INTERVAL)
        self._ask(b"?")

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def stop_at(self, address: int) -> None:
        """Stop before the instruction at ``address`` is executed."""
        self._expect_ok(f"Z{_HARDWARE_BREAKPOINT},{address:x},1")

    def pass_by(self, address: int) -> None:
        """Do not stop there any more."""
        self._expect_ok(f"z{_HARDWARE_BREAKPOINT},{address:x},1")

    def run(self) -> bool:
        """Go on to the next stop: True, or False when the machine ended instead.

        Raises TimeoutError at the deadline.
        """
        return self._go(b"c")

    def step(self) -> bool:
        """One instruction, also where a stop is; interrupts wait meanwhile."""
        return self._go(b"s")

    def registers(self) -> dict[str, int]:
        """The general ones and RIP."""
        data = bytes.fromhex(self._ask(b"g").decode())
        return dict(zip(_REGISTERS, struct.unpack_from("<17Q", data), strict=True))

    def memory(self, address: int, size: int) -> bytes | None:
        """Virtual memory, or None when it is not all there."""
        answer = self._ask(f"m{address:x},{size:x}".encode())
        return None if answer.startswith(b"E") else bytes.fromhex(answer.decode())

    def words(self, address: int, count: int) -> tuple[int, ...]:
        """Words of 64 bits; those that are not there read as 0."""
        data = self.memory(address, 8 * count) or bytes(8 * count)
        return struct.unpack(f"<{count}Q", data)

    def _go(self, how: bytes) -> bool:
        try:
            return self._ask(how).startswith(b"T")
        except MachineEndedError:
            return False

    def _expect_ok(self, command: str) -> None:
        answer = self._ask(command.encode())
        if answer != b"OK":
            raise MonitorError(f"QEMU's gdb stub refused `{command}`: {answer.decode()}")

    def _ask(self, command: bytes) -> bytes:
        ended = MachineEndedError("the machine ended while its gdb stub was asked")
        try:
            self._socket.sendall(b"$" + command + b"#%02x" % (sum(command) & 0xFF))
            while (found := _PACKET.match(self._unread)) is None:
                if not self._pump(self._deadline, {self._socket.fileno(): select.POLLIN}):
                    if time.monotonic() >= self._deadline:
                        raise TimeoutError
                    continue
                data = self._socket.recv(_READ_SIZE)
                if not data:
                    raise ended
                self._unread += data
            self._unread = self._unread[found.end() :]
            self._socket.sendall(b"+")
        except ConnectionError as error:
            raise ended from error
        return found[1]
