# The structure that belongs to this CPU, reached through GS.

    .intel_syntax noprefix
    .include "include/percpu.inc"
    .include "include/registers.inc"

    .text
    .global percpu_start
# Point GS at it.  SWAPGS will exchange this base with the program's.
# clobbers: RAX, RCX, RDX
percpu_start:
    lea rdx, [rip + percpu]
    lea rax, [rip + kernel_stack_top]
    mov [rdx + PERCPU_KERNEL_STACK], rax
    mov eax, edx
    shr rdx, 32
    mov ecx, MSR_GS_BASE
    wrmsr
    ret

    .bss
    .balign 64
percpu:                                         # CPU 0 of node 0
    .skip PERCPU_SIZE
