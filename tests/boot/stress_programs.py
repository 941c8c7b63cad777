"""Programs that make a harness's life hard, as ring3 assembles them."""

from __future__ import annotations

_PROGRAM = """
    .intel_syntax noprefix
    .include "generated/syscalls.inc"
    .section .rodata
text:
    {data}
    .set SIZE, . - text
    .text
    .global _start
_start:
    mov     edi, 1
    lea     rsi, [rip + text]
    mov     edx, SIZE
    mov     eax, SYS_write
    syscall
    {end}
"""

_EXIT = """
    mov     edi, {status}
    mov     eax, SYS_exit_group
    syscall
"""

FOREVER = "jmp ."
AGAIN = "jmp _start"
FAULT = "mov [0], eax"


def says(data: bytes, *, status: int | None = None, then: str = FOREVER) -> str:
    """A program that writes ``data`` and exits with ``status``, or does ``then``."""
    # A line of source is no place for thousands of numbers.
    rows = [data[begin : begin + 32] for begin in range(0, len(data), 32)]
    directives = "\n    ".join(".byte " + ", ".join(map(str, row)) for row in rows)
    end = then if status is None else _EXIT.format(status=status)
    return _PROGRAM.format(data=directives, end=end)
