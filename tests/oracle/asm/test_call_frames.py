"""Call frame information: our `.eh_frame` is GNU as's, byte for byte."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest

from ring3.asm.object import Object

Agree = Callable[[str], Object]

_EVERY_DIRECTIVE = """
.globl f
.type f, @function
f:
.cfi_startproc
push rbp
.cfi_def_cfa_offset 16
.cfi_offset rbp, -16
mov rbp, rsp
.cfi_def_cfa_register rbp
nop
.cfi_remember_state
pop rbp
.cfi_def_cfa rsp, 8
.cfi_restore_state
.cfi_adjust_cfa_offset 8
.cfi_restore rbp
.cfi_undefined rip
.cfi_same_value rbx
.cfi_register rcx, r11
.cfi_rel_offset rbx, 8
.cfi_escape 0x0f, 3
.cfi_val_offset rdx, -24
nop
.cfi_offset 16, -8
.cfi_offset 3, 16
.cfi_offset xmm0, -16
.cfi_offset r15, -512
.cfi_def_cfa_offset 1000000
.cfi_def_cfa_offset -8
.cfi_def_cfa rbx, -16
.cfi_restore xmm7
.cfi_offset 65, -8
.cfi_restore 65
.cfi_val_offset rsp, 16
ret
.cfi_endproc
"""


def test_every_directive_is_written_in_the_same_way(agree: Agree) -> None:
    agree(_EVERY_DIRECTIVE)


@pytest.mark.parametrize(
    "text",
    [
        ".cfi_startproc\nnop\n.cfi_endproc\n",
        ".cfi_startproc simple\nnop\n.cfi_return_column rip\n.cfi_endproc\n",
        ".cfi_startproc\n.cfi_endproc\n",
        ".cfi_startproc\n.cfi_def_cfa_offset 16\nnop\n.cfi_endproc\n"
        ".cfi_startproc\n.cfi_def_cfa_offset 16\nnop\nnop\n.cfi_endproc\n"
        ".cfi_startproc\nnop\n.cfi_def_cfa_offset 16\n.cfi_endproc\n",
        ".cfi_startproc\n.cfi_signal_frame\nnop\n.cfi_endproc\n.cfi_startproc\nnop\n.cfi_endproc\n",
        ".cfi_startproc\n.cfi_remember_state\n.cfi_def_cfa_offset 16\nnop\n.cfi_endproc\n",
        ".cfi_startproc\n.cfi_escape 0x0e, 16\n.cfi_def_cfa_offset 16\nnop\n.cfi_endproc\n",
        ".cfi_sections .eh_frame\nnop\n.cfi_startproc\njmp over\n.cfi_def_cfa_offset 16\n"
        ".skip 200\nover: nop\n.cfi_def_cfa_offset 24\n.cfi_endproc\n",
        '.section .text.x, "ax"\nnop\n.cfi_startproc\nnop\n.cfi_endproc\n'
        ".text\n.cfi_startproc\nnop\n.cfi_endproc\n",
    ],
)
def test_procedures_share_what_gnu_as_lets_them_share(text: str, agree: Agree) -> None:
    agree(text)


@pytest.mark.parametrize("distance", [1, 63, 64, 255, 256, 65535, 65536])
def test_an_advance_of_every_width_is_the_same(distance: int, agree: Agree) -> None:
    agree(f".cfi_startproc\n.skip {distance}\n.cfi_def_cfa_offset 16\nnop\n.cfi_endproc\n")


@pytest.mark.parametrize("distance", [60, 61, 62, 120, 125, 126, 127, 128, 250, 251])
def test_an_advance_over_a_branch_is_the_same(distance: int, agree: Agree) -> None:
    agree(
        f".cfi_startproc\njmp over\n.skip {distance}\nover: .balign 4\n.cfi_def_cfa_offset 16\n"
        "nop\n.cfi_endproc\n"
    )


_RULES = (
    ".cfi_def_cfa_offset {offset}",
    ".cfi_adjust_cfa_offset 8",
    ".cfi_adjust_cfa_offset -8",
    ".cfi_offset {register}, -{offset}",
    ".cfi_rel_offset {register}, {offset}",
    ".cfi_def_cfa_register {register}",
    ".cfi_def_cfa {register}, {offset}",
    ".cfi_restore {register}",
    ".cfi_same_value {register}",
    ".cfi_undefined {register}",
)
_REGISTERS = ("rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "rsp", "r8", "r12", "r15", "rip")


@pytest.mark.parametrize("seed", range(40))
def test_random_procedures_are_written_in_the_same_way(seed: int, agree: Agree) -> None:
    random = Random(seed)
    lines = []
    for number in range(random.randint(1, 6)):
        lines.append(f"f{number}:\n.cfi_startproc{random.choice(('', '', ' simple'))}")
        for _ in range(random.randint(0, 12)):
            rule = random.choice(_RULES)
            register, offset = random.choice(_REGISTERS), 8 * random.randint(0, 40)
            lines.append(rule.format(register=register, offset=offset))
            lines += random.choices(
                ["nop", f"jmp f{number}", ".skip 70", ".balign 8", "jne 9f", ""],
                k=random.randint(0, 2),
            )
        lines.append("nop\n.cfi_endproc")
    agree("\n".join(lines) + "\n9:\n")
