"""Everything that is known of an end: what the rules look at.

    Log ──> chain of exceptions ─┐
    memory, page tables ─────────┼──> Case ──> rules
    symbols, voice, PIC ─────────┘

Memory is what it was at the very end, registers are those of each exception.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

import capstone
from capstone import x86

from ring3.machine.outcome import OutcomeKind
from ring3.postmortem.exceptions import (
    DOUBLE_FAULT,
    EXCEPTIONS,
    GENERAL_PROTECTION,
    NOT_PRESENT,
    PAGE_FAULT,
    SelectorError,
)
from ring3.postmortem.log import Event, Log, Registers
from ring3.postmortem.memory import PAGE_SIZE, Memory, Walk, read_physical, walk
from ring3.postmortem.symbols import Place, Symbols
from ring3.x86.descriptors import (
    GATE_SIZE,
    SEGMENT_SIZE,
    WITH_ERROR_CODE,
    Gate,
    Segment,
    decode_gate,
    decode_segment,
)

LONGEST_INSTRUCTION = 15
WORD = 8
USER_HALF_END = 1 << 47
OFTEN = 16
"""More often than this no exception is repeated that its handler mends."""

CR0_PAGING = 1 << 31
CR4_PAE = 1 << 5
CR4_SMEP = 1 << 20
CR4_SMAP = 1 << 21
EFER_SCE = 1 << 0
EFER_LME = 1 << 8
EFER_NXE = 1 << 11
RFLAGS_FIXED = 1 << 1
RFLAGS_IF = 1 << 9
RFLAGS_AC = 1 << 18

_PANIC_RIP = re.compile(r"^ring3: panic: .* rip=0x([0-9a-f]+)$", re.MULTILINE)
_KILLED_RIP = re.compile(r"^ring3: killed .* rip=0x([0-9a-f]+)$", re.MULTILINE)

RETURNS = ("iret", "iretd", "iretq", "sysret", "sysretq")


@dataclass(frozen=True, slots=True)
class Instruction:
    """A decoded instruction.

    ``operand`` is the address of its memory operand, if it has one, of ``operand_size``
    bytes; ``reaches`` are the registers that make it.  ``reads`` and ``writes`` are all
    registers, by their 64-bit names; ``immediate`` is the last number in it.
    """

    address: int
    size: int
    mnemonic: str
    operands: str
    data: bytes
    operand: int | None = None
    segment: str | None = None
    operand_size: int = 0
    reads: frozenset[str] = frozenset()
    writes: frozenset[str] = frozenset()
    reaches: frozenset[str] = frozenset()
    immediate: int | None = None
    stores: bool = False

    def __str__(self) -> str:
        return f"{self.mnemonic} {self.operands}".strip()


@dataclass(frozen=True, slots=True)
class Frame:
    """What IRETQ pops, or an exception pushed, read from memory."""

    rip: int
    cs: int
    rflags: int
    rsp: int
    ss: int


@dataclass(frozen=True, slots=True)
class Failure:
    """The delivery of ``vector`` failed with the exception ``raised``.

    ``address`` is CR2 if that was #PF and is known.
    """

    vector: int
    raised: int
    address: int | None


@dataclass(frozen=True)
class Case:
    """One end of a machine.

    ``state`` has the CPU's registers at the end, and ``in_service`` and
    ``requested`` the first PIC's, when the machine was stopped by us.
    ``endless`` says that it was stopped in a loop of exceptions, ``samples`` are the
    addresses at which the CPU was found, from time to time.
    """

    kind: OutcomeKind
    log: Log
    memory: Memory
    symbols: Symbols
    voice: str = ""
    state: Registers | None = None
    in_service: int = 0
    requested: int = 0
    endless: bool = False
    samples: tuple[int, ...] = ()
    _decoded: dict[int, Instruction | None] = field(default_factory=dict, repr=False)

    @cached_property
    def chain(self) -> tuple[Event, ...]:
        """The exceptions that led to the end, each one while the one before it was handled."""
        last = self._last()
        if last is None:
            return ()
        events = self.log.events
        if self.endless:
            return events[self._first_of_loop(last) : last + 1]
        first = last
        while first > 0 and (
            events[first].nested is not None
            or _refused(events[first - 1], events[first])
            or self._inside(events[first - 1], events[first])
        ):
            first -= 1
        return events[first : last + 1]

    @property
    def first(self) -> Event | None:
        """The exception that began it."""
        return self.chain[0] if self.chain else None

    @property
    def registers(self) -> Registers | None:
        """Of the first exception; of a machine that was stopped, at its end."""
        return self.first.registers if self.first is not None else self.state

    @cached_property
    def entered_by(self) -> Event | None:
        """The last exception or INT of ring 3 before the chain: how the kernel was entered."""
        if self.first is None:
            return None
        before = self.log.events[: self.log.events.index(self.first)]
        return next((event for event in reversed(before) if event.registers.privilege == 3), None)

    @cached_property
    def failures(self) -> tuple[Failure, ...]:
        """Which exceptions could not be delivered, and why not."""
        found = []
        for before, event in pairwise((None, *self.chain)):
            assert event is not None
            failed = event.nested
            if failed is None and before is not None and _refused(before, event):
                failed = before.vector, event.vector
            if failed is not None:
                address = event.registers["cr2"] if failed[1] == PAGE_FAULT else None
                found.append(Failure(*failed, address))
        if self.log.fatal is not None and self.chain:
            found.append(Failure(DOUBLE_FAULT, self.log.fatal, None))
        return tuple(found)

    @cached_property
    def instruction(self) -> Instruction | None:
        """The one that the first exception struck, or that the CPU stopped at."""
        return None if self.registers is None else self.instruction_at(self.registers["rip"])

    @cached_property
    def previous(self) -> Instruction | None:
        """The one in front of it in memory, as far as that can be told."""
        return None if self.registers is None else self.instruction_before(self.registers["rip"])

    def instruction_before(self, rip: int) -> Instruction | None:
        """The one that ends where that address is, decoded from the symbol in front of it on."""
        place = self.symbols.place(rip - 1)
        start = rip - 1 - place.offset if place is not None and place.symbol else rip - 16
        last = None
        while start < rip:
            instruction = self.instruction_at(start)
            if instruction is None:
                return None
            last, start = instruction, start + instruction.size
        return last if start == rip else None

    def read(self, address: int, size: int) -> bytes | None:
        """Memory as the first exception's page tables show it; None where they do not."""
        if self.registers is None:
            return None
        data = bytearray()
        while len(data) < size:
            here = address + len(data)
            physical = self.physical(here)
            count = min(size - len(data), PAGE_SIZE - here % PAGE_SIZE)
            part = None if physical is None else read_physical(self.memory, physical, count)
            if part is None:
                return None
            data += part
        return bytes(data)

    def physical(self, address: int) -> int | None:
        assert self.registers is not None
        if not self.registers["cr0"] & CR0_PAGING:
            return address
        return self.walk(address).physical

    def walk(self, address: int) -> Walk:
        """What the page tables of the first exception say about an address."""
        assert self.registers is not None
        return walk(self.memory, self.registers["cr3"], address)

    def words(self, address: int, count: int, size: int = WORD) -> tuple[int, ...] | None:
        """``count`` numbers of ``size`` bytes each."""
        data = self.read(address, count * size)
        if data is None:
            return None
        parts = (data[start : start + size] for start in range(0, len(data), size))
        return tuple(int.from_bytes(part, "little") for part in parts)

    def physical_word(self, address: int) -> int | None:
        """Eight bytes of physical memory."""
        data = read_physical(self.memory, address, WORD)
        return None if data is None else int.from_bytes(data, "little")

    def instruction_at(self, address: int) -> Instruction | None:
        """From memory, or from the file where memory cannot be read any more."""
        if address not in self._decoded:
            self._decoded[address] = self._decode(address)
        return self._decoded[address]

    def gate(self, vector: int) -> Gate | None:
        """None when the IDT cannot be read; what lies beyond its limit is read all the same."""
        assert self.registers is not None
        data = self.read(self.registers.idt.base + vector * GATE_SIZE, GATE_SIZE)
        return None if data is None else decode_gate(data, vector)

    def descriptor(self, selector: int) -> Segment | None:
        """None when it lies beyond the GDT's limit, or cannot be read."""
        assert self.registers is not None
        index = selector & 0xFFF8
        if index + SEGMENT_SIZE - 1 > self.registers.gdt.limit or selector & 4:
            return None
        data = self.read(self.registers.gdt.base + index, SEGMENT_SIZE)
        return None if data is None else decode_segment(data, index)

    def task_state(self, offset: int) -> int | None:
        """Eight bytes of the TSS."""
        assert self.registers is not None
        words = self.words(self.registers.segments["tr"].base + offset, 1)
        return None if words is None else words[0]

    def frame(self, address: int) -> Frame | None:
        words = self.words(address, 5)
        return None if words is None else Frame(*words)

    def name(self, address: int) -> str:
        """An address with its symbol, if it has one: "0xffffffff80101cb6 (syscall_entry)"."""
        place = self.symbols.place(address)
        return f"{address:#x}" if place is None else f"{address:#x} ({place.name})"

    def place(self, address: int) -> Place | None:
        return self.symbols.place(address)

    def _last(self) -> int | None:
        """The index of the event that was the end, or None when none was."""
        events = self.log.events
        exceptions = [
            index
            for index, event in enumerate(events)
            if event.vector < EXCEPTIONS and not event.by_device
        ]
        if not exceptions:
            return None
        if self.kind is OutcomeKind.RESET or self.endless:
            return exceptions[-1]
        if self.kind is OutcomeKind.PANIC and (panic := _PANIC_RIP.search(self.voice)):
            found = self._last_at(exceptions, int(panic[1], 16))
            return self._last_of_program(exceptions) if found is None else found
        if self.kind is OutcomeKind.KILLED:
            return self._last_of_program(exceptions)
        return None

    def _first_of_loop(self, last: int) -> int:
        """The exception that began to repeat itself; if a handler's, the one that it was for."""
        events = self.log.events
        if events[last].registers.privilege == 3:
            return last
        first = last
        while first > 0 and events[first - 1].registers.privilege == 0:
            first -= 1
        while first < last and events[first].times < OFTEN:
            first += 1
        at_handler = events[first].registers["cr2"] == events[first].registers["rip"]
        return first - 1 if at_handler and first > 0 else first

    def _last_at(self, exceptions: list[int], rip: int) -> int | None:
        events = self.log.events
        return next((i for i in reversed(exceptions) if events[i].registers["rip"] == rip), None)

    def _last_of_program(self, exceptions: list[int]) -> int | None:
        """The last fault in ring 3, or on the way back to it."""
        events = self.log.events
        for index in reversed(exceptions):
            if events[index].registers.privilege == 3:
                return index
            if self._returns(events[index]):
                first = index
                while first > 0 and self._returns(events[first - 1]):
                    first -= 1  # what could not be returned to was returned to again
                return first
        return None

    def _returns(self, event: Event) -> bool:
        """Whether it struck the way out of the kernel: what was handled before is done."""
        rip = event.registers["rip"]
        if event.registers.privilege == 3:
            return False
        found = self.symbols.file_bytes(rip, LONGEST_INSTRUCTION)
        decoded = None if found is None else decode(found, rip, event.registers)
        return decoded is not None and decoded.mnemonic in RETURNS

    def _inside(self, outer: Event, inner: Event) -> bool:
        """Whether ``outer`` was still being handled when ``inner`` struck.

        Its frame must be where it was pushed, above the stack that ``inner`` found.
        """
        if outer.vector >= EXCEPTIONS or outer.by_device or outer.by_instruction:
            return False
        before, after = outer.registers, inner.registers
        if before.privilege != 0 or after.privilege != 0 or not before.long_mode:
            return False
        if outer.vector == DOUBLE_FAULT or before["rsp"] <= after["rsp"] or self._returns(inner):
            return False
        top = before["rsp"] & ~0xF
        words = self._words_by(before["cr3"], top - 5 * WORD, 5)
        pushed = 5 * WORD + (WORD if outer.vector in WITH_ERROR_CODE else 0)
        expected = (before["rip"], before["cs"], before["rsp"], before["ss"])
        return (
            after["rsp"] <= top - pushed
            and words is not None
            and (words[0], words[1], words[3], words[4]) == expected
        )

    def _words_by(self, cr3: int, address: int, count: int) -> tuple[int, ...] | None:
        words = []
        for index in range(count):
            found = walk(self.memory, cr3, address + index * WORD).physical
            data = None if found is None else read_physical(self.memory, found, WORD)
            if data is None:
                return None
            words.append(int.from_bytes(data, "little"))
        return tuple(words)

    def _decode(self, address: int) -> Instruction | None:
        if self.registers is None:
            return None
        data = next((part for part in self._code(address) if part), None)
        return None if data is None else decode(data, address, self.registers)

    def _code(self, address: int) -> Iterator[bytes | None]:
        if self.endless:  # a recursion may have overwritten the code
            yield self.symbols.file_bytes(address, LONGEST_INSTRUCTION)
        for size in (LONGEST_INSTRUCTION, PAGE_SIZE - address % PAGE_SIZE):
            yield self.read(address, min(size, LONGEST_INSTRUCTION))
        yield self.symbols.file_bytes(address, LONGEST_INSTRUCTION)


