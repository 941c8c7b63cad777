"""The third run: who wrote last what is wrong.

    bytes in memory             a write watchpoint on them         ┐  the guest under QEMU's gdb
    model-specific register     breakpoints on the kernel's WRMSR  ┘  stub, deterministic once more
                                    └──> Writer: the last one before the end

Memory is watched by virtual addresses: an entry of a page table by all that the tables
show it at.  A stack is written so often that a watch from the beginning would not come
to an end: there the guest first runs up to the last time but one that it was where it
struck, which a run of its own counts.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ring3.machine.command import Boot, Options
from ring3.machine.gdb_stub import GdbStub, GuestGoneError, NotReachedError, StubError, attached
from ring3.machine.outcome import OutcomeKind
from ring3.machine.profile import Machine
from ring3.machine.session import Session
from ring3.postmortem.addresses import DIRECT_MAP
from ring3.postmortem.case import WORD, Case, Instruction, decode
from ring3.postmortem.memory import PAGE_SIZE, aliases
from ring3.postmortem.origin import is_of_the_file, value_of
from ring3.postmortem.rules import Datum, Finding

PATIENCE = 20.0
"""Seconds: a run in which the bytes are written very often may not come to its end."""

_WRITES = 20_000
_CALLERS = 3
_TYPE_BYTE = 5
_STACK_WORDS = 48
_FILLS = ("stosb", "stosd", "stosq")


@dataclass(frozen=True, slots=True)
class Writer:
    """Who wrote last.

    ``instruction`` is an address inside the instruction that wrote, or of the
    one behind the CALL, INT or exception that did; None when none has written.
    ``callers`` are the CALLs that led there, the innermost first, as far as the
    stack shows them.  ``loaded`` is where in memory the value came from.
    ``beside`` are the instructions that wrote what lies beside it, when none
    wrote it itself or a filling with zeros was the last.
    """

    instruction: int | None = None
    callers: tuple[int, ...] = ()
    loaded: int | None = None
    beside: tuple[int, ...] = ()


def writer_of(
    finding: Finding, case: Case, machine: Machine, boot: Boot, options: Options, folder: Path
) -> Writer | None:
    """Who wrote last what ``finding`` calls wrong; None when it names nothing, or it was not seen.

    ``options`` must be deterministic, so that it ends as it did before.
    """
    if finding.wrong is None and finding.msr is None:
        return None
    again = replace(options, timeout=None, gdb=folder / "gdb")

    def watched(ask: _Question) -> Writer | None:
        with Session(machine, boot, again) as session, attached(session) as stub:
            return ask(_Watch(stub, case, time.monotonic() + PATIENCE))

    try:
        if finding.msr is not None:
            number, places = finding.msr, case.symbols.instructions("wrmsr")
            return watched(lambda watch: watch.register(number, places))
        assert finding.wrong is not None
        return _writer_of_bytes(finding.wrong, case, watched)
    except StubError:
        return None


def _writer_of_bytes(wrong: Datum, case: Case, watched: _Watched) -> Writer | None:
    begin: tuple[int, int] | None = None
    if (anchors := _anchors(wrong, case)) is not None:
        counted: list[tuple[int, int]] = []
        watched(lambda watch: watch.count(anchors, counted))
        begin = _last_but_one(anchors, counted)
    found = watched(lambda watch: watch.after(begin).memory(wrong))
    if found is None or wrong.structure is None or not _says_little(case, wrong, found):
        return found
    beside = watched(lambda watch: watch.beside(wrong))
    return found if beside is None else replace(found, beside=beside.beside)


def _anchors(wrong: Datum, case: Case) -> tuple[int, int] | None:
    """For bytes of the stack that the CPU was on: where its routine begins, and who took them."""
    registers = case.registers
    if registers is None or wrong.physical or not registers.long_mode:
        return None
    if not abs(wrong.address - registers["rsp"]) < PAGE_SIZE:
        return None
    place, taker = case.place(registers["rip"]), registers["rip"]
    if place is None:  # it ran away: the CALL that is on top of the stack led there
        words = case.words(registers["rsp"], 1)
        call = None if words is None else case.instruction_before(words[0])
        if call is None or call.mnemonic != "call":
            return None
        taker = call.address
    before = case.place(taker - 1)
    return (taker if before is None else taker - 1 - before.offset), taker


def _last_but_one(
    anchors: tuple[int, int], counted: Sequence[tuple[int, int]]
) -> tuple[int, int] | None:
    """Which of the two to run up to, and how often it is reached on the way."""
    if not counted:
        return None
    (begin, taker), (begins, takes) = anchors, counted[0]
    if takes > 1:
        return taker, takes - 1
    return (begin, begins) if begins else None


def _says_little(case: Case, wrong: Datum, found: Writer) -> bool:
    """Whether nobody wrote it, or somebody who only cleared it."""
    if found.instruction is None:
        if wrong.physical or not is_of_the_file(case, wrong.address, wrong.size):
            return True
        return not any(case.read(wrong.address, wrong.size) or b"")
    instruction = case.instruction_at(found.instruction)
    return instruction is not None and instruction.mnemonic.split()[-1] in _FILLS


class _Watch:
    """A guest that runs from one write to the next, to its end."""

    def __init__(self, stub: GdbStub, case: Case, end: float) -> None:
        self._stub = stub
        self._case = case
        self._end = end
        self._is_late = False

    def count(self, places: tuple[int, int], counted: list[tuple[int, int]]) -> None:
        """How often each of two instructions is reached."""
        times = dict.fromkeys(places, 0)
        for place in times:
            self._stub.stop_at(place)
        with contextlib.suppress(GuestGoneError):  # it may end in the instruction itself
            while sum(times.values()) < _WRITES and self._runs():
                place = self._stub.register("rip")
                times[place] = times.get(place, 0) + 1
                self._go_on_from(place)
        counted.append((times[places[0]], times[places[1]]))

    def after(self, begin: tuple[int, int] | None) -> _Watch:
        """Run until an instruction is reached, so many times."""
        if begin is not None:
            self._is_late = True
            place, times = begin
            self._stub.stop_at(place)
            for number in range(1, times + 1):
                if not self._runs():
                    break
                if number < times:
                    self._go_on_from(place)
            self._stub.pass_by(place)
        return self

    def memory(self, wrong: Datum) -> Writer | None:
        """The last write to any of the bytes; None when it may have been before the watch."""
        places = _addresses(wrong, self._case)
        for start in places:
            self._stub.watch(start, wrong.size)
        last: tuple[dict[str, int], bytes | None] | None = None
        for registers in self._writes():
            elsewhere = _elsewhere(self._unaligned(registers), places, wrong.size)
            if not elsewhere and not self._is_busy_bit(registers, wrong):
                last = registers, self._stack(registers["rsp"])
        if last is None:
            return None if self._is_late else Writer()
        registers, stack = last
        loaded = _loaded(self._case, self._instruction(registers), registers)
        return Writer(self._wrote(registers["rip"]), self._callers(stack), loaded)

    def beside(self, wrong: Datum) -> Writer:
        """The instructions that wrote closest below and above the bytes, in the same structure."""
        assert wrong.structure is not None
        begin, size = wrong.structure
        spaces = [place - wrong.address for place in _addresses(wrong, self._case)]
        for space in spaces:
            self._stub.watch(begin + space, size)
        below: tuple[int, int] | None = None
        above: tuple[int, int] | None = None
        for registers in self._writes():
            wrote = self._instruction(registers)
            if wrote is None or wrote.operand is None or not wrote.stores:
                continue
            for space in spaces:
                offset = wrote.operand - space - begin
                if not 0 <= offset < size or wrote.mnemonic.split()[-1] in _FILLS:
                    continue
                distance = wrote.operand - space - wrong.address
                if distance < 0 and (below is None or distance >= below[0]):
                    below = distance, wrote.address
                if distance >= wrong.size and (above is None or distance <= above[0]):
                    above = distance, wrote.address
        found = dict.fromkeys(each[1] for each in (below, above) if each is not None)
        return Writer(beside=tuple(found))

    def register(self, number: int, places: Sequence[int]) -> Writer | None:
        """The last WRMSR with that number in ECX."""
        for place in places:
            self._stub.stop_at(place)
        last = Writer()
        for registers in self._writes():
            place = registers["rip"]
            if registers["rcx"] & 0xFFFF_FFFF == number:
                last = Writer(place, self._callers(self._stack(registers["rsp"])))
            self._go_on_from(place)
        return last

    def _writes(self) -> Iterator[dict[str, int]]:
        """The registers at each stop, to the end."""
        for _ in range(_WRITES):
            if not self._runs():
                return
            yield self._stub.registers()
        raise NotReachedError("the bytes are written too often")

    def _go_on_from(self, place: int) -> None:
        """Execute the instruction with a breakpoint on it."""
        self._stub.pass_by(place)
        self._stub.step()
        self._stub.stop_at(place)

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

    def _is_busy_bit(self, now: Mapping[str, int], wrong: Datum) -> bool:
        """Whether it is LTR, which sets a bit in byte 5 of its descriptor, and these are others."""
        before, registers = self._case.instruction_before(now["rip"]), self._case.registers
        if before is None or before.mnemonic != "ltr" or registers is None:
            return False
        busy = registers.gdt.base + (registers["tr"] & 0xFFF8) + _TYPE_BYTE
        return not wrong.address <= busy < wrong.address + wrong.size

    def _unaligned(self, now: Mapping[str, int]) -> Instruction | None:
        """The instruction that wrote, if it is one that may have written elsewhere."""
        before = self._case.instruction_before(now["rip"])
        if before is None or before.operand_size < 2 or not before.stores:
            return None
        return self._instruction(now)

    def _instruction(self, now: Mapping[str, int]) -> Instruction | None:
        """The one that wrote, with its operand, as far as the registers still tell it."""
        before = self._case.instruction_at(self._wrote(now["rip"]))
        if before is None or not before.mnemonic.startswith("rep"):
            before = self._case.instruction_before(now["rip"])
        registers = self._case.registers
        if before is None or registers is None:
            return None
        general = {name: now[name] for name in registers.general if name in now}
        return decode(before.data, before.address, replace(registers, general=general))

    def _wrote(self, rip: int) -> int:
        """An address in the instruction that wrote: the CPU stands behind it, or repeats it."""
        place, now = self._case.place(rip), self._case.instruction_at(rip)
        repeats = now is not None and now.mnemonic.startswith("rep")
        return rip if repeats or place is None or place.offset == 0 else rip - 1

    def _stack(self, top: int) -> bytes | None:
        """The words from the top of the stack on, to the page's end at most."""
        return self._stub.memory(top, min(_STACK_WORDS * WORD, PAGE_SIZE - top % PAGE_SIZE))

    def _callers(self, stack: bytes | None) -> tuple[int, ...]:
        """The CALLs in front of the return addresses on a stack, as far as there is a line."""
        data = stack or b""
        found: list[int] = []
        for start in range(0, len(data), WORD):
            back = int.from_bytes(data[start : start + WORD], "little")
            call = self._case.instruction_before(back) if self._is_code(back) else None
            if call is not None and call.mnemonic == "call" and len(found) < _CALLERS:
                found.append(call.address)
        return tuple(found)

    def _is_code(self, address: int) -> bool:
        place = self._case.place(address - 1)
        return place is not None and place.line is not None and place.section.startswith(".text")


