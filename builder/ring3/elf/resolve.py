"""Which objects take part in a link, and which of them defines each global symbol.

    objects ──┐
    library ──┼── resolve ──> objects taken + who defines what
    defines ──┘

The rules are a static linker's (gABI 4.1+, "Symbol Table"): local names are
their object's own; of several definitions of a global name one may be strong,
the weak ones yield; a library member is taken only while something that it
defines is undefined, and a weak reference does not ask for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ring3.asm.object import Binding, Fixup, Object, Symbol
from ring3.asm.registers import REGISTERS
from ring3.diagnostic import Diagnostic, Location, nearest
from ring3.elf.layout import DISCARDED

Library = Mapping[str, Callable[[], Object]]


@dataclass(frozen=True, slots=True)
class Definition:
    """Where a global symbol is defined: ``index`` is its object's place in the link."""

    index: int
    symbol: Symbol


@dataclass(slots=True)
class Resolution:
    """The objects of a link, in order, and the definitions of all global names.

    ``provided`` are the names that the linker itself gives a value.
    """

    objects: list[Object]
    provided: frozenset[str]
    definitions: dict[str, Definition] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    wanted: dict[str, None] = field(default_factory=dict)  # in the order of first mention

    def local(self, index: int, name: str) -> Symbol | None:
        """The symbol that ``name`` means inside one object alone, if it does.

        The name of a section of the object stands for the section's start.
        """
        object_ = self.objects[index]
        symbol = object_.symbols.get(name)
        if symbol is not None:
            return symbol if symbol.defined and symbol.binding is Binding.LOCAL else None
        if name in object_.sections:
            return Symbol(name, name, 0, beginning_of(object_))
        return None


def resolve(
    objects: Sequence[Object], entry: str | None, library: Library, provided: Iterable[str]
) -> Resolution:
    """Take in the objects and what they, and ``entry``, need of the library.

    The diagnostics list what is undefined or defined more than once.
    """
    resolution = Resolution([], frozenset(provided))
    if entry is not None:
        resolution.wanted[entry] = None
    for object_ in objects:
        _take(resolution, object_)
    _pull(resolution, library)
    for index in range(len(resolution.objects)):
        resolution.diagnostics += _undefined_in(resolution, index, library)
    if entry is not None and entry not in resolution.definitions:
        resolution.diagnostics.append(_missing_entry(resolution, entry))
    return resolution


def beginning_of(object_: Object) -> Location:
    """A location for what concerns a whole object."""
    return Location(object_.name, 1)


def _take(resolution: Resolution, object_: Object) -> None:
    index = len(resolution.objects)
    resolution.objects.append(object_)
    for symbol in object_.symbols.values():
        if not symbol.defined:
            if symbol.binding is not Binding.WEAK:
                resolution.wanted[symbol.name] = None
        elif symbol.binding is not Binding.LOCAL and symbol.section not in DISCARDED:
            _define(resolution, Definition(index, symbol))


def _define(resolution: Resolution, new: Definition) -> None:
    name = new.symbol.name
    if name in resolution.provided:
        resolution.diagnostics.append(
            Diagnostic(
                "reserved-symbol",
                f"symbol `{name}` is the linker's own",
                new.symbol.location,
                "give it another name; the linker defines this one",
            )
        )
        return
    old = resolution.definitions.setdefault(name, new)
    if old is new or new.symbol.binding is Binding.WEAK:
        return
    if old.symbol.binding is Binding.WEAK:
        resolution.definitions[name] = new
        return
    resolution.diagnostics.append(
        Diagnostic(
            "duplicate-symbol",
            f"symbol `{name}` is defined twice",
            new.symbol.location,
            f"the first definition is at {old.symbol.location}; rename one, or make it local",
        )
    )


def _pull(resolution: Resolution, library: Library) -> None:
    """Take library members until nothing that they could define is undefined."""
    tried: set[str] = set()
    while pending := [name for name in resolution.wanted if name not in tried]:
        for name in pending:
            tried.add(name)
            known = name in resolution.definitions or name in resolution.provided
            if not known and name in library:
                _take(resolution, library[name]())


def _undefined_in(resolution: Resolution, index: int, library: Library) -> Iterable[Diagnostic]:
    """One diagnostic for each undefined name that the object's fixups use, at its first use."""
    object_ = resolution.objects[index]
    uses: dict[str, list[Fixup]] = {}
    for section in object_.sections.values():
        for fixup in section.fixups:
            uses.setdefault(fixup.symbol, []).append(fixup)
    for name, fixups in uses.items():
        if name in resolution.definitions or name in resolution.provided:
            continue
        if resolution.local(index, name) is not None or is_weak(object_, name):
            continue
        more = f" (and {len(fixups) - 1} more in this file)" if len(fixups) > 1 else ""
        yield Diagnostic(
            "undefined-symbol",
            f"undefined symbol `{name}`{more}",
            _named(min(fixups, key=lambda f: (f.location.file, f.location.line)).location, name),
            _suggestion(resolution, index, name, library),
        )


def is_weak(object_: Object, name: str) -> bool:
    """Whether the object asks for ``name`` only if there is one; its value is 0 if not."""
    symbol = object_.symbols.get(name)
    return symbol is not None and symbol.binding is Binding.WEAK


def _missing_entry(resolution: Resolution, entry: str) -> Diagnostic:
    first = resolution.objects[0]
    label = first.symbols.get(entry)
    if label is not None and label.defined:
        cure = f"add `.global {entry}`"
        return Diagnostic("no-entry", f"entry `{entry}` is not global", label.location, cure)
    cure = f"define `{entry}:` where execution starts, with `.global {entry}`"
    return Diagnostic("no-entry", f"no object defines `{entry}`", beginning_of(first), cure)


def _suggestion(resolution: Resolution, index: int, name: str, library: Library) -> str | None:
    """A local symbol of that name elsewhere, or the nearest known name."""
    for object_ in resolution.objects:
        symbol = object_.symbols.get(name)
        if symbol is not None and symbol.defined:
            return f"`{name}` at {symbol.location} is local to its file; add `.global {name}` there"
    own = (s.name for s in resolution.objects[index].symbols.values() if s.defined)
    known = {*resolution.definitions, *resolution.provided, *library, *own}
    near = nearest(name, sorted(known))
    if name.lower() == "ptr":
        return "a size stands before `ptr`: `dword ptr [rbx]`"
    if near is None and _HEXADECIMAL.fullmatch(name):
        return f"hexadecimal numbers are written 0x{name[:-1]}"
    if near is None and 1 < len(name) < 6:
        near = nearest(name.lower(), REGISTERS)
        return f"did you mean the register `{near}`?" if near else None
    return f"did you mean `{near}`?" if near else None


_HEXADECIMAL = re.compile(r"[A-Fa-f][0-9A-Fa-f]*[Hh]")


def _named(location: Location, name: str) -> Location:
    """The name itself, where a place of several words holds it."""
    spelled = re.compile(rf"(?<![\w.$]){re.escape(name)}(?![\w.$])")
    found = spelled.search(location.text, location.column - 1)
    return location.at(found.start() + 1, found.end() + 1) if found else location
