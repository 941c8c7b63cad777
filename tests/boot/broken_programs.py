"""Programs that are broken in every way, and some that are only odd: a table.

    a good program ── Elf.parse ──> header, segments ── a row's changes ──> bytes

Each row is a file; what a kernel makes of it is the test's question
(test_broken_programs.py), and Linux's answer is the right one.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

PT_NULL, PT_LOAD, PT_DYNAMIC, PT_INTERP, PT_GNU_STACK = 0, 1, 2, 3, 0x6474E551
PF_X, PF_W, PF_R = 1, 2, 4
PAGE = 4096


@dataclass(frozen=True)
class Width:
    """How the two widths of ELF lay out what they both have, and where addresses end."""

    bits: int
    header: str
    segment: str
    order: tuple[str, ...]
    header_size: int
    last_page: int
    kernel: int

    @property
    def segment_size(self) -> int:
        return struct.calcsize(self.segment)

    @property
    def half(self) -> int:
        """The number whose only bit is the sign."""
        return 1 << self.bits - 1

    @property
    def most_headers(self) -> int:
        """Linux reads no more than 64 KiB of them."""
        return 0x10000 // self.segment_size


ELF64 = Width(
    bits=64,
    header="<16sHHIQQQIHHHHHH",
    segment="<IIQQQQQQ",
    order=(
        "type",
        "flags",
        "offset",
        "address",
        "physical",
        "file_size",
        "memory_size",
        "alignment",
    ),
    header_size=64,
    last_page=0x7FFFFFFFE000,
    kernel=0xFFFFFFFF80000000,
)
ELF32 = Width(
    bits=32,
    header="<16sHHIIIIIHHHHHH",
    segment="<IIIIIIII",
    order=(
        "type",
        "offset",
        "address",
        "physical",
        "file_size",
        "memory_size",
        "flags",
        "alignment",
    ),
    header_size=52,
    last_page=0xFFFFD000,
    kernel=0xFFFFF000,
)
WIDTHS = {1: ELF32, 2: ELF64}
"""By e_ident's class."""


@dataclass
class Segment:
    """A program header."""

    type: int
    flags: int
    offset: int
    address: int
    physical: int
    file_size: int
    memory_size: int
    alignment: int

    def encode(self, width: Width) -> bytes:
        values = (getattr(self, name) % (1 << width.bits) for name in width.order)
        return struct.pack(width.segment, *values)


@dataclass
class Elf:
    """An executable's header, program headers and bytes, to be changed at will."""

    width: Width
    data: bytearray
    ident: bytearray
    type: int
    machine: int
    version: int
    entry: int
    headers_offset: int
    sections_offset: int
    flags: int
    header_size: int
    segment_size: int
    segment_count: int
    section_size: int
    section_count: int
    section_names: int
    segments: list[Segment] = field(default_factory=list)

    @classmethod
    def parse(cls, data: bytes) -> Elf:
        width = WIDTHS[data[4]]
        ident, *numbers = struct.unpack_from(width.header, data)
        elf = cls(width, bytearray(data), bytearray(ident), *numbers)
        for index in range(elf.segment_count):
            at = elf.headers_offset + width.segment_size * index
            fields = struct.unpack_from(width.segment, data, at)
            elf.segments.append(Segment(**dict(zip(width.order, fields, strict=True))))
        return elf

    def encode(self) -> bytes:
        data, width = bytearray(self.data), self.width
        for index, segment in enumerate(self.segments):
            encoded = segment.encode(width)
            at = width.header_size + len(encoded) * index
            data[at : at + len(encoded)] = encoded
        limit = 1 << width.bits
        struct.pack_into(
            width.header,
            data,
            0,
            bytes(self.ident),
            self.type,
            self.machine,
            self.version,
            self.entry % limit,
            self.headers_offset % limit,
            self.sections_offset % limit,
            self.flags,
            self.header_size,
            self.segment_size,
            self.segment_count,
            self.section_size,
            self.section_count,
            self.section_names,
        )
        return bytes(data)

    def loads(self) -> list[Segment]:
        return [segment for segment in self.segments if segment.type == PT_LOAD]

    @property
    def code(self) -> Segment:
        return next(segment for segment in self.loads() if segment.flags & PF_X)

    @property
    def writable(self) -> Segment:
        return next(segment for segment in self.loads() if segment.flags & PF_W)

    def add(self, segment: Segment) -> None:
        """One more program header: over the notes and tables that a loader ignores."""
        self.segments.append(segment)
        self.segment_count = len(self.segments)

    def ask_for(self, path: bytes, **changes: int) -> None:
        """Name an interpreter: ``path`` with its NUL, at the file's end."""
        interpreter = Segment(PT_INTERP, PF_R, len(self.data), 0, 0, len(path), len(path), 1)
        for name, value in changes.items():
            setattr(interpreter, name, value)
        self.data += path
        self.add(interpreter)


