# only_ring3.s: for programs that would do harm elsewhere.
    .intel_syntax noprefix
    .include "generated/syscalls.inc"
    .include "include/print.inc"

    .set FIELD_SIZE,    65              # struct new_utsname: system, node, ...
    .set FIELDS,        6
    .set STATUS_USAGE,  2

    .text

# Go on only on ring3's own kernel, whose uname says so.
# in: nothing.  out: nothing; elsewhere it does not return.  clobbers: as a C function.
    .global only_in_ring3
only_in_ring3:
    sub     rsp, 8
    mov     eax, SYS_uname
    lea     rdi, [rip + names]
    syscall
    lea     rdi, [rip + names + FIELD_SIZE]
    lea     rsi, [rip + ring3_node]
    call    string_equal
    jz      1f
    add     rsp, 8
    ret
1:  say_line "This program attacks the kernel that it runs on: it runs in ring3 alone."
    mov     edi, STATUS_USAGE
    jmp     exit_program

# in: rdi = decimal digits.  out: rax = their number.  clobbers: rdi rdx.
    .global parse_decimal
parse_decimal:
    xor     eax, eax
1:  movzx   edx, byte ptr [rdi]
    sub     edx, '0'
    cmp     edx, 9
    ja      2f
    imul    rax, rax, 10
    add     rax, rdx
    inc     rdi
    jmp     1b
2:  ret

    .section .rodata
ring3_node:
    .asciz  "ring3"

    .bss
names:
    .zero   FIELDS * FIELD_SIZE
