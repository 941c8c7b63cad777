"""Is this file a program that ring3 can run?  If not, what is it, and what to do?"""

from __future__ import annotations

import struct

from ring3.diagnostic import Ring3Error
from ring3.elf.format import PAGE_SIZE, ElfClass, FileType, SegmentType
from ring3.elf.layout import USER_END

STATIC = "build it statically: gcc -static, or musl-gcc -static"

MACHINES = {
    2: "SPARC",
    3: "the 32-bit x86 (i386)",
    8: "MIPS",
    20: "PowerPC",
    21: "64-bit PowerPC",
    22: "s390",
    40: "32-bit ARM",
    62: "x86-64",
    183: "64-bit ARM (AArch64)",
    243: "RISC-V",
    258: "LoongArch",
}

_HEADER = struct.Struct("<16sHHIQQQIHHHHHH")
_PROGRAM_HEADER = struct.Struct("<IIQQQQQQ")


def check_program(data: bytes, name: str) -> None:
    """Refuse what is no static ELF executable for x86-64 with one message (Ring3Error)."""
    _check_kind(data, name)
    fields = _HEADER.unpack_from(data)
    type_, offset, size, count = fields[1], fields[5], fields[9], fields[10]
    _check_type(type_, name)
    if size != _PROGRAM_HEADER.size and count:
        raise Ring3Error(f"{name} is not a sound ELF file: its program headers have {size} bytes")
    if offset + size * count > len(data):
        raise _truncated(name, offset + size * count, len(data))
    loads = 0
    for number in range(count):
        header = _PROGRAM_HEADER.unpack_from(data, offset + number * size)
        if header[0] == SegmentType.INTERPRETER:
            raise _dynamic(data, name, header)
        if header[0] == SegmentType.LOAD:
            loads += 1
            _check_load(data, name, header)
    if not loads:
        raise Ring3Error(f"{name} has nothing to load: no PT_LOAD among its program headers")
    if type_ == FileType.SHARED and not _is_pie(data, offset, count):
        raise Ring3Error(f"{name} is a shared library, not a program", help=STATIC)


def _check_kind(data: bytes, name: str) -> None:
    if not data:
        raise Ring3Error(f"{name} is empty")
    if not data.startswith(b"\x7fELF"):
        if data.startswith(b"#!"):
            raise Ring3Error(
                f"{name} is a script, not an ELF program",
                help="ring3 runs one program; give it the interpreter, statically linked",
            )
        raise Ring3Error(
            f"{name} is not an ELF program",
            help="give a static x86-64 executable, or a source whose name ends in .s",
        )
    if len(data) < 20:
        raise _truncated(name, _HEADER.size, len(data))
    big_endian = data[5] == 2
    machine = int.from_bytes(data[18:20], "big" if big_endian else "little")
    if machine != ElfClass.ELF64.machine or big_endian:
        if machine == ElfClass.ELF32.machine:
            raise Ring3Error(
                f"{name} is a 32-bit program; ring3 runs 64-bit programs",
                help="build it for x86-64, without -m32",
            )
        known = MACHINES.get(machine, f"machine {machine}, which is not x86-64")
        raise Ring3Error(
            f"{name} is a program for {known}; ring3 runs x86-64 programs",
            help="build it with a compiler for x86-64",
        )
    if data[4] != ElfClass.ELF64.ident:
        raise Ring3Error(
            f"{name} is a 32-bit (x32) program; ring3 runs 64-bit programs",
            help="build it without -mx32",
        )
    if len(data) < _HEADER.size:
        raise _truncated(name, _HEADER.size, len(data))


def _check_type(type_: int, name: str) -> None:
    if type_ == FileType.RELOCATABLE:
        raise Ring3Error(
            f"{name} is a relocatable object, not a program", help="link it: gcc -static, or ld"
        )
    if type_ not in (FileType.EXECUTABLE, FileType.SHARED):
        what = "a core dump" if type_ == 4 else f"an ELF file of type {type_}"
        raise Ring3Error(f"{name} is {what}, not a program")


def _check_load(data: bytes, name: str, header: tuple[int, ...]) -> None:
    _, _, offset, address, _, file_size, memory_size, _ = header
    if offset + file_size > len(data):
        raise _truncated(name, offset + file_size, len(data))
    if file_size > memory_size:
        raise Ring3Error(f"{name} is not a sound ELF file: a segment is larger than its memory")
    if address + memory_size > USER_END:
        raise Ring3Error(
            f"{name} wants to be loaded at {address:#x}, in the kernel's half of memory",
            help=f"a program lies below {USER_END:#x}; is this a kernel?",
        )
    if (address - offset) % PAGE_SIZE:
        raise Ring3Error(
            f"{name} cannot be mapped: a segment's address {address:#x} and file offset "
            f"{offset:#x} differ modulo {PAGE_SIZE}"
        )


def _dynamic(data: bytes, name: str, header: tuple[int, ...]) -> Ring3Error:
    offset, size = header[2], header[5]
    interpreter = data[offset : offset + size].rstrip(b"\0").decode(errors="replace")
    return Ring3Error(f"{name} is dynamically linked: it needs {interpreter}", help=STATIC)


def _truncated(name: str, wanted: int, found: int) -> Ring3Error:
    return Ring3Error(
        f"{name} is truncated: its headers speak of {wanted:,} bytes, the file has {found:,}",
        help="copy or build it again",
    )


def _is_pie(data: bytes, offset: int, count: int) -> bool:
    """Whether the dynamic section has DF_1_PIE: a static position-independent executable."""
    dt_flags_1, df_1_pie = 0x6FFFFFFB, 0x08000000
    for number in range(count):
        header = _PROGRAM_HEADER.unpack_from(data, offset + number * _PROGRAM_HEADER.size)
        if header[0] == SegmentType.DYNAMIC:
            entries = data[header[2] : header[2] + header[5]]
            pairs = struct.iter_unpack("<QQ", entries[: len(entries) // 16 * 16])
            return any(tag == dt_flags_1 and value & df_1_pie for tag, value in pairs)
    return False
