"""Arithmetic over numbers and symbols, with GNU as's operators, ranks and truth values.

    tokens ─ parse_expression ─> Number | Symbol | Here | Unary | Binary ─ evaluate ─> Value

A Value is what a relocation can hold: ``plus - minus + constant``.  All
arithmetic is modulo 2^64 and signed, save for ``>>``, which shifts zeros in.
Comparisons give -1 for true, ``&&`` and ``||`` give 1; ``!`` between two
operands is "or not".  (Using as, 6.2; where the manual and GNU as 2.40
differ, GNU as 2.40 is right.)  In Intel syntax some operators have names too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple, NoReturn, Protocol, TypeAlias

from ring3.asm.lexer import (
    COMMENT_HELP,
    QUOTES_HELP,
    AssemblyError,
    Token,
    TokenKind,
    TokenStream,
    describe,
)
from ring3.diagnostic import Diagnostic, Location


class Number(NamedTuple):
    """A number or a character constant, as written (not yet modulo 2^64)."""

    value: int
    column: int
    end: int


class Symbol(NamedTuple):
    """A name, or a reference to a numeric label such as ``1f``."""

    name: str
    column: int
    end: int


class Here(NamedTuple):
    """``.``: the place of the statement itself."""

    column: int
    end: int


class Bound(NamedTuple):
    """A name whose meaning is settled: what it refers to, to be asked for its value later."""

    reference: object
    column: int
    end: int


class Unary(NamedTuple):
    """``-a``, ``~a``, ``!a`` or ``+a``; the columns are the operator's."""

    operator: str
    operand: Expression
    column: int
    end: int


class Binary(NamedTuple):
    """``a + b`` and so on; the columns are the operator's."""

    operator: str
    left: Expression
    right: Expression
    column: int
    end: int


Expression: TypeAlias = Number | Symbol | Here | Bound | Unary | Binary

MOST_OPERATORS = 256  # of one expression: so no walk through a tree goes deeper
DEEPEST_NESTING = 64

# What binds more tightly has the higher rank; equal ranks group from the left.
_RANKS = {
    "||": 2,
    "&&": 3,
    **dict.fromkeys(("==", "!=", "<>", "<", "<=", ">=", ">"), 4),
    **dict.fromkeys(("+", "-"), 5),
    **dict.fromkeys(("|", "!", "^", "&"), 7),
    **dict.fromkeys(("*", "/", "%", "<<", ">>"), 8),
}
_WORDS = {
    "and": "&", "or": "|", "xor": "^", "mod": "%", "shl": "<<", "shr": ">>",
    "eq": "==", "ne": "!=", "lt": "<", "le": "<=", "ge": ">=", "gt": ">",
}  # fmt: skip
# Before an operand they have their meaning; within an expression GNU as takes them for numbers.
_RESERVED = frozenset(
    ("byte", "word", "dword", "fword", "qword", "mmword", "tbyte", "oword", "xmmword", "ymmword",
     "zmmword", "near", "far", "short", "offset")
)  # fmt: skip
_PREFIXES = ("-", "~", "!", "+")


_EXPRESSION_HELP = {
    "%": "registers have no `%` here, and the destination comes first",
    "/": COMMENT_HELP,
    "*": "what a register or memory points to needs no `*`: `jmp rax`, `call [rbx + 8]`",
}


def parse_expression(tokens: TokenStream) -> Expression:
    """Read one expression and stop at the first token that cannot continue it."""
    return _Parser(tokens).binary(0)


