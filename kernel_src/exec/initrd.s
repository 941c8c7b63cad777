# The initrd: a ustar archive (POSIX.1-2017, pax, "ustar Interchange Format").
#
# Each member is a header of 512 bytes, then its bytes, filled up to 512.  Numbers
# are octal text.  A path of more than 100 bytes has its front part in "prefix".

    .intel_syntax noprefix
    .include "include/memory.inc"

    .set TAR_NAME, 0
    .set TAR_NAME_SIZE, 100
    .set TAR_SIZE, 124
    .set TAR_SIZE_DIGITS, 11
    .set TAR_TYPE, 156
    .set TAR_TYPE_FILE, '0'
    .set TAR_MAGIC, 257
    .set TAR_MAGIC_TEXT, 0x61747375             # "usta"
    .set TAR_PREFIX, 345
    .set TAR_PREFIX_SIZE, 155
    .set TAR_BLOCK, 512

    .text
    .global initrd_find
# Find a file.
# in:  RDI = path, ends with NUL; a leading slash is ignored
# out: RAX = its bytes, or 0; RDX = how many
# clobbers: RCX, RSI, RDI, R8 to R11
initrd_find:
    push rbx
    push r12
    push r13
    mov r12, rdi
1:  cmp byte ptr [r12], '/'
    jne 2f
    inc r12
    jmp 1b
2:  mov rcx, DIRECT_MAP
    mov rbx, [rip + initrd_start]
    add rbx, rcx
    mov r13, [rip + initrd_end]
    add r13, rcx
.Lmember:
    lea rax, [rbx + TAR_BLOCK]
    cmp rax, r13
    ja .Lnot_found
    cmp dword ptr [rbx + TAR_MAGIC], TAR_MAGIC_TEXT
    jne .Lnot_found                             # the end is blocks of zeros
    call octal_size
    mov r8, rax
    mov rcx, r13                                # a truncated archive has no such file
    sub rcx, rbx
    sub rcx, TAR_BLOCK
    cmp r8, rcx
    ja .Lnot_found
    cmp byte ptr [rbx + TAR_TYPE], TAR_TYPE_FILE
    jne .Lnext
    call is_path
    je .Lfound
.Lnext:
    lea rbx, [rbx + r8 + 2 * TAR_BLOCK - 1]
    and rbx, -TAR_BLOCK
    jmp .Lmember
.Lfound:
    lea rax, [rbx + TAR_BLOCK]
    mov rdx, r8
    jmp 3f
.Lnot_found:
    xor eax, eax
3:  pop r13
    pop r12
    pop rbx
    ret

# in:  RBX = header
# out: RAX = size of its file
# clobbers: RCX, RDX
octal_size:
    xor eax, eax
    xor ecx, ecx
1:  movzx edx, byte ptr [rbx + rcx + TAR_SIZE]
    sub edx, '0'
    cmp edx, 7
    ja 2f
    shl rax, 3
    or rax, rdx
    inc ecx
    cmp ecx, TAR_SIZE_DIGITS
    jb 1b
2:  ret

# Is this the member that is looked for?
# in:  RBX = header, R12 = path
# out: zero flag
# clobbers: RAX, RCX, RDX, RSI, RDI
is_path:
    mov rsi, r12
    lea rdi, [rbx + TAR_PREFIX]
    mov ecx, TAR_PREFIX_SIZE
    cmp byte ptr [rdi], 0
    je 1f
    call match_field
    jne 3f
    lodsb                                       # the slash between the two is in neither
    cmp al, '/'
    jne 3f
1:  lea rdi, [rbx + TAR_NAME]
    mov ecx, TAR_NAME_SIZE
    call match_field
    jne 3f
    cmp byte ptr [rsi], 0
3:  ret

# Does a text go on as a header's field says?
# in:  RSI = text, RDI = field, ECX = its size; it ends with NUL when it is shorter
# out: zero flag; RSI = behind the part that agreed
# clobbers: RAX, RCX, RDI
match_field:
    mov al, [rdi]
    test al, al
    jz 1f
    cmp al, [rsi]
    jne 1f
    inc rsi
    inc rdi
    dec ecx
    jnz match_field
1:  ret
