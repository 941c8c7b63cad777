"""Names for addresses: symbol, file, line, and the line's text.

    kernel.elf      at its virtual and, while paging is off, its physical addresses
    bin/NAME        process 1, at the entry that the kernel's boot log names
    the vDSO        where the boot log says that it lies
                        └──> Place: "kernel.elf syscall_entry+0x9, entry/syscall.s:34"

DWARF is used where it is there, a symbol table else.  Any kernel's ELF file will do.
"""

from __future__ import annotations

import io
import re
import tarfile
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from elftools.common.exceptions import DWARFError, ELFError
from elftools.elf.constants import SH_FLAGS
from elftools.elf.elffile import ELFFile
from elftools.elf.sections import SymbolTableSection

from ring3.asm.source import display_name
from ring3.elf.source_lines import SourceLine, find_constants, find_source
from ring3.locate import KERNEL, VDSO, Debuggable

_INIT = re.compile(r"^ring3: init (\S+) entry=0x([0-9a-f]+)", re.MULTILINE)
_NAME = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")
_VDSO = re.compile(r"^ring3: vdso text=0x([0-9a-f]+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a source; ``text`` is empty when the file is not there."""

    file: str
    number: int
    text: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.number}"


@dataclass(frozen=True, slots=True)
class Constant:
    """A name that a line uses for a number, and the line that says so."""

    name: str
    value: int
    line: Line


@dataclass(frozen=True, slots=True)
class Place:
    """What lies at an address: ``symbol`` + ``offset`` of ``file``, and which line it was.

    ``calls`` are the macros that led to the line and where they are called, the
    innermost first; ``bits`` are the file's, 32 or 64.
    """

    address: int
    file: str
    section: str
    symbol: str | None = None
    offset: int = 0
    line: Line | None = None
    bits: int = 64
    calls: tuple[tuple[str, Line], ...] = ()

    @property
    def name(self) -> str:
        """ "syscall_entry+0x9", or the section where there is no symbol."""
        if self.symbol is None:
            return self.section
        return f"{self.symbol}+{self.offset:#x}" if self.offset else self.symbol


class Symbols(Protocol):
    """Who can name addresses."""

    def place(self, address: int) -> Place | None:
        """What lies at an address, or None when nothing that is known does."""

    def address(self, name: str) -> int | None:
        """The kernel's symbol of that name."""

    def constants(self, address: int) -> Sequence[Constant]:
        """The constants that the line names from which an address comes."""

    def file_bytes(self, address: int, size: int) -> bytes | None:
        """What the file has at an address, for memory that cannot be read."""

    def instructions(self, text: str) -> Sequence[int]:
        """The addresses of the kernel's instructions that begin so: "lidt", "mov cr3"."""


@dataclass(frozen=True)
class Image:
    """An ELF file that lies ``bias`` bytes from where it was linked."""

    name: str
    read: Callable[[], bytes]
    bias: int = 0

    @cached_property
    def _elf(self) -> ELFFile | None:
        try:
            return ELFFile(io.BytesIO(self.read()))
        except (ELFError, OSError):
            return None

    @cached_property
    def _sections(self) -> list[tuple[int, int, int, str]]:
        """Start, end, index, name of what is loaded."""
        if self._elf is None:
            return []
        return [
            (section["sh_addr"], section["sh_addr"] + section["sh_size"], index, section.name)
            for index, section in enumerate(self._elf.iter_sections())
            if section["sh_flags"] & SH_FLAGS.SHF_ALLOC
        ]

    @cached_property
    def _segments(self) -> list[Any]:
        return [] if self._elf is None else list(self._elf.iter_segments("PT_LOAD"))

    @cached_property
    def _symbols(self) -> list[tuple[int, int, str]]:
        """Address, section, name, sorted."""
        if self._elf is None:
            return []
        return sorted(
            (symbol["st_value"], symbol["st_shndx"], symbol.name)
            for section in self._elf.iter_sections()
            if isinstance(section, SymbolTableSection)
            for symbol in section.iter_symbols()
            if symbol["st_info"]["type"] in ("STT_FUNC", "STT_NOTYPE", "STT_OBJECT")
            and isinstance(symbol["st_shndx"], int)
            and symbol.name
        )

    @cached_property
    def _by_name(self) -> dict[str, int]:
        return {name: value for value, _, name in self._symbols}

    def linked(self, address: int) -> int | None:
        """The address as it was linked: also for a physical one, before paging is on."""
        if any(start <= address - self.bias < end for start, end, _, _ in self._sections):
            return address - self.bias
        for segment in self._segments if self.name == KERNEL else ():
            if 0 <= address - segment["p_paddr"] < segment["p_memsz"]:
                return int(address - segment["p_paddr"] + segment["p_vaddr"])
        return None

    def address(self, name: str) -> int | None:
        value = self._by_name.get(name)
        return None if value is None else value + self.bias

    def place(self, address: int) -> Place | None:
        linked = self.linked(address)
        section = next((s for s in self._sections if linked and s[0] <= linked < s[1]), None)
        if linked is None or section is None:
            return None
        _, _, index, section_name = section
        end = bisect_right(self._symbols, (linked, 1 << 62, ""))
        own = next((s for s in reversed(self._symbols[:end]) if s[1] == index), None)
        symbol, offset = (None, 0) if own is None else (own[2], linked - own[0])
        line, calls = self._line(linked)
        bits = 64 if self._elf is None else self._elf.elfclass
        return Place(address, self.name, section_name, symbol, offset, line, bits, calls)

    def _line(self, linked: int) -> tuple[Line | None, tuple[tuple[str, Line], ...]]:
        try:
            found = None if self._elf is None else find_source(self._elf, linked)
        except (DWARFError, ELFError):
            found = None
        if found is None:
            return None, ()
        return _line(found.at), tuple((name, _line(at)) for name, at in found.calls)

    def constants(self, address: int) -> list[Constant]:
        """In the order in which the line, and the macros' calls that led to it, name them."""
        place, linked = self.place(address), self.linked(address)
        if place is None or place.line is None or linked is None or self._elf is None:
            return []
        try:
            known = find_constants(self._elf, linked)
        except (DWARFError, ELFError):
            return []
        lines = (place.line, *(at for _, at in place.calls))
        names = (name for line in lines for name in _NAME.findall(line.text.split("#")[0]))
        return [
            Constant(name, known[name].value, _line(known[name].at))
            for name in dict.fromkeys(names)
            if name in known
        ]

    def file_bytes(self, address: int, size: int) -> bytes | None:
        linked = self.linked(address)
        for segment in self._segments:
            if linked is not None and 0 <= linked - segment["p_vaddr"] < segment["p_filesz"]:
                start = linked - segment["p_vaddr"]
                return bytes(segment.data()[start : start + size])
        return None

    def code(self) -> Iterator[tuple[int, bytes]]:
        """Address and bytes of each executable section."""
        if self._elf is not None:
            for section in self._elf.iter_sections():
                if section["sh_flags"] & SH_FLAGS.SHF_EXECINSTR:
                    yield section["sh_addr"] + self.bias, section.data()


