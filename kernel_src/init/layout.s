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
# That is the 64-bit one; the i386's has the same parts below 4 GiB.
#
# All "up to" are random, with as many bits as Linux has; "norandmaps" on the command
# line makes them 0.  (Linux: arch/x86/mm/mmap.c.)

    .intel_syntax noprefix
    .include "include/elf.inc"
    .include "include/image.inc"
    .include "include/layout.inc"
    .include "include/memory.inc"
    .include "include/percpu.inc"
    .include "include/process.inc"
    .include "include/selectors.inc"

    .set MMAP_GAP_MIN, 128 * MIB                # below the end of all addresses
    .set MMAP_BASE_32, 0xf7fff000               # the highest mmap base for INT 0x80
    .set MMAP_RANDOM_MASK_32, 0xff << PAGE_SHIFT

    .text
    .global layout_choose
# Choose the layout of the program that elf_check accepted, the running process's stack
# top and its mmap bases.
# clobbers: RAX, RCX, RDX, RSI, RDI
layout_choose:
    push rbx
    mov rsi, gs:[PERCPU_PROCESS]
    lea rbx, [rip + layout_64]
    lea rax, [rip + layout_32]
    cmp dword ptr [rip + program_image + IMAGE_HEADER_SIZE], SEGMENT32_HEADER_SIZE
    cmove rbx, rax
    mov [rsi + PROCESS_LAYOUT], rbx
    mov rdi, [rbx + LAYOUT_STACK_RANDOM]
    call random_place
    mov rcx, [rbx + LAYOUT_TASK_SIZE]
    sub rcx, rax
    mov [rsi + PROCESS_STACK_TOP], rcx

    mov rax, [rbx + LAYOUT_STACK_RANDOM]        # the lowest place of a stack that moves
    and rax, [rip + random_mask]
    add rax, STACK_SIZE + STACK_GUARD
    mov ecx, MMAP_GAP_MIN
    cmp rax, rcx
    cmovb rax, rcx
    mov rcx, [rbx + LAYOUT_TASK_SIZE]
    sub rcx, rax
    push rcx
    mov rdi, [rbx + LAYOUT_MMAP_RANDOM]
    call random_place
    pop rcx
    sub rcx, rax
    mov [rsi + PROCESS_MMAP_BASE], rcx
    mov [rsi + PROCESS_MMAP_BASE_32], rcx
    lea rax, [rip + layout_32]
    cmp rbx, rax
    je 1f

    mov edi, MMAP_RANDOM_MASK_32
    call random_place
    mov ecx, MMAP_BASE_32
    sub ecx, eax
    mov [rsi + PROCESS_MMAP_BASE_32], rcx
1:  pop rbx
    ret

    .section .rodata
    .balign 8
    .global layout_32
layout_64:
    .quad TASK_SIZE_MAX
    .quad 0x3fffff << PAGE_SHIFT
    .quad 0xfffffff << PAGE_SHIFT
    .quad 0x3ffff << PAGE_SHIFT
    .quad 0x555555554000, 0x555555555000        # two thirds of the address space
    .quad 8, USER_CODE, 0
layout_32:
    .quad TASK_SIZE_32
    .quad 0x7ff << PAGE_SHIFT
    .quad 0xff << PAGE_SHIFT
    .quad 0x1fff << PAGE_SHIFT
    .quad 0x56555000, 0x56555000                # 16 MiB above a third of it
    .quad 4, USER_CODE32, USER_DATA
