# bound.s: BOUND is #BR when an index is outside of its limits (SDM Vol. 2A): SIGSEGV.
# 64-bit code has no BOUND any more, but a far jump leads to code that has.
    .intel_syntax noprefix
    .include "generated/syscalls.inc"

    .set CODE_32,         0x23          # selectors that Linux has, too
    .set DATA,            0x2b
    .set STATUS_SURVIVED, 1

    .text
    .global _start
_start:
    lea     rbx, [rip + limits]
    mov     ecx, DATA
    mov     ds, ecx                     # 64-bit code did without it
    ljmp    [rip + far_pointer]

    .code32
code_32:
    mov     eax, 2
    bound   eax, [ebx]
    mov     eax, SYS32_exit
    mov     ebx, STATUS_SURVIVED
    int     0x80

    .section .rodata
    .balign 8
limits:
    .long   0, 1
far_pointer:
    .long   code_32
    .word   CODE_32
