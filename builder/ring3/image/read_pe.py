"""Reading a PE32+ file: its sections, and what kind of program it is.

Microsoft, PE Format.
"""

from __future__ import annotations

from dataclasses import dataclass

from ring3.diagnostic import Ring3Error
from ring3.image.medium import Medium

MACHINES = {0x8664: "x86-64", 0x14C: "i386", 0xAA64: "arm64"}
EFI_APPLICATION = 10
PE32_PLUS = 0x20B


@dataclass(frozen=True, slots=True)
class FoundSection:
    """``address`` counts from the image's base; ``offset`` is in the file."""

    name: str
    address: int
    size: int
    offset: int
    file_size: int


@dataclass(frozen=True, slots=True)
class PeFile:
    """What the headers say."""

    machine: str
    efi_application: bool
    entry: int
    sections: list[FoundSection]

    def section(self, name: str) -> FoundSection | None:
        """The section of a name."""
        return next((section for section in self.sections if section.name == name), None)


def is_pe(medium: Medium) -> bool:
    """Does it begin as every program of that kind does?"""
    return medium.size >= 64 and medium.read(0, 2) == b"MZ"


def read_pe(medium: Medium) -> PeFile:
    """The headers; raises Ring3Error when it is none, or ends before a section does."""
    (start,) = medium.unpack("<I", 60)
    signature, machine, count, optional_size = medium.unpack("<4sHH12xH2x", start)
    magic, entry = medium.unpack("<H14xI", start + 24)
    if signature != b"PE\0\0" or magic != PE32_PLUS:
        raise Ring3Error(f"{medium.name} is not a PE32+ file: its headers make no sense")
    (subsystem,) = medium.unpack("<H", start + 24 + 68)
    sections = []
    for number in range(count):
        at = start + 24 + optional_size + number * 40
        name, size, address, file_size, offset = medium.unpack("<8sIIII", at)
        text = name.rstrip(b"\0").decode("ascii", errors="replace")
        medium.part(f"section {text}", offset, file_size)
        sections.append(FoundSection(text, address, size, offset, file_size))
    return PeFile(
        MACHINES.get(machine, f"machine {machine:#x}"),
        subsystem == EFI_APPLICATION,
        entry,
        sections,
    )
