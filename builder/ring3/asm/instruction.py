"""One statement's text to an instruction, and what encoding one yields.

    text ── parse_instruction ──> Instruction ── encoder.encode ──> Encoding
            prefixes, mnemonic,   expressions     bytes + the fields whose value
            operands              not evaluated   was not a number yet

Whether the mnemonic takes such operands is the encoder's business
(instruction_set.py); here they only have to be operands.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple, NoReturn

from ring3.asm.branch import ALWAYS_SHORT, RELATIVE_BRANCHES, branch_exists
from ring3.asm.dialects import advice
from ring3.asm.expression import Binary, Expression
from ring3.asm.instruction_set import MNEMONICS, PREFIXES
from ring3.asm.lexer import BLANKS, IDENTIFIER, AssemblyError, TokenStream, lex
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
from ring3.diagnostic import Diagnostic, Location, nearest


class Instruction(NamedTuple):
    """What a source line says; ``mode`` is 16, 32 or 64, ``mnemonic`` in lower case.

    ``location`` is that of the prefixes and the mnemonic.
    """

    mnemonic: str
    operands: tuple[Operand, ...]
    mode: int
    location: Location
    prefixes: tuple[str, ...] = ()

    @property
    def expressions(self) -> tuple[Expression, ...]:
        """The expressions of all operands, in order: ``Field.expression`` counts these."""
        return tuple([value for operand in self.operands for value in expressions_of(operand)])

    def is_address(self, expression: int) -> bool:
        """Whether an expression, by its index in ``expressions``, is an address' displacement."""
        if not isinstance(self.expressions[expression], Binary):
            return False  # it makes no difference then
        for operand in self.operands:
            expression -= len(expressions_of(operand))
            if expression < 0:
                return isinstance(operand, Memory)
        return False

    def place(self, operand: Operand) -> Location:
        """Where one of the operands stands."""
        return self.location.at(operand.column, operand.end)

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


def parse_instruction(
    base: Location, mode: int, known: Known = number_in, start: int = 0, stop: int | None = None
) -> Instruction:
    """Read the statement ``base.text[start:stop]``; raises AssemblyError at what is wrong first.

    ``known`` tells the value that an expression has here, None where it has none yet.
    """
    stop = len(base.text) if stop is None else stop
    words = _first_words(base.text, start, stop)
    name = words[-1][1].lower() if words else ""
    if not is_mnemonic(name):
        _refuse_name(base, words[-1].start(1) if words else start, stop)
    end = words[-1].end(1)
    location = base.at(words[0].start(1) + 1, end + 1)
    prefixes = tuple(word[1].lower() for word in words[:-1])
    if name in PREFIXES:
        _check_alone(lex(base, words[-1].start(1), stop), prefixes, mode)
    if not branch_exists(name, mode):
        message = f"`{name}` does not exist in {mode}-bit code"
        place = base.at(words[-1].start(1) + 1, end + 1)
        raise AssemblyError(Diagnostic("not-in-this-mode", message, place))
    operands = parse_operands(base, mode, known, end, stop)
    if mode == 16 and name in ("jmp", "call"):
        operands = tuple(_through_far_pointer(operand) for operand in operands)
    if name in ("ljmp", "lcall"):
        operands = _far(operands, base)
    elif name in RELATIVE_BRANCHES and len(operands) == 1 and isinstance(operands[0], Immediate):
        target = operands[0]
        if name in ALWAYS_SHORT:
            message = f"`{name}` takes a label without `offset`"
            place = base.at(target.column, target.end)
            raise AssemblyError(Diagnostic("wrong-operands", message, place))
        operands = (Bare(target.expression, target.column, target.end),)
    return Instruction(name, operands, mode, location, prefixes)


def _first_words(text: str, start: int, stop: int) -> list[re.Match[str]]:
    """The prefixes and the mnemonic that a statement begins with."""
    words = []
    while (word := _WORD.match(text, start, stop)) is not None:
        words.append(word)
        start = word.end()
        if word[1].lower() not in PREFIXES:
            break
    return words


_WORD = re.compile(rf"[{BLANKS}]*({IDENTIFIER})", re.ASCII)


def _refuse_name(base: Location, start: int, stop: int) -> NoReturn:
    found = _WORD.match(base.text, start, stop)
    if found is None:
        tokens = lex(base, start, stop)
        tokens.error("unknown-instruction", f"unknown instruction `{tokens.peek().text}`")
    following = _WORD.match(base.text, found.end(), stop)
    name, second = found[1].lower(), following[1].lower() if following else ""
    place = base.at(found.start(1) + 1, found.end(1) + 1)
    if (extension := extension_of(name)) is not None:
        message = f"`{found[1]}`: {extension} is not supported"
        raise AssemblyError(Diagnostic("not-supported", message, place))
    if name.endswith(".s") and name[:-2] in MNEMONICS:
        message = f"`{found[1]}`: hints about the encoding are not supported"
        raise AssemblyError(Diagnostic("not-supported", message, place, "leave out `.s`"))
    cure = advice(name, second, MNEMONICS) or _near(name)
    if second in MNEMONICS:
        cure = f"a label ends in a colon: `{found[1]}:`"
    message = f"unknown instruction `{found[1]}`"
    raise AssemblyError(Diagnostic("unknown-instruction", message, place, cure))


def _check_alone(tokens: TokenStream, before: tuple[str, ...], mode: int) -> None:
    """A prefix on a line of its own is a byte of its own, for the instruction that follows."""
    prefix = tokens.next()
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


def _far(operands: tuple[Operand, ...], base: Location) -> tuple[Operand, ...]:
    """The operands of ``ljmp`` and ``lcall``: ``selector, offset`` is one far pointer."""
    if len(operands) == 2:
        selector, offset = operands
        if _is_number(selector) and _is_number(offset):
            values = (*expressions_of(selector), *expressions_of(offset))
            return (FarPointer(values[0], values[1], selector.column, selector.end),)
    if len(operands) == 1 and isinstance(operands[0], Memory) and not operands[0].size:
        target = operands[0]
        if target.distance is not None:
            message = f"`{target.distance} ptr` says nothing here: the branch is far by its name"
            place = base.at(target.column, target.end)
            raise AssemblyError(Diagnostic("distance-without-branch", message, place))
        return (replace(target, distance="far"),)
    return operands


def _through_far_pointer(operand: Operand) -> Operand:
    """In 16-bit code ``jmp dword ptr [bx]`` goes to the selector and offset in these 32 bits."""
    if isinstance(operand, Bare) and operand.size == 4 and operand.distance is None:
        return operand._replace(size=None, distance="far")
    if isinstance(operand, Memory) and operand.size == 4 and operand.distance is None:
        return replace(operand, size=None, distance="far")
    return operand


def _is_number(operand: Operand) -> bool:
    """Whether an operand is an expression without a size or a distance before it."""
    if isinstance(operand, Bare):
        return operand.size is None and operand.distance is None
    return isinstance(operand, Immediate) and operand.size is None
