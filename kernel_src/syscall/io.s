# read, write, writev: the console, which is what descriptors 0, 1 and 2 are.

    .intel_syntax noprefix
    .include "include/errno.inc"
    .include "include/memory.inc"

    .set DESCRIPTORS, 3
    .set TRANSFER_MAX, 0x7ffff000               # MAX_RW_COUNT: a transfer's bytes fit an int
    .set VECTORS_MAX, 1024                      # UIO_MAXIOV
    .set VECTOR_SIZE, 16                        # struct iovec: address, length
    .set VECTOR32_SIZE, 8

    .text
    .global sys_read
# in:  EDI = descriptor, RSI = buffer, RDX = bytes
# out: RAX = bytes read, 0 at the end of input, or -errno
sys_read:
    cmp edi, DESCRIPTORS
    jae bad_descriptor
    mov rcx, rsi
    call user_range
    jae bad_address
    mov rdi, rsi
    mov rsi, rdx
    mov eax, TRANSFER_MAX
    cmp rsi, rax
    cmova rsi, rax
    jmp terminal_read
bad_descriptor:
    mov rax, -EBADF
    ret
bad_address:
    mov rax, -EFAULT
    ret

    .global sys_write
# in:  EDI = descriptor, RSI = bytes, RDX = how many
# out: RAX = bytes written, or -errno
sys_write:
    cmp edi, DESCRIPTORS
    jae bad_descriptor
    mov rcx, rsi
    call user_range
    jae bad_address
    mov eax, TRANSFER_MAX
    cmp rdx, rax
    cmova rdx, rax
    push rbx
    push r12
    call terminal_write_begin
    mov rdi, rsi
    mov rsi, rdx
    call terminal_write
    call terminal_write_end
    pop r12
    pop rbx
    ret

    .global sys_writev, sys32_writev
# in:  EDI = descriptor, RSI = iovecs, EDX = how many
# out: RAX = bytes written, or -errno
sys_writev:
    mov ecx, VECTOR_SIZE
    jmp write_vectors
sys32_writev:
    mov ecx, VECTOR32_SIZE

# in:  as above, ECX = size of an iovec
write_vectors:
    cmp edi, DESCRIPTORS
    jae bad_descriptor
    push rbx
    push r12
    push r13
    push r14
    push r15
    push rbp
    mov r13, rsi                                # the iovecs
    mov r14d, edx                               # how many are left
    mov r15d, ecx
    mov rax, -EINVAL
    cmp edx, VECTORS_MAX
    ja .Ldone
    mov rbp, r13
    push r14
1:  sub r14d, 1                                 # all are checked before the first is written
    jb 2f
    call vector_fetch
    test rax, rax
    js .Lbad
    mov rcx, rdi
    mov rdx, rsi
    call user_range
    mov rax, -EFAULT
    jae .Lbad
    jmp 1b
2:  pop r14
    mov rbp, r13
    call terminal_write_begin
3:  sub r14d, 1
    jb 4f
    call vector_fetch
    test rax, rax
    js .Ldone
    call terminal_write
    test eax, eax
    jnz 3b                                      # 0: a bad address, or as much as there may be
4:  call terminal_write_end
.Ldone:
    pop rbp
    pop r15
    pop r14
    pop r13
    pop r12
    pop rbx
    ret
.Lbad:
    pop r14
    jmp .Ldone

# Fetch an iovec.
# in:  RBP = its address in the program, R15D = its size
# out: RDI = bytes, RSI = how many, RBP = the next iovec; RAX = 0 or -errno
# clobbers: RCX, RDX
vector_fetch:
    sub rsp, VECTOR_SIZE
    mov rdi, rsp
    mov rsi, rbp
    mov edx, r15d
    call copy_from_user
    add rbp, r15
    test rax, rax
    mov rax, -EFAULT
    jnz 2f
    mov rdi, [rsp]
    mov rsi, [rsp + 8]
    cmp r15d, VECTOR_SIZE
    je 1f
    mov edi, [rsp]                              # the i386's has halves of the size
    movsxd rsi, dword ptr [rsp + 4]
1:  mov rax, -EINVAL
    test rsi, rsi                               # a length is signed
    js 2f
    xor eax, eax
2:  lea rsp, [rsp + VECTOR_SIZE]
    ret
