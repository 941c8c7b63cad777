# Files by their names in the initrd, a ustar archive: what the kernel itself needs.
# (The tree of all files that programs see is made of it in calls/tree.s.)

    .intel_syntax noprefix
    .include "include/errno.inc"
    .include "include/memory.inc"
    .include "include/tar.inc"

    .text
    .global archive_find
# Find a file.
# in:  RDI = path, with a slash before it or without
# out: RAX = its bytes, or 0; RDX = how many
# clobbers: RCX, RSI, RDI, R8, R9
archive_find:
    push rbx
    push r12
    mov r8, rdi
    cmp byte ptr [r8], '/'
    jne 1f
    inc r8
1:  mov rcx, DIRECT_MAP
    mov rbx, [rip + initrd_start]
    add rbx, rcx
    mov r12, [rip + initrd_end]
    add r12, rcx
2:  xor eax, eax
    lea rcx, [rbx + TAR_BLOCK]
    cmp rcx, r12
    ja 5f
    cmp dword ptr [rbx + TAR_MAGIC], TAR_MAGIC_TEXT
    jne 5f                                      # the end is blocks of zeros
    lea rsi, [rbx + TAR_SIZE]
    mov ecx, TAR_SIZE_DIGITS
    call octal_number
    mov r9, rax
    xor eax, eax
    mov rcx, r12                                # a truncated archive has no such file
    sub rcx, rbx
    sub rcx, TAR_BLOCK
    cmp r9, rcx
    ja 5f
    mov rsi, r8
    lea rdi, [rbx + TAR_NAME]
3:  cmpsb
    jne 4f
    cmp byte ptr [rsi - 1], 0
    jne 3b
    lea rax, [rbx + TAR_BLOCK]
    mov rdx, r9
    jmp 5f
4:  lea rbx, [rbx + r9 + 2 * TAR_BLOCK - 1]
    and rbx, -TAR_BLOCK
    jmp 2b
5:  pop r12
    pop rbx
    ret

    .weak exec_open
# Find a file that can be executed.  calls/execve.s knows of rights and folders as well.
# in:  RDI = path
# out: RAX = 0 or -errno; RCX = its bytes, RSI = how many
# clobbers: RDX, RDI, R8, R9
exec_open:
    call archive_find
    mov rcx, rax
    mov rsi, rdx
    mov rax, -ENOENT
    test rcx, rcx
    jz 1f
    xor eax, eax
1:  ret

    .global octal_number
# in:  RSI = digits, ECX = how many at most
# out: RAX = the octal number
# clobbers: RCX, RDX, RSI
octal_number:
    xor eax, eax
1:  movzx edx, byte ptr [rsi]
    inc rsi
    sub edx, '0'
    cmp edx, 7
    ja 2f
    shl rax, 3
    or rax, rdx
    dec ecx
    jnz 1b
2:  ret
