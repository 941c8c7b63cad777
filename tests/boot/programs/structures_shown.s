# structures_shown.s: calls that fill structures in, for strace to show.
    .intel_syntax noprefix
    .include "generated/syscalls.inc"

    .set AT_FDCWD,     -100
    .set BAD,          0x10
    .set LIMIT_CORE,   4
    .set LIMIT_LOCKS,  10               # which nobody has

    .text
    .global _start
_start:
    mov     eax, SYS_newfstatat
    mov     edi, AT_FDCWD
    lea     rsi, [rip + root]
    lea     rdx, [rip + buffer]
    xor     r10d, r10d
    syscall
    mov     eax, SYS_stat
    lea     rdi, [rip + null]
    lea     rsi, [rip + buffer]
    syscall
    mov     eax, SYS_lstat
    lea     rdi, [rip + itself]
    lea     rsi, [rip + buffer]
    syscall
    mov     eax, SYS_stat
    lea     rdi, [rip + itself]
    mov     esi, BAD
    syscall
    mov     eax, SYS_uname
    lea     rdi, [rip + buffer]
    syscall
    mov     eax, SYS_prlimit64
    xor     edi, edi
    mov     esi, LIMIT_LOCKS
    xor     edx, edx
    lea     r10, [rip + buffer]
    syscall
    mov     eax, SYS_setrlimit
    mov     edi, LIMIT_CORE
    lea     rsi, [rip + limit]
    syscall
    mov     eax, SYS_getrlimit
    mov     edi, LIMIT_CORE
    lea     rsi, [rip + buffer]
    syscall
    mov     eax, SYS_getrlimit
    mov     edi, LIMIT_CORE
    mov     esi, BAD
    syscall
    mov     eax, SYS_exit_group
    xor     edi, edi
    syscall

    .section .rodata
root:
    .asciz  "/"
null:
    .asciz  "/dev/null"
itself:
    .asciz  "bin/structures_shown"
    .balign 8
limit:
    .quad   0, 4096

    .bss
    .balign 8
buffer:
    .zero   512
