# alive.s: a program with code, constants, data and zeros, which looks at all of them,
# says its argv, and ends with status 7.
    .intel_syntax noprefix
    .include "generated/syscalls.inc"
    .include "include/print.inc"
    .include "include/system.inc"

    .set DATA,    0x1122334455667788
    .set ZEROS,   0x3000
    .set ALIVE,   7
    .set CHANGED, 8

    .text
    .global _start
_start:
    mov     rbx, rsp
    mov     edi, CHANGED
    mov     rax, DATA
    cmp     [rip + data], rax
    jne     exit_program
    mov     [rip + data], rsp
    lea     rdi, [rip + zeros]
    mov     ecx, ZEROS / 8
    xor     eax, eax
    repe scasq
    mov     edi, CHANGED
    jne     exit_program
    mov     [rip + zeros_end - 8], rsp
    say     "alive:"
1:  add     rbx, POINTER_SIZE
    cmp     qword ptr [rbx], 0
    je      2f
    say     " "
    mov     rdi, [rbx]
    call    print_string
    jmp     1b
2:  call    print_newline
    mov     edi, ALIVE
    jmp     exit_program

    .data
    .balign 8
data:
    .quad   DATA

    .bss
zeros:
    .zero   ZEROS
zeros_end:
