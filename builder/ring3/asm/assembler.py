"""The way of one file from text to Object.

    text ─ Reader ─> statements ─┬─ directive ─> state, data      (directive.py)
                                 └─ instruction ─> parse, keep    (instruction.py)
    blocks of every section <────┘
       │ settle    encode what was kept, in one batch             (encoder.py)
       │ relax     find the size of branches and of padding       (layout.py)
       │ resolve   fill fields or turn them into fixups           (resolve.py)
       v
    Object

GNU as decides many things where it reads a line: a number that it knows by then
takes the short form, one that it learns later the long one.  So every
expression is tried at once, and kept with what its names meant if it is no
number yet.  All errors of a file are collected; one bad line does not hide the
next one's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

from ring3.asm import directive
from ring3.asm.branch import BranchForms, branch_forms
from ring3.asm.cfi import CallFrameInformation
from ring3.asm.dialects import advice
from ring3.asm.encoder import encode
from ring3.asm.expression import (
    COMPARISONS,
    Binary,
    Expression,
    Number,
    Symbol,
    Unary,
    Value,
    bind,
    evaluate,
    operators_in,
    parse_expression,
    symbols_in,
    wrap,
)
from ring3.asm.instruction import Encoding, Instruction, parse_instruction
from ring3.asm.layout import (
    Block,
    Branch,
    Chunk,
    Part,
    PendingField,
    PendingInstruction,
    Run,
    SectionBuilder,
    Storage,
    Tail,
)
from ring3.asm.lexer import BLANKS, AssemblyError, TokenStream, lex
from ring3.asm.object import Object, SectionFlag, SectionType
from ring3.asm.operand import Bare, Immediate, Memory, Operand, expressions_of
from ring3.asm.reader import Reader
from ring3.asm.registers import REGISTERS
from ring3.asm.resolve import Resolver
from ring3.asm.source import LONGEST_LINE, SourceTree, Statement
from ring3.asm.symbol_table import Entry, SymbolTable, is_numeric
from ring3.asm.unsupported import extension_of_register
from ring3.diagnostic import Diagnostic, Location, Severity, SourceError
from ring3.warning import warn

MOST_ERRORS = 100
_MOST_PLACES = 100  # looked up for one statement
_MOST_PLACES_IN_ALL = 200_000

_HEAD = re.compile(
    r"""[ \t]*(?:([A-Za-z_.$][\w.$]*)|([0-9]{1,9}))   # 1 a name, 2 the number of a label
        (?:[ \t]*(?:(:)(?!=)|(==?)(?!=)))?           # 3 it is a label, 4 it is set""",
    re.VERBOSE | re.ASCII,
)
_WORD = re.compile(r"[ \t]*([A-Za-z_.][\w.$]*)", re.ASCII)
_ENDS_OF_WORDS = frozenset(map(chr, range(128))) - {"'", '"'}
_HINT = re.compile(r"[ \t]*(\{\w+\})", re.ASCII)  # {vex3}, {disp32}, {load} …
_FOREIGN = re.compile(r"[ \t]*([%\[][A-Za-z]\w*)", re.ASCII)
_NEIGHBOUR = re.compile(r"[!-~]")


def assemble_text(text: str, name: str, path: Path | None, tree: SourceTree) -> Object:
    """Assemble one source; raises SourceError with everything that is wrong in it."""
    return Assembler(tree).run(text, name, path)


