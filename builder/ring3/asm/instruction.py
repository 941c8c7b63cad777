"""One statement's tokens to an instruction, and what encoding one yields.

    tokens ── parse_instruction ──> Instruction ── encoder.encode ──> Encoding
              prefixes, mnemonic,   expressions     bytes + the fields whose value
              operands              not evaluated   was not a number yet

Whether the mnemonic takes such operands is the encoder's business
(instruction_set.py); here they only have to be operands.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import NamedTuple

from ring3.asm.branch import RELATIVE_BRANCHES, branch_exists
from ring3.asm.expression import Expression
from ring3.asm.instruction_set import MNEMONICS, PREFIXES
from ring3.asm.lexer import Token, TokenKind, TokenStream
from ring3.asm.operand import (
    Bare,
    FarPointer,
    Immediate,
    Known,
    Memory,
    Operand,
    expressions_of,
    number_in,
    parse_operands,
)
from ring3.asm.unsupported import extension_of
from ring3.diagnostic import Location, nearest


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

    @property
    def relative_target(self) -> Bare | None:
        """The target of a relative branch, which layout encodes by branch.py; else None.

        A branch through a register or memory, and a far one, is no such branch.
        """
        if self.mnemonic not in RELATIVE_BRANCHES or len(self.operands) != 1:
            return None
        target = self.operands[0]
        if isinstance(target, Bare) and target.size is None and target.distance != "far":
            return target
        return None


class Field(NamedTuple):
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


class Encoding(NamedTuple):
    """The bytes of an instruction, zero where a field is still to be filled."""

    data: bytes
    fields: tuple[Field, ...] = ()


def is_mnemonic(name: str) -> bool:
    """Whether a statement that begins with this name is an instruction."""
    lowered = name.lower()
    return lowered in MNEMONICS or lowered in PREFIXES


def parse_instruction(tokens: TokenStream, mode: int, known: Known = number_in) -> Instruction:
    """Read a statement to its end; raises AssemblyError with the first thing wrong in it.

    ``known`` tells the value that an expression has here, None where it has none yet.
    """
    location = tokens.location()
    prefixes: list[str] = []
    while True:
        token = tokens.peek()
        name = token.text.lower()
        if token.kind is not TokenKind.IDENTIFIER or name not in PREFIXES:
            break
        following = tokens.peek(1)
        if following.kind is not TokenKind.IDENTIFIER:
            break  # a prefix by itself is a byte by itself
        prefixes.append(name)
        tokens.next()
    if token.kind is not TokenKind.IDENTIFIER or not is_mnemonic(name):
        if (extension := extension_of(name)) is not None:
            message = f"`{token.text}`: {extension} is not supported"
            tokens.error("not-supported", message, token)
        message = f"unknown instruction `{token.text}`"
        tokens.error("unknown-instruction", message, token, _near(name))
    location = tokens.span(location.column, token.end)
    tokens.next()
    if name in PREFIXES:
        _check_alone(tokens, token, prefixes, mode)
    if not branch_exists(name, mode):
        tokens.error("not-in-this-mode", f"`{name}` does not exist in {mode}-bit code", token)
    operands = parse_operands(tokens, mode, known)
    if mode == 16 and name in ("jmp", "call"):
        operands = tuple(_through_far_pointer(operand) for operand in operands)
    if name in ("ljmp", "lcall"):
        operands = _far(operands, tokens)
    elif name in RELATIVE_BRANCHES and len(operands) == 1 and isinstance(operands[0], Immediate):
        operands = (Bare(operands[0].expression, operands[0].location),)
    return Instruction(name, operands, mode, location, tuple(prefixes))


def _check_alone(tokens: TokenStream, prefix: Token, before: list[str], mode: int) -> None:
    """A prefix on a line of its own is a byte of its own, for the instruction that follows."""
    name = prefix.text.lower()
    absent = ("es", "ss") if mode == 64 else ()
    if before or name in absent or PREFIXES[name] == PREFIXES["rex.w"]:
        tokens.error(
            "prefix-alone",
            f"an instruction is missing after `{prefix.text}`",
            prefix,
            "these prefixes stand on the line of their instruction",
        )
    tokens.expect_end()


@lru_cache(maxsize=1024)  # a slip is often made more than once
def _near(name: str) -> str | None:
    close = nearest(name, MNEMONICS)
    return f"did you mean `{close}`?" if close else None


def _far(operands: tuple[Operand, ...], tokens: TokenStream) -> tuple[Operand, ...]:
    """The operands of ``ljmp`` and ``lcall``: ``selector, offset`` is one far pointer."""
    if len(operands) == 2:
        selector, offset = operands
        if _is_number(selector) and _is_number(offset):
            values = (*expressions_of(selector), *expressions_of(offset))
            return (FarPointer(values[0], values[1], selector.location),)
    if len(operands) == 1 and isinstance(operands[0], Memory) and not operands[0].size:
        if operands[0].distance is not None:
            tokens.error(
                "distance-without-branch",
                f"`{operands[0].distance} ptr` says nothing here: the branch is far by its name",
            )
        return (replace(operands[0], distance="far"),)
    return operands


def _through_far_pointer(operand: Operand) -> Operand:
    """In 16-bit code ``jmp dword ptr [bx]`` goes to the selector and offset in these 32 bits."""
    if isinstance(operand, Bare | Memory) and operand.size == 4 and operand.distance is None:
        return replace(operand, size=None, distance="far")
    return operand


def _is_number(operand: Operand) -> bool:
    """Whether an operand is an expression without a size or a distance before it."""
    if isinstance(operand, Bare):
        return operand.size is None and operand.distance is None
    return isinstance(operand, Immediate) and operand.size is None