def changed(good: bytes, change: Callable[[Elf], object]) -> bytes:
    """``good`` after ``change``."""
    elf = Elf.parse(good)
    change(elf)
    return elf.encode()


def field_of(name: str, value: int) -> Callable[[Elf], object]:
    """Set a field of the ELF header."""
    return lambda elf: setattr(elf, name, value)


def code_of(name: str, value: int) -> Callable[[Elf], object]:
    """Set a field of the code's program header."""
    return lambda elf: setattr(elf.code, name, value)


def data_of(name: str, value: int) -> Callable[[Elf], object]:
    """Set a field of the program header of what is written to."""
    return lambda elf: setattr(elf.writable, name, value)


def ident(index: int, value: int) -> Callable[[Elf], object]:
    """Set a byte of e_ident."""
    return lambda elf: elf.ident.__setitem__(index, value)


def interpreter(path: bytes, **changes: int) -> Callable[[Elf], object]:
    """Name an interpreter."""
    return lambda elf: elf.ask_for(path, **changes)


def without_segments(elf: Elf) -> None:
    for segment in elf.loads():
        segment.type = PT_NULL


def code_offset_by_one(elf: Elf) -> None:
    elf.code.offset += 1


def code_behind_the_file(elf: Elf) -> None:
    elf.code.offset += 0x100000


def larger_in_the_file(elf: Elf) -> None:
    elf.code.memory_size = elf.code.file_size - 1


def cut_in_the_code(elf: Elf) -> None:
    del elf.data[elf.code.offset + 1 :]


def cut_before_the_code(elf: Elf) -> None:
    del elf.data[elf.code.offset :]


def cut_before_the_data(elf: Elf) -> None:
    del elf.data[elf.writable.offset :]


def code_to_the_top(elf: Elf) -> None:
    """Pages behind the file's end, so far up that sums with their addresses overflow."""
    high = elf.width.last_page >> elf.width.bits // 4 << elf.width.bits // 4
    elf.code.file_size = elf.code.memory_size = high - (1 << 24)
    elf.entry = high - (1 << 25)


def data_over_the_code(elf: Elf) -> None:
    elf.writable.address = elf.code.address + elf.writable.offset % PAGE


def headers_in_descending_order(elf: Elf) -> None:
    elf.segments.reverse()


def entry_in_the_data(elf: Elf) -> None:
    elf.entry = elf.writable.address


def zeros_over_the_stack(elf: Elf) -> None:
    elf.writable.memory_size = 0x7FFFFFFF0000 - elf.writable.address


def twice(elf: Elf) -> None:
    elf.add(Segment(**vars(elf.code)))


def only_zeros(elf: Elf) -> None:
    elf.add(Segment(PT_LOAD, PF_R, 0, 0x900000, 0, 0, 0x5000, PAGE))


def empty_segment(elf: Elf) -> None:
    elf.add(Segment(PT_LOAD, PF_R, 0, 0x900000, 0, 0, 0, PAGE))


def position_independent(elf: Elf) -> None:
    elf.type = 3
    base = elf.loads()[0].address
    for segment in elf.loads():
        segment.address -= base
    elf.entry -= base


def with_large_alignment(elf: Elf) -> None:
    position_independent(elf)
    elf.code.alignment = 0x200000


def with_odd_alignment(elf: Elf) -> None:
    position_independent(elf)
    elf.code.alignment = 0x3000


def with_first_address(elf: Elf) -> None:
    position_independent(elf)
    for segment in elf.loads():
        segment.address += 0x10000
    elf.entry += 0x10000


def too_wide(elf: Elf) -> None:
    position_independent(elf)
    elf.add(Segment(PT_LOAD, PF_R, 0, elf.width.last_page & -(1 << 16), 0, 64, 64, PAGE))


