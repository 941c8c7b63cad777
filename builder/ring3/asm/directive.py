"""The directives: what a line that begins with a dot does.

    Call(name, statement) ── DIRECTIVES[name] ──> changes to the Assembler

What they mean is said in Using as, chapter 7; where GNU as 2.40 warns and goes
on (a value that does not fit, a negative count), this is an error.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from ring3.asm import macro
from ring3.asm.expression import (
    Expression,
    Number,
    Unary,
    Value,
    bind,
    operators_in,
    parse_expression,
)
from ring3.asm.layout import Alignment, Chunk, Origin, PendingField, SectionBuilder, Space
from ring3.asm.lexer import BLANKS, AssemblyError, Token, TokenKind, TokenStream, describe, lex
from ring3.asm.object import Binding, SectionFlag, SectionType, SymbolType
from ring3.asm.reader import MOST_REPETITIONS
from ring3.asm.source import Statement
from ring3.diagnostic import Diagnostic, Expansion, Location, nearest

if TYPE_CHECKING:
    from ring3.asm.assembler import Assembler


class Call(NamedTuple):
    """A directive in the source: ``statement.text[start:end]`` is its name."""

    name: str
    statement: Statement
    start: int
    end: int

    @property
    def location(self) -> Location:
        """Where its name stands."""
        return self.statement.location(self.start, self.end)

    @property
    def text(self) -> str:
        """What follows the name."""
        return self.statement.text[self.end : self.statement.stop]

    def tokens(self) -> TokenStream:
        """The same as tokens; raises AssemblyError."""
        return lex(self.statement.location(), self.end, self.statement.stop)

    def fail(self, code: str, message: str, help: str | None = None) -> NoReturn:
        """Raise AssemblyError at the directive's name."""
        raise AssemblyError(Diagnostic(code, message, self.location, help))


Handler = Callable[["Assembler", Call], None]

# -- sections ---------------------------------------------------------------------

_ALLOC, _WRITE, _EXECUTE = SectionFlag.ALLOC, SectionFlag.WRITE, SectionFlag.EXECUTE
_FLAG_LETTERS = {"a": _ALLOC, "w": _WRITE, "x": _EXECUTE}
_TYPES = {
    "progbits": SectionType.PROGBITS,
    "nobits": SectionType.NOBITS,
    "note": SectionType.NOTE,
    "unwind": SectionType.UNWIND,
}
#: what a section of this name, or of one that goes on with a dot, is when nothing is said
_KNOWN_SECTIONS = {
    ".text": (_ALLOC | _EXECUTE, SectionType.PROGBITS),
    ".data": (_ALLOC | _WRITE, SectionType.PROGBITS),
    ".bss": (_ALLOC | _WRITE, SectionType.NOBITS),
    ".rodata": (_ALLOC, SectionType.PROGBITS),
    ".init": (_ALLOC | _EXECUTE, SectionType.PROGBITS),
    ".fini": (_ALLOC | _EXECUTE, SectionType.PROGBITS),
}
_STRANGE_SECTIONS = (
    ".tdata", ".tbss", ".init_array", ".fini_array", ".preinit_array", ".debug", ".comment",
    ".ctors", ".dtors", ".gnu.linkonce",
)  # fmt: skip
_DEEPEST_SECTION_STACK = 100


def _plain_section(assembler: Assembler, call: Call) -> None:
    tokens = call.tokens()
    if not tokens.at_end:
        tokens.error("subsection", f"{call.name} takes nothing here: there are no subsections")
    flags, kind = _KNOWN_SECTIONS[call.name]
    assembler.switch_to(assembler.enter_section(call.name, flags, kind))


def _section(assembler: Assembler, call: Call) -> None:
    assembler.switch_to(_named_section(assembler, call))


def _pushsection(assembler: Assembler, call: Call) -> None:
    if len(assembler.section_stack) >= _DEEPEST_SECTION_STACK:
        call.fail("section-stack-too-deep", f"more than {_DEEPEST_SECTION_STACK} .pushsection")
    section = _named_section(assembler, call)
    assembler.section_stack.append((assembler.section, assembler.previous_section))
    assembler.switch_to(section)


