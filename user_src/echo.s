# echo.s: read from standard input and write it back, until the end of the file.
    .intel_syntax noprefix
    .include "generated/syscalls.inc"
    .include "include/system.inc"

    .set CAPACITY,      4096
    .set STATUS_FAILED, 1

    .text
    .global _start
_start:
1:  mov     eax, SYS_read
    mov     edi, STDIN
    lea     rsi, [rip + buffer]
    mov     edx, CAPACITY
    syscall
    test    rax, rax
    js      2f
    jz      3f                          # the end of the file
    lea     rdi, [rip + buffer]
    mov     rsi, rax
    call    print_bytes
    call    print_flush                 # at once: somebody may wait for it
    test    rax, rax
    jz      1b
2:  mov     edi, STATUS_FAILED
    jmp     exit_program
3:  xor     edi, edi
    jmp     exit_program

    .bss
buffer:
    .zero   CAPACITY
