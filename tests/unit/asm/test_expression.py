"""Expressions without an assembler around them: names are given by a table."""

from __future__ import annotations

import pytest

from ring3.asm.expression import (
    MOST_OPERATORS,
    Symbol,
    Value,
    bind,
    evaluate,
    parse_expression,
)
from ring3.asm.lexer import AssemblyError, lex
from ring3.diagnostic import Location


class Names:
    """A scope of numbers, and of places whose distances may be known."""

    def __init__(self, **numbers: int) -> None:
        self.numbers = numbers
        self.places: dict[object, int] = {}

    def symbol(self, symbol: Symbol) -> Value:
        return self.reference(symbol.name)

    def here(self) -> Value:
        return Value(0, ".")

    def reference(self, reference: object) -> Value:
        if reference in self.numbers:
            return Value(self.numbers[str(reference)])
        return Value(0, reference)

    def distance(self, plus: object, minus: object) -> int | None:
        if plus in self.places and minus in self.places:
            return self.places[plus] - self.places[minus]
        return None

    def location(self, column: int, end: int) -> Location:
        return Location("file.s", 1, column, end)


def value_of(text: str, names: Names | None = None) -> Value:
    tokens = lex(Location("file.s", 1, text=text))
    expression = parse_expression(tokens)
    tokens.expect_end()
    return evaluate(expression, names or Names())


def error_of(text: str) -> AssemblyError:
    with pytest.raises(AssemblyError) as caught:
        value_of(text)
    return caught.value


def test_a_comparison_that_holds_is_minus_one() -> None:
    assert value_of("1 == 1") == Value(-1)


def test_a_logical_operator_gives_one() -> None:
    assert value_of("3 && 4") == value_of("0 || 7") == Value(1)


def test_bit_operators_bind_more_tightly_than_sums() -> None:
    assert value_of("1 + 2 & 4") == Value(1)


def test_an_exclamation_mark_between_operands_is_or_not() -> None:
    assert value_of("5 ! 3") == Value(5 | ~3)


def test_arithmetic_wraps_around_at_64_bits() -> None:
    assert value_of("0x7fffffffffffffff + 1") == Value(-(1 << 63))


def test_a_right_shift_moves_zeros_in() -> None:
    assert value_of("-1 >> 63") == Value(1)


def test_a_symbol_plus_a_number_is_relocatable() -> None:
    assert value_of("8 + name - 3") == Value(5, "name")


def test_the_same_symbol_twice_cancels_out() -> None:
    assert value_of("name + 4 - name") == Value(4)


def test_the_distance_of_places_is_a_number_where_it_is_known() -> None:
    names = Names()
    names.places = {"end": 24, "start": 8}
    assert value_of("(end - start) / 8", names) == Value(2)
    assert value_of("end > start", names) == Value(-1)


def test_a_distance_that_is_not_known_stays_a_difference() -> None:
    assert value_of("end - start + 2") == Value(2, "end", "start")


@pytest.mark.parametrize(
    ("text", "column"), [("2 * name", 3), ("~name", 1), ("a + b", 3), ("1 + (a << 2)", 8)]
)
def test_what_no_relocation_holds_is_refused_at_its_operator(text: str, column: int) -> None:
    diagnostic = error_of(text).diagnostic
    assert (diagnostic.code, diagnostic.location.column) == ("not-relocatable", column)


@pytest.mark.parametrize(
    ("text", "code", "column"),
    [
        ("1 + 5 / 0", "division-by-zero", 7),
        ("5 % (2 - 2)", "division-by-zero", 3),
        ("1 << 64", "shift-out-of-range", 3),
        ("1 >> -1", "shift-out-of-range", 3),
        ("0x10000000000000000", "number-too-large", 1),
        ("1 +", "expected-expression", 4),
        ("(1 + 2", "expected-token", 7),
        ("", "expected-expression", 1),
        ("and 3", "expected-expression", 1),
        ("1 2", "junk-at-end", 3),
    ],
)
def test_an_error_stands_at_the_guilty_column(text: str, code: str, column: int) -> None:
    diagnostic = error_of(text).diagnostic
    assert (diagnostic.code, diagnostic.location.column) == (code, column)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 100_000,
        "(" * 5000 + "1" + ")" * 5000,
        "-" * 5000 + "1",
        "1" + "+1" * (MOST_OPERATORS + 1),
        "1" + "||1&&1==1+1|1*(" * 40,
    ],
)
def test_a_huge_expression_is_an_error_not_a_recursion(text: str) -> None:
    assert error_of(text).diagnostic.code in (
        "expression-too-deep",
        "expression-too-long",
        "expected-expression",
    )


def test_the_longest_expression_is_evaluated() -> None:
    assert value_of("1" + "+1" * MOST_OPERATORS) == Value(MOST_OPERATORS + 1)


def test_a_bound_expression_keeps_the_number_that_a_name_had() -> None:
    names = Names(count=3)
    tokens = lex(Location("file.s", 1, text="count * 2"))
    bound = bind(parse_expression(tokens), names)
    names.numbers["count"] = 100
    assert evaluate(bound, names) == Value(6)


def test_a_bound_expression_asks_for_the_value_of_a_name_it_did_not_know() -> None:
    names = Names()
    tokens = lex(Location("file.s", 1, text="later * 2"))
    bound = bind(parse_expression(tokens), names)
    names.numbers["later"] = 21
    assert evaluate(bound, names) == Value(42)