def _refused(before: Event, event: Event) -> bool:
    """Whether ``event`` says that the gate of ``before`` is none.

    For exceptions that do not become #DF (#UD, #DE, …) and for interrupts QEMU
    tells of both, one after the other, at the same instruction.
    """
    return (
        event.nested is None
        and not before.by_instruction
        and event.vector in (NOT_PRESENT, GENERAL_PROTECTION)
        and event.registers["rip"] == before.registers["rip"]
        and event.registers["rsp"] == before.registers["rsp"]
        and SelectorError(event.error).names_gate(before.vector)
    )


def decode(data: bytes, address: int, registers: Registers) -> Instruction | None:
    """The instruction that the bytes begin with, in the mode that the registers say."""
    decoder = capstone.Cs(capstone.CS_ARCH_X86, _mode(registers))
    decoder.detail = True
    found = next(decoder.disasm(data, address, count=1), None)
    if found is None:
        return None
    memory, size = next(
        ((o.mem, o.size) for o in found.operands if o.type == x86.X86_OP_MEM), (None, 0)
    )
    operand = segment = None
    if memory is not None and found.mnemonic != "lea":
        segment = found.reg_name(memory.segment) if memory.segment else None
        operand = _operand(found, memory, registers)
    read, written = found.regs_access()
    reaches = () if memory is None else (memory.base, memory.index)
    return Instruction(
        address,
        found.size,
        found.mnemonic,
        found.op_str,
        bytes(found.bytes),
        operand,
        segment,
        size,
        reads=_whole(found, read),
        writes=_whole(found, written),
        reaches=_whole(found, reaches),
        immediate=next((o.imm for o in found.operands if o.type == x86.X86_OP_IMM), None),
        stores=any(
            o.type == x86.X86_OP_MEM and o.access & capstone.CS_AC_WRITE for o in found.operands
        ),
    )


