# Calls that open, close and move about in files.  Nothing can be changed: the files
# are the initrd's, and what would write to them is answered with EROFS.

    .intel_syntax noprefix
    .include "include/errno.inc"
    .include "include/file.inc"
    .include "include/memory.inc"
    .include "include/percpu.inc"
    .include "include/process.inc"

    .set SEEK_SET, 0
    .set SEEK_CUR, 1
    .set SEEK_END, 2
    .set SEEK_DATA, 3
    .set SEEK_HOLE, 4

    .set F_DUPFD, 0
    .set F_GETFD, 1
    .set F_SETFD, 2
    .set F_GETFL, 3
    .set F_SETFL, 4
    .set F_DUPFD_CLOEXEC, 1030

    .set R_OK, 4
    .set W_OK, 2
    .set X_OK, 1
    .set ACCESS_FLAGS, AT_EACCESS | AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH

    .text
    .global sys_open, sys_openat, sys_creat
# in:  RDI = path, ESI = flags, EDX = mode of a file to be made
# out: RAX = descriptor or -errno
sys_open:
    mov edx, esi
    mov rsi, rdi
    mov edi, AT_FDCWD
    jmp sys_openat

# in:  RDI = path, ESI = mode
sys_creat:
    mov rsi, rdi
    mov edi, AT_FDCWD
    mov edx, O_CREAT | O_WRONLY | O_TRUNC

# in:  EDI = folder's descriptor or AT_FDCWD, RSI = path, EDX = flags, R10D = mode
# out: RAX = descriptor or -errno
sys_openat:
    push rbx
    push r12
    mov ebx, edx
    test edx, O_PATH
    jz 1f
    and ebx, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
1:  xor edx, edx
    test ebx, O_NOFOLLOW
    jz 2f
    mov edx, AT_SYMLINK_NOFOLLOW
2:  call path_at
    mov r12, rax
    cmp rax, -ENOENT
    jne 3f
    test ebx, O_CREAT                           # the file system is read-only
    jz .Lopened
    mov rax, -EROFS
    jmp .Lopened
3:  cmp rax, -ERRNO_MAX
    jae .Lopened
    mov eax, ebx
    and eax, O_CREAT | O_EXCL
    cmp eax, O_CREAT | O_EXCL
    mov rax, -EEXIST
    je .Lopened
    mov ecx, [r12 + NODE_KIND]
    mov rax, -ELOOP
    cmp ecx, KIND_LINK
    jne 4f
    test ebx, O_PATH
    jz .Lopened
4:  mov rax, -ENOTDIR
    test ebx, O_DIRECTORY
    jz 5f
    cmp ecx, KIND_FOLDER
    jne .Lopened
5:  test ebx, O_ACCESS_MODE | O_TRUNC | O_CREAT
    jz 6f
    mov rax, -EISDIR
    cmp ecx, KIND_FOLDER
    je .Lopened
    mov rax, -EROFS
    cmp ecx, KIND_FILE
    jne 6f
    test ebx, O_ACCESS_MODE | O_TRUNC
    jnz .Lopened
6:  mov rdi, r12
    mov esi, ebx
    and esi, ~(O_CLOEXEC | O_CREAT | O_EXCL | O_TRUNC)
    or esi, O_LARGEFILE
    call file_open
    mov rdi, rax
    test rax, rax
    mov rax, -EMFILE
    jz .Lopened
    xor esi, esi
    xor edx, edx
    test ebx, O_CLOEXEC
    setnz dl
    call descriptor_take
.Lopened:
    pop r12
    pop rbx
    ret

    .global sys_close
# in:  EDI = descriptor
# out: RAX = 0 or -errno
sys_close:
    jmp descriptor_close

    .global sys_lseek
# in:  EDI = descriptor, RSI = offset, EDX = from where
# out: RAX = the new position, or -errno
sys_lseek:
    call file_of_descriptor
    mov rcx, rax
    mov rax, -EBADF
    test rcx, rcx
    jz 2f
    test dword ptr [rcx + FILE_FLAGS], O_PATH
    jnz 2f
    mov r8, [rcx + FILE_NODE]
    mov rax, -ESPIPE
    cmp dword ptr [r8 + NODE_KIND], KIND_TERMINAL
    je 2f
    mov rax, -EINVAL
    mov r9, [r8 + NODE_SIZE]
    cmp edx, SEEK_DATA
    jae 3f
    xor r10d, r10d
    cmp edx, SEEK_SET
    je 1f
    mov r10, [rcx + FILE_OFFSET]
    cmp edx, SEEK_CUR
    je 1f
    mov r10, r9
