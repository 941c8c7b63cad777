"""The operands of an instruction, as parsed: their expressions are not numbers yet.

    "qword ptr gs:[rax + rcx*8 + table]"  ->  Memory(size=8, segment=gs, base=rax, ...)

The five kinds are those of GNU as's Intel syntax.  A bare expression is the
odd one: it is an immediate while its value is a known number, and the contents
of memory at that address as soon as a symbol is in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ring3.asm.registers import Register
from ring3.diagnostic import Location

if TYPE_CHECKING:
    from ring3.asm.expression import Expression


@dataclass(frozen=True, slots=True)
class RegisterOperand:
    """A register by itself."""

    register: Register
    location: Location


@dataclass(frozen=True, slots=True)
class Immediate:
    """``offset symbol``: a value that is never the contents of memory."""

    expression: Expression
    location: Location


@dataclass(frozen=True, slots=True)
class Bare:
    """``5``, ``COUNT * 8``, ``dword ptr table + 4``: immediate or memory, by what is in it.

    A relative branch takes it as its target.  ``size`` in bytes is what a
    keyword before it said.
    """

    expression: Expression
    location: Location
    size: int | None = None
    distance: str | None = None  # "short", "near" or "far", where that was written


@dataclass(frozen=True, slots=True)
class Memory:
    """``size ptr segment:[base + index*scale + displacement]``."""

    location: Location
    size: int | None = None
    segment: Register | None = None
    base: Register | None = None
    index: Register | None = None
    scale: int = 1
    displacement: Expression | None = None
    distance: str | None = None


@dataclass(frozen=True, slots=True)
class FarPointer:
    """``ljmp selector, offset`` or ``ljmp selector:offset``: a far address in the code."""

    selector: Expression
    offset: Expression
    location: Location


Operand = RegisterOperand | Immediate | Bare | Memory | FarPointer


def expressions_of(operand: Operand) -> tuple[Expression, ...]:
    """The expressions of an operand, in the order in which a source has them."""
    match operand:
        case Immediate(expression=value) | Bare(expression=value):
            return (value,)
        case Memory(displacement=value) if value is not None:
            return (value,)
        case FarPointer(selector=selector, offset=offset):
            return (selector, offset)
        case _:
            return ()
