# arch_prctl: the bases of FS and GS.

    .intel_syntax noprefix
    .include "include/errno.inc"
    .include "include/memory.inc"
    .include "include/registers.inc"

    .set ARCH_SET_GS, 0x1001
    .set ARCH_SET_FS, 0x1002
    .set ARCH_GET_FS, 0x1003
    .set ARCH_GET_GS, 0x1004

    .text
    .global sys_arch_prctl
# Set or get the base of FS or GS; FS is where C libraries keep a thread's data.
# in:  EDI = what, RSI = base, or where to put it
# out: RAX = 0 or -errno
sys_arch_prctl:
    mov ecx, MSR_FS_BASE
    cmp edi, ARCH_SET_FS
    je .Lset
    cmp edi, ARCH_GET_FS
    je .Lget
    mov ecx, MSR_KERNEL_GS_BASE                 # the program's, until the door's SWAPGS
    cmp edi, ARCH_SET_GS
    je .Lset
    cmp edi, ARCH_GET_GS
    je .Lget
    mov rax, -EINVAL
    ret
.Lset:
    mov rdx, TASK_SIZE_MAX                      # WRMSR of a non-canonical address is a #GP
    mov rax, -EPERM
    cmp rsi, rdx
    jae 1f
    mov rax, rsi
    call msr_write
    xor eax, eax
1:  ret
.Lget:
    mov rdi, rsi
    call msr_read
    mov edx, 8
    jmp store_value
