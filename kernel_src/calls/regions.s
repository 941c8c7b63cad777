# Regions that change (the regions themselves: memory/regions.s).
#
# All changes are made of three steps: split the regions at both ends of a range,
# change or remove the whole regions between, merge neighbours that are alike.

    .intel_syntax noprefix
    .include "include/errno.inc"
    .include "include/memory.inc"
    .include "include/percpu.inc"
    .include "include/process.inc"

    .text
    .global region_clear
# Make room for a new region: remove what lies there.
# in:  RDI = start, RSI = end (whole pages); regions_reserve was called
# out: EAX = 1
# clobbers: all that a call may
region_clear:
    call region_remove                          # cannot fail: three are reserved
    mov eax, 1
    ret

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