def _popsection(assembler: Assembler, call: Call) -> None:
    call.tokens().expect_end()
    if not assembler.section_stack:
        call.fail("stray-popsection", ".popsection without a .pushsection before it")
    assembler.section, assembler.previous_section = assembler.section_stack.pop()


def _previous(assembler: Assembler, call: Call) -> None:
    call.tokens().expect_end()
    if assembler.previous_section is None:
        call.fail("no-previous-section", "there was no other section before this one")
    assembler.switch_to(assembler.previous_section)


def _named_section(assembler: Assembler, call: Call) -> SectionBuilder:
    tokens = call.tokens()
    name, location = _section_name(tokens)
    given_flags = given_type = None
    if tokens.accept(","):
        given_flags = _section_flags(tokens)
        if tokens.accept(","):
            given_type = _section_type(tokens)
    tokens.expect_end()
    flags, kind = _default_section(name)
    if given_flags is not None and given_flags not in flags:
        flags = given_flags  # else .text.a is executable, whatever is left out
    known = assembler.sections.get(name)
    section = assembler.enter_section(name, flags, given_type or kind)
    if known is not None:
        changed = given_flags is not None and known.flags != given_flags
        if changed or (given_type is not None and known.type is not given_type):
            raise AssemblyError(
                Diagnostic(
                    "section-changed", f"section `{name}` had other flags or another type", location
                )
            )
    elif given_flags is None and name.startswith(_STRANGE_SECTIONS):
        raise AssemblyError(
            Diagnostic(
                "section-without-flags",
                f"the flags of `{name}` must be given",
                location,
                'for instance .section .name, "a", @progbits',
            )
        )
    return section


def _section_name(tokens: TokenStream) -> tuple[str, Location]:
    """A name in quotes, or all up to a comma or a blank: `.note.GNU-stack` is one."""
    first = last = tokens.next()
    if isinstance(first.value, bytes):
        return tokens.string(first), tokens.location(first)
    if first.kind is TokenKind.END or first.text == ",":
        tokens.error("missing-section-name", "a section needs a name", first)
    if first.text[0] == "'":
        tokens.error("malformed-section", "a section's name stands in double quotes", first)
    while (token := tokens.peek()).column == last.end and token.text not in ("", ","):
        if token.kind is TokenKind.STRING:
            tokens.error("malformed-section", "a quote cannot stand within a name", token)
        last = tokens.next()
    text = tokens.base.text[first.column - 1 : last.end - 1]
    return text, tokens.span(first.column, last.end)


def _section_flags(tokens: TokenStream) -> SectionFlag:
    token = tokens.next()
    if not isinstance(token.value, bytes):
        tokens.error("malformed-section", 'the flags stand in quotes: "awx"', token)
    flags = SectionFlag.NONE
    for letter in tokens.string(token):
        if letter not in _FLAG_LETTERS:
            tokens.error(
                "unknown-section-flag",
                f"the section flag `{letter}` is not supported",
                token,
                "there are a (has memory), w (can be written) and x (can be executed)",
            )
        flags |= _FLAG_LETTERS[letter]
    return flags


def _section_type(tokens: TokenStream) -> SectionType:
    if not tokens.accept("@"):
        tokens.expect("%")
    token = tokens.next()
    if token.text not in _TYPES:
        tokens.error(
            "unknown-section-type",
            f"the section type {describe(token)} is not supported",
            token,
            "there are " + ", ".join("@" + name for name in _TYPES),
        )
    return _TYPES[token.text]


def _default_section(name: str) -> tuple[SectionFlag, SectionType]:
    for known, attributes in _KNOWN_SECTIONS.items():
        if name == known or name.startswith(known + "."):
            return attributes
    is_note = name.startswith(".note") and name != ".note.GNU-stack"  # which is a mark, no note
    return SectionFlag.NONE, SectionType.NOTE if is_note else SectionType.PROGBITS


