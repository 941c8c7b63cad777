# breakpoint.s: INT3 is #BP, through a gate with DPL 3, so that a debugger can put
# it anywhere.  Without a debugger: SIGTRAP.
    .intel_syntax noprefix

    .text
    .global _start
_start:
    int3
    jmp     survived
