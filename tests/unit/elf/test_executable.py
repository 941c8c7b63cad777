"""What is no program is refused by what it is, and never by a traceback."""

from __future__ import annotations

import struct
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ring3.asm.object import Binding, Object, Section, SectionFlag, Symbol
from ring3.diagnostic import Location, Ring3Error
from ring3.elf import PROGRAM, PROGRAM32, Layout, check_program, link


def program(layout: Layout = PROGRAM) -> bytearray:
    text = Section(".text", SectionFlag.ALLOC | SectionFlag.EXECUTE, data=bytearray(b"\x0f\x0b"))
    start = Symbol("_start", ".text", 0, Location("a.s", 1), binding=Binding.GLOBAL)
    return bytearray(link([Object("a.s", {".text": text}, {"_start": start})], layout).data)


def patched(offset: int, layout: str, *values: int | bytes) -> bytearray:
    data = program()
    struct.pack_into("<" + layout, data, offset, *values)
    return data


FIRST_LOAD = 64  # the program headers follow the ELF header; the first one is a PT_LOAD
OFFSET, ADDRESS, FILE_SIZE, MEMORY_SIZE = (FIRST_LOAD + n for n in (8, 16, 32, 40))


@pytest.mark.parametrize("layout", [PROGRAM, PROGRAM32], ids=["x86-64", "i386"])
def test_what_our_own_linker_makes_is_a_program(layout: Layout) -> None:
    check_program(bytes(program(layout)), "a")


# An ELF32 file has its program headers from 52 on: offset 4, address 8, sizes 16 and 20.
@pytest.mark.parametrize(
    ("offset", "layout", "values", "message"),
    [
        (52, "I", (3,), "prog is dynamically linked"),
        (52 + 8, "I", (0xFFFFE000,), "prog wants to be loaded at 0xffffe000"),
        (52 + 16, "II", (0x9000, 0x9000), "prog is truncated"),
        (52 + 20, "I", (1,), "prog is not a sound ELF file: a segment is larger"),
        (42, "H", (56,), "prog is not a sound ELF file: its program headers have 56 bytes"),
        (16, "H", (3,), "prog is a shared library"),
        (4, "B", (2,), "prog is not a sound ELF file: no i386 program is of class 2"),
    ],
)
def test_a_32_bit_file_is_read_by_the_fields_of_its_class(
    offset: int, layout: str, values: tuple[int, ...], message: str
) -> None:
    data = program(PROGRAM32)
    struct.pack_into("<" + layout, data, offset, *values)
    with pytest.raises(Ring3Error) as caught:
        check_program(bytes(data), "prog")
    assert caught.value.message.startswith(message)


@pytest.mark.parametrize(
    ("data", "message", "cure"),
    [
        (b"", "prog is empty", None),
        (b"hello world, this is text", "prog is not an ELF program", "static x86-64 executable"),
        (b"#!/bin/sh\necho\n", "prog is a script", "interpreter"),
        (b"\x7fELF", "prog is truncated", "again"),
        (program()[:40], "prog is truncated", "again"),
        (program()[:100], "prog is truncated", "again"),
        (program()[:0x1001], "prog is truncated: its headers speak of 4,098 bytes, the file has "
         "4,097", "again"),
        (patched(18, "H", 40), "prog is a program for 32-bit ARM", "compiler for x86-64"),
        (patched(18, "H", 183), "prog is a program for 64-bit ARM (AArch64)", "compiler"),
        (patched(18, "H", 243), "prog is a program for RISC-V", "compiler"),
        (patched(18, "H", 999), "prog is a program for machine 999", "compiler"),
        (patched(5, "B", 2), "prog is a program for machine 15872", "compiler"),
        (patched(4, "B", 1), "prog is a 32-bit program for x86-64 (x32)", "-mx32"),
        (patched(18, "H", 3), "prog is not a sound ELF file: no i386 program is of class 2", None),
        (patched(16, "H", 1), "prog is a relocatable object, not a program", "link it"),
        (patched(16, "H", 4), "prog is a core dump, not a program", None),
        (patched(16, "H", 3), "prog is a shared library, not a program", "statically"),
        (patched(56, "H", 0), "prog has nothing to load: no PT_LOAD", None),
        (patched(54, "H", 32), "prog is not a sound ELF file: its program headers", None),
        (patched(ADDRESS, "Q", 0xFFFFFFFF80100000), "prog wants to be loaded at "
         "0xffffffff80100000, in the kernel's part of memory", "is this a kernel?"),
        (patched(ADDRESS, "Q", 0x7FFFFFFFF000), "prog wants to be loaded at 0x7ffffffff000", "?"),
        (patched(ADDRESS, "Q", 0x400001), "prog cannot be mapped", None),
        (patched(FILE_SIZE, "Q", 2000), "prog is not a sound ELF file: a segment is larger", None),
        (patched(FILE_SIZE, "QQ", 1 << 63, 1 << 63), "prog is truncated", "again"),
    ],
)  # fmt: skip
def test_a_file_is_refused_by_what_it_is(data: bytes, message: str, cure: str | None) -> None:
    with pytest.raises(Ring3Error) as caught:
        check_program(bytes(data), "prog")
    assert caught.value.message.startswith(message)
    if cure is not None:
        assert caught.value.help is not None
        assert cure in caught.value.help


def test_a_dynamic_program_is_refused_with_its_interpreter_and_how_to_build_it() -> None:
    data = program()
    data[-16:] = b"/lib/ld-test.so\0"
    struct.pack_into("<IIQQQQQQ", data, FIRST_LOAD, 3, 4, len(data) - 16, 0, 0, 16, 16, 1)
    with pytest.raises(Ring3Error) as caught:
        check_program(bytes(data), "prog")
    assert caught.value.message == "prog is dynamically linked: it needs /lib/ld-test.so"
    assert caught.value.help is not None
    assert "gcc -static" in caught.value.help


@given(st.data())
def test_a_damaged_program_is_accepted_or_refused_in_words(data: st.DataObject) -> None:
    image = program()
    for _ in range(data.draw(st.integers(1, 6))):
        image[data.draw(st.integers(0, 400))] = data.draw(st.integers(0, 255))
    damaged = bytes(image[: data.draw(st.integers(0, len(image)))])
    with suppress(Ring3Error):
        check_program(damaged, "prog")