def negative_size(elf: Elf) -> None:
    position_independent(elf)
    elf.add(Segment(PT_LOAD, PF_R, 0, -PAGE, 0, 64, 64, PAGE))


def stack_executable(elf: Elf) -> None:
    for segment in elf.segments:
        if segment.type == PT_GNU_STACK:
            segment.flags = PF_R | PF_W | PF_X


def elf_rows(good: bytes, prefix: str = "") -> Mapping[str, bytes]:
    """Name to the bytes of a file; ``prefix`` comes before all names of this width."""
    width = WIDTHS[good[4]]

    def named(name: str, **changes: int) -> Callable[[Elf], object]:
        return interpreter(f"bin/{prefix}{name}\0".encode(), **changes)

    rows: dict[str, Callable[[Elf], object]] = {
        "magic_0": ident(0, 0x7E),
        "magic_1": ident(1, ord("e")),
        "magic_3": ident(3, 0),
        "class_other": ident(4, 3 - good[4]),
        "class_0": ident(4, 0),
        "big_endian": ident(5, 2),
        "ident_version": ident(6, 0),
        "osabi": ident(7, 255),
        "version": field_of("version", 99),
        "type_none": field_of("type", 0),
        "type_relocatable": field_of("type", 1),
        "type_dynamic": field_of("type", 3),
        "type_core": field_of("type", 4),
        "type_processor": field_of("type", 0xFF00),
        "machine_other": field_of("machine", {64: 3, 32: 62}[width.bits]),
        "machine_arm": field_of("machine", 40),
        "machine_none": field_of("machine", 0),
        "segment_size_0": field_of("segment_size", 0),
        "segment_size_too_small": field_of("segment_size", width.segment_size - 1),
        "segment_size_too_large": field_of("segment_size", width.segment_size + 1),
        "no_headers": field_of("segment_count", 0),
        "most_headers": field_of("segment_count", width.most_headers),
        "too_many_headers": field_of("segment_count", width.most_headers + 1),
        "65535_headers": field_of("segment_count", 65535),
        "headers_behind_file": field_of("headers_offset", 1 << 24),
        "headers_at_half": field_of("headers_offset", width.half),
        "headers_at_minus_1": field_of("headers_offset", -1),
        "headers_at_0": field_of("headers_offset", 0),
        "header_size": field_of("header_size", 0),
        "sections_behind_file": field_of("sections_offset", 1 << 40),
        "entry_0": field_of("entry", 0),
        "entry_not_canonical": field_of("entry", width.last_page + 2 * PAGE),
        "entry_kernel": field_of("entry", width.kernel),
        "entry_last_page": field_of("entry", width.last_page + PAGE - 1),
        "entry_in_the_data": entry_in_the_data,
        "without_segments": without_segments,
        "code_larger_in_file": larger_in_the_file,
        "code_memory_minus_1": code_of("memory_size", -1),
        "code_file_minus_1": code_of("file_size", -1),
        "code_to_the_top": code_to_the_top,
        "code_at_0": code_of("address", 0),
        "code_in_the_kernel": code_of("address", width.kernel),
        "code_not_canonical": code_of("address", width.last_page + 2 * PAGE),
        "code_at_the_top": code_of("address", width.last_page + PAGE),
        "code_offset_by_one": code_offset_by_one,
        "code_behind_the_file": code_behind_the_file,
        "code_offset_minus_page": code_of("offset", -PAGE),
        "code_without_flags": code_of("flags", 0),
        "code_without_x": code_of("flags", PF_R),
        "code_only_x": code_of("flags", PF_X),
        "code_writable": code_of("flags", PF_R | PF_W | PF_X),
        "code_alignment_3": code_of("alignment", 3),
        "code_alignment_0": code_of("alignment", 0),
        "code_empty": code_of("file_size", 0),
        "data_read_only": data_of("flags", PF_R),
        "data_executable": data_of("flags", PF_R | PF_W | PF_X),
        "data_without_zeros": data_of("memory_size", 8),
        "data_over_the_code": data_over_the_code,
        "cut_in_the_code": cut_in_the_code,
        "cut_before_the_code": cut_before_the_code,
        "cut_before_the_data": cut_before_the_data,
        "descending": headers_in_descending_order,
        "twice": twice,
        "only_zeros": only_zeros,
        "empty_segment": empty_segment,
        "position_independent": position_independent,
        "large_alignment": with_large_alignment,
        "odd_alignment": with_odd_alignment,
        "first_address": with_first_address,
        "too_wide": too_wide,
        "negative_size": negative_size,
        "stack_executable": stack_executable,
        "interpreter_missing": interpreter(b"bin/nothing\0"),
        "interpreter_below_a_file": interpreter(b"bin/good/x\0"),
        "interpreter_a_folder": interpreter(b"bin\0"),
        "interpreter_not_executable": interpreter(b"etc/text\0"),
        "interpreter_text": interpreter(b"bin/text\0"),
        "interpreter_short": interpreter(b"bin/short\0"),
        "interpreter_arm": named("machine_arm"),
        "interpreter_without_headers": named("no_headers"),
        "interpreter_headers_cut": named("headers_behind_file"),
        "interpreter_relocatable": named("type_relocatable"),
        "interpreter_without_segments": named("dynamic_without_segments"),
        "interpreter_position_independent": named("position_independent"),
        "interpreter_elsewhere": named("elsewhere"),
        "interpreter_entry_kernel": named("entry_kernel"),
        "interpreter_of_the_other_width": interpreter(
            b"bin/i386_good\0" if width.bits == 64 else b"bin/good\0"
        ),
        "interpreter_name_of_1": interpreter(b"\0"),
        "interpreter_name_empty": interpreter(b"\0\0"),
        "interpreter_name_too_long": named("position_independent", file_size=4097),
        "interpreter_name_not_ended": interpreter(b"bin/position_independent"),
        "interpreter_name_ended_early": interpreter(b"bin/position_independent\0xyz\0"),
        "interpreter_name_cut": named("position_independent", file_size=100),
        "interpreter_name_behind_file": named("good", offset=1 << 40),
        "interpreter_name_at_minus_1": named("good", offset=-1),
    }
    if width.bits == 64:
        rows |= LARGE
    return {f"{prefix}{name}": changed(good, change) for name, change in rows.items()}


