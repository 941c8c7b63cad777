"""The linked file as bytes.

ELF header, program headers     the segment `headers` holds them when a layout has one
segments                        each on a file page of its own
sections that are not loaded    .comment, .debug_*
.symtab .strtab .shstrtab
section headers
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ring3.asm.object import Binding, Object, SectionFlag, SectionType, Symbol
from ring3.elf.format import (
    PAGE_SIZE,
    SHN_ABS,
    STT_FILE,
    Access,
    ElfClass,
    FileType,
    Header,
    ProgramHeader,
    SectionAttribute,
    SectionHeader,
    SectionKind,
    SegmentType,
    StringTable,
    SymbolEntry,
    align_up,
)
from ring3.elf.layout import Layout
from ring3.elf.place import OutputSection, Placement, Segment
from ring3.elf.resolve import Resolution

NOTE_ALIGNMENT = 4


def header_size(layout: Layout) -> int:
    """Bytes kept for the ELF header and as many program headers as the layout can need."""
    notes = sum(any(p.startswith(".note") for p in s.sections) for s in layout.segments)
    most = len(layout.segments) + notes + 1  # one for PT_GNU_STACK
    return layout.elf_class.header_size + most * layout.elf_class.program_header_size


def segment_offsets(layout: Layout, placement: Placement) -> list[int]:
    """Where each segment begins in the file; congruent to its address modulo a page."""
    offset = 0 if any(segment.headers for segment in layout.segments) else PAGE_SIZE
    offsets = []
    for segment in placement.segments:
        offsets.append(offset)
        offset = align_up(offset + segment.file_size, PAGE_SIZE)
    return offsets


def executable(
    layout: Layout,
    resolution: Resolution,
    placement: Placement,
    values: Mapping[str, int],
    own: Sequence[str],
) -> bytes:
    """The whole file.  ``values`` are those of the global names, ``own`` the linker's names."""
    elf_class = layout.elf_class
    offsets = segment_offsets(layout, placement)
    placed = list(zip(placement.segments, offsets, strict=True))
    file = bytearray()
    for segment, offset in placed:
        file[len(file) :] = bytes(max(0, offset + segment.file_size - len(file)))
        for section in segment.sections:
            start = _file_offset(section, segment, offset)
            file[start : start + len(section.data)] = section.data
    program_headers = _program_headers(layout, placed)
    table = SectionTable(file, elf_class)
    for segment, offset in placed:
        for section in segment.sections:
            table.add_loaded(section, _file_offset(section, segment, offset))
    for section in placement.unloaded:
        table.add_unloaded(section)
    table.add_symbols(SymbolTable(resolution, placement, values, own))
    section_header_offset = table.finish()
    header = Header(
        FileType.EXECUTABLE,
        values[layout.entry],
        elf_class.header_size,
        len(program_headers),
        section_header_offset,
        len(table.headers),
        len(table.headers) - 1,
    )
    head = header.pack(elf_class) + b"".join(p.pack(elf_class) for p in program_headers)
    file[: len(head)] = head
    return bytes(file)


def _file_offset(section: OutputSection, segment: Segment, segment_offset: int) -> int:
    assert section.address is not None
    return segment_offset + section.address - segment.address


def _program_headers(layout: Layout, placed: Sequence[tuple[Segment, int]]) -> list[ProgramHeader]:
    headers = []
    for segment, offset in placed:
        if segment.memory_size:
            headers.append(
                ProgramHeader(
                    SegmentType.LOAD,
                    segment.flags,
                    offset,
                    segment.address,
                    segment.file_size,
                    segment.memory_size,
                    PAGE_SIZE,
                    (segment.address + layout.physical_offset) % (1 << 64),
                )
            )
    headers += [note for segment, offset in placed for note in _notes(layout, segment, offset)]
    read_write = Access.READ | Access.WRITE
    headers.append(ProgramHeader(SegmentType.GNU_STACK, read_write, 0, 0, 0, 0, 16))
    return headers


def _notes(layout: Layout, segment: Segment, offset: int) -> list[ProgramHeader]:
    """One PT_NOTE over the segment's notes, which lie side by side."""
    notes = [s for s in segment.sections if s.type is SectionType.NOTE and s.size]
    if not notes:
        return []
    start, end = notes[0].address, notes[-1].address
    assert start is not None
    assert end is not None
    size = end + notes[-1].size - start
    return [
        ProgramHeader(
            SegmentType.NOTE,
            segment.flags,
            offset + start - segment.address,
            start,
            size,
            size,
            max(NOTE_ALIGNMENT, *(note.alignment for note in notes)),
            (start + layout.physical_offset) % (1 << 64),
        )
    ]