class Assembler:
    """The state between two statements: where they go, in which mode, with which names."""

    def __init__(self, tree: SourceTree) -> None:
        self.reader = Reader(tree)
        self.symbols = SymbolTable()
        self.sections: dict[str, SectionBuilder] = {}
        self.storage = Storage()
        self.mode = 64
        self.is_intel_syntax = False
        self.bits = 64
        self.section = self.enter_section(
            ".text", SectionFlag.ALLOC | SectionFlag.EXECUTE, SectionType.PROGBITS
        )
        self.previous_section: SectionBuilder | None = None
        self.section_stack: list[tuple[SectionBuilder, SectionBuilder | None]] = []
        self.frames = CallFrameInformation(self)
        self.scope = ReadingScope(self)
        self.diagnostics: list[Diagnostic] = []
        self._instructions: list[PendingInstruction] = []
        self._taken_for_memory: list[tuple[PendingInstruction, Entry, Location]] = []
        self._unsettled: dict[Block, None] = {}

    def run(self, text: str, name: str, path: Path | None) -> Object:
        """From the first statement to the Object; raises SourceError."""
        self.reader.open_text(text, name, path)
        self._read_statements()
        self._finish_reading()
        self._stop_at_errors()
        resolver = Resolver(tuple(self.sections.values()), self.symbols, self.bits)
        result = resolver.finish(name, self.frames)
        self.diagnostics += resolver.diagnostics
        self._stop_at_errors()
        return result

    def _read_statements(self) -> None:
        statements = iter(self.reader)
        while len(self.diagnostics) < MOST_ERRORS:
            try:
                for statement in statements:
                    self._statement(statement)
            except AssemblyError as error:
                self.diagnostics.append(_as_comment(error.diagnostic))
            except RecursionError:
                message = "the symbols in this depend on each other too deeply"
                self.diagnostics.append(Diagnostic("symbols-too-deep", message, self.scope.base))
            else:
                return
            statements = iter(self.reader)
        self.reader.stop()

    def _finish_reading(self) -> None:
        self.settle()
        self.diagnostics += self._numbers_taken_for_memory()
        self.diagnostics += self.reader.diagnostics
        self.diagnostics += self.symbols.missing_local_labels()
        self.diagnostics += self.frames.unclosed()

    def _numbers_taken_for_memory(self) -> Iterator[Diagnostic]:
        """GNU as loads from address 5 in ``mov eax, SIZE`` when ``.set SIZE, 5`` comes later."""
        for pending, entry, location in self._taken_for_memory:
            if pending.encoding is None or entry.value is None or not entry.value.is_constant:
                continue
            name = entry.name
            yield Diagnostic(
                "number-set-later",
                f"`{name}` is set to a number only later, at line {entry.location.line}:"
                " GNU as reads it here as an address in memory",
                location,
                f"set `{name}` before this line; write `offset {name}` for the number,"
                f" or `[{name}]` for the memory",
            )

    def _stop_at_errors(self) -> None:
        if not self.diagnostics:
            return
        found = SourceError(self.diagnostics).diagnostics
        if len(found) > MOST_ERRORS:
            last = found[MOST_ERRORS - 1].location
            message = f"there are more errors; these are the first {MOST_ERRORS}"
            found = (*found[:MOST_ERRORS], Diagnostic("too-many-errors", message, last))
        raise SourceError(found)

    # -- one statement --------------------------------------------------------

    def _statement(self, statement: Statement) -> None:
        text, position, stop = statement.text, statement.start, statement.stop
        if stop - position > LONGEST_LINE:
            self._refuse_length(statement)
        if self.reader.is_skipping:
            directive.skipped(self, statement, _WORD.match(text, position, stop))
            return
        head = _HEAD.match(text, position, stop)
        while head is not None and head[3]:
            self._define_label(statement, head)
            position = head.end()
            head = _HEAD.match(text, position, stop)
        name = head[1] if head is not None else None
        if head is None or name is None or name[0] == "$":
            self._refuse_hint(statement, position)
            self._refuse_dialect(statement, position)
            lex(statement.location(), position, stop).expect_end()
            return
        start, end = head.span(1)
        self.check_end_of_word(statement, end)
        if head[4]:
            tokens = lex(statement.location(), head.end(), stop)
            self.assign(name, statement.location(start, end), tokens, constant=head[4] == "==")
            return
        lowered = name.lower()
        handler = directive.DIRECTIVES.get(lowered)
        if handler is not None:
            handler(self, directive.Call(lowered, statement, start, end))
        elif lowered in self.reader.macros:
            location = statement.location(start, stop)
            self.reader.call(self.reader.macros[lowered], text[end:stop], location)
        elif name[0] == ".":
            directive.refuse(self, directive.Call(lowered, statement, start, end))
        else:
            if _NEIGHBOUR.match(text, end, stop):
                self._refuse_neighbour(statement, end)
            self._instruction(statement.location(start, stop), start, stop)

    def _refuse_length(self, statement: Statement) -> None:
        raise AssemblyError(
            Diagnostic(
                "line-too-long",
                f"a line has at most {LONGEST_LINE:,} characters",
                Location(statement.file, statement.line, statement.start + 1, statement.start + 2),
            )
        )

    def _refuse_hint(self, statement: Statement, start: int) -> None:
        hint = _HINT.match(statement.text, start, statement.stop)
        if hint is not None:
            message = f"`{hint[1]}`: hints about the encoding are not supported"
            place = statement.location(*hint.span(1))
            cure = "leave it out: the encoding is the one that GNU as takes without a hint"
            raise AssemblyError(Diagnostic("not-supported", message, place, cure))

    def _refuse_dialect(self, statement: Statement, start: int) -> None:
        """`%define` and `[bits 64]`, which are NASM's."""
        found = _FOREIGN.match(statement.text, start, statement.stop)
        cure = advice(found[1].lstrip("[").lower(), "", ()) if found else None
        if found is not None and cure is not None:
            message = f"`{found[1].lstrip('[')}` is not of this assembler's language"
            place = statement.location(*found.span(1))
            raise AssemblyError(Diagnostic("unknown-directive", message, place, cure))

    def check_end_of_word(self, statement: Statement, end: int) -> None:
        """What GNU as takes for a part of the word: a constant, as a number, and bytes over 127."""
        if end < statement.stop and (following := statement.text[end]) not in _ENDS_OF_WORDS:
            if following in "'\"":
                self._refuse_neighbour(statement, end)
            lex(statement.location(), end, end + 1)

    def _refuse_neighbour(self, statement: Statement, start: int) -> None:
        message = f"a blank is missing before `{statement.text[start]}`"
        raise AssemblyError(
            Diagnostic("expected-token", message, statement.location(start, start + 1))
        )

    def _define_label(self, statement: Statement, label: re.Match[str]) -> None:
        name, number = label.group(1, 2)
        location = statement.location(*label.span(1 if name else 2))
        if name == ".":
            raise AssemblyError(
                Diagnostic("dot-as-label", "`.` is always the present place", location)
            )
        if number:
            self.place(self.symbols.define_numeric(number, location))
        else:
            self.place(self.symbols.define_label(name, location))

    def _instruction(self, base: Location, start: int, stop: int) -> None:
        self.scope.begin(base)
        instruction = parse_instruction(base, self.mode, self._known, start, stop)
        target = instruction.relative_target
        if target is None or target.distance is not None:
            self._check_syntax(instruction)
        if target is not None:
            self._branch(instruction, target)
            return
        expressions = instruction.expressions
        for expression in expressions:
            if isinstance(expression, Binary | Unary):
                self._check_comparisons(expression)
        for operand in instruction.operands:
            if isinstance(operand, Memory) and operand.subtracted is not None:
                self._check_difference(operand, operand.subtracted)
        values = tuple([self._known(expression) for expression in expressions])
        bound: tuple[Expression, ...] = ()
        if None in values:
            bound = tuple(
                self._bind_operand(operand, expression)
                for operand in instruction.operands
                for expression in expressions_of(operand)
            )
        self._check_holds_code(instruction.location)
        pending = PendingInstruction(instruction, values, bound)
        self._instructions.append(pending)
        if bound:
            self._taken_for_memory += [
                (pending, entry, self.scope.location(symbol.column, symbol.end))
                for operand in instruction.operands
                if isinstance(operand, Bare) and operand.size is None
                for symbol in symbols_in(operand.expression)
                if not is_numeric(symbol)
                and not (entry := self.symbols.refer(symbol.name, base)).is_defined
            ]
        self.add(pending)

    def _known(self, expression: Expression) -> int | None:
        value = self.try_evaluate(expression)
        return value.constant if value is not None and value.is_constant else None

    def _check_comparisons(self, expression: Expression) -> None:
        """GNU as compares numbers where it reads them, and addresses when all is laid out."""
        for node in operators_in(expression):
            if isinstance(node, Binary) and node.operator in COMPARISONS:
                for side in (node.left, node.right):
                    if self._known(side) is None:
                        message = f"`{node.operator}` cannot compare addresses in an operand"
                        place = self.scope.location(node.column, node.end)
                        cure = "compare them in an .if"
                        raise AssemblyError(Diagnostic("operator-in-operand", message, place, cure))

    def _check_difference(self, operand: Memory, subtracted: Expression) -> None:
        """GNU as loses the distance in ``[rbx + b - a]`` where it knows it already."""
        displacement = operand.displacement
        if displacement is None or self._known(subtracted) is not None:
            return
        if self._known(displacement) is not None:
            message = "the distance of two labels stands in parentheses beside a register"
            place = self.scope.location(subtracted.column, subtracted.end)
            cure = "write `[rbx + (b - a)]`: without them GNU as loses the distance"
            raise AssemblyError(Diagnostic("operator-in-operand", message, place, cure))

    def _check_syntax(self, instruction: Instruction) -> None:
        """Without the directive GNU as reads operands in AT&T syntax; it is asked for once."""
        if instruction.operands and not self.is_intel_syntax:
            self._ask_for_syntax(instruction.location)

    def _ask_for_syntax(self, location: Location) -> NoReturn:
        self.is_intel_syntax = True
        message = "this source does not say that it is in Intel syntax"
        cure = "begin it with .intel_syntax noprefix"
        raise AssemblyError(Diagnostic("syntax", message, location, cure))

    def _bind_operand(self, operand: Operand, expression: Expression) -> Expression:
        """GNU as takes a symbol set to a label for that label itself, but not after ``offset``."""
        if isinstance(operand, Immediate):
            return bind(expression, self.scope)
        if isinstance(operand, Bare):
            self._check_bare(expression)
        return self.scope.bind_expanded(expression)

    def _check_bare(self, expression: Expression) -> None:
        """A symbol set to a distance nobody knows yet: neither an address nor a number."""
        symbols = tuple(symbols_in(expression))
        if len(symbols) > 2 and not self._is_address(expression):
            message = "this is neither an address nor a number that is known here"
            place = self.scope.location(symbols[0].column, symbols[-1].end)
            cure = "write [...] for memory, and .set a number to what can be computed before"
            raise AssemblyError(Diagnostic("not-constant", message, place, cure))
        for symbol in symbols:
            entry = self.symbols.entries.get(symbol.name)
            if entry is None or entry.expression is None:
                continue
            if not self._is_address(entry.expression):
                message = f"the value of `{symbol.name}` is not known here yet"
                place = self.scope.location(symbol.column, symbol.end)
                cure = "a jump or an alignment lies between its labels; compute it after them"
                raise AssemblyError(Diagnostic("not-constant", message, place, cure))

    def _is_address(self, expression: Expression) -> bool:
        value = self.try_evaluate(expression)
        return value is not None and value.plus is not None and value.minus is None

    def _branch(self, instruction: Instruction, target: Bare) -> None:
        self._check_holds_code(instruction.location)
        location = instruction.location
        try:
            forms = branch_forms(
                instruction.mnemonic, self.mode, instruction.prefixes, target.distance
            )
        except KeyError as error:
            message = f"`{error.args[0]}` cannot stand before a branch"
            raise AssemblyError(Diagnostic("prefix-on-branch", message, location)) from None
        expression = self.scope.bind_expanded(target.expression)
        value = self.try_evaluate(expression)
        if value is not None and value.is_constant:
            expression = self._number_as_target(instruction, target, forms, value.constant)
        constant = value.constant if value else 0
        names_symbol = self.mode == 64 and self._is_address(expression) and not constant
        if forms.short is not None and (forms.near is not None or target.distance == "short"):
            self.end_block(Branch(forms, expression, instruction.place(target), names_symbol))
            return
        opcode = forms.short if forms.near is None else forms.near
        size = 1 if forms.near is None else forms.near_size
        assert opcode is not None
        field = PendingField(
            len(opcode), size, expression, instruction.place(target), size, True, names_symbol
        )
        self.add(Chunk(opcode + bytes(size), location, (field,), is_code=True))

    def _number_as_target(
        self, instruction: Instruction, target: Bare, forms: BranchForms, number: int
    ) -> Number:
        """Where a branch to a number goes; raises AssemblyError when it cannot."""
        if forms.near is None and target.distance != "short":
            message = f"`{instruction.mnemonic}` takes a label, not a number"
            cure = "it reaches 128 bytes, and where this stands the linker alone decides"
            raise AssemblyError(
                Diagnostic("wrong-operands", message, instruction.place(target), cure)
            )
        if self.mode != 64:
            if not -(1 << self.mode - 1) <= number < 1 << self.mode:
                message = f"{number:#x} is no address in {self.mode}-bit code"
                raise AssemblyError(
                    Diagnostic("displacement-out-of-range", message, instruction.place(target))
                )
            past = 4 if self.mode == 32 else 0  # GNU as subtracts the field's size first
            half = 1 << self.mode - 1
            number = (number - past + half) % (2 * half) - half + past
        return Number(number, target.column, target.end)

    def _check_holds_code(self, location: Location) -> None:
        if not self.section.is_stored:
            self.section.refuse_content(location)

    # -- what directives use ----------------------------------------------------

    def warning(self, code: str, message: str, location: Location) -> None:
        """Tell of something that does not stop the build."""
        warn(Diagnostic(code, message, location, severity=Severity.WARNING))

    def add(self, part: Part) -> None:
        """Append to the present section."""
        block = self.section.last
        block.parts.append(part)
        self._unsettled[block] = None

    def add_bytes(self, data: bytes, location: Location, *fields: PendingField) -> None:
        """Append data to the present section."""
        if data:
            self.add(Chunk(data, location, fields))

    def add_run(self, pattern: bytes, count: int, location: Location) -> None:
        """Append the same bytes so many times to the present section."""
        if pattern and count:
            self.add(Run(pattern, count, location))

    def end_block(self, tail: Tail) -> None:
        """Append something whose size is not known yet."""
        if not isinstance(tail, Branch) or self.section.is_stored:
            self.section.end_block(tail)

    def place(self, entry: Entry) -> None:
        """Give a label the present place."""
        entry.block = self.section.last
        self.add(entry)

    def enter_section(self, name: str, flags: SectionFlag, kind: SectionType) -> SectionBuilder:
        """The section of this name, made when it is new."""
        section = self.sections.get(name)
        if section is None:
            section = self.sections[name] = SectionBuilder(name, flags, kind, self.storage)
        return section

    def switch_to(self, section: SectionBuilder) -> None:
        """What follows goes to another section."""
        self.previous_section, self.section = self.section, section

    def settle(self) -> None:
        """Encode the instructions that wait, so that places within a block are known."""
        waiting, self._instructions = self._instructions, []
        blocks, self._unsettled = list(self._unsettled), {}
        if waiting:
            outcomes = encode([(pending.instruction, pending.values) for pending in waiting])
            for pending, outcome in zip(waiting, outcomes, strict=True):
                if isinstance(outcome, Encoding):
                    pending.encoding = outcome
                else:
                    self.diagnostics.append(outcome)
        for block in blocks:
            try:
                block.settle()
            except AssemblyError as error:
                self.diagnostics.append(error.diagnostic)
                block.parts.clear()

    # -- expressions ------------------------------------------------------------

    def assign(
        self, name: str, location: Location, tokens: TokenStream, *, constant: bool = False
    ) -> None:
        """``name = expression``; raises AssemblyError."""
        if name == ".":
            message = "`.` cannot be set"
            raise AssemblyError(Diagnostic("dot-assigned", message, location, "use .org or .skip"))
        try:
            expression = parse_expression(tokens)
            tokens.expect_end()
            self.scope.begin(tokens.base)
            value = self.try_evaluate(expression)
            bound = None
            if value is None or not value.is_constant:
                bound = self.scope.bind_expanded(expression)
        except AssemblyError:
            self.symbols.assign(name, location, constant=constant).value = Value(0)
            raise
        entry = self.symbols.assign(name, location, constant=constant)
        entry.expression = bound
        entry.value = value if bound is None else None
        if bound is None:
            return
        if value is not None and self._is_known_place(value):
            self.symbols.check_place(entry)
        else:
            self.symbols.defer(entry)

    def _is_known_place(self, value: Value) -> bool:
        """A label that stands before this, or what was set to one where it stood before."""
        entry = value.plus
        if not isinstance(entry, Entry) or value.minus is not None:
            return False
        return entry.is_label or (entry.is_assigned and not entry.is_deferred)

    def try_evaluate(self, expression: Expression) -> Value | None:
        """Its value as far as it is known here; None when it must wait for the layout."""
        if not self.is_intel_syntax:
            self._check_operators(expression)
        try:
            return evaluate(expression, self.scope)
        except AssemblyError as error:
            if error.diagnostic.code == "not-relocatable":
                return None
            raise

    def _check_operators(self, expression: Expression) -> None:
        """The operators with names are those of Intel syntax."""
        for node in operators_in(expression):
            if self.scope.base.text[node.column - 1].isalpha():
                self._ask_for_syntax(self.scope.location(node.column, node.end))

    def constant(self, tokens: TokenStream, what: str) -> int:
        """Read an expression that must be a known number here; raises AssemblyError."""
        start = tokens.peek()
        expression = parse_expression(tokens)
        self.scope.begin(tokens.base)
        value = self.try_evaluate(expression)
        if value is not None and value.is_constant:
            return value.constant
        last = tokens.tokens[tokens.position - 1]
        raise AssemblyError(
            Diagnostic(
                "not-constant",
                f"{what} must be a number that is known here",
                tokens.span(start.column, last.end),
                self._why_unknown(expression),
            )
        )

    def _why_unknown(self, expression: Expression) -> str:
        if (
            isinstance(expression, Symbol)
            and not self.symbols.refer(expression.name, self.scope.location(1, 2)).is_defined
        ):
            near = self.symbols.nearest(expression.name)
            return f"did you mean `{near}`?" if near else f"`{expression.name}` is not set before"
        return (
            "addresses are known to the linker alone; the distance of two labels is known here"
            " unless a jump or an alignment lies between them"
        )


