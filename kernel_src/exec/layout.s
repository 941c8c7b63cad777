# Where the parts of a program lie, from the top downwards.
#
#   0x7ffffffff000 - up to 16 GiB       the stack's top
#   mmap base: 128 MiB or more below    mappings, each below the one before: a static-pie
#              that, - up to 1 TiB      or an interpreter, the vvar page and the vDSO,
#                                       then what mmap makes
#   0x555555554000 + up to 1 TiB        a position-independent program with an interpreter
#   0x555555555000 + up to 1 GiB        the heap of one without
#   the program's end + up to 1 GiB     the heap of all others
#
# All "up to" are random, with as many bits as Linux has; "norandmaps" on the command
# line makes them 0.  (Linux: arch/x86/mm/mmap.c.)

    .intel_syntax noprefix
    .include "include/memory.inc"
    .include "include/percpu.inc"
    .include "include/process.inc"

    .set STACK_RANDOM_MASK, 0x3fffff << PAGE_SHIFT
    .set MMAP_RANDOM_MASK, 0xfffffff << PAGE_SHIFT
    .set MMAP_GAP_MIN, 128 * MIB                # below TASK_SIZE_MAX
    .set MMAP_BASE_32, 0xf7fff000               # the highest mmap base for INT 0x80
    .set MMAP_RANDOM_MASK_32, 0xff << PAGE_SHIFT

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

    .global layout_choose
# Choose the running process's stack top and mmap bases.
# clobbers: RAX, RCX, RDX, RSI, RDI
layout_choose:
    mov rsi, gs:[PERCPU_PROCESS]
    mov rdi, STACK_RANDOM_MASK
    call random_place
    mov rcx, TASK_SIZE_MAX
    sub rcx, rax
    mov [rsi + PROCESS_STACK_TOP], rcx

    mov rax, STACK_RANDOM_MASK                  # the lowest place of a stack that moves
    and rax, [rip + random_mask]
    add rax, STACK_SIZE + STACK_GUARD
    mov ecx, MMAP_GAP_MIN
    cmp rax, rcx
    cmovb rax, rcx
    mov rcx, TASK_SIZE_MAX
    sub rcx, rax
    push rcx
    mov rdi, MMAP_RANDOM_MASK
    call random_place
    pop rcx
    sub rcx, rax
    mov [rsi + PROCESS_MMAP_BASE], rcx

    mov edi, MMAP_RANDOM_MASK_32
    call random_place
    mov ecx, MMAP_BASE_32
    sub ecx, eax
    mov [rsi + PROCESS_MMAP_BASE_32], rcx
    ret

    .section .rodata
no_random_option:
    .asciz "norandmaps"

    .bss
    .balign 8
random_mask:
    .skip 8
