# What is known about a file: stat in its many forms, and the names in a folder.
#
# One structure each for SYSCALL (struct stat), INT 0x80 (struct stat64) and statx.
# All are filled from the node, field by field, in a buffer of zeros.

    .intel_syntax noprefix
    .include "include/errno.inc"
    .include "include/file.inc"
    .include "include/memory.inc"
    .include "include/percpu.inc"
    .include "include/process.inc"

    .set STAT_FLAGS, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_EMPTY_PATH
    .set FILE_SYSTEM, 1                         # st_dev of all files: minor 1
    .set DISK_BLOCK_SHIFT, 9                    # st_blocks counts 512 bytes
    .set STATX_BASIC, 0x7ff                     # the fields that statx fills
    .set STATX_RESERVED, 1 << 31

# struct stat of x86-64
    .set STAT_DEVICE, 0
    .set STAT_INODE, 8
    .set STAT_LINKS, 16
    .set STAT_MODE, 24
    .set STAT_REAL_DEVICE, 40
    .set STAT_SIZE, 48
    .set STAT_BLOCK_SIZE, 56
    .set STAT_BLOCKS, 64
    .set STAT_ACCESSED, 72
    .set STAT_MODIFIED, 88
    .set STAT_CHANGED, 104
    .set STAT_BYTES, 144

# struct stat64 of the i386
    .set STAT64_DEVICE, 0
    .set STAT64_INODE_LOW, 12
    .set STAT64_MODE, 16
    .set STAT64_LINKS, 20
    .set STAT64_REAL_DEVICE, 32
    .set STAT64_SIZE, 44
    .set STAT64_BLOCK_SIZE, 52
    .set STAT64_BLOCKS, 56
    .set STAT64_ACCESSED, 64
    .set STAT64_MODIFIED, 72
    .set STAT64_CHANGED, 80
    .set STAT64_INODE, 88
    .set STAT64_BYTES, 96

# struct statx
    .set STATX_MASK, 0
    .set STATX_BLOCK_SIZE, 4
    .set STATX_LINKS, 16
    .set STATX_MODE, 28
    .set STATX_INODE, 32
    .set STATX_SIZE, 40
    .set STATX_BLOCKS, 48
    .set STATX_ACCESSED, 64
    .set STATX_CHANGED, 96
    .set STATX_MODIFIED, 112
    .set STATX_REAL_MAJOR, 128
    .set STATX_REAL_MINOR, 132
    .set STATX_MINOR, 140
    .set STATX_BYTES, 256

# struct linux_dirent64
    .set ENTRY_INODE, 0
    .set ENTRY_OFFSET, 8                        # where the next one is
    .set ENTRY_SIZE, 16
    .set ENTRY_TYPE, 18
    .set ENTRY_NAME, 19
    .set ENTRY_ALIGNMENT, 8

    .text
# The node of a call's path.
# in:  EDI = folder's descriptor or AT_FDCWD, RSI = path, RDX = where to put it, R10D = flags
# out: CF set = RAX is the node, else it is -errno; RDI = where to put it
stat_path:
    mov rax, -EINVAL
    test r10d, ~STAT_FLAGS                      # clears CF
    jnz 1f
    push rdx
    mov edx, r10d
    call path_at
    pop rdi
    cmp rax, -ERRNO_MAX                         # CF set: below, so no -errno
1:  ret

    .global sys_stat, sys_lstat, sys_fstat, sys_newfstatat
# in:  RDI = path, RSI = where to put a struct stat
# out: RAX = 0 or -errno
sys_stat:
    xor r10d, r10d
    jmp 1f
sys_lstat:
    mov r10d, AT_SYMLINK_NOFOLLOW
1:  mov rdx, rsi
    mov rsi, rdi
    mov edi, AT_FDCWD

# in:  EDI = folder's descriptor or AT_FDCWD, RSI = path, RDX = where to put it, R10D = flags
sys_newfstatat:
    call stat_path
    jc put_stat
    ret

# in:  EDI = descriptor, RSI = where to put it
sys_fstat:
    call node_of_open_file
    mov rdi, rsi
    jz 2f

# in:  RAX = node, RDI = where to put it
put_stat:
    call stat_begin
    mov qword ptr [rdx + STAT_DEVICE], FILE_SYSTEM
    mov [rdx + STAT_INODE], rcx
    mov ecx, [rax + NODE_LINKS]
    mov [rdx + STAT_LINKS], rcx
    mov ecx, [rax + NODE_MODE]
    mov [rdx + STAT_MODE], ecx
    mov ecx, [rax + NODE_DEVICE]
    mov [rdx + STAT_REAL_DEVICE], rcx
    mov qword ptr [rdx + STAT_BLOCK_SIZE], PAGE_SIZE
    mov rcx, [rax + NODE_SIZE]
    mov [rdx + STAT_SIZE], rcx
    mov [rdx + STAT_BLOCKS], r8
    mov rcx, [rax + NODE_TIME]
    mov [rdx + STAT_ACCESSED], rcx
    mov [rdx + STAT_MODIFIED], rcx
    mov [rdx + STAT_CHANGED], rcx
    mov edx, STAT_BYTES
    jmp stat_end
