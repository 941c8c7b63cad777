"""What is said to those who come from another assembler, and to those who mistype.

student_mistakes.txt holds sources as people write them, each with all that is said of it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from ring3.asm import assemble
from ring3.diagnostic import SourceError
from ring3.elf import PROGRAM, link

HEAD = "    .intel_syntax noprefix\n"
START = "    .global _start\n_start: ret\n"
MISTAKES = [
    tuple(mistake.split("\n~~~\n"))
    for mistake in Path(__file__)
    .with_name("student_mistakes.txt")
    .read_text(encoding="utf-8")
    .rstrip("\n")
    .split("\n\n=====\n")
]


def errors(source: str) -> SourceError | None:
    try:
        link([assemble(f"{HEAD}{source}\n", name="file.s"), assemble(START)], PROGRAM)
    except SourceError as error:
        return error
    return None


@pytest.mark.parametrize(("source", "shown"), MISTAKES, ids=[m[0].strip()[:40] for m in MISTAKES])
def test_a_mistake_is_explained_as_it_was_judged_to_be_clear(source: str, shown: str) -> None:
    error = errors(source)
    assert error is not None
    said = "\n\n".join(diagnostic.render() for diagnostic in error.diagnostics)
    assert "\n".join(line.rstrip() for line in said.splitlines()) == shown


#: What somebody wrote, and what the help says to write.
CURES = [
    ("movl eax, ebx", "mov eax, ebx"),
    ("mov eax, 0FFh", "mov eax, 0xFF"),
    ("mov eax, FFh", "mov eax, 0xFF"),
    ("mov eax, 1010b", "mov eax, 0b1010"),
    ("section .data", ".data"),
    ("msg: db 1, 2", "msg: .byte 1, 2"),
    ('msg: db "text"', 'msg: .ascii "text"'),
    ("buf: resb 64", "buf: .skip 64"),
    ("buf: resd 64", "buf: .skip 4 * 64"),
    ("name equ 5", "name = 5"),
    ("times 10 db 0", ".fill 10, 1, 0"),
    ("global name\nname: nop", ".global name\nname: nop"),
    ("bits 32", ".code32"),
    ("align 16", ".balign 16"),
    ("msg: mov rax, [rel msg]", "msg: mov rax, [rip + msg]"),
    ("mov eax, dword [rbx]", "mov eax, dword ptr [rbx]"),
    ("movzx eax, [rbx]", "movzx eax, byte ptr [rbx]"),
    ("push eax", "push rax"),
    ("call ebx", "call rbx"),
    ("iret", "iretq"),
    ("iret", "iretd"),
    ("retf", "retfq"),
    ("lret", "retfd"),
    ("sysret", "sysretq"),
    ("pushfd", "pushfq"),
    (".code32\na: jmp far 0x8:a", ".code32\na: ljmp 0x8, a"),
    ("a: jnz near a", "a: jnz a"),
    ("mov eax, [gs:8]", "mov eax, gs:[8]"),
    ("mov eax, ptr [rbx]", "mov eax, dword ptr [rbx]"),
    ("mov eax, 4(rbx)", "mov eax, [rbx + 4]"),
    ("jmp *rax", "jmp rax"),
    ("mov rax, “a”", "mov rax, 'a'"),
    ("mov rax, [rbx – 8]", "mov rax, [rbx - 8]"),
    ("mov rax,\N{NO-BREAK SPACE}rbx", "mov rax, rbx"),
    ("nop // why", "nop # why"),
    ("nop ; why not", "nop # why not"),
    ("movzx rax, ebx", "mov eax, ebx"),
    ("out 0x3f8, al", "mov dx, 0x3f8\nout dx, al"),
    ("add rax, 0x123456789a", "mov rbx, 0x123456789a\nadd rax, rbx"),
    (".asciz 'text'", '.asciz "text"'),
    (".if 1 = 1\n.endif", ".if 1 == 1\n.endif"),
    ("main push rax", "main: push rax"),
    (".float 1.5", ".long 0x3fc00000"),
    ("mov eax ebx", "mov eax, ebx"),
]


@pytest.mark.parametrize(("wrong", "right"), CURES)
def test_what_the_help_says_to_write_assembles(wrong: str, right: str) -> None:
    error = errors(wrong)
    assert error is not None
    assert any(diagnostic.help for diagnostic in error.diagnostics)
    assert errors(right) is None


def test_a_comment_behind_a_semicolon_is_told_how_comments_begin() -> None:
    for line in (
        "nop ; see below",
        "nop ; set eax, too",
        "; a comment",
        "nop ; five, my favourite",
    ):
        error = errors(line)
        assert error is not None
        assert "`#`" in str(error.diagnostics[0].help), line


def test_an_undefined_symbol_is_pointed_at_where_it_stands() -> None:
    error = errors("    mov eax, nowhere + 4")
    assert error is not None
    place = error.diagnostics[0].location
    assert place.text[place.column - 1 : place.end - 1] == "nowhere"
