"""The CPU's exceptions: their names, and what their error codes say (SDM Vol. 3A 6.13, 6.15).

#GP error 0x42   ──> "selector 0x40, GDT entry 8"
#PF error 0x0003 ──> "write, the page is present, in ring 0"
"""

from __future__ import annotations

from dataclasses import dataclass

from ring3.x86.descriptors import VECTORS

DIVIDE_ERROR = 0
NMI = 2
INVALID_OPCODE = 6
DOUBLE_FAULT = 8
INVALID_TSS = 10
NOT_PRESENT = 11
STACK_FAULT = 12
GENERAL_PROTECTION = 13
PAGE_FAULT = 14

EXCEPTIONS = 32
"""Vectors below this are the CPU's own."""

# Exceptions whose error code is a selector (SDM Vol. 3A 6.13).
WITH_SELECTOR = (INVALID_TSS, NOT_PRESENT, STACK_FAULT, GENERAL_PROTECTION)


def short_name(vector: int) -> str:
    """ "#PF", or "interrupt 0x20"."""
    return VECTORS[vector].split()[0] if vector in VECTORS else f"interrupt {vector:#x}"


def long_name(vector: int) -> str:
    """ "#PF page fault"."""
    return VECTORS.get(vector, f"interrupt {vector:#x}")


@dataclass(frozen=True, slots=True)
class SelectorError:
    """The error code of #TS, #NP, #SS and #GP, when it is not 0."""

    code: int

    @property
    def external(self) -> bool:
        """EXT: an event from outside the program was being delivered."""
        return bool(self.code & 1)

    @property
    def is_gate(self) -> bool:
        """IDT: the index is a vector."""
        return bool(self.code & 2)

    @property
    def is_local(self) -> bool:
        """TI: the index is one of the LDT."""
        return bool(self.code & 4) and not self.is_gate

    @property
    def index(self) -> int:
        return self.code >> 3

    def names_gate(self, vector: int) -> bool:
        """Whether it is about this gate.  QEMU's 64-bit mode writes vector * 16 + 2."""
        return self.is_gate and vector in (self.index, self.code >> 4)

    def __str__(self) -> str:
        if self.is_gate:
            where = f"IDT gate {self.index:#x} (or {self.code >> 4:#x}, as QEMU writes it)"
        else:
            table = "LDT" if self.is_local else "GDT"
            where = f"selector {self.code & 0xFFFC:#x}, {table} entry {self.index}"
        return f"{where}, EXT" if self.external else where


@dataclass(frozen=True, slots=True)
class PageFaultError:
    """The error code of #PF (SDM Vol. 3A 4.7)."""

    code: int

    @property
    def present(self) -> bool:
        """The page is there and forbids it."""
        return bool(self.code & 1)

    @property
    def write(self) -> bool:
        return bool(self.code & 2)

    @property
    def user(self) -> bool:
        """It was ring 3 that tried."""
        return bool(self.code & 4)

    @property
    def reserved(self) -> bool:
        """A reserved bit is set in a page-table entry."""
        return bool(self.code & 8)

    @property
    def fetch(self) -> bool:
        return bool(self.code & 16)

    @property
    def access(self) -> str:
        if self.fetch:
            return "instruction fetch"
        return "write" if self.write else "read"

    def __str__(self) -> str:
        if self.reserved:
            page = "a reserved bit is set in a page-table entry"
        else:
            page = "the page is present and forbids it" if self.present else "no page there"
        return f"{self.access}, {'ring 3' if self.user else 'ring 0'}, {page}"


def describe_error(vector: int, error: int) -> str | None:
    """The error code in words; None for an exception that has none."""
    if vector == PAGE_FAULT:
        return str(PageFaultError(error))
    if vector in WITH_SELECTOR and error:
        return str(SelectorError(error))
    return None
