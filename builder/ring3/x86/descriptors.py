"""Descriptors: the rows of the GDT and the IDT, and the task-state segment.

    8 bytes   ──> Segment    code or data; or with 16 bytes in 64-bit mode a system segment
    16 bytes  ──> Gate       where a vector leads, and who may use it
    104 bytes ──> TaskState  the stacks that the CPU changes to by itself

SDM Vol. 3A 3.4.5 (segments), 6.14.1 (gates), 7.7 (the TSS).
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass

GATE_SIZE = 16
SEGMENT_SIZE = 8
TASK_STATE_SIZE = 104

_RPL_AND_TABLE = 7  # the low bits of a selector

# Types of system segments and gates in 64-bit mode (SDM Vol. 3A table 3-2).
LDT, TSS_AVAILABLE, TSS_BUSY = 0x2, 0x9, 0xB
CALL_GATE, INTERRUPT_GATE, TRAP_GATE = 0xC, 0xE, 0xF

SYSTEM_TYPES = {
    LDT: "LDT",
    TSS_AVAILABLE: "64-bit TSS, available",
    TSS_BUSY: "64-bit TSS, busy",
    CALL_GATE: "64-bit call gate",
    INTERRUPT_GATE: "interrupt gate",
    TRAP_GATE: "trap gate",
}

# SDM Vol. 3A table 6-1.
VECTORS = {
    0: "#DE divide error",
    1: "#DB debug",
    2: "NMI",
    3: "#BP breakpoint",
    4: "#OF overflow",
    5: "#BR bound range exceeded",
    6: "#UD invalid opcode",
    7: "#NM device not available",
    8: "#DF double fault",
    9: "coprocessor segment overrun",
    10: "#TS invalid TSS",
    11: "#NP segment not present",
    12: "#SS stack segment",
    13: "#GP general protection",
    14: "#PF page fault",
    16: "#MF x87 error",
    17: "#AC alignment check",
    18: "#MC machine check",
    19: "#XM SIMD error",
    20: "#VE virtualization",
    21: "#CP control protection",
    28: "#HV hypervisor injection",
    29: "#VC VMM communication",
    30: "#SX security",
}

# The vectors for which the CPU pushes an error code (SDM Vol. 3A 6.13).
WITH_ERROR_CODE = frozenset({8, 10, 11, 12, 13, 14, 17, 21, 29, 30})

Namer = Callable[[int], str]
"""Puts an address into words: ``0xffffffff80101800 <int80_entry>``."""


def plain_address(address: int) -> str:
    """The :data:`Namer` of those who know no symbols."""
    return f"{address:#018x}"


@dataclass(frozen=True, slots=True)
class Gate:
    """One row of the IDT.  ``ist`` is 0, or the number of a stack in the TSS."""

    vector: int
    handler: int
    selector: int
    type: int
    dpl: int
    ist: int
    present: bool

    def describe(self, name: Namer = plain_address) -> str:
        """In words, on one line."""
        return f"{self.vector:#04x} {self._what(name)}"

    def _what(self, name: Namer) -> str:
        if not self.present:
            return "not present: a use of it is #NP"
        kind = SYSTEM_TYPES.get(self.type, f"type {self.type:#x}, which no gate has")
        interrupts = {INTERRUPT_GATE: ", interrupts off", TRAP_GATE: ", interrupts stay"}
        who = "open to programs" if self.dpl == 3 else "closed to programs"
        stack = f", stack IST{self.ist}" if self.ist else ""
        meaning = f"  ({VECTORS[self.vector]})" if self.vector in VECTORS else ""
        return (
            f"-> {self.selector:#04x}:{name(self.handler)}  {kind}{interrupts.get(self.type, '')},"
            f" DPL {self.dpl}: {who}{stack}{meaning}"
        )

    def __str__(self) -> str:
        return self.describe()


@dataclass(frozen=True, slots=True)
class Segment:
    """One descriptor of the GDT.  ``limit`` is in bytes: the last offset that is inside.

    ``type`` is the four bits of the descriptor; with ``system`` it names one
    of :data:`SYSTEM_TYPES`.  ``data`` are its bytes, eight, or sixteen for a
    system segment.
    """

    selector: int
    data: bytes
    base: int
    limit: int
    type: int
    system: bool
    dpl: int
    present: bool
    long: bool
    wide: bool  # D or B: 32-bit operands, a 32-bit stack

    @property
    def is_null(self) -> bool:
        return not any(self.data)

    @property
    def is_code(self) -> bool:
        return not self.system and bool(self.type & 8)

    @property
    def is_tss(self) -> bool:
        return self.system and self.type in (TSS_AVAILABLE, TSS_BUSY)

    def describe(self, name: Namer = plain_address) -> str:
        """In words, on one line."""
        return f"{self.selector:#04x} {self._what(name)}"

    def _what(self, name: Namer) -> str:
        if self.is_null:
            return "empty"
        if not self.present:
            return "not present: loading it is #NP"
        where = f"base {name(self.base)} limit {self.limit:#x}"
        if self.system:
            kind = SYSTEM_TYPES.get(self.type, f"system type {self.type:#x}, reserved")
            return f"{kind}, DPL {self.dpl}, {where}"
        return f"{self._width()}{self._kind()}, DPL {self.dpl}, {where}"

    def _width(self) -> str:
        if self.is_code:
            if self.long:
                # D = 1 with L = 1 is reserved (SDM Vol. 3A 5.2.1).
                return "64-bit " if not self.wide else "64-bit with D set, which is reserved: "
            return "32-bit " if self.wide else "16-bit "
        return ""

    def _kind(self) -> str:
        accessed = ", accessed" if self.type & 1 else ""
        if self.is_code:
            conforming = ", conforming" if self.type & 4 else ""
            return f"code, {'readable' if self.type & 2 else 'execute-only'}{conforming}{accessed}"
        down = ", expand-down" if self.type & 4 else ""
        return f"data, {'writable' if self.type & 2 else 'read-only'}{down}{accessed}"

    def __str__(self) -> str:
        return self.describe()


@dataclass(frozen=True, slots=True)
class TaskState:
    """A 64-bit TSS: ``rsp[n]`` is ring n's stack, ``ist[n]`` is IST ``n + 1``."""

    rsp: tuple[int, int, int]
    ist: tuple[int, ...]
    io_map: int

    def describe(self) -> list[str]:
        """In words, a line a slot."""
        lines = [f"RSP0  {self.rsp[0]:#018x}  the stack of an entry from ring 3"]
        lines += [f"RSP{n}  {self.rsp[n]:#018x}" for n in (1, 2) if self.rsp[n]]
        lines += [f"IST{n}  {top:#018x}" for n, top in enumerate(self.ist, 1) if top]
        beyond = self.io_map >= TASK_STATE_SIZE
        ports = "behind the limit, so programs may use no port" if beyond else "inside the TSS"
        return [*lines, f"I/O permission map at offset {self.io_map:#x}: {ports}"]


