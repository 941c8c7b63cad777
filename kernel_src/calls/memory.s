# brk, mmap and its relatives: the program's address space, as it asks for it.
#
# All of them only change the list of regions (memory/regions.s); frames come when
# pages are touched, so room that is reserved costs nothing.  There is one process:
# memory that is "shared" is shared with nobody, and is treated as private.

    .intel_syntax noprefix
    .include "include/errno.inc"
    .include "include/file.inc"
    .include "include/layout.inc"
    .include "include/memory.inc"
    .include "include/mmap.inc"
    .include "include/percpu.inc"
    .include "include/process.inc"

    .set FILE_PAGES_MAX, (1 << 51) - 1          # a file has at most 2^63 - 1 bytes
    .set LOW_END, 1 << 31                       # MAP_32BIT means 31 bits

    .text
    .global heap_create
# Make the heap: empty, some random pages behind the program.
# clobbers: RAX, RCX, RDX, RDI
heap_create:
    push rbx
    mov rbx, gs:[PERCPU_PROCESS]
    mov rdi, [rbx + PROCESS_LAYOUT]
    mov rdi, [rdi + LAYOUT_HEAP_RANDOM]
    call random_place
    add rax, [rbx + PROCESS_IMAGE_END]
    mov [rbx + PROCESS_HEAP], rax
    mov [rbx + PROCESS_BREAK], rax
    pop rbx
    ret

    .global sys_brk
# Move the end of the heap.
# in:  RDI = new break
# out: RAX = the break: the new one, or the old one when that cannot be.  Never an
#      error number: C libraries compare it with what they asked for.
sys_brk:
    push rbx
    push r12
    mov rbx, gs:[PERCPU_PROCESS]
    mov r12, rdi
    cmp rdi, [rbx + PROCESS_HEAP]
    jb .Lunchanged
    mov rax, TASK_SIZE_MAX
    cmp rdi, rax
    ja .Lunchanged
    add rdi, PAGE_MASK
    and rdi, ~PAGE_MASK                         # the heap's last page ends here
    mov rsi, [rbx + PROCESS_BREAK]
    add rsi, PAGE_MASK
    and rsi, ~PAGE_MASK                         # and ended here
    cmp rdi, rsi
    je .Laccepted
    push rdi
    push rsi
    jb 1f
    call heap_grow
    jmp 2f
1:  call regions_reserve
    test eax, eax
    jz 2f
    pop rsi
    pop rdi
    push rdi
    push rsi
    call region_remove
    mov eax, 1
2:  pop rsi
    pop rdi
    test eax, eax
    jz .Lunchanged
.Laccepted:
    mov [rbx + PROCESS_BREAK], r12
.Lunchanged:
    mov rax, [rbx + PROCESS_BREAK]
    pop r12
    pop rbx
    ret

# in:  RDI = new end, RSI = old end
# out: EAX = 1, or 0 when something lies in the way or memory runs out
# clobbers: all that a call may
heap_grow:
    xchg rdi, rsi
    mov rcx, rsi
    sub rcx, rdi
    call is_too_much
    ja 1f
    push rsi
    add rsi, STACK_GUARD
    call region_is_free
    pop rsi
    mov eax, 0
    jnz 1f
    mov edx, RIGHT_READ | RIGHT_WRITE
    xor ecx, ecx
    xor r8d, r8d
    jmp region_add
1:  xor eax, eax
    ret

# Linux refuses what all of the memory could not hold (overcommit_memory 0).
# in:  RCX = bytes
# out: flags: "above" when it is too much
# clobbers: RCX
is_too_much:
    shr rcx, PAGE_SHIFT
    cmp rcx, [rip + frames_total]
    ret

    .global sys_mmap
# Map memory, or a file's bytes.
# in:  RDI = address wanted, RSI = bytes, EDX = rights, R10D = flags, R8D = descriptor,
#      R9 = offset in the file
# out: RAX = where it is, or -errno
sys_mmap:
    test r9d, PAGE_MASK
    mov rax, -EINVAL
    jnz 1f
    shr r9, PAGE_SHIFT
    mov rax, gs:[PERCPU_PROCESS]
    mov rcx, TASK_SIZE_MAX
    mov rax, [rax + PROCESS_MMAP_BASE]
    jmp map
