"""Debugging information of a shared object in a file of its own.

    what is mapped   sections ................ its build-id
    beside it        the same, without bytes   its build-id    .symtab  .debug_*

Whatever a kernel maps as a vDSO is read by every program, so that nothing may be
added to it.  A debugger that finds it in memory looks for the rest by the note
that names the build: DIRECTORY/.build-id/xx/yyyy.debug, where xxyyyy is the
build-id in hexadecimal (GDB manual, "Separate Debug Files").
"""

from __future__ import annotations

from pathlib import Path

from ring3.elf.debuggable import describe
from ring3.elf.format import FileType, Header, SectionHeader, SectionKind
from ring3.elf.shared import SharedObject
from ring3.elf.write import SectionTable, SymbolTable


def separate_debug(shared: SharedObject, directory: str | None = None) -> bytes:
    """The file that belongs to a shared object; ``directory`` as in ``debuggable``."""
    elf_class = shared.interface.elf_class
    resolution, placement = describe(shared.resolution, shared.placement, shared.symbols, directory)
    file = bytearray(elf_class.header_size)
    table = SectionTable(file, elf_class)
    for part in shared.parts:
        keeps_bytes = part.type == SectionKind.NOTE
        table.add_empty(
            part.name,
            SectionHeader(
                type=part.type if keeps_bytes else SectionKind.NOBITS,
                flags=part.attributes,
                address=part.address,
                size=len(part.data),
                alignment=part.alignment,
            ),
            part.data if keeps_bytes else b"",
        )
    for section in placement.unloaded:
        table.add_unloaded(section)
    table.add_symbols(SymbolTable(resolution, placement, shared.symbols, (), shared.first_code))
    section_header_offset = table.finish()
    count = len(table.headers)
    header = Header(FileType.SHARED, 0, 0, 0, section_header_offset, count, count - 1)
    file[: elf_class.header_size] = header.pack(elf_class)
    return bytes(file)


def build_id_path(shared: SharedObject) -> Path:
    """Where debuggers look for that file, below their folder of debug files."""
    name = shared.build_id.hex()
    return Path(".build-id", name[:2], f"{name[2:]}.debug")
