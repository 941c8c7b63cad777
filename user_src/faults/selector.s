# selector.s: the kernel's data segment has DPL 0 and is not for a program to
# load (SDM Vol. 3A, 5.7): #GP with the selector as its error code, SIGSEGV.
    .intel_syntax noprefix

    .set KERNEL_DATA, 0x18

    .text
    .global _start
_start:
    mov     eax, KERNEL_DATA
    mov     ss, eax
    jmp     survived
