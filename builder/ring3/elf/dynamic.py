"""The tables by which a running program finds a shared object's functions.

    .dynamic ─┬─ .hash, .gnu.hash   name to symbol number
              ├─ .dynsym, .dynstr   symbol number to address, name
              ├─ .gnu.version       symbol number to version number
              └─ .gnu.version_d     version number to version name

gABI 4.1+, ch. 5, "Dynamic Section" and "Hash Table"; symbol versions: LSB
Core 5.0, 10.7.  Sizes follow from the names alone, so that the tables can be
laid out before the code is; addresses are filled in afterwards.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum

from ring3.asm.object import Binding, SymbolType
from ring3.elf import hashes
from ring3.elf.format import (
    SHN_ABS,
    ElfClass,
    SectionAttribute,
    SectionKind,
    StringTable,
    SymbolEntry,
)
from ring3.elf.note import Note

BUILD_ID_SIZE = hashlib.sha1().digest_size
BASE_VERSION = 1
"""Version number 1 is the object itself, 0 is "local"; the versions proper follow."""


@dataclass(frozen=True, slots=True)
class Export:
    """A dynamic symbol: the function ``function`` under a name and a version."""

    name: str
    version: str
    function: str
    binding: Binding = Binding.GLOBAL


@dataclass(frozen=True, slots=True)
class Interface:
    """What a shared object promises.

    ``linux_version`` (major, minor, patch) goes into the note that says for
    which kernel the object is; ``entry`` is the function at which e_entry points.
    """

    elf_class: ElfClass
    soname: str
    versions: tuple[str, ...]
    exports: tuple[Export, ...]
    linux_version: tuple[int, int, int]
    entry: str | None = None

    @property
    def symbols(self) -> list[str]:
        """Names of the dynamic symbols from number 1 on.

        A version is a symbol, too, as GNU ld makes it: absolute, of value 0.
        """
        return hashes.gnu_order([*(export.name for export in self.exports), *self.versions])

    def version_number(self, version: str) -> int:
        """What .gnu.version says of a symbol of this version."""
        return BASE_VERSION + 1 + self.versions.index(version)


@dataclass(frozen=True, slots=True)
class Function:
    """Where an exported function lies: address, size in bytes, number of its section."""

    address: int
    size: int
    section: int


@dataclass(slots=True)
class Part:
    """A section of the finished file, whose address is also its offset."""

    name: str
    type: int
    data: bytes
    alignment: int
    link: str = ""  # the name of the section that sh_link means
    info: int = 0
    entry_size: int = 0
    attributes: int = SectionAttribute.ALLOC
    address: int = 0


def blank_tables(interface: Interface) -> list[Part]:
    """The dynamic sections in the order of the file; addresses in them are zero."""
    elf_class = interface.elf_class
    word = elf_class.word_size
    names = interface.symbols
    versions = len(interface.versions)
    return [
        Part(".hash", SectionKind.HASH, hashes.sysv_table(names), word, ".dynsym", entry_size=4),
        Part(
            ".gnu.hash", SectionKind.GNU_HASH, hashes.gnu_table(names, elf_class), word, ".dynsym"
        ),
        Part(
            ".dynsym",
            SectionKind.DYNSYM,
            bytes(elf_class.symbol_size * (len(names) + 1)),
            word,
            ".dynstr",
            info=1,  # the number of the first symbol that is not local
            entry_size=elf_class.symbol_size,
        ),
        Part(".dynstr", SectionKind.STRTAB, bytes(_strings(interface).data), 1),
        Part(
            ".gnu.version",
            SectionKind.GNU_VERSYM,
            _version_numbers(interface),
            2,
            ".dynsym",
            entry_size=2,
        ),
        Part(
            ".gnu.version_d",
            SectionKind.GNU_VERDEF,
            _version_definitions(interface),
            word,
            ".dynstr",
            info=versions + 1,
        ),
        Part(
            ".dynamic",
            SectionKind.DYNAMIC,
            bytes(2 * word * len(_ENTRIES)),
            word,
            ".dynstr",
            entry_size=2 * word,
        ),
        Part(".note", SectionKind.NOTE, notes(interface, bytes(BUILD_ID_SIZE)), 4),
    ]


def dynamic_symbols(interface: Interface, functions: Mapping[str, Function]) -> bytes:
    """.dynsym, with the exported functions at their places."""
    strings = _strings(interface)
    exports = {export.name: export for export in interface.exports}
    rows = [SymbolEntry()]
    for name in interface.symbols:
        offset = strings.add(name)
        export = exports.get(name)
        if export is None:
            type_, binding = SymbolType.OBJECT.value, Binding.GLOBAL.value
            rows.append(SymbolEntry(offset, 0, 0, type_, binding, SHN_ABS))
            continue
        function = functions[export.function]
        type_, binding = SymbolType.FUNCTION.value, export.binding.value
        row = SymbolEntry(offset, function.address, function.size, type_, binding, function.section)
        rows.append(row)
    return b"".join(row.pack(interface.elf_class) for row in rows)


def dynamic_section(interface: Interface, address_of: Callable[[str], int]) -> bytes:
    """.dynamic; ``address_of`` gives the address of a section."""
    values = {
        _Tag.SONAME: _strings(interface).add(interface.soname),
        _Tag.HASH: address_of(".hash"),
        _Tag.GNU_HASH: address_of(".gnu.hash"),
        _Tag.STRTAB: address_of(".dynstr"),
        _Tag.SYMTAB: address_of(".dynsym"),
        _Tag.STRSZ: len(_strings(interface).data),
        _Tag.SYMENT: interface.elf_class.symbol_size,
        _Tag.VERDEF: address_of(".gnu.version_d"),
        _Tag.VERDEFNUM: len(interface.versions) + 1,
        _Tag.VERSYM: address_of(".gnu.version"),
        _Tag.SYMBOLIC: 0,
        _Tag.FLAGS: _DF_SYMBOLIC | _DF_BIND_NOW,
        _Tag.FLAGS_1: _DF_1_NOW,
        _Tag.NULL: 0,
    }
    return b"".join(interface.elf_class.dynamic(tag, values[tag]) for tag in _ENTRIES)


def notes(interface: Interface, build_id: bytes) -> bytes:
    """The kernel's version, as Linux encodes it, and the build-id, which ends the section."""
    major, minor, patch = interface.linux_version
    version = struct.pack("<I", major << 16 | minor << 8 | patch)
    return (
        Note("Linux", _NT_VERSION, version).pack() + Note("GNU", _NT_GNU_BUILD_ID, build_id).pack()
    )


