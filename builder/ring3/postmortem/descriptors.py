"""What stands in the GDT, the IDT and the TSS, and what is wrong with it.

8 bytes of the GDT   ──> Descriptor: code or data, DPL, present, L, D
16 bytes of the IDT  ──> Gate: handler, selector, IST, type, DPL, present
"""

from __future__ import annotations

from dataclasses import dataclass

GATE_SIZE = 16
INTERRUPT_GATE = 0xE
TRAP_GATE = 0xF
GATE_TYPES = {0x5: "a task gate", 0xC: "a call gate", 0xE: "an interrupt gate", 0xF: "a trap gate"}
TSS_AVAILABLE = 0x9
TSS_BUSY = 0xB


@dataclass(frozen=True, slots=True)
class Gate:
    """A gate of the IDT (SDM Vol. 3A 6.14.1)."""

    handler: int
    selector: int
    stack: int
    type: int
    dpl: int
    present: bool

    @classmethod
    def of(cls, data: bytes) -> Gate:
        low, high = int.from_bytes(data[:8], "little"), int.from_bytes(data[8:12], "little")
        return cls(
            handler=low & 0xFFFF | (low >> 48) << 16 | high << 32,
            selector=low >> 16 & 0xFFFF,
            stack=low >> 32 & 7,
            type=low >> 40 & 0xF,
            dpl=low >> 45 & 3,
            present=bool(low >> 47 & 1),
        )

    @property
    def opens(self) -> bool:
        """Whether its type is one of the two that 64-bit mode takes."""
        return self.type in (INTERRUPT_GATE, TRAP_GATE)


@dataclass(frozen=True, slots=True)
class Descriptor:
    """A descriptor of the GDT (SDM Vol. 3A 3.4.5)."""

    value: int

    @property
    def type(self) -> int:
        return self.value >> 40 & 0xF

    @property
    def is_segment(self) -> bool:
        """S: code or data, not a TSS or another system descriptor."""
        return bool(self.value >> 44 & 1)

    @property
    def is_code(self) -> bool:
        return self.is_segment and bool(self.type & 8)

    @property
    def is_data(self) -> bool:
        return self.is_segment and not self.type & 8

    @property
    def writable(self) -> bool:
        return self.is_data and bool(self.type & 2)

    @property
    def conforming(self) -> bool:
        return self.is_code and bool(self.type & 4)

    @property
    def dpl(self) -> int:
        return self.value >> 45 & 3

    @property
    def present(self) -> bool:
        return bool(self.value >> 47 & 1)

    @property
    def long(self) -> bool:
        """L: 64-bit code."""
        return bool(self.value >> 53 & 1)

    @property
    def default_big(self) -> bool:
        """D: 32-bit code."""
        return bool(self.value >> 54 & 1)

    def __str__(self) -> str:
        if self.value == 0:
            return "an empty descriptor"
        if self.is_code:
            width = {(1, 0): "64-bit", (0, 1): "32-bit", (0, 0): "16-bit", (1, 1): "L and D"}
            kind = f"{width[int(self.long), int(self.default_big)]} code"
        elif self.is_data:
            kind = f"{'writable' if self.writable else 'read-only'} data"
        elif self.type in (TSS_AVAILABLE, TSS_BUSY):
            kind = f"{'an available' if self.type == TSS_AVAILABLE else 'a busy'} TSS"
        else:
            kind = f"a system descriptor of type {self.type:#x}"
        return f"{kind}, DPL {self.dpl}{'' if self.present else ', not present'}"
