"""The operands of an instruction, as parsed: their expressions are not numbers yet.

    "qword ptr gs:[rax + rcx*8 + table]"  ->  Memory(size=8, segment=gs, base=rax, ...)

The five kinds are those of GNU as's Intel syntax.  A bare expression is the
odd one: it is an immediate while its value is a known number, and the contents
of memory at that address as soon as a symbol is in it.

A text at a column always says the same operand, and code says the same few
again and again: what was read once is remembered by that text.  So an operand
knows its columns and not its line, which the instruction knows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, NoReturn

from ring3.asm.expression import Binary, Expression, Number, Symbol, Unary, parse_expression
from ring3.asm.lexer import (
    BLANKS,
    AssemblyError,
    Token,
    TokenKind,
    TokenStream,
    describe,
    lex,
)
from ring3.asm.registers import REGISTERS, X87_STACK, Register, RegisterKind, is_vector
from ring3.asm.unsupported import extension_of_register
from ring3.diagnostic import Diagnostic, Location


class RegisterOperand(NamedTuple):
    """A register by itself."""

    register: Register
    column: int
    end: int


class Immediate(NamedTuple):
    """``offset symbol``: a value that is never the contents of memory."""

    expression: Expression
    column: int
    end: int
    size: int | None = None
    is_flat: bool = False  # GNU as then gives even a small number the full field


class Bare(NamedTuple):
    """``5``, ``COUNT * 8``, ``dword ptr table + 4``: immediate or memory, by what is in it.

    A relative branch takes it as its target.  ``size`` in bytes is what a
    keyword before it said, ``distance`` is "short", "near" or "far" likewise.
    """

    expression: Expression
    column: int
    end: int
    size: int | None = None
    distance: str | None = None


@dataclass(frozen=True, slots=True)
class Memory:
    """``size ptr segment:[base + index*scale + displacement]``."""

    column: int
    end: int
    size: int | None = None
    segment: Register | None = None
    base: Register | None = None
    index: Register | None = None
    scale: int = 1
    displacement: Expression | None = None
    distance: str | None = None
    subtracted: Expression | None = None  # in a sum that has a register on its left


class FarPointer(NamedTuple):
    """``ljmp selector, offset`` or ``jmp selector:offset``: a far address in the code."""

    selector: Expression
    offset: Expression
    column: int
    end: int


Operand = RegisterOperand | Immediate | Bare | Memory | FarPointer

#: ``dword ptr`` and its fellows, in bytes
SIZE_KEYWORDS = {
    "byte": 1,
    "word": 2,
    "dword": 4,
    "fword": 6,
    "qword": 8,
    "mmword": 8,
    "tbyte": 10,
    "xmmword": 16,
    "oword": 16,
    "ymmword": 32,
}
_DISTANCES = ("short", "near", "far")


def expressions_of(operand: Operand) -> tuple[Expression, ...]:
    """The expressions of an operand, in the order in which a source has them."""
    match operand:
        case RegisterOperand():
            return ()
        case Immediate(expression=value) | Bare(expression=value):
            return (value,)
        case Memory(displacement=value) if value is not None:
            return (value,)
        case FarPointer(selector=selector, offset=offset):
            return (selector, offset)
        case _:
            return ()


def number_in(expression: Expression) -> int | None:
    """The value of an expression that is a plain number already."""
    return expression.value if isinstance(expression, Number) else None


#: The value that an expression has where it stands, None where it has none yet.
Known = Callable[[Expression], int | None]


def parse_operands(
    base: Location, mode: int, known: Known, start: int, stop: int
) -> tuple[Operand, ...]:
    """The operands in ``base.text[start:stop]``, the rest of a statement; raises AssemblyError.

    ``known`` tells the scale of ``[rbx*POINTER_SIZE]``, which must be known here.
    """
    rest = base.text[start:stop]
    if not rest.strip(BLANKS):
        return ()
    operands = []
    column = start
    for text in rest.split(","):
        operand = _remembered.get((text, column, mode))
        if operand is None:
            operand = _read_alone(base, mode, known, column, column + len(text))
        if operand is None:
            return _read_together(lex(base, start, stop), mode, known)
        operands.append(operand)
        column += len(text) + 1
    return tuple(operands)


#: By the text between two commas, where that begins, and the mode.
_remembered: dict[tuple[str, int, int], Operand] = {}
_MOST_REMEMBERED = 1 << 14
_LONGEST_REMEMBERED = 80  # characters, so that what is remembered stays small


def _read_alone(base: Location, mode: int, known: Known, start: int, stop: int) -> Operand | None:
    """One operand, to be remembered; None where it takes the statement to say what is wrong."""
    try:
        tokens = lex(base, start, stop)
        _refuse_comparisons(tokens)
        parser = _OperandParser(tokens, mode, known)
        operand = parser.operand()
    except AssemblyError:
        return None
    if not tokens.at_end:
        return None
    if parser.is_the_same_everywhere and stop - start <= _LONGEST_REMEMBERED:
        if len(_remembered) >= _MOST_REMEMBERED:
            _remembered.clear()
        _remembered[base.text[start:stop], start, mode] = operand
    return operand


def _read_together(tokens: TokenStream, mode: int, known: Known) -> tuple[Operand, ...]:
    """All operands of a statement that is wrong, or that has a comma within one: ``','``."""
    _refuse_comparisons(tokens)
    operands = [_OperandParser(tokens, mode, known).operand()]
    while tokens.accept(","):
        operands.append(_OperandParser(tokens, mode, known).operand())
    tokens.expect_end()
    return tuple(operands)


def _refuse_comparisons(tokens: TokenStream) -> None:
    for token in tokens.tokens:
        if "=" in token.text and token.kind is TokenKind.PUNCTUATION:
            tokens.error(
                "operator-in-operand",
                f"`{token.text}` cannot stand in an operand",
                token,
                help="GNU as takes no `=` there; name the value with .set first",
            )


def register_named(name: str) -> Register | None:
    """The register of this name, in any case."""
    return REGISTERS.get(name.lower())


def _check_supported(tokens: TokenStream, name: str, at: Token | Symbol) -> None:
    """Registers of extensions that are not supported: to GNU as they are no symbols."""
    extension = extension_of_register(name)
    if extension is not None:
        location = tokens.span(at.column, at.end)
        message = f"`{name}`: {extension} is not supported"
        raise AssemblyError(Diagnostic("not-supported", message, location))


class _OperandParser:
    """Reads one operand: keywords, then a register, an expression, or parts in brackets."""

    def __init__(self, tokens: TokenStream, mode: int, known: Known) -> None:
        self.tokens = tokens
        self.mode = mode
        self.known = known
        self.is_the_same_everywhere = True
        self.first = tokens.peek()
        self.size: int | None = None
        self.distance: str | None = None
        self.is_offset = False
        self.is_flat = False
        self.segment: Register | None = None
        self.in_brackets = False
        self.registers: list[tuple[Register, int | None, Token | Expression]] = []
        self.displacement: Expression | None = None
        self.subtracted: Expression | None = None

    @property
    def columns(self) -> tuple[int, int]:
        """From the operand's first token to the last one taken."""
        last = self.tokens.tokens[self.tokens.position - 1]
        return self.first.column, max(last.end, self.first.end)

    def operand(self) -> Operand:
        self.keywords()
        register = self.register()
        if register is not None:
            return RegisterOperand(register, *self.columns)
        if self.tokens.peek().text != "[":
            self.add(parse_expression(self.tokens))
            if self.tokens.accept(":"):
                return self.far_pointer()
        while True:
            if self.tokens.accept("["):
                self.bracket()
            elif self.in_brackets and self.tokens.peek().text in ("+", "-"):
                self.check_is_address()
                count = len(self.registers)
                self.add(parse_expression(self.tokens))
                if len(self.registers) > count:
                    self.refuse_sum()
            else:
                break
        return self.assembled()

    def check_is_address(self) -> None:
        """GNU as makes a number of ``[8] + 4``, which nobody means."""
        if not self.registers and self.segment is None:
            self.refuse_sum()

    def refuse_sum(self) -> NoReturn:
        self.tokens.error(
            "sum-after-brackets",
            "a sum cannot go on after these brackets",
            help="write the whole address between the brackets",
        )

    def keywords(self) -> None:
        """``dword ptr``, ``offset``, ``short``, ``near ptr``, ``gs:``."""
        tokens = self.tokens
        while True:
            token = tokens.peek()
            word = token.text.lower()
            if token.kind is not TokenKind.IDENTIFIER:
                return
            if word in SIZE_KEYWORDS:
                tokens.next()
                self.pointer_keyword(token)
                if self.size not in (None, SIZE_KEYWORDS[word]):
                    message = "a size stands before this one already"
                    tokens.error("malformed-operand", message, token, "leave one of them out")
                self.size = SIZE_KEYWORDS[word]
            elif word in _DISTANCES:
                tokens.next()
                if word != "short":
                    self.pointer_keyword(token)
                self.distance = word
            elif word == "offset":
                tokens.next()
                self.is_offset = True
                if tokens.peek().text.lower() == "flat" and tokens.peek(1).text == ":":
                    tokens.next()
                    tokens.next()
                    self.is_flat = True
            elif not self.segment_override():
                return

    def refuse_rel(self) -> None:
        """NASM's ``[rel name]``."""
        word, name = self.tokens.peek(), self.tokens.peek(1)
        if word.text.lower() in ("rel", "abs") and name.kind is TokenKind.IDENTIFIER:
            message = f"`{word.text}` is not of this assembler's language"
            place = f"[rip + {name.text}]" if word.text.lower() == "rel" else f"[{name.text}]"
            self.tokens.error("malformed-operand", message, word, f"write `{place}`")

    def pointer_keyword(self, keyword: Token) -> None:
        token = self.tokens.peek()
        if token.text.lower() != "ptr":
            message = f"expected `ptr` after `{keyword.text}`, found {describe(token)}"
            self.tokens.error("missing-ptr", message, token, _pointer_help(keyword.text, token))
        self.tokens.next()

    def segment_override(self) -> bool:
        """Take ``gs:`` if it comes next."""
        token, colon = self.tokens.peek(), self.tokens.peek(1)
        register = register_named(token.text) if token.kind is TokenKind.IDENTIFIER else None
        if register is None or register.kind is not RegisterKind.SEGMENT or colon.text != ":":
            return False
        if self.segment is not None:
            self.tokens.error("two-segments", f"`{self.segment}:` already names the segment", token)
        self.segment = register
        self.tokens.next()
        self.tokens.next()
        return True

    def register(self) -> Register | None:
        """Take a register that stands by itself."""
        token = self.tokens.peek()
        if token.kind is not TokenKind.IDENTIFIER:
            return None
        register = register_named(token.text)
        if register is None:
            _check_supported(self.tokens, token.text, token)
            return None
        self.tokens.next()
        if register.kind is RegisterKind.X87 and self.tokens.accept("("):
            number = self.tokens.next()
            if number.value not in range(8):
                self.tokens.error(
                    "no-such-register", "the x87 registers are st(0) to st(7)", number
                )
            self.tokens.expect(")")
            register = X87_STACK[int(number.text, 0)]
        self.check_mode(register, token)
        for keyword, present in (
            ("a size", self.size is not None or self.distance is not None),
            ("`offset`", self.is_offset),
            ("a segment", self.segment is not None),
        ):
            if present:
                self.tokens.error(
                    "keyword-before-register", f"{keyword} cannot stand before a register", token
                )
        return register

    def check_mode(self, register: Register, at: Token | Symbol) -> None:
        if self.mode != 64 and register.is_long_mode_only:
            self.fail(
                "register-needs-64-bit-code",
                f"`{register}` exists only in 64-bit code",
                at,
                f"this is {self.mode}-bit code; `.code64` begins 64-bit code",
            )

    def far_pointer(self) -> Operand:
        selector = self.displacement
        if selector is None or self.registers:
            return self.tokens.error("malformed-operand", "a segment must stand before `:`")
        offset = parse_expression(self.tokens)
        return FarPointer(selector, offset, *self.columns)

    def bracket(self) -> None:
        self.in_brackets = True
        token = self.tokens.peek()
        if self.tokens.peek(1).text == ":":
            self.tokens.error(
                "segment-inside-brackets",
                "the segment stands before the brackets",
                token,
                help=f"write `{token.text}:[...]`",
            )
        if token.text == "]":
            self.tokens.error("empty-brackets", "an address is missing between the brackets", token)
        word = token.text.lower()
        if word in SIZE_KEYWORDS and self.tokens.peek(1).text.lower() == "ptr":
            self.tokens.error(
                "size-inside-brackets",
                "the size stands before the brackets",
                token,
                help=f"write `{token.text} ptr [...]`",
            )
        if self.tokens.peek().text == "[":  # [[rbx]] is [rbx]
            self.tokens.error("nested-brackets", "brackets do not nest", token)
        self.refuse_rel()
        self.add(parse_expression(self.tokens))
        self.tokens.expect("]")

    def add(self, expression: Expression) -> None:
        """Take the registers out of a sum; what is left of it adds to the displacement."""
        for sign, term in _terms(expression)[0]:
            found = _scaled_register(term, self.factor)
            if found is None:
                self.check_without_registers(term)
                self.add_displacement(sign, term)
            elif sign < 0:
                self.fail("register-subtracted", "a register cannot be subtracted", term)
            else:
                register, scale, at = found
                self.check_mode(register, at)
                self.registers.append((register, scale, at))

    def factor(self, expression: Expression) -> int | None:
        """A number that a register is multiplied by."""
        if not isinstance(expression, Number):
            self.is_the_same_everywhere = False
        return self.known(expression)

    def add_displacement(self, sign: int, term: Expression) -> None:
        if self.displacement is None:
            self.displacement = term if sign > 0 else Unary("-", term, term.column, term.end)
        else:
            operator = "+" if sign > 0 else "-"
            if sign < 0 and not isinstance(term, Number):
                self.subtracted = term
            self.displacement = Binary(
                operator, self.displacement, term, self.displacement.column, term.end
            )

    def check_without_registers(self, term: Expression) -> None:
        for symbol in _symbols(term):
            _check_supported(self.tokens, symbol.name, symbol)
            if (register := register_named(symbol.name)) is not None:
                self.fail(
                    "register-in-expression",
                    f"`{register}` cannot be part of a computation",
                    symbol,
                    "an address is `[base + index*scale + displacement]`,"
                    " with a scale of 1, 2, 4 or 8 that is known here",
                )

    def assembled(self) -> Operand:
        """The operand that all the parts make."""
        displacement = self.displacement
        if self.registers and not self.in_brackets:
            return self.fail(
                "register-in-expression",
                "a register cannot be part of a computation",
                self.registers[0][2],
                "an address stands in brackets: `[rax + 8]`",
            )
        if self.in_brackets or self.segment is not None:
            if self.is_offset:
                if self.registers or self.segment is not None or displacement is None:
                    self.tokens.error(
                        "malformed-operand",
                        "`offset` stands before a symbol, not before an address",
                        self.first,
                        "`lea` computes addresses",
                    )
                return Immediate(displacement, *self.columns, self.size, self.is_flat)
            base, index, scale = self.base_and_index()
            if self.distance == "far" and base is None and index is None:
                self.tokens.error(
                    "far-needs-size",
                    "GNU as takes `far ptr` before an address alone for a branch's target",
                    self.first,
                    help="write `fword ptr`, which says the same",
                )
            return Memory(
                *self.columns,
                self.size,
                self.segment,
                base,
                index,
                scale,
                displacement,
                self.distance,
                self.subtracted if self.registers else None,
            )
        assert displacement is not None
        if self.is_offset:
            return Immediate(displacement, *self.columns, self.size, self.is_flat)
        if self.distance == "far":
            self.tokens.error(
                "far-needs-segment",
                "a far branch needs a segment",
                self.first,
                help="write `ljmp selector, offset`",
            )
        return Bare(displacement, *self.columns, self.size, self.distance)

    def base_and_index(self) -> tuple[Register | None, Register | None, int]:
        """Which register is the base and which the index, by GNU as's rules.

        A scaled one is the index; of two plain ones the first is the base,
        unless only the second can be.
        """
        base: Register | None = None
        index: Register | None = None
        scale = 1
        for register, factor, at in self.registers:
            if factor is None and base is None and not is_vector(register):
                base = register
            elif index is None:
                index, scale = register, factor or 1
            else:
                self.fail("too-many-registers", "an address has one base and one index", at)
            if factor is not None and factor not in (1, 2, 4, 8):
                self.fail("wrong-scale", f"the scale is {factor}, not 1, 2, 4 or 8", at)
        scaled = any(factor is not None for _, factor, _ in self.registers)
        if base is not None and index is not None and not scaled and not is_vector(index):
            base, index = _in_encodable_order(base, index)
        for register, _, at in self.registers:
            self.check_address_register(register, index, at)
        self.check_address_sizes(base, index)
        return base, index, scale

    def check_address_register(
        self, register: Register, index: Register | None, at: Token | Expression
    ) -> None:
        kind = register.kind
        if is_vector(register) and register is index:
            if self.mode == 16 and len(self.registers) == 1:
                self.fail("address-16-bit", f"`{register}` needs a 32-bit base in 16-bit code", at)
            return
        if kind not in (RegisterKind.GENERAL, RegisterKind.INSTRUCTION_POINTER) or (
            register.size == 1
        ):
            self.fail(
                "not-an-address-register",
                f"`{register}` cannot be part of an address",
                at,
                "an address is made of 16-, 32- or 64-bit general-purpose registers",
            )
        if kind is RegisterKind.INSTRUCTION_POINTER and len(self.registers) > 1:
            self.fail("rip-with-register", f"`{register}` stands alone with a displacement", at)
        if register is index and (
            kind is RegisterKind.INSTRUCTION_POINTER or (register.number == 4 and register.size > 2)
        ):
            self.fail("wrong-index", f"`{register}` cannot be an index", at)
        if self.mode == 64 and register.size == 2:
            self.fail("address-size", "64-bit code has no 16-bit addresses", at)

    def check_address_sizes(self, base: Register | None, index: Register | None) -> None:
        sizes = {r.size for r, _, _ in self.registers if not is_vector(r)}
        if len(sizes) > 1:
            self.fail(
                "address-size",
                "the registers of an address must be of one size",
                self.registers[-1][2],
            )
        if sizes != {2}:
            return
        names = (base.name if base else None, index.name if index else None)
        if names not in _SIXTEEN_BIT_ADDRESSES or any(f is not None for _, f, _ in self.registers):
            self.fail(
                "address-16-bit",
                "no such 16-bit address",
                self.registers[0][2],
                "16-bit addresses are bx or bp, si or di, or one of the first"
                " plus one of the second",
            )

    def fail(
        self, code: str, message: str, at: Token | Expression, help: str | None = None
    ) -> Operand:
        """Raise AssemblyError at a part of the operand."""
        location = self.tokens.span(at.column, at.end)
        raise AssemblyError(Diagnostic(code, message, location, help))


