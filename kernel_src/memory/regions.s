# Regions: what a process's pages may be touched for, and what they hold at first.
#
# A frame is found for a page only when the page is first touched (by the program,
# or by the kernel's copies from and to it): zeros, or bytes of the program's file.

    .intel_syntax noprefix
    .include "include/frame.inc"
    .include "include/memory.inc"
    .include "include/percpu.inc"
    .include "include/process.inc"

    .text
    .global region_add
# Add a region to the running process.
# in:  RDI = start, RSI = end (whole pages), EDX = rights,
#      RCX = the bytes of its first page or 0, R8 = where they end
# out: RAX = the region, or 0 when the table is full
# clobbers: R9
region_add:
    mov r9, gs:[PERCPU_PROCESS]
    mov eax, [r9 + PROCESS_REGION_COUNT]
    cmp eax, REGIONS_MAX
    jae 1f
    inc dword ptr [r9 + PROCESS_REGION_COUNT]
    imul eax, eax, REGION_SIZE
    lea rax, [r9 + rax + PROCESS_REGIONS]
    mov [rax + REGION_START], rdi
    mov [rax + REGION_END], rsi
    mov [rax + REGION_RIGHTS], rdx
    mov [rax + REGION_SOURCE], rcx
    mov [rax + REGION_SOURCE_END], r8
    ret
1:  xor eax, eax
    ret

    .global region_find
# The region with an address; where two overlap, the later one.
# in:  RDI = address
# out: RAX = the region, or 0
# clobbers: RCX
region_find:
    mov rax, gs:[PERCPU_PROCESS]
    mov ecx, [rax + PROCESS_REGION_COUNT]
    imul ecx, ecx, REGION_SIZE
    lea rcx, [rax + rcx + PROCESS_REGIONS]
    add rax, PROCESS_REGIONS
1:  sub rcx, REGION_SIZE
    cmp rcx, rax
    jb 2f
    cmp rdi, [rcx + REGION_START]
    jb 1b
    cmp rdi, [rcx + REGION_END]
    jae 1b
    mov rax, rcx
    ret
2:  xor eax, eax
    ret

    .global region_fault
# A page fault on a program's address: find a frame for the page, if it may have one.
# in:  RDI = address, RSI = the page fault's error code
# out: RAX = 0, or a text: what kind of memory that is
# clobbers: all that a call may
region_fault:
    push rbx
    push r12
    push r13
    mov rbx, rdi
    lea r13, [rip + reason_kernel]
    test rdi, rdi
    js .Lrefused                                # the upper half
    lea r13, [rip + reason_beyond]
    mov rax, TASK_SIZE_MAX
    cmp rdi, rax
    jae .Lrefused
    call region_find
    mov r12, rax
    test rax, rax
    jz .Loutside
    mov rax, [r12 + REGION_RIGHTS]
    lea r13, [rip + reason_no_execute]
    mov edx, RIGHT_EXECUTE
    test esi, FAULT_FETCH
    jnz 1f
    lea r13, [rip + reason_read_only]
    mov edx, RIGHT_WRITE
    test esi, FAULT_WRITE
    jnz 1f
    lea r13, [rip + reason_no_access]
    mov edx, RIGHT_ANY                          # x86 cannot forbid reading alone
1:  test eax, edx
    jz .Lrefused
    test esi, FAULT_PRESENT
    jnz .Lrefused                               # the table forbids it: so do we
    lea r13, [rip + reason_no_memory]
    call region_back
    test eax, eax
    jz .Lrefused
    xor r13d, r13d
    jmp .Lrefused
.Loutside:
    lea r13, [rip + reason_null]
    cmp rbx, PAGE_SIZE
    jb .Lrefused
    lea r13, [rip + reason_stack_overflow]
    lea rdi, [rbx + STACK_GUARD]
    call region_find
    mov rdx, gs:[PERCPU_PROCESS]
    test rax, rax
    jz 2f
    cmp rax, [rdx + PROCESS_STACK_REGION]
    je .Lrefused
2:  lea r13, [rip + reason_unmapped]
.Lrefused:
    mov rax, r13
    pop r13
    pop r12
    pop rbx
    ret

# Give a page of a region its frame.
# in:  RBX = address, R12 = region
# out: EAX = 1, or 0 when no frame is left
# clobbers: all that a call may
region_back:
    push r13
    and rbx, ~PAGE_MASK
    call frame_allocate
    mov r13, rax
    test rax, rax
    jz 3f
    mov rsi, [r12 + REGION_SOURCE]
    test rsi, rsi
    jz 1f
    add rsi, rbx
    sub rsi, [r12 + REGION_START]
    mov rcx, [r12 + REGION_SOURCE_END]
    sub rcx, rsi
    jbe 1f                                      # past the file's bytes: zeros
    mov eax, PAGE_SIZE
    cmp rcx, rax
    cmova rcx, rax
    mov rdi, DIRECT_MAP
    add rdi, r13
    rep movsb
1:  mov rdi, [r12 + REGION_RIGHTS]
    call rights_to_entry
    mov rdx, rax
    or rdx, r13
    mov rsi, rbx
    mov rdi, gs:[PERCPU_PROCESS]
    mov rdi, [rdi + PROCESS_PAGE_TABLE]
    call page_map
    test eax, eax
    jnz 3f
    mov rdi, r13                                # no frame for a table
    call frame_free
    xor eax, eax
3:  pop r13
    ret

    .global rights_to_entry
# in:  RDI = rights
# out: RAX = the bits of a page-table entry for a program's page
rights_to_entry:
    mov eax, PTE_PRESENT | PTE_USER
    test edi, RIGHT_WRITE
    jz 1f
    or eax, PTE_WRITE
1:  test edi, RIGHT_EXECUTE
    jnz 2f
    bts rax, PTE_NO_EXECUTE_BIT
2:  ret

    .global region_release
# Give back the frames of the running process's pages in a range.
# in:  RDI = start, RSI = end (whole pages)
# clobbers: all that a call may
region_release:
    push rbx
    push r12
    mov rbx, rdi
    mov r12, rsi
    jmp 2f
1:  mov rdi, gs:[PERCPU_PROCESS]
    mov rdi, [rdi + PROCESS_PAGE_TABLE]
    mov rsi, rbx
    call page_unmap
    add rbx, PAGE_SIZE
    test rax, rax
    jz 2f
    mov rdi, rax
    call frame_free
2:  cmp rbx, r12
    jb 1b
    pop r12
    pop rbx
    ret

    .section .rodata
reason_kernel:
    .asciz "kernel memory"
reason_beyond:
    .asciz "memory beyond the last page of programs"
reason_no_execute:
    .asciz "memory that is not executable"
reason_read_only:
    .asciz "read-only memory"
reason_no_access:
    .asciz "memory without rights"
reason_null:
    .asciz "the page at 0 (a null pointer)"
reason_stack_overflow:
    .asciz "the guard below the stack (stack overflow)"
reason_unmapped:
    .asciz "unmapped memory"
    .global reason_no_memory
reason_no_memory:
    .asciz "memory, but no frame is left for"