def _as_comment(diagnostic: Diagnostic) -> Diagnostic:
    """Words after a `;` are a statement, and meant as a comment by most who write them."""
    before = diagnostic.location.text[: diagnostic.location.column - 1].rstrip(BLANKS)
    is_first = diagnostic.code == "unknown-instruction" and before.endswith(";")
    is_second = diagnostic.code in _PROSE and ";" in before
    if is_first or is_second:
        return diagnostic._replace(help="`;` begins another statement, and `#` a comment")
    return diagnostic


#: What is said of a comment whose first word is an instruction by chance.
_PROSE = frozenset(("junk-at-end", "expected-token", "unexpected-character"))


class ReadingScope:
    """What names mean while the source is read: see expression.Scope."""

    def __init__(self, assembler: Assembler) -> None:
        self.assembler = assembler
        self.base = Location("", 0)
        self._here: Entry | None = None
        self._expands = False
        self._places_left = 0
        self._places_left_in_all = _MOST_PLACES_IN_ALL

    def begin(self, base: Location) -> None:
        """Turn to another statement."""
        self.base = base
        self._here = None
        self._places_left = _MOST_PLACES

    def bind_expanded(self, expression: Expression) -> Expression:
        """Bind an expression; what was set to a label plus a number becomes just that."""
        self._expands = self.assembler.is_intel_syntax
        try:
            return bind(expression, self)
        finally:
            self._expands = False

    def location(self, column: int, end: int) -> Location:
        """The place of some columns of the statement."""
        return self.base.at(column, end)

    def symbol(self, symbol: Symbol) -> Value:
        """A number if the name is one already, else a reference."""
        location = self.location(symbol.column, symbol.end)
        if is_numeric(symbol):
            return Value(0, self.assembler.symbols.refer_numeric(symbol.name, location))
        if symbol.name.lower() in REGISTERS:
            message = f"`{symbol.name}` is a register, not a number"
            raise AssemblyError(Diagnostic("register-in-expression", message, location))
        extension = extension_of_register(symbol.name)
        if extension is not None:
            message = f"`{symbol.name}`: {extension} is not supported"
            raise AssemblyError(Diagnostic("not-supported", message, location))
        return self.reference(self.assembler.symbols.refer(symbol.name, location))

    def here(self) -> Value:
        """A label at the present place, the same one for the whole statement."""
        if self._here is None:
            self._here = Entry("", self.base)
            self.assembler.place(self._here)
        return Value(0, self._here)

    def reference(self, reference: object) -> Value:
        """An entry's number if it has one, else the entry itself."""
        assert isinstance(reference, Entry)
        if reference.value is not None:
            return reference.value
        return self._expanded(reference) if self._expands else Value(0, reference)

    def _expanded(self, entry: Entry) -> Value:
        """The label and the number that a symbol was set to, or else the symbol itself."""
        found = Value(0, entry)
        seen = {entry}
        self._expands = False
        while entry.expression is not None and self._may_look_further():
            value = self.assembler.try_evaluate(entry.expression)
            if value is None or not isinstance(value.plus, Entry) or value.minus is not None:
                break
            entry = value.plus
            if entry in seen:
                break
            seen.add(entry)
            found = Value(wrap(found.constant + value.constant), entry)
        self._expands = True
        return found

    def _may_look_further(self) -> bool:
        """Count one more place; raises AssemblyError when the source has had them all."""
        self._places_left -= 1
        self._places_left_in_all -= 1
        if self._places_left_in_all < 0:
            message = "symbols that are set to each other are looked up too often"
            raise AssemblyError(Diagnostic("symbols-too-deep", message, self.base))
        return self._places_left >= 0

    def distance(self, plus: object, minus: object) -> int | None:
        """Known between two places of one block."""
        upper, lower = self._place(plus), self._place(minus)
        if upper is None or lower is None or upper[0].block is not lower[0].block:
            return None
        if upper[0].offset is None or lower[0].offset is None:
            self.assembler.settle()
        high, low = upper[0].offset, lower[0].offset
        if high is None or low is None:
            return None
        return high + upper[1] - low - lower[1]

    def _place(self, reference: object) -> tuple[Entry, int] | None:
        """The label that a reference comes down to, and how far from it."""
        assert isinstance(reference, Entry)
        offset = 0
        while True:
            if reference.is_label:
                return reference, offset
            if reference.expression is None or not self._may_look_further():
                return None  # `.set a, b` and `.set b, a` lead nowhere
            value = evaluate(reference.expression, self)
            if not isinstance(value.plus, Entry) or value.minus is not None:
                return None
            reference = value.plus
            offset += value.constant
