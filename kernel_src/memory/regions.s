# Regions: what a process's pages may be touched for, and what they hold at first.
#
#   |-- text --|- data -|------- heap ->        <- mmap -|- vvar -|- vDSO -|   |- stack -|
#
# A frame is found for a page only when the page is first touched (by the program,
# or by the kernel's copies from and to it): zeros, or bytes of a file.  So a region
# costs 48 bytes, however large it is.
#
# All changes are made of three steps: split the regions at both ends of a range,
# change or remove the whole regions between, merge neighbours that are alike.

    .intel_syntax noprefix
    .include "include/errno.inc"
    .include "include/frame.inc"
    .include "include/memory.inc"
    .include "include/percpu.inc"
    .include "include/process.inc"

    .set REGIONS_A_CHANGE, 3                    # a new one, and two that splitting makes
    .set REGIONS_A_FRAME, (PAGE_SIZE - 8) / REGION_SIZE

    .text
    .global region_add
# Add a region to the running process, in place of all that lies there.
# in:  RDI = start, RSI = end (whole pages), EDX = rights and what is special,
#      RCX = the bytes of its first page or 0, R8 = where they end
# out: EAX = 1, or 0 when memory runs out: then nothing has changed
# clobbers: all that a call may
region_add:
    push rbx
    push r12
    push r13
    push r14
    push r15
    mov r12, rdi
    mov r13, rsi
    mov ebx, edx
    mov r14, rcx
    mov r15, r8
    call regions_reserve
    test eax, eax
    jz 3f
    mov rdi, r12
    mov rsi, r13
    call region_remove                          # cannot fail: three are reserved
    call region_new
    mov [rax + REGION_START], r12
    mov [rax + REGION_END], r13
    mov [rax + REGION_RIGHTS], rbx
    mov [rax + REGION_SOURCE], r14
    mov [rax + REGION_SOURCE_END], r15
    mov rcx, gs:[PERCPU_PROCESS]
    add rcx, PROCESS_REGIONS
1:  mov rdx, [rcx]                              # RCX: the link that will lead to it
    test rdx, rdx
    jz 2f
    cmp [rdx + REGION_START], r12
    ja 2f
    mov rcx, rdx                                # REGION_NEXT is 0: a region is a link, too
    jmp 1b
2:  mov [rax + REGION_NEXT], rdx
    mov [rcx], rax
    call regions_merge
    mov eax, 1
3:  pop r15
    pop r14
    pop r13
    pop r12
    pop rbx
    ret

    .global region_find, region_above
# The region with an address.
# in:  RDI = address
# out: RAX = the region, or 0
region_find:
    call region_above
    test rax, rax
    jz 1f
    cmp rdi, [rax + REGION_START]
    jae 1f
    xor eax, eax
1:  ret

# The first region that ends above an address.
# in:  RDI = address
# out: RAX = the region, or 0
region_above:
    mov rax, gs:[PERCPU_PROCESS]
    mov rax, [rax + PROCESS_REGIONS]
1:  test rax, rax
    jz 2f
    cmp rdi, [rax + REGION_END]
    jb 2f
    mov rax, [rax + REGION_NEXT]
    jmp 1b
2:  ret

    .global region_is_free
# Is a range free of regions?
# in:  RDI = start, RSI = end
# out: zero flag set when it is
# clobbers: RAX
region_is_free:
    call region_above
    test rax, rax
    jz 1f
    cmp rsi, [rax + REGION_START]
    seta al
    test al, al
1:  ret

    .global region_gap
# The highest room for a new region.
# in:  RDI = its size, RSI = where it must end, at the latest
# out: RAX = its start, or 0 when there is no room
# clobbers: RCX, RDX, R8, R9
region_gap:
    xor eax, eax
    mov ecx, MMAP_LOWEST                        # RCX to R8: between two regions
    mov rdx, gs:[PERCPU_PROCESS]
    mov rdx, [rdx + PROCESS_REGIONS]
