# undefined.s: UD2 is the instruction that is promised to be none: #UD, SIGILL.
    .intel_syntax noprefix

    .text
    .global _start
_start:
    ud2
    jmp     survived