class _Parser:
    """Precedence climbing, with the size of the tree bounded."""

    def __init__(self, tokens: TokenStream) -> None:
        self.tokens = tokens
        self.operators = 0
        self.nesting = 0

    def binary(self, rank: int) -> Expression:
        left = self.operand()
        tokens = self.tokens
        while True:
            token = tokens.peek()
            operator = _binary_operator(token)
            is_doubled = operator == "!" and tokens.peek(1).text == "!"
            if is_doubled:
                operator = "^"  # to GNU as `a !! b` is `a ^ b`
            if operator is None or _RANKS[operator] <= rank:
                return left
            tokens.next()
            if is_doubled:
                tokens.next()
            self.count(token)
            right = self.nested(token, _RANKS[operator])
            left = Binary(operator, left, right, token.column, token.end)

    def operand(self) -> Expression:
        token = self.tokens.next()
        kind, text, value, column, end = token
        if isinstance(value, int):
            return Number(value, column, end)
        if kind is TokenKind.LOCAL_REFERENCE:
            return Symbol(text, column, end)
        if kind is TokenKind.IDENTIFIER:
            if text == ".":
                return Here(column, end)
            word = text.lower()
            if word == "not":
                return self.prefixed("~", token)
            if word in _RESERVED:
                self.tokens.error(
                    "reserved-word",
                    f"`{text}` is a word of Intel syntax, which cannot stand here",
                    token,
                    "give the symbol another name",
                )
            if word not in _WORDS:
                return Symbol(text, column, end)
        if kind is TokenKind.PUNCTUATION and text in _PREFIXES:
            return self.prefixed(text, token)
        if kind is TokenKind.PUNCTUATION and text == "(":
            return self.parenthesized(token)
        return self.tokens.error(
            "expected-expression",
            f"expected a number or a symbol, found {describe(token)}",
            token,
            _EXPRESSION_HELP.get(text) if kind is not TokenKind.STRING else QUOTES_HELP,
        )

    def parenthesized(self, token: Token) -> Expression:
        self.count(token)
        inner = self.nested(token, 0)
        self.tokens.expect(")")
        return inner

    def prefixed(self, operator: str, token: Token) -> Expression:
        self.count(token)
        self.enter(token)
        operand = self.operand()
        self.nesting -= 1
        return Unary(operator, operand, token.column, token.end)

    def nested(self, token: Token, rank: int) -> Expression:
        self.enter(token)
        inner = self.binary(rank)
        self.nesting -= 1
        return inner

    def count(self, token: Token) -> None:
        self.operators += 1
        if self.operators > MOST_OPERATORS:
            self.tokens.error(
                "expression-too-long",
                f"an expression has at most {MOST_OPERATORS} operators and parentheses",
                token,
                help="name a part of it with .set",
            )

    def enter(self, token: Token) -> None:
        self.nesting += 1
        if self.nesting > DEEPEST_NESTING:
            self.tokens.error(
                "expression-too-deep",
                f"an expression is nested at most {DEEPEST_NESTING} levels deep",
                token,
                help="name a part of it with .set",
            )


def _binary_operator(token: Token) -> str | None:
    if token.kind is TokenKind.PUNCTUATION:
        return token.text if token.text in _RANKS else None
    if token.kind is TokenKind.IDENTIFIER:
        return _WORDS.get(token.text.lower())
    return None


class Value(NamedTuple):
    """``plus - minus + constant``; ``plus`` and ``minus`` mean something to the scope alone.

    The constant is signed: -2^63 … 2^63-1.
    """

    constant: int
    plus: object | None = None
    minus: object | None = None

    @property
    def is_constant(self) -> bool:
        """True when it is a plain number."""
        return self.plus is None and self.minus is None


class Scope(Protocol):
    """What names mean where an expression stands."""

    def symbol(self, symbol: Symbol) -> Value:
        """The value of a name; an unknown name is a reference, or raises AssemblyError."""

    def here(self) -> Value:
        """The value of ``.``."""

    def reference(self, reference: object) -> Value:
        """The value now of something that a Value or a Bound refers to."""

    def distance(self, plus: object, minus: object) -> int | None:
        """How far ``plus`` lies after ``minus``, in bytes, or None where nobody knows yet."""

    def location(self, column: int, end: int) -> Location:
        """Where the expression's columns are, for errors."""


def evaluate(expression: Expression, scope: Scope) -> Value:
    """The value of an expression; raises AssemblyError at the operator that is wrong."""
    match expression:
        case Number(value):
            if not -(1 << 63) <= value < 1 << 64:
                _fail(scope, expression, "number-too-large", "this does not fit into 64 bits")
            return Value(wrap(value))
        case Symbol():
            return scope.symbol(expression)
        case Here():
            return scope.here()
        case Bound(reference):
            return scope.reference(reference)
        case Unary():
            return _apply_prefix(expression, evaluate(expression.operand, scope), scope)
        case Binary():
            left = evaluate(expression.left, scope)
            return _apply(expression, left, evaluate(expression.right, scope), scope)


def bind(expression: Expression, scope: Scope) -> Expression:
    """The expression with what its names mean here and now, to be evaluated later.

    What is a number already stays that number, whatever is set afterwards.
    """
    match expression:
        case Symbol(column=column, end=end):
            value = scope.symbol(expression)
        case Here(column=column, end=end):
            value = scope.here()
        case Unary(operator, operand, column, end):
            return Unary(operator, bind(operand, scope), column, end)
        case Binary(operator, left, right, column, end):
            return Binary(operator, bind(left, scope), bind(right, scope), column, end)
        case _:
            return expression
    number = Number(value.constant, column, end)
    if value.plus is None:
        return number
    bound = Bound(value.plus, column, end)
    return Binary("+", bound, number, column, end) if value.constant else bound