2:  mov rax, -EBADF
    ret

    .global sys32_stat64, sys32_lstat64, sys32_fstat64, sys32_fstatat64
# The same with the i386's structure.
sys32_stat64:
    xor r10d, r10d
    jmp 1f
sys32_lstat64:
    mov r10d, AT_SYMLINK_NOFOLLOW
1:  mov rdx, rsi
    mov rsi, rdi
    mov edi, AT_FDCWD
sys32_fstatat64:
    call stat_path
    jc put_stat64
    ret

sys32_fstat64:
    call node_of_open_file
    mov rdi, rsi
    jz 2b

# in:  RAX = node, RDI = where to put it
put_stat64:
    call stat_begin
    mov qword ptr [rdx + STAT64_DEVICE], FILE_SYSTEM
    mov [rdx + STAT64_INODE_LOW], ecx
    mov [rdx + STAT64_INODE], rcx
    mov ecx, [rax + NODE_LINKS]
    mov [rdx + STAT64_LINKS], ecx
    mov ecx, [rax + NODE_MODE]
    mov [rdx + STAT64_MODE], ecx
    mov ecx, [rax + NODE_DEVICE]
    mov [rdx + STAT64_REAL_DEVICE], rcx
    mov dword ptr [rdx + STAT64_BLOCK_SIZE], PAGE_SIZE
    mov rcx, [rax + NODE_SIZE]
    mov [rdx + STAT64_SIZE], rcx
    mov [rdx + STAT64_BLOCKS], r8
    mov rcx, [rax + NODE_TIME]
    mov [rdx + STAT64_ACCESSED], ecx
    mov [rdx + STAT64_MODIFIED], ecx
    mov [rdx + STAT64_CHANGED], ecx
    mov edx, STAT64_BYTES
    jmp stat_end

    .global sys_statx
# in:  EDI = folder's descriptor or AT_FDCWD, RSI = path, EDX = flags, R10D = the fields
#      wanted, R8 = where to put a struct statx
# out: RAX = 0 or -errno
sys_statx:
    mov rax, -EINVAL
    test r10d, STATX_RESERVED
    jnz 1f
    test edx, ~(STAT_FLAGS | AT_STATX_SYNC_TYPE)
    jnz 1f
    mov ecx, edx
    and ecx, AT_STATX_SYNC_TYPE
    cmp ecx, AT_STATX_SYNC_TYPE
    je 1f
    push r8
    call path_at
    pop rdi
    cmp rax, -ERRNO_MAX
    jae 1f
    call stat_begin
    mov dword ptr [rdx + STATX_MASK], STATX_BASIC
    mov dword ptr [rdx + STATX_MINOR], FILE_SYSTEM
    mov [rdx + STATX_INODE], rcx
    mov ecx, [rax + NODE_LINKS]
    mov [rdx + STATX_LINKS], ecx
    mov ecx, [rax + NODE_MODE]
    mov [rdx + STATX_MODE], cx
    movzx ecx, byte ptr [rax + NODE_DEVICE]
    mov [rdx + STATX_REAL_MINOR], ecx
    movzx ecx, byte ptr [rax + NODE_DEVICE + 1]
    mov [rdx + STATX_REAL_MAJOR], ecx
    mov dword ptr [rdx + STATX_BLOCK_SIZE], PAGE_SIZE
    mov rcx, [rax + NODE_SIZE]
    mov [rdx + STATX_SIZE], rcx
    mov [rdx + STATX_BLOCKS], r8
    mov rcx, [rax + NODE_TIME]
    mov [rdx + STATX_ACCESSED], rcx
    mov [rdx + STATX_MODIFIED], rcx
    mov [rdx + STATX_CHANGED], rcx
    mov edx, STATX_BYTES
    jmp stat_end
1:  ret

# in:  EDI = descriptor
# out: RAX = node; zero flag set when there is none
# clobbers: RDI
node_of_open_file:
    call file_of_descriptor
    test rax, rax
    jz 1f
    mov rax, [rax + FILE_NODE]
    test rax, rax
1:  ret