1:  ret

    .global sys32_mmap2
# The same by INT 0x80: below 4 GiB, and R9D counts pages.
sys32_mmap2:
    mov rax, gs:[PERCPU_PROCESS]
    mov ecx, TASK_SIZE_32
    mov rax, [rax + PROCESS_MMAP_BASE_32]

# in:  as above, R9 = offset in pages, RAX = where to look for room from, downwards,
#      RCX = the end of all addresses
map:
    push rbx
    push rbp
    push r12
    push r13
    push r14
    push r15
    sub rsp, 5 * 8
    .set MAP_SOURCE, 0                          # the file's bytes, or 0
    .set MAP_SOURCE_END, 8
    .set MAP_OFFSET, 16                         # in pages
    .set MAP_BASE, 24
    .set MAP_LIMIT, 32
    mov r12, rdi                                # address
    mov r13, rsi                                # size
    mov r14d, edx                               # rights, at first as PROT_
    mov r15d, r10d                              # flags
    mov [rsp + MAP_OFFSET], r9
    mov [rsp + MAP_BASE], rax
    mov [rsp + MAP_LIMIT], rcx
    xor ebx, ebx                                # the file mapped
    xor eax, eax
    mov [rsp + MAP_SOURCE], rax
    mov [rsp + MAP_SOURCE_END], rax

    # 1. What is asked for, in the order in which Linux finds fault with it.
    test r15d, MAP_ANONYMOUS
    jnz 1f
    mov edi, r8d
    call file_of_descriptor
    mov rbx, rax
    test rax, rax
    mov rax, -EBADF
    jz .Lmapped
    test r15d, MAP_HUGETLB
    mov rax, -EINVAL
    jnz .Lmapped
1:  mov rax, -EINVAL
    test r13, r13
    jz .Lmapped
    mov rax, -ENOMEM
    test r15d, MAP_HUGETLB                      # there are no huge pages
    jnz .Lmapped
    add r13, PAGE_MASK
    and r13, ~PAGE_MASK
    jz .Lmapped
    mov rdx, r13
    shr rdx, PAGE_SHIFT
    add rdx, [rsp + MAP_OFFSET]
    mov rax, -EOVERFLOW
    jc .Lmapped
    mov rdi, [rsp + MAP_LIMIT]
    call place
    test rax, rax
    js .Lmapped
    mov r12, rax
    mov ebp, r15d
    and ebp, MAP_TYPE
    mov rax, -EINVAL
    test ebx, ebx
    jnz .Lfile
    cmp ebp, MAP_PRIVATE                        # MAP_SHARED_VALIDATE is for files alone
    ja .Lmapped
    test ebp, ebp
    jz .Lmapped

    # 2. The region.
.Lplaced:
    mov edi, r14d
    call rights_of_prot
    mov r14d, eax
    mov rcx, r13
    test r15d, MAP_NORESERVE
    jnz 2f
    test r14d, RIGHT_WRITE                      # what cannot be written to costs nothing
    jz 2f
    call is_too_much
    mov rax, -ENOMEM
    ja .Lmapped
2:  mov edx, r14d
    mov rcx, [rsp + MAP_SOURCE]
    mov r8, [rsp + MAP_SOURCE_END]
    test ebx, ebx
    jz 3f
    or edx, REGION_OF_FILE
    cmp ebp, MAP_PRIVATE
    je 3f
    or edx, REGION_NEVER_WRITTEN                # writing would change the file
3:  mov rdi, r12
    lea rsi, [r12 + r13]
    call region_add
    test eax, eax
    mov rax, -ENOMEM
    cmovnz rax, r12
.Lmapped:
    add rsp, 5 * 8
    pop r15
    pop r14
    pop r13
    pop r12
    pop rbp
    pop rbx
    ret

    # 3. A file's bytes lie in the initrd: a page is copied from there when it is touched.
