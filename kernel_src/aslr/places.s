# Address space layout randomization: which bits of a program's places are random
# (init/layout.s); "norandmaps" on the command line says none.

    .intel_syntax noprefix

    .text
    .global layout_start
# Are places random?
# clobbers: RAX, RCX, RDX, RSI, RDI, R8
layout_start:
    lea rdi, [rip + no_random_option]
    call command_line_flag
    dec rax                                     # 0 becomes a mask of ones, 1 of zeros
    mov [rip + random_mask], rax
    ret

    .global random_place
# in:  RDI = mask: the bits that are random
# out: RAX = random bits, or 0 where places are not random
# clobbers: RCX, RDX
random_place:
    call random
    and rax, rdi
    and rax, [rip + random_mask]
    ret

    .section .rodata
no_random_option:
    .asciz "norandmaps"

    .bss
    .balign 8
    .global random_mask
random_mask:
    .skip 8
