# A file of type ET_DYN can lie anywhere: all its addresses are moved by one bias.

    .intel_syntax noprefix
    .include "include/elf.inc"
    .include "include/image.inc"
    .include "include/layout.inc"
    .include "include/memory.inc"
    .include "include/percpu.inc"
    .include "include/process.inc"

    .text
    .global image_is_loadable
# in:  RBX = image
# out: zero flag set when its type is one that can be loaded
image_is_loadable:
    cmp qword ptr [rbx + IMAGE_TYPE], ELF_TYPE_EXECUTABLE
    je 1f
    cmp qword ptr [rbx + IMAGE_TYPE], ELF_TYPE_DYNAMIC
1:  ret

    .global image_place
# Choose the bias of a file that can lie anywhere.
# in:  RBX = image
# out: RDX = 0, or a text
# clobbers: all that a call may, R12 to R15
image_place:
    mov r12, -1                                 # where its lowest segment begins
    xor r13d, r13d                              # where its highest one ends
    xor r14d, r14d                              # the largest alignment
    xor r15d, r15d                              # the address of its first segment
    xor r8d, r8d
1:  mov ecx, r8d
    call image_segment
    cmp dword ptr [rsi + SEGMENT_TYPE], SEGMENT_LOAD
    jne 3f
    mov rax, [rsi + SEGMENT_ADDRESS]
    cmp r12, -1
    cmove r15, rax
    mov rcx, [rsi + SEGMENT_MEMORY_SIZE]
    add rcx, rax
    and rax, ~PAGE_MASK
    cmp rax, r12
    cmovb r12, rax
    cmp rcx, r13
    cmova r13, rcx
    mov rax, [rsi + SEGMENT_ALIGNMENT]
    lea rcx, [rax - 1]
    test rax, rcx                               # no power of two counts as none
    jnz 3f
    cmp rax, r14
    cmova r14, rax
3:  inc r8d
    cmp r8, [rbx + IMAGE_HEADER_COUNT]
    jb 1b

    xor edx, edx
    cmp r12, -1
    je 5f                                       # nothing to load: nothing to place
    lea rdx, [rip + error_segment]
    sub r13, r12
    jbe 5f
    add r13, PAGE_MASK
    jc 5f
    and r13, ~PAGE_MASK
    cmp r14, PAGE_SIZE
    mov eax, PAGE_SIZE
    cmovb r14, rax
    neg r14                                     # a mask

    lea rax, [rip + program_image]
    cmp rbx, rax
    jne 4f
    cmp qword ptr [rip + interpreter_image + IMAGE_FILE], 0
    je 4f
    mov rsi, gs:[PERCPU_PROCESS]
    mov rsi, [rsi + PROCESS_LAYOUT]
    mov rdi, [rsi + LAYOUT_MMAP_RANDOM]
    call random_place
    add rax, [rsi + LAYOUT_PIE_BASE]
    jmp 6f
4:  mov rdi, r13
    mov rsi, gs:[PERCPU_PROCESS]
    mov rsi, [rsi + PROCESS_MMAP_BASE]
    call region_gap
    lea rdx, [rip + error_segment]
    test rax, rax
    jz 5f
6:  and rax, r14
    sub rax, r15
    and rax, ~PAGE_MASK
    mov [rbx + IMAGE_BIAS], rax
    mov rdi, rax
    add rdi, r15
    and rdi, ~PAGE_MASK
    lea rsi, [rdi + r13]
    lea rdx, [rip + error_segment]
    call task_size
    cmp rsi, rax
    ja 5f
    cmp rsi, rdi
    jb 5f
    lea rdx, [rip + error_taken]
    call region_is_free
    jne 5f
    xor edx, edx
5:  ret
