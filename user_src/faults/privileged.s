# privileged.s: HLT belongs to ring 0 (SDM Vol. 3A, 5.9): #GP, SIGSEGV.
    .intel_syntax noprefix

    .text
    .global _start
_start:
    hlt
    jmp     survived
