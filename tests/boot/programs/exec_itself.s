# exec_itself.s: execute a file that is not there, then this one, which ends.
    .intel_syntax noprefix
    .include "generated/syscalls.inc"

    .text
    .global _start
_start:
    cmp     qword ptr [rsp], 1          # argc
    jne     1f
    mov     eax, SYS_execve
    lea     rdi, [rip + nothing]
    lea     rsi, [rip + argv]
    lea     rdx, [rip + envp]
    syscall
    mov     eax, SYS_execve
    lea     rdi, [rip + itself]
    syscall
1:  mov     eax, SYS_exit_group
    xor     edi, edi
    syscall

    .section .rodata
nothing:
    .asciz  "bin/nothing"
itself:
    .asciz  "bin/exec_itself"
argument:
    .asciz  "a\tb \"quoted\" \001\0019"

    .data
    .balign 8
argv:
    .quad   itself, argument, 0
envp:
    .quad   argument, 0
