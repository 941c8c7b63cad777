# stack_segment.s: an address that is not canonical is #SS, not #GP, when it is RSP's or
# RBP's (SDM Vol. 3A, 6.15): SIGBUS.
    .intel_syntax noprefix

    .set NONCANONICAL, 0x0000800000000000

    .text
    .global _start
_start:
    mov     rsp, NONCANONICAL
    pop     rax
    jmp     survived
