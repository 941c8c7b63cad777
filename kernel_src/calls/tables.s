# Page tables that change while a program runs: the pages that are there, and the tables
# that are left empty (the tables themselves: memory/paging.s).

    .intel_syntax noprefix
    .include "include/memory.inc"

    .text
    .global page_next
# The next page of a range that has a frame.
# in:  RDI = PML4 (physical), RSI = start, RDX = end (in the lower half)
# out: RAX = address of its entry in the direct map, or 0; RSI = its virtual address
# clobbers: RCX, R8 to R11
page_next:
    mov r10, DIRECT_MAP
    mov r11, PTE_ADDRESS_MASK
.Lfrom_top:
    xor eax, eax
    cmp rsi, rdx
    jae 2f
    mov r8, rdi
    mov ecx, TOP_LEVEL_SHIFT
1:  mov r9, rsi
    shr r9, cl
    and r9d, TABLE_ENTRIES - 1
    add r8, r10
    lea rax, [r8 + r9 * 8]
    mov r8, [rax]
    test r8, r8
    jz .Lskip
    cmp ecx, PAGE_SHIFT
    je 2f
    and r8, r11
    sub ecx, TABLE_INDEX_BITS
    jmp 1b
.Lskip:                                         # nothing below this entry: on to the next
    shr rsi, cl
    inc rsi
    shl rsi, cl
    jmp .Lfrom_top
2:  ret

    .global tables_prune
# Give back the tables below a table in which nothing is left.
# in:  RDI = table (physical), RSI = start and RDX = end of the addresses to look at,
#      ECX = the bit where the table's index begins
# clobbers: all that a call may
tables_prune:
    push rbx
    push r12
    push r13
    push r14
    push r15
    mov rbx, rsi
    mov r12, rdx
    mov r13, DIRECT_MAP
    add r13, rdi
    mov r14d, ecx
.Lentry:
    cmp rbx, r12
    jae .Lpruned
    mov ecx, r14d
    mov rax, rbx
    shr rax, cl
    lea rdx, [rax + 1]                          # where the next entry's addresses begin
    shl rdx, cl
    and eax, TABLE_ENTRIES - 1
    lea r15, [r13 + rax * 8]
    mov rsi, rbx
    mov rbx, rdx
    mov rdi, [r15]
    test edi, PTE_PRESENT
    jz .Lentry
    mov rax, PTE_ADDRESS_MASK
    and rdi, rax
    cmp ecx, LARGE_PAGE_SHIFT
    je 1f                                       # its entries are pages, not tables
    cmp rdx, r12
    cmova rdx, r12
    sub ecx, TABLE_INDEX_BITS
    push rdi
    call tables_prune
    pop rdi
1:  mov rdx, rdi
    mov rax, DIRECT_MAP
    add rdi, rax
    xor eax, eax
    mov ecx, TABLE_ENTRIES
    repe scasq
    jne .Lentry
    mov [r15], rax
    mov rdi, rdx
    call frame_free
    jmp .Lentry
.Lpruned:
    pop r15
    pop r14
    pop r13
    pop r12
    pop rbx
    ret