.Lfile:
    mov rax, -EOVERFLOW
    mov rcx, FILE_PAGES_MAX
    mov rdx, r13
    shr rdx, PAGE_SHIFT
    add rdx, [rsp + MAP_OFFSET]
    cmp rdx, rcx
    ja .Lmapped
    mov rax, -EINVAL
    test ebp, ebp
    jz .Lmapped
    cmp ebp, MAP_SHARED_VALIDATE
    ja .Lmapped
    mov rax, -EACCES
    mov ecx, [rbx + FILE_FLAGS]
    and ecx, O_ACCESS_MODE
    cmp ecx, O_WRONLY
    je .Lmapped
    cmp ebp, MAP_PRIVATE
    je 4f
    test r14d, PROT_WRITE                       # no file can be written to
    jnz .Lmapped
4:  mov rax, -ENODEV
    mov rdx, [rbx + FILE_NODE]
    cmp dword ptr [rdx + NODE_KIND], KIND_FILE
    jne .Lmapped
    mov rcx, [rdx + NODE_DATA]
    mov rax, [rsp + MAP_OFFSET]
    shl rax, PAGE_SHIFT
    add rax, rcx
    mov [rsp + MAP_SOURCE], rax
    add rcx, [rdx + NODE_SIZE]
    mov [rsp + MAP_SOURCE_END], rcx
    jmp .Lplaced

# Find the place of a mapping.
# in:  R12 = address wanted, R13 = size, R15D = flags, RDI = the end of all addresses,
#      RSP + 8 = map's variables
# out: RAX = address, or -errno
# clobbers: RCX, RDX, RSI, RDI, R8, R9
place:
    mov rax, -ENOMEM
    cmp r13, rdi
    ja 4f
    test r15d, MAP_FIXED | MAP_FIXED_NOREPLACE
    jnz .Lfixed
    mov rax, r12                                # a hint is followed when there is room
    and rax, ~PAGE_MASK
    jz 1f
    cmp rax, MMAP_LOWEST
    jae 5f
    mov eax, MMAP_LOWEST
5:  mov rsi, rdi
    sub rsi, r13
    cmp rax, rsi
    ja 1f
    push rdi
    mov rdi, rax
    lea rsi, [rax + r13]
    push rax
    call region_is_free_of_guards
    pop rax
    pop rdi
    jz 4f
1:  mov rsi, [rsp + 8 + MAP_BASE]
    test r15d, MAP_32BIT
    jz 2f
    mov esi, LOW_END
    cmp rdi, rsi
    cmovb rsi, rdi
2:  push rdi
    mov rdi, r13
    call region_gap
    pop rsi
    test rax, rax
    jnz 4f
    test r15d, MAP_32BIT
    jnz 3f
    mov rdi, r13                                # above the base, when all below is taken
    call region_gap
    test rax, rax
    jnz 4f
3:  mov rax, -ENOMEM
4:  ret

.Lfixed:
    sub rdi, r13
    cmp r12, rdi
    ja 4b
    mov rax, -EINVAL
    test r12d, PAGE_MASK
    jnz 4b
    mov rax, -EPERM
    cmp r12, MMAP_LOWEST
    jb 4b
    test r15d, MAP_FIXED_NOREPLACE
    mov rax, r12
    jz 4b
    mov rdi, r12
    lea rsi, [r12 + r13]
    call region_is_free
    mov rax, r12
    jz 4b
    mov rax, -EEXIST
    ret

# Is a range free of regions, and not close below the stack?
# in:  RDI = start, RSI = end
# out: zero flag set when it is
# clobbers: RAX, RSI
region_is_free_of_guards:
    call region_is_free
    jnz 1f
    add rsi, STACK_GUARD
    call region_above
    test rax, rax
    jz 1f
    test dword ptr [rax + REGION_RIGHTS], REGION_STACK
    jz 1f
    cmp rsi, [rax + REGION_START]
    seta al
    test al, al
1:  ret

