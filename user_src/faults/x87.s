# x87.s: an x87 error that is not masked waits for the next x87 instruction, and is
# #MF there (SDM Vol. 3A, 6.15): SIGFPE.
    .intel_syntax noprefix

    .set DIVISION_BY_ZERO, 1 << 2       # in the control word: set when masked

    .text
    .global _start
_start:
    fnstcw  [rip + control]
    and     word ptr [rip + control], ~DIVISION_BY_ZERO
    fldcw   [rip + control]
    fld1
    fldz
    fdivp   st(1), st                   # 1 / 0
    fwait
    jmp     survived

    .bss
    .balign 2
control:
    .zero   2
