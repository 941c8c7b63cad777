"""The guest under QEMU's gdb stub: stopped at an address, stepped, changed from outside.

    Options(gdb=PATH) ──> qemu -gdb unix:PATH -S      the guest has not begun
    with attached(session) as stub:
        stub.run_to(0x401000)                         it stands before this instruction
        stub.set_register("rax", 39)
        stub.step()                                   one instruction, into the kernel too

The protocol is gdb's (GDB manual, appendix E): packets ``$text#sum``, in which
numbers are hexadecimal in the guest's byte order.  Breakpoints are the
hardware's kind, so that no byte of the guest is changed by looking at it.
"""

from __future__ import annotations

import select
import socket
import struct
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType

from ring3.diagnostic import Ring3Error
from ring3.machine.monitor import PATIENCE, Pump, connect
from ring3.machine.session import Session

_ORDER = ("rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "rsp",
          "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "rip")  # fmt: skip
_NARROW = ("rflags", "cs", "ss", "ds", "es", "fs", "gs")

REGISTERS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {name: (number, 8) for number, name in enumerate(_ORDER)}
    | {name: (number, 4) for number, name in enumerate(_NARROW, len(_ORDER))}
)
"""Number and size in bytes of every register that is told, as QEMU's stub has them."""

_BASES = ("fs_base", "gs_base", "k_gs_base")  # what follows them in the packet; to be set only

_SIZES = {name: size for name, (_, size) in REGISTERS.items()} | dict.fromkeys(_BASES, 8)

_PLACES: Mapping[str, tuple[int, int]] = {
    name: (sum(list(_SIZES.values())[:number]), size)
    for number, (name, size) in enumerate(_SIZES.items())
}
"""Where in the packet of all registers each lies, and its size."""

GENERAL = _ORDER[:-1]

_HARDWARE_BREAKPOINT = "1"
_WRITE_WATCHPOINT = "2"
ASK_INTERVAL = 0.1  # seconds between questions whether a guest has run enough

_READ_SIZE = 1 << 16
_MEMORY_CHUNK = 1024  # bytes a packet: QEMU's stub refuses more than 2048


class StubError(Ring3Error):
    """The stub refused a packet, or the guest ended while it was waited for."""


class NoMemoryError(StubError):
    """The guest has no memory at an address."""


class NotReachedError(StubError):
    """The guest ran on and did not come to where it was awaited."""


class GuestGoneError(NotReachedError):
    """It did not, because there is no machine any more."""


