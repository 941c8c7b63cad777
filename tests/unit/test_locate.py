"""Where a program was killed, in its own symbols: only what is certain is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from ring3.asm import assemble
from ring3.elf import PROGRAM, link
from ring3.image.initrd import Init, build_initrd
from ring3.locate import location

SOURCE = """
    .intel_syntax noprefix
    .text
    .global _start
_start:
    nop
inner:
    nop
    ud2
    .data
word: .quad 0
"""
INNER_CODE = "90 0f 0b"


@pytest.fixture
def initrd(tmp_path: Path) -> Path:
    file = tmp_path / "initrd.tar"
    program = link([assemble(SOURCE)], PROGRAM).data
    file.write_bytes(build_initrd({"bin/p": program}, Init("bin/p", ("p",), ())))
    return file


def voice(rip: int, code: str, name: str = "bin/p", entry: int = 0x401000) -> bytes:
    return (
        f"ring3: init {name} entry={entry:#x} stack=0x7ffc00000000\n"
        f"ring3: killed signal=4 SIGILL: #UD invalid instruction error=0x0 rip={rip:#x}\n"
        f"ring3:   code at rip: {code}\n"
    ).encode()


@pytest.mark.parametrize(
    ("rip", "code", "place"),
    [
        (0x401000, "90 90 0f 0b", "_start"),
        (0x401001, INNER_CODE, "inner"),
        (0x401002, "0f 0b", "inner+0x1"),
        (0x402000, "00 00 00 00 00 00 00 00", "word"),
    ],
)
def test_an_address_is_the_nearest_symbol_before_it_in_its_section(
    initrd: Path, rip: int, code: str, place: str
) -> None:
    assert location(voice(rip, code), initrd) == f"{rip:#x} is {place} in bin/p"


def test_a_program_that_was_moved_is_followed_by_its_entry(initrd: Path) -> None:
    moved = voice(0x555555401001, INNER_CODE, entry=0x555555401000)
    assert location(moved, initrd) == "0x555555401001 is inner in bin/p"


@pytest.mark.parametrize(
    "heard",
    [
        voice(0x401001, "cc cc cc"),  # other bytes: another program by now
        voice(0x7FFF00000000, INNER_CODE),  # outside of every segment
        voice(0x401001, INNER_CODE, name="bin/other"),  # not in the initrd
        b"ring3: killed signal=2 SIGINT: ^C on the terminal\n",
        b"",
    ],
)
def test_what_is_not_certain_is_not_said(initrd: Path, heard: bytes) -> None:
    assert location(heard, initrd) is None


def test_a_file_that_is_no_archive_or_no_program_is_no_error(tmp_path: Path) -> None:
    file = tmp_path / "initrd.tar"
    file.write_bytes(b"?" * 2048)
    assert location(voice(0x401001, INNER_CODE), file) is None
    file.write_bytes(build_initrd({"bin/p": b"#!/bin/sh\n"}, Init("bin/p", ("p",), ())))
    assert location(voice(0x401001, INNER_CODE), file) is None