# -- data -------------------------------------------------------------------------

_DATA_SIZES = {
    ".byte": 1, ".word": 2, ".short": 2, ".value": 2, ".hword": 2, ".2byte": 2,
    ".long": 4, ".int": 4, ".4byte": 4, ".quad": 8, ".8byte": 8,
}  # fmt: skip


def _data(assembler: Assembler, call: Call) -> None:
    size = _DATA_SIZES[call.name]
    tokens = call.tokens()
    if tokens.at_end:
        return
    location = call.location
    while True:
        _datum(assembler, tokens, size, location)
        if not tokens.accept(","):
            break
    tokens.expect_end()


def _datum(assembler: Assembler, tokens: TokenStream, size: int, location: Location) -> None:
    first = tokens.peek()
    expression = parse_expression(tokens)
    assembler.scope.begin(tokens.base)
    value = assembler.try_evaluate(expression)
    place = tokens.span(first.column, tokens.tokens[tokens.position - 1].end)
    if value is not None and value.is_constant:
        number = value.constant
        if size < 8 and not -(1 << 8 * size - 1) <= number < 1 << 8 * size:
            raise AssemblyError(_too_large(number, size, place))
        data = (number % (1 << 8 * size)).to_bytes(size, "little")
        assembler.add(Chunk(data, location))
        return
    field = PendingField(0, size, bind(expression, assembler.scope), place)
    assembler.add(Chunk(bytes(size), location, (field,)))


def _too_large(number: int, size: int, place: Location) -> Diagnostic:
    shown = hex(number) if abs(number) > 0xFFFF else str(number)
    field = "1 byte" if size == 1 else f"{size} bytes"
    return Diagnostic(
        "value-too-large",
        f"{shown} does not fit into {field}",
        place,
        f"the values of {field} are {-(1 << 8 * size - 1):,} to {(1 << 8 * size) - 1:,}",
    )


def _octa(assembler: Assembler, call: Call) -> None:
    tokens = call.tokens()
    if tokens.at_end:
        return
    data = bytearray()
    while True:
        data += _sixteen_bytes(assembler, tokens)
        if not tokens.accept(","):
            break
    tokens.expect_end()
    assembler.add_bytes(bytes(data), call.location)


def _sixteen_bytes(assembler: Assembler, tokens: TokenStream) -> bytes:
    first = tokens.peek()
    expression = parse_expression(tokens)
    place = tokens.span(first.column, tokens.tokens[tokens.position - 1].end)
    match expression:
        case Number(value):
            number = value
        case Unary("-", Number(value)) if value < 1 << 64:
            number = -value
        case _:
            assembler.scope.begin(tokens.base)
            known = assembler.try_evaluate(expression)
            inverts = any(node.operator == "~" for node in operators_in(expression))
            if known is None or not known.is_constant or known.constant < 0 or inverts:
                raise AssemblyError(
                    Diagnostic("octa-expression", ".octa takes a number, not a computation", place)
                )
            number = known.constant
    return (number % (1 << 128)).to_bytes(16, "little")


def _string(assembler: Assembler, call: Call) -> None:
    tokens = call.tokens()
    data = bytearray()
    terminator = b"" if call.name == ".ascii" else b"\0"
    while True:
        token = tokens.next()
        if not isinstance(token.value, bytes):
            message = f"expected a string, found {describe(token)}"
            tokens.error("expected-string", message, token, "text stands in double quotes")
        data += token.value
        while isinstance(more := tokens.peek().value, bytes):  # "a" "b" is "ab"
            data += more
            tokens.next()
        data += terminator
        if not tokens.accept(","):
            break
    tokens.expect_end()
    assembler.add_bytes(bytes(data), call.location)


def _skip(assembler: Assembler, call: Call) -> None:
    """``.skip count, fill`` and its other names."""
    tokens = call.tokens()
    count = parse_expression(tokens)
    fill = assembler.constant(tokens, "the fill") if tokens.accept(",") else 0
    tokens.expect_end()
    _repeat(assembler, call, tokens, count, bytes((fill & 0xFF,)))