class GdbStub:
    """A connection to the gdb stub of one guest with one CPU."""

    def __init__(self, connection: socket.socket, pump: Pump) -> None:
        self._connection = connection
        self._pump = pump
        self._unread = b""
        # Single registers are told only to who has asked what there are.
        self._query("qXfer:features:read:target.xml:0,ffb")

    def register(self, name: str) -> int:
        """One register."""
        number, _ = REGISTERS[name]
        return int.from_bytes(bytes.fromhex(self._query(f"p{number:x}")), "little")

    def set_register(self, name: str, value: int) -> None:
        """Change one register."""
        self.set_registers({name: value})

    def set_registers(self, values: Mapping[str, int]) -> None:
        """Change several, in two packets; ``gs_base`` and ``k_gs_base`` are some too."""
        data = bytearray.fromhex(self._query("g"))
        for name, value in values.items():
            place, size = _PLACES[name]
            data[place : place + size] = value.to_bytes(size, "little")
        self._command(f"G{data.hex()}")

    def registers(self) -> dict[str, int]:
        """All of :data:`REGISTERS`, in one packet."""
        data = bytes.fromhex(self._query("g"))
        return {
            name: int.from_bytes(data[place : place + size], "little")
            for name, (place, size) in _PLACES.items()
            if name in REGISTERS
        }

    def read(self, address: int, size: int) -> bytes:
        """Memory as the CPU's address space has it now.  Raises NoMemoryError where is none."""
        data = b""
        while len(data) < size:
            chunk = min(size - len(data), _MEMORY_CHUNK)
            data += bytes.fromhex(self._query(f"m{address + len(data):x},{chunk:x}"))
        return data

    def word(self, address: int) -> int:
        """Eight bytes of memory as a number."""
        return int.from_bytes(self.read(address, 8), "little")

    def memory(self, address: int, size: int) -> bytes | None:
        """As :meth:`read`; None when it is not all there."""
        try:
            return self.read(address, size)
        except NoMemoryError:
            return None

    def words(self, address: int, count: int) -> tuple[int, ...]:
        """Words of 64 bits; those that are not there read as 0."""
        data = self.memory(address, 8 * count) or bytes(8 * count)
        return struct.unpack(f"<{count}Q", data)

    def write(self, address: int, data: bytes) -> None:
        """Change memory, read-only pages too.  Raises NoMemoryError where there is none."""
        for start in range(0, len(data), _MEMORY_CHUNK):
            chunk = data[start : start + _MEMORY_CHUNK]
            self._command(f"M{address + start:x},{len(chunk):x}:{chunk.hex()}")

    def step(self, enough: Callable[[], bool] = lambda: False) -> int:
        """Execute one instruction, an exception's way to its handler included; returns RIP.

        HLT may never end: ``enough`` and what is raised are as with :meth:`run`.
        """
        self._send("s")
        self._stopped(self._stop_reply(enough))
        return self.register("rip")

    def stop_at(self, address: int) -> None:
        """Stop before the instruction at ``address`` is executed."""
        self._command(f"Z{_HARDWARE_BREAKPOINT},{address:x},1")

    def pass_by(self, address: int) -> None:
        """Do not stop there any more."""
        self._command(f"z{_HARDWARE_BREAKPOINT},{address:x},1")

    def watch(self, address: int, size: int) -> None:
        """Stop behind each instruction that writes to these bytes, 8 at most."""
        self._command(f"Z{_WRITE_WATCHPOINT},{address:x},{size:x}")

    def run(self, enough: Callable[[], bool] = lambda: False) -> None:
        """Let the guest run to its next stop.

        ``enough`` is asked now and then whether it ran in vain.  Raises
        GuestGoneError when the guest ends first, and NotReachedError when it
        had enough: then it stands where it was.
        """
        self._send("c")
        self._stopped(self._stop_reply(enough))

    def run_to(self, *addresses: int, enough: Callable[[], bool] = lambda: False) -> int:
        """Let it run until it is about to execute one of ``addresses``; returns which.

        Raises as :meth:`run`, and NotReachedError when it stops elsewhere.
        """
        for address in addresses:
            self.stop_at(address)
        self.run(enough)
        for address in addresses:
            self.pass_by(address)
        rip = self.register("rip")
        if rip not in addresses:
            listed = ", ".join(f"{address:#x}" for address in addresses)
            raise NotReachedError(f"the guest stopped at {rip:#x}, not at {listed}")
        return rip

    def let_go(self) -> None:
        """Detach: the guest runs on by itself."""
        self._command("D")

    def _stop_reply(self, enough: Callable[[], bool]) -> str:
        while True:
            try:
                return self._answer(time.monotonic() + ASK_INTERVAL)
            except TimeoutError:
                if not enough():
                    continue
            self._write(b"\x03")
            self._answer(time.monotonic() + PATIENCE)
            raise NotReachedError("the guest ran on and came to no stop")

    def _stopped(self, reply: str) -> None:
        if reply[:1] not in ("T", "S"):
            raise GuestGoneError("the guest ended while its next stop was waited for")

    def _command(self, packet: str) -> None:
        if self._query(packet) != "OK":
            raise StubError(f"QEMU's gdb stub does not know `{packet[:20]}`")

    def _query(self, packet: str) -> str:
        self._send(packet)
        try:
            answer = self._answer(time.monotonic() + PATIENCE)
        except TimeoutError:
            raise StubError(f"QEMU's gdb stub did not answer within {PATIENCE:g} s") from None
        if len(answer) == 3 and answer.startswith("E"):
            refused = NoMemoryError if packet[0] in "mM" else StubError
            raise refused(f"QEMU's gdb stub refused `{packet[:20]}`: {answer}")
        return answer

    def _send(self, packet: str) -> None:
        data = packet.encode()
        self._write(b"$%b#%02x" % (data, sum(data) & 0xFF))

    def _write(self, data: bytes) -> None:
        try:
            self._connection.sendall(data)
        except OSError as error:
            raise GuestGoneError("the machine has ended") from error

    def _answer(self, deadline: float) -> str:
        """The next packet, acknowledged.  Raises TimeoutError at the deadline."""
        while True:
            start = self._unread.find(b"$")
            end = self._unread.find(b"#", start + 1)
            if start >= 0 and end >= 0 and len(self._unread) >= end + 3:
                packet = self._unread[start + 1 : end]
                self._unread = self._unread[end + 3 :]
                self._write(b"+")
                return _expanded(packet).decode("ascii", "replace")
            self._unread += self._received(deadline)

    def _received(self, deadline: float) -> bytes:
        while not self._pump(deadline, {self._connection.fileno(): select.POLLIN}):
            if time.monotonic() >= deadline:
                raise TimeoutError
        try:
            data = self._connection.recv(_READ_SIZE)
        except ConnectionError:
            data = b""
        if not data:
            raise GuestGoneError("the machine ended while its gdb stub was asked")
        return data


def _expanded(packet: bytes) -> bytes:
    """Undo the protocol's run-length coding: ``0* `` is ``0000``."""
    if b"*" not in packet:
        return packet
    data = bytearray()
    place = 0
    while place < len(packet):
        if packet[place] == ord("*"):
            data += data[-1:] * (packet[place + 1] - 29)
            place += 2
        else:
            data.append(packet[place])
            place += 1
    return bytes(data)


@contextmanager
def attached(session: Session, pump: Pump | None = None) -> Iterator[GdbStub]:
    """The stub of a session that was started with ``Options(gdb=PATH)``: nothing has run yet.

    ``pump`` is for who has more to move meanwhile than the machine's own streams.
    Raises StubError when it cannot be reached.
    """
    qemu = session.process
    path = qemu.options.gdb
    if path is None:
        raise ValueError("the session has no gdb stub: give Options(gdb=PATH)")
    with socket.socket(socket.AF_UNIX) as connection:
        try:
            connect(connection, path, qemu.pump)
        except OSError as error:
            raise StubError(f"cannot reach QEMU's gdb stub at {path}: {error}") from error
        yield GdbStub(connection, pump or qemu.pump)
