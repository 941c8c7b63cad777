"""PE32+ files: the form in which UEFI takes its applications.

Linked, payload ──> the file, which is laid out just as it lies in memory

    0x0000  "MZ", "PE", headers, section table
    0x1000  .text .rodata .data .loads .cmdline      a page-aligned section for each segment
            .kernel .initrd                          payload: bytes that the code reads
            .reloc                                   where the file holds absolute addresses

Offsets in the file equal those in memory (RVAs), all counted from the image's
base, which is linked as 0: the firmware loads it where there is room, and adds
that address to the fields that ``.reloc`` lists.

Microsoft, PE Format; UEFI 2.10, 2.1.1.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ring3.asm.object import FixupKind
from ring3.diagnostic import Diagnostic, SourceError
from ring3.elf.format import PAGE_SIZE, Access, align_up
from ring3.elf.linker import Linked

HEADERS_SIZE = PAGE_SIZE
"""The headers' room; the first section begins behind it."""

MACHINE_AMD64 = 0x8664
SUBSYSTEM_EFI_APPLICATION = 10
OPTIONAL_MAGIC_PE32_PLUS = 0x20B
DIRECTORIES = 16
DIRECTORY_RELOCATIONS = 5

EXECUTABLE_IMAGE, LARGE_ADDRESS_AWARE, NO_LINE_NUMBERS = 0x0002, 0x0020, 0x0004
DYNAMIC_BASE, NX_COMPATIBLE = 0x0040, 0x0100

CODE, DATA, DISCARDABLE = 0x20, 0x40, 0x02000000
EXECUTE, READ, WRITE = 0x20000000, 0x40000000, 0x80000000

RELOCATION_PADDING, RELOCATION_DIR64 = 0, 10  # the upper 4 bits of an entry

_DOS_HEADER = struct.Struct("<2s58xI")
_COFF_HEADER = struct.Struct("<4sHHIIIHH")
_OPTIONAL_HEADER = struct.Struct("<HBBIIIII QII 6H 4I HH 4Q II")
_DIRECTORY = struct.Struct("<II")
_SECTION_HEADER = struct.Struct("<8sIIIIIIHHI")


@dataclass(frozen=True, slots=True)
class PeSection:
    """A section at ``address``, counted from the image's base; zeros follow ``data``."""

    name: str
    address: int
    size: int
    data: bytes = field(repr=False)
    characteristics: int

    @property
    def end(self) -> int:
        return align_up(self.address + self.size, PAGE_SIZE)

    @property
    def file_size(self) -> int:
        return align_up(len(self.data), PAGE_SIZE)


def payload(name: str, address: int, data: bytes) -> PeSection:
    """Bytes that the code reads."""
    return PeSection(name, address, len(data), data, DATA | READ)


def write_pe(linked: Linked, payloads: Sequence[PeSection]) -> bytes:
    """The file.  ``linked`` has base 0, and nothing in the page of the headers.

    Raises SourceError for absolute addresses in fields of less than 64 bits: they
    could not hold the place where the firmware puts the code.
    """
    sections = [*_sections(linked), *payloads]
    relocations = _relocations(linked)
    sections.append(
        PeSection(
            ".reloc", sections[-1].end, len(relocations), relocations, DATA | READ | DISCARDABLE
        )
    )
    file = bytearray(_headers(linked, sections).ljust(HEADERS_SIZE, b"\0"))
    for section in sections:
        file += bytes(section.address - len(file)) + section.data
    return bytes(file) + bytes(-len(file) % PAGE_SIZE)


def _sections(linked: Linked) -> Iterator[PeSection]:
    """A section for each segment, with the segment's name."""
    for segment in linked.segments:
        rights = CODE | EXECUTE if segment.flags & Access.EXECUTE else DATA
        rights |= READ | (WRITE if segment.flags & Access.WRITE else 0)
        # A loader reads the file's offsets as RVAs: room for .bss is in the file as well.
        data = segment.data.ljust(segment.memory_size, b"\0")
        yield PeSection(f".{segment.name}", segment.address, segment.memory_size, data, rights)


