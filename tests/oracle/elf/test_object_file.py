"""Our relocatable files, read by everybody else: readelf, GNU ld, gcc, and our own reader."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from oracle.programs.toolchains import WORKSPACE, contents
from ring3.asm import assemble
from ring3.asm.object import Object
from ring3.elf.object_file import write_object
from ring3.elf.relocatable import read_relocatable
from ring3.pipeline import assemble_program_part

MODULE = """
    .intel_syntax noprefix
    .text
    .global twice, message
    .type twice, @function
twice:
    push rbx
    mov ebx, edi
    call helper                         # gcc's
    mov rdx, offset table
    add rax, [rdx]                      # local_number's address ...
    sub rax, [table + 8]                # ... less itself
    movsxd rcx, dword ptr [rip + local_number]
    lea rax, [rax + rbx*2]
    add rax, rcx
    pop rbx
    ret
    .size twice, . - twice
    .section .rodata
message:
    .asciz "from ring3"
    .data
    .balign 8
table:
    .quad local_number, local_number
local_number:
    .long 5
    .weak nobody
    .quad nobody
    .bss
    .balign 64
    .skip 100
"""

MAIN = """
#include <stdio.h>
long twice(int);
extern const char message[];
long helper(int number) { return 1000; }
int main(void) { printf("%ld %s\\n", twice(21), message); return 0; }
"""


def test_gcc_links_our_object_with_its_own(tmp_path: Path) -> None:
    (tmp_path / "module.o").write_bytes(write_object(assemble(MODULE, name="module.s")))
    (tmp_path / "main.c").write_text(MAIN)
    subprocess.run(
        ["gcc", "-Wl,--fatal-warnings", "-no-pie", "-o", "main", "main.c", "module.o"],
        cwd=tmp_path,
        check=True,
    )
    ended = subprocess.run([tmp_path / "main"], capture_output=True, text=True, check=True)
    assert ended.stdout == "1047 from ring3\n"


def test_readelf_reads_our_object_without_a_warning(tmp_path: Path) -> None:
    file = tmp_path / "module.o"
    file.write_bytes(write_object(assemble(MODULE, name="module.s")))
    ended = subprocess.run(["readelf", "-aW", file], capture_output=True, text=True, check=True)
    assert ended.stderr == ""
    assert "R_X86_64_PLT32" in ended.stdout


# The reader takes x86-64 objects; those of the i386 are linked by GNU ld below.
LIBRARY = [path for path in WORKSPACE.library() if path.parent.name != "i386"]


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: path.name)
def test_an_object_comes_back_from_its_file_as_it_was(path: Path) -> None:
    made = assemble_program_part(path, WORKSPACE)
    again = read_relocatable(write_object(made), made.name)
    assert contents(again) == contents(made)
    assert named(again) == named(made)


def named(made: Object) -> dict[str, tuple[object, ...]]:
    """The symbols that other files can see."""
    return {
        symbol.name: (
            symbol.section, symbol.value, symbol.size, symbol.type, symbol.binding, symbol.defined
        )
        for symbol in made.symbols.values()
        if symbol.defined and symbol.name not in made.sections
    }  # fmt: skip


def test_gnu_ld_links_a_32_bit_object_to_a_program_that_runs(tmp_path: Path) -> None:
    source = """
    .code32
    .intel_syntax noprefix
    .text
    .global _start
_start:
    mov ebx, [status]
    call leave
    .section .text.leave, "ax"
leave:
    mov eax, 1
    int 0x80
    .data
status:
    .long 9
"""
    (tmp_path / "program.o").write_bytes(write_object(assemble(source, name="program.s")))
    subprocess.run(["ld", "-m", "elf_i386", "-o", "program", "program.o"], cwd=tmp_path, check=True)
    assert subprocess.run([tmp_path / "program"], check=False).returncode == 9
