# alignment.s: with RFLAGS.AC set a program's addresses must be multiples of what they
# move (SDM Vol. 3A, 6.15): #AC, SIGBUS.
    .intel_syntax noprefix
    .include "include/rflags.inc"

    .text
    .global _start
_start:
    push    RFLAGS_PLAIN | RFLAGS_AC
    popfq
    mov     eax, [rsp + 1]
    jmp     survived
