# Thread-local storage of 32-bit programs: segments with a base of their own.
#
# GDT entries 12 to 14 are each thread's: set_thread_area fills one, the program loads
# its selector into GS.  A descriptor's fields lie where the first 386 had room for them
# (SDM Vol. 3A 3.4.5):
#
#   63    56 55 54 53 52 51    48 47 46 45 44 43  40 39      16 15       0
#   | base | G| D| L|AVL| limit | P| DPL | S| type | base      | limit   |
#
# and struct user_desc has: entry_number, base_addr, limit, flags (uapi: asm/ldt.h).

    .intel_syntax noprefix
    .include "include/errno.inc"
    .include "include/percpu.inc"
    .include "include/process.inc"
    .include "include/selectors.inc"

    .set USER_DESC_ENTRY, 0
    .set USER_DESC_BASE, 4
    .set USER_DESC_LIMIT, 8
    .set USER_DESC_FLAGS, 12
    .set USER_DESC_SIZE, 16

    .set SEGMENT_32BIT, 1 << 0
    .set SEGMENT_GROWS_DOWN, 1 << 1
    .set SEGMENT_CODE, 1 << 2                   # the upper bit of "contents"
    .set SEGMENT_READ_ONLY, 1 << 3
    .set SEGMENT_LIMIT_IN_PAGES, 1 << 4
    .set SEGMENT_NOT_PRESENT, 1 << 5
    .set SEGMENT_USEABLE, 1 << 6
    .set SEGMENT_LONG, 1 << 7
    .set SEGMENT_FLAGS, 0xff
    .set SEGMENT_EMPTY, SEGMENT_READ_ONLY | SEGMENT_NOT_PRESENT # modify_ldt's way to say so

# The upper half of a descriptor.
    .set UPPER_ACCESSED, 1 << 8
    .set UPPER_WRITABLE, 1 << 9
    .set UPPER_GROWS_DOWN, 1 << 10
    .set UPPER_FIXED, 0xf << 12                 # P, DPL 3, S
    .set UPPER_AVAILABLE, 1 << 20
    .set UPPER_32BIT, 1 << 22
    .set UPPER_PAGES, 1 << 23
    .set UPPER_LIMIT, 0x000f0000
    .set UPPER_BASE, 0xff000000

    .set ANY_ENTRY, -1                          # of entry_number: a free one

# Load a segment register again if it holds the selector in EDX; its new value is EAX.
# GS is the program's only between two SWAPGS.
    .macro reload register
    mov ecx, \register
    cmp ecx, edx
    jne .Lother\@
    swapgs
    mov \register, eax
    swapgs
.Lother\@:
    .endm

# One flag of struct user_desc (in EDX) to a descriptor's upper half (EBX).
    .macro translate from, to
    mov eax, ebx
    or eax, \to
    test edx, \from
    cmovnz ebx, eax
    .endm

    .text
    .global sys_set_thread_area
# Fill or clear an entry.
# in:  RDI = struct user_desc, of which entry_number is written if it was -1
# out: RAX = 0 or -errno
sys_set_thread_area:
    push rbx
    push r12
    sub rsp, USER_DESC_SIZE
    mov r12, rdi
    mov rsi, rdi
    mov rdi, rsp
    mov edx, USER_DESC_SIZE
    call copy_from_user
    test rax, rax
    mov rax, -EFAULT
    jnz .Ldone

    # 1. What is wanted: the descriptor is RBX, or 0 to clear the entry.
    xor ebx, ebx
    mov edx, [rsp + USER_DESC_FLAGS]
    mov eax, [rsp + USER_DESC_BASE]
    or eax, [rsp + USER_DESC_LIMIT]
    jnz 1f
    test edx, SEGMENT_FLAGS & ~SEGMENT_LONG
    jz .Lentry
    movzx eax, dl
    cmp eax, SEGMENT_EMPTY
    je .Lentry
