# no_access.s: memory that was written to and then had its rights taken is there no more:
# #PF, SIGSEGV.
    .intel_syntax noprefix
    .include "generated/syscalls.inc"

    .set SIZE,           4096
    .set PROT_NONE,      0
    .set PROT_READ,      1
    .set PROT_WRITE,     2
    .set MAP_PRIVATE,    2
    .set MAP_ANONYMOUS,  0x20

    .text
    .global _start
_start:
    mov     eax, SYS_mmap
    xor     edi, edi
    mov     esi, SIZE
    mov     edx, PROT_READ | PROT_WRITE
    mov     r10d, MAP_PRIVATE | MAP_ANONYMOUS
    mov     r8, -1
    xor     r9d, r9d
    syscall
    mov     rbx, rax
    mov     byte ptr [rbx], 1
    mov     eax, SYS_mprotect
    mov     rdi, rbx
    mov     esi, SIZE
    mov     edx, PROT_NONE
    syscall
    mov     al, [rbx]
    jmp     survived