def _whole(found: capstone.CsInsn, numbers: Iterable[int]) -> frozenset[str]:
    """Registers by the names that they have in 64 bits: AL is RAX, R8D is R8."""
    names = (found.reg_name(number) for number in numbers if number)
    return frozenset(_WHOLE.get(name, name) for name in names if name)


_WHOLE = {
    **{f"{part}{letter}x": f"r{letter}x" for letter in "abcd" for part in ("e", "")},
    **{f"{letter}{part}": f"r{letter}x" for letter in "abcd" for part in ("l", "h")},
    **{f"{part}{name}": f"r{name}" for name in ("si", "di", "bp", "sp") for part in ("e", "")},
    **{f"{name}l": f"r{name}" for name in ("si", "di", "bp", "sp")},
    **{f"r{number}{part}": f"r{number}" for number in range(8, 16) for part in "dwb"},
}


def _operand(found: capstone.CsInsn, memory: x86.X86OpMem, registers: Registers) -> int | None:
    """The address that a memory operand means."""
    address = memory.disp
    for number, scale in ((memory.base, 1), (memory.index, memory.scale)):
        if number:
            name = found.reg_name(number)
            value = found.address + found.size if name == "rip" else _register(registers, name)
            if value is None:
                return None
            address += value * scale
    if memory.segment and (base := registers.segments.get(found.reg_name(memory.segment))):
        address += base.base
    return int(address) & (1 << 64) - 1


def _register(registers: Registers, name: str) -> int | None:
    if name in registers.general:
        return registers[name]
    long = f"r{name[1:]}"  # eax, ... in 32-bit code
    return registers[long] & 0xFFFF_FFFF if name[0] == "e" and long in registers.general else None


def _mode(registers: Registers) -> int:
    flags = registers.segments["cs"].flags
    if registers.long_mode and flags >> 21 & 1:
        return int(capstone.CS_MODE_64)
    return int(capstone.CS_MODE_32 if flags >> 22 & 1 else capstone.CS_MODE_16)
