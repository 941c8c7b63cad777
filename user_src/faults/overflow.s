# overflow.s: the gate of #OF has DPL 3, since INTO, of 32-bit code, goes through it as
# INT3 does through #BP's (SDM Vol. 3A, 6.15).  INT 4 goes there too: SIGSEGV.
    .intel_syntax noprefix

    .set OVERFLOW, 4

    .text
    .global _start
_start:
    int     OVERFLOW
    jmp     survived