# in:  RAX = node, RDI = where the structure will go
# out: RDX = a structure of zeros, RCX = inode number, R8 = blocks, R9 = RDI
# clobbers: RDI
stat_begin:
    mov r9, rdi
    push rax
    lea rdi, [rip + structure]
    mov ecx, STATX_BYTES / 8
    xor eax, eax
    rep stosq
    pop rax
    lea rdx, [rip + structure]
    mov ecx, [rax + NODE_INODE]
    mov r8, [rax + NODE_SIZE]
    add r8, (1 << DISK_BLOCK_SHIFT) - 1
    shr r8, DISK_BLOCK_SHIFT
    ret

# in:  EDX = size of the structure, R9 = where it goes
# out: RAX = 0 or -errno
stat_end:
    lea rsi, [rip + structure]
    mov rdi, r9
    call copy_to_user
    test rax, rax
    jz 1f
    mov rax, -EFAULT
1:  ret

    .global sys_getdents64
# The names in a folder.  An open folder's offset counts them; the first two are . and ..
# in:  EDI = descriptor, RSI = buffer, EDX = its size
# out: RAX = bytes, 0 when there are no more, or -errno
sys_getdents64:
    push rbx
    push r12
    push r13
    push r14
    push r15
    mov r12, rsi
    mov r13d, edx
    call file_of_descriptor
    mov r14, rax
    test rax, rax
    mov rax, -EBADF
    jz .Lnames_end
    test dword ptr [r14 + FILE_FLAGS], O_PATH
    jnz .Lnames_end
    mov rbx, [r14 + FILE_NODE]
    mov rax, -ENOTDIR
    cmp dword ptr [rbx + NODE_KIND], KIND_FOLDER
    jne .Lnames_end
    xor r15d, r15d                              # bytes so far
1:  call entry_node
    test rax, rax
    jz 2f
    lea rcx, [rdx + ENTRY_NAME + 1 + ENTRY_ALIGNMENT - 1]
    and ecx, -ENTRY_ALIGNMENT
    cmp ecx, r13d
    ja 3f
    call entry_put
    jnz 4f
    add r12, rcx
    add r15, rcx
    sub r13d, ecx
    inc qword ptr [r14 + FILE_OFFSET]
    jmp 1b
3:  test r15, r15                               # not even one fits
    mov rax, -EINVAL
    jz .Lnames_end
2:  mov rax, r15
.Lnames_end:
    pop r15
    pop r14
    pop r13
    pop r12
    pop rbx
    ret
4:  mov rax, -EFAULT
    test r15, r15
    cmovnz rax, r15
    jmp .Lnames_end

# The entry that an open folder's offset is at.
# in:  RBX = folder, R14 = open file
# out: RAX = node or 0, RSI = its name there, RDX = the name's size
# clobbers: RCX
entry_node:
    mov rax, rbx
    lea rsi, [rip + dots]
    mov edx, 1
    mov rcx, [r14 + FILE_OFFSET]
    sub rcx, 1
    jb 2f
    mov rax, [rbx + NODE_PARENT]
    mov edx, 2
    je 2f
    mov rax, [rbx + NODE_CHILD]
1:  test rax, rax
    jz 2f
    dec rcx
    jz 3f
    mov rax, [rax + NODE_NEXT]
    jmp 1b
3:  mov rsi, [rax + NODE_NAME]
    mov edx, [rax + NODE_NAME_SIZE]
2:  ret

# in:  RAX = node, RSI = name, RDX = its size, RCX = the entry's size, R12 = where it goes,
#      R14 = open file
# out: zero flag set when it could be put there; RCX as before
# clobbers: all else that a call may
entry_put:
    push rcx
    mov r8, rsi
    mov r9, rdx
    push rax
    lea rdi, [rip + structure]
    xor eax, eax
    rep stosb
    pop rax
    pop rcx
    lea rdi, [rip + structure]
    mov edx, [rax + NODE_INODE]
    mov [rdi + ENTRY_INODE], rdx
    mov rdx, [r14 + FILE_OFFSET]
    inc rdx
    mov [rdi + ENTRY_OFFSET], rdx
    mov [rdi + ENTRY_SIZE], cx
    mov edx, [rax + NODE_MODE]
    shr edx, MODE_TYPE_SHIFT
    mov [rdi + ENTRY_TYPE], dl
    push rcx
    add rdi, ENTRY_NAME
    mov rsi, r8
    mov rcx, r9
    rep movsb
    pop rdx
    push rdx
    lea rsi, [rip + structure]
    mov rdi, r12
    call copy_to_user
    test rax, rax
    pop rcx
    ret

    .section .rodata
dots:
    .ascii ".."

    .bss
    .balign 8
structure:                                      # statx's, or an entry with its name
    .skip ENTRY_NAME + NAME_MAX + ENTRY_ALIGNMENT