def _fill(assembler: Assembler, call: Call) -> None:
    """``.fill repeat, size, value``: eight bytes at most, the upper four of them zero."""
    tokens = call.tokens()
    count = parse_expression(tokens)
    size, value = 1, 0
    if tokens.accept(","):
        token = tokens.peek()
        size = assembler.constant(tokens, "the size")
        if not 0 <= size <= 8:
            tokens.error("fill-size", f"the size {size} is not within 0 to 8", token)
        if tokens.accept(","):
            value = assembler.constant(tokens, "the value")
    tokens.expect_end()
    pattern = (value & 0xFFFF_FFFF).to_bytes(8, "little")[:size]
    _repeat(assembler, call, tokens, count, pattern)


def _repeat(
    assembler: Assembler, call: Call, tokens: TokenStream, count: Expression, pattern: bytes
) -> None:
    assembler.scope.begin(tokens.base)
    value = assembler.try_evaluate(count)
    if value is None or not value.is_constant:
        assembler.end_block(Space(bind(count, assembler.scope), pattern, call.location))
        return
    number = value.constant
    if number < 0:
        call.fail("negative-count", f"the count is negative: {number}")
    assembler.add_run(pattern, number, call.location)


# -- places -----------------------------------------------------------------------

_NOP = 0x90
_LARGEST_EXPONENT = 24  # a file is aligned as its sections are


def _align(assembler: Assembler, call: Call) -> None:
    """``.balign boundary, fill, limit`` and ``.p2align exponent, fill, limit``."""
    tokens = call.tokens()
    first = tokens.peek()
    boundary = assembler.constant(tokens, "the alignment")
    if call.name == ".p2align":
        if not 0 <= boundary <= _LARGEST_EXPONENT:
            message = f"the exponent {boundary} is not within 0 to {_LARGEST_EXPONENT}"
            tokens.error("alignment", message, first)
        boundary = 1 << boundary
    boundary = boundary or 1
    if boundary < 0 or boundary & (boundary - 1):
        tokens.error("alignment", f"the alignment {boundary} is not a power of two", first)
    if boundary > 1 << _LARGEST_EXPONENT:
        message = f"the alignment {boundary:,} is more than {1 << _LARGEST_EXPONENT:,}"
        tokens.error("alignment", message, first)
    fill = None
    limit = 0
    if tokens.accept(","):
        if tokens.peek().text != ",":
            fill = assembler.constant(tokens, "the fill")
        if tokens.accept(","):
            limit = assembler.constant(tokens, "the limit")
    tokens.expect_end()
    section = assembler.section
    if limit < 0:
        call.fail("negative-count", f"the limit is negative: {limit}")
    is_code = section.is_code and section.is_stored and fill in (None, _NOP)
    if not is_code and fill is None:
        fill = 0
    if not section.is_stored and fill:
        section.refuse_content(call.location)
    if boundary == 1:
        return
    is_i386 = assembler.bits == 32
    kept = None if is_code else fill
    assembler.end_block(
        Alignment(boundary, kept, limit, assembler.mode, call.location, is_i386=is_i386)
    )
    section.alignment = max(section.alignment, boundary)


def _org(assembler: Assembler, call: Call) -> None:
    tokens = call.tokens()
    target = parse_expression(tokens)
    fill = assembler.constant(tokens, "the fill") if tokens.accept(",") else 0
    tokens.expect_end()
    if fill and not assembler.section.is_stored:
        assembler.section.refuse_content(call.location)
    assembler.scope.begin(tokens.base)
    assembler.try_evaluate(target)
    assembler.end_block(Origin(bind(target, assembler.scope), fill, call.location))


# -- symbols ----------------------------------------------------------------------

_BINDINGS = {
    ".global": Binding.GLOBAL,
    ".globl": Binding.GLOBAL,
    ".weak": Binding.WEAK,
    ".local": Binding.LOCAL,
}
_SYMBOL_TYPES = {
    "function": SymbolType.FUNCTION,
    "object": SymbolType.OBJECT,
    "notype": SymbolType.NOTYPE,
    "STT_FUNC": SymbolType.FUNCTION,
    "STT_OBJECT": SymbolType.OBJECT,
    "STT_NOTYPE": SymbolType.NOTYPE,
}


