"""Expressions, computed by GNU as and by us."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

import pytest

from oracle.asm.compared_objects import HEAD, GnuAs
from ring3.asm import assemble
from ring3.asm.object import Object
from ring3.diagnostic import SourceError

Agree = Callable[[str], Object]

_EXPRESSIONS = """
1==1  1!=1  1<>2  1<2  2<=2  3>=4  3>4  1+2&4  1+2*3  1|2+4  6&3|8  1<<2+1  -1/2  -8>>1
1<<63>>63  -7%3  7%-3  ~5  -~5  +5  -(5)  !5  !0  !!7  1&&2  0&&2  0||0  0||3  1==1+1  1<2<3
3>2>1  1==1==1  5!3  1&!2  1^3|4&6  2*(1<2)  1<<1<<2  100-10-5  100/10/5  1---1  1-+-1
0xffffffffffffffff==-1  0xffffffffffffffff/2  0xffffffffffffffff>0  0x8000000000000000/3
0x7fffffffffffffff+1  -0x8000000000000000  'a'+1  'a  '\\n'  '\\\\'  ' '  ';'  '#'  017  0b101
(((((1)))))  1||0&&0  2*3%4  7/2*2  1-2-3*4<<1  -1>>60  .-.  (.-.)*3
"""


@pytest.mark.parametrize("expression", [text for text in re.split(r"  |\n", _EXPRESSIONS) if text])
def test_an_expression_has_the_same_value(expression: str, agree: Agree) -> None:
    agree(f".quad {expression}\n")


@pytest.mark.parametrize(
    "expression",
    [
        "6 and 3",
        "1 or 2",
        "not 5",
        "not 5 + 1",
        "1 shl 3",
        "16 SHR 2",
        "7 mod 4",
        "6 xor 3",
        "1 or 2 and 4",
        "1 shl 2 + 1",
        "1 eq 1",
        "1 ne 1",
        "3 lt 4",
        "3 le 3",
        "3 ge 4",
        "3 gt 2",
    ],
)
def test_an_operator_of_intel_syntax_has_the_same_value(expression: str, agree: Agree) -> None:
    agree(f".quad {expression}\nmov rax, {expression}\n")


_BINARY = ["+", "-", "*", "/", "%", "&", "|", "^", "!", "<<", ">>", "==", "!=", "<>"]
_BINARY += ["<", "<=", ">", ">=", "&&", "||", " and ", " or ", " xor "]


class ExpressionMaker:
    """Random expressions over constants and the distances of labels."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def expression(self, depth: int = 4) -> str:
        """One expression; whether it divides by zero or shifts too far is left to chance."""
        choice = self.random.random()
        if depth == 0 or choice < 0.2:
            return self._leaf()
        if choice < 0.35:
            return self.random.choice("-~!+") + self.expression(depth - 1)
        if choice < 0.5:
            return f"({self.expression(depth - 1)})"
        blank = self.random.choice(("", " "))
        operator = self.random.choice(_BINARY)
        left, right = self.expression(depth - 1), self.expression(depth - 1)
        return f"{left}{blank}{operator}{blank}{right}"

    def _leaf(self) -> str:
        kind = self.random.random()
        if kind < 0.4:
            return str(self.random.randint(0, 9))
        if kind < 0.6:
            return hex(self.random.getrandbits(self.random.choice((8, 16, 32, 63, 64))))
        if kind < 0.7:
            return f"'{self.random.choice('azAZ09')}'"
        if kind < 0.8:
            return "known"
        return self.random.choice(("(end - start)", "(middle - start)", "(end-middle)"))


@pytest.mark.parametrize("block", range(8))
def test_random_expressions_have_the_same_value(block: int, gnu_as: GnuAs) -> None:
    """Where GNU as warns (division by zero, a shift too far), an error is right as well."""
    agreed = 0
    for seed in range(block * 40, (block + 1) * 40):
        expression = ExpressionMaker(seed).expression()
        text = f".set known, 5\nstart: nop\nmiddle: .skip 7\nend:\n.quad {expression}\n"
        data, said = gnu_as.run(HEAD + text)
        try:
            ours = bytes(assemble(HEAD + text).sections[".text"].data[-8:])
        except SourceError as error:
            refused = {diagnostic.code for diagnostic in error.diagnostics}
            assert refused <= {"division-by-zero", "shift-out-of-range"}, expression
            assert data is None or said, f"GNU as takes {expression} without a word"
            continue
        assert data is not None, f"GNU as refuses {expression}: {said}"
        theirs = GnuAs.section_bytes(data, ".text")[-8:]
        assert ours.hex() == theirs.hex(), expression
        agreed += 1
    assert agreed > 10


def test_a_constant_set_again_changes_what_follows_alone(agree: Agree) -> None:
    agree(".set n, 1\n.quad n\n.set n, n + 1\n.quad n, n * 10\nadd eax, n\n")


def test_a_name_used_before_it_is_set_has_its_first_value(agree: Agree) -> None:
    agree(".quad n, n + 1\n.set n, 1\n.quad n\n.set n, 2\n.quad n\n")


def test_what_is_known_takes_the_short_form_and_what_is_not_the_long_one(agree: Agree) -> None:
    agree("add eax, [later]\nadd eax, offset later\n.set later, 5\nadd eax, later\n")


def test_a_distance_within_a_run_of_bytes_is_known_at_once(agree: Agree) -> None:
    agree("a: nop\ncall b\n.skip 3\nb: add eax, b - a\n.if b - a == 9\n.byte 1\n.endif\n")


def test_a_distance_over_a_jump_is_known_at_the_end(agree: Agree) -> None:
    agree("jmp b\na: jmp b\nc: add eax, c - a\nadd eax, (c - a) * 2\n.byte c - a\nb:\n")


def test_every_operator_on_distances_over_a_jump(agree: Agree) -> None:
    agree(
        "a: jmp b\n.skip 100\nb:\n"
        ".set d, b - a\n.quad d * 2, d << 1, -d, ~d, d == 102, d > 5\n"
        ".quad (d + 1) / 2, d & 0xf, d && 1\n"
    )


def test_two_exclamation_marks_between_numbers_are_an_exclusive_or(agree: Agree) -> None:
    agree(".quad 5!!3, 0!!0, 1!!!0, 1 ! !0, 0!!!!0, 4|1!!7, 4!!1*3, !!5\nmov eax, 5!!3\n")


def test_dot_is_the_place_of_each_datum(agree: Agree) -> None:
    agree(".long ., .\n.data\n.quad . - start, . - start\nstart: .byte . - start, . - start\n")
