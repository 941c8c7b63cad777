# Sleeps three ticks of the timer.
    .intel_syntax noprefix
    .include "generated/syscalls.inc"

    .text
    .global _start
_start:
    lea     rdi, [rip + duration]
    xor     esi, esi
    mov     eax, SYS_nanosleep
    syscall
    xor     edi, edi
    mov     eax, SYS_exit_group
    syscall

    .section .rodata
duration:
    .quad   0, 30000000                 # seconds, nanoseconds
