"""Is this file a program that ring3 can run?  If not, what is it, and what to do?"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

from ring3.diagnostic import Ring3Error
from ring3.elf.format import PAGE_SIZE, ElfClass, FileType, SegmentType
from ring3.elf.layout import USER32_END, USER_END

STATIC = "build it statically: gcc -static, or musl-gcc -static"

MACHINES = {
    2: "SPARC",
    8: "MIPS",
    20: "PowerPC",
    21: "64-bit PowerPC",
    22: "s390",
    40: "32-bit ARM",
    183: "64-bit ARM (AArch64)",
    243: "RISC-V",
    258: "LoongArch",
}

USER_ENDS = {ElfClass.ELF64: USER_END, ElfClass.ELF32: USER32_END}
HEADERS = {
    ElfClass.ELF64: struct.Struct("<16sHHIQQQIHHHHHH"),
    ElfClass.ELF32: struct.Struct("<16sHHIIIIIHHHHHH"),
}


class _Segment(NamedTuple):
    """A program header; the field order is that of ELF64."""

    type: int
    flags: int
    offset: int
    address: int
    physical: int
    file_size: int
    memory_size: int
    alignment: int


def check_program(data: bytes, name: str) -> None:
    """Refuse what is no static ELF executable for x86-64 or the i386 (Ring3Error)."""
    elf_class = _check_kind(data, name)
    fields = HEADERS[elf_class].unpack_from(data)
    type_, offset, size, count = fields[1], fields[5], fields[9], fields[10]
    _check_type(type_, name)
    if size != elf_class.program_header_size and count:
        raise Ring3Error(f"{name} is not a sound ELF file: its program headers have {size} bytes")
    if offset + size * count > len(data):
        raise _truncated(name, offset + size * count, len(data))
    segments = list(_segments(data[offset : offset + size * count], elf_class))
    for segment in segments:
        if segment.type == SegmentType.INTERPRETER:
            raise _dynamic(data, name, segment)
        if segment.type == SegmentType.LOAD:
            _check_load(data, name, segment, USER_ENDS[elf_class])
    if not any(segment.type == SegmentType.LOAD for segment in segments):
        raise Ring3Error(f"{name} has nothing to load: no PT_LOAD among its program headers")
    if type_ == FileType.SHARED and not _is_pie(data, segments, elf_class):
        raise Ring3Error(f"{name} is a shared library, not a program", help=STATIC)


def _segments(table: bytes, elf_class: ElfClass) -> Iterator[_Segment]:
    """The program headers; ELF32 has the flags last but one (gABI 4.1+, chapter 5)."""
    if elf_class is ElfClass.ELF64:
        for row in struct.iter_unpack("<IIQQQQQQ", table):
            yield _Segment(*row)
    else:
        for type_, offset, address, physical, *rest in struct.iter_unpack("<IIIIIIII", table):
            file_size, memory_size, flags, alignment = rest
            yield _Segment(
                type_, flags, offset, address, physical, file_size, memory_size, alignment
            )


def _check_kind(data: bytes, name: str) -> ElfClass:
    """Whose program it is, by its first bytes."""
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
        raise _truncated(name, HEADERS[ElfClass.ELF64].size, len(data))
    big_endian = data[5] == 2
    machine = int.from_bytes(data[18:20], "big" if big_endian else "little")
    known = {elf_class.machine: elf_class for elf_class in ElfClass}
    if machine not in known or big_endian:
        what = MACHINES.get(machine, f"machine {machine}, which is no x86")
        raise Ring3Error(
            f"{name} is a program for {what}; ring3 runs x86-64 and i386 programs",
            help="build it with a compiler for x86-64",
        )
    elf_class = known[machine]
    if data[4] != elf_class.ident:
        if elf_class is ElfClass.ELF64:
            raise Ring3Error(
                f"{name} is a 32-bit program for x86-64 (x32); ring3 runs those of 64 bits",
                help="build it without -mx32",
            )
        raise Ring3Error(f"{name} is not a sound ELF file: no i386 program is of class {data[4]}")
    if len(data) < HEADERS[elf_class].size:
        raise _truncated(name, HEADERS[elf_class].size, len(data))
    return elf_class


def _check_type(type_: int, name: str) -> None:
    if type_ == FileType.RELOCATABLE:
        raise Ring3Error(
            f"{name} is a relocatable object, not a program", help="link it: gcc -static, or ld"
        )
    if type_ not in (FileType.EXECUTABLE, FileType.SHARED):
        what = "a core dump" if type_ == 4 else f"an ELF file of type {type_}"
        raise Ring3Error(f"{name} is {what}, not a program")


def _check_load(data: bytes, name: str, segment: _Segment, end: int) -> None:
    if segment.offset + segment.file_size > len(data):
        raise _truncated(name, segment.offset + segment.file_size, len(data))
    if segment.file_size > segment.memory_size:
        raise Ring3Error(f"{name} is not a sound ELF file: a segment is larger than its memory")
    if segment.address + segment.memory_size > end:
        raise Ring3Error(
            f"{name} wants to be loaded at {segment.address:#x}, in the kernel's part of memory",
            help=f"a program lies below {end:#x}; is this a kernel?",
        )
    if (segment.address - segment.offset) % PAGE_SIZE:
        raise Ring3Error(
            f"{name} cannot be mapped: a segment's address {segment.address:#x} and file offset "
            f"{segment.offset:#x} differ modulo {PAGE_SIZE}"
        )


def _dynamic(data: bytes, name: str, segment: _Segment) -> Ring3Error:
    path = data[segment.offset : segment.offset + segment.file_size]
    interpreter = path.rstrip(b"\0").decode(errors="replace")
    return Ring3Error(f"{name} is dynamically linked: it needs {interpreter}", help=STATIC)


def _truncated(name: str, wanted: int, found: int) -> Ring3Error:
    return Ring3Error(
        f"{name} is truncated: its headers speak of {wanted:,} bytes, the file has {found:,}",
        help="copy or build it again",
    )


def _is_pie(data: bytes, segments: list[_Segment], elf_class: ElfClass) -> bool:
    """Whether the dynamic section has DF_1_PIE: a static position-independent executable."""
    dt_flags_1, df_1_pie = 0x6FFFFFFB, 0x08000000
    size = 2 * elf_class.word_size
    for segment in segments:
        if segment.type == SegmentType.DYNAMIC:
            entries = data[segment.offset : segment.offset + segment.file_size]
            pairs = struct.iter_unpack(
                "<QQ" if elf_class is ElfClass.ELF64 else "<II",
                entries[: len(entries) // size * size],
            )
            return any(tag == dt_flags_1 and value & df_1_pie for tag, value in pairs)
    return False
