# behind_file.s: a mapping of a file may reach beyond its end, but not be touched there:
# #PF, SIGBUS.
    .intel_syntax noprefix
    .include "generated/syscalls.inc"

    .set SIZE,           4096
    .set PROT_READ,      1
    .set MAP_PRIVATE,    2
    .set FAR_BEHIND,     1 << 30

    .text
    .global _start
_start:
    mov     eax, SYS_open
    lea     rdi, [rip + path]
    xor     esi, esi                    # O_RDONLY
    syscall
    mov     r8, rax
    mov     eax, SYS_mmap
    xor     edi, edi
    mov     esi, SIZE
    mov     edx, PROT_READ
    mov     r10d, MAP_PRIVATE
    mov     r9d, FAR_BEHIND
    syscall
    mov     rbx, rax
    mov     al, [rbx]
    jmp     survived

    .section .rodata
path:
    .asciz  "/proc/self/exe"
