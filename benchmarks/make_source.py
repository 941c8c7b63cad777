"""Writes ten_thousand_lines.s: what the assembler's benchmark assembles.

    python benchmarks/make_source.py

Ten thousand lines as a kernel has them: moves, arithmetic, memory operands, calls,
jumps over short and long distances, data, some macros.  Seeded, so that it is always
the same file.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

LINES = 10_000
SOURCE = Path(__file__).parent / "ten_thousand_lines.s"

WIDE = ["rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", *(f"r{n}" for n in range(8, 16))]
NARROW = ["eax", "ebx", "ecx", "edx", "esi", "edi", "ebp", *(f"r{n}d" for n in range(8, 16))]
ARITHMETIC = ["add", "sub", "and", "or", "xor", "cmp", "adc", "sbb"]
JUMPS = ["je", "jne", "jb", "jae", "jl", "jge", "js", "jmp"]

HEAD = """\
# Written by make_source.py: ten thousand lines for the assembler's benchmark.
    .intel_syntax noprefix
    .macro save first, second
    push \\first
    push \\second
    .endm
    .text
    .global _start
_start:
"""


def main() -> None:
    """Write the file."""
    chance = random.Random(1)
    lines = HEAD.splitlines()
    routine = 0
    while len(lines) < LINES - 20:
        lines.append(f"routine_{routine}:")
        for position in range(30):
            if position % 10 == 0:
                lines.append(f"{position // 10 + 1}:")
            lines.append("    " + chance.choice(STATEMENTS)(chance, routine))
        lines += ["    ret", "    .balign 16"]
        routine += 1
    lines += ["1:  ret"]  # where the last routine's jumps go
    lines += ["    .data", "table:", "    .quad routine_0, routine_1", "    .section .rodata"]
    while len(lines) < LINES:
        lines.append(f'    .asciz "text {len(lines)}"')
    SOURCE.write_text("\n".join(lines) + "\n", encoding="ascii")


def memory(chance: random.Random) -> str:
    """An address of one of the usual shapes."""
    base, index = chance.choice(WIDE), chance.choice(WIDE)
    offset = chance.randrange(-0x200, 0x400)
    return chance.choice(
        (
            f"[{base}]",
            f"[{base} + {offset & 0xFFF}]",
            f"[{base} - {offset & 0x7F}]",
            f"[{base} + {index}*{chance.choice((1, 2, 4, 8))} + {offset & 0xFF}]",
            "[rip + table]",
            f"gs:[{offset & 0xF8}]",
        )
    )


STATEMENTS: tuple[Callable[[random.Random, int], str], ...] = (
    lambda c, _: f"mov {c.choice(WIDE)}, {c.choice(WIDE)}",
    lambda c, _: f"mov {c.choice(NARROW)}, {c.randrange(1 << 20)}",
    lambda c, _: f"mov {c.choice(WIDE)}, {memory(c)}",
    lambda c, _: f"mov {memory(c)}, {c.choice(WIDE)}",
    lambda c, _: f"lea {c.choice(WIDE)}, {memory(c).removeprefix('gs:')}",
    lambda c, _: f"{c.choice(ARITHMETIC)} {c.choice(WIDE)}, {c.choice(WIDE)}",
    lambda c, _: f"{c.choice(ARITHMETIC)} {c.choice(NARROW)}, {c.randrange(-300, 300)}",
    lambda c, _: f"{c.choice(ARITHMETIC)} {c.choice(WIDE)}, {memory(c)}",
    lambda c, _: f"test {c.choice(NARROW)}, {c.choice(NARROW)}",
    lambda c, _: f"shl {c.choice(WIDE)}, {c.randrange(1, 63)}",
    lambda c, _: f"movzx {c.choice(NARROW)}, byte ptr {memory(c)}",
    lambda c, _: f"{c.choice(JUMPS)} {c.choice(('1b', '1f'))}",
    lambda c, n: f"call routine_{c.randrange(n + 1)}",
    lambda c, _: f"save {c.choice(WIDE)}, {c.choice(WIDE)}",
)

if __name__ == "__main__":
    main()