1:  mov r8, rsi
    test rdx, rdx
    jz 2f
    mov r8, [rdx + REGION_START]
    test dword ptr [rdx + REGION_RIGHTS], REGION_STACK
    jz 2f
    sub r8, STACK_GUARD
2:  cmp r8, rsi
    cmova r8, rsi
    mov r9, r8
    sub r9, rdi
    jb 3f
    cmp r9, rcx
    cmovae rax, r9
3:  test rdx, rdx
    jz 4f
    mov rcx, [rdx + REGION_END]
    mov rdx, [rdx + REGION_NEXT]
    cmp rcx, rsi
    jb 1b
4:  ret

    .global region_remove
# Remove what lies in a range, with its frames.
# in:  RDI = start, RSI = end (whole pages); regions_reserve was called
# clobbers: all that a call may
region_remove:
    push rbx
    push r12
    push r13
    push r14
    mov r12, rdi
    mov r13, rsi
    call region_split
    mov rdi, r13
    call region_split
    mov rbx, gs:[PERCPU_PROCESS]
    add rbx, PROCESS_REGIONS                    # the link to the region looked at
1:  mov r14, [rbx]
    test r14, r14
    jz 3f
    mov rdi, [r14 + REGION_START]
    cmp rdi, r13
    jae 3f
    cmp rdi, r12
    jae 2f
    mov rbx, r14
    jmp 1b
2:  mov rsi, [r14 + REGION_END]
    mov edx, [r14 + REGION_RIGHTS]
    mov rax, [r14 + REGION_NEXT]
    mov [rbx], rax
    call region_release
    mov rdi, r14
    call region_dispose
    jmp 1b
3:  pop r14
    pop r13
    pop r12
    pop rbx
    ret

    .global region_protect
# Give what lies in a range other rights, up to the first hole in it.
# in:  RDI = start, RSI = end (whole pages), EDX = rights; regions_reserve was called
# out: RAX = 0, -ENOMEM for a hole, -EACCES for memory that never may be written to
# clobbers: all that a call may
region_protect:
    push rbx
    push r12
    push r13
    push r14
    mov r12, rdi
    mov r13, rsi
    mov r14d, edx
    call region_split
    mov rdi, r13
    call region_split
    mov rdi, r12
    call region_above
    mov rbx, rax
1:  mov rax, -ENOMEM
    test rbx, rbx
    jz 2f
    cmp [rbx + REGION_START], r12
    ja 2f
    mov ecx, [rbx + REGION_RIGHTS]
    test ecx, REGION_OF_KERNEL | REGION_NEVER_WRITTEN
    jz 3f
    mov rax, -EACCES
    test r14d, RIGHT_WRITE
    jnz 2f
3:  and ecx, ~RIGHT_ANY
    or ecx, r14d
    mov [rbx + REGION_RIGHTS], ecx
    call pages_protect
    mov r12, [rbx + REGION_END]
    mov rbx, [rbx + REGION_NEXT]
    cmp r12, r13
    jb 1b
    xor eax, eax
2:  push rax
    call regions_merge
    pop rax
    pop r14
    pop r13
    pop r12
    pop rbx
    ret

# Let the pages of a region that have frames follow its rights.
# in:  RBX = region
# clobbers: all that a call may
pages_protect:
    mov rsi, [rbx + REGION_START]
1:  mov rdi, gs:[PERCPU_PROCESS]
    mov rdi, [rdi + PROCESS_PAGE_TABLE]
    mov rdx, [rbx + REGION_END]
    call page_next
    test rax, rax
    jz 2f
    mov rcx, rax
    mov rdi, [rbx + REGION_RIGHTS]
    call rights_to_entry
    mov rdx, PTE_ADDRESS_MASK
    and rdx, [rcx]
    or rdx, rax
    and rdx, [rip + page_bits_supported]
    mov [rcx], rdx
    invlpg [rsi]
    add rsi, PAGE_SIZE
    jmp 1b
2:  ret

