# noncanonical.s: bits 63 to 47 of an address must be alike (SDM Vol. 1, 3.3.7.1): an
# address between the halves is #GP, not #PF; SIGSEGV.
    .intel_syntax noprefix

    .set NONCANONICAL, 0x0000800000000000

    .text
    .global _start
_start:
    mov     rbx, NONCANONICAL
    mov     rax, [rbx]
    jmp     survived