def _name(tokens: TokenStream) -> Token:
    token = tokens.next()
    if token.kind is not TokenKind.IDENTIFIER or token.text == ".":
        tokens.error("expected-symbol", f"expected a symbol, found {describe(token)}", token)
    return token


def _bind(assembler: Assembler, call: Call) -> None:
    tokens = call.tokens()
    while True:
        token = _name(tokens)
        attributes = assembler.symbols.attribute(token.text, tokens.location(token))
        wanted = _BINDINGS[call.name]
        if attributes.binding not in (None, wanted):
            tokens.error(
                "binding-changed", f"`{token.text}` was said to be otherwise before", token
            )
        attributes.binding = wanted
        if not tokens.accept(","):
            break
    tokens.expect_end()


def _type(assembler: Assembler, call: Call) -> None:
    tokens = call.tokens()
    name = _name(tokens)
    tokens.accept(",")
    if not tokens.accept("@"):
        tokens.accept("%")
    token = tokens.next()
    word = tokens.string(token) if isinstance(token.value, bytes) else token.text
    if word not in _SYMBOL_TYPES:
        tokens.error(
            "unknown-symbol-type",
            f"the symbol type {describe(token)} is not supported",
            token,
            "there are @function, @object and @notype",
        )
    tokens.expect_end()
    attributes = assembler.symbols.attribute(name.text, tokens.location(name))
    attributes.type = _SYMBOL_TYPES[word]


def _size(assembler: Assembler, call: Call) -> None:
    tokens = call.tokens()
    name = _name(tokens)
    tokens.expect(",")
    expression = parse_expression(tokens)
    tokens.expect_end()
    assembler.scope.begin(tokens.base)
    attributes = assembler.symbols.attribute(name.text, tokens.location(name))
    attributes.size = bind(expression, assembler.scope)


def _set(assembler: Assembler, call: Call) -> None:
    statement, is_constant = call.statement, call.name == ".equiv"
    plain = _PLAIN_NUMBER.fullmatch(statement.text, call.end, statement.stop)
    if plain is not None:
        location = statement.location(*plain.span(1))
        entry = assembler.symbols.assign(plain[1], location, constant=is_constant)
        entry.value, entry.expression = Value(int(plain[2], 0)), None
        return
    tokens = call.tokens()
    name = _name(tokens)
    tokens.expect(",")
    assembler.assign(name.text, tokens.location(name), tokens, constant=is_constant)


#: A name and a number are the most frequent statement of all, hundreds in each included file.
_PLAIN_NUMBER = re.compile(
    r"[ \t\r]+([A-Za-z_][\w.$]*)[ \t\r]*,[ \t\r]*(0x[0-9a-fA-F]{1,15}|[1-9][0-9]{0,17}|0)[ \t\r]*",
    re.ASCII,
)


# -- modes ------------------------------------------------------------------------


def _code(assembler: Assembler, call: Call) -> None:
    call.tokens().expect_end()
    assembler.mode = int(call.name.removeprefix(".code"))
    if all(section.is_empty for section in assembler.sections.values()):
        assembler.bits = 32 if assembler.mode == 32 else 64


def _intel_syntax(assembler: Assembler, call: Call) -> None:
    if call.text.strip(BLANKS) != "noprefix":
        call.fail("syntax", "registers are written without `%` here", "say .intel_syntax noprefix")
    assembler.is_intel_syntax = True


# -- macros and conditions ----------------------------------------------------------


