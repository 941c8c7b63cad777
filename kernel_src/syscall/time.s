# Calls that tell the time.  They read the same page as the vDSO (include/vvar.inc).

    .intel_syntax noprefix
    .include "include/errno.inc"
    .include "include/percpu.inc"
    .include "include/process.inc"
    .include "include/vvar.inc"

    .text
    .global sys_clock_gettime
# in:  EDI = clock, RSI = where to put a struct timespec
# out: RAX = 0 or -errno
sys_clock_gettime:
    push rsi
    call clock_read
    pop rdi
    jc bad_clock
store_pair:                                     # RCX and RAX, as two 64-bit numbers
    push rax
    push rcx
    mov edx, 16

    .global store_pair, store_struct, bad_clock
# Store what lies on the stack.
# in:  RDI = address, EDX = bytes, [RSP] = two slots with them
# out: RAX = 0 or -errno
store_struct:
    mov rsi, rsp
    call copy_to_user
    add rsp, 16
    test rax, rax
    jz 1f
    mov rax, -EFAULT
1:  ret
bad_clock:
    mov rax, -EINVAL
    ret

    .global sys_clock_getres
# in:  EDI = clock, RSI = where to put a struct timespec, or 0
# out: RAX = 0 or -errno
sys_clock_getres:
    call clock_resolution
    jc bad_clock
    mov rdi, rsi
    test rsi, rsi
    jnz store_pair
    xor eax, eax
    ret

    .global sys_time
# in:  RDI = where to put the seconds as well, or 0
# out: RAX = seconds since 1970-01-01, or -errno
sys_time:
    mov edx, 8
    mov rax, [rip + vvar_page + VVAR_BASES]
store_seconds:                                  # RAX, in EDX bytes
    test rdi, rdi
    jz 1f
    push rax
    mov rsi, rsp
    call copy_to_user
    test rax, rax
    pop rax
    jz 1f
    mov rax, -EFAULT
1:  ret

    .global sys32_time
# in:  RDI = where to put the seconds as well, or 0
# out: RAX = seconds since 1970-01-01, or -errno
sys32_time:
    mov edx, 4
    movsxd rax, dword ptr [rip + vvar_page + VVAR_BASES]
    jmp store_seconds
