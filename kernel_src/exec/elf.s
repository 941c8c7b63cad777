# Load a program: an ELF64 executable for x86-64 (gABI 4.1+ chapter 5).
#
# Nothing is copied here.  Each PT_LOAD segment becomes a region whose pages are
# filled from the file when they are touched (memory/regions.s):
#
#   address - address % 4096                 file size       memory size
#        |----------- bytes of the file ----------|---- zeros ----|
#
# A static-pie (ET_DYN) can lie anywhere: all its addresses are moved by one bias.

    .intel_syntax noprefix
    .include "include/elf.inc"
    .include "include/memory.inc"
    .include "include/percpu.inc"
    .include "include/process.inc"

    .set PIE_BASE, 0x555555554000               # two thirds of the address space, as Linux
    .set PIE_RANDOM_BITS, 28                    # of pages, added to it

    .text
    .global elf_load
# Make the running process's regions from a file.
# in:  RDI = file, RSI = its size
# out: RAX = 0, or a text: what is wrong with it
# clobbers: all that a call may
elf_load:
    push rbx
    push r12
    push r13
    push r14
    push r15
    mov rbx, rdi                                # file
    mov r12, rsi                                # its size
    call elf_check_header
    test rax, rax
    jnz .Lreturn

    xor r14d, r14d                              # bias
    cmp word ptr [rbx + ELF_TYPE], ELF_TYPE_DYNAMIC
    jne 1f
    call random
    and eax, (1 << PIE_RANDOM_BITS) - 1
    shl rax, PAGE_SHIFT
    mov r14, PIE_BASE
    add r14, rax
1:  mov r13, gs:[PERCPU_PROCESS]
    mov rax, [rbx + ELF_ENTRY]
    add rax, r14
    mov [r13 + PROCESS_ENTRY], rax
    mov rcx, TASK_SIZE_MAX                      # safety: Intel's IRETQ to a non-canonical address
    cmp rax, rcx                                # faults in ring 0
    lea rax, [rip + error_entry]
    jae .Lreturn
    movzx eax, word ptr [rbx + ELF_PROGRAM_HEADER_COUNT]
    mov [r13 + PROCESS_HEADER_COUNT], rax

    mov r15, [rbx + ELF_PROGRAM_HEADERS]
    add r15, rbx
    push rax
2:  cmp dword ptr [r15 + SEGMENT_TYPE], SEGMENT_INTERPRETER
    lea rax, [rip + error_dynamic]
    je 3f
    cmp dword ptr [r15 + SEGMENT_TYPE], SEGMENT_LOAD
    jne 4f
    call elf_map_segment
    test rax, rax
    jnz 3f
4:  add r15, SEGMENT_HEADER_SIZE
    dec dword ptr [rsp]
    jnz 2b
    cmp qword ptr [r13 + PROCESS_IMAGE_END], 0
    lea rax, [rip + error_nothing_to_load]
    je 3f
    xor eax, eax
3:  pop rdx
.Lreturn:
    pop r15
    pop r14
    pop r13
    pop r12
    pop rbx
    ret

# Is it an executable that this kernel can run?
# in:  RBX = file, R12 = its size
# out: RAX = 0, or a text
# clobbers: RCX, RDX
elf_check_header:
    lea rax, [rip + error_not_elf]
    cmp r12, ELF_HEADER_SIZE
    jb 1f
    cmp dword ptr [rbx], ELF_MAGIC
    jne 1f
    lea rax, [rip + error_not_x86_64]
    cmp word ptr [rbx + ELF_CLASS], ELF_CLASS_64_LITTLE
    jne 1f
    cmp word ptr [rbx + ELF_MACHINE], ELF_MACHINE_X86_64
    jne 1f
    lea rax, [rip + error_not_executable]
    movzx ecx, word ptr [rbx + ELF_TYPE]
    cmp ecx, ELF_TYPE_EXECUTABLE
    je 2f
    cmp ecx, ELF_TYPE_DYNAMIC
    jne 1f