_SIXTEEN_BIT_ADDRESSES = {
    ("bx", "si"), ("bx", "di"), ("bp", "si"), ("bp", "di"),
    ("si", None), ("di", None), ("bp", None), ("bx", None),
}  # fmt: skip


def _in_encodable_order(base: Register, index: Register) -> tuple[Register, Register]:
    """Swap them where only so they can be encoded: esp is no index, bx goes before si."""
    if index.size > 2:
        return (index, base) if index.number == 4 and base.number != 4 else (base, index)
    return (index, base) if (index.name, base.name) in _SIXTEEN_BIT_ADDRESSES else (base, index)


def _terms(expression: Expression, sign: int = 1) -> tuple[list[tuple[int, Expression]], bool]:
    """The summands of an expression, each with its sign; whether a register is in them.

    A sum without registers stays whole: the order of its operations is its own.
    """
    if not isinstance(expression, Binary) or expression.operator not in ("+", "-"):
        return [(sign, expression)], _mentions_register(expression)
    terms, in_left = _terms(expression.left, sign)
    more, in_right = _terms(expression.right, sign if expression.operator == "+" else -sign)
    if not in_left and not in_right:
        return [(sign, expression)], False
    terms += more
    return terms, True


def _mentions_register(expression: Expression) -> bool:
    return any(register_named(symbol.name) for symbol in _symbols(expression))


