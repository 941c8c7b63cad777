"""Where in a program's own words it was killed: RIP as a symbol and an offset.

    the kernel's report:  init bin/NAME entry=0x…   ... killed … rip=0x…   code at rip: …
    initrd.tar ──bin/NAME──> its symbols            ──> "divide+0x9"

The kernel does not know the program's symbols; who built the program does.  A
program that replaced itself by another one (execve) is not what the initrd's
first program says any more, so the bytes at RIP must be the file's as well.
"""

from __future__ import annotations

import io
import re
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from elftools.common.exceptions import ELFError
from elftools.elf.elffile import ELFFile
from elftools.elf.sections import SymbolTableSection

_INIT = re.compile(r"^ring3: init (\S+) entry=0x([0-9a-f]+)", re.MULTILINE)
_KILLED = re.compile(r"^ring3: killed .* rip=0x([0-9a-f]+)$", re.MULTILINE)
_CODE = re.compile(r"^ring3:   code at rip:((?: [0-9a-f]{2})+)$", re.MULTILINE)


def location(voice: bytes, initrd: Path) -> str | None:
    """Of a killed program: "0x401009 is _start+0x9 in bin/divide", or None when it is not known."""
    text = voice.decode(errors="backslashreplace")
    started, killed, code = (pattern.search(text) for pattern in (_INIT, _KILLED, _CODE))
    if started is None or killed is None or code is None:
        return None
    name, entry, rip = started[1], int(started[2], 16), int(killed[1], 16)
    try:
        with tarfile.open(initrd) as archive:
            member = archive.extractfile(name.lstrip("/"))
            program = ELFFile(io.BytesIO(b"" if member is None else member.read()))
        address = rip - (entry - program["e_entry"])  # a static-pie program lies elsewhere
        if not _holds(program, address, bytes.fromhex(code[1])):
            return None
        symbol = _nearest(program, address)
    except (KeyError, tarfile.TarError, ELFError):
        return None
    if symbol is None:
        return None
    value, symbol_name = symbol
    offset = f"+{address - value:#x}" if address != value else ""
    return f"{rip:#x} is {symbol_name}{offset} in {name}"


def _holds(program: ELFFile, address: int, code: bytes) -> bool:
    """Whether the program's file has ``code`` at ``address``, as far as the segment goes."""
    for segment in program.iter_segments("PT_LOAD"):
        offset = address - segment["p_vaddr"]
        if 0 <= offset < segment["p_filesz"]:
            expected = segment.data()[offset : offset + len(code)]
            return bool(code.startswith(expected))
    return False


def _nearest(program: ELFFile, address: int) -> tuple[int, str] | None:
    """The last symbol at or before ``address`` in the same section."""
    section = next(
        (
            index
            for index, section in enumerate(program.iter_sections())
            if section["sh_addr"] <= address < section["sh_addr"] + section["sh_size"]
            and section["sh_addr"]
        ),
        None,
    )
    symbols = (
        (symbol["st_value"], symbol.name)
        for symbol in _symbols(program)
        if symbol["st_shndx"] == section and symbol["st_value"] <= address
    )
    return max(symbols, key=lambda symbol: symbol[0], default=None)


def _symbols(program: ELFFile) -> Iterator[Any]:
    """Those that stand for code or data."""
    for section in program.iter_sections():
        if isinstance(section, SymbolTableSection):
            for symbol in section.iter_symbols():
                if symbol["st_info"]["type"] in ("STT_FUNC", "STT_NOTYPE", "STT_OBJECT"):
                    yield symbol
