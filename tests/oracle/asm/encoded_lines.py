"""The encoder's answer to many lines, each by itself: undefined names are symbols."""

from __future__ import annotations

from collections.abc import Sequence

from ring3.asm.encoder import encode
from ring3.asm.expression import Expression, Symbol, Value, evaluate
from ring3.asm.instruction import Encoding, Instruction, parse_instruction
from ring3.asm.lexer import AssemblyError
from ring3.diagnostic import Diagnostic, Location


class _OnlyReferences:
    """A scope in which every name is a symbol that the linker knows."""

    def symbol(self, symbol: Symbol) -> Value:
        return Value(0, symbol.name)

    def here(self) -> Value:
        return Value(0, ".")

    def reference(self, reference: object) -> Value:
        return Value(0, reference)

    def distance(self, plus: object, minus: object) -> int | None:
        return None

    def location(self, column: int, end: int) -> Location:
        return Location("lines.s", 1, column, end)


def encode_each(lines: Sequence[str], mode: int) -> list[Encoding | Diagnostic]:
    """The encoding of every line, or what is wrong with it."""
    results: list[Encoding | Diagnostic | None] = [None] * len(lines)
    requests: list[tuple[Instruction, list[int | None]]] = []
    places = []
    for place, line in enumerate(lines):
        try:
            requests.append(_request(line, place, mode))
            places.append(place)
        except AssemblyError as error:
            results[place] = error.diagnostic
    for place, outcome in zip(places, encode(requests), strict=True):
        results[place] = outcome
    return [result for result in results if result is not None]


def _known(expression: Expression) -> int | None:
    value = evaluate(expression, _OnlyReferences())
    return value.constant if value.is_constant else None


def _request(line: str, place: int, mode: int) -> tuple[Instruction, list[int | None]]:
    instruction = parse_instruction(Location("lines.s", place + 1, text=line), mode, _known)
    values = [evaluate(expression, _OnlyReferences()) for expression in instruction.expressions]
    for value in values:
        if value.minus is not None:  # no relocation can subtract a symbol of another file
            whole = Location("lines.s", place + 1, text=line)
            raise AssemblyError(Diagnostic("not-relocatable", "a symbol is subtracted", whole))
    return instruction, [value.constant if value.is_constant else None for value in values]
