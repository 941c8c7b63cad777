# read, write and their relatives: bytes from and to open files.
#
# What an open file is decides: a file's bytes lie in memory, the terminal waits for
# its keyboard, /dev/null takes all and has nothing, a folder is not read this way.

    .intel_syntax noprefix
    .include "include/errno.inc"
    .include "include/file.inc"
    .include "include/memory.inc"

    .set TRANSFER_MAX, 0x7ffff000               # MAX_RW_COUNT: a transfer's bytes fit an int
    .set VECTORS_MAX, 1024                      # UIO_MAXIOV
    .set VECTOR_SIZE, 16                        # struct iovec: address, length
    .set VECTOR32_SIZE, 8

    .text
    .global sys_read
# in:  EDI = descriptor, RSI = buffer, RDX = bytes
# out: RAX = bytes read, 0 at the end of input, or -errno
sys_read:
    call file_to_read
    js 1f
    push rcx
    mov r8, [rcx + FILE_OFFSET]
    call file_read
    pop rcx
    test rax, rax
    js 1f
    add [rcx + FILE_OFFSET], rax
1:  ret

    .global sys_pread64, sys32_pread64
# in:  EDI = descriptor, RSI = buffer, RDX = bytes, R10 = position
# out: RAX = bytes read or -errno
sys_pread64:
    test r10, r10
    mov rax, -EINVAL
    js 1f
    call file_to_read
    js 1f
    mov r8, r10
    mov rax, [rcx + FILE_NODE]
    cmp dword ptr [rax + NODE_KIND], KIND_TERMINAL
    jne file_read
    mov rax, -ESPIPE
1:  ret

# By INT 0x80 the position comes in halves: R10D, R8D.
sys32_pread64:
    shl r8, 32
    or r10, r8
    jmp sys_pread64

# in:  EDI = descriptor, RSI = buffer, RDX = bytes
# out: RCX = open file, RDX = not more than a transfer may have; or RAX = -errno, sign flag
# clobbers: RAX, RDI
file_to_read:
    mov eax, O_WRONLY
    jmp 1f
file_to_write:
    xor eax, eax
1:  push rax
    call file_of_descriptor
    mov rdi, rax
    pop rcx
    test rdi, rdi
    mov rax, -EBADF
    jz 2f
    mov eax, [rdi + FILE_FLAGS]
    test eax, O_PATH
    jnz 3f
    and eax, O_ACCESS_MODE
    cmp eax, ecx
    je 3f
    mov rcx, rsi
    call user_range
    mov rax, -EFAULT
    jae 2f
    mov ecx, TRANSFER_MAX
    cmp rdx, rcx
    cmova rdx, rcx
    mov rcx, rdi
    xor eax, eax
    ret
3:  mov rax, -EBADF
2:  test rax, rax
    ret

# in:  RCX = open file, RSI = buffer, RDX = bytes, R8 = position
# out: RAX = bytes read or -errno
# clobbers: all that a call may
file_read:
    mov rax, [rcx + FILE_NODE]
    mov r9d, [rax + NODE_KIND]
    cmp r9d, KIND_TERMINAL
    je .Lterminal
    cmp r9d, KIND_FOLDER
    je .Lfolder
    xor r9d, r9d
    sub r9, r8
    add r9, [rax + NODE_SIZE]                   # what is left from there
    jle .Lend                                   # /dev/null has no size: always at its end
    cmp rdx, r9
    cmova rdx, r9
    mov rdi, rsi
    mov rsi, [rax + NODE_DATA]
    add rsi, r8
    push rdx
    call copy_to_user
    pop rdx
    mov rcx, rdx
    sub rdx, rax
    mov rax, rdx
    jnz 1f                                      # a part is a success
    neg rcx
    sbb rax, rax                                # nothing was wanted: 0
    and rax, -EFAULT
1:  ret
.Lend:
    xor eax, eax
    ret
.Lfolder:
    mov rax, -EISDIR
    ret
.Lterminal:
    mov rdi, rsi
    mov rsi, rdx
    mov edx, [rcx + FILE_FLAGS]
    and edx, O_NONBLOCK
    jmp terminal_read

    .global sys_write
# in:  EDI = descriptor, RSI = bytes, RDX = how many
# out: RAX = bytes written, or -errno
sys_write:
    call file_to_write
    js 1f
    mov rcx, [rcx + FILE_NODE]
    mov rax, rdx
    cmp dword ptr [rcx + NODE_KIND], KIND_NULL
    je 1f
    push rbx
    push r12
    call terminal_write_begin
    mov rdi, rsi
    mov rsi, rdx
    call terminal_write
    call terminal_write_end
    pop r12
    pop rbx
1:  ret

    .global sys_readv, sys32_readv
# in:  EDI = descriptor, RSI = iovecs, EDX = how many
# out: RAX = bytes read, or -errno
sys_readv:
    mov ecx, VECTOR_SIZE
    jmp read_vectors
sys32_readv:
    mov ecx, VECTOR32_SIZE

# in:  as above, ECX = size of an iovec
read_vectors:
    push rbx
    push rbp
    push r12
    push r13
    push r14
    push r15
    mov ebx, edi
    mov rbp, rsi
    mov r14d, edx
    mov r15d, ecx
    xor edx, edx
    call file_to_read
    js .Lread
    call vectors_check
    test rax, rax
    js .Lread
    xor r13d, r13d                              # bytes so far
