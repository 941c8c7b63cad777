"""A shared object that a kernel maps into programs: the container of a vDSO.

    ELF header, program headers
    .hash .gnu.hash .dynsym .dynstr .gnu.version .gnu.version_d .dynamic .note   dynamic.py
    .eh_frame_hdr                                                                eh_frame.py
    .rodata .eh_frame .text            linked from the objects
    .shstrtab, section headers         inside the mapping, for debuggers

One R+X segment covers the whole file at address 0: what is mapped is the
file, and an address is an offset.  It has no relocations, since nobody would
apply them: all its code reaches its data relative to RIP.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ring3.asm.object import Object, SectionFlag, SymbolType
from ring3.diagnostic import Diagnostic, SourceError
from ring3.elf import eh_frame
from ring3.elf.dynamic import (
    Function,
    Interface,
    Part,
    blank_tables,
    dynamic_section,
    dynamic_symbols,
    notes,
)
from ring3.elf.format import (
    PAGE_SIZE,
    FileType,
    Header,
    ProgramHeader,
    SectionAttribute,
    SectionHeader,
    SectionKind,
    SegmentType,
    StringTable,
    align_up,
)
from ring3.elf.layout import READ, READ_EXECUTE, READ_WRITE, Layout, SegmentLayout
from ring3.elf.linker import fix_all, value_of
from ring3.elf.place import OutputSection, Placement, place
from ring3.elf.resolve import Resolution, beginning_of, resolve


@dataclass(frozen=True, slots=True)
class SharedObject:
    """A linked shared object: its bytes, and what they were made of.

    ``parts`` are its sections in the order of their headers, the code's from
    number ``first_code`` on; ``symbols`` are the values of all global names.
    """

    data: bytes = field(repr=False)
    build_id: bytes
    interface: Interface
    parts: Sequence[Part] = field(repr=False)
    first_code: int
    resolution: Resolution = field(repr=False)
    placement: Placement = field(repr=False)
    symbols: Mapping[str, int] = field(repr=False)


def link_shared(
    objects: Sequence[Object], interface: Interface, defines: Mapping[str, int] | None = None
) -> SharedObject:
    """Link objects into a shared object of whole pages.

    ``defines`` are symbols at addresses relative to the object's own base,
    which may lie outside of it.  Raises SourceError for what does not link:
    an export that no object defines, or that is no function with a size; data
    to write; an absolute address, which no loader would correct.
    """
    values = dict(defines or {})
    resolution = resolve(objects, None, {}, values)
    _raise_any([*resolution.diagnostics, *_check(resolution, interface)])
    frames = _count_frames(resolution.objects)
    parts = blank_tables(interface)
    if frames:
        blank = bytes(eh_frame.index_size(frames))
        parts.append(Part(".eh_frame_hdr", SectionKind.PROGBITS, blank, alignment=4))
    start = _lay_out(parts, interface, bool(frames))
    placement = place(resolution.objects, _layout(start), start)
    for name, definition in resolution.definitions.items():
        values[name] = value_of(placement, definition.index, definition.symbol) or 0
    _raise_any(placement.diagnostics)
    _raise_any(fix_all(resolution, placement, values))
    (code,) = placement.segments
    first_code = len(parts) + 1
    parts += [_part(section) for section in code.sections]
    image = _Image(interface, parts)
    sections = {id(s): number for number, s in enumerate(code.sections, first_code)}
    image.fill(_functions(resolution, placement, values, sections))
    build_id, data = image.pack(values.get(interface.entry or "", 0))
    return SharedObject(data, build_id, interface, parts, first_code, resolution, placement, values)


def _raise_any(diagnostics: Sequence[Diagnostic]) -> None:
    if diagnostics:
        raise SourceError(diagnostics)


def _check(resolution: Resolution, interface: Interface) -> Iterator[Diagnostic]:
    """What would make an object that loads and then fails those who call it."""
    wanted = dict.fromkeys(export.function for export in interface.exports)
    if interface.entry is not None:
        wanted[interface.entry] = None
    for name in wanted:
        definition = resolution.definitions.get(name)
        if definition is None:
            yield Diagnostic(
                "missing-export",
                f"{interface.soname} must export `{name}`, which no source defines",
                beginning_of(resolution.objects[0]),
                f"define it, with `.global {name}`, `.type {name}, @function` and `.size`",
            )
        elif definition.symbol.type is not SymbolType.FUNCTION or not definition.symbol.size:
            yield Diagnostic(
                "export-is-no-function",
                f"`{name}` is exported and has no type or no size",
                definition.symbol.location,
                f"add `.type {name}, @function` and `.size {name}, . - {name}`",
            )
    for object_ in resolution.objects:
        for section in object_.sections.values():
            for fixup in section.fixups:
                if not fixup.kind.relative and SectionFlag.ALLOC in section.flags:
                    yield Diagnostic(
                        "absolute-address",
                        f"the address of `{fixup.symbol}` is not known before "
                        f"{interface.soname} is mapped",
                        fixup.location,
                        "reach it relative to RIP: lea rax, [rip + symbol]",
                    )


def _count_frames(objects: Iterable[Object]) -> int:
    """How many frame records the linked .eh_frame will have."""
    sections = (object_.sections.get(".eh_frame") for object_ in objects)
    return sum(eh_frame.count(bytes(section.data)) for section in sections if section is not None)


def _lay_out(parts: Iterable[Part], interface: Interface, has_frames: bool) -> int:
    """Give the tables their addresses, behind the headers; returns where they end."""
    elf_class = interface.elf_class
    headers = _PROGRAM_HEADERS if has_frames else _PROGRAM_HEADERS - 1
    address = elf_class.header_size + headers * elf_class.program_header_size
    for part in parts:
        part.address = align_up(address, part.alignment)
        address = part.address + len(part.data)
    return address


_PROGRAM_HEADERS = 5  # LOAD, DYNAMIC, NOTE, GNU_EH_FRAME, GNU_STACK


def _layout(start: int) -> Layout:
    """The code behind ``start`` bytes of headers and tables, in the one segment."""
    sections = (".rodata", ".rodata.*", ".eh_frame", ".text", ".text.*")
    return Layout(0, (SegmentLayout("code", READ_EXECUTE, sections, headers=True),), entry="")


def _part(section: OutputSection) -> Part:
    """A linked section as a part of the file."""
    attributes = SectionAttribute.ALLOC
    if SectionFlag.EXECUTE in section.flags:
        attributes |= SectionAttribute.EXECUTE
    return Part(
        section.name,
        section.type.value,
        bytes(section.data.ljust(section.size, b"\0")),
        section.alignment,
        attributes=attributes,
        address=section.address or 0,
    )


def _functions(
    resolution: Resolution,
    placement: Placement,
    values: Mapping[str, int],
    sections: Mapping[int, int],
) -> dict[str, Function]:
    """Every global name of the code; ``sections`` numbers the output sections, by identity."""
    functions = {}
    for name, definition in resolution.definitions.items():
        found = placement.places.get((definition.index, definition.symbol.section or ""))
        if found is not None and id(found[0]) in sections:
            section = sections[id(found[0])]
            functions[name] = Function(values[name], definition.symbol.size, section)
    return functions


class _Image:
    """The file, as its parts."""

    def __init__(self, interface: Interface, parts: Sequence[Part]) -> None:
        self._interface = interface
        self._parts = {part.name: part for part in parts}

    def fill(self, functions: Mapping[str, Function]) -> None:
        """Put addresses into the tables that had to wait for them."""
        parts = self._parts
        parts[".dynsym"].data = dynamic_symbols(self._interface, functions)
        parts[".dynamic"].data = dynamic_section(self._interface, lambda n: parts[n].address)
        frames, index = parts.get(".eh_frame"), parts.get(".eh_frame_hdr")
        if frames is not None and index is not None:
            index.data = eh_frame.index(frames.data, frames.address, index.address)

    def pack(self, entry: int) -> tuple[bytes, bytes]:
        """The build-id, and the file's bytes, whose hash it is while it is zero in them."""
        build_id = hashlib.sha1(self._pack(entry)).digest()
        self._parts[".note"].data = notes(self._interface, build_id)
        return build_id, self._pack(entry)

    def _pack(self, entry: int) -> bytes:
        elf_class = self._interface.elf_class
        names = StringTable()
        headers = [SectionHeader(), *self._section_headers(names)]
        end = max(part.address + len(part.data) for part in self._parts.values())
        name_header = SectionHeader(
            names.add(".shstrtab"), SectionKind.STRTAB, 0, 0, end, len(names.data), alignment=1
        )
        headers.append(name_header)
        table_offset = align_up(end + len(names.data), elf_class.word_size)
        table = b"".join(header.pack(elf_class) for header in headers)

        file = bytearray(align_up(table_offset + len(table), PAGE_SIZE))
        program_headers = self._program_headers(len(file))
        head = Header(
            FileType.SHARED,
            entry,
            elf_class.header_size,
            len(program_headers),
            table_offset,
            len(headers),
            len(headers) - 1,
        )
        head_bytes = head.pack(elf_class) + b"".join(p.pack(elf_class) for p in program_headers)
        for offset, data in (
            (0, head_bytes),
            *((part.address, part.data) for part in self._parts.values()),
            (end, names.data),
            (table_offset, table),
        ):
            file[offset : offset + len(data)] = data
        return bytes(file)

    def _section_headers(self, names: StringTable) -> Iterator[SectionHeader]:
        numbers = {name: number for number, name in enumerate(self._parts, 1)}
        for part in self._parts.values():
            yield SectionHeader(
                names.add(part.name),
                part.type,
                part.attributes,
                part.address,
                part.address,
                len(part.data),
                numbers[part.link] if part.link else 0,
                part.info,
                part.alignment,
                part.entry_size,
            )

    def _program_headers(self, size: int) -> list[ProgramHeader]:
        whole = ProgramHeader(SegmentType.LOAD, READ_EXECUTE, 0, 0, size, size, PAGE_SIZE)
        covers = [
            (SegmentType.DYNAMIC, ".dynamic"),
            (SegmentType.NOTE, ".note"),
            (SegmentType.GNU_EH_FRAME, ".eh_frame_hdr"),
        ]
        parts = [(type_, self._parts.get(name)) for type_, name in covers]
        # Without the last one glibc's dlopen makes the program's stack executable.
        stack = ProgramHeader(SegmentType.GNU_STACK, READ_WRITE, 0, 0, 0, 0, 16)
        return [whole, *(_cover(type_, part) for type_, part in parts if part), stack]


def _cover(type_: SegmentType, part: Part) -> ProgramHeader:
    """A program header that points at one section, read-only."""
    size = len(part.data)
    return ProgramHeader(type_, READ, part.address, part.address, size, size, part.alignment)