1:  add rsi, r10
    jo 2f
    js 2f
4:  mov [rcx + FILE_OFFSET], rsi
    mov rax, rsi
2:  ret
3:  cmp edx, SEEK_HOLE                          # a file is data to its end, and then a hole
    ja 2b
    mov rax, -ENXIO
    cmp rsi, r9
    jae 2b
    cmp edx, SEEK_DATA
    je 4b
    mov rsi, r9
    jmp 4b

    .global sys32_lseek
# The same with an offset of 32 bits, signed.
sys32_lseek:
    movsxd rsi, esi
    jmp sys_lseek

    .global sys32_llseek
# in:  EDI = descriptor, ESI = upper and EDX = lower half of the offset,
#      R10 = where to put the new position, R8D = from where
# out: RAX = 0 or -errno
sys32_llseek:
    shl rsi, 32
    or rsi, rdx
    mov edx, r8d
    push r10
    call sys_lseek
    pop rdi
    test rax, rax
    js 1f
    push rax
    push rax
    mov edx, 8
    jmp store_struct
1:  ret

    .global sys_dup, sys_dup2, sys_dup3
# in:  EDI = descriptor
# out: RAX = another one for the same open file, or -errno
sys_dup:
    xor esi, esi
    xor edx, edx
duplicate:                                      # ESI = lowest, EDX = CLOSE_ON_EXEC or 0
    call file_of_descriptor
    mov rdi, rax
    test rax, rax
    mov rax, -EBADF
    jnz descriptor_take
    ret

# in:  EDI = descriptor, ESI = which one is to be the same
# out: RAX = ESI, or -errno
sys_dup2:
    xor edx, edx
    cmp edi, esi
    jne duplicate_as
    call file_of_descriptor
    test rax, rax
    mov eax, esi
    mov rcx, -EBADF
    cmovz rax, rcx
    ret

# in:  as sys_dup2, EDX = O_CLOEXEC or 0
sys_dup3:
    mov rax, -EINVAL
    test edx, ~O_CLOEXEC
    jnz 1f
    cmp edi, esi
    je 1f
    test edx, edx
    setnz dl
    movzx edx, dl
duplicate_as:
    mov rax, -EBADF
    cmp esi, DESCRIPTORS_MAX
    jae 1f
    call file_of_descriptor
    mov r8, rax
    test rax, rax
    mov rax, -EBADF
    jz 1f
    inc dword ptr [r8 + FILE_REFERENCES]        # first: the two may be the same open file
    mov edi, esi
    call descriptor_close                       # nothing to close is no error here
    dec dword ptr [r8 + FILE_REFERENCES]
    mov rdi, r8
    jmp descriptor_take
1:  ret

    .global sys_fcntl
# in:  EDI = descriptor, ESI = what, RDX = argument
# out: RAX, or -errno
sys_fcntl:
    mov r8d, edi
    call file_of_descriptor
    mov rcx, rax
    mov rax, -EBADF
    test rcx, rcx
    jz 2f
    mov r9, gs:[PERCPU_PROCESS]
    lea r9, [r9 + r8 * 8 + PROCESS_DESCRIPTORS]
    mov edi, r8d
    cmp esi, F_GETFD
    je .Lget_descriptor_flags
    cmp esi, F_SETFD
    je .Lset_descriptor_flags
    cmp esi, F_GETFL
    je .Lget_flags
    cmp esi, F_DUPFD
    mov r10d, 0
    je 1f
    cmp esi, F_DUPFD_CLOEXEC
    mov r10d, CLOSE_ON_EXEC
    je 1f
    test dword ptr [rcx + FILE_FLAGS], O_PATH
    jnz 2f
    cmp esi, F_SETFL
    je .Lset_flags
    mov rax, -EINVAL
2:  ret
1:  mov rax, -EINVAL
    mov esi, edx
    cmp esi, DESCRIPTORS_MAX
    jae 2b
    mov edx, r10d
    jmp duplicate
.Lget_descriptor_flags:
    mov eax, [r9]
    and eax, CLOSE_ON_EXEC
    ret
.Lset_descriptor_flags:
    and edx, CLOSE_ON_EXEC
    and qword ptr [r9], ~CLOSE_ON_EXEC
    or [r9], rdx
    xor eax, eax
    ret
.Lget_flags:
    mov eax, [rcx + FILE_FLAGS]
    ret
