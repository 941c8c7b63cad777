"""Each directive as GNU as reads it: bytes, fixups, symbols, sections and their properties."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from oracle.asm.compared_objects import HEAD, GnuAs
from ring3.asm import assemble
from ring3.asm.object import Object
from ring3.diagnostic import SourceError
from ring3.elf.object_file import write_object

Agree = Callable[[str], Object]

_SAME = {
    "data of every size": (
        ".byte 1, -1, 255, -128\n.word 0xffff, -32768\n.short 1\n.value 2\n.hword 3\n.2byte 4\n"
        ".long -1, 0xffffffff, -0x80000000\n.int 5\n.4byte 6\n"
        ".quad -1, 0xffffffffffffffff, -0x8000000000000000\n.8byte 7\n"
    ),
    "no data": ".byte\n.quad\n.octa\n",
    "octa": (
        ".octa 1, -1, 0xffffffffffffffff, 0x123456789abcdef0123456789abcdef\n"
        ".octa -0x8000000000000000, 1 + 1\n.octa 0xffffffffffffffffffffffffffffffff\n"
    ),
    "strings": r'.ascii "a", "b"' "\n" r'.asciz "c" "d", "e"' "\n" r'.string "\101\x42\n\"\\"' "\n",
    "empty strings": '.ascii ""\n.asciz "", ""\n',
    "characters": ".byte 'a', 'b, '\\n', '\\'', '\"', '#', ';', ','\n",
    "fill": ".fill 3\n.fill 3, 2\n.fill 2, 8, -1\n.fill 1, 5, 0x123456789a\n.fill 0, 1, 1\n",
    "fill of size 0": ".fill 3, 0, 1\n.byte 1\n",
    "skip": ".skip 4, 0xab\n.space 3\n.zero 2\n.zero 2, 5\n.skip 0\n.skip 2, 0x1ff\n",
    "skip by a later distance": ".skip b - a\na: nop\nb:\n",
    "a boot sector": "a: jmp b\n.skip 510 - (. - a)\n.word 0xaa55\nb:\n",
    "a boot sector by fill": "a: jmp b\n.fill 510 - (. - a), 1, 0x90\n.word 0xaa55\nb:\n",
    "a fill of longer values": "a: jmp b\n.fill (b - a) & 7, 4, 0x12345678\nb:\n",
    "org": ".byte 1\n.org 8\n.byte 2\n.org 16, 0xcc\n.byte 3\n.org .\n.org . + 3\n",
    "org to a label": "a: .byte 1\n.org a + 8\nb: jmp b\n.org b + 4, 0x90\n",
    "org over a jump": "a: jmp b\n.org a + 200\nb:\n",
    "org in bss": ".bss\nx: .zero 8\n.balign 16\n.org 100\n",
    "bss": ".bss\n.byte 0\n.balign 16\n.skip 5\n.quad 0\n",
    "labels": "a: b: nop\nc : nop\nd:e:nop\n",
    "names": "_a: a.b: a$b: .Lx: .quad _a, a.b, a$b, .Lx\n",
    "numeric labels": "1: jmp 1b\njmp 1f\n1: jmp 1b\n01: .quad 1b, 1f, 0f\n0: 1:\n",
    "distances": "a: nop\nb: .quad b - a, b > a, b == a, a != b, a >= b\n",
    "undefined names": ".byte foo\n.word foo\n.long foo\n.quad foo + 3\n",
    "relative data": ".quad foo - .\n.long foo - .\n.word foo - .\n.byte foo - .\n",
    "relative to a label": ".data\nx: .long 0\n.text\ny: .long x - y\n.long x - y + 4, x - .\n",
    "the same name twice": ".quad foo - foo\n",
    "set": ".set a, 5\n.equ b, a + 1\nc = b + 1\nd == 8\n.equiv e, 9\n.quad a, b, c, d, e\n",
    "set to a place": "a: nop\n.set x, a + 4\n.long x\n.set x, .\n.long x\nb = .\n.quad b - a, b\n",
    "set to another file's name": ".set x, ext + 4\n.long x\nlea rax, [rip + x]\ncall x\njmp x\n",
    "set through another": "call v\n.set u, ext + 3\n.set v, u\ncall v\ncall u\njmp u\n",
    "a global set to a place": (
        "lea rax, [rip + u]\ncall u\nmov rax, offset u\n.global u\n.set u, x + 1\n"
        "lea rax, [rip + u]\ncall u\njmp u\nmov rax, offset u\nmov eax, [u]\n.quad u\n"
        ".data\nx: .byte 1\n"
    ),
    "a global number used before": (
        "jmp u\ncall u\nlea rax, [rip + u]\nmov eax, [u + 4]\n.quad u + 1, u * 2, u - v\n"
        ".global u\n.set u, 0x1000\n.set v, 0x800\n"
    ),
    "a global number used after": ".global u\n.set u, 0x1000\njmp u\n.quad u\nmov eax, u\n",
    "a weak name set to a place": ".weak u\n.set u, x\njmp u\ncall u\n.quad u\nx:\n",
    "names for others": ".globl a, b\na: nop\nb: nop\n.global c\n",
    "weak": ".weak g, unused\ng: nop\njmp g\ncall g\nlea rax, [rip + g]\n.quad g - h\nh:\n",
    "weak and undefined": ".weak g\ncall g\njmp g\n.quad g\n",
    "local": ".local foo, bar\nbar: nop\n.quad foo\n",
    "types": (
        ".type a, @function\n.type b, %object\n.type c, STT_FUNC\n.type d, @notype\n"
        '.type e, "function"\na: b: c: d: e: nop\n'
    ),
    "a type alone": ".type foo, @function\n.size foo, 5\nnop\n",
    "sizes": ".size foo, . - foo\nfoo: jmp bar\n.size foo, . - foo\nbar: .size bar, 3 * 4\n",
    "sections": (
        ".text\nnop\n.data\n.byte 1\n.bss\n.skip 1\n.section .rodata\n.byte 2\n"
        ".section .rodata.x\n.byte 2\n.section .data.y\n.byte 3\n.section .bss.z\n.skip 4\n"
        ".section .text.q\nnop\n.section .note.bar\n.long 1\n.section .init\nnop\n"
        ".section foo\n.byte 1\n"
    ),
    "sections with flags": (
        '.section .a, "a"\n.byte 1\n.section .b,"aw",@progbits\n.byte 1\n'
        '.section .c, "awx"\nnop\n.section .d, "aw", @nobits\n.skip 9\n'
        '.section .e, "a", @note\n.long 1\n.section .f, ""\n.byte 1\n'
        '.section "strange name", "a"\n.byte 1\n.section .note.GNU-stack, "", @progbits\n.byte 1\n'
    ),
    "the mark about the stack": '.section .note.GNU-stack, ""\n.byte 1\n',
    "a section again": '.section .x, "aw", @nobits\n.skip 5\n.text\n.section .x\n.skip 5\n',
    "the stack of sections": (
        '.pushsection .data\n.byte 1\n.pushsection .rodata, "a"\n.byte 2\n.popsection\n.byte 3\n'
        ".popsection\n.byte 4\n.data\n.previous\n.byte 5\n.previous\n.byte 6\n"
    ),
    "alignment of sections": ".data\n.balign 64\n.byte 1\n.balign 16\n.bss\n.balign 32\n.skip 1\n",
    "modes": ".code32\nmov eax, 1\n.code16\nmov eax, 1\n.code64\nmov eax, 1\n",
    "fixups of 16-bit code": (
        ".code16\njmp ext\ncall ext\njne ext\nmov ax, offset loc\nmov ax, [loc]\n"
        'jmp loc\ncall loc\n.word loc\n.section .x, "ax"\n.skip 3\nloc: jmp loc\n'
    ),
    "fixups of 32-bit code": (
        "nop\n.code32\njmp ext\ncall ext\ncall loc\nmov eax, offset loc\nmov ebx, [loc]\n"
        '.section .x, "ax"\n.skip 3\nloc: jmp loc\n'
    ),
    "fixups of 64-bit code": (
        ".global b\nb: mov eax, offset b\nmov rax, offset b\nmov rax, b\nmovabs rax, offset b\n"
        "add rax, offset b + 5\nmov eax, [rbx + b]\npush offset b\nmov al, offset b\n"
    ),
    "branches to numbers": "jmp 0x1000\ncall 0x1000\njne 0x1000\n.set t, 0x2000\njmp t\ncall t\n",
    "branches to numbers in 16-bit code": (
        ".code16\njmp 0x7fff\njmp 0x8000\ncall 0xffff\njne -5\njmp -0x8000\n"
    ),
    "branches to numbers in 32-bit code": (
        ".code32\njmp 0x7fffffff\njmp 0x80000000\ncall 0x80000003\njne 0x80000004\n"
        "call 0xffffffff\njmp -5\ncall -0x80000000\n"
    ),
    "branches with a number added": (
        "jmp . + 2\na: jmp a + 1\njne a + 200\ncall . + 5\njmp ext + 5\n"
    ),
    "branches that are always short": "a: loop a\njrcxz a\nloopne b\nb: loop ext\n",
    "a transaction": 'xbegin ext\nxbegin loc\n.section .x, "ax"\nloc:\n',
    "lines that only begin like the end of a body": (
        ".macro m\n.endmé\n.endm\n.macro n\n.endm'1'\n.endm:nop\n.endm :\n.endm\n"
        ".rept 2\nnop\n.if 0\n.endré\n.endif\n.endr\n"
    ),
    "arguments that are not ASCII": (
        '.macro m a, b:vararg\n.ascii "[\\a|\\b]"\n.endm\nm é 2, 3\nm é, ü ö\nm 1,é 2, 3 4\n'
        '.irp x a é ü c\n.ascii "[\\x]"\n.endr\n.irp b a c\n.ascii "[\\b\\()é, \\bé]"\n.endr\n'
    ),
    "a distance from a label here to another file's": (
        "a: add rax, offset ext - a\npush offset ext - b\n.long ext - a\n.quad ext - b\nb:\n"
    ),
    "distances in addresses": (
        "a: nop\nb: mov eax, [rbx + (b - a)]\nmov eax, [b - a + rbx]\nmov eax, b - a[rbx]\n"
        "mov eax, [rbx + 4 - (a - b)]\nmov eax, [b - a]\nmov eax, [rbx + c - a]\njmp ext\nc:\n"
    ),
    "a plus before a symbol": (
        "push +s\npush + s + 4\nmov eax, +s\nmov eax, 4 + +s\nmov eax, +(s)\nadd eax, + +s\n"
        "call +s\nmov eax, [+s]\nlea rax, +s\npush +5\nmov eax, -+5\n"
    ),
    "the end": ".byte 1\n.end\n.byte 2\nthis is nothing\n",
    "comments": "nop # x\n# y\n /* z */ nop /* a\nb */\nnop ; nop ; # c\n",
    "carriage returns": 'nop\r\n.byte 1\r\nlabel:\r\n.asciz "x"\r\n',
    "conditions": (
        ".ifdef x\n.byte 1\n.endif\n.set x, 1\n.ifdef x\n.byte 2\n.else\n.byte 3\n.endif\n"
        ".ifndef y\n.byte 4\n.elseif 1\n.byte 5\n.endif\n.if 0\n.elseif 0\n.byte 6\n.elseif 1\n"
        ".byte 7\n.elseif 1\n.byte 8\n.else\n.byte 9\n.endif\n"
        ".ifeq 0\n.byte 14\n.endif\n.ifne 0\n.byte 15\n.endif\n.ifge -1\n.byte 16\n.endif\n"
        ".ifgt 1\n.byte 17\n.endif\n.ifle 0\n.byte 18\n.endif\n.iflt 0\n.byte 19\n.endif\n"
    ),
    "conditions on texts": (
        ".ifb\n.byte 1\n.endif\n.ifnb x\n.byte 2\n.endif\n.ifc a, a\n.byte 3\n.endif\n"
        ".ifnc a,b\n.byte 4\n.endif\n.ifc a b, a  b\n.byte 5\n.endif\n"
        ".ifc rax, RAX\n.byte 6\n.endif\n"
    ),
    "conditions on labels": (
        ".ifdef .L1\n.byte 1\n.endif\n.quad foo\n.ifdef foo\n.byte 2\n.endif\nfoo:\n"
        ".ifdef foo\n.byte 3\n.endif\n"
    ),
    "nested conditions": (
        ".if 1\n.if 0\n.byte 1\n.else\n.byte 2\n.endif\n.else\n.if 1\n.byte 3\n.endif\n.byte 4\n"
        ".endif\n.byte 5\n.if 1 ; .byte 6 ; .else ; .byte 7 ; .endif\n"
    ),
    "what is skipped is not read": '.if 0\n$%&\n.macro m\n.include "nothing"\n.endif\nnop\n',
}


@pytest.mark.parametrize("text", _SAME.values(), ids=_SAME.keys())
def test_a_directive_means_the_same(text: str, agree: Agree) -> None:
    agree(text)


_REFUSED = [
    "a b c\n",
    "a@b: nop\n",
    "nop // c\n",
    ".quad rax\n",
    ".quad 1b\n",
    ".globl a b\n",
    ".octa foo\n",
    ".16byte 1\n",
    ".byte'a'\n",
    "jmp- 5\n",
    "mov[rax], eax\n",
    '.ascii "a\0b"\n',
    ".long -(. - a)\n.data\na: .byte 1\n",
    ".long 4 - (. - a)\n.data\na: .byte 1\n",
    ".set x, ext / 4\n",
    ".set x, ext - ext_too\n",
    ".if 0\n.endif.endif\n.endif\n",
    ".if 0\n.elseif'1\n.endif\n",
    ".if 0\n.endifé\n.endif\n",
    ".if 0\n.byte '\n.endif\n",
    ".macro m\n.byte '\n.endm\n",
    ".macro m\n.byte '\\\n.endm\n",
    ".macro m x\n.endm\nmé\n",
    ".macro m\nnop\0x\n.endm\n",
    "loop 5\n",
    "mov eax, [rax + ext - here]\nhere:\n",
    "here: lgdt [ext - here]\n",
    "b: .set .Lx, b - ext\n",
    "a: loop offset a\n",
    ".set k, 5\njrcxz k\n",
    ".macro m\nnop\n.endm.endm\nm\n",
    ".ascii\nnop\n",
    ".quad foo - bar\n",
    ".quad foo * 2\n",
    ".quad -foo\n",
    ".balign 6\n",
    ".bss\n.byte 1\n",
    ".byte 1\n.org 8\n.org 4\n",
    ".skip foo\n",
    "a: jmp b\n.if . - a == 2\n.endif\nb:\n",
    "a: nop\n.balign 4\n.if . - a == 4\n.endif\n",
    "a: .org 4\n.if . - a == 4\n.endif\n",
    "loop a\n.skip 200\na:\n",
    "foo: nop\nfoo: nop\n",
    "foo: nop\n.set foo, 4\n",
    ".set a, a + 1\n.quad a\n",
    ".if x\n.endif\n",
    ".if 1\nnop\n",
    ".else\n",
    ".endif\n",
    ".if 1\n.else\n.else\n.endif\n",
    ".equiv b, 1\n.equiv b, 1\n",
    "z =\n",
    '.error "x"\n',
    ".macro m\nnop\n",
    ".rept 2\nnop\n",
    ".cfi_startproc\nnop\n",
    ".cfi_def_cfa_offset 16\n",
    "foo: .if 0\nbar: .else\nbaz: .endif\n",
]


@pytest.mark.parametrize("text", _REFUSED)
def test_what_gnu_as_refuses_we_refuse(text: str, gnu_as: GnuAs) -> None:
    data, _ = gnu_as.run(HEAD + text)
    assert data is None, "GNU as takes this"
    with pytest.raises(SourceError):
        assemble(HEAD + text)


#: What GNU as takes with a warning, or in a way that nobody expects.
_STRICTER = [
    ".byte 256\n",
    ".byte -129\n",
    ".long 0x100000000\n",
    ".quad 0x1ffffffffffffffff\n",
    ".quad 1,\n",
    ".quad 5 / 0\n",
    ".quad 1 << 64\n",
    ".byte '\\0'\n",
    '.ascii "\\q"\n',
    ".fill -1, 1, 1\n",
    ".skip -1\n",
    ".fill 2, 9, 1\n",
    ".org foo\n",
    ".octa 0 - 1\n",
    ".endm\n",
    ".popsection\n",
    ".set foo, 4\nfoo: nop\n",
    "jmp short a\n.skip 200\na:\n",
    "jmp short elsewhere\n",
    ".quad .Lundefined\n",
    "/ this is a comment to GNU as\n",
    '"a b": nop\n',
    ".quad [1 + 2]\n",
    ".text 1\nnop\n",
    ".section .init_array\n.quad 0\n",
    ".comm x, 4\n",
    ".bss\nnop\n",
]


@pytest.mark.parametrize("text", _STRICTER)
def test_what_gnu_as_takes_too_lightly_we_refuse(text: str, gnu_as: GnuAs) -> None:
    data, _ = gnu_as.run(HEAD + text)
    assert data is not None, "GNU as refuses this too: it belongs to the other list"
    with pytest.raises(SourceError):
        assemble(HEAD + text)


@pytest.mark.parametrize("head", ["", ".code32\n"])
def test_a_negative_size_is_kept_as_elf_keeps_it(agree: Callable[[str], Object], head: str) -> None:
    write_object(agree(f"{head}foo: nop\n.size foo, -1073741824\n.size bar, 1 << 31\n"))


def test_an_address_that_lea_cuts_to_32_bits_has_the_relocation_for_that(
    agree: Callable[[str], Object],
) -> None:
    lines = ["lea rsi, [rdi + f]", "lea esi, [rdi + f]", "lea si, [rdi + f + 5]"]
    lines += ["lea esi, [f]", "lea esi, [rip + f]", "lea esi, [edi + f]"]
    lines += ["mov esi, [rdi + f]", "lea r9d, [rdi + rcx * 2 + f]", ".code32", "lea eax, [f]"]
    agree("\n".join(lines) + "\n")


@pytest.mark.parametrize("flags", ["", "a", "ax"])
def test_a_section_keeps_what_its_name_says_whatever_is_left_out(
    agree: Callable[[str], Object], flags: str
) -> None:
    agree(f'.section .text.a, "{flags}"\nnop\n.balign 8\n.section .data, ""\n.byte 1\n')