class _Tag(IntEnum):
    """d_tag."""

    NULL = 0
    HASH = 4
    STRTAB = 5
    SYMTAB = 6
    STRSZ = 10
    SYMENT = 11
    SONAME = 14
    SYMBOLIC = 16
    FLAGS = 30
    GNU_HASH = 0x6FFFFEF5
    VERSYM = 0x6FFFFFF0
    FLAGS_1 = 0x6FFFFFFB
    VERDEF = 0x6FFFFFFC
    VERDEFNUM = 0x6FFFFFFD


_ENTRIES = (
    _Tag.SONAME,
    _Tag.SYMBOLIC,
    _Tag.HASH,
    _Tag.GNU_HASH,
    _Tag.STRTAB,
    _Tag.SYMTAB,
    _Tag.STRSZ,
    _Tag.SYMENT,
    _Tag.VERDEF,
    _Tag.VERDEFNUM,
    _Tag.FLAGS,
    _Tag.FLAGS_1,
    _Tag.VERSYM,
    _Tag.NULL,
)
_DF_SYMBOLIC, _DF_BIND_NOW, _DF_1_NOW = 2, 8, 1
_VER_FLG_BASE = 1
_NT_VERSION, _NT_GNU_BUILD_ID = 0, 3


def _strings(interface: Interface) -> StringTable:
    strings = StringTable()
    for name in (interface.soname, *interface.symbols):
        strings.add(name)
    return strings


def _version_numbers(interface: Interface) -> bytes:
    """.gnu.version: 0 for the null symbol, then one number a symbol."""
    versions = {export.name: export.version for export in interface.exports}
    numbers = [interface.version_number(versions.get(n, n)) for n in interface.symbols]
    return struct.pack(f"<{len(numbers) + 1}H", 0, *numbers)


def _version_definitions(interface: Interface) -> bytes:
    """.gnu.version_d: Elf_Verdef and Elf_Verdaux for the soname and for each version."""
    strings = _strings(interface)
    names = (interface.soname, *interface.versions)
    head_size, name_size = 20, 8
    records = []
    for number, name in enumerate(names, BASE_VERSION):
        flags = _VER_FLG_BASE if number == BASE_VERSION else 0
        next_ = 0 if number == len(names) else head_size + name_size
        head = struct.pack(
            "<HHHHIII", 1, flags, number, 1, hashes.sysv_hash(name), head_size, next_
        )
        records.append(head + struct.pack("<II", strings.add(name), 0))
    return b"".join(records)
