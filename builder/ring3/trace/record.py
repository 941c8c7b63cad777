"""Record a trace: stop the guest at every way into the kernel and out of it, and count.

    1. the kernel's text is searched for IRETQ, SYSRET and SYSEXIT: the ways out
    2. at the first one that leads to ring 3, the guest's own IDT and MSRs say
       where the ways in are; the auxiliary vector says where the vDSO is
    3. at each stop: the count of instructions, registers, the frame on the stack

QEMU executes one instruction for each that it counts (-icount), and a stop
executes none, so the counts are exact: they do not depend on the host, nor on
being watched.  What does depend on it is when a timer interrupt comes, for the
virtual clock runs on a little with every stop; therefore an interrupt is an
entry of its own, and no part of the one that it interrupted.
"""

from __future__ import annotations

import contextlib
import errno
import re
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from ring3.diagnostic import Ring3Error
from ring3.elf import Linked
from ring3.machine import Options, Session
from ring3.machine.cpu_state import parse_instruction_count
from ring3.machine.gdb_stub import GdbStub, GuestGoneError, NotReachedError, attached
from ring3.machine.inspect import inspected
from ring3.machine.monitor import MachineEndedError, Monitor, connected
from ring3.pipeline import System
from ring3.prepare import Request, choose_machine, prepare
from ring3.tables import TABLE
from ring3.tables.system_calls import Argument, SystemCall, parse
from ring3.trace.timeline import (
    EXCEPTION,
    INT80,
    INTERRUPT,
    SYSCALL,
    SYSCALL32,
    SYSENTER,
    VDSO,
    Entry,
    Trace,
)
from ring3.workspace import Workspace
from ring3.x86.auxv import AT_SYSINFO_EHDR
from ring3.x86.descriptors import VECTORS, WITH_ERROR_CODE

ENTRIES = 10_000
SECONDS = 120.0
SEED = 1

# IRETQ; SYSRET with and without REX.W; SYSEXIT likewise.  A place in the middle of another
# instruction that looks like one does no harm: nothing is ever executed there.
_WAYS_OUT = re.compile(rb"(?=\x48\xcf|\x48\x0f\x07|\x0f\x07|\x48\x0f\x35|\x0f\x35)", re.DOTALL)
_IRETQ = b"\x48\xcf"

_ENTERS_PROGRAMS = "program_iretq"
_SYSTEM_CALL_VECTOR = 0x80
_FIRST_DEVICE = 32

_ARGUMENTS = {
    SYSCALL: ("rdi", "rsi", "rdx", "r10", "r8", "r9"),
    INT80: ("rbx", "rcx", "rdx", "rsi", "rdi", "rbp"),
    SYSENTER: ("rbx", "rcx", "rdx", "rsi", "rdi"),  # the sixth is on the program's stack
    SYSCALL32: ("rbx", "rbp", "rdx", "rsi", "rdi"),  # ECX is EIP there; vdso/vsyscall_syscall.s
}
_SIGNED = frozenset({"int", "fd", "pid", "status", "clockid", "signal", "whence", "long", "offset"})
_UNSIGNED = frozenset({"uint", "ulong", "size", "uid"})
_SHOWN = 32  # bytes of a text
_LAST_ERROR = 4095


def record(
    request: Request,
    workspace: Workspace,
    *,
    entries: int = ENTRIES,
    seconds: float = SECONDS,
) -> Trace:
    """Run a program to its end, or to so many entries, and return what happened.

    Raises Ring3Error when it does not build or the machine does not start.
    """
    machine = choose_machine(request, workspace)
    with tempfile.TemporaryDirectory(prefix="ring3-trace-") as name:
        folder = Path(name)
        prepared = prepare(request, workspace, machine, folder)
        assert prepared.system is not None
        seed = SEED if request.seed is None else request.seed
        # As a deterministic run, but for sleep=off: with it every stop of the guest would
        # count as an idle time, and virtual time would jump to the next timer.
        counting = ("-icount", "shift=0", "-rtc", "base=2020-01-01,clock=vm")
        machine = replace(machine, arguments=(*machine.arguments, *counting))
        options = Options(
            timeout=seconds, seed=seed, gdb=folder / "gdb", monitor=folder / "monitor"
        )
        deadline = time.monotonic() + seconds
        with (
            Session(machine, prepared.boot, options) as session,
            connected(folder / "monitor", session.process.pump) as monitor,
            attached(session) as stub,
        ):
            trace = Trace(prepared.system.init.arguments[0], request.arguments, machine.name)
            recorder = _Recorder(stub, monitor, folder, prepared.system, workspace, trace)
            try:
                trace.complete = recorder.run(entries, deadline)
                ending = f"stopped after {entries:,} entries, as asked"
            except (NotReachedError, MachineEndedError):
                ending = f"not at its end after {seconds:g} s"
            if trace.complete:
                outcome = session.wait(10)
                trace.outcome = f"{outcome.kind.value}: {outcome.explanation}"
            else:
                trace.outcome = ending
    if not trace.begin:
        raise Ring3Error(
            "the program was never entered, so there is nothing to show",
            help=f"`ring3 run {trace.program}` says how the machine ends",
        )
    return trace


