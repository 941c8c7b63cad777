"""Bytes to Capstone's text of them, many instructions at once, by its C library.

    01 d8 48 8b 03 ── cs_disasm ──> (2, "add", "eax, ebx"), (3, "mov", "rax, qword ptr [rbx]")

Capstone's Python package reads in the instruction sets of seventeen processors
before it decodes anything, which takes longer than reading back a file.  Its
library is asked by itself; the package is there for what needs operands in
detail, and for a library that is not where, or not the one, that is expected.
"""

from __future__ import annotations

import ctypes
import struct
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

Line = tuple[int, str, str]
"""Size in bytes, mnemonic with its prefixes, operands."""

_VERSION = 5  # the major one, whose cs_insn is the one below
_X86 = 3  # CS_ARCH_X86
_MODES = {16: 1 << 1, 32: 1 << 2, 64: 1 << 3}  # CS_MODE_16 and so on
_INSTRUCTION = struct.Struct("@IQH24s32s160sP")  # id, address, size, bytes, mnemonic, text, detail


def disassemble(data: bytes, mode: int) -> list[Line]:
    """The instructions in ``data``, up to the first bytes that are none."""
    library = _library()
    if library is None:
        return _by_package(data, mode)
    rows = ctypes.c_void_p()
    count = library.cs_disasm(_handle(mode), data, len(data), 0, 0, ctypes.byref(rows))
    if not count:
        return []
    try:
        memory = ctypes.string_at(rows.value or 0, count * _INSTRUCTION.size)
    finally:
        library.cs_free(rows, count)
    return [
        (size, _text(mnemonic), _text(operands))
        for _, _, size, _, mnemonic, operands, _ in _INSTRUCTION.iter_unpack(memory)
    ]


def _text(field: bytes) -> str:
    """What stands before the first NUL."""
    return field.partition(b"\0")[0].decode("ascii")


@cache
def _library() -> ctypes.CDLL | None:
    """The library inside of the package; None when it is another one, or not there."""
    spec = find_spec("capstone")
    if spec is None or spec.origin is None:
        return None
    try:
        library = ctypes.CDLL(str(Path(spec.origin).parent / "lib" / "libcapstone.so"))
    except OSError:
        return None
    if library.cs_version(None, None) >> 8 != _VERSION:
        return None
    pointer, size = ctypes.c_void_p, ctypes.c_size_t
    library.cs_open.argtypes = (ctypes.c_int, ctypes.c_int, ctypes.POINTER(size))
    library.cs_disasm.restype = size
    library.cs_disasm.argtypes = (
        size, ctypes.c_char_p, size, ctypes.c_uint64, size, ctypes.POINTER(pointer),
    )  # fmt: skip
    library.cs_free.restype = None
    library.cs_free.argtypes = (pointer, size)
    return library


@cache
def _handle(mode: int) -> ctypes.c_size_t:
    library = _library()
    handle = ctypes.c_size_t()
    if library is None or library.cs_open(_X86, _MODES[mode], ctypes.byref(handle)):
        raise OSError("Capstone cannot be opened")
    return handle


def _by_package(data: bytes, mode: int) -> list[Line]:
    return [line[1:] for line in _package(mode).disasm_lite(data, 0)]


@cache
def _package(mode: int) -> Any:
    import capstone  # noqa: PLC0415  # takes its time

    return capstone.Cs(_X86, _MODES[mode])
