"""One statement's tokens to an instruction, and what encoding one yields.

tokens ── parse_instruction ──> Instruction ── encoder.encode ──> Encoding
          prefixes, mnemonic,   expressions     bytes + the fields whose value
          operands              not evaluated   was not a number yet
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from ring3.asm.operand import Operand, expressions_of
from ring3.diagnostic import Location

if TYPE_CHECKING:
    from ring3.asm.expression import Expression


@dataclass(frozen=True)
class Instruction:
    """What a source line says; ``mode`` is 16, 32 or 64, ``mnemonic`` in lower case."""

    mnemonic: str
    operands: tuple[Operand, ...]
    mode: int
    location: Location
    prefixes: tuple[str, ...] = ()

    @cached_property
    def expressions(self) -> tuple[Expression, ...]:
        """The expressions of all operands, in order: ``Field.expression`` counts these."""
        return tuple(value for operand in self.operands for value in expressions_of(operand))


@dataclass(frozen=True, slots=True)
class Field:
    """A place in an encoding that gets the value of an expression later.

    ``expression`` is an index into ``Instruction.expressions``.  A relative
    field gets ``value - (address of the instruction + length of the encoding)``.
    ``signed`` says how the CPU extends it (None: not at all, both readings fit),
    which is what tells R_X86_64_32S from R_X86_64_32.
    """

    offset: int
    size: int
    expression: int
    relative: bool = False
    signed: bool | None = None


@dataclass(frozen=True, slots=True)
class Encoding:
    """The bytes of an instruction, zero where a field is still to be filled."""

    data: bytes
    fields: tuple[Field, ...] = field(default=())