def symbols_in(expression: Expression) -> Iterator[Symbol]:
    """The names that an expression mentions."""
    match expression:
        case Symbol():
            yield expression
        case Unary(operand=operand):
            yield from symbols_in(operand)
        case Binary(left=left, right=right):
            yield from symbols_in(left)
            yield from symbols_in(right)


def operators_in(expression: Expression) -> Iterator[Unary | Binary]:
    """The operators of an expression, where they stand."""
    match expression:
        case Unary(operand=operand):
            yield expression
            yield from operators_in(operand)
        case Binary(left=left, right=right):
            yield from operators_in(left)
            yield expression
            yield from operators_in(right)


def wrap(number: int) -> int:
    """A number modulo 2^64, as a signed one."""
    return ((number + (1 << 63)) & 0xFFFF_FFFF_FFFF_FFFF) - (1 << 63)


def _apply_prefix(node: Unary, value: Value, scope: Scope) -> Value:
    constant = value.constant
    if node.operator == "+":
        return value
    if not value.is_constant:
        _fail_relocatable(scope, node)
    if node.operator == "-":
        return Value(wrap(-constant))
    return Value(~constant if node.operator == "~" else int(not constant))


def _apply(node: Binary, left: Value, right: Value, scope: Scope) -> Value:
    operator = node.operator
    if left.is_constant and right.is_constant:
        return Value(_compute(node, left.constant, right.constant, scope))
    if operator == "+":
        return _add(node, left, right, scope)
    if right.minus is not None:
        _fail_relocatable(scope, node)
    difference = _add(node, left, Value(wrap(-right.constant), right.minus, right.plus), scope)
    if operator == "-":
        return difference
    if operator not in COMPARISONS or not difference.is_constant:
        _fail_relocatable(scope, node)
    return Value(-int(COMPARISONS[operator](difference.constant, 0)))


def _add(node: Binary, left: Value, right: Value, scope: Scope) -> Value:
    """The sum, with terms that cancel each other out taken away."""
    constant = left.constant + right.constant
    plus = [term for term in (left.plus, right.plus) if term is not None]
    minus = [term for term in (left.minus, right.minus) if term is not None]
    for up in tuple(plus):
        for down in tuple(minus):
            distance = 0 if up == down else scope.distance(up, down)
            if distance is not None:
                constant += distance
                plus.remove(up)
                minus.remove(down)
                break
    if len(plus) > 1 or len(minus) > 1:
        _fail_relocatable(scope, node)
    return Value(wrap(constant), plus[0] if plus else None, minus[0] if minus else None)


#: Of numbers and of addresses; true is -1.
COMPARISONS: dict[str, Callable[[int, int], bool]] = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<>": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
    ">": lambda a, b: a > b,
}
_ARITHMETIC: dict[str, Callable[[int, int], int]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "|": lambda a, b: a | b,
    "!": lambda a, b: a | ~b,
    "^": lambda a, b: a ^ b,
    "&": lambda a, b: a & b,
    "&&": lambda a, b: int(a != 0 and b != 0),
    "||": lambda a, b: int(a != 0 or b != 0),
}


def _compute(node: Binary, left: int, right: int, scope: Scope) -> int:
    operator = node.operator
    if operator in _ARITHMETIC:
        return wrap(_ARITHMETIC[operator](left, right))
    if operator in COMPARISONS:
        return -int(COMPARISONS[operator](left, right))
    if operator in ("<<", ">>"):
        if not 0 <= right < 64:
            _fail(scope, node, "shift-out-of-range", f"a shift by {right} is not within 0 to 63")
        return wrap(left << right if operator == "<<" else (left & (1 << 64) - 1) >> right)
    if right == 0:
        _fail(scope, node, "division-by-zero", "division by zero")
    quotient = abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1)
    return wrap(quotient if operator == "/" else left - quotient * right)


def _fail_relocatable(scope: Scope, node: Unary | Binary) -> NoReturn:
    _fail(
        scope,
        node,
        "not-relocatable",
        f"`{node.operator}` cannot be applied to an address that only the linker knows",
        "an address can have a number added, and another address of its section subtracted",
    )


def _fail(
    scope: Scope, node: Expression, code: str, message: str, help: str | None = None
) -> NoReturn:
    raise AssemblyError(Diagnostic(code, message, scope.location(node.column, node.end), help))
