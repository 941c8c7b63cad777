# write, for a kernel that knows of no files: descriptors 1 and 2 are the serial line.
# calls/io.s, which knows of all descriptors, takes its place.

    .intel_syntax noprefix
    .include "include/errno.inc"

    .set STDOUT, 1
    .set STDERR, 2
    .set PIECE, 256

    .text
    .weak sys_write
# in:  EDI = descriptor, RSI = bytes, RDX = how many
# out: RAX = how many were written, or -errno
sys_write:
    push rbx
    push r12
    push r13
    mov rax, -EBADF
    cmp edi, STDOUT
    jb 3f
    cmp edi, STDERR
    ja 3f
    mov rbx, rsi
    mov r12, rdx
    xor r13d, r13d                              # how many were written
1:  mov rax, r13
    mov edx, PIECE
    cmp rdx, r12
    cmova rdx, r12
    test rdx, rdx
    jz 3f
    lea rdi, [rip + piece]
    mov rsi, rbx
    call copy_from_user
    test rax, rax
    jnz 2f
    add rbx, rdx
    sub r12, rdx
    add r13, rdx
    lea rdi, [rip + piece]
    mov rsi, rdx
    call serial_write
    jmp 1b
2:  mov rax, -EFAULT
    test r13, r13
    cmovnz rax, r13
3:  pop r13
    pop r12
    pop rbx
    ret

    .bss
piece:
    .skip PIECE
