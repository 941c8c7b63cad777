"""What each source line became: address, bytes, and the line itself.

    Linked ── each line's bytes, where they lie now ──> text

A row of the listing (a line with more bytes goes on below)::

    401000                                |_start:
    401000  48 c7 c0 3c 00 00 00       12 |     mov rax, SYS_exit
    401007                             13 |     push_pair rdi, rsi        a macro's call:
    401007  57                          4 |+        push \\first           what it expanded to
    401008  56                          5 |+        push \\second

The ``+`` behind the bar, one for each level of expansion, is what an editor
folds by; ``grep -v '|+'`` shows the source as it was written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ring3.asm.object import Line, Object, Section, SectionFlag, SectionType
from ring3.diagnostic import Location
from ring3.elf.linker import Linked

BYTES_A_ROW = 8


def listing(linked: Linked) -> str:
    """The listing of everything that was linked, object by object, section by section."""
    lines: list[str] = []
    for index, part in enumerate(linked.parts.resolution.objects):
        for section in part.sections.values():
            place = linked.parts.placement.places.get((index, section.name))
            if place is None or not section.lines or SectionFlag.ALLOC not in section.flags:
                continue
            output, offset = place
            lines += [*([""] if lines else []), f"{part.name}, {section.name}:"]
            address = (output.address or 0) + offset
            lines += _section(section, bytes(output.data[offset:]), address, _labels(part, section))
    return "\n".join(lines)


def _labels(part: Object, section: Section) -> dict[int, list[str]]:
    """The symbols of a section by their offset."""
    labels: dict[int, list[str]] = {}
    for symbol in part.symbols.values():
        if symbol.section == section.name != symbol.name:
            labels.setdefault(symbol.value, []).append(symbol.name)
    return labels


def _section(
    section: Section, data: bytes, address: int, labels: Mapping[int, Sequence[str]]
) -> Iterator[str]:
    """The rows of one section; ``data`` are its linked bytes and what follows them."""
    size = section.size if section.type is SectionType.NOBITS else len(section.data)
    shown: Sequence[Location] = ()
    for line, end in _ranges(section.lines, size):
        for label in labels.get(line.offset, ()):
            yield f"{_bytes(address + line.offset, b'')}        |{label}:"
        calls = _calls(line.location)
        common = sum(1 for one, other in zip(calls, shown, strict=False) if one is other)
        for depth, call in enumerate(calls[common:], common):
            yield _row(address + line.offset, b"", call, depth)
        shown = calls
        made = b"" if section.type is SectionType.NOBITS else data[line.offset : end]
        yield _row(address + line.offset, made[:BYTES_A_ROW], line.location, len(calls))
        for start in range(BYTES_A_ROW, len(made), BYTES_A_ROW):
            yield _bytes(address + line.offset + start, made[start : start + BYTES_A_ROW]).rstrip()


def _ranges(lines: Sequence[Line], size: int) -> Iterator[tuple[Line, int]]:
    """Each line with the offset where its bytes end."""
    ends = [line.offset for line in lines[1:]] + [size]
    return zip(lines, ends, strict=True)


def _calls(location: Location) -> list[Location]:
    """Where the macros (and includes) stand that led to a line, the outermost first."""
    calls = []
    via = location.via
    while via is not None:
        calls.append(via.at)
        via = via.at.via
    return calls[::-1]


def _row(address: int, made: bytes, at: Location, depth: int) -> str:
    return f"{_bytes(address, made)}  {at.line:>5} |{'+' * depth}{at.text}".rstrip()


def _bytes(address: int, made: bytes) -> str:
    return f"{address:>8x}  {made.hex(' '):<{3 * BYTES_A_ROW - 1}}"