def _addresses(wrong: Datum, case: Case) -> list[int]:
    """Where the bytes can be written: a physical address at all that the tables show it at.

    Those by which it was written may be gone; the stock kernel's direct map is always tried.
    """
    if not wrong.physical:
        return [wrong.address]
    spaces = {event.registers["cr3"] for event in case.log.events}
    shown = aliases(case.memory, spaces, wrong.address) | {DIRECT_MAP + wrong.address}
    return [wrong.address, *sorted(shown)]


def _elsewhere(wrote: Instruction | None, places: Sequence[int], size: int) -> bool:
    """Whether the instruction wrote other bytes.

    QEMU stops behind every unaligned write to the page, whatever bytes of it are watched.
    """
    if wrote is None or wrote.operand is None or wrote.operand % wrote.operand_size == 0:
        return False
    return not any(place - wrote.operand_size < wrote.operand < place + size for place in places)


def _loaded(case: Case, wrote: Instruction | None, now: Mapping[str, int]) -> int | None:
    """Where the stored value was loaded from, if that is the instruction in front of it."""
    registers = case.registers
    if wrote is None or registers is None:
        return None
    before = case.instruction_before(wrote.address)
    if before is None or before.operand is None or before.mnemonic not in ("mov", "movzx"):
        return None
    if not before.writes & value_of(wrote) or before.writes & before.reaches:
        return None
    general = {name: now[name] for name in registers.general if name in now}
    found = decode(before.data, before.address, replace(registers, general=general))
    return None if found is None else found.operand


_Question = Callable[[_Watch], Writer | None]
_Watched = Callable[[_Question], Writer | None]