def _macro(assembler: Assembler, call: Call) -> None:
    body = assembler.reader.collect(call.statement, repetition=False)
    try:
        defined = macro.parse_definition(call.text, body, call.statement)
    except macro.MacroError as error:
        call.fail(error.code, error.message, error.help)
    lowered = defined.name.lower()
    if lowered in assembler.reader.macros:
        first = assembler.reader.macros[lowered].defined.location()
        call.fail(
            "macro-defined-twice",
            f"macro `{defined.name}` is defined already",
            f"the first definition is at {first}",
        )
    if lowered in DIRECTIVES:
        call.fail("macro-named-as-directive", f"`{defined.name}` is a directive")
    assembler.reader.macros[lowered] = defined


def _purgem(assembler: Assembler, call: Call) -> None:
    name = call.text.strip(BLANKS).lower()
    if assembler.reader.macros.pop(name, None) is None:
        call.fail("no-such-macro", f"there is no macro `{name}`")


def _rept(assembler: Assembler, call: Call) -> None:
    body = macro.prepare_body(assembler.reader.collect(call.statement, repetition=True))
    tokens = call.tokens()
    count = assembler.constant(tokens, "the count")
    tokens.expect_end()
    if not 0 <= count <= MOST_REPETITIONS:
        call.fail(
            "repetition-count", f"a count of {count:,} is not within 0 to {MOST_REPETITIONS:,}"
        )
    via = Expansion("repeated", call.location)
    location = call.location
    assembler.reader.repeat(
        count, (macro.expand(body, {}, None, via) for _ in range(count)), location
    )


def _irp(assembler: Assembler, call: Call) -> None:
    body = macro.prepare_body(assembler.reader.collect(call.statement, repetition=True))
    try:
        parameter, rest = macro.repetition_head(call.text)
        found = macro.characters(rest) if call.name == ".irpc" else macro.values(rest)
    except macro.MacroError as error:
        call.fail(error.code, error.message, error.help)
    location = call.location
    assembler.reader.repeat(
        len(found),
        (
            macro.expand(body, {parameter: value}, None, Expansion(f"for `{value}`", location))
            for value in found
        ),
        location,
    )


def _exitm(assembler: Assembler, call: Call) -> None:
    call.tokens().expect_end()
    assembler.reader.leave(call.location)


def _stray(assembler: Assembler, call: Call) -> None:
    opener = ".macro" if call.name == ".endm" else ".rept, .irp or .irpc"
    call.fail("stray-" + call.name[1:], f"{call.name} without a {opener} before it")


def _end(assembler: Assembler, call: Call) -> None:
    call.tokens().expect_end()
    assembler.reader.stop()


def _include(assembler: Assembler, call: Call) -> None:
    tokens = call.tokens()
    token = tokens.next()
    if not isinstance(token.value, bytes):
        tokens.error("expected-string", "the name of a file stands in quotes", token)
    tokens.expect_end()
    assembler.reader.include(tokens.string(token), call.statement, tokens.location(token))


def _if(assembler: Assembler, call: Call) -> None:
    """Any ``.if…``; one whose condition is wrong counts as false, so that its .endif has it."""
    holds = False
    try:
        holds = _CONDITIONS[call.name](assembler, call)
    finally:
        assembler.reader.open_condition(holds, call.location)


def _compare(holds: Callable[[int], bool]) -> Callable[[Assembler, Call], bool]:
    def condition(assembler: Assembler, call: Call) -> bool:
        tokens = call.tokens()
        number = assembler.constant(tokens, "the condition")
        tokens.expect_end()
        return holds(number)

    return condition


def _is_defined(assembler: Assembler, call: Call) -> bool:
    tokens = call.tokens()
    name = _name(tokens)
    tokens.expect_end()
    if name.text in assembler.sections:
        tokens.error("section-as-symbol", f"`{name.text}` is a section, not a symbol", name)
    entry = assembler.symbols.entries.get(name.text)
    return entry is not None and entry.is_defined


def _is_blank(assembler: Assembler, call: Call) -> bool:
    return not call.text.strip(BLANKS)


def _is_same(assembler: Assembler, call: Call) -> bool:
    left, comma, right = macro.tidy(call.text).partition(",")
    if not comma:
        call.fail("expected-token", f"{call.name} compares two texts with a comma between them")
    return left.strip(BLANKS) == right.strip(BLANKS)