# in:  EDI = PROT_ bits
# out: EAX = RIGHT_ bits: READ and EXECUTE change places
# clobbers: RCX
rights_of_prot:
    mov eax, edi
    and eax, PROT_WRITE
    test edi, PROT_READ
    jz 1f
    or eax, RIGHT_READ
1:  test edi, PROT_EXEC
    jz 2f
    or eax, RIGHT_EXECUTE
2:  ret

    .global sys_munmap
# in:  RDI = address, RSI = bytes
# out: RAX = 0 or -errno
sys_munmap:
    mov rcx, TASK_SIZE_MAX
    test edi, PAGE_MASK
    jnz 1f
    cmp rdi, rcx
    ja 1f
    sub rcx, rdi
    cmp rsi, rcx
    ja 1f
    add rsi, PAGE_MASK
    and rsi, ~PAGE_MASK
    jz 1f
    add rsi, rdi
    push rdi
    push rsi
    call regions_reserve
    pop rsi
    pop rdi
    test eax, eax
    jz 2f
    call region_remove
    xor eax, eax
    ret
1:  mov rax, -EINVAL
    ret
2:  mov rax, -ENOMEM
    ret

    .global sys_mprotect
# in:  RDI = address, RSI = bytes, EDX = rights
# out: RAX = 0 or -errno
sys_mprotect:
    mov rax, -EINVAL
    mov ecx, edx
    and ecx, PROT_GROWSDOWN | PROT_GROWSUP      # regions here have fixed bounds
    jnz 1f
    test edi, PAGE_MASK
    jnz 1f
    xor eax, eax
    test rsi, rsi
    jz 1f
    add rsi, PAGE_MASK
    and rsi, ~PAGE_MASK
    add rsi, rdi
    mov rax, -ENOMEM
    cmp rsi, rdi
    jbe 1f
    mov rax, -EINVAL
    test edx, ~(PROT_ANY | PROT_SEM)
    jnz 1f
    push rdi
    push rsi
    mov edi, edx
    call rights_of_prot
    push rax
    call regions_reserve
    pop rdx
    pop rsi
    pop rdi
    test eax, eax
    mov rax, -ENOMEM
    jnz region_protect
1:  ret

    .global sys_madvise
# Advice about memory.  One is an order: MADV_DONTNEED empties pages.
# in:  RDI = address, RSI = bytes, EDX = advice
# out: RAX = 0 or -errno
sys_madvise:
    mov rax, -EINVAL
    cmp edx, 63
    ja 3f
    mov rcx, MADV_KNOWN
    bt rcx, rdx
    jnc 3f
    test edi, PAGE_MASK
    jnz 3f
    test rsi, rsi
    jz 8f
    add rsi, PAGE_MASK
    and rsi, ~PAGE_MASK
    add rsi, rdi
    cmp rsi, rdi                                # rounded up to 0, or beyond 2^64
    jbe 3f
8:  mov eax, 0
    jz 3f
    push rbx
    push r12
    push r13
    push r14
    push rax                                    # the answer
    mov r12, rdi
    mov r13, rsi
    mov r14d, edx
1:  mov rdi, r12
    call region_above
    mov rbx, rax
    test rax, rax
    jz 4f
    mov rdi, [rbx + REGION_START]
    cmp rdi, r12
    jbe 5f
    mov qword ptr [rsp], -ENOMEM                # a hole, but the rest is advised all the same
    mov r12, rdi
5:  cmp r12, r13
    jae 2f
    mov rdi, r12
    mov rsi, [rbx + REGION_END]
    mov r12, rsi
    cmp rsi, r13
    cmova rsi, r13
    mov edx, [rbx + REGION_RIGHTS]
    cmp r14d, MADV_DONTNEED
    jne 6f
    test edx, REGION_OF_KERNEL
    jnz 7f
    call region_release
6:  cmp r12, r13
    jb 1b
2:  pop rax
    pop r14
    pop r13
    pop r12
    pop rbx
3:  ret
4:  mov qword ptr [rsp], -ENOMEM
    jmp 2b
7:  mov qword ptr [rsp], -EINVAL
    jmp 2b
