"""An Object as a relocatable ELF file, which GNU ld links with gcc's objects.

    Object ──> .text .data …  .rela.text …  .symtab .strtab .shstrtab ──> file.o

The counterpart of :mod:`ring3.elf.relocatable`, which reads such files (gABI
4.1+ chapter 4; the psABIs' relocations).  x86-64 keeps a fixup's addend in the
relocation (RELA), the i386 in the field itself (REL).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field

from ring3.asm.object import (
    Binding,
    Fixup,
    FixupKind,
    Object,
    Section,
    SectionFlag,
    SectionType,
    Symbol,
)
from ring3.diagnostic import Diagnostic, SourceError
from ring3.elf.format import (
    SHN_ABS,
    SHN_UNDEF,
    STT_FILE,
    ElfClass,
    FileType,
    Header,
    SectionAttribute,
    SectionHeader,
    SectionKind,
    StringTable,
    SymbolEntry,
    align_up,
)

STT_SECTION = 3
SHF_INFO_LINK = 0x40
ABSOLUTE = "*ABS*"
"""What a fixup's symbol is called when it has none: its addend is an address."""

# The i386's numbers for the fixups that it has (psABI i386, table 2.10).
I386_KINDS = {
    FixupKind.ABS32: 1,  # R_386_32
    FixupKind.ABS32S: 1,
    FixupKind.PC32: 2,  # R_386_PC32
    FixupKind.PLT32: 4,  # R_386_PLT32
    FixupKind.ABS16: 20,  # R_386_16
    FixupKind.PC16: 21,
    FixupKind.ABS8: 22,
    FixupKind.PC8: 23,
}

# So that a linker does not make the stack executable for this object's sake.
STACK_NOTE = Section(".note.GNU-stack", SectionFlag.NONE)


def write_object(made: Object) -> bytes:
    """The file's bytes.

    Raises SourceError for a fixup that the object's machine has no relocation
    for: a 64-bit address in a 32-bit object.
    """
    return _Writer(made).write()


