# sysenter64.s: SYSENTER in a 64-bit program, which the kernel has nowhere to return from.
    .intel_syntax noprefix

    .text
    .global _start
_start:
    mov     eax, 1
    sysenter
    ud2
