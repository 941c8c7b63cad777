# Page tables (SDM Vol. 3A 4.5): four levels of 512 entries, 9 bits of the virtual
# address each.
#
#   bits 47:39  PML4  ->  38:30  page-directory pointers  ->  29:21  page directory
#        20:12  page table  ->  11:0  byte in the page.   A directory's entry can
#   also be a page of 2 MiB itself.
#
# The kernel's half (PML4 entries 256 to 511) is made once; every process's PML4
# has the same entries.  No page of it is both writable and executable, nor are
# two pages that show the same frame: the direct map shows the kernel's text and
# read-only data read-only.

    .intel_syntax noprefix
    .include "include/memory.inc"
    .include "include/start_info.inc"
    .include "include/voice.inc"

    .text
    .global paging_start
# Make the kernel's tables and change over to them.
# clobbers: RAX, RCX, RDX, RSI, RDI, R8 to R11
paging_start:
    push rbx
    call frame_allocate
    mov [rip + kernel_page_table], rax
    call map_memory

    # The kernel's image, a page at a time, each segment with its own rights.
    lea rdi, [rip + __text_start]
    lea rsi, [rip + __text_end]
    mov edx, PTE_KERNEL_TEXT
    mov rcx, KERNEL_BASE
    call map_pages
    lea rdi, [rip + __rodata_start]
    lea rsi, [rip + __rodata_end]
    mov rdx, PTE_KERNEL_READ_ONLY
    mov rcx, KERNEL_BASE
    call map_pages
    lea rdi, [rip + __data_start]
    lea rsi, [rip + __kernel_end]
    mov rdx, PTE_KERNEL_DATA
    mov rcx, KERNEL_BASE
    call map_pages

    # The direct map shows the first two read-only.
    mov rcx, DIRECT_MAP
    lea rdi, [rcx + __text_start - KERNEL_BASE]
    lea rsi, [rcx + __rodata_end - KERNEL_BASE]
    mov rdx, PTE_KERNEL_READ_ONLY
    call map_pages

    # The lowest page of each stack is a guard: touching it is a fault.
    lea rbx, [rip + stacks]
1:  mov rdi, [rip + kernel_page_table]
    mov rsi, rbx
    call page_unmap
    add rbx, STACK_SLOT_SIZE
    lea rax, [rip + stacks_end]
    cmp rbx, rax
    jb 1b

    mov rax, [rip + kernel_page_table]
    mov cr3, rax
    pop rbx
    ret

# Map the direct map: all RAM, in pieces of 2 MiB.
# clobbers: all that a call may
map_memory:
    push rbx
    push r12
    push r13
    push r14
    lea r13, [rip + memory_map]
    xor r14d, r14d                              # all pieces below it are mapped
    mov ebx, [rip + memory_count]
    push rbx
.Lrow:
    cmp dword ptr [r13 + MEMORY_TYPE], MEMORY_TYPE_RAM
    jne .Lnext_row
    mov rbx, [r13 + MEMORY_START]
    mov r12, [r13 + MEMORY_LENGTH]
    test r12, r12
    jz .Lnext_row
    add r12, rbx
    and rbx, -LARGE_PAGE_SIZE
    cmp rbx, r14                                # two rows can share a piece
    cmovb rbx, r14
    jmp 2f
1:  mov rdi, rbx
    call map_large
    add rbx, LARGE_PAGE_SIZE
2:  cmp rbx, r12
    jb 1b
    mov r14, rbx
.Lnext_row:
    add r13, MEMORY_ENTRY_SIZE
    dec dword ptr [rsp]
    jnz .Lrow
    pop rbx
    pop r14
    pop r13
    pop r12
    pop rbx
    ret

# Map 2 MiB of the direct map: as one page, or where the kernel's text or read-only
# data lie, as 512, so that each can have its own rights.
# in:  RDI = physical address, a multiple of 2 MiB
# clobbers: all that a call may
map_large:
    push rbx
    mov rbx, rdi
    mov rcx, DIRECT_MAP
    lea rax, [rdi + LARGE_PAGE_SIZE]
    cmp rax, offset __text_start - KERNEL_BASE
    jbe 1f
    cmp rdi, offset __rodata_end - KERNEL_BASE
    jae 1f
    lea rsi, [rax + rcx]
    add rdi, rcx
    mov rdx, PTE_KERNEL_DATA
    call map_pages
    jmp 2f
1:  mov rdi, [rip + kernel_page_table]
    lea rsi, [rbx + rcx]
    mov edx, LARGE_PAGE_SHIFT
    mov ecx, PTE_TABLE_KERNEL
    call page_entry
    test rax, rax
    jz no_memory_for_tables
    mov rdx, PTE_KERNEL_DATA | PTE_LARGE
    and rdx, [rip + page_bits_supported]
    or rdx, rbx
    mov [rax], rdx