def decode_gate(data: bytes, vector: int) -> Gate:
    """One row of the IDT, its 16 bytes."""
    low, selector, ist, attributes, middle, high, _ = struct.unpack("<HHBBHII", data)
    return Gate(
        vector=vector,
        handler=low | middle << 16 | high << 32,
        selector=selector,
        type=attributes & 0xF,
        dpl=attributes >> 5 & 3,
        ist=ist & 7,
        present=bool(attributes & 0x80),
    )


def decode_idt(data: bytes) -> list[Gate]:
    """All rows of an IDT; what is left over at its end is no gate."""
    return [
        decode_gate(data[start : start + GATE_SIZE], start // GATE_SIZE)
        for start in range(0, len(data) - GATE_SIZE + 1, GATE_SIZE)
    ]


def decode_segment(data: bytes, selector: int) -> Segment:
    """A descriptor of 8 bytes, or of 16 where it is a system segment's in 64-bit mode."""
    limit_low, base_low, base_middle, access, flags, base_high = struct.unpack("<HHBBBB", data[:8])
    base = base_low | base_middle << 16 | base_high << 24
    system = not access & 0x10
    if len(data) == 2 * SEGMENT_SIZE:
        base |= int.from_bytes(data[8:12], "little") << 32
    limit = limit_low | (flags & 0xF) << 16
    return Segment(
        selector=selector,
        data=data,
        base=base,
        limit=(limit << 12 | 0xFFF) if flags & 0x80 else limit,
        type=access & 0xF,
        system=system,
        dpl=access >> 5 & 3,
        present=bool(access & 0x80),
        long=bool(flags & 0x20),
        wide=bool(flags & 0x40),
    )


def decode_gdt(data: bytes) -> list[Segment]:
    """All descriptors of a GDT, empty ones too; one of a system segment takes two places."""
    segments: list[Segment] = []
    place = 0
    while place + SEGMENT_SIZE <= len(data):
        segment = decode_segment(data[place : place + SEGMENT_SIZE], place)
        if segment.system and not segment.is_null and place + 2 * SEGMENT_SIZE <= len(data):
            segment = decode_segment(data[place : place + 2 * SEGMENT_SIZE], place)
        segments.append(segment)
        place += len(segment.data)
    return segments


def segment_of(segments: list[Segment], selector: int) -> Segment | None:
    """The descriptor that a selector of the GDT names, whatever its RPL."""
    wanted = selector & ~_RPL_AND_TABLE
    return next((segment for segment in segments if segment.selector == wanted), None)


def decode_task_state(data: bytes) -> TaskState:
    """The 104 bytes of a 64-bit TSS."""
    rsp0, rsp1, rsp2 = struct.unpack_from("<3Q", data, 4)
    return TaskState(
        rsp=(rsp0, rsp1, rsp2),
        ist=struct.unpack_from("<7Q", data, 36),
        io_map=int.from_bytes(data[102:104], "little"),
    )
