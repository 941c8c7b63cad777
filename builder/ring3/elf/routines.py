"""What a debugger calls functions: routines by their labels, macros as inlined functions.

    object ── label: ... label: ... ──> Routine ─┬─ Expansion ── Expansion   macros in macros
                                                 └─ labels inside it

Assembly has no functions, so a rule has to say where one ends.  A routine
begins at each label that is a symbol of its own (``.L`` names and numbers are
not), and ends where ``.size`` says, else at the next routine or at the section's
end.  Labels inside a sized function stay labels.

A macro's expansion is what a compiler calls an inlined function: code that has
two places in the source, the line of the call and the line of the body.  Told
so, a debugger can step into a macro or over it, and shows both.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ring3.asm.object import Binding, Line, Object, Section, Symbol, SymbolType
from ring3.diagnostic import Expansion, Location


@dataclass(slots=True)
class Inlined:
    """A macro's expansion: the bytes of the section from ``start`` to ``end``."""

    via: Expansion
    start: int
    end: int
    inner: list[Inlined] = field(default_factory=list)

    def walk(self) -> Iterator[Inlined]:
        """It and all the expansions within it."""
        yield self
        for inlined in self.inner:
            yield from inlined.walk()


@dataclass(slots=True)
class Routine:
    """The bytes of ``section`` from ``start`` to ``end``, and what to call them."""

    symbol: Symbol
    section: str
    start: int
    end: int
    labels: list[Symbol] = field(default_factory=list)
    inlined: list[Inlined] = field(default_factory=list)


def calls_of(location: Location) -> tuple[Expansion, ...]:
    """The macro calls that led to a line, the outermost first."""
    calls = []
    via = location.via
    while via is not None:
        if via.macro is not None:
            calls.append(via)
        via = via.at.via
    return tuple(reversed(calls))


def statements(section: Section) -> Iterator[tuple[int, int, Location]]:
    """Start and end of each piece of data, and its line; a macro's are its call's."""
    first: tuple[int, Location] | None = None
    for line in section.lines:
        calls = calls_of(line.location)
        at = calls[0].at if calls else line.location
        if first is not None and (at.file, at.line) == (first[1].file, first[1].line):
            continue
        if first is not None:
            yield first[0], line.offset, first[1]
        first = line.offset, at
    if first is not None:
        yield first[0], section.size, first[1]


def common_length(first: Sequence[Expansion], second: Sequence[Expansion]) -> int:
    """How many calls two lines share; each call of a macro is one of its own."""
    length = 0
    for one, other in zip(first, second, strict=False):
        if one is not other:
            break
        length += 1
    return length


def routines(object_: Object, section: Section) -> list[Routine]:
    """The routines of one executable section, in order."""
    size = len(section.data)
    found: list[Routine] = []
    for symbol in _labels(object_, section):
        if found and symbol.value < found[-1].end and _is_sized(found[-1].symbol):
            found[-1].labels.append(symbol)
            continue
        if found and not _is_sized(found[-1].symbol):
            found[-1].end = symbol.value
        end = symbol.value + symbol.size if _is_sized(symbol) else size
        found.append(Routine(symbol, section.name, symbol.value, min(end, size)))
    _add_inlined(found, section.lines)
    code = [line.offset for line in section.lines if line.is_code]
    return [routine for routine in found if _has_any(routine, code)]


def _labels(object_: Object, section: Section) -> list[Symbol]:
    """One symbol for each place that has a name, in order: the one that is most a function."""
    best: dict[int, Symbol] = {}
    for symbol in object_.symbols.values():
        if (
            symbol.defined
            and symbol.section == section.name
            and symbol.name != section.name
            and symbol.type is not SymbolType.OBJECT
            and symbol.value < len(section.data)
        ):
            other = best.get(symbol.value)
            if other is None or _rank(symbol) > _rank(other):
                best[symbol.value] = symbol
    return [best[value] for value in sorted(best)]


def _add_inlined(found: Sequence[Routine], lines: Sequence[Line]) -> None:
    """Put the macros' expansions into the routines; the lines are in order."""
    remaining = iter(found)
    routine = next(remaining, None)
    open_: list[Inlined] = []
    for number, line in enumerate(lines):
        while routine is not None and line.offset >= routine.end:
            routine = next(remaining, None)
            open_ = []
        if routine is None:
            return
        if line.offset < routine.start or not (open_ or line.location.via):
            continue
        calls = calls_of(line.location)
        del open_[common_length([inlined.via for inlined in open_], calls) :]
        for via in calls[len(open_) :]:
            inlined = Inlined(via, line.offset, line.offset)
            (open_[-1].inner if open_ else routine.inlined).append(inlined)
            open_.append(inlined)
        end = lines[number + 1].offset if number + 1 < len(lines) else routine.end
        for inlined in open_:
            inlined.end = min(end, routine.end)


def _rank(symbol: Symbol) -> tuple[bool, bool]:
    return symbol.type is SymbolType.FUNCTION, symbol.binding is Binding.GLOBAL


def _is_sized(symbol: Symbol) -> bool:
    return symbol.type is SymbolType.FUNCTION and symbol.size > 0


def _has_any(routine: Routine, code: Sequence[int]) -> bool:
    """Whether any of the offsets, which are sorted, lies in the routine."""
    first = bisect_left(code, routine.start)
    return first < len(code) and code[first] < routine.end
