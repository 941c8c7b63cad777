# __kernel_vsyscall where the CPU has no faster door for 32-bit code.

    .intel_syntax noprefix
    .code32

    .text
    .global __kernel_vsyscall
    .type __kernel_vsyscall, @function
    .balign 16
# Make a system call.
# in:  EAX = number, EBX ECX EDX ESI EDI EBP = arguments
# out: EAX = result or -errno
__kernel_vsyscall:
    .cfi_startproc
    int 0x80
    ret
    .cfi_endproc
    .size __kernel_vsyscall, . - __kernel_vsyscall
