# int_dpl0.s: a page fault cannot be feigned.  The gate of #PF has DPL 0, so INT 14
# from ring 3 is #GP (SDM Vol. 3A, 6.12.1.1), SIGSEGV.  Gate 0x80 has DPL 3: that
# is all the difference.
    .intel_syntax noprefix

    .set PAGE_FAULT, 14

    .text
    .global _start
_start:
    int     PAGE_FAULT
    jmp     survived