def _headers(linked: Linked, sections: Sequence[PeSection]) -> bytes:
    code = [section for section in sections if section.characteristics & CODE]
    relocations = sections[-1]
    dos = _DOS_HEADER.pack(b"MZ", _DOS_HEADER.size)
    coff = _COFF_HEADER.pack(
        b"PE\0\0",
        MACHINE_AMD64,
        len(sections),
        0,  # no time, so that the same sources give the same file
        *(0, 0),  # no symbols
        _OPTIONAL_HEADER.size + DIRECTORIES * _DIRECTORY.size,
        EXECUTABLE_IMAGE | NO_LINE_NUMBERS | LARGE_ADDRESS_AWARE,
    )
    optional = _OPTIONAL_HEADER.pack(
        OPTIONAL_MAGIC_PE32_PLUS,
        *(0, 0),  # version of the linker
        sum(section.file_size for section in code),
        sum(section.file_size for section in sections if section not in code),
        0,  # uninitialised: it is in the file
        linked.entry,
        code[0].address,
        0,  # the base that it is linked for
        PAGE_SIZE,  # alignment in memory
        PAGE_SIZE,  # and in the file
        *(0, 0, 0, 0, 0, 0),  # versions: system, image, subsystem
        0,
        sections[-1].end,
        HEADERS_SIZE,
        0,  # checksum: nobody looks at an application's
        SUBSYSTEM_EFI_APPLICATION,
        DYNAMIC_BASE | NX_COMPATIBLE,
        *(0, 0, 0, 0),  # stack and heap are the firmware's
        0,
        DIRECTORIES,
    )
    directories = [(0, 0)] * DIRECTORIES
    directories[DIRECTORY_RELOCATIONS] = (relocations.address, relocations.size)
    table = b"".join(_DIRECTORY.pack(*directory) for directory in directories)
    return dos + coff + optional + table + b"".join(map(_section_header, sections))


def _section_header(section: PeSection) -> bytes:
    return _SECTION_HEADER.pack(
        section.name.encode(),
        section.size,
        section.address,
        section.file_size,
        section.address,
        *(0, 0, 0, 0),  # no relocations or line numbers of its own
        section.characteristics,
    )


def _relocations(linked: Linked) -> bytes:
    """Blocks of 12-bit offsets, one for each page that has something to relocate.

    There is always one, since some firmware takes a file without any for one that
    cannot be moved; where nothing is to be done it has padding alone.
    """
    pages: dict[int, list[int]] = {}
    for address in sorted(_absolute_fields(linked)):
        entries = pages.setdefault(address & -PAGE_SIZE, [])
        entries.append(RELOCATION_DIR64 << 12 | address % PAGE_SIZE)
    pages = pages or {0: [RELOCATION_PADDING, RELOCATION_PADDING]}
    blocks = []
    for page, entries in pages.items():
        padded = entries + [RELOCATION_PADDING] * (len(entries) % 2)  # to a multiple of 4 bytes
        head = _DIRECTORY.pack(page, _DIRECTORY.size + 2 * len(padded))
        blocks.append(head + struct.pack(f"<{len(padded)}H", *padded))
    return b"".join(blocks)


def _absolute_fields(linked: Linked) -> Iterator[int]:
    """The addresses of fields that hold an address of the image's."""
    resolution, placement = linked.parts.resolution, linked.parts.placement
    wrong = []
    for output in placement.sections:
        for piece in output.pieces:
            for fixup in piece.section.fixups:
                local = resolution.local(piece.index, fixup.symbol)
                definition = resolution.definitions.get(fixup.symbol)
                symbol = local or (definition.symbol if definition else None)
                if fixup.kind.relative or symbol is None or symbol.section is None:
                    continue
                if fixup.kind is FixupKind.ABS64:
                    yield (output.address or 0) + piece.offset + fixup.offset
                else:
                    wrong.append(
                        Diagnostic(
                            "absolute-address",
                            f"`{fixup.symbol}` as {8 * fixup.kind.size} bits: UEFI may load "
                            "this code anywhere",
                            fixup.location,
                            "use [rip + symbol], or .quad",
                        )
                    )
    if wrong:
        raise SourceError(wrong)