_Condition = Callable[["Assembler", Call], bool]


def _not(condition: _Condition) -> _Condition:
    return lambda assembler, call: not condition(assembler, call)


_CONDITIONS: dict[str, _Condition] = {
    ".if": _compare(lambda number: number != 0),
    ".ifne": _compare(lambda number: number != 0),
    ".ifeq": _compare(lambda number: number == 0),
    ".ifge": _compare(lambda number: number >= 0),
    ".ifgt": _compare(lambda number: number > 0),
    ".ifle": _compare(lambda number: number <= 0),
    ".iflt": _compare(lambda number: number < 0),
    ".ifdef": _is_defined,
    ".ifndef": _not(_is_defined),
    ".ifnotdef": _not(_is_defined),
    ".ifb": _is_blank,
    ".ifnb": _not(_is_blank),
    ".ifc": _is_same,
    ".ifnc": _not(_is_same),
}


def _else(assembler: Assembler, call: Call) -> None:
    condition = assembler.reader.innermost(call.name, call.location)
    call.tokens().expect_end()
    condition.has_else = True
    condition.is_active = not condition.was_active
    condition.was_active = True


def _elseif(assembler: Assembler, call: Call) -> None:
    condition = assembler.reader.innermost(call.name, call.location)
    condition.is_active = False
    if not condition.was_active:
        condition.is_active = condition.was_active = _CONDITIONS[".if"](assembler, call)


def _endif(assembler: Assembler, call: Call) -> None:
    assembler.reader.innermost(call.name, call.location)
    assembler.reader.close_condition()
    call.tokens().expect_end()


def skipped(assembler: Assembler, statement: Statement, word: re.Match[str] | None) -> None:
    """A statement in a part that a condition leaves out: only conditions matter."""
    name = word[1].lower() if word else ""
    if word is None or not name.startswith((".if", ".else", ".endif")):
        return
    assembler.check_end_of_word(statement, word.end(1))
    if name in _CONDITIONS:
        assembler.reader.skip_condition(statement.location())
        call = Call(name, statement, word.start(1), word.end(1))
        if name in (".ifc", ".ifnc"):  # GNU as wants these to be well-formed even here
            _is_same(assembler, call)
        elif name in (".ifdef", ".ifndef", ".ifnotdef"):
            _name(call.tokens())
    elif name in (".else", ".elseif", ".endif"):
        DIRECTIVES[name](assembler, Call(name, statement, word.start(1), word.end(1)))
    else:
        refuse(assembler, Call(name, statement, word.start(1), word.end(1)))


# -- messages ---------------------------------------------------------------------


def _error(assembler: Assembler, call: Call) -> None:
    call.fail("error-directive", _message(call) or ".error stands here")


def _warning(assembler: Assembler, call: Call) -> None:
    assembler.warning("warning-directive", _message(call) or ".warning stands here", call.location)


def _message(call: Call) -> str:
    tokens = call.tokens()
    if tokens.at_end:
        return ""
    token = tokens.next()
    if not isinstance(token.value, bytes):
        tokens.error("expected-string", f"expected a string, found {describe(token)}", token)
    tokens.expect_end()
    return token.value.decode(errors="replace")


def _call_frame(assembler: Assembler, call: Call) -> None:
    assembler.frames.directive(call)


def refuse(assembler: Assembler, call: Call) -> None:
    """A directive that there is not."""
    if call.name in _KNOWN_TO_GNU_AS:
        call.fail("unsupported-directive", f"{call.name} is not supported", _CURES.get(call.name))
    close = nearest(call.name, chain(DIRECTIVES, assembler.reader.macros))
    call.fail(
        "unknown-directive",
        f"there is no directive {call.name}",
        f"did you mean {close}?" if close else None,
    )


