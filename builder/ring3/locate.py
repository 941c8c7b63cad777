"""Where it was that a program was killed, or the kernel panicked: RIP as symbol and source line.

    the kernel's report:  init bin/NAME entry=0x…   ... killed … rip=0x…   code at rip: …
    initrd.tar ──bin/NAME──> its symbols            ──> "divide+0x9"
    who built it ──DWARF───> its lines              ──> "divide.s:12: div ecx"

The kernel does not know the program's symbols; who built the program does.  A
program that replaced itself by another one (execve) is not what the initrd's
first program says any more, so the bytes at RIP must be the file's as well.
"""

from __future__ import annotations

import io
import re
import tarfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from elftools.common.exceptions import DWARFError, ELFError
from elftools.elf.elffile import ELFFile
from elftools.elf.sections import SymbolTableSection

from ring3.asm.source import display_name
from ring3.elf.source_lines import SourceLine, find_source

KERNEL = "kernel.elf"
VDSO = "the vDSO"

Debuggable = Mapping[str, Callable[[], bytes]]
"""Files with debugging information, by their names in the initrd, or one of those above."""

_INIT = re.compile(r"^ring3: init (\S+) entry=0x([0-9a-f]+)", re.MULTILINE)
_KILLED = re.compile(r"^ring3: killed .* rip=0x([0-9a-f]+)$", re.MULTILINE)
_PANIC = re.compile(r"^ring3: panic: .* rip=0x([0-9a-f]+)$", re.MULTILINE)
_CODE = re.compile(r"^ring3:   code at rip:((?: [0-9a-f]{2})+)$", re.MULTILINE)
_VDSO = re.compile(r"^ring3: vdso text=0x([0-9a-f]+)", re.MULTILINE)


def location(voice: bytes, initrd: Path, debuggable: Debuggable | None = None) -> str | None:
    """Of a killed program or of a panic, or None when it is not known:

    "0x401009 is _start+0x9 in bin/divide, divide.s:12: div ecx"
    """
    text = voice.decode(errors="backslashreplace")
    files = debuggable or {}
    try:
        if panic := _PANIC.search(text):
            return _in_file(int(panic[1], 16), 0, KERNEL, files, None)
        return _in_program(text, initrd, files)
    except (KeyError, tarfile.TarError, ELFError, DWARFError):
        return None


def _in_program(text: str, initrd: Path, files: Debuggable) -> str | None:
    started, killed, code = (pattern.search(text) for pattern in (_INIT, _KILLED, _CODE))
    if started is None or killed is None or code is None:
        return None
    name, entry, rip = started[1], int(started[2], 16), int(killed[1], 16)
    with tarfile.open(initrd) as archive:
        member = archive.extractfile(name.lstrip("/"))
        program = ELFFile(io.BytesIO(b"" if member is None else member.read()))
    bias = entry - program["e_entry"]  # a static-pie program lies elsewhere
    if _holds(program, rip - bias, bytes.fromhex(code[1])):
        return _in_file(rip, bias, name, files, program)
    vdso = _VDSO.search(text)
    return None if vdso is None else _in_file(rip, int(vdso[1], 16), VDSO, files, None)


def _in_file(
    rip: int, bias: int, name: str, files: Debuggable, program: ELFFile | None
) -> str | None:
    """RIP in the symbols and lines of a file that lies ``bias`` bytes from where it was linked."""
    if name in files:
        program = ELFFile(io.BytesIO(files[name]()))
    if program is None:
        return None
    address = rip - bias
    symbol = _nearest(program, address)
    if symbol is None:
        return None
    value, symbol_name = symbol
    offset = f"+{address - value:#x}" if address != value else ""
    return f"{rip:#x} is {symbol_name}{offset} in {name}{_source(program, address)}"


def _source(program: ELFFile, address: int) -> str:
    """The line, and the calls of macros that led to it, as far as they are known."""
    place = find_source(program, address)
    if place is None:
        return ""
    text = " ".join((place.at.text() or "").split())
    calls = "".join(f" (macro {macro}, called at {_shown(at)})" for macro, at in place.calls)
    return f", {_shown(place.at)}{f': {text}' if text else ''}{calls}"


def _shown(at: SourceLine) -> str:
    return f"{display_name(at.path)}:{at.line}"


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
