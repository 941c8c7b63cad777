"""Objects to a file that runs: an executable for Linux and ring3, or the kernel.

objects, library
    |  resolve     which objects, who defines what            resolve.py
    v
definitions
    |  place       sections to segments to addresses          place.py
    v
addresses
    |  fix         fill the fields that wait for addresses    fix.py
    v
bytes
    |  write       headers, segments, sections, symbols       write.py
    v
Linked
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from ring3.asm.object import Object, Symbol
from ring3.diagnostic import Diagnostic, Ring3Error, SourceError
from ring3.elf import fix, write
from ring3.elf.format import PAGE_SIZE, Access, align_up
from ring3.elf.layout import Layout
from ring3.elf.place import Placement, place
from ring3.elf.resolve import Library, Resolution, is_weak, resolve


@dataclass(frozen=True, slots=True)
class LinkedSegment:
    """What has to be in memory: ``data``, then zeros up to ``memory_size`` bytes."""

    name: str
    flags: Access
    address: int
    physical: int
    data: bytes = field(repr=False)
    memory_size: int
    headers: bool = False  # it begins with the ELF header


class Parts(NamedTuple):
    """What a link was made of, for whoever describes it to a debugger.

    ``own`` are the names of the linker's own symbols.
    """

    layout: Layout
    resolution: Resolution
    placement: Placement
    own: Sequence[str]


@dataclass(frozen=True, slots=True)
class Linked:
    """A linked file.

    ``data`` is the whole ELF file.  ``symbols`` has the global names and the
    linker's own; ``entry`` is the virtual address where execution starts.
    :func:`ring3.elf.debuggable.debuggable` makes of ``parts`` the same file
    with debugging information; ``describe`` finds them when they are asked for.
    """

    data: bytes = field(repr=False)
    symbols: dict[str, int] = field(repr=False)
    segments: tuple[LinkedSegment, ...]
    entry: int
    describe: Callable[[], Parts] = field(repr=False, compare=False)

    @property
    def parts(self) -> Parts:
        """What it was linked of."""
        return self.describe()

    def contents(self, start: int, end: int) -> bytes:
        """What lies between two addresses of one segment."""
        segment = next(s for s in self.segments if 0 <= start - s.address < s.memory_size)
        return segment.data[start - segment.address : end - segment.address]

    def flat(self) -> bytes:
        """Memory from the first section on, as ``objcopy -O binary`` gives it: no ELF header.

        Gaps between segments are zeros; what starts as zeros (.bss) is left out at the end.
        """
        filled = [segment for segment in self.segments if segment.data and not segment.headers]
        memory = bytearray()
        for segment in filled:
            memory = memory.ljust(segment.address - filled[0].address, b"\0") + segment.data
        return bytes(memory)


def link(
    objects: Sequence[Object],
    layout: Layout,
    *,
    library: Library | None = None,
    defines: Mapping[str, int] | None = None,
) -> Linked:
    """Link objects into an ELF file of the layout's class.

    ``library`` maps a symbol to what assembles the object that defines it; it
    is asked only for what is undefined.  ``defines`` are absolute symbols.
    Raises SourceError with everything that is wrong: undefined and duplicate
    symbols, values that do not fit, sections without a segment, no entry.
    """
    if not objects:
        raise Ring3Error("there is nothing to link")
    defines = defines or {}
    provided = [*defines, *_own_names(layout)]
    resolution = resolve(objects, layout.entry, {} if library is None else library, provided)
    header_size = write.header_size(layout)
    placement = place(resolution.objects, layout, header_size)
    values = {**defines, **_own_symbols(layout, placement)}
    for name, definition in resolution.definitions.items():
        values[name] = value_of(placement, definition.index, definition.symbol) or 0
    diagnostics = [*resolution.diagnostics, *placement.diagnostics]
    if not diagnostics:
        diagnostics += fix_all(resolution, placement, values)
    if diagnostics:
        raise SourceError(diagnostics)
    own = [name for name in values if name not in resolution.definitions]
    data = write.executable(layout, resolution, placement, values, own)
    segments = tuple(_segments(layout, placement, data))
    parts = Parts(layout, resolution, placement, own)
    return Linked(data, values, segments, values[layout.entry], lambda: parts)


def value_of(placement: Placement, index: int, symbol: Symbol) -> int | None:
    """The value of a defined symbol modulo 2^64; None when its section was discarded."""
    if symbol.section is None:
        return symbol.value % fix.ADDRESSES
    start = placement.address(index, symbol.section)
    return None if start is None else (start + symbol.value) % fix.ADDRESSES


def fix_all(
    resolution: Resolution, placement: Placement, values: Mapping[str, int]
) -> list[Diagnostic]:
    """Apply every fixup of every placed section; returns what did not fit."""
    diagnostics = []
    for output in placement.sections:
        for piece in output.pieces:

            def lookup(name: str, index: int = piece.index) -> int | None:
                local = resolution.local(index, name)
                if local is not None:
                    return value_of(placement, index, local)
                weak = is_weak(resolution.objects[index], name)
                return values.get(name, 0 if weak else None)

            for fixup in piece.section.fixups:
                offset = piece.offset + fixup.offset
                field = fix.Field(output.data, offset, (output.address or 0) + offset)
                if (diagnostic := fix.apply(fixup, field, lookup)) is not None:
                    diagnostics.append(diagnostic)
    return diagnostics


def _own_names(layout: Layout) -> list[str]:
    names = [segment.name for segment in layout.segments]
    if layout.whole is not None:
        names.append(layout.whole)
    return [f"__{name}_{end}" for name in names for end in ("start", "end")]


def _own_symbols(layout: Layout, placement: Placement) -> dict[str, int]:
    """Where each segment starts and ends, and the page-aligned whole."""
    symbols = {}
    for segment in placement.segments:
        symbols[f"__{segment.name}_start"] = segment.address
        symbols[f"__{segment.name}_end"] = segment.address + segment.memory_size
    if layout.whole is not None:
        end = max(segment.address + segment.memory_size for segment in placement.segments)
        symbols[f"__{layout.whole}_start"] = layout.base
        symbols[f"__{layout.whole}_end"] = align_up(end, PAGE_SIZE)
    return symbols


def _segments(layout: Layout, placement: Placement, data: bytes) -> list[LinkedSegment]:
    offsets = write.segment_offsets(layout, placement)
    return [
        LinkedSegment(
            segment.name,
            segment.flags,
            segment.address,
            (segment.address + layout.physical_offset) % fix.ADDRESSES,
            data[offset : offset + segment.file_size],
            segment.memory_size,
            headers=segment.header_size > 0,
        )
        for segment, offset in zip(placement.segments, offsets, strict=True)
        if segment.memory_size
    ]
