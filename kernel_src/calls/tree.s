# The tree of files: one node for each file and folder of the initrd, made at boot.
#
#            / ----+-- bin ---+-- busybox        a file: its bytes stay in the archive
#                  |          +-- doors
#                  +-- dev ---+-- console, null, tty          devices
#                  +-- proc ----- self ----- exe              the running program
#
# Nothing is ever added or removed afterwards: a node's address is its identity.

    .intel_syntax noprefix
    .include "include/file.inc"
    .include "include/memory.inc"
    .include "include/percpu.inc"
    .include "include/process.inc"
    .include "include/tar.inc"
    .include "include/voice.inc"

    .set FOLDER_MODE, MODE_FOLDER | 0755
    .set ROW_SIZE, 24
    .set ROW_MODE, 8
    .set ROW_KIND, 12
    .set ROW_DEVICE, 16
    .set ROW_PATH_MAX, 255

    .text
    .global tree_start
# Make the tree.
# clobbers: all that a call may
tree_start:
    push rbx
    push r12
    push r13
    push r14
    call node_new
    mov [rip + root], rax
    mov [rax + NODE_PARENT], rax
    mov rcx, DIRECT_MAP
    mov rbx, [rip + initrd_start]
    add rbx, rcx
    mov r12, [rip + initrd_end]
    add r12, rcx
1:  lea rax, [rbx + TAR_BLOCK]
    cmp rax, r12
    ja 2f
    cmp dword ptr [rbx + TAR_MAGIC], TAR_MAGIC_TEXT
    jne 2f                                      # the end is blocks of zeros
    lea rsi, [rbx + TAR_SIZE]
    mov ecx, TAR_SIZE_DIGITS
    call octal_number
    mov r13, rax
    mov rcx, r12                                # a truncated archive has no such file
    sub rcx, rbx
    sub rcx, TAR_BLOCK
    cmp r13, rcx
    ja 2f
    call member_add
    lea rbx, [rbx + r13 + 2 * TAR_BLOCK - 1]
    and rbx, -TAR_BLOCK
    jmp 1b
2:  lea rbx, [rip + special_nodes]
3:  mov rdi, [rip + root]
    mov rsi, [rbx]
    mov edx, ROW_PATH_MAX
    call path_make
    mov ecx, [rbx + ROW_MODE]
    mov [rax + NODE_MODE], ecx
    mov ecx, [rbx + ROW_KIND]
    mov [rax + NODE_KIND], ecx
    mov ecx, [rbx + ROW_DEVICE]
    mov [rax + NODE_DEVICE], ecx
    add rbx, ROW_SIZE
    lea rax, [rip + special_nodes_end]
    cmp rbx, rax
    jb 3b
    call links_count
    pop r14
    pop r13
    pop r12
    pop rbx
    ret

# Make the node of a member, and those of the folders on the way to it.
# in:  RBX = header, R13 = size of its bytes
# clobbers: all that a call may
member_add:
    push r12
    movzx r12d, byte ptr [rbx + TAR_TYPE]
    cmp r12d, TAR_TYPE_FOLDER
    je 1f
    test r12d, r12d                             # as old archives have it
    jz 1f
    cmp r12d, TAR_TYPE_FILE
    jne 3f                                      # links and devices have no meaning here
1:  mov rdi, [rip + root]
    lea rsi, [rbx + TAR_PREFIX]
    mov edx, TAR_PREFIX_SIZE
    call path_make
    mov rdi, rax
    lea rsi, [rbx + TAR_NAME]
    mov edx, TAR_NAME_SIZE
    call path_make
    mov r14, rax
    lea rsi, [rbx + TAR_TIME]
    mov ecx, TAR_TIME_DIGITS
    call octal_number
    mov [r14 + NODE_TIME], rax
    lea rsi, [rbx + TAR_MODE]
    mov ecx, TAR_MODE_DIGITS
    call octal_number
    and eax, ~MODE_TYPE
    cmp r12d, TAR_TYPE_FOLDER
    mov ecx, MODE_FOLDER
    je 2f
    cmp qword ptr [r14 + NODE_CHILD], 0         # a file cannot be a folder, too
    jne 3f
    mov dword ptr [r14 + NODE_KIND], KIND_FILE
    mov [r14 + NODE_SIZE], r13
    lea rcx, [rbx + TAR_BLOCK]
    mov [r14 + NODE_DATA], rcx
    mov ecx, MODE_FILE
2:  or eax, ecx
    mov [r14 + NODE_MODE], eax
3:  pop r12
    ret

# Follow a path, and make what is missing, as folders.
# in:  RDI = node to begin at, RSI = path, EDX = its size; it ends with NUL when it is shorter
# out: RAX = the node at its end
# clobbers: all that a call may
path_make:
    push rbx
    push r12
    push r13
    mov rbx, rdi
    mov r12, rsi
    lea r13, [rsi + rdx]
1:  mov rsi, r12                                # the next part: RSI to R12
2:  cmp r12, r13
    jae 3f
    movzx eax, byte ptr [r12]
    test eax, eax
    jz 3f
    cmp eax, '/'
    je 3f
    inc r12
    jmp 2b
