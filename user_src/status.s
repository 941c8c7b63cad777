# status.s: end with the exit status that the first argument names.
    .intel_syntax noprefix
    .include "include/system.inc"
    .include "include/print.inc"

    .set ARGV_1,        2 * POINTER_SIZE    # argc and argv[0] come before it
    .set STATUS_USAGE,  2
    .set DECIMAL,       10

    .text
    .global _start
_start:
    cmp     qword ptr [rsp], 2          # argc
    jne     usage
    mov     rsi, [rsp + ARGV_1]
    cmp     byte ptr [rsi], 0
    je      usage

    xor     edi, edi
1:  movzx   eax, byte ptr [rsi]
    test    eax, eax
    jz      exit_program                # the kernel keeps the low 8 bits
    sub     eax, '0'
    cmp     eax, DECIMAL
    jae     usage
    imul    edi, edi, DECIMAL
    add     edi, eax
    inc     rsi
    jmp     1b

usage:
    say_line "usage: status NUMBER"
    mov     edi, STATUS_USAGE
    jmp     exit_program