1:  sub r14d, 1
    jb 2f
    call vector_fetch
    test rax, rax
    js 3f
    test rsi, rsi
    jz 1b
    mov r12, rsi
    mov edx, TRANSFER_MAX
    sub rdx, r13
    cmp rsi, rdx
    cmovb rdx, rsi
    mov rsi, rdi
    mov edi, ebx
    call sys_read
    test rax, rax
    js 3f
    add r13, rax
    cmp rax, r12                                # a part is all that there is
    je 1b
2:  mov rax, r13
    jmp .Lread
3:  test r13, r13                               # what was read before the error counts
    cmovnz rax, r13
.Lread:
    pop r15
    pop r14
    pop r13
    pop r12
    pop rbp
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
    push rbx
    push rbp
    push r12
    push r13
    push r14
    push r15
    mov rbp, rsi                                # the iovecs
    mov r14d, edx                               # how many are left
    mov r15d, ecx
    xor edx, edx
    call file_to_write
    js .Lwritten
    mov r13, [rcx + FILE_NODE]
    call vectors_check                          # all, before the first is written
    test rax, rax
    js .Lwritten
    cmp dword ptr [r13 + NODE_KIND], KIND_NULL
    je .Lwritten
    call terminal_write_begin
3:  sub r14d, 1
    jb 4f
    call vector_fetch
    test rax, rax
    js .Lwritten
    call terminal_write
    test eax, eax
    jnz 3b                                      # 0: a bad address, or as much as there may be
4:  call terminal_write_end
.Lwritten:
    pop r15
    pop r14
    pop r13
    pop r12
    pop rbp
    pop rbx
    ret

# Check all iovecs.
# in:  RBP = the first's address in the program, R14D = how many, R15D = the size of one
# out: RAX = all their bytes, or -errno
# clobbers: RCX, RDX, RSI, RDI
vectors_check:
    push rbp
    push r14
    push r12
    xor r12d, r12d
    mov rax, -EINVAL
    cmp r14d, VECTORS_MAX
    ja 2f
1:  mov rax, r12
    sub r14d, 1
    jb 2f
    call vector_fetch
    test rax, rax
    js 2f
    mov rcx, rdi
    mov rdx, rsi
    call user_range
    mov rax, -EFAULT
    jae 2f
    add r12, rsi
    mov eax, TRANSFER_MAX
    cmp r12, rax
    cmova r12, rax
    jmp 1b
2:  pop r12
    pop r14
    pop rbp
    ret

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

    .global sys_sendfile, sys32_sendfile
# Write a file's bytes to the terminal without the program's help.
# in:  EDI = descriptor to write to, ESI = to read from, RDX = where the position is
#      and goes to, or 0 for the file's own, R10 = bytes
# out: RAX = bytes, or -errno
sys_sendfile:
    mov ecx, 8
    jmp send_file

# The same with a position of 32 bits.
sys32_sendfile:
    mov ecx, 4
send_file:
    push rbx
    push rbp
    push r12
    push r13
    push r14
    push rax                                    # room for the position
    mov qword ptr [rsp], 0
    mov r12d, edi
    mov r13, rdx
    mov r14, r10
    mov ebp, ecx
    test rdx, rdx
    jz 1f
    mov rdi, rsp
    xchg rsi, rdx
    push rdx
    mov edx, ecx
    call copy_from_user
    pop rsi
    test rax, rax
    mov rax, -EFAULT
    jnz .Lsent
1:  mov edi, esi
    xor esi, esi
    xor edx, edx
    call file_to_read
    js .Lsent
    mov rbx, rcx
    mov edi, r12d
    call file_to_write
    js .Lsent
    mov rdi, [rcx + FILE_NODE]
    mov rdx, [rbx + FILE_NODE]
    mov rax, -EINVAL
    mov ecx, [rdx + NODE_KIND]
    cmp ecx, KIND_FILE                          # what has no bytes in memory: read and write it
    jne .Lsent
    mov rcx, [rbx + FILE_OFFSET]
    test r13, r13
    cmovnz rcx, [rsp]
    test rcx, rcx
    js .Lsent
    mov rsi, [rdx + NODE_SIZE]
    xor eax, eax
    sub rsi, rcx
    jle .Lsent
    cmp rsi, r14
    cmova rsi, r14
    mov r14, rsi
    mov r8d, TRANSFER_MAX
    cmp rsi, r8
    cmova rsi, r8
    mov r14, rsi
    lea rax, [rcx + rsi]                        # the position afterwards
    mov [rsp], rax
    cmp dword ptr [rdi + NODE_KIND], KIND_NULL
    je 2f
    mov rdi, [rdx + NODE_DATA]
    add rdi, rcx
    call terminal_write_kernel
2:  mov rax, [rsp]
    test r13, r13
    jnz 3f
    mov [rbx + FILE_OFFSET], rax
    mov rax, r14
    jmp .Lsent
3:  mov rdi, r13
    mov rsi, rsp
    mov edx, ebp
    call copy_to_user
    test rax, rax
    mov rax, -EFAULT
    cmovz rax, r14
.Lsent:
    pop rcx
    pop r14
    pop r13
    pop r12
    pop rbp
    pop rbx
    ret
