# read_kernel.s: the kernel's half of the address space is not a program's to read:
# #PF, SIGSEGV.
    .intel_syntax noprefix
    .include "include/system.inc"

    .text
    .global _start
_start:
    mov     rbx, HIGH_HALF
    mov     rax, [rbx]
    jmp     survived