2:  lea rax, [rip + error_headers]
    cmp word ptr [rbx + ELF_PROGRAM_HEADER_SIZE], SEGMENT_HEADER_SIZE
    jne 1f
    movzx ecx, word ptr [rbx + ELF_PROGRAM_HEADER_COUNT]
    test ecx, ecx
    jz 1f
    imul ecx, ecx, SEGMENT_HEADER_SIZE
    lea rax, [rip + error_truncated]
    mov rdx, [rbx + ELF_PROGRAM_HEADERS]
    add rcx, rdx
    jc 1f
    cmp rcx, r12
    ja 1f
    xor eax, eax
1:  ret

# Make a region, or two, of a PT_LOAD segment.
# in:  R15 = its program header, RBX = file, R12 = its size, R13 = process, R14 = bias
# out: RAX = 0, or a text
# clobbers: RCX, RDX, RSI, RDI, R8 to R11
elf_map_segment:
    mov r8, [r15 + SEGMENT_OFFSET]
    mov r9, [r15 + SEGMENT_FILE_SIZE]
    mov r10, [r15 + SEGMENT_MEMORY_SIZE]
    mov rdi, [r15 + SEGMENT_ADDRESS]
    test r10, r10
    jz .Lempty
    lea rax, [rip + error_segment]
    cmp r9, r10
    ja 1f
    mov rcx, r8
    xor rcx, rdi
    test ecx, PAGE_MASK                         # offset and address agree within the page
    jnz 1f
    add rdi, r14
    jc 1f
    mov rcx, r10
    add rcx, rdi
    jc 1f
    mov rdx, TASK_SIZE_MAX
    cmp rcx, rdx
    ja 1f
    lea rax, [rip + error_page_zero]
    cmp rdi, PAGE_SIZE
    jb 1f
    lea rax, [rip + error_truncated]
    mov rcx, r8
    add rcx, r9
    jc 1f
    cmp rcx, r12
    ja 1f

    # The program headers as the program sees them, if they are in this segment.
    mov rdx, [rbx + ELF_PROGRAM_HEADERS]
    sub rdx, r8
    jb 2f
    cmp rdx, r9
    jae 2f
    add rdx, rdi
    mov [r13 + PROCESS_HEADERS], rdx
2:  lea rsi, [rdi + r10]
    add rsi, PAGE_MASK
    and rsi, ~PAGE_MASK
    cmp rsi, [r13 + PROCESS_IMAGE_END]
    jbe 3f
    mov [r13 + PROCESS_IMAGE_END], rsi
3:  lea r11, [rbx + rcx]                        # where the file's bytes end
    lea rcx, [rbx + r8]
    mov edx, edi
    and edx, PAGE_MASK
    sub rdi, rdx
    sub rcx, rdx
    mov r8, r11
    mov edx, [r15 + SEGMENT_FLAGS]
    and edx, RIGHT_ANY
    call region_add
    test eax, eax
    lea rax, [rip + reason_no_frame]
    jz 1f
.Lempty:
    xor eax, eax
1:  ret

    .section .rodata
error_not_elf:
    .asciz "it is not an ELF file"
error_not_x86_64:
    .asciz "it is not an ELF64 file for x86-64"
error_not_executable:
    .asciz "it is an ELF file, but not an executable"
error_entry:
    .asciz "its first instruction would lie outside the address space of programs"
error_headers:
    .asciz "its ELF program headers make no sense"
error_truncated:
    .asciz "it is truncated: a header points behind its end"
error_dynamic:
    .asciz "it is dynamic (it names an interpreter); link it with -static"
error_nothing_to_load:
    .asciz "it has no segment to load"
error_segment:
    .asciz "one of its segments does not fit the address space or its own file offset"
error_page_zero:
    .asciz "one of its segments would lie on the page at 0"
    .global reason_no_frame
reason_no_frame:
    .asciz "out of memory"