2:  pop rbx
    ret

# Map pages of 4 KiB that lie one behind the other in physical memory too.
# in:  RDI = first virtual address, RSI = end, RDX = rights,
#      RCX = virtual minus physical address
# clobbers: all that a call may
map_pages:
    push rbx
    push r12
    push r13
    mov rbx, rdi
    mov r12, rsi
    mov r13, rdx
    sub r13, rcx                                # the entry, minus the virtual address
    jmp 2f
1:  mov rdi, [rip + kernel_page_table]
    mov rsi, rbx
    lea rdx, [rbx + r13]
    call page_map_or_panic
    add rbx, PAGE_SIZE
2:  cmp rbx, r12
    jb 1b
    pop r13
    pop r12
    pop rbx
    ret

    .global page_map_or_panic
# in:  as page_map
page_map_or_panic:
    call page_map
    test eax, eax
    jz no_memory_for_tables
    ret
no_memory_for_tables:
    panic "no memory for the page tables"

    .global page_table_create
# Make a process's PML4: nothing of its own, and the kernel's half.
# out: RAX = physical address, or 0 when no frame is left
# clobbers: RCX, RDX, RSI, RDI, R8
page_table_create:
    call frame_allocate
    test rax, rax
    jz 1f
    mov rdx, DIRECT_MAP
    mov rsi, [rip + kernel_page_table]
    lea rsi, [rsi + rdx + KERNEL_HALF * 8]
    lea rdi, [rax + rdx + KERNEL_HALF * 8]
    mov ecx, TABLE_ENTRIES - KERNEL_HALF
    rep movsq
1:  ret

    .global page_map
# Map a page of 4 KiB.
# in:  RDI = PML4 (physical), RSI = virtual address, RDX = the entry: frame and rights
# out: EAX = 1, or 0 when there is no frame for a table
# clobbers: RCX, RDX, RSI, RDI, R8 to R10
page_map:
    push rdx
    mov ecx, PTE_TABLE_KERNEL
    test edx, PTE_USER
    jz 1f
    mov ecx, PTE_TABLE_USER
1:  mov edx, PAGE_SHIFT
    call page_entry
    pop rdx
    test rax, rax
    jz 2f
    and rdx, [rip + page_bits_supported]
    mov [rax], rdx
    mov eax, 1
2:  ret

    .global page_unmap
# Unmap a page of 4 KiB.
# in:  RDI = PML4 (physical), RSI = virtual address
# out: RAX = the frame that was there (physical), or 0
# clobbers: RCX, RDX, RDI, R8 to R10
page_unmap:
    xor ecx, ecx
    mov edx, PAGE_SHIFT
    call page_entry
    test rax, rax
    jz 1f
    xor ecx, ecx
    xchg rcx, [rax]
    invlpg [rsi]
    mov rax, PTE_ADDRESS_MASK
    and rax, rcx
1:  ret

# Walk down to an entry.
# in:  RDI = PML4 (physical), RSI = virtual address,
#      EDX = the bit where the index of the wanted level begins (12 or 21),
#      ECX = rights for tables that have to be made, or 0 to make none
# out: RAX = address of the entry in the direct map, or 0
# clobbers: RCX, RDX, RDI, R8 to R10
page_entry:
    mov r9d, ecx
    mov r10d, edx
    mov ecx, TOP_LEVEL_SHIFT
.Llevel:
    mov rax, rsi
    shr rax, cl
    and eax, TABLE_ENTRIES - 1
    mov rdx, DIRECT_MAP
    add rdx, rdi
    lea rdx, [rdx + rax * 8]
    cmp ecx, r10d
    je .Lfound
    mov rdi, [rdx]
    test edi, PTE_PRESENT
    jz .Lmissing
.Ldown:
    mov rax, PTE_ADDRESS_MASK
    and rdi, rax
    sub ecx, TABLE_INDEX_BITS
    jmp .Llevel
.Lfound:
    mov rax, rdx
    ret
.Lmissing:
    test r9d, r9d
    jz .Lnone
    push rcx
    push rdx
    push rsi
    call frame_allocate
    pop rsi
    pop rdx
    pop rcx
    test rax, rax
    jz .Lnone
    mov rdi, rax
    or rax, r9
    mov [rdx], rax
    jmp .Ldown
.Lnone:
    xor eax, eax
    ret

    .bss
    .balign 8
    .global kernel_page_table
kernel_page_table:                              # physical address of the PML4
    .skip 8
