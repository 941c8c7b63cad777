# Map the vDSO: the kernel's code that programs run themselves.
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
    push rbx
    push r12
    push r13
    push r14
    mov r13, gs:[PERCPU_PROCESS]
    lea r12, [rip + vdso64_start]
    lea r14, [rip + vdso64_end]
    call vdso32_choose                          # for a program of 32 bits
    lea rdi, [r14 + PAGE_SIZE]                  # both in one piece
    sub rdi, r12
    mov rsi, [r13 + PROCESS_MMAP_BASE]
    call region_gap
    test rax, rax
    jz 1f
    lea rbx, [rax + PAGE_SIZE]
    mov [r13 + PROCESS_VDSO], rbx
    call vdso32_note

    lea rdi, [rbx - PAGE_SIZE]
    lea rsi, [rip + vvar_page]
    lea rdx, [rip + vvar_page + PAGE_SIZE]
    mov ecx, RIGHT_READ
    call map_kernel_pages
    test eax, eax
    jz 1f
    mov rdi, rbx
    mov rsi, r12
    mov rdx, r14
    mov ecx, RIGHT_READ | RIGHT_EXECUTE
    call map_kernel_pages
1:  pop r14
    pop r13
    pop r12
    pop rbx
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