1:  mov rax, -EINVAL                            # only data, only of 32 bits, only present
    test edx, SEGMENT_32BIT
    jz .Ldone
    test edx, SEGMENT_CODE
    jnz .Ldone
    test edx, SEGMENT_NOT_PRESENT
    jnz .Ldone
    call descriptor_of

    # 2. Which entry: RAX its number.
.Lentry:
    mov eax, [rsp + USER_DESC_ENTRY]
    cmp eax, ANY_ENTRY
    jne .Lchosen
    mov rdx, gs:[PERCPU_PROCESS]
    mov eax, TLS_ENTRY_MIN
2:  cmp qword ptr [rdx + PROCESS_TLS + rax * 8 - TLS_ENTRY_MIN * 8], 0
    je 3f
    inc eax
    cmp eax, TLS_ENTRY_MAX
    jbe 2b
    mov rax, -ESRCH
    jmp .Ldone
3:  mov [rsp + USER_DESC_ENTRY], eax
    mov rdi, r12                                # entry_number is its first field
    mov rsi, rsp
    mov edx, 4
    call copy_to_user
    test rax, rax
    mov rax, -EFAULT
    jnz .Ldone
    mov eax, [rsp + USER_DESC_ENTRY]
.Lchosen:
    lea ecx, [rax - TLS_ENTRY_MIN]
    cmp ecx, TLS_ENTRY_MAX - TLS_ENTRY_MIN
    ja .Linvalid

    # 3. Into the thread's list, the GDT, and the registers that have it already.
    mov rdx, gs:[PERCPU_PROCESS]
    mov [rdx + PROCESS_TLS + rcx * 8], rbx
    lea rdx, [rip + gdt]
    mov [rdx + rax * 8], rbx
    lea edx, [rax * 8 + RPL_MASK]
    mov eax, edx
    test rbx, rbx
    cmovz eax, ebx                              # a cleared entry cannot be loaded
    reload gs
    reload fs
    reload ds
    reload es
    xor eax, eax
.Ldone:
    add rsp, USER_DESC_SIZE
    pop r12
    pop rbx
    ret
.Linvalid:
    mov rax, -EINVAL
    jmp .Ldone

# Make a descriptor.
# in:  [RSP + 8] = struct user_desc, EDX = its flags
# out: RBX
# clobbers: RAX, RCX, RDX
descriptor_of:
    mov ebx, UPPER_FIXED | UPPER_ACCESSED
    xor edx, SEGMENT_READ_ONLY
    translate SEGMENT_READ_ONLY, UPPER_WRITABLE
    translate SEGMENT_GROWS_DOWN, UPPER_GROWS_DOWN
    translate SEGMENT_USEABLE, UPPER_AVAILABLE
    translate SEGMENT_32BIT, UPPER_32BIT
    translate SEGMENT_LIMIT_IN_PAGES, UPPER_PAGES
    mov eax, [rsp + 8 + USER_DESC_LIMIT]
    and eax, UPPER_LIMIT
    or ebx, eax
    mov eax, [rsp + 8 + USER_DESC_BASE]
    mov ecx, eax
    and eax, UPPER_BASE
    or ebx, eax
    shr ecx, 16
    movzx eax, cl
    or ebx, eax
    shl rbx, 32
    mov eax, [rsp + 8 + USER_DESC_BASE]
    shl eax, 16
    movzx ecx, word ptr [rsp + 8 + USER_DESC_LIMIT]
    or eax, ecx
    or rbx, rax
    ret

    .global tls_clear
# A new program has none of its own.
# clobbers: RAX, RCX, RDX
tls_clear:
    mov rdx, gs:[PERCPU_PROCESS]
    xor eax, eax
    lea rcx, [rip + gdt]
    .irp entry, 0, 1, 2
    mov [rdx + PROCESS_TLS + \entry * 8], rax
    mov [rcx + (TLS_ENTRY_MIN + \entry) * 8], rax
    .endr
    ret
