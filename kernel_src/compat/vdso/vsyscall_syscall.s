# __kernel_vsyscall on AMD's CPUs: SYSCALL from 32-bit code (AMD APM Vol. 2, 6.1).
#
# SYSCALL puts EIP into ECX.  So the second argument goes to the kernel in EBP, and the
# sixth, which was there, on the stack.  The kernel returns to the landing.

    .intel_syntax noprefix
    .code32
    .include "include/vdso32.inc"

    .text
    .global __kernel_vsyscall
    .type __kernel_vsyscall, @function
    .balign 16
# Make a system call.
# in:  EAX = number, EBX ECX EDX ESI EDI EBP = arguments
# out: EAX = result or -errno
__kernel_vsyscall:
    .cfi_startproc
    keep ecx
    keep edx
    keep ebp                                    # the sixth argument: the kernel reads it here
    mov ebp, ecx
    syscall
    int 0x80                                    # where a call that a signal broke off begins again
    .if . - __kernel_vsyscall != VSYSCALL_LANDING
    .error "the kernel returns to VSYSCALL_LANDING"
    .endif
    restore ebp
    restore edx
    restore ecx
    ret
    .cfi_endproc
    .size __kernel_vsyscall, . - __kernel_vsyscall