# Larger than a memory that somebody has; 32 bits cannot say such a size.
LARGE: Mapping[str, Callable[[Elf], object]] = {
    "code_memory_2_to_47": code_of("memory_size", 1 << 47),
    "code_memory_2_to_63": code_of("memory_size", 1 << 63),
    "code_file_2_to_46": code_of("file_size", 1 << 46),
    "data_too_large": data_of("memory_size", 1 << 45),
    "zeros_over_the_stack": zeros_over_the_stack,
}


def dynamic_without_segments(elf: Elf) -> None:
    position_independent(elf)
    without_segments(elf)


def elsewhere(elf: Elf) -> None:
    for segment in elf.loads():
        segment.address += 0x1000000
    elf.entry += 0x1000000


def needed_rows(good: bytes, prefix: str = "") -> Mapping[str, bytes]:
    """What the rows above need."""
    rows = {
        "good": good,
        "dynamic_without_segments": changed(good, dynamic_without_segments),
        "elsewhere": changed(good, elsewhere),
    }
    return {f"{prefix}{name}": data for name, data in rows.items()}


def other_rows(good: bytes) -> Mapping[str, bytes]:
    """Files that are no ELF at all, and scripts."""
    return {
        "empty": b"",
        "magic_only": good[:4],
        "header_cut": good[:63],
        "header_58": good[:58],
        "header_only": good[:64],
        "headers_cut": good[:120],
        "text": b"no program\n" * 10,
        "short": good[:40],
        "script": b"#!bin/good\n",
        "script_argument": b"#! bin/good  one two \t\nrest\n",
        "script_without_line_feed": b"#!bin/good -x",
        "script_empty": b"#!\n",
        "script_blanks": b"#! \t \n",
        "script_two_bytes": b"#!",
        "script_missing": b"#!bin/nothing\n",
        "script_of_a_folder": b"#!bin\n",
        "script_of_text": b"#!bin/text\n",
        "script_not_executable": b"#!etc/text\n",
        "script_of_a_script": b"#!bin/script_argument own\n",
        "script_of_itself": b"#!bin/script_of_itself\n",
        "script_name_too_long": b"#!" + b"x" * 300 + b"\n",
        "script_argument_cut": b"#!bin/good " + b"y" * 300 + b"\n",
        "script_256_blanks": b"#!" + b" " * 300 + b"bin/good\n",
        "script_nul": b"#!bin/good\0 x\n",
        "script_carriage_return": b"#!bin/good\r\n",
    }