def _symbols(expression: Expression) -> Iterator[Symbol]:
    match expression:
        case Symbol():
            yield expression
        case Unary(operand=operand):
            yield from _symbols(operand)
        case Binary(left=left, right=right):
            yield from _symbols(left)
            yield from _symbols(right)


def _scaled_register(term: Expression, known: Known) -> tuple[Register, int | None, Symbol] | None:
    """A register alone (scale None), or times numbers that are known."""
    match term:
        case Symbol(name=name):
            register = register_named(name)
            return None if register is None else (register, None, term)
        case Binary(operator="*", left=left, right=right) if _mentions_register(term):
            for factor, other in ((right, left), (left, right)):
                if _mentions_register(factor):
                    continue
                number = known(factor)
                found = _scaled_register(other, known) if number is not None else None
                if number is not None and found is not None:
                    register, scale, at = found
                    return register, number * (1 if scale is None else scale), at
    return None


def _pointer_help(keyword: str, following: Token) -> str:
    if keyword.lower() == "far" and following.kind is TokenKind.NUMBER:
        return "write `ljmp selector, offset` or `lcall selector, offset`"
    if keyword.lower() == "near":
        return "leave `near` out: the distance decides"
    return f"write `{keyword} ptr`: alone, GNU as takes the word for a number"
