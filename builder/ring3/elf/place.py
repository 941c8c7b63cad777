"""Where every section goes: input sections to output sections to segments.

    objects ── gather by the layout's patterns ──> OutputSection ── addresses ──> Segment

Pieces of one output section follow each other in the order of their objects,
each at its own alignment.  Between pieces of code lies ``int3``, so that
whoever runs off the end of a routine stops there; between data lie zeros.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from itertools import chain

from ring3.asm.object import Object, Section, SectionFlag, SectionType
from ring3.diagnostic import Diagnostic, Location
from ring3.elf.format import Access, align_up
from ring3.elf.layout import DISCARDED, Layout, SegmentLayout

INT3 = b"\xcc"

MOST_ALIGNMENT = 0x200000
"""The largest page that the kernel uses; more would only make files of padding."""

MOST_FILE_BYTES = 1 << 28
"""What one section may have in the file; zeros without end belong into .bss."""


@dataclass(frozen=True, slots=True)
class Piece:
    """An input section and its offset in the output section."""

    index: int
    section: Section
    offset: int


@dataclass(slots=True)
class OutputSection:
    """A section of the linked file; an address of None says that it is not loaded."""

    name: str
    flags: SectionFlag
    type: SectionType
    alignment: int = 1
    pieces: list[Piece] = field(default_factory=list)
    size: int = 0
    address: int | None = None
    data: bytearray = field(default_factory=bytearray)  # empty where the type is NOBITS

    def add(self, index: int, section: Section) -> None:
        offset = align_up(self.size, section.alignment)
        self.pieces.append(Piece(index, section, offset))
        self.size = offset + size_of(section)
        self.alignment = max(self.alignment, section.alignment)
        self.flags |= section.flags
        if self.type is SectionType.NOBITS:
            self.type = section.type

    def fill(self) -> None:
        """Copy the pieces' bytes; their fixups are not applied yet."""
        if self.type is SectionType.NOBITS:
            return
        padding = INT3 if SectionFlag.EXECUTE in self.flags else b"\0"
        self.data = bytearray(padding * self.size)
        for piece in self.pieces:
            size = size_of(piece.section)
            self.data[piece.offset : piece.offset + size] = piece.section.data.ljust(size, b"\0")


@dataclass(slots=True)
class Segment:
    """A run of output sections with the same rights, and where it lies (in bytes)."""

    name: str
    flags: Access
    address: int
    sections: list[OutputSection]
    header_size: int = 0
    memory_size: int = 0

    @property
    def file_size(self) -> int:
        """What the file holds of it: all but the uninitialised tail."""
        loaded = [s for s in self.sections if s.type is not SectionType.NOBITS]
        ends = (s.address + s.size - self.address for s in loaded if s.address is not None)
        return max(ends, default=self.header_size)


@dataclass(slots=True)
class Placement:
    """The result: segments in order of addresses, what is not loaded, and where pieces went."""

    segments: list[Segment]
    unloaded: list[OutputSection]
    places: dict[tuple[int, str], tuple[OutputSection, int]] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    @property
    def sections(self) -> list[OutputSection]:
        """All output sections, in the order of the file."""
        return [s for segment in self.segments for s in segment.sections] + self.unloaded

    def address(self, index: int, section: str) -> int | None:
        """Where a section of an object begins; None when it has been discarded."""
        place = self.places.get((index, section))
        if place is None:
            return None
        output, offset = place
        return (output.address or 0) + offset


def place(objects: Sequence[Object], layout: Layout, header_size: int = 0) -> Placement:
    """Give every section of the objects its place.

    ``header_size`` bytes are kept at the start of the segment that holds the
    ELF header.  The diagnostics list sections that no segment takes, that need
    rights that their segment has not, or that are too large; after one of
    them the output sections are not filled.
    """
    placement = Placement([], [])
    gathered = _gather(objects, layout, placement)
    address = layout.base
    for segment_layout in layout.segments:
        segment = Segment(
            segment_layout.name,
            segment_layout.flags,
            align_up(address, layout.alignment),
            gathered[segment_layout.name],
            header_size if segment_layout.headers else 0,
        )
        address = _assign_addresses(segment)
        placement.segments.append(segment)
        if address > layout.end and segment.sections:
            placement.diagnostics.append(_beyond_memory(objects, segment, layout))
    placement.diagnostics += _too_large(objects, placement)
    for output in placement.sections:
        if not placement.diagnostics:
            output.fill()
        for piece in output.pieces:
            placement.places[piece.index, piece.section.name] = (output, piece.offset)
    return placement


def _assign_addresses(segment: Segment) -> int:
    """Place the segment's sections one after the other; returns the address of its end."""
    initialised = [s for s in segment.sections if s.type is not SectionType.NOBITS]
    if initialised:  # zeros that are followed by initialised data have to be in the file
        last = segment.sections.index(initialised[-1])
        for section in segment.sections[:last]:
            if section.type is SectionType.NOBITS:
                section.type = SectionType.PROGBITS
    address = segment.address + segment.header_size
    for section in segment.sections:
        section.address = align_up(address, section.alignment)
        address = section.address + section.size
    segment.memory_size = address - segment.address
    return address


