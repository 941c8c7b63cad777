# Paths: from a text to a node of the tree (POSIX.1-2017, 4.13).

    .intel_syntax noprefix
    .include "include/errno.inc"
    .include "include/file.inc"
    .include "include/percpu.inc"
    .include "include/process.inc"

    .text
    .global path_find
# Follow a path.
# in:  RDI = path, ends with NUL; RSI = the folder where a relative one begins;
#      EDX = 0 when a link at its end is what is wanted, else what it leads to
# out: RAX = node, or -errno
# clobbers: RCX, RDX, RSI, RDI, R8
path_find:
    push rbx
    push r12
    push r13
    mov rbx, rsi
    mov r12, rdi
    mov r13d, edx
    mov rax, -ENOENT
    cmp byte ptr [r12], 0
    je .Lreturn
    cmp byte ptr [r12], '/'
    cmove rbx, [rip + root]
.Lpart:
    cmp byte ptr [r12], '/'
    jne 1f
    inc r12
    jmp .Lpart
1:  cmp byte ptr [r12], 0
    je .Lfound
    mov rax, -ENOTDIR                           # there is more, so this must be a folder
    cmp dword ptr [rbx + NODE_KIND], KIND_FOLDER
    jne .Lreturn
    mov rsi, r12
2:  inc r12
    cmp byte ptr [r12], 0
    je 3f
    cmp byte ptr [r12], '/'
    jne 2b
3:  mov rdx, r12
    sub rdx, rsi
    mov rax, -ENAMETOOLONG
    cmp rdx, NAME_MAX
    ja .Lreturn
    cmp byte ptr [rsi], '.'
    jne 4f
    cmp edx, 1
    je .Lpart
    cmp edx, 2
    jne 4f
    cmp byte ptr [rsi + 1], '.'
    jne 4f
    mov rbx, [rbx + NODE_PARENT]
    jmp .Lpart
4:  mov rdi, rbx
    call child_find
    mov rbx, rax
    test rax, rax
    mov rax, -ENOENT
    jz .Lreturn
    cmp dword ptr [rbx + NODE_KIND], KIND_LINK
    jne 5f
    cmp byte ptr [r12], 0
    jne 6f
    test r13d, r13d
    jz 5f
6:  call node_of_program
    mov rbx, rax
    test rax, rax
    mov rax, -ENOENT
    jz .Lreturn
5:  cmp byte ptr [r12], '/'                     # "a/" can only be a folder
    jne .Lpart
    mov rax, -ENOTDIR
    cmp dword ptr [rbx + NODE_KIND], KIND_FOLDER
    je .Lpart
.Lreturn:
    pop r13
    pop r12
    pop rbx
    ret
.Lfound:
    mov rax, rbx
    jmp .Lreturn

    .global path_from_user
# Fetch a path from the program.
# in:  RDI = its address there
# out: RAX = the text, valid until the next call, or -errno
# clobbers: RCX, RDX, RSI, RDI
path_from_user:
    push rdi
    mov esi, PATH_MAX
    call user_text_size
    pop rsi
    mov rdx, rax
    mov rax, -EFAULT
    test rdx, rdx
    jz 1f
    mov rax, -ENAMETOOLONG
    cmp rdx, PATH_MAX
    ja 1f
    lea rdi, [rip + path]
    call copy_from_user
    lea rax, [rip + path]
1:  ret

    .global path_at
# The node that a call names by descriptor and path (openat(2), "Rationale for openat").
# in:  EDI = descriptor of a folder or AT_FDCWD, RSI = path in the program, EDX = AT_ flags
# out: RAX = node, or -errno
# clobbers: RCX, RDX, RSI, RDI, R8
path_at:
    push rbx
    push r12
    mov ebx, edi
    mov r12d, edx
    test edx, AT_EMPTY_PATH
    jz 1f
    mov rdi, rsi
    test rdi, rdi                               # Linux 6.11 on: NULL is an empty path, too
    jz 4f
1:  mov rdi, rsi
    call path_from_user
    cmp rax, -ERRNO_MAX
    jae 3f
    mov rdi, rax
    cmp byte ptr [rdi], 0
    jne 2f
    test r12d, AT_EMPTY_PATH
    jnz 4f
    mov rax, -ENOENT
    jmp 3f
2:  mov rsi, [rip + root]
    cmp byte ptr [rdi], '/'
    je 5f
    call folder_of_descriptor
    cmp rax, -ERRNO_MAX
    jae 3f
    mov rsi, rax
5:  mov edx, r12d
    and edx, AT_SYMLINK_NOFOLLOW
    xor edx, AT_SYMLINK_NOFOLLOW
    call path_find
3:  pop r12
    pop rbx
    ret
4:  call node_of_descriptor
    jmp 3b

# in:  EBX = descriptor or AT_FDCWD
# out: RAX = node, or -EBADF
# clobbers: RCX
node_of_descriptor:
    mov rax, gs:[PERCPU_PROCESS]
    mov rax, [rax + PROCESS_FOLDER]
    cmp ebx, AT_FDCWD
    je 1f
    push rdi
    mov edi, ebx
    call file_of_descriptor
    pop rdi
    mov rcx, rax
    mov rax, -EBADF
    test rcx, rcx
    jz 1f
    mov rax, [rcx + FILE_NODE]
1:  ret

# in:  EBX = descriptor or AT_FDCWD
# out: RAX = folder, -EBADF or -ENOTDIR
# clobbers: RCX
folder_of_descriptor:
    call node_of_descriptor
    cmp rax, -ERRNO_MAX
    jae 1f
    cmp dword ptr [rax + NODE_KIND], KIND_FOLDER
    je 1f
    mov rax, -ENOTDIR
1:  ret

    .global node_of_program
# The node of the running program: the one that has its bytes.
# out: RAX = node, or 0
# clobbers: RCX, RDX
node_of_program:
    mov rcx, gs:[PERCPU_PROCESS]
    mov rcx, [rcx + PROCESS_FILE]
    xor eax, eax
    test rcx, rcx
    jz 2f
    mov rax, [rip + root]
1:  cmp [rax + NODE_DATA], rcx
    je 2f
    call node_next
    test rax, rax
    jnz 1b
2:  ret

    .global path_text
# The absolute path of a node.
# in:  RDI = node
# out: RAX = the text, ends with NUL, valid until the next call; RDX = its size without it
# clobbers: RCX, RSI, RDI
path_text:
    lea rax, [rip + path_end - 1]
    mov byte ptr [rax], 0
1:  cmp rdi, [rip + root]
    je 2f
    mov ecx, [rdi + NODE_NAME_SIZE]
    mov rsi, [rdi + NODE_NAME]
    sub rax, rcx
    push rdi
    mov rdi, rax
    rep movsb
    pop rdi
    dec rax
    mov byte ptr [rax], '/'
    mov rdi, [rdi + NODE_PARENT]
    jmp 1b
2:  lea rdx, [rip + path_end - 1]
    sub rdx, rax
    jnz 3f
    dec rax
    mov byte ptr [rax], '/'
    inc edx
3:  ret

    .bss
path:
    .skip PATH_MAX
path_end:
