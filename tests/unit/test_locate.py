"""Where a program was killed, in its own symbols: only what is certain is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from ring3.asm import SourceTree, assemble, assemble_file
from ring3.elf import KERNEL, PROGRAM, link
from ring3.elf.debuggable import debuggable
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


def test_the_line_follows_from_the_file_that_has_lines(initrd: Path) -> None:
    described = debuggable(link([assemble(SOURCE, name="p.s")], PROGRAM))
    found = location(voice(0x401001, INNER_CODE), initrd, {"bin/p": lambda: described})
    assert found == "0x401001 is inner in bin/p, p.s:8"


def test_a_line_that_can_be_read_is_quoted_and_a_macro_names_its_caller(tmp_path: Path) -> None:
    source = tmp_path / "deep.s"
    text = ".macro fail how\n  \\how\n.endm\n.macro outer\nfail ud2\n.endm\n"
    source.write_text(f"{text}.global _start\n_start:\n  nop\n  outer\n")
    linked = link([assemble_file(source, SourceTree())], PROGRAM)
    initrd = tmp_path / "initrd.tar"
    initrd.write_bytes(build_initrd({"bin/p": linked.data}, Init("bin/p", ("p",), ())))
    found = location(voice(0x401001, "0f 0b"), initrd, {"bin/p": lambda: debuggable(linked)})
    assert found == (
        f"0x401001 is _start+0x1 in bin/p, {source}:2: \\how"
        f" (macro fail, called at {source}:5) (macro outer, called at {source}:10)"
    )


def test_a_panic_is_found_in_the_kernel(initrd: Path) -> None:
    kernel = link([assemble(SOURCE.replace("_start", "pvh_entry"), name="k.s")], KERNEL)
    heard = f"ring3: panic: #UD in the kernel, error=0x0 cr2=0x0 rip={kernel.entry + 1:#x}\n"
    found = location(heard.encode(), initrd, {"kernel.elf": lambda: debuggable(kernel)})
    assert found == f"{kernel.entry + 1:#x} is inner in kernel.elf, k.s:8"
    assert location(heard.encode(), initrd) is None


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
