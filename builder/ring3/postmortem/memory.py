"""The guest's memory after its end, through its own page tables (SDM Vol. 3A 4.5).

    CR3 ──ring3.x86.paging──> Walk: the entries that were met, the page's rights

QEMU keeps the guest's RAM in a file, which is still there when QEMU is not.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from ring3.x86 import paging
from ring3.x86.paging import LEVELS, NO_EXECUTE, PAGE_SIZE, PRESENT, USER, WRITE, Step, translate

__all__ = ["NO_EXECUTE", "PAGE_SIZE", "PRESENT", "USER", "WRITE", "Memory", "Pages", "Ram", "Walk"]

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
        start = number * PAGE_SIZE
        if not 0 <= start <= min(len(self.data), HIGHEST_RAM) - PAGE_SIZE:
            return None
        return bytes(self.data[start : start + PAGE_SIZE])


@dataclass(frozen=True)
class Pages:
    """Some page frames, by number; the rest is not known."""

    pages: Mapping[int, bytes]

    def page(self, number: int) -> bytes | None:
        return self.pages.get(number)


@dataclass(frozen=True, slots=True)
class Walk:
    """What page tables say about an address.

    ``physical`` is None when there is no page; ``known`` is False when a table
    on the way does not lie in RAM, or the address is not canonical.
    """

    steps: tuple[Step, ...]
    physical: int | None
    known: bool = True

    @property
    def mapped(self) -> bool:
        return self.physical is not None

    @property
    def writable(self) -> bool:
        return self.mapped and all(step.entry & WRITE for step in self.steps)

    @property
    def user(self) -> bool:
        return self.mapped and all(step.entry & USER for step in self.steps)

    @property
    def executable(self) -> bool:
        return self.mapped and not any(step.entry & NO_EXECUTE for step in self.steps)

    @property
    def rights(self) -> str:
        """ "rw- user", "r-x kernel"."""
        bits = f"r{'w' if self.writable else '-'}{'x' if self.executable else '-'}"
        return f"{bits} {'user' if self.user else 'kernel'}"

    def __str__(self) -> str:
        if not self.known:
            return "the way to it cannot be followed"
        if self.physical is None:
            return f"not mapped: {in_words(self.steps[-1])}"
        return f"mapped {self.rights}, physical {self.physical:#x}"


def in_words(step: Step) -> str:
    """An entry of a table: "PML4 entry 511 is 0x0"."""
    return f"{LEVELS[step.level]} entry {step.index} is {step.entry:#x}"


def walk(memory: Memory, cr3: int, address: int) -> Walk:
    """Look ``address`` up as the CPU does with paging in four levels."""

    def read(physical: int, size: int) -> bytes:
        data = read_physical(memory, physical, size)
        if data is None:
            raise _NoRamError
        return data

    try:
        found = translate(read, cr3, address)
    except _NoRamError:
        return Walk((), None, known=False)
    return Walk(found.steps, found.physical, known=bool(found.steps))


def aliases(memory: Memory, spaces: Iterable[int], physical: int) -> set[int]:
    """The virtual addresses at which the tables of some CR3s show a physical address."""

    def read(address: int, size: int) -> bytes:
        data = read_physical(memory, address, size)
        if data is None:
            raise _NoRamError
        return data

    found: set[int] = set()
    for cr3 in spaces:
        with contextlib.suppress(_NoRamError):  # tables that are wrong may lead anywhere
            for each in paging.walk(read, cr3):
                if each.frame <= physical < each.frame + each.size:
                    found.add(each.address + physical - each.frame)
    return found


class _NoRamError(Exception):
    """A table lies where there is no RAM."""


def read_physical(memory: Memory, address: int, size: int) -> bytes | None:
    """``size`` bytes; None when there is no RAM for all of them."""
    data = bytearray()
    while len(data) < size:
        page = memory.page((address + len(data)) // PAGE_SIZE)
        if page is None:
            return None
        start = (address + len(data)) % PAGE_SIZE
        data += page[start : start + size - len(data)]
    return bytes(data)


def is_canonical(address: int) -> bool:
    """Bits 48 to 63 repeat bit 47, as all addresses must (SDM Vol. 1 3.3.7.1)."""
    return address >> 47 in (0, (1 << 17) - 1)
