# try_exec.s: execute each argument as a program of its own.  Those that the kernel
# refuses get a line with the error; the first that it takes replaces this program.
    .intel_syntax noprefix
    .include "generated/syscalls.inc"
    .include "include/print.inc"
    .include "include/system.inc"

    .text
    .global _start
_start:
    mov     rdi, rsp
    call    find_environment
    mov     r12, rax
    lea     rbx, [rsp + 2 * POINTER_SIZE]   # argv[1]
1:  mov     rdi, [rbx]
    test    rdi, rdi
    jz      2f
    mov     [rip + vector], rdi
    lea     rsi, [rip + vector]
    mov     rdx, r12
    mov     eax, SYS_execve
    syscall
    mov     r13, rax
    mov     rdi, [rbx]
    call    print_string
    mov     edi, ' '
    call    print_character
    mov     rdi, r13
    call    print_signed
    call    print_newline
    add     rbx, POINTER_SIZE
    jmp     1b
2:  xor     edi, edi
    jmp     exit_program

    .bss
    .balign 8
vector:
    .zero   2 * POINTER_SIZE