class SymbolTable:
    """.symtab's rows: for each object its file name and its local labels, then the globals.

    Local symbols that are plain numbers (``.set``) stay out: they name no place.
    The placement's sections have the numbers from ``first_section`` on.
    """

    def __init__(
        self,
        resolution: Resolution,
        placement: Placement,
        values: Mapping[str, int],
        own: Sequence[str],
        first_section: int = 1,
    ) -> None:
        self.names = StringTable()
        self.rows: list[SymbolEntry] = [SymbolEntry()]
        self._placement = placement
        self._numbers = {
            id(section): number for number, section in enumerate(placement.sections, first_section)
        }
        for index, object_ in enumerate(resolution.objects):
            self._add_locals(index, object_)
        self.local_count = len(self.rows)
        for name, definition in resolution.definitions.items():
            section = self._section(definition.index, definition.symbol)
            self._add(name, values[name], definition.symbol, section)
        for name in own:
            binding = Binding.GLOBAL.value
            entry = SymbolEntry(self.names.add(name), values[name], 0, 0, binding, SHN_ABS)
            self.rows.append(entry)

    def _add_locals(self, index: int, object_: Object) -> None:
        rows: list[tuple[Symbol, int, int]] = []
        for symbol in object_.symbols.values():
            if symbol.binding is not Binding.LOCAL or not symbol.defined:
                continue
            if symbol.section is None or symbol.name == symbol.section:
                continue
            start = self._placement.address(index, symbol.section)
            if start is not None:
                rows.append((symbol, start + symbol.value, self._section(index, symbol)))
        if rows:
            file = SymbolEntry(self.names.add(object_.name), type=STT_FILE, section=SHN_ABS)
            self.rows.append(file)
        for symbol, value, section in rows:
            self._add(symbol.name, value, symbol, section)

    def _add(self, name: str, value: int, symbol: Symbol, section: int) -> None:
        self.rows.append(
            SymbolEntry(
                self.names.add(name),
                value,
                symbol.size,
                symbol.type.value,
                symbol.binding.value,
                section,
            )
        )

    def _section(self, index: int, symbol: Symbol) -> int:
        if symbol.section is None:
            return SHN_ABS
        place = self._placement.places.get((index, symbol.section))
        return SHN_ABS if place is None else self._numbers.get(id(place[0]), SHN_ABS)


class SectionTable:
    """Builds the section headers at the end of ``file``."""

    def __init__(self, file: bytearray, elf_class: ElfClass) -> None:
        self.headers: list[SectionHeader] = [SectionHeader()]
        self._file = file
        self._class = elf_class
        self._names = StringTable()

    def add_loaded(self, section: OutputSection, offset: int) -> None:
        self.headers.append(
            SectionHeader(
                self._names.add(section.name),
                section.type.value,
                _attributes(section),
                section.address or 0,
                offset,
                section.size,
                alignment=section.alignment,
            )
        )

    def add_empty(self, name: str, header: SectionHeader, data: bytes = b"") -> None:
        """A section that lies in another file, of which this one has ``data`` alone."""
        offset = self._append(data, header.alignment)
        self.headers.append(header._replace(name=self._names.add(name), offset=offset))

    def add_unloaded(self, section: OutputSection) -> None:
        header = (self._names.add(section.name), section.type.value, _attributes(section), 0)
        offset = self._append(section.data, section.alignment)
        size = section.size
        self.headers.append(SectionHeader(*header, offset, size, alignment=section.alignment))

    def add_symbols(self, symbols: SymbolTable) -> None:
        rows = b"".join(row.pack(self._class) for row in symbols.rows)
        offset = self._append(rows, self._class.word_size)
        self.headers.append(
            SectionHeader(
                self._names.add(".symtab"),
                SectionKind.SYMTAB,
                offset=offset,
                size=len(rows),
                link=len(self.headers) + 1,  # .strtab follows
                info=symbols.local_count,
                alignment=self._class.word_size,
                entry_size=self._class.symbol_size,
            )
        )
        self._add_strings(".strtab", symbols.names.data)

    def finish(self) -> int:
        """Append .shstrtab and the table itself; returns the table's offset."""
        self._names.add(".shstrtab")
        self._add_strings(".shstrtab", self._names.data)
        return self._append(
            b"".join(h.pack(self._class) for h in self.headers), self._class.word_size
        )

    def _add_strings(self, name: str, data: bytes | bytearray) -> None:
        name_offset = self._names.add(name)
        offset = self._append(data, 1)
        self.headers.append(
            SectionHeader(
                name_offset, SectionKind.STRTAB, offset=offset, size=len(data), alignment=1
            )
        )

    def _append(self, data: bytes | bytearray, alignment: int) -> int:
        self._file.extend(bytes(-len(self._file) % alignment))
        offset = len(self._file)
        self._file.extend(data)
        return offset


def _attributes(section: OutputSection) -> int:
    names = (
        (SectionFlag.WRITE, SectionAttribute.WRITE),
        (SectionFlag.ALLOC, SectionAttribute.ALLOC),
        (SectionFlag.EXECUTE, SectionAttribute.EXECUTE),
    )
    return sum(attribute for flag, attribute in names if flag in section.flags)