_KNOWN_TO_GNU_AS = frozenset(
    (
        ".abort", ".allow_index_reg", ".altmacro", ".arch", ".att_mnemonic", ".att_syntax",
        ".balignl", ".balignw", ".bundle_align_mode", ".bundle_lock", ".bundle_unlock",
        ".code16gcc", ".comm", ".common", ".dc", ".dc.a", ".dc.b", ".dc.d", ".dc.l", ".dc.s",
        ".dc.w", ".dc.x", ".dcb", ".dcb.b", ".disallow_index_reg", ".double", ".ds", ".ds.b",
        ".eject", ".endfunc", ".eqv", ".extern", ".fail", ".file", ".float", ".func",
        ".gnu_attribute", ".hidden", ".ident", ".ifeqs", ".ifnes", ".incbin", ".intel_mnemonic",
        ".internal", ".largecomm", ".lcomm", ".lflags", ".line", ".linkonce", ".list", ".ln",
        ".loc", ".loc_mark_labels", ".mri", ".noaltmacro", ".noformat", ".nolist", ".nops",
        ".offset", ".p2alignl", ".p2alignw", ".print", ".protected", ".psize", ".reloc", ".sbttl",
        ".single", ".sleb128", ".stab", ".stabd", ".stabn", ".stabs", ".string16", ".string32",
        ".string64", ".string8", ".struct", ".subsection", ".symver", ".tag", ".tfloat", ".title",
        ".uleb128", ".val", ".version", ".vtable_entry", ".vtable_inherit", ".weakref", ".xcom",
        ".xdef", ".xref",
    )
)  # fmt: skip
_CURES = {
    ".att_syntax": "sources are in Intel syntax throughout",
    ".extern": "a name that is not defined is looked for elsewhere; leave this out",
    **dict.fromkeys(
        (".float", ".single", ".double"), "write the bits: 1.5 is `.long 0x3fc00000` as a float"
    ),
    ".comm": "define the symbol in .bss, with .skip",
    ".lcomm": "define the symbol in .bss, with .skip",
    ".incbin": "the image builder puts files into the initrd",
    ".hidden": "there are no shared objects that could see the symbol; leave this out",
}

DIRECTIVES: dict[str, Handler] = {
    ".text": _plain_section,
    ".data": _plain_section,
    ".bss": _plain_section,
    ".section": _section,
    ".pushsection": _pushsection,
    ".popsection": _popsection,
    ".previous": _previous,
    **dict.fromkeys(_DATA_SIZES, _data),
    ".octa": _octa,
    **dict.fromkeys((".ascii", ".asciz", ".string"), _string),
    **dict.fromkeys((".skip", ".space", ".zero"), _skip),
    ".fill": _fill,
    **dict.fromkeys((".balign", ".p2align", ".align"), _align),
    ".org": _org,
    **dict.fromkeys(_BINDINGS, _bind),
    ".type": _type,
    ".size": _size,
    **dict.fromkeys((".set", ".equ", ".equiv"), _set),
    **dict.fromkeys((".code16", ".code32", ".code64"), _code),
    ".intel_syntax": _intel_syntax,
    ".macro": _macro,
    ".purgem": _purgem,
    ".rept": _rept,
    ".rep": _rept,
    ".irp": _irp,
    ".irpc": _irp,
    ".exitm": _exitm,
    ".endm": _stray,
    ".endr": _stray,
    ".end": _end,
    ".include": _include,
    **dict.fromkeys(_CONDITIONS, _if),
    ".else": _else,
    ".elseif": _elseif,
    ".endif": _endif,
    ".error": _error,
    ".err": _error,
    ".warning": _warning,
    **dict.fromkeys(
        (
            ".cfi_startproc", ".cfi_endproc", ".cfi_sections", ".cfi_def_cfa",
            ".cfi_def_cfa_register", ".cfi_def_cfa_offset", ".cfi_adjust_cfa_offset",
            ".cfi_offset", ".cfi_rel_offset", ".cfi_val_offset", ".cfi_restore", ".cfi_undefined",
            ".cfi_same_value", ".cfi_register", ".cfi_remember_state", ".cfi_restore_state",
            ".cfi_return_column", ".cfi_signal_frame", ".cfi_escape",
        ),
        _call_frame,
    ),
}  # fmt: skip
