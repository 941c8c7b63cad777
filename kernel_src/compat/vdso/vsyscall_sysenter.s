# __kernel_vsyscall on Intel's CPUs: SYSENTER (SDM Vol. 2B; Vol. 3A 5.8.7).
#
# SYSENTER saves neither ESP nor EIP.  So ESP goes to the kernel in EBP, and the kernel
# returns to the one place that it knows: the landing, where EBP is popped again.  It
# may change ECX and EDX on that way (SYSEXIT needs them).

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
    mov ebp, esp
    sysenter
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
