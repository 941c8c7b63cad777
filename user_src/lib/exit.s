# exit.s: the end of a program.
    .intel_syntax noprefix
    .include "generated/syscalls.inc"

    .set STATUS_CANNOT_WRITE, 1

    .text

# Write out what was printed, and end.  A program whose output went nowhere did
# not do its work: then status 0 becomes 1.
# in: edi = exit status.  Does not return.
    .global exit_program
exit_program:
    mov     ebx, edi
    call    print_flush
    test    rax, rax
    jz      1f
    test    ebx, ebx
    jnz     1f
    mov     ebx, STATUS_CANNOT_WRITE
1:  mov     edi, ebx
    mov     eax, SYS_exit_group
    syscall
