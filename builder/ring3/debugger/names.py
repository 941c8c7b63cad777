"""Addresses by name: the kernel's symbols, the program's and the vDSO's, where they lie now.

0xffffffff80101cb6  ──>  "0xffffffff80101cb6 <syscall_entry>"
"""

from __future__ import annotations

import io
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field

from elftools.elf.elffile import ELFFile
from elftools.elf.sections import SymbolTableSection

from ring3.x86.descriptors import plain_address

_NAMED = ("STT_FUNC", "STT_NOTYPE", "STT_OBJECT")


@dataclass(frozen=True, slots=True)
class _Symbol:
    address: int
    name: str
    end: int  # of its section


@dataclass
class Names:
    """The symbols of some ELF files, each at its place."""

    _files: dict[str, list[_Symbol]] = field(default_factory=dict)

    def add(self, key: str, file: bytes, bias: int = 0) -> None:
        """Take the symbols of a file that lies ``bias`` bytes from where it was linked.

        They replace those that were added under the same ``key`` before.
        """
        self._files[key] = sorted(_symbols(file, bias), key=lambda symbol: symbol.address)

    def __call__(self, address: int) -> str:
        """The address, and the last symbol at or before it in the same section."""
        for symbols in self._files.values():
            place = bisect_right(symbols, address, key=lambda symbol: symbol.address) - 1
            if place >= 0 and address < symbols[place].end:
                offset = address - symbols[place].address
                return f"{plain_address(address)} <{symbols[place].name}{_plus(offset)}>"
        return plain_address(address)

    def symbol(self, address: int) -> str | None:
        """The name alone, whatever the offset."""
        text = self(address)
        return text.split("<")[1].split("+")[0].rstrip(">") if "<" in text else None


def _plus(offset: int) -> str:
    return f"+{offset:#x}" if offset else ""


def _symbols(file: bytes, bias: int) -> Iterable[_Symbol]:
    elf = ELFFile(io.BytesIO(file))
    ends = [section["sh_addr"] + section["sh_size"] for section in elf.iter_sections()]
    for table in elf.iter_sections():
        if not isinstance(table, SymbolTableSection):
            continue
        for symbol in table.iter_symbols():
            index, kind = symbol["st_shndx"], symbol["st_info"]["type"]
            if kind not in _NAMED or not isinstance(index, int) or not symbol.name:
                continue
            # What the linker itself defines (__text_start) names no routine.
            if kind == "STT_FUNC" or not symbol.name.startswith("__"):
                yield _Symbol(symbol["st_value"] + bias, symbol.name, ends[index] + bias)
