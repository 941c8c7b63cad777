"""Reading what a loader of ours was told: what it loads to where, and the command line.

stage 2            "ring3 stage2", then where its tables are
EFI application    the sections .loads and .cmdline
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

from ring3.diagnostic import Ring3Error
from ring3.image.bios import STAGE2_ADDRESS, STAGE2_SIZE
from ring3.image.loads import COMMAND_LINE_MAX, ROW, checksum, unpack
from ring3.image.medium import Medium
from ring3.image.read_pe import PeFile

STAGE2_NAME = b"ring3 stage2"
STAGE2_NAME_OFFSETS = range(2, 17)
"""Behind the jump that stage 2 begins with, aligned."""


@dataclass(frozen=True, slots=True)
class FoundLoad:
    """A row of the load table: the ``packed_size`` bytes at ``offset`` unpack to ``size``.

    Zeros follow them up to ``memory_size``.  ``address`` is physical; 0 means that the loader
    chooses one.
    """

    name: str
    offset: int
    packed_size: int
    size: int
    memory_size: int
    address: int


@dataclass(frozen=True, slots=True)
class FoundLoader:
    """``entry`` is the kernel's, a physical address."""

    name: str
    entry: int
    command_line: str
    loads: list[FoundLoad]


def read_stage2(medium: Medium, offset: int, name: str) -> FoundLoader | None:
    """The BIOS's loader, if its second stage begins at ``offset``; ``name`` is to be its own."""
    if offset + STAGE2_SIZE > medium.size:
        return None
    stage = medium.read(offset, STAGE2_SIZE)
    at = stage.find(STAGE2_NAME, STAGE2_NAME_OFFSETS.start, STAGE2_NAME_OFFSETS.stop + 12)
    if at < 0:
        return None
    part = medium.part("its loader", offset, STAGE2_SIZE)
    table, end, command_line, entry, sector_size = part.unpack("<5I", at + len(STAGE2_NAME))
    rows = part.read(table - STAGE2_ADDRESS, end - table)
    text = stage[command_line - STAGE2_ADDRESS :]
    return FoundLoader(name, entry, _text(text), _rows(medium, rows, sector_size, 0))


def read_application(medium: Medium, start: int, application: PeFile) -> FoundLoader | None:
    """UEFI's loader, if the application, which begins at ``start``, is ours."""
    table, text = application.section(".loads"), application.section(".cmdline")
    if table is None or text is None or table.size < 4:
        return None
    entry = int.from_bytes(medium.read(start + table.offset, 4), "little")
    rows = medium.read(start + table.offset + 4, table.size - 4)
    command_line = medium.read(start + text.offset, text.size)
    loads = _rows(medium, rows, 1, start)
    return FoundLoader("UEFI", entry, _text(command_line), loads)


def read_load(medium: Medium, load: FoundLoad) -> Medium:
    """What a loader makes of a load: a medium of its own."""
    data = unpack(medium.read(load.offset, load.packed_size), load.size)
    if data is None:
        raise Ring3Error(f"{medium.name} is damaged: its {load.name} cannot be unpacked")
    return Medium(f"its {load.name}", BytesIO(data), 0, len(data))


def _rows(medium: Medium, table: bytes, unit: int, start: int) -> list[FoundLoad]:
    """The rows, with their places in bytes from the medium's beginning."""
    if len(table) % ROW.size:
        raise Ring3Error(f"{medium.name}: its loader's table makes no sense")
    found = []
    for name, place, packed_size, sum_, address, size, memory_size in ROW.iter_unpack(table):
        text = name.rstrip(b"\0").decode("ascii", errors="replace")
        offset = start + place * unit
        if checksum(medium.part(f"its {text}", offset, packed_size).read(0, packed_size)) != sum_:
            raise Ring3Error(f"{medium.name} is damaged: the checksum of its {text} is wrong")
        found.append(FoundLoad(text, offset, packed_size, size, memory_size, address))
    return found


def _text(data: bytes) -> str:
    return data[: COMMAND_LINE_MAX + 1].partition(b"\0")[0].decode(errors="replace")
