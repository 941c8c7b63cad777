# syscall_32.s: SYSCALL from 32-bit code, which Intel's CPUs do not know (SDM Vol. 2B).
    .intel_syntax noprefix
    .include "generated/syscalls.inc"

    .set CODE_32, 0x23

    .text
    .global _start
_start:
    mov     eax, SYS32_getpid
    ljmp    [rip + far_pointer]

    .code32
code_32:
    syscall
    mov     eax, SYS32_exit
    xor     ebx, ebx
    int     0x80

    .section .rodata
far_pointer:
    .long   code_32
    .word   CODE_32
