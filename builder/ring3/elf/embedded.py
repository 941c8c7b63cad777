"""A file's bytes as an object, so that a program can carry it: the kernel its vDSO."""

from __future__ import annotations

from ring3.asm.object import Binding, Object, Section, SectionFlag, Symbol, SymbolType
from ring3.diagnostic import Location


def embed(name: str, data: bytes, section: str = ".rodata", alignment: int = 4096) -> Object:
    """An object whose one section holds ``data``, between ``NAME_start`` and ``NAME_end``.

    The section is padded with zeros to a multiple of ``alignment``, so that
    nothing else shares its last page; ``NAME_end`` is the end of the padding.
    """
    padded = bytearray(data) + bytes(-len(data) % alignment)
    at = Location(name, 1)
    holder = Section(section, SectionFlag.ALLOC, alignment=alignment, data=padded)
    symbols = {
        f"{name}_start": Symbol(
            f"{name}_start", section, 0, at, len(padded), SymbolType.OBJECT, Binding.GLOBAL
        ),
        f"{name}_end": Symbol(f"{name}_end", section, len(padded), at, binding=Binding.GLOBAL),
    }
    return Object(name, {section: holder}, symbols)
