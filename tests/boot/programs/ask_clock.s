# ask_clock.s: for every byte that is typed, what time it is: nanoseconds since the boot.
    .intel_syntax noprefix
    .include "generated/syscalls.inc"
    .include "include/clock.inc"
    .include "include/print.inc"
    .include "include/system.inc"

    .text
    .global _start
_start:
    mov     eax, SYS_read
    mov     edi, STDIN
    lea     rsi, [rip + typed]
    mov     edx, 1
    syscall
    cmp     rax, 1
    jne     1f
    mov     eax, SYS_clock_gettime
    mov     edi, CLOCK_MONOTONIC
    lea     rsi, [rip + answer]
    syscall
    imul    rdi, [rip + answer + TIMESPEC_SEC], NANOSECONDS
    add     rdi, [rip + answer + TIMESPEC_NSEC]
    call    print_decimal
    say_line " ns"
    call    print_flush
    jmp     _start
1:  xor     edi, edi
    jmp     exit_program

    .bss
    .balign 8
answer:
    .zero   TIMESPEC_SIZE
typed:
    .zero   1
