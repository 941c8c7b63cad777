"""QEMU's log of exceptions, read into data.

    check_exception old: 0xe new 0xe                   while delivering #PF another #PF: ...
         1: v=08 e=0000 i=0 cpl=0 IP=0010:ffff… …      ... becomes #DF
    RAX=… RBX=…                                        the registers as the instruction found
    CS =0010 0000000000000000 ffffffff 00af9b00 …      them, segments with what the CPU
    GDT=     ffffffff80116008 0000007f                 remembers of their descriptors
    Triple fault                                       the one that nothing could deliver

``-d int,cpu_reset`` writes it (QEMU, target/i386/tcg).  It has no memory in it.
A kernel that loops in an exception writes 100 MB a second: Tail keeps the last few
hundred events, and of those that repeat themselves one and their number.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

TRIPLE_FAULT = "Triple fault"


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment register: its selector, and the descriptor that was loaded with it.

    ``flags`` is the descriptor's second word without its parts of base and limit.
    """

    selector: int
    base: int
    limit: int
    flags: int


@dataclass(frozen=True, slots=True)
class Table:
    """GDTR or IDTR."""

    base: int
    limit: int


@dataclass(frozen=True, slots=True)
class Registers:
    """What a CPU held at one moment.

    ``general`` has rax to r15, rip and rflags (for 32-bit code too, by these names),
    ``control`` cr0, cr2, cr3, cr4 and efer, ``segments`` es to gs, ldt and tr.
    """

    general: Mapping[str, int]
    segments: Mapping[str, Segment]
    control: Mapping[str, int]
    gdt: Table
    idt: Table
    privilege: int
    halted: bool

    def __getitem__(self, name: str) -> int:
        """A general or control register, or the selector of a segment register."""
        if name in self.segments:
            return self.segments[name].selector
        return self.general[name] if name in self.general else self.control[name]

    @property
    def long_mode(self) -> bool:
        """EFER.LMA: paging and long mode are on."""
        return bool(self.control["efer"] & 1 << 10)


@dataclass(frozen=True, slots=True)
class Event:
    """An exception or interrupt that the CPU took.

    ``by_instruction`` says that an INT caused it, ``by_device`` that a device did.
    ``nested`` has the exception whose delivery caused this one, and the one
    that was raised: (#PF, #GP) for a double fault.  ``times`` is how often the
    same came in a row; the registers are those of the first.
    """

    vector: int
    error: int
    registers: Registers
    by_instruction: bool = False
    by_device: bool = False
    nested: tuple[int, int] | None = None
    times: int = 1


@dataclass(frozen=True, slots=True)
class Log:
    """The events, oldest first, and what ended them.

    ``fatal`` is the exception that was raised while #DF was being delivered:
    a triple fault.
    """

    events: tuple[Event, ...]
    fatal: int | None = None


KEPT = 400
ENDLESS = 5_000
"""So many repetitions, with nothing between them that ring 3 or a device did, are a loop."""

_END_OF_EVENT = re.compile(rb"^EFER=.*\n", re.MULTILINE)
_SAME = re.compile(rb"(v=\w\w e=\w+ i=\w) cpl=(\w) IP=(\S+) .*?(CR2=\S+)?$", re.MULTILINE)


class Tail:
    """The end of a log, while it is being written."""

    def __init__(self) -> None:
        self.endless = False
        self.count = 0  # of all events, those that were forgotten too
        self._events: deque[tuple[tuple[bytes | None, ...], bytes]] = deque(maxlen=KEPT)
        self._times: deque[int] = deque(maxlen=KEPT)
        self._repetitions = 0
        self._rest = b""

    def feed(self, data: bytes) -> None:
        """Take the next bytes of the log."""
        data = self._rest + data
        start = 0
        for end in _END_OF_EVENT.finditer(data):
            self._add(data[start : end.end()])
            start = end.end()
        self._rest = data[start:]

    def text(self) -> str:
        """What was kept, for :func:`parse`."""
        parts = []
        for (_, event), times in zip(self._events, self._times, strict=True):
            parts += [b"repeated %d times:\n" % times] if times > 1 else []
            parts.append(event)
        return b"".join([*parts, self._rest]).decode(errors="replace")

    def _add(self, event: bytes) -> None:
        self.count += 1
        found = _SAME.search(event)
        same = () if found is None else found.groups()
        if found is not None and self._events and self._events[-1][0] == same:
            self._times[-1] += 1
            self._repetitions += _is_exception(found)
            self.endless = self.endless or self._repetitions >= ENDLESS
            return
        if found is None or not _is_exception(found) or found[2] == b"3":
            self._repetitions = 0
        self._events.append((same, event))
        self._times.append(1)


