# crash.s: execute files that are broken, until one of them is a program after all.
#
#   crash FIRST                 bin/crash-00000 and so on, from number FIRST on
#
# It says which file it tries.  execve must refuse it, or run it; it comes to an end
# when there is no next one.
    .intel_syntax noprefix
    .include "generated/syscalls.inc"
    .include "include/errno.inc"
    .include "include/print.inc"
    .include "include/system.inc"

    .set ARGV_1,        2 * POINTER_SIZE
    .set DIGITS,        5
    .set STATUS_USAGE,  2

    .text
    .global _start
_start:
    mov     rbx, rsp
    call    only_in_ring3
    cmp     qword ptr [rbx], 2
    jne     usage
    mov     rdi, [rbx + ARGV_1]
    call    parse_decimal
    mov     rbx, rax

1:  mov     rax, rbx                    # the number as digits, the last first
    lea     rsi, [rip + path_digits + DIGITS]
    mov     ecx, 10
2:  xor     edx, edx
    div     rcx
    add     edx, '0'
    dec     rsi
    mov     [rsi], dl
    lea     rdx, [rip + path_digits]
    cmp     rsi, rdx
    ja      2b

    lea     rdi, [rip + path]
    call    print_string
    call    print_newline
    call    print_flush
    lea     rdi, [rip + path]
    lea     rsi, [rip + arguments]
    mov     [rsi], rdi
    lea     rdx, [rip + environment]
    mov     eax, SYS_execve
    syscall
    inc     rbx
    cmp     rax, -ENOENT
    jne     1b
    say_line "no more"
    xor     edi, edi
    jmp     exit_program
usage:
    say_line "usage: crash FIRST"
    mov     edi, STATUS_USAGE
    jmp     exit_program

    .data
path:
    .ascii  "bin/crash-"
path_digits:
    .zero   DIGITS
    .byte   0

    .bss
    .balign 8
arguments:                              # the path and the end
    .zero   2 * POINTER_SIZE
environment:
    .zero   POINTER_SIZE
