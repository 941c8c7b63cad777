"""The names of one source file, while it is read and after it is laid out.

    label `f:`      ─> Entry with a block and an offset in it
    `.set n, 4`     ─> Entry with a Value
    `.set n, f - .` ─> Entry with an expression, computed when everything has its place
    `call g`        ─> Entry with neither: somebody else defines it

An entry is what a Value's ``plus`` and ``minus`` refer to.  A name that is set
again gets a new entry, so that what was written before keeps its meaning.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ring3.asm.expression import Expression, Symbol, Value
from ring3.asm.lexer import AssemblyError
from ring3.asm.object import Binding, SymbolType
from ring3.diagnostic import Diagnostic, Location, nearest

if TYPE_CHECKING:
    from ring3.asm.layout import Block


@dataclass(eq=False, slots=True)
class Entry:
    """A symbol; an empty name is a place that has none, such as ``.`` or ``1:``."""

    name: str
    location: Location
    block: Block | None = None
    offset: int | None = None  # None also while instructions before it wait to be encoded
    value: Value | None = None
    expression: Expression | None = None
    is_constant: bool = False  # `.equiv`, `==`: cannot be set again
    is_deferred: bool = False  # was not known where it was set, to GNU as at least

    @property
    def is_label(self) -> bool:
        """Whether it names a place of this file directly."""
        return self.block is not None

    @property
    def is_assigned(self) -> bool:
        """Whether ``.set`` gave it a value."""
        return self.value is not None or self.expression is not None

    @property
    def is_defined(self) -> bool:
        """Whether this file says what it is."""
        return self.is_label or self.is_assigned


@dataclass(slots=True)
class Attributes:
    """What ``.global``, ``.weak``, ``.type`` and ``.size`` said of a name."""

    location: Location
    binding: Binding | None = None
    type: SymbolType = SymbolType.NOTYPE
    size: Expression | None = None


@dataclass(slots=True)
class SymbolTable:
    """All entries by name, with what directives said of the names."""

    entries: dict[str, Entry] = field(default_factory=dict)
    attributes: dict[str, Attributes] = field(default_factory=dict)
    _deferred: dict[str, Location] = field(default_factory=dict)
    _numeric: dict[str, list[Entry]] = field(default_factory=dict)
    _awaited: dict[str, Entry] = field(default_factory=dict)

    def refer(self, name: str, location: Location) -> Entry:
        """The entry of a name, made when this is its first use."""
        entry = self.entries.get(name)
        if entry is None:
            entry = self.entries[name] = Entry(name, location)
        return entry

    def refer_numeric(self, reference: str, location: Location) -> Entry:
        """The entry that ``1b`` or ``1f`` means here; raises AssemblyError for a missing ``1b``."""
        number = reference[:-1].lstrip("0") or "0"
        if reference.endswith("f"):
            return self._awaited.setdefault(number, Entry("", location))
        entries = self._numeric.get(number)
        if not entries:
            message = f"there is no label `{number}:` before this"
            is_binary = len(reference) > 3 and set(number) <= {"0", "1"}
            cure = f"binary numbers are written 0b{reference[:-1]}" if is_binary else None
            raise AssemblyError(Diagnostic("undefined-local-label", message, location, cure))
        return entries[-1]

    def define_numeric(self, number: str, location: Location) -> Entry:
        """The entry of the label ``1:``, without a place yet."""
        number = number.lstrip("0") or "0"
        entry = self._awaited.pop(number, None) or Entry("", location)
        entry.location = location
        self._numeric.setdefault(number, []).append(entry)
        return entry

    def define_label(self, name: str, location: Location) -> Entry:
        """The entry of a new label, without a place yet; raises AssemblyError on the second one."""
        entry = self.refer(name, location)
        if entry.is_defined:
            self._refuse_second(entry, location)
        entry.location = location
        return entry

    def assign(self, name: str, location: Location, *, constant: bool = False) -> Entry:
        """The entry that ``.set`` is about to fill; raises AssemblyError for a label's name."""
        entry = self.refer(name, location)
        if entry.is_label or (entry.is_assigned and (constant or entry.is_constant)):
            self._refuse_second(entry, location)
        if entry.is_assigned:
            entry = self.entries[name] = Entry(name, location)
        entry.location = location
        entry.is_constant = constant
        return entry

    def defer(self, entry: Entry) -> None:
        """Note that what ``.set`` gave is not known yet."""
        entry.is_deferred = True
        self._deferred.setdefault(entry.name, entry.location)

    def check_place(self, entry: Entry) -> None:
        """GNU as takes a name for a register that was deferred and is then set to a place."""
        first = self._deferred.pop(entry.name, None)  # said once
        if first is not None:
            message = f"`{entry.name}` was set to what is not known before, and now to a place"
            cure = f"GNU as takes it for a register; use another name than at {first}"
            raise AssemblyError(Diagnostic("place-set-late", message, entry.location, cure))

    def attribute(self, name: str, location: Location) -> Attributes:
        """What directives said of a name so far, to be changed."""
        return self.attributes.setdefault(name, Attributes(location))

    def binding(self, name: str) -> Binding:
        """LOCAL unless a directive said otherwise (or unless nothing defines it)."""
        attributes = self.attributes.get(name)
        return (attributes and attributes.binding) or Binding.LOCAL

    def missing_local_labels(self) -> list[Diagnostic]:
        """One diagnostic for each ``1f`` that no label follows."""
        return [
            Diagnostic("undefined-local-label", f"no label `{number}:` follows", entry.location)
            for number, entry in self._awaited.items()
        ]

    def _refuse_second(self, entry: Entry, location: Location) -> None:
        first = entry.location
        raise AssemblyError(
            Diagnostic(
                "symbol-defined-twice",
                f"`{entry.name}` is defined already",
                location,
                f"the first definition is at {first}",
            )
        )

    def nearest(self, name: str) -> str | None:
        """The defined name that looks most like this one."""
        return nearest(name, (known for known, entry in self.entries.items() if entry.is_defined))


def is_numeric(symbol: Symbol) -> bool:
    """Whether an expression's symbol is ``1b`` or ``1f``."""
    return symbol.name[0].isdigit()