# Make two regions of one.
# in:  RDI = address of a page; regions_reserve was called
# clobbers: RAX, RCX, RDX
region_split:
    call region_find
    test rax, rax
    jz 1f
    mov rcx, rdi
    sub rcx, [rax + REGION_START]
    jz 1f
    mov rdx, rax
    call region_new
    mov r8, [rdx + REGION_NEXT]
    mov [rax + REGION_NEXT], r8
    mov [rdx + REGION_NEXT], rax
    mov r8, [rdx + REGION_END]
    mov [rax + REGION_END], r8
    mov [rdx + REGION_END], rdi
    mov [rax + REGION_START], rdi
    mov r8, [rdx + REGION_RIGHTS]
    mov [rax + REGION_RIGHTS], r8
    mov r8, [rdx + REGION_SOURCE_END]
    mov [rax + REGION_SOURCE_END], r8
    mov r8, [rdx + REGION_SOURCE]
    test r8, r8
    jz 2f
    add r8, rcx
2:  mov [rax + REGION_SOURCE], r8
1:  ret

    .global regions_merge
# Make one region of neighbours that are alike.
# clobbers: RAX, RCX, RDX, RSI, RDI
regions_merge:
    mov rcx, gs:[PERCPU_PROCESS]
    mov rcx, [rcx + PROCESS_REGIONS]
1:  test rcx, rcx
    jz 4f
2:  mov rdx, [rcx + REGION_NEXT]
    test rdx, rdx
    jz 4f
    mov rsi, [rcx + REGION_END]
    cmp rsi, [rdx + REGION_START]
    jne 3f
    mov rax, [rcx + REGION_RIGHTS]
    cmp rax, [rdx + REGION_RIGHTS]
    jne 3f
    mov rax, [rcx + REGION_SOURCE_END]
    cmp rax, [rdx + REGION_SOURCE_END]
    jne 3f
    mov rax, [rcx + REGION_SOURCE]              # one that has a source goes on in the file
    test rax, rax
    jz 5f
    add rax, rsi
    sub rax, [rcx + REGION_START]
5:  cmp rax, [rdx + REGION_SOURCE]
    jne 3f
    mov rsi, [rdx + REGION_END]
    mov [rcx + REGION_END], rsi
    mov rsi, [rdx + REGION_NEXT]
    mov [rcx + REGION_NEXT], rsi
    mov rdi, rdx
    call region_dispose
    jmp 2b
3:  mov rcx, rdx
    jmp 1b
4:  ret

    .global regions_reserve
# See to it that a change of the regions cannot run out of structures for them.
# out: EAX = 1, or 0 when memory runs out, or when the process has too many regions
# clobbers: RCX, RDX, RSI, RDI, R8
regions_reserve:
    push rbx
    mov rbx, gs:[PERCPU_PROCESS]
    xor eax, eax
    cmp dword ptr [rbx + PROCESS_REGION_COUNT], REGIONS_MAX - REGIONS_A_CHANGE
    ja 2f
    cmp dword ptr [rbx + PROCESS_REGIONS_SPARE], REGIONS_A_CHANGE
    jae 3f
    call frame_allocate
    test rax, rax
    jz 2f
    mov rdx, DIRECT_MAP
    add rax, rdx
    mov rcx, [rbx + PROCESS_REGION_FRAMES]
    mov [rax], rcx
    mov [rbx + PROCESS_REGION_FRAMES], rax
    add rax, 8
    add dword ptr [rbx + PROCESS_REGIONS_SPARE], REGIONS_A_FRAME
    mov ecx, REGIONS_A_FRAME
1:  mov rdx, [rbx + PROCESS_REGIONS_UNUSED]
    mov [rax + REGION_NEXT], rdx
    mov [rbx + PROCESS_REGIONS_UNUSED], rax
    add rax, REGION_SIZE
    dec ecx
    jnz 1b
3:  mov eax, 1
2:  pop rbx
    ret

# Take one of the reserved structures.
# out: RAX = region
region_new:
    push rcx
    mov rcx, gs:[PERCPU_PROCESS]
    dec dword ptr [rcx + PROCESS_REGIONS_SPARE]
    inc dword ptr [rcx + PROCESS_REGION_COUNT]
    mov rax, [rcx + PROCESS_REGIONS_UNUSED]
    push qword ptr [rax + REGION_NEXT]
    pop qword ptr [rcx + PROCESS_REGIONS_UNUSED]
    pop rcx
    ret

