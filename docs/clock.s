# clock.s: what time is it?  Each door is asked once.
    .intel_syntax noprefix
    .include "generated/syscalls.inc"
    .include "include/auxv.inc"

    .set CLOCK_MONOTONIC, 1

    .bss
    .balign 16
time:
    .skip   16                          # struct timespec

    .text
    .global _start
_start:
    mov     rdi, rsp
    call    find_auxv
    mov     rdi, rax
    mov     esi, AT_SYSINFO_EHDR        # where the vDSO lies
    call    auxv_value
    mov     rdi, rax
    call    find_functions              # its functions, by their names

# INT 0x80
    mov     ebx, CLOCK_MONOTONIC        # the i386's numbers and registers
    lea     ecx, [time]
    mov     eax, SYS32_clock_gettime64
    int     0x80

# SYSCALL
    mov     edi, CLOCK_MONOTONIC        # x86-64's
    lea     rsi, [rip + time]
    mov     eax, SYS_clock_gettime
    syscall

# vDSO
    mov     edi, CLOCK_MONOTONIC        # a C function's
    lea     rsi, [rip + time]
    call    [rip + vdso_clock_gettime]

# the end
    xor     edi, edi
    mov     eax, SYS_exit_group
    syscall