.Lset_flags:
    and edx, O_CHANGEABLE
    mov eax, [rcx + FILE_FLAGS]
    and eax, ~O_CHANGEABLE
    or eax, edx
    mov [rcx + FILE_FLAGS], eax
    xor eax, eax
    ret

    .global sys_access, sys_faccessat, sys_faccessat2
# in:  RDI = path, ESI = what is to be done to it
# out: RAX = 0 or -errno
sys_access:
    mov edx, esi
    mov rsi, rdi
    mov edi, AT_FDCWD

# in:  EDI = folder's descriptor or AT_FDCWD, RSI = path, EDX = what is to be done to it
sys_faccessat:
    xor r10d, r10d

# in:  the same, R10D = flags
sys_faccessat2:
    mov rax, -EINVAL
    test edx, ~(R_OK | W_OK | X_OK)
    jnz 1f
    test r10d, ~ACCESS_FLAGS
    jnz 1f
    push rdx
    mov edx, r10d
    call path_at
    pop rdx
    cmp rax, -ERRNO_MAX
    jae 1f
    mov rcx, rax
    mov rax, -EROFS
    test edx, W_OK
    jz 2f
    cmp dword ptr [rcx + NODE_KIND], KIND_TERMINAL
    jb 1f                                       # a file or a folder; to devices one may write
2:  mov rax, -EACCES                            # root may do anything, but execute only what
    test edx, X_OK                              # somebody may
    jz 3f
    test dword ptr [rcx + NODE_MODE], MODE_EXECUTE
    jz 1f
3:  xor eax, eax
1:  ret

    .global sys_readlink, sys_readlinkat
# in:  RDI = path, RSI = buffer, EDX = its size
# out: RAX = bytes, without a NUL, or -errno
sys_readlink:
    mov r10d, edx
    mov rdx, rsi
    mov rsi, rdi
    mov edi, AT_FDCWD

# in:  EDI = folder's descriptor or AT_FDCWD, RSI = path, RDX = buffer, R10D = its size
sys_readlinkat:
    mov rax, -EINVAL
    test r10d, r10d
    jle 1f
    push r10
    push rdx
    mov edx, AT_SYMLINK_NOFOLLOW
    call path_at
    pop rdi
    pop r10
    cmp rax, -ERRNO_MAX
    jae 1f
    cmp dword ptr [rax + NODE_KIND], KIND_LINK
    mov rax, -EINVAL
    jne 1f
    push rdi
    call node_of_program
    mov rdi, rax
    test rax, rax
    jz 2f
    call path_text
    pop rdi
    cmp rdx, r10
    cmova rdx, r10
    mov rsi, rax
    push rdx
    call copy_to_user
    test rax, rax
    pop rax
    jz 1f
    mov rax, -EFAULT
1:  ret
2:  pop rdi
    mov rax, -ENOENT
    ret

    .global sys_getcwd
# in:  RDI = buffer, RSI = its size
# out: RAX = bytes, with the NUL, or -errno
sys_getcwd:
    push rdi
    push rsi
    mov rdi, gs:[PERCPU_PROCESS]
    mov rdi, [rdi + PROCESS_FOLDER]
    call path_text
    pop rsi
    pop rdi
    inc rdx
    cmp rdx, rsi
    mov rcx, -ERANGE
    ja 1f
    mov rsi, rax
    push rdx
    call copy_to_user
    pop rcx
    test rax, rax
    jz 1f
    mov rcx, -EFAULT
1:  mov rax, rcx
    ret

    .global sys_chdir, sys_fchdir
# in:  RDI = path
# out: RAX = 0 or -errno
sys_chdir:
    mov rsi, rdi
    mov edi, AT_FDCWD
    xor edx, edx
    call path_at
    jmp 1f

# in:  EDI = descriptor
sys_fchdir:
    call file_of_descriptor
    mov rcx, rax
    mov rax, -EBADF
    test rcx, rcx
    jz 2f
    mov rax, [rcx + FILE_NODE]
1:  cmp rax, -ERRNO_MAX
    jae 2f
    cmp dword ptr [rax + NODE_KIND], KIND_FOLDER
    mov rcx, rax
    mov rax, -ENOTDIR
    jne 2f
    mov rax, gs:[PERCPU_PROCESS]
    mov [rax + PROCESS_FOLDER], rcx
    xor eax, eax
2:  ret

    .global sys_umask
# in:  EDI = the permissions that new files are not to have
# out: RAX = those until now
sys_umask:
    and edi, 0777
    mov rcx, gs:[PERCPU_PROCESS]
    mov eax, edi
    xchg eax, [rcx + PROCESS_UMASK]
    ret
