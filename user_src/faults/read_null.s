# read_null.s: no page is mapped at 0, so that a forgotten pointer is found: #PF,
# SIGSEGV.
    .intel_syntax noprefix

    .text
    .global _start
_start:
    xor     ebx, ebx
    mov     rax, [rbx]
    jmp     survived
