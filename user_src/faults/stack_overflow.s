# stack_overflow.s: a stack that grows without end meets a page that is not mapped: #PF,
# SIGSEGV.
    .intel_syntax noprefix

    .text
    .global _start
_start:
    push    rax
    jmp     _start
