"""The registers that an instruction can name, with the numbers that encode them.

    "r9d" ── REGISTERS ──> Register(name="r9d", kind=GENERAL, size=4, number=9)

Numbers are those of the ModRM, SIB and opcode fields (SDM Vol. 2A 2.1.5,
table 2-2; 3.1.1.1, table 3-1): bits 0..2 go there, bit 3 goes to a REX bit.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto


class RegisterKind(Enum):
    """Which file of registers a name belongs to."""

    GENERAL = auto()
    HIGH_BYTE = auto()  # ah ch dh bh: number 4..7, impossible beside a REX prefix
    INSTRUCTION_POINTER = auto()  # rip eip: a base of a memory operand, nothing else
    SEGMENT = auto()
    CONTROL = auto()
    DEBUG = auto()
    X87 = auto()
    MMX = auto()
    XMM = auto()
    YMM = auto()


@dataclass(frozen=True, slots=True, eq=False)
class Register:
    """A register: its name in lower case, its size in bytes, its number in an encoding.

    There is one object for each, below, so that two are equal when they are the same.
    """

    name: str
    kind: RegisterKind
    size: int
    number: int

    @property
    def needs_rex(self) -> bool:
        """Whether the name exists only beside a REX prefix: spl bpl sil dil."""
        return self.kind is RegisterKind.GENERAL and self.size == 1 and 4 <= self.number <= 7

    @property
    def is_long_mode_only(self) -> bool:
        """Whether only 64-bit code can name it."""
        if self.kind is RegisterKind.INSTRUCTION_POINTER:
            return True
        if self.kind is RegisterKind.GENERAL and self.size == 8:
            return True
        return self.number >= 8 or self.needs_rex

    def __str__(self) -> str:
        return self.name


def _rows() -> list[Register]:
    general = RegisterKind.GENERAL
    legacy = ("ax", "cx", "dx", "bx", "sp", "bp", "si", "di")
    rows = [
        Register(name, general, 1, number)
        for number, name in enumerate(("al", "cl", "dl", "bl", "spl", "bpl", "sil", "dil"))
    ]
    rows += [
        Register(name, RegisterKind.HIGH_BYTE, 1, number)
        for number, name in enumerate(("ah", "ch", "dh", "bh"), start=4)
    ]
    for number, name in enumerate(legacy):
        rows += [
            Register(name, general, 2, number),
            Register(f"e{name}", general, 4, number),
            Register(f"r{name}", general, 8, number),
        ]
    for number in range(8, 16):
        rows += [
            Register(f"r{number}b", general, 1, number),
            Register(f"r{number}w", general, 2, number),
            Register(f"r{number}d", general, 4, number),
            Register(f"r{number}", general, 8, number),
        ]
    rows += [
        Register("rip", RegisterKind.INSTRUCTION_POINTER, 8, 5),
        Register("eip", RegisterKind.INSTRUCTION_POINTER, 4, 5),
    ]
    rows += [
        Register(name, RegisterKind.SEGMENT, 2, number)
        for number, name in enumerate(("es", "cs", "ss", "ds", "fs", "gs"))
    ]
    for number in range(16):
        rows += [
            Register(f"cr{number}", RegisterKind.CONTROL, 8, number),
            Register(f"dr{number}", RegisterKind.DEBUG, 8, number),
            Register(f"xmm{number}", RegisterKind.XMM, 16, number),
            Register(f"ymm{number}", RegisterKind.YMM, 32, number),
        ]
    rows += [Register(f"mm{number}", RegisterKind.MMX, 8, number) for number in range(8)]
    rows.append(Register("st", RegisterKind.X87, 10, 0))
    return rows


REGISTERS: dict[str, Register] = {row.name: row for row in _rows()}
REGISTERS |= {f"db{number}": REGISTERS[f"dr{number}"] for number in range(16)}

#: ``st(0)`` .. ``st(7)``; the plain name ``st`` is the same register as ``st(0)``.
X87_STACK: tuple[Register, ...] = tuple(
    Register(f"st({number})", RegisterKind.X87, 10, number) for number in range(8)
)

#: (number, size in bytes) -> the general register, ah ch dh bh aside.
GENERAL_REGISTERS: dict[tuple[int, int], Register] = {
    (row.number, row.size): row for row in REGISTERS.values() if row.kind is RegisterKind.GENERAL
}


def is_vector(register: Register | None) -> bool:
    """Whether it is an XMM or YMM register, which can index elements in memory (VSIB)."""
    return register is not None and register.kind in (RegisterKind.XMM, RegisterKind.YMM)
