# Map the vDSO: the kernel's code that programs run themselves.
#
#   mmap base - vDSO's size - 4096   the vvar page     read-only
#   mmap base - vDSO's size          the vDSO's image  read and execute
#   mmap base                        random, where Linux begins with mappings
#
# The vDSO's code reaches the vvar page by its distance, -4096 from its start.

    .intel_syntax noprefix
    .include "include/memory.inc"
    .include "include/percpu.inc"
    .include "include/process.inc"
    .include "include/voice.inc"

    .set MMAP_RANDOM_BITS, 28                   # of pages
    .set STACK_RANDOM_MAX, 0x3fffff << PAGE_SHIFT
    .set MMAP_BASE_32, 0xf7fff000               # its highest place for INT 0x80
    .set MMAP_GAP, STACK_SIZE + STACK_RANDOM_MAX + STACK_GUARD

    .text
    .global vdso_map
# Map both for the running process.
# out: EAX = 1, or 0 when memory runs out
# clobbers: all that a call may
vdso_map:
    push rbx
    push r12
    push r13
    mov r13, gs:[PERCPU_PROCESS]
    call random
    and eax, (1 << MMAP_RANDOM_BITS) - 1
    shl rax, PAGE_SHIFT
    mov rbx, TASK_SIZE_MAX - MMAP_GAP
    sub rbx, rax
    mov [r13 + PROCESS_MMAP_BASE], rbx
    call random
    movzx eax, al                               # 8 random bits, as Linux has there
    shl eax, PAGE_SHIFT
    mov ecx, MMAP_BASE_32
    sub ecx, eax
    mov [r13 + PROCESS_MMAP_BASE_32], rcx
    sub rbx, offset vdso64_end                  # a multiple of the page's size
    add rbx, offset vdso64_start
    mov [r13 + PROCESS_VDSO], rbx

    lea rdi, [rbx - PAGE_SIZE]
    lea rsi, [rip + vvar_page]
    lea rdx, [rip + vvar_page + PAGE_SIZE]
    mov ecx, RIGHT_READ
    call map_kernel_pages
    test eax, eax
    jz 1f
    mov rdi, rbx
    lea rsi, [rip + vdso64_start]
    lea rdx, [rip + vdso64_end]
    mov ecx, RIGHT_READ | RIGHT_EXECUTE
    call map_kernel_pages
    test eax, eax
    jz 1f
    lea rdx, [rbx - PAGE_SIZE]
    mov rsi, rbx
    say "vdso text=%x vvar=%x"
    mov eax, 1
1:  pop r13
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
