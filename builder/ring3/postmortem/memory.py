"""The guest's memory after its end, through its own page tables (SDM Vol. 3A 4.5).

    CR3 ──> PML4 ──> directory pointers ──> directory ──> table ──> page
             each entry: present, write, user, large, NX, reserved bits

QEMU keeps the guest's RAM in a file, which is still there when QEMU is not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

PAGE = 4096

PRESENT = 1 << 0
WRITE = 1 << 1
USER = 1 << 2
LARGE = 1 << 7
NO_EXECUTE = 1 << 63
_FRAME = 0x000F_FFFF_FFFF_F000
_LEVELS = ("PML4", "page-directory pointer", "page directory", "page table")

HIGHEST_RAM = 1 << 31
"""Above it RAM may lie elsewhere than in the file: machines leave holes for devices."""


class Memory(Protocol):
    """Physical memory."""

    def page(self, number: int) -> bytes | None:
        """The 4096 bytes of a page frame; None where there is no RAM."""


@dataclass(frozen=True)
class Ram:
    """RAM as bytes, from physical address 0."""

    data: memoryview | bytes

    def page(self, number: int) -> bytes | None:
        start = number * PAGE
        if not 0 <= start <= min(len(self.data), HIGHEST_RAM) - PAGE:
            return None
        return bytes(self.data[start : start + PAGE])


@dataclass(frozen=True)
class Pages:
    """Some page frames, by number; the rest is not known."""

    pages: Mapping[int, bytes]

    def page(self, number: int) -> bytes | None:
        return self.pages.get(number)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry on the way from CR3 to a page; ``level`` counts from 0, the PML4's."""

    level: int
    index: int
    value: int

    @property
    def table(self) -> str:
        return _LEVELS[self.level]

    def __str__(self) -> str:
        return f"{self.table} entry {self.index} is {self.value:#x}"


@dataclass(frozen=True, slots=True)
class Walk:
    """What page tables say about an address.

    ``entries`` are those that were met.  ``physical`` is None when there is no
    page; ``complete`` is False when a table lies where there is no RAM.
    """

    address: int
    entries: tuple[Entry, ...]
    physical: int | None
    complete: bool = True

    @property
    def mapped(self) -> bool:
        return self.physical is not None

    @property
    def writable(self) -> bool:
        return self.mapped and all(entry.value & WRITE for entry in self.entries)

    @property
    def user(self) -> bool:
        return self.mapped and all(entry.value & USER for entry in self.entries)

    @property
    def executable(self) -> bool:
        return self.mapped and not any(entry.value & NO_EXECUTE for entry in self.entries)

    @property
    def rights(self) -> str:
        """ "rw- user", "r-x kernel"."""
        bits = f"r{'w' if self.writable else '-'}{'x' if self.executable else '-'}"
        return f"{bits} {'user' if self.user else 'kernel'}"

    def __str__(self) -> str:
        if not self.complete:
            return "a page table on the way to it does not lie in RAM"
        if self.physical is None:
            return f"not mapped: {self.entries[-1]}"
        return f"mapped {self.rights}, physical {self.physical:#x}"


def walk(memory: Memory, cr3: int, address: int) -> Walk:
    """Look ``address`` up as the CPU does with paging in four levels."""
    entries: list[Entry] = []
    table = cr3 & _FRAME
    for level in range(4):
        shift = 39 - 9 * level
        index = address >> shift & 511
        value = read_physical(memory, table + index * 8, 8)
        if value is None:
            return Walk(address, tuple(entries), None, complete=False)
        entry = Entry(level, index, int.from_bytes(value, "little"))
        entries.append(entry)
        if not entry.value & PRESENT:
            return Walk(address, tuple(entries), None)
        large = level in (1, 2) and entry.value & LARGE
        if large or level == 3:
            offset = address & (1 << shift) - 1
            return Walk(address, tuple(entries), (entry.value & _FRAME & -1 << shift) + offset)
        table = entry.value & _FRAME
    raise AssertionError("the last level always ends the walk")


def read_physical(memory: Memory, address: int, size: int) -> bytes | None:
    """``size`` bytes; None when there is no RAM for all of them."""
    data = bytearray()
    while len(data) < size:
        page = memory.page((address + len(data)) // PAGE)
        if page is None:
            return None
        start = (address + len(data)) % PAGE
        data += page[start : start + size - len(data)]
    return bytes(data)


def is_canonical(address: int) -> bool:
    """Bits 48 to 63 repeat bit 47, as all addresses must (SDM Vol. 1 3.3.7.1)."""
    return address >> 47 in (0, (1 << 17) - 1)