3:  mov rdx, r12
    sub rdx, rsi
    jz 5f
    cmp edx, 1
    jne 4f
    cmp byte ptr [rsi], '.'                     # "./bin" is "bin"
    je 5f
4:  mov rdi, rbx
    call child_find
    test rax, rax
    jnz 6f
    call child_add
6:  mov rbx, rax
5:  cmp r12, r13
    jae 7f
    cmp byte ptr [r12], '/'
    lea r12, [r12 + 1]
    je 1b
7:  mov rax, rbx
    pop r13
    pop r12
    pop rbx
    ret

    .global child_find
# Find a folder's child.
# in:  RDI = folder, RSI = name, RDX = its size
# out: RAX = node, or 0
# clobbers: RCX
child_find:
    mov rax, [rdi + NODE_CHILD]
1:  test rax, rax
    jz 2f
    cmp edx, [rax + NODE_NAME_SIZE]
    jne 3f
    push rsi
    push rdi
    mov rdi, [rax + NODE_NAME]
    mov ecx, edx
    repe cmpsb
    pop rdi
    pop rsi
    je 2f
3:  mov rax, [rax + NODE_NEXT]
    jmp 1b
2:  ret

# in:  RDI = folder, RSI = name, RDX = its size
# out: RAX = a new node, the folder's last
# clobbers: RCX, RDX, RSI, RDI, R8
child_add:
    push rdi
    push rsi
    push rdx
    call node_new
    pop rdx
    pop rsi
    pop rdi
    mov [rax + NODE_PARENT], rdi
    mov [rax + NODE_NAME], rsi
    mov [rax + NODE_NAME_SIZE], edx
    lea rcx, [rdi + NODE_CHILD]
1:  mov rdx, [rcx]
    test rdx, rdx
    jz 2f
    lea rcx, [rdx + NODE_NEXT]
    jmp 1b
2:  mov [rcx], rax
    ret

# Make a node: a folder without a name.
# out: RAX
# clobbers: RCX, RDX, RSI, RDI, R8
node_new:
    mov rax, [rip + nodes_unused]
    lea rcx, [rax + NODE_BYTES]
    cmp rcx, [rip + nodes_end]
    jbe 1f
    call frame_allocate
    test rax, rax
    jz 2f
    mov rcx, DIRECT_MAP
    add rax, rcx
    lea rcx, [rax + PAGE_SIZE]
    mov [rip + nodes_end], rcx
    lea rcx, [rax + NODE_BYTES]
1:  mov [rip + nodes_unused], rcx
    mov ecx, [rip + nodes]
    inc ecx
    mov [rip + nodes], ecx
    mov [rax + NODE_INODE], ecx
    mov dword ptr [rax + NODE_KIND], KIND_FOLDER
    mov dword ptr [rax + NODE_MODE], FOLDER_MODE
    ret
2:  panic "no memory for the tree of files"

# A file has one link; a folder two, and one more from each folder in it.
# clobbers: RAX, RCX, RDX
links_count:
    mov rax, [rip + root]
1:  mov ecx, 1
    cmp dword ptr [rax + NODE_KIND], KIND_FOLDER
    jne 2f
    inc ecx
    mov rdx, [rax + NODE_PARENT]
    cmp rax, rdx
    je 2f
    inc dword ptr [rdx + NODE_LINKS]
2:  mov [rax + NODE_LINKS], ecx
    call node_next
    test rax, rax
    jnz 1b
    ret

    .global node_next
# Go on through the whole tree, a folder before what is in it.
# in:  RAX = node, at first the root
# out: RAX = the next node, or 0
# clobbers: RDX
node_next:
    mov rdx, [rax + NODE_CHILD]
    test rdx, rdx
    jnz 2f
1:  mov rdx, [rax + NODE_NEXT]                  # no child: a sibling, or the nearest
    test rdx, rdx                               # folder's that has one
    jnz 2f
    mov rax, [rax + NODE_PARENT]
    cmp rax, [rip + root]
    jne 1b
2:  mov rax, rdx
    ret

    .macro special path, mode, kind, device
    .pushsection .rodata.names
.Lspecial\@:
    .asciz "\path"
    .popsection
    .quad .Lspecial\@
    .long \mode, \kind, \device, 0
    .endm

    .section .rodata
    .balign 8
special_nodes:                                  # path, mode, kind, major << 8 | minor, padding
    special "dev/console", MODE_DEVICE | 0600, KIND_TERMINAL, 5 << 8 | 1
    special "dev/null", MODE_DEVICE | 0666, KIND_NULL, 1 << 8 | 3
    special "dev/tty", MODE_DEVICE | 0666, KIND_TERMINAL, 5 << 8 | 0
    special "proc/self/exe", MODE_LINK | 0777, KIND_LINK, 0
special_nodes_end:

    .bss
    .balign 8
    .global root
root:
    .skip 8
nodes_unused:                                   # from here to nodes_end
    .skip 8
nodes_end:
    .skip 8
nodes:                                          # how many: inode numbers
    .skip 4