class Images:
    """All the files of a run that can name addresses."""

    def __init__(self, images: Sequence[Image]) -> None:
        self._images = images
        self._places: dict[int, Place | None] = {}

    def place(self, address: int) -> Place | None:
        if address not in self._places:
            places = (image.place(address) for image in self._images)
            self._places[address] = next((place for place in places if place), None)
        return self._places[address]

    def address(self, name: str) -> int | None:
        kernel = self._kernel()
        return None if kernel is None else kernel.address(name)

    def constants(self, address: int) -> Sequence[Constant]:
        return next((found for image in self._images if (found := image.constants(address))), ())

    def file_bytes(self, address: int, size: int) -> bytes | None:
        found = (image.file_bytes(address, size) for image in self._images)
        return next((data for data in found if data), None)

    def instructions(self, text: str) -> Sequence[int]:
        kernel = self._kernel()
        return [] if kernel is None else list(_occurrences(kernel, text))

    def _kernel(self) -> Image | None:
        return next((image for image in self._images if image.name == KERNEL), None)


def images_of(
    voice: str, files: Debuggable, kernel: Path | None = None, initrd: Path | None = None
) -> Images:
    """What can name the addresses of a run.

    ``files`` have debugging information; what they lack is taken from ``kernel``
    and ``initrd``, the files that were booted.
    """
    images = []
    if KERNEL in files:
        images.append(Image(KERNEL, files[KERNEL]))
    elif kernel is not None:
        images.append(Image(KERNEL, kernel.read_bytes))
    if program := _program(voice, files, initrd):
        images.append(program)
    if (vdso := _VDSO.search(voice)) and VDSO in files:
        images.append(Image(VDSO, files[VDSO], int(vdso[1], 16)))
    return Images(images)


def _program(voice: str, files: Debuggable, initrd: Path | None) -> Image | None:
    """Process 1's program, as far as it is what the boot log says."""
    started = _INIT.search(voice)
    if started is None:
        return None
    name, entry = started[1].lstrip("/"), int(started[2], 16)
    try:
        data = files[name]() if name in files else _member(initrd, name)
        bias = entry - ELFFile(io.BytesIO(data))["e_entry"]
    except (KeyError, OSError, tarfile.TarError, ELFError):
        return None
    return Image(name, lambda: data, bias)


def _member(initrd: Path | None, name: str) -> bytes:
    if initrd is None:
        raise KeyError(name)
    with tarfile.open(initrd) as archive:
        member = archive.extractfile(name)
        return b"" if member is None else member.read()


def _line(at: SourceLine) -> Line:
    return Line(display_name(at.path), at.line, at.text() or "")


def _occurrences(kernel: Image, text: str) -> Iterator[int]:
    """Decoded from the start of each section; what is no code in between is skipped."""
    from capstone import CS_ARCH_X86, CS_MODE_64, Cs  # noqa: PLC0415  # few runs need it

    decoder = Cs(CS_ARCH_X86, CS_MODE_64)
    decoder.skipdata = True
    for start, code in kernel.code():
        for address, _, name, operands in decoder.disasm_lite(code, start):
            if f"{name} {operands}".startswith(text):
                yield address
