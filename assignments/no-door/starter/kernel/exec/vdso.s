# Map the vDSO: the kernel's code that programs run themselves.
#
# Write vdso_map.  README.md says how it is judged.
#
#   the vvar page     read-only
#   the vDSO's image  read and execute
#   mmap base, or what the program has mapped below it already (init/layout.s)
#
# The vDSO's code reaches the vvar page by its distance, -4096 from its start.

    .intel_syntax noprefix
    .include "include/memory.inc"
    .include "include/percpu.inc"
    .include "include/process.inc"

    .text
    .global vdso_map
# Map both for the running process.
# out: EAX = 1, or 0 when memory runs out
# clobbers: all that a call may
vdso_map:
    # 1. Find a gap for both: region_gap (in: RDI = bytes, RSI = the address below which to
    #    look; out: RAX = where, or 0).  The running process is gs:[PERCPU_PROCESS], and its
    #    PROCESS_MMAP_BASE is different in every process (include/process.inc).
    # 2. Note where the vDSO is: PROCESS_VDSO.
    # 3. Map the vvar page and above it the image, vdso64_start to vdso64_end, with
    #    map_kernel_pages below; RIGHT_READ, RIGHT_WRITE and RIGHT_EXECUTE are in
    #    include/memory.inc.
    mov eax, 1
    ret

# Show pages of the kernel's image to the running process.
# in:  RDI = where, RSI = first address in the kernel, RDX = end, ECX = rights,
#      R13 = process
# out: EAX = 1, or 0 when memory runs out
# clobbers: all that a call may
map_kernel_pages:
    push rbx
    push r12
    push r14
    push r15
    mov rbx, rdi
    mov r12, rsi
    mov r14, rdx
    mov edi, ecx
    mov r15d, ecx
    call rights_to_entry
    xchg r15, rax
    mov edx, eax
    mov rdi, rbx
    mov rsi, r14
    sub rsi, r12
    add rsi, rbx
    or edx, REGION_OF_KERNEL
    xor ecx, ecx
    xor r8d, r8d
    call region_add
    test eax, eax
    jz 2f
1:  mov rdx, r12
    sub rdx, KERNEL_BASE
    or rdx, r15
    mov rsi, rbx
    mov rdi, [r13 + PROCESS_PAGE_TABLE]
    call page_map
    test eax, eax
    jz 2f
    add rbx, PAGE_SIZE
    add r12, PAGE_SIZE
    cmp r12, r14
    jb 1b
2:  pop r15
    pop r14
    pop r12
    pop rbx
    ret
