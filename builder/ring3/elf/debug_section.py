"""A section of debugging information while it is written: bytes, and what waits for the linker.

It is written before addresses are known, as an assembler's output is, so that
it may go into a relocatable file as well as into a linked one.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ring3.asm.leb128 import uleb128
from ring3.asm.object import Fixup, FixupKind, Section, SectionFlag
from ring3.diagnostic import Location

_LENGTH_SIZE = 4
_ADDRESS_KINDS = {4: FixupKind.ABS32, 8: FixupKind.ABS64}


@dataclass
class DebugSection:
    """Grows at its end; ``address_size`` is in bytes."""

    name: str
    address_size: int
    location: Location
    data: bytearray = field(default_factory=bytearray)
    fixups: list[Fixup] = field(default_factory=list)

    def byte(self, *values: int) -> None:
        """Single bytes."""
        self.data += bytes(values)

    def fixed(self, value: int, size: int) -> None:
        """A number of a fixed size in bytes."""
        self.data += value.to_bytes(size, "little")

    def number(self, *values: int) -> None:
        """Numbers of any size, unsigned."""
        for value in values:
            self.data += uleb128(value)

    def text(self, value: str) -> None:
        """Characters and a NUL."""
        self.data += value.encode() + b"\0"

    def address(self, section: str, offset: int) -> None:
        """The address of a place in a section of code."""
        self._wait(_ADDRESS_KINDS[self.address_size], section, offset)

    def reference(self, section: str, offset: int = 0) -> None:
        """The place of something in another section of debugging information."""
        self._wait(FixupKind.ABS32, section, offset)

    def _wait(self, kind: FixupKind, section: str, offset: int) -> None:
        self.fixups.append(Fixup(len(self.data), kind, section, offset, self.location))
        self.data += bytes(kind.size)

    def begin_length(self) -> int:
        """Leave room for the length of what follows; for :meth:`end_length`."""
        self.data += bytes(_LENGTH_SIZE)
        return len(self.data)

    def end_length(self, start: int) -> None:
        """What began there ends here."""
        length = len(self.data) - start
        self.data[start - _LENGTH_SIZE : start] = length.to_bytes(_LENGTH_SIZE, "little")

    def finish(self) -> Section:
        """The section of an object; nothing of it is loaded."""
        return Section(
            self.name,
            SectionFlag.NONE,
            data=self.data,
            size=len(self.data),
            fixups=self.fixups,
        )


@dataclass
class DebugStrings:
    """A section of NUL-terminated strings, each there once."""

    section: DebugSection
    offsets: dict[str, int] = field(default_factory=dict)

    def add(self, value: str) -> int:
        """The string's offset."""
        offset = self.offsets.get(value)
        if offset is None:
            offset = self.offsets[value] = len(self.section.data)
            self.section.text(value)
        return offset

    def refer(self, holder: DebugSection, value: str) -> None:
        """Write where the string is to another section."""
        holder.reference(self.section.name, self.add(value))
