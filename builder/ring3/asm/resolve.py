"""From blocks to the Object: relaxation, then bytes or fixups for every field.

    a field's expression ── evaluate ──┬─ a number                  ─> bytes
                                       ├─ a place of this section,
                                       │  in a relative field       ─> bytes
                                       └─ anything else             ─> Fixup

As in GNU as, a fixup against a local label is one against its section, with the
label's offset in the addend; a global or weak one keeps its name.  A number
that only a relative field makes relocatable (``call 0x1000``) is a fixup
against ``*ABS*``, a symbol of value 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ring3.asm.expression import Expression, Symbol, Value, evaluate, wrap
from ring3.asm.layout import (
    Block,
    Branch,
    Origin,
    PendingField,
    Relaxation,
    SectionBuilder,
    Space,
    tail_bytes,
)
from ring3.asm.lexer import AssemblyError
from ring3.asm.object import Binding, Fixup, FixupKind, Line, Object, Section
from ring3.asm.object import Symbol as ObjectSymbol
from ring3.asm.symbol_table import Entry, SymbolTable
from ring3.diagnostic import Diagnostic, Location

ABSOLUTE = "*ABS*"
_FIRST_SECTIONS = (".text", ".data", ".bss")  # which are there whatever a source says
_HIDDEN = ("..", "_.L_")  # not in GNU as's symbol table, as .L is not (bfd/elf.c)
_LONGEST_CHAIN = 64  # of symbols that are set to each other before they are known

Place = tuple[Block, int]


class FrameWriter(Protocol):
    """What turns call frame information into a section, once everything has its address."""

    def write(self, resolver: Resolver) -> SectionBuilder | None:
        """The section ``.eh_frame``, or None when there is nothing to say."""


class Resolver:
    """What names mean once the whole source is read: see expression.Scope."""

    def __init__(self, sections: Sequence[SectionBuilder], symbols: SymbolTable, bits: int) -> None:
        self.sections = sections
        self.symbols = symbols
        self.bits = bits
        self.diagnostics: list[Diagnostic] = []
        self.base = Location("", 0)
        self._keeps_names = False  # of numbers that are global: a fixup can say the name
        self._values: dict[Entry, Value] = {}
        self._evaluating: set[Entry] = set()

    def finish(self, name: str, frames: FrameWriter) -> Object:
        """Lay out, fill in, and collect the symbols; look at ``diagnostics`` before using it."""
        result = Object(name, bits=self.bits)
        try:
            self._find_targets()
            Relaxation(self.sections, self._compute).run()
            self._values.clear()
            frame_section = frames.write(self)
        except AssemblyError as error:
            self.diagnostics.append(error.diagnostic)
            return result
        sections = [*self.sections, *([frame_section] if frame_section else [])]
        for builder in sections:
            section = result.sections[builder.name] = self._section(builder)
            if section.size >> self.bits:
                self._report(self._beyond_address_space(section, name))
        self._add_symbols(result)
        return result

    # -- the scope --------------------------------------------------------------

    def location(self, column: int, end: int) -> Location:
        """The place of some columns of the expression's line."""
        return self.base.at(column, end)

    def symbol(self, symbol: Symbol) -> Value:
        """Nothing is left to be looked up by name."""
        raise AssertionError(f"`{symbol.name}` was never bound")

    def here(self) -> Value:
        """Likewise."""
        raise AssertionError("`.` was never bound")

    def reference(self, reference: object) -> Value:
        """A label and an undefined symbol are references; an assigned one is what it was set to."""
        assert isinstance(reference, Entry)
        if self._keeps_names and reference.value and self.binding(reference) is not Binding.LOCAL:
            return Value(0, reference)
        value = self.value_of(reference)
        if value.plus is not None and value.minus is None and self.place(reference) is not None:
            return Value(0, reference)
        return value

    def distance(self, plus: object, minus: object) -> int | None:
        """Known between any two places of a section."""
        upper, lower = self.place(plus), self.place(minus)
        if upper is None or lower is None or upper[0].section is not lower[0].section:
            return None
        return upper[0].address + upper[1] - lower[0].address - lower[1]

    def value_of(self, entry: Entry) -> Value:
        """What a symbol comes down to: a number, a label or an undefined symbol plus a number."""
        if entry.value is not None:
            return entry.value
        if entry.expression is None:
            return Value(0, entry)
        if entry in self._values:
            return self._values[entry]
        if entry in self._evaluating:
            message = f"the value of `{entry.name}` depends on itself"
            raise AssemblyError(Diagnostic("symbol-loop", message, entry.location))
        if len(self._evaluating) > _LONGEST_CHAIN:
            message = f"more than {_LONGEST_CHAIN} symbols depend on each other, this one included"
            raise AssemblyError(Diagnostic("symbols-too-deep", message, entry.location))
        self._evaluating.add(entry)
        outer, self.base = self.base, entry.location
        keeps, self._keeps_names = self._keeps_names, False
        try:
            value = self._values[entry] = self._expand(evaluate(entry.expression, self))
        except AssemblyError as error:
            self._report(error.diagnostic)
            value = self._values[entry] = Value(0)
        finally:
            self._evaluating.discard(entry)
            self.base = outer
            self._keeps_names = keeps
        return value

    def _expand(self, value: Value) -> Value:
        """The value with assigned symbols taken apart."""
        if isinstance(value.plus, Entry) and value.plus.is_assigned:
            inner = self.value_of(value.plus)
            return Value(wrap(value.constant + inner.constant), inner.plus, value.minus)
        return value

    def place(self, reference: object) -> Place | None:
        """The block of a label, or of a symbol set to one, and the offset in it."""
        assert isinstance(reference, Entry)
        constant = 0
        entry: object = reference
        if reference.is_assigned:
            value = self.value_of(reference)
            if value.minus is not None:
                return None
            entry, constant = value.plus, value.constant
        if not isinstance(entry, Entry) or entry.block is None or entry.offset is None:
            return None
        return entry.block, entry.offset + constant

    def binding(self, entry: Entry) -> Binding:
        """Who sees a symbol; a place without a name is seen by nobody."""
        return self.symbols.binding(entry.name) if entry.name else Binding.LOCAL

    def compute(self, expression: Expression, base: Location) -> Value:
        """The value of an expression of the line ``base``; raises AssemblyError."""
        self.base = base
        try:
            return evaluate(expression, self)
        except RecursionError:
            message = "the symbols in this depend on each other too deeply"
            raise AssemblyError(Diagnostic("symbols-too-deep", message, base)) from None

    # -- layout -----------------------------------------------------------------

    def _find_targets(self) -> None:
        """Tell each branch where it goes, when that is for us to decide."""
        for section in self.sections:
            for block in section.blocks:
                branch = block.tail
                if not isinstance(branch, Branch):
                    continue
                value = self.compute(branch.expression, branch.location)
                if not isinstance(value.plus, Entry) or value.minus is not None:
                    continue
                place = self.place(value.plus)
                is_weak = self.binding(value.plus) is Binding.WEAK
                if place is not None and place[0].section is section and not is_weak:
                    branch.target = place[0], place[1] + value.constant

    def _compute(self, tail: Origin | Space, section: SectionBuilder) -> int:
        """The offset that .org goes to, or the count of .skip."""
        self._values.clear()
        value = self.compute(tail.expression, tail.location)
        if value.is_constant:
            return value.constant
        place = self.place(value.plus) if value.plus is not None and value.minus is None else None
        if isinstance(tail, Origin) and place is not None and place[0].section is section:
            return place[0].address + place[1] + value.constant
        what = (
            ".org goes to a place of its own section"
            if isinstance(tail, Origin)
            else "a count is a number"
        )
        raise AssemblyError(
            Diagnostic(
                "not-absolute", f"{what}; this is neither known here nor later", tail.location
            )
        )

    # -- sections ---------------------------------------------------------------

    def _section(self, builder: SectionBuilder) -> Section:
        section = Section(builder.name, builder.flags, builder.type, builder.alignment)
        for block in builder.blocks:
            for offset, location, is_code in block.lines:
                section.lines.append(Line(block.address + offset, location, is_code))
            if builder.is_stored:
                section.data += block.data
            for field in block.fields:
                self._fill(section, block.address + field.offset, field)
            self._append_tail(section, block)
        last = builder.last
        section.size = last.address + last.size
        return section

    def _beyond_address_space(self, section: Section, source: str) -> Diagnostic:
        where = next((line.location for line in section.lines), Location(source, 1))
        return Diagnostic(
            "section-too-large",
            f"section `{section.name}` has {section.size:,} bytes: too many for {self.bits} bits",
            where,
        )

    def _append_tail(self, section: Section, block: Block) -> None:
        tail = block.tail
        if tail is None:
            return
        start = block.address + block.size
        if tail.size:
            is_code = isinstance(tail, Branch) or block.section.is_code
            section.lines.append(Line(start, tail.location, is_code))
        if isinstance(tail, Branch):
            self._append_branch(section, start, tail)
        elif block.section.is_stored:
            section.data += tail_bytes(block)

    def _append_branch(self, section: Section, start: int, branch: Branch) -> None:
        forms = branch.forms
        if branch.is_near and forms.near is not None:
            opcode, size = forms.near, forms.near_size
        else:
            opcode, size = forms.short or b"", 1
        section.data += opcode + bytes(size)
        end = start + branch.size
        if branch.target is not None:
            block, offset = branch.target
            distance = block.address + offset - end
            if not _fits(distance, size, True):
                self._too_far(branch.location, distance, size)
                return
            section.data[end - size : end] = (distance % (1 << 8 * size)).to_bytes(size, "little")
        elif forms.near is None:
            message = "a short jump must go to a place of its own section"
            self._report(
                Diagnostic("jump-out-of-section", message, branch.location, "leave `short` out")
            )
        else:
            self._fill(section, end - size, self._branch_field(branch, size))

    def _branch_field(self, branch: Branch, size: int) -> PendingField:
        field = PendingField(0, size, branch.expression, branch.location, size, signed=True)
        if branch.names_symbol and not self._field_value(field).is_constant:
            return field._replace(is_branch=True)
        return field

    # -- fields -----------------------------------------------------------------

    def _fill(self, section: Section, offset: int, field: PendingField) -> None:
        """Put a field's value into ``section.data[offset:]``, or make a fixup of it."""
        try:
            value = self._field_value(field)
            if field.following is None:
                self._fill_absolute(section, offset, field, value)
            else:
                self._fill_relative(section, offset, field, value)
        except AssemblyError as error:
            self._report(error.diagnostic)

    def _field_value(self, field: PendingField) -> Value:
        self._keeps_names = True
        try:
            return self.compute(field.expression, field.location)
        except AssemblyError as error:
            if error.diagnostic.code != "not-relocatable":
                raise
            self._keeps_names = False
            return self.compute(field.expression, field.location)
        finally:
            self._keeps_names = False

    def _fill_absolute(
        self, section: Section, offset: int, field: PendingField, value: Value
    ) -> None:
        if value.is_constant:
            self._store(section, offset, field, value.constant)
        elif value.minus is None:
            kind = _ABSOLUTE_KINDS.get((field.size, field.signed)) or _ABSOLUTE_KINDS.get(
                (field.size, None)
            )
            self._fixup(section, offset, field, kind, value, value.constant)
        else:
            # a - b is a - here + (here - b), when b is in this section
            place = self.place(value.minus)
            is_here = place is not None and place[0].section.name == section.name
            if place is None or not is_here or value.plus is None or field.is_address:
                raise AssemblyError(self._unresolvable(value, field.location))
            addend = value.constant + offset - place[0].address - place[1]
            self._fixup(section, offset, field, _RELATIVE_KINDS.get(field.size), value, addend)

    def _fill_relative(
        self, section: Section, offset: int, field: PendingField, value: Value
    ) -> None:
        following = field.following or 0
        if value.minus is not None:
            raise AssemblyError(self._unresolvable(value, field.location))
        entry = value.plus
        if isinstance(entry, Entry) and self.binding(entry) is Binding.LOCAL:
            place = self.place(entry)
            if place is not None and place[0].section.name == section.name:
                distance = place[0].address + place[1] + value.constant - offset - following
                if not _fits(distance, field.size, True):
                    self._too_far(field.location, distance, field.size)
                    return
                self._store(section, offset, field, distance)
                return
        kind = _RELATIVE_KINDS.get(field.size)
        if field.is_branch and kind is FixupKind.PC32 and self._wants_plt(value):
            kind = FixupKind.PLT32
        self._fixup(section, offset, field, kind, value, value.constant - following)

    def _wants_plt(self, value: Value) -> bool:
        """GNU as marks a branch to another file's, a global or a weak symbol by PLT32.

        A call also keeps that mark when its symbol is set to a number later.
        """
        entry = value.plus
        if not isinstance(entry, Entry):
            return True
        return not entry.is_defined or self.binding(entry) is not Binding.LOCAL

    def _store(self, section: Section, offset: int, field: PendingField, number: int) -> None:
        signed = field.signed or None  # a negative number is cut to 32 bits without harm
        if not _fits(number, field.size, signed):
            self._report(
                Diagnostic(
                    "value-too-large",
                    f"{number:#x} does not fit into {_width(field.size, signed)}",
                    field.location,
                )
            )
            return
        size = field.size
        section.data[offset : offset + size] = (number % (1 << 8 * size)).to_bytes(size, "little")

    def _fixup(
        self,
        section: Section,
        offset: int,
        field: PendingField,
        kind: FixupKind | None,
        value: Value,
        addend: int,
    ) -> None:
        if kind is None:
            message = f"an address does not fit into {field.size} bytes"
            raise AssemblyError(Diagnostic("no-such-fixup", message, field.location))
        name = ABSOLUTE
        entry = value.plus
        if isinstance(entry, Entry):
            name = entry.name
            self._refuse_undefined_local(entry)
            place = self.place(entry)
            if place is not None and self.binding(entry) is Binding.LOCAL:
                name = place[0].section.name
                addend += place[0].address + place[1]
        signed = True if kind.relative else None
        if self.bits == 32 and field.size < 4 and not _fits(addend, field.size, signed):
            # i386's relocations keep in the field what is added
            message = (
                f"{addend:#x}, added to a symbol, does not fit into {_width(field.size, signed)}"
            )
            raise AssemblyError(Diagnostic("value-too-large", message, field.location))
        section.fixups.append(Fixup(offset, kind, name, wrap(addend), field.location))

    def _refuse_undefined_local(self, entry: Entry) -> None:
        if entry.name.startswith(".L") and not entry.is_defined:
            near = self.symbols.nearest(entry.name)
            raise AssemblyError(
                Diagnostic(
                    "undefined-local-label",
                    f"`{entry.name}` is nowhere in this file, and no other file can name it",
                    entry.location,
                    f"did you mean `{near}`?" if near else None,
                )
            )

    def _unresolvable(self, value: Value, location: Location) -> Diagnostic:
        names = [
            term.name or "a label" for term in (value.plus, value.minus) if isinstance(term, Entry)
        ]
        return Diagnostic(
            "not-relocatable",
            f"no relocation can express this: {' and '.join(f'`{name}`' for name in names)} "
            "do not lie in one section",
            location,
            "the distance of two labels is a number only within a section",
        )

    def _too_far(self, location: Location, distance: int, size: int) -> None:
        low, high = -(1 << 8 * size - 1), (1 << 8 * size - 1) - 1
        excess = distance - high if distance > 0 else low - distance
        self._report(
            Diagnostic(
                "jump-too-far",
                f"the target is {excess:,} bytes too far for {8 * size} bits",
                location,
                f"this branch reaches from {low:,} to {high:,} bytes after its end",
            )
        )

    def _report(self, diagnostic: Diagnostic) -> None:
        if diagnostic not in self.diagnostics:
            self.diagnostics.append(diagnostic)

    # -- symbols ----------------------------------------------------------------

    def _add_symbols(self, result: Object) -> None:
        used = {fixup.symbol for section in result.sections.values() for fixup in section.fixups}
        location = Location(result.name, 1)
        for name in [name for name in result.sections if name in used]:
            result.symbols[name] = ObjectSymbol(name, name, 0, location)
        if ABSOLUTE in used:
            result.symbols[ABSOLUTE] = ObjectSymbol(ABSOLUTE, None, 0, location)
        for name, attributes in self.symbols.attributes.items():
            if attributes.binding is not Binding.WEAK or name.startswith(_HIDDEN):
                self.symbols.refer(name, attributes.location)
        for entry in self.symbols.entries.values():
            try:
                self._check_name(entry, result)
                symbol = self._symbol(entry)
            except AssemblyError as error:
                self._report(error.diagnostic)
                continue
            if symbol is not None:
                result.symbols[symbol.name] = symbol

    def _check_name(self, entry: Entry, result: Object) -> None:
        """GNU as has symbols of its own by the names of sections, and drops some others."""
        if entry.name in result.sections or entry.name in _FIRST_SECTIONS:
            message = f"`{entry.name}` is a section, not a symbol"
            cure = "put a label at the section's beginning"
            raise AssemblyError(Diagnostic("section-as-symbol", message, entry.location, cure))
        if entry.name.startswith(_HIDDEN):
            message = f"`{entry.name}` begins as only names do that compilers make up"
            raise AssemblyError(Diagnostic("hidden-name", message, entry.location))

    def _symbol(self, entry: Entry) -> ObjectSymbol | None:
        if entry.name.startswith(".L"):
            self._refuse_undefined_local(entry)
            if entry.is_assigned and (value := self.value_of(entry)).minus is not None:
                raise AssemblyError(self._unresolvable(value, entry.location))
            return None
        value = self.value_of(entry)
        place = self.place(entry)
        if place is not None:
            section: str | None = place[0].section.name
            number = place[0].address + place[1]
        elif value.is_constant:
            section, number = None, value.constant % (1 << 64)
        elif value.minus is not None:
            raise AssemblyError(self._unresolvable(value, entry.location))
        elif entry.is_defined:
            return None  # another name for an undefined symbol; the fixups say that one's
        else:
            section, number = None, 0
        symbol = ObjectSymbol(entry.name, section, number, entry.location, defined=entry.is_defined)
        symbol.binding = self.binding(entry)
        if not entry.is_defined and symbol.binding is Binding.LOCAL:
            symbol.binding = Binding.GLOBAL
        attributes = self.symbols.attributes.get(entry.name)
        if attributes is not None:
            symbol.type = attributes.type
            symbol.size = self._size(attributes.size, attributes.location)
        return symbol

    def _size(self, expression: Expression | None, location: Location) -> int:
        if expression is None:
            return 0
        value = self.compute(expression, location)
        if not value.is_constant:
            message = ".size must come to a number"
            raise AssemblyError(Diagnostic("not-constant", message, location))
        return value.constant % (1 << self.bits)


_ABSOLUTE_KINDS = {
    (1, None): FixupKind.ABS8,
    (2, None): FixupKind.ABS16,
    (4, None): FixupKind.ABS32,
    (4, False): FixupKind.ABS32,
    (4, True): FixupKind.ABS32S,
    (8, None): FixupKind.ABS64,
}
_RELATIVE_KINDS = {
    1: FixupKind.PC8,
    2: FixupKind.PC16,
    4: FixupKind.PC32,
    8: FixupKind.PC64,
}


def _fits(number: int, size: int, signed: bool | None) -> bool:
    bits = 8 * size
    low = 0 if signed is False else -(1 << bits - 1)
    high = 1 << bits - 1 if signed else 1 << bits
    return low <= number < high


def _width(size: int, signed: bool | None) -> str:
    kind = {True: "signed ", False: "unsigned ", None: ""}[signed]
    return f"{8 * size} {kind}bits"