@dataclass
class _Writer:
    made: Object
    names: StringTable = field(default_factory=StringTable)  # of sections
    strings: StringTable = field(default_factory=StringTable)  # of symbols
    headers: list[SectionHeader] = field(default_factory=lambda: [SectionHeader()])
    file: bytearray = field(default_factory=bytearray)

    @property
    def elf_class(self) -> ElfClass:
        return ElfClass.ELF32 if self.made.bits == 32 else ElfClass.ELF64

    def write(self) -> bytes:
        self.file = bytearray(self.elf_class.header_size)
        sections = list(self.made.sections.values())
        if STACK_NOTE.name not in self.made.sections:
            sections.append(STACK_NOTE)
        numbers = {section.name: 1 + index for index, section in enumerate(sections)}
        symbols, local_count = self._symbols(numbers)
        places = {name: index for index, (name, _) in enumerate(symbols)}
        for section in sections:
            self._add_section(section)
        symbol_table = 1 + len(sections) + sum(bool(section.fixups) for section in sections)
        for section in sections:
            if section.fixups:
                self._add_relocations(section, numbers[section.name], symbol_table, places)
        packed = b"".join(entry.pack(self.elf_class) for _, entry in symbols)
        self._add_table(
            ".symtab", SectionKind.SYMTAB, packed, symbol_table + 1, local_count,
            self.elf_class.symbol_size, self.elf_class.word_size,
        )  # fmt: skip
        self._add_table(".strtab", SectionKind.STRTAB, bytes(self.strings.data))
        self.names.add(".shstrtab")
        self._add_table(".shstrtab", SectionKind.STRTAB, bytes(self.names.data))
        return self._finish()

    def _symbols(self, numbers: dict[str, int]) -> tuple[list[tuple[str, SymbolEntry]], int]:
        """The rows of .symtab with their names, the local ones first, and how many those are."""
        rows = [("", SymbolEntry())]
        rows.append(
            (
                self.made.name,
                SymbolEntry(self.strings.add(self.made.name), 0, 0, STT_FILE, 0, SHN_ABS),
            )
        )
        for name, number in numbers.items():
            if name not in self.made.symbols:
                rows.append((name, SymbolEntry(type=STT_SECTION, section=number)))
        named = [symbol for symbol in self.made.symbols.values() if symbol.name != ABSOLUTE]
        local = [s for s in named if s.binding is Binding.LOCAL and s.defined]
        rows += [(s.name, self._symbol(s, numbers)) for s in local]
        count = len(rows)
        rows += [(s.name, self._symbol(s, numbers)) for s in named if s not in local]
        return rows, count

    def _symbol(self, symbol: Symbol, numbers: dict[str, int]) -> SymbolEntry:
        if symbol.name in self.made.sections:  # the section's own symbol has no name
            return SymbolEntry(type=STT_SECTION, section=numbers[symbol.name])
        binding = symbol.binding
        if not symbol.defined:
            where = SHN_UNDEF
            binding = Binding.WEAK if binding is Binding.WEAK else Binding.GLOBAL
        else:
            where = SHN_ABS if symbol.section is None else numbers[symbol.section]
        return SymbolEntry(
            self.strings.add(symbol.name),
            symbol.value,
            symbol.size,
            symbol.type.value,
            binding.value,
            where,
        )

    def _add_section(self, section: Section) -> None:
        flags = 0
        for flag, attribute in (
            (SectionFlag.ALLOC, SectionAttribute.ALLOC),
            (SectionFlag.WRITE, SectionAttribute.WRITE),
            (SectionFlag.EXECUTE, SectionAttribute.EXECUTE),
        ):
            flags |= attribute if flag in section.flags else 0
        data = bytearray(section.data)
        if self.elf_class is ElfClass.ELF32:
            for fixup in section.fixups:
                _store_addend(data, fixup)
        offset = self._place(bytes(data), section.alignment)
        size = section.size if section.type is SectionType.NOBITS else len(data)
        name = self.names.add(section.name)
        self.headers.append(
            SectionHeader(
                name, section.type.value, flags, 0, offset, size, alignment=section.alignment
            )
        )

    def _add_relocations(
        self, section: Section, number: int, symbol_table: int, places: dict[str, int]
    ) -> None:
        with_addends = self.elf_class is ElfClass.ELF64
        kind, prefix, size = (4, ".rela", 24) if with_addends else (9, ".rel", 8)
        fixups = sorted(section.fixups, key=lambda fixup: fixup.offset)
        self._check(fixups)
        packed = b"".join(
            struct.pack(
                "<QQq",
                fixup.offset,
                places.get(fixup.symbol, 0) << 32 | fixup.kind.elf_type,
                fixup.addend,
            )
            if with_addends
            else struct.pack(
                "<II", fixup.offset, places.get(fixup.symbol, 0) << 8 | I386_KINDS[fixup.kind]
            )
            for fixup in fixups
        )
        offset = self._place(packed, self.elf_class.word_size)
        self.headers.append(
            SectionHeader(
                self.names.add(prefix + section.name),
                kind,
                SHF_INFO_LINK,
                0,
                offset,
                len(packed),
                symbol_table,
                number,
                self.elf_class.word_size,
                size,
            )
        )

    def _check(self, fixups: Sequence[Fixup]) -> None:
        if self.elf_class is ElfClass.ELF64:
            return
        wrong = [
            Diagnostic(
                "no-relocation",
                f"a 32-bit object has no {fixup.kind.size * 8}-bit addresses",
                fixup.location,
            )
            for fixup in fixups
            if fixup.kind not in I386_KINDS
        ]
        if wrong:
            raise SourceError(wrong)

    def _add_table(
        self,
        name: str,
        kind: SectionKind,
        data: bytes,
        link: int = 0,
        info: int = 0,
        entry_size: int = 0,
        alignment: int = 1,
    ) -> None:
        offset = self._place(data, alignment)
        self.headers.append(
            SectionHeader(
                self.names.add(name),
                kind,
                0,
                0,
                offset,
                len(data),
                link,
                info,
                alignment,
                entry_size,
            )
        )

    def _place(self, data: bytes, alignment: int) -> int:
        """Append ``data`` at its alignment; returns its offset in the file."""
        offset = align_up(len(self.file), alignment)
        self.file[len(self.file) :] = bytes(offset - len(self.file)) + data
        return offset

    def _finish(self) -> bytes:
        start = self._place(b"", self.elf_class.word_size)
        for header in self.headers:
            self.file += header.pack(self.elf_class)
        head = Header(
            FileType.RELOCATABLE, 0, 0, 0, start, len(self.headers), len(self.headers) - 1
        ).pack(self.elf_class)
        self.file[: len(head)] = head
        return bytes(self.file)


def _store_addend(data: bytearray, fixup: Fixup) -> None:
    """REL: the addend stands where the value will."""
    size = fixup.kind.size
    value = fixup.addend % (1 << 8 * size)
    data[fixup.offset : fixup.offset + size] = value.to_bytes(size, "little")