def _is_exception(found: re.Match[bytes]) -> bool:
    """Not an INT, and no interrupt of a device."""
    return found[1] < b"v=20" and found[1].endswith(b"i=0")


def parse(text: str) -> Log:
    """Read a log, or the tail of one; what is not whole at its beginning is left out."""
    events: list[Event] = []
    raised: tuple[int, int] | None = None
    fatal: int | None = None
    hardware: int | None = None
    times = 1
    lines = iter(text.splitlines())
    for line in lines:
        if match := _RAISED.match(line):
            raised = int(match[1], 16), int(match[2], 16)
        elif match := _REPEATED.match(line):
            times = int(match[1])
        elif match := _HARDWARE.match(line):
            hardware = int(match[1], 16)
        elif line.startswith(TRIPLE_FAULT):
            fatal = None if raised is None else raised[1]
        elif match := _EVENT.match(line):
            registers = parse_registers(lines)
            if registers is None:
                break
            vector = int(match[1], 16)
            nested = raised if raised is not None and raised[0] != _NO_EXCEPTION else None
            events.append(
                Event(
                    vector,
                    int(match[2], 16),
                    registers,
                    by_instruction=match[3] == "1",
                    by_device=hardware == vector,
                    nested=nested,
                    times=times,
                )
            )
            raised = hardware = None
            times = 1
    return Log(tuple(events), fatal)


_NO_EXCEPTION = 0xFFFFFFFF
_RAISED = re.compile(r"check_exception old: 0x([0-9a-f]+) new 0x([0-9a-f]+)")
_REPEATED = re.compile(r"repeated (\d+) times:")
_HARDWARE = re.compile(r"Servicing hardware INT=0x([0-9a-f]+)")
_EVENT = re.compile(r" *\d+: v=([0-9a-f]{2}) e=([0-9a-f]{4}) i=([01]) ")


def parse_registers(lines: Iterator[str]) -> Registers | None:
    """The registers of one event, or of the monitor's `info registers`; None if cut off.

    They end with EFER; a kernel in 32-bit code has them under shorter names.
    """
    general: dict[str, int] = {}
    segments: dict[str, Segment] = {}
    control: dict[str, int] = {}
    tables: dict[str, Table] = {}
    privilege = 0
    halted = False
    for line in lines:
        if match := _SEGMENT.match(line):
            name = match[1].lower()
            segments[name] = Segment(*(int(word, 16) for word in match.groups()[1:]))
        elif match := _TABLE.match(line):
            tables[match[1].lower()] = Table(int(match[2], 16), int(match[3], 16))
        elif line.startswith(("CR0", "EFER")):
            control |= {name.lower(): int(value, 16) for name, value in _VALUE.findall(line)}
        elif line.startswith(("R", "E")):
            found = {_LONG.get(name, name.lower()): int(v, 16) for name, v in _VALUE.findall(line)}
            general |= {name: value for name, value in found.items() if name in _GENERAL}
            if match := _STATE.search(line):
                privilege, halted = int(match[1]), match[2] == "1"
        if line.startswith("EFER"):
            break
    if "efer" not in control or len(tables) < 2 or "rip" not in general:
        return None
    for name in _GENERAL:
        general.setdefault(name, 0)
    return Registers(general, segments, control, tables["gdt"], tables["idt"], privilege, halted)


_GENERAL = (
    *("rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "rsp"),
    *(f"r{number}" for number in range(8, 16)),
    *("rip", "rflags"),
)
_LONG = {f"E{name[1:].upper()}": name for name in _GENERAL[:8]} | {
    "EIP": "rip",
    "EFL": "rflags",
    "RFL": "rflags",
}
_VALUE = re.compile(r"\b([A-Z][A-Z0-9]+) ?=([0-9a-f]+)")
_STATE = re.compile(r"CPL=(\d) .*HLT=(\d)")
_SEGMENT = re.compile(
    r"(ES|CS|SS|DS|FS|GS|LDT|TR) *=([0-9a-f]{4}) ([0-9a-f]+) ([0-9a-f]{8}) ([0-9a-f]{8})"
)
_TABLE = re.compile(r"(GDT|IDT)= +([0-9a-f]+) ([0-9a-f]{8})")
