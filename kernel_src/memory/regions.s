# Regions: what a process's pages may be touched for, and what they hold at first.
#
#   |-- text --|- data -|------- heap ->        <- mmap -|- vvar -|- vDSO -|   |- stack -|
#
# A frame is found for a page only when the page is first touched (by the program,
# or by the kernel's copies from and to it): zeros, or bytes of a file.  So a region
# costs 48 bytes, however large it is.
#
# What a program unmaps, protects or maps over is calls/regions.s.

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
# Add a region to the running process, in place of all that lies there; without
# calls/regions.s nothing may lie there.
# in:  RDI = start, RSI = end (whole pages), EDX = rights and what is special,
#      RCX = the bytes of its first page or 0, R8 = where they end
# out: EAX = 1, or 0 when memory runs out or something is in the way: nothing has changed
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
    call region_clear
    test eax, eax
    jz 3f
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

    .global region_new
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
    call region_find                            # none lies above the programs' addresses
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
    call report_outside
    mov r13, rax
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