def size_of(section: Section) -> int:
    """Bytes that an input section takes in memory."""
    return section.size if section.type is SectionType.NOBITS else len(section.data)


def _gather(
    objects: Sequence[Object], layout: Layout, placement: Placement
) -> dict[str, list[OutputSection]]:
    """The output sections of each segment, in the order of the segment's patterns."""
    outputs: dict[tuple[str, int, str], OutputSection] = {}
    unloaded: dict[str, OutputSection] = {}
    for index, object_ in enumerate(objects):
        for section in object_.sections.values():
            if section.name in DISCARDED or not _is_used(object_, section):
                continue
            if section.alignment.bit_count() != 1 or section.alignment > MOST_ALIGNMENT:
                placement.diagnostics.append(_bad_alignment(object_, section))
                continue
            if SectionFlag.ALLOC not in section.flags:
                empty = OutputSection(section.name, section.flags, section.type)
                unloaded.setdefault(section.name, empty).add(index, section)
                continue
            found = _find_segment(section.name, layout)
            if found is None:
                placement.diagnostics.append(_unplaced(object_, section, layout))
                continue
            segment, rank, name = found
            missing = _needed_access(section) & ~segment.flags
            if missing:
                placement.diagnostics.append(_wrong_access(object_, section, segment))
            empty = OutputSection(name, section.flags, SectionType.NOBITS)
            outputs.setdefault((segment.name, rank, name), empty).add(index, section)
    placement.unloaded = list(unloaded.values())
    gathered: dict[str, list[OutputSection]] = {segment.name: [] for segment in layout.segments}
    for (segment_name, _, _), output in sorted(outputs.items(), key=lambda item: item[0][1]):
        gathered[segment_name].append(output)
    return gathered


def _is_used(object_: Object, section: Section) -> bool:
    """Whether anything would be missed without the section: bytes, a label, a reference."""
    return (
        size_of(section) > 0
        or any(symbol.section == section.name for symbol in object_.symbols.values())
        or any(f.symbol == section.name for s in object_.sections.values() for f in s.fixups)
    )


def _find_segment(name: str, layout: Layout) -> tuple[SegmentLayout, int, str] | None:
    """The segment that takes a section, the rank of the pattern, the output section's name."""
    for segment in layout.segments:
        for rank, pattern in enumerate(segment.sections):
            if fnmatchcase(name, pattern):
                stem = pattern.removesuffix(".*")
                if stem != pattern and stem in segment.sections[:rank]:
                    return segment, segment.sections.index(stem), stem
                return segment, rank, name
    return None


def _needed_access(section: Section) -> Access:
    needed = Access.READ
    if SectionFlag.WRITE in section.flags:
        needed |= Access.WRITE
    if SectionFlag.EXECUTE in section.flags:
        needed |= Access.EXECUTE
    return needed


def _unplaced(object_: Object, section: Section, layout: Layout) -> Diagnostic:
    patterns = " ".join(p for segment in layout.segments for p in segment.sections)
    return Diagnostic(
        "unplaced-section",
        f"no segment takes section `{section.name}`",
        _location(object_, section),
        f"the segments take {patterns}",
    )


def _wrong_access(object_: Object, section: Section, segment: SegmentLayout) -> Diagnostic:
    return Diagnostic(
        "wrong-section-flags",
        f"section `{section.name}` wants to be {_needed_access(section)}, "
        f"and its segment `{segment.name}` is {segment.flags}",
        _location(object_, section),
        "nothing in a ring3 image is both writable and executable; "
        "put the bytes into .text, .rodata or .data, by what is done with them",
    )


def _bad_alignment(object_: Object, section: Section) -> Diagnostic:
    return Diagnostic(
        "bad-alignment",
        f"section `{section.name}` wants to be aligned to {section.alignment:,} bytes",
        _location(object_, section),
        f"alignments are powers of two up to {MOST_ALIGNMENT:,}",
    )


def _beyond_memory(objects: Sequence[Object], segment: Segment, layout: Layout) -> Diagnostic:
    last = segment.sections[-1]
    piece = last.pieces[-1]
    return Diagnostic(
        "beyond-memory",
        f"segment `{segment.name}` of {segment.memory_size:,} bytes ends above {layout.end:#x}",
        _location(objects[piece.index], piece.section),
        f"its last section is `{last.name}`, of {last.size:,} bytes",
    )


def _too_large(objects: Sequence[Object], placement: Placement) -> Iterator[Diagnostic]:
    for output in placement.sections:
        if output.type is not SectionType.NOBITS and output.size > MOST_FILE_BYTES:
            largest = max(output.pieces, key=lambda piece: size_of(piece.section))
            yield Diagnostic(
                "section-too-large",
                f"section `{output.name}` has {output.size:,} bytes in the file",
                _location(objects[largest.index], largest.section),
                f"at most {MOST_FILE_BYTES:,} are possible; put what is zero into .bss",
            )


def _location(object_: Object, section: Section) -> Location:
    """Where the section's contents begin in the source, as far as is known."""
    labels = (s.location for s in object_.symbols.values() if s.section == section.name)
    fixups = (fixup.location for fixup in section.fixups)
    lines = (line.location for line in section.lines)
    return next(chain(lines, labels, fixups), Location(object_.name, 1))
