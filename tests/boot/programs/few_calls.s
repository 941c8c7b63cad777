# few_calls.s: getppid eight times by each of two doors, in the loop in which `bench` measures
# them (load the number, enter, count down), then the time by the vDSO.
    .intel_syntax noprefix
    .include "generated/syscalls.inc"
    .include "include/auxv.inc"
    .set    CALLS, 8

    .text
    .global _start
_start:
    mov     rdi, rsp
    call    find_auxv
    mov     rdi, rax
    mov     esi, AT_SYSINFO_EHDR
    call    auxv_value
    mov     rdi, rax
    call    find_functions
    mov     ebx, CALLS
1:  mov     eax, SYS_getppid
    syscall
    dec     ebx
    jnz     1b
    mov     r12d, CALLS
2:  mov     eax, SYS32_getppid
    int     0x80
    dec     r12d
    jnz     2b
    xor     edi, edi
    call    [rip + vdso_time]
    xor     edi, edi
    mov     eax, SYS_exit_group
    syscall