@dataclass
class _Ways:
    """Where the guest is to be stopped, and what is there."""

    out: dict[int, bool] = field(default_factory=dict)  # address: is it an IRETQ?
    doors: dict[int, str] = field(default_factory=dict)
    vectors: dict[int, int] = field(default_factory=dict)
    vdso: dict[int, str] = field(default_factory=dict)
    returns: dict[int, int] = field(default_factory=dict)  # a vDSO call's way back: RSP there


class _Recorder:
    def __init__(
        self,
        stub: GdbStub,
        monitor: Monitor,
        folder: Path,
        system: System,
        workspace: Workspace,
        trace: Trace,
    ) -> None:
        self._stub = stub
        self._monitor = monitor
        self._folder = folder
        self._system = system
        self._trace = trace
        self._open: list[Entry] = []  # those that have not come back, the innermost last
        self._ways = _Ways(out=_ways_out(system.kernel))
        self._calls = _Calls(workspace)

    def run(self, entries: int, deadline: float) -> bool:
        """Whether the machine came to its end before there were so many entries.

        Raises NotReachedError at the deadline.
        """
        for address in self._ways.out:
            self._stub.stop_at(address)
        with contextlib.suppress(GuestGoneError):
            while True:
                self._stub.run(lambda: time.monotonic() >= deadline)
                registers = self._stub.registers()
                self._trace.end = parse_instruction_count(self._monitor.device_state(self._folder))
                self._stopped(registers)
                if len(self._trace.entries) >= entries and not self._open:
                    return False
                if time.monotonic() >= deadline:
                    raise NotReachedError("the deadline")
                self._stub.step()
        return True

    def _stopped(self, registers: dict[str, int]) -> None:
        rip, ways = registers["rip"], self._ways
        if rip in ways.doors:
            self._enter_by_call(ways.doors[rip], registers)
        elif rip in ways.vectors:
            self._enter_by_vector(ways.vectors[rip], registers)
        elif rip in ways.out:
            self._leave(registers)
        elif rip in ways.vdso:
            self._enter_vdso(ways.vdso[rip], registers)
        elif ways.returns.get(rip) == registers["rsp"]:
            self._leave_vdso(rip)

    def _enter_by_call(self, door: str, registers: dict[str, int]) -> None:
        name, arguments = self._calls.describe(door, registers, self._stub.memory)
        self._enter(Entry(door, name, self._trace.end, len(self._open), arguments))

    def _enter_by_vector(self, vector: int, registers: dict[str, int]) -> None:
        error, rip = 0, 0
        if vector in WITH_ERROR_CODE:
            error, rip = self._stub.words(registers["rsp"], 2)
        else:
            (rip,) = self._stub.words(registers["rsp"], 1)
        if vector >= _FIRST_DEVICE:
            entry = Entry(INTERRUPT, f"vector {vector:#x}", self._trace.end, len(self._open))
        else:
            name = VECTORS.get(vector, f"vector {vector}")
            entry = Entry(EXCEPTION, name, self._trace.end, len(self._open))
            entry.arguments = f"error {error:#x}" if vector in WITH_ERROR_CODE else ""
        entry.rip = rip
        self._enter(entry)

    def _enter(self, entry: Entry) -> None:
        self._open.append(entry)
        self._trace.entries.append(entry)

    def _leave(self, registers: dict[str, int]) -> None:
        """An IRETQ, SYSRET or SYSEXIT comes next; the count behind it is one more."""
        rip, after = registers["rip"], self._trace.end + 1
        to_ring3 = True
        if self._ways.out[rip]:
            frame = self._stub.words(registers["rsp"], 5)
            to_ring3 = frame[1] & 3 == 3
        if not self._trace.begin:
            if not to_ring3:
                return
            self._trace.begin = after
            self._find_ways_in()
        elif self._open and self._open[-1].door != VDSO:
            entry = self._open.pop()
            entry.end = after
            if entry.door not in (EXCEPTION, INTERRUPT):
                entry.result = self._calls.result(entry.name, registers["rax"])
            if self._open:
                self._open[-1].inside += after - entry.start
        if rip == self._system.kernel.symbols.get(_ENTERS_PROGRAMS):
            self._find_vdso(self._stub.words(registers["rsp"], 5))

    def _find_ways_in(self) -> None:
        """As the CPU would: in the IDT, and in the MSRs."""
        ways = self._ways
        with inspected(self._monitor) as guest:
            msrs = guest.cpu.msrs
            for gate in guest.idt():
                if gate.present and gate.vector == _SYSTEM_CALL_VECTOR:
                    ways.doors[gate.handler] = INT80
                elif gate.present:
                    ways.vectors[gate.handler] = gate.vector
        ways.doors |= {
            address: door
            for address, door in (
                (msrs["LSTAR"], SYSCALL),
                (msrs["CSTAR"], SYSCALL32),
                (msrs["SYSENTER_EIP"], SYSENTER),
            )
            if address
        }
        for address in (*ways.doors, *ways.vectors):
            self._stub.stop_at(address)

    def _find_vdso(self, frame: tuple[int, ...]) -> None:
        """Of the program that is about to be entered by this frame; 64-bit programs alone."""
        for address in self._ways.vdso:
            self._stub.pass_by(address)
        self._ways.vdso = {}
        self._open = [entry for entry in self._open if entry.door != VDSO]
        with inspected(self._monitor) as guest:
            if not guest.gdt()[frame[1] // 8].long:
                return
            header = guest.initial_stack(frame[3]).value(AT_SYSINFO_EHDR)
        if header:
            symbols = self._system.vdsos["vdso64"].symbols
            names = {header + value: name for name, value in symbols.items()}
            # Of two names of one routine the plain one is an alias.
            names |= {header + v: name for name, v in symbols.items() if name.startswith("__vdso")}
            self._ways.vdso = names
            for address in names:
                self._stub.stop_at(address)

    def _enter_vdso(self, name: str, registers: dict[str, int]) -> None:
        (back,) = self._stub.words(registers["rsp"], 1)
        self._enter(Entry(VDSO, name, self._trace.end, len(self._open), rip=back))
        if back not in self._ways.returns:
            self._stub.stop_at(back)
        self._ways.returns[back] = registers["rsp"] + 8

    def _leave_vdso(self, rip: int) -> None:
        if self._open and self._open[-1].door == VDSO:
            entry = self._open.pop()
            entry.end = self._trace.end
        del self._ways.returns[rip]
        self._stub.pass_by(rip)


def _ways_out(kernel: Linked) -> dict[int, bool]:
    """Every place in the kernel's code that can lead to another ring: is it an IRETQ?"""
    found = {}
    for segment in kernel.segments:
        if segment.name == "text":
            for match in _WAYS_OUT.finditer(segment.data):
                place = match.start()
                found[segment.address + place] = segment.data.startswith(_IRETQ, place)
    return found


class _Calls:
    """Calls in words, as the workspace's table of them says."""

    def __init__(self, workspace: Workspace) -> None:
        path = workspace.kernel_file(TABLE)
        rows = parse(path.read_text(encoding="utf-8"), str(path))
        self._by_64 = {row.number_64: row for row in rows if row.number_64 is not None}
        self._by_32 = {row.number_32: row for row in rows if row.number_32 is not None}
        self._by_name = {row.name: row for row in rows}

    def describe(
        self, door: str, registers: dict[str, int], read: Callable[[int, int], bytes | None]
    ) -> tuple[str, str]:
        """The name of the call that is about to be made, and its arguments."""
        wide = door == SYSCALL
        number = registers["rax"] & 0xFFFFFFFF
        call = (self._by_64 if wide else self._by_32).get(number)
        if call is None:
            return f"number {number}", ""
        mask = (1 << 64) - 1 if wide else (1 << 32) - 1
        values = {
            argument.name: registers[name] & mask
            for argument, name in zip(call.arguments, _ARGUMENTS[door], strict=False)
        }
        shown = [_argument(argument, values, read) for argument in call.arguments]
        return call.name, ", ".join(shown)

    def result(self, name: str, value: int) -> str:
        """As strace says it."""
        call: SystemCall | None = self._by_name.get(name)
        signed = _signed(value, 64)
        if -_LAST_ERROR <= signed < 0:
            return f"-{errno.errorcode.get(-signed, str(-signed))}"
        return f"{value:#x}" if call is not None and call.result == "address" else str(signed)


def _argument(
    argument: Argument, values: dict[str, int], read: Callable[[int, int], bytes | None]
) -> str:
    if argument.name not in values:
        return "…"
    value = values[argument.name]
    if argument.type in _SIGNED:
        return str(_signed(value & 0xFFFFFFFF, 32) if argument.type != "long" else value)
    if argument.type in _UNSIGNED:
        return str(value)
    size = values.get(argument.length or "", _SHOWN)
    if argument.type in ("string", "in") and value and (size or argument.type == "string"):
        text = read(value, min(size, _SHOWN))
        if text is not None:
            return _quoted(text, size, ends=argument.type == "string")
    return f"{value:#x}"


def _quoted(data: bytes, size: int, *, ends: bool) -> str:
    text = data.split(b"\0")[0] if ends else data
    more = "…" if (size > len(data) and not ends) or (ends and b"\0" not in data) else ""
    words = text.decode("ascii", "backslashreplace").encode("unicode_escape").decode()
    return f'"{words}"{more}'


def _signed(value: int, bits: int) -> int:
    return value - (1 << bits) if value >> (bits - 1) & 1 else value
