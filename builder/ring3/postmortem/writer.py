"""The third run: who wrote last what is wrong.

    bytes in memory             a write watchpoint on them         ┐  the guest under QEMU's gdb
    model-specific register     breakpoints on the kernel's WRMSR  ┘  stub, deterministic once more
                                    └──> Writer: the last one before the end

Memory is watched by its virtual address: what was written through another mapping,
or before the address was mapped, is not seen.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ring3.machine.command import Boot, Options
from ring3.machine.gdb_stub import GdbStub, GuestGoneError, NotReachedError, StubError, attached
from ring3.machine.outcome import OutcomeKind
from ring3.machine.profile import Machine
from ring3.machine.session import Session
from ring3.postmortem.case import WORD, Case, decode
from ring3.postmortem.rules import Finding

PATIENCE = 10.0
"""Seconds: a run in which the bytes are written very often may not come to its end."""

_LARGEST_WATCH = 8
_WRITES = 20_000


@dataclass(frozen=True, slots=True)
class Writer:
    """Who wrote last.

    ``instruction`` is an address inside the instruction that wrote, or of the
    one behind the CALL, INT or exception that did; None when none has written.
    ``caller`` is where the WRMSR's function returns to, if that is known.
    """

    instruction: int | None = None
    caller: int | None = None


def writer_of(
    finding: Finding, case: Case, machine: Machine, boot: Boot, options: Options, folder: Path
) -> Writer | None:
    """Who wrote last what ``finding`` calls wrong; None when it names nothing, or it was not seen.

    ``options`` must be deterministic, so that it ends as it did before.
    """
    if finding.wrong is None and finding.msr is None:
        return None
    again = replace(options, timeout=None, gdb=folder / "gdb")
    try:
        with Session(machine, boot, again) as session, attached(session) as stub:
            watch = _Watch(stub, case, time.monotonic() + PATIENCE)
            if finding.msr is not None:
                return watch.register(finding.msr, case.symbols.instructions("wrmsr"))
            assert finding.wrong is not None
            return watch.memory(finding.wrong.address, finding.wrong.size)
    except StubError:
        return None


class _Watch:
    """A guest that runs from one write to the next, to its end."""

    def __init__(self, stub: GdbStub, case: Case, end: float) -> None:
        self._stub = stub
        self._case = case
        self._end = end

    def memory(self, address: int, size: int) -> Writer | None:
        """The last write to any of the bytes."""
        for start in range(address, address + size, _LARGEST_WATCH):
            self._stub.watch(start, min(_LARGEST_WATCH, address + size - start))
        last = Writer()
        for _ in range(_WRITES):
            if not self._runs():
                return last
            registers = self._stub.registers()
            if not self._elsewhere(registers, address, size):
                last = Writer(self._wrote(registers["rip"]))
        return None

    def register(self, number: int, places: Sequence[int]) -> Writer | None:
        """The last WRMSR with that number in ECX."""
        for place in places:
            self._stub.stop_at(place)
        last = Writer()
        for _ in range(_WRITES):
            if not self._runs():
                return last
            registers = self._stub.registers()
            place = registers["rip"]
            if registers["rcx"] & 0xFFFF_FFFF == number:
                last = Writer(place, self._returns_to(registers["rsp"]))
            self._stub.pass_by(place)
            self._stub.step()
            self._stub.stop_at(place)
        return None

    def _runs(self) -> bool:
        """Run to the next stop; False when it has ended as it did before.

        Raises NotReachedError when its time was over and it should have ended.
        """
        try:
            self._stub.run(lambda: time.monotonic() >= self._end)
        except GuestGoneError:
            return False
        except NotReachedError:
            if self._case.kind is OutcomeKind.TIMEOUT:
                return False
            raise
        if time.monotonic() >= self._end:
            raise NotReachedError("the bytes are written too often to come to the end in time")
        return True

    def _elsewhere(self, now: Mapping[str, int], address: int, size: int) -> bool:
        """Whether the instruction wrote other bytes.

        QEMU stops behind every unaligned write to the page, whatever bytes of it are watched.
        """
        before = self._case.instruction_before(now["rip"])
        registers = self._case.registers
        if before is None or registers is None:
            return False
        general = {name: now[name] for name in registers.general if name in now}
        wrote = decode(before.data, before.address, replace(registers, general=general))
        if wrote is None or wrote.operand is None or wrote.operand % wrote.operand_size == 0:
            return False
        return not address - wrote.operand_size < wrote.operand < address + size

    def _wrote(self, rip: int) -> int:
        """An address in the instruction that wrote: the CPU stands behind it, or repeats it."""
        place, now = self._case.place(rip), self._case.instruction_at(rip)
        repeats = now is not None and now.mnemonic.startswith("rep")
        return rip if repeats or place is None or place.offset == 0 else rip - 1

    def _returns_to(self, stack: int) -> int | None:
        """The CALL of a WRMSR in a function of its own, if its return address is on top."""
        data = self._stub.memory(stack, WORD)
        if data is None:
            return None
        back = int.from_bytes(data, "little") - 1
        place = self._case.place(back)
        return back if place is not None and place.line is not None else None
