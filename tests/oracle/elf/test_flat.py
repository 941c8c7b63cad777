"""``ring3 asm --format bin``: what objcopy makes of the same program."""

from __future__ import annotations

import subprocess
from pathlib import Path

from ring3.asm import assemble
from ring3.elf import PROGRAM, link

SOURCE = """
    .intel_syntax noprefix
    .text
    .global _start
_start:
    lea rsi, [rip + greeting]
    mov rdi, [rip + number]
    ret
    .section .rodata
greeting:
    .ascii "text"
    .data
number:
    .quad 7
    .bss
    .skip 100
"""


def test_a_flat_binary_is_what_objcopy_makes_of_the_executable(tmp_path: Path) -> None:
    linked = link([assemble(SOURCE)], PROGRAM)
    program, flat = tmp_path / "program", tmp_path / "flat"
    program.write_bytes(linked.data)
    subprocess.run(["objcopy", "-O", "binary", program, flat], check=True)
    assert linked.flat() == flat.read_bytes()
    assert b"text" in linked.flat()
