"""A linked file with debugging information: what is loaded stays the same, byte for byte.

    Linked ── objects ── described ──> .debug_* of every source, fixed up ──> the ELF file

It is made only when somebody wants to debug, from what the link has found out.
A section that nothing loads has no address, so that nothing else can move.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ring3.asm.object import Object, SectionFlag
from ring3.diagnostic import SourceError
from ring3.elf import write
from ring3.elf.dwarf import described
from ring3.elf.layout import DISCARDED
from ring3.elf.linker import Linked, fix_all
from ring3.elf.place import OutputSection, Placement
from ring3.elf.resolve import Resolution


def debuggable(linked: Linked, directory: str | None = None) -> bytes:
    """The ELF file of a link, with DWARF for every source that was assembled for it.

    ``directory`` is the folder that the sources' names are relative to, by
    default the present one; it is the only thing of the machine in the result.
    """
    parts = linked.parts
    resolution, placement = describe(parts.resolution, parts.placement, linked.symbols, directory)
    return write.executable(parts.layout, resolution, placement, linked.symbols, parts.own)


def describe(
    resolution: Resolution,
    placement: Placement,
    symbols: Mapping[str, int],
    directory: str | None,
) -> tuple[Resolution, Placement]:
    """The parts of a finished link, with debugging information among what is not loaded."""
    folder = directory or str(Path.cwd())
    objects = [described(object_, folder) for object_ in resolution.objects]
    resolution = replace(resolution, objects=objects)
    unloaded = _gather_unloaded(objects)
    places = dict(placement.places)
    for output in unloaded:
        output.fill()
        for piece in output.pieces:
            places[piece.index, piece.section.name] = (output, piece.offset)
    if diagnostics := fix_all(resolution, Placement([], unloaded, places), symbols):
        raise SourceError(diagnostics)
    return resolution, Placement(placement.segments, unloaded, places)


def _gather_unloaded(objects: Sequence[Object]) -> list[OutputSection]:
    """The sections of the objects that nothing loads, joined by name."""
    outputs: dict[str, OutputSection] = {}
    for index, object_ in enumerate(objects):
        for section in object_.sections.values():
            if SectionFlag.ALLOC in section.flags or section.name in DISCARDED:
                continue
            empty = OutputSection(section.name, section.flags, section.type)
            outputs.setdefault(section.name, empty).add(index, section)
    return list(outputs.values())