# in:  RDI = region that is in the list no more
# clobbers: RAX
region_dispose:
    mov rax, gs:[PERCPU_PROCESS]
    push qword ptr [rax + PROCESS_REGIONS_UNUSED]
    pop qword ptr [rdi + REGION_NEXT]
    mov [rax + PROCESS_REGIONS_UNUSED], rdi
    inc dword ptr [rax + PROCESS_REGIONS_SPARE]
    dec dword ptr [rax + PROCESS_REGION_COUNT]
    ret

    .global regions_destroy
# Remove everything from the running process's address space, down to its PML4.
# clobbers: all that a call may
regions_destroy:
    push rbx
    mov rbx, gs:[PERCPU_PROCESS]
    xor edi, edi
    mov rsi, TASK_SIZE_MAX
    call region_remove                          # nothing reaches over either end: no split
    mov rdi, [rbx + PROCESS_REGION_FRAMES]
1:  test rdi, rdi
    jz 2f
    push qword ptr [rdi]
    mov rax, DIRECT_MAP
    sub rdi, rax
    call frame_free
    pop rdi
    jmp 1b
2:  mov [rbx + PROCESS_REGION_FRAMES], rdi
    mov [rbx + PROCESS_REGIONS_UNUSED], rdi
    mov [rbx + PROCESS_REGIONS_SPARE], edi
    pop rbx
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
    lea r13, [rip + reason_behind_file]
    mov rdx, rbx
    and rdx, ~PAGE_MASK
    sub rdx, [r12 + REGION_START]
    mov rcx, [r12 + REGION_SOURCE_END]          # not as addresses: a region can be so large
    sub rcx, [r12 + REGION_SOURCE]              # that they would overflow
    test eax, REGION_OF_FILE
    jz 3f
    cmp rdx, rcx                                # less than 0: it all lies behind the end
    jge .Lrefused
3:  lea r13, [rip + reason_no_memory]
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
    test rax, rax
    jz 2f
    test dword ptr [rax + REGION_RIGHTS], REGION_STACK
    jnz .Lrefused
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
    mov eax, PTE_HELD
    test edi, RIGHT_ANY
    jz 2f
    mov eax, PTE_PRESENT | PTE_USER
    test edi, RIGHT_WRITE
    jz 1f
    or eax, PTE_WRITE
1:  test edi, RIGHT_EXECUTE
    jnz 2f
    bts rax, PTE_NO_EXECUTE_BIT
2:  ret

    .global region_release
# Give back the frames of the running process's pages in a range, and the tables
# that are empty then.
# in:  RDI = start, RSI = end (whole pages), EDX = rights and what is special
# clobbers: all that a call may
region_release:
    push rbx
    push r12
    push r13
    push r14
    mov rbx, rdi
    mov r12, rsi
    mov r13d, edx
    mov r14, gs:[PERCPU_PROCESS]
    mov r14, [r14 + PROCESS_PAGE_TABLE]
    mov rsi, rbx
1:  mov rdi, r14
    mov rdx, r12
    call page_next
    test rax, rax
    jz 2f
    mov rdi, PTE_ADDRESS_MASK
    and rdi, [rax]
    mov qword ptr [rax], 0
    invlpg [rsi]
    add rsi, PAGE_SIZE
    test r13d, REGION_OF_KERNEL
    jnz 1b
    call frame_free
    jmp 1b
2:  mov rdi, r14
    mov rsi, rbx
    mov rdx, r12
    mov ecx, TOP_LEVEL_SHIFT
    call tables_prune
    mov cr3, r14                                # the CPU may remember tables, too
    pop r14
    pop r13
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
    .global reason_behind_file, reason_no_memory
reason_behind_file:
    .asciz "a page behind the end of its file"
reason_no_memory:
    .asciz "memory, but no frame is left for"
