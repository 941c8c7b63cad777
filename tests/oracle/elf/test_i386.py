"""32-bit programs and their call frame information, held against GNU as --32, ld and Linux."""

from __future__ import annotations

import subprocess
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from elftools.elf.elffile import ELFFile

from ring3.asm import assemble
from ring3.diagnostic import Ring3Error, SourceError
from ring3.elf import PROGRAM32, link
from ring3.pipeline import link_program
from ring3.workspace import Workspace

HELLO = """
    .intel_syntax noprefix
    .code32
    .section .rodata
text:
    .ascii "thirty-two bits\\n"
    .set TEXT_SIZE, . - text
    .data
address:
    .long text
    .bss
copy:
    .skip 4
    .text
    .global _start
_start:
    call 1f
1:  pop ecx                             # where this is, as position-independent code finds it
    add ecx, offset address - 1b
    mov ecx, [ecx]
    mov [copy], ecx
    mov ecx, [copy]
    mov edx, TEXT_SIZE
    mov ebx, 1
    mov eax, 4
    int 0x80
    mov ebx, 32
    mov eax, 1
    int 0x80
"""

FRAMES = """
    .intel_syntax noprefix
    .code32
    .text
    .global f
f:
    .cfi_startproc
    push ecx
    .cfi_adjust_cfa_offset 4
    .cfi_rel_offset ecx, 0
    push ebp
    .cfi_adjust_cfa_offset 4
    .cfi_rel_offset ebp, 0
    mov ebp, esp
    .cfi_def_cfa_register ebp
    int 0x80
    pop ebp
    .cfi_def_cfa esp, 8
    .cfi_restore ebp
    pop ecx
    .cfi_adjust_cfa_offset -4
    .cfi_restore ecx
    ret
    .cfi_endproc
g:
    .cfi_startproc simple
    .cfi_def_cfa ebx, 12
    .cfi_offset eip, -4
    .cfi_signal_frame
    nop
    .cfi_endproc
h:
    .cfi_startproc
    ret
    .cfi_endproc
"""


def gnu_object(text: str, folder: Path) -> Path:
    source, made = folder / "source.s", folder / "source.o"
    source.write_text(text)
    subprocess.run(["as", "--32", "--fatal-warnings", "-o", made, source], check=True)
    return made


def test_a_32_bit_program_prints_on_linux_what_gnu_s_does(tmp_path: Path) -> None:
    theirs, ours = tmp_path / "theirs", tmp_path / "ours"
    made = gnu_object(HELLO, tmp_path)
    subprocess.run(["ld", "-m", "elf_i386", "-z", "noexecstack", "-o", theirs, made], check=True)
    ours.write_bytes(link([assemble(HELLO)], PROGRAM32).data)
    ours.chmod(0o755)
    runs = [subprocess.run([p], capture_output=True, check=False) for p in (theirs, ours)]
    assert [(run.stdout, run.returncode) for run in runs] == [(b"thirty-two bits\n", 32)] * 2


def test_readelf_takes_the_32_bit_program_without_a_complaint(tmp_path: Path) -> None:
    program = tmp_path / "program"
    program.write_bytes(link([assemble(HELLO)], PROGRAM32).data)
    read = subprocess.run(["readelf", "-aW", program], capture_output=True, text=True, check=True)
    assert read.stderr == ""
    assert "ELF32" in read.stdout
    assert "Intel 80386" in read.stdout


def test_call_frame_information_is_that_of_gnu_as(tmp_path: Path) -> None:
    ours = assemble(FRAMES).sections[".eh_frame"]
    with gnu_object(FRAMES, tmp_path).open("rb") as stream:
        theirs: Any = ELFFile(BytesIO(stream.read())).get_section_by_name(".eh_frame")
    data = bytearray(theirs.data())
    for fixup in ours.fixups:  # ELF32 keeps addends in the fields, ours are beside them
        data[fixup.offset : fixup.offset + 4] = bytes(4)
    assert bytes(ours.data) == bytes(data)
    assert ours.alignment == theirs["sh_addralign"] == 4


def test_a_source_is_the_i386_s_only_when_code32_comes_first() -> None:
    assert assemble(".code32\nnop").bits == 32
    assert assemble(".set x, 1\n.data\n.text\n.code32\nnop").bits == 32
    assert assemble("nop\n.code32\nnop").bits == 64
    assert assemble("a:\n.code32\nnop").bits == 64
    assert assemble(".code32\n.code64\nnop").bits == 64


@pytest.mark.parametrize("mode", [32, 16])
def test_padding_of_code_is_that_of_gnu_as(tmp_path: Path, mode: int) -> None:
    lines = [f".fill {64 - size}, 1, 0xcc\n.p2align 6" for size in range(64)]
    far = ".fill 1, 1, 0xcc\n.p2align 9"  # a jump that needs four bytes
    text = "\n".join([".code32", f".code{mode}", *lines, far, far]) + "\n"
    with gnu_object(text, tmp_path).open("rb") as stream:
        theirs: Any = ELFFile(BytesIO(stream.read())).get_section_by_name(".text")
    assert bytes(assemble(text).sections[".text"].data) == theirs.data()


def test_frames_of_32_bit_code_in_a_64_bit_source_are_refused() -> None:
    with pytest.raises(SourceError) as caught:
        assemble("nop\n.code32\n.cfi_startproc\n.cfi_endproc")
    assert "is for 64-bit code" in caught.value.diagnostics[0].message


def test_sources_of_both_widths_are_no_program(tmp_path: Path) -> None:
    wide, narrow = tmp_path / "wide.s", tmp_path / "narrow.s"
    wide.write_text("nop\n")
    narrow.write_text(".code32\n.global _start\n_start: ret\n")
    with pytest.raises(Ring3Error, match=r"narrow\.s is 32-bit code, .*wide\.s is 64-bit code"):
        link_program([narrow, wide], Workspace())


def test_a_32_bit_program_takes_no_64_bit_routine_from_the_library(tmp_path: Path) -> None:
    source = tmp_path / "narrow.s"
    source.write_text(".code32\n.text\n.global _start\n_start: call show_fact\n")
    with pytest.raises(SourceError) as caught:
        link_program([source], Workspace())
    assert "`show_fact`" in caught.value.diagnostics[0].message
