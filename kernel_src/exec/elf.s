# Load a program: an ELF64 file for x86-64 (gABI 4.1+ chapter 5).
#
#   elf_check     while the old program can still be told what is wrong
#   elf_load      when it is gone: whatever is wrong now kills the new one
#
# Nothing is copied here.  Each PT_LOAD segment becomes regions whose pages are
# filled from the file when they are touched (memory/regions.s):
#
#   address - address % 4096                 file size       memory size
#        |----------- pages of the file ----------|---- zeros ----|
#
# Beside this file: dynamic/ moves a file of type ET_DYN, which can lie anywhere, by one
# bias, and loads the interpreter that a program asks for; compat/elf32.s widens the
# headers of an ELF32 file for the i386.
#
# What is refused, and when, is as in Linux (fs/binfmt_elf.c), which looks neither
# at the class nor at the version in e_ident.

    .intel_syntax noprefix
    .include "include/elf.inc"
    .include "include/errno.inc"
    .include "include/file.inc"
    .include "include/image.inc"
    .include "include/layout.inc"
    .include "include/memory.inc"
    .include "include/percpu.inc"
    .include "include/process.inc"

    .set HEADERS_SIZE_MAX, 0x10000
    .set SEGMENT_LOWEST, PAGE_SIZE              # the page at 0 stays empty

    .text
    .global elf_check
# Can this file be executed?
# in:  RDI = file, RSI = its size
# out: RAX = 0 or -errno, RDX = text: why not
# clobbers: all that a call may
elf_check:
    push rbx
    push r12
    lea rbx, [rip + program_image]
    mov [rbx + IMAGE_FILE], rdi
    mov [rbx + IMAGE_FILE_SIZE], rsi
    call image_read_header
    test rdx, rdx
    jnz .Lnot_executable
    mov eax, RIGHT_READ | RIGHT_WRITE           # where nothing is said about it
    mov ecx, RIGHT_ANY                          # i386 programs were here before NX was
    cmp dword ptr [rbx + IMAGE_HEADER_SIZE], SEGMENT32_HEADER_SIZE
    cmove eax, ecx
    mov [rip + stack_rights], eax
    call image_is_loadable
    lea rdx, [rip + error_not_executable]
    jne .Lnot_executable
    call image_find_headers
    test rdx, rdx
    jnz .Lnot_executable

    call interpreter_check                      # one that is asked for (PT_INTERP)
    test rax, rax
    jnz .Lchecked
    xor r12d, r12d                              # the last word about the stack counts
2:  mov ecx, r12d
    call image_segment
    cmp dword ptr [rsi + SEGMENT_TYPE], SEGMENT_STACK
    jne 3f
    mov eax, [rsi + SEGMENT_FLAGS]
    and eax, RIGHT_EXECUTE
    or eax, RIGHT_READ | RIGHT_WRITE
    mov [rip + stack_rights], eax
3:  inc r12d
    cmp r12, [rbx + IMAGE_HEADER_COUNT]
    jb 2b
    xor eax, eax
.Lchecked:
    pop r12
    pop rbx
    ret
.Lnot_executable:
    mov rax, -ENOEXEC
    jmp .Lchecked

    .global image_read_header
# Read the fields of a file's header that count.
# in:  RBX = image
# out: RDX = 0, or a text
# clobbers: RAX, RCX, RSI, RDI
image_read_header:
    xor eax, eax                                # a file too short is filled up with zeros
    lea rdi, [rip + header]
    mov ecx, ELF_HEADER_SIZE / 8
    rep stosq
    lea rdi, [rip + header]
    mov rsi, [rbx + IMAGE_FILE]
    mov ecx, ELF_HEADER_SIZE
    cmp rcx, [rbx + IMAGE_FILE_SIZE]
    cmova rcx, [rbx + IMAGE_FILE_SIZE]
    rep movsb
    lea rsi, [rip + header]
    lea rdx, [rip + error_not_elf]
    cmp dword ptr [rsi], ELF_MAGIC
    jne 1f
    mov qword ptr [rbx + IMAGE_HEADER_SIZE], SEGMENT_HEADER_SIZE
    cmp word ptr [rsi + ELF_MACHINE], ELF_MACHINE_X86_64
    je 2f
    call elf32_widen_header                     # the i386's, where such programs are known
    lea rdx, [rip + error_not_x86]
    jne 1f
2:  movzx eax, word ptr [rsi + ELF_TYPE]
    mov [rbx + IMAGE_TYPE], rax
    mov rax, [rsi + ELF_ENTRY]
    mov [rbx + IMAGE_ENTRY], rax
    mov rax, [rsi + ELF_PROGRAM_HEADERS]
    mov [rbx + IMAGE_HEADERS_OFFSET], rax
    xor edx, edx
1:  ret

    .global image_find_headers
# Find the program headers in the file.
# in:  RBX = image, its header just read
# out: RDX = 0, or a text
# clobbers: RAX, RCX
image_find_headers:
    lea rdx, [rip + error_headers]
    movzx eax, word ptr [rip + header + ELF_PROGRAM_HEADER_SIZE]
    cmp rax, [rbx + IMAGE_HEADER_SIZE]
    jne 1f
    movzx ecx, word ptr [rip + header + ELF_PROGRAM_HEADER_COUNT]
    mov [rbx + IMAGE_HEADER_COUNT], rcx
    imul ecx, eax
    test ecx, ecx
    jz 1f
    cmp ecx, HEADERS_SIZE_MAX
    ja 1f
    lea rdx, [rip + error_truncated]
    mov rax, [rbx + IMAGE_HEADERS_OFFSET]
    add rcx, rax
    jc 1f
    cmp rcx, [rbx + IMAGE_FILE_SIZE]
    ja 1f
    add rax, [rbx + IMAGE_FILE]
    mov [rbx + IMAGE_HEADERS], rax
    xor edx, edx
1:  ret

    .global image_segment
# in:  RBX = image, ECX = number of a segment
# out: RSI = its program header; that of ELF32 lasts until the next is asked for
# clobbers: RCX
image_segment:
    imul ecx, [rbx + IMAGE_HEADER_SIZE]
    mov rsi, [rbx + IMAGE_HEADERS]
    add rsi, rcx
    cmp dword ptr [rbx + IMAGE_HEADER_SIZE], SEGMENT32_HEADER_SIZE
    je elf32_widen_segment
    ret

    .global elf_load
# Make the running process's regions from the file that elf_check accepted.
# out: RDX = 0, or a text: what is wrong with it
# clobbers: all that a call may
elf_load:
    push rbx
    push r12
    mov r12, gs:[PERCPU_PROCESS]
    lea rbx, [rip + program_image]
    mov rax, [rbx + IMAGE_FILE]
    mov [r12 + PROCESS_FILE], rax
    call image_load
    test rdx, rdx
    jnz 3f
    mov rax, [rbx + IMAGE_ENTRY]
    add rax, [rbx + IMAGE_BIAS]
    mov [r12 + PROCESS_ENTRY], rax
    mov [r12 + PROCESS_START], rax
    mov rax, [rbx + IMAGE_HEADER_COUNT]
    mov [r12 + PROCESS_HEADER_COUNT], rax
    mov rax, [rbx + IMAGE_HEADERS_ADDRESS]
    add rax, [rbx + IMAGE_BIAS]
    mov [r12 + PROCESS_HEADERS], rax
    mov rax, [rbx + IMAGE_END]
    add rax, [rbx + IMAGE_BIAS]
    add rax, PAGE_MASK
    and rax, ~PAGE_MASK
    mov [r12 + PROCESS_IMAGE_END], rax
    mov qword ptr [r12 + PROCESS_INTERPRETER], 0
    call interpreter_load                       # if it asked for one
    test rdx, rdx
    jnz 3f
    lea rdx, [rip + error_entry]
    call task_size                              # safety: Intel's IRETQ to a non-canonical address
    cmp [r12 + PROCESS_START], rax              # faults in ring 0
    jae 3f
    xor edx, edx
3:  pop r12
    pop rbx
    ret

    .global task_size
# out: RAX = the end of the running process's addresses
task_size:
    mov rax, gs:[PERCPU_PROCESS]
    mov rax, [rax + PROCESS_LAYOUT]
    mov rax, [rax + LAYOUT_TASK_SIZE]
    ret

    .global image_load
# Map an image.
# in:  RBX = image
# out: RDX = 0, or a text; IMAGE_BIAS, IMAGE_END, IMAGE_HEADERS_ADDRESS
# clobbers: all that a call may
image_load:
    push r12
    push r13
    push r14
    push r15
    xor eax, eax
    mov [rbx + IMAGE_BIAS], rax
    mov [rbx + IMAGE_END], rax
    mov [rbx + IMAGE_HEADERS_ADDRESS], rax
    cmp qword ptr [rbx + IMAGE_TYPE], ELF_TYPE_DYNAMIC
    jne 1f
    call image_place
    test rdx, rdx
    jnz 4f
1:  xor r12d, r12d
    xor r13d, r13d
    lea rax, [rip + program_image]              # the first segment of all replaces nothing
    cmp rbx, rax
    sete r13b
2:  mov ecx, r12d
    call image_segment
    cmp dword ptr [rsi + SEGMENT_TYPE], SEGMENT_LOAD
    jne 3f
    mov r15, rsi
    call segment_map
    test rdx, rdx
    jnz 4f
    call segment_note
    test rdx, rdx
    jnz 4f
    xor r13d, r13d
3:  inc r12d
    cmp r12, [rbx + IMAGE_HEADER_COUNT]
    jb 2b
    xor edx, edx
4:  pop r15
    pop r14
    pop r13
    pop r12
    ret

# Make the regions of a PT_LOAD segment.
# in:  RBX = image, R15 = its program header, R13D = 0 when it may replace what lies there
# out: RDX = 0, or a text
# clobbers: all that a call may, R14
segment_map:
    mov rdi, [r15 + SEGMENT_ADDRESS]
    mov r14d, edi
    and r14d, PAGE_MASK                         # where in its page it begins
    add rdi, [rbx + IMAGE_BIAS]
    and rdi, ~PAGE_MASK
    lea rdx, [rip + error_segment]
    call task_size
    cmp rdi, rax
    jae 9f
    mov rcx, [r15 + SEGMENT_FILE_SIZE]
    test rcx, rcx
    jz .Lzeros

    # 1. The pages of the file: RDI to RSI, from R10 on in it.
    lea rdx, [rip + error_offset]
    mov r10, [r15 + SEGMENT_OFFSET]
    sub r10, r14
    test r10d, PAGE_MASK                        # offset and address agree within the page
    jnz 9f
    lea rdx, [rip + error_segment]
    test r10, r10
    js 9f
    mov rsi, rcx
    add rsi, r14
    jc 9f
    add rsi, PAGE_MASK
    jc 9f
    and rsi, ~PAGE_MASK
    add rsi, rdi
    jc 9f
    cmp rsi, rax
    ja 9f
    lea rdx, [rip + error_low]
    cmp rdi, SEGMENT_LOWEST
    jb 9f
    test r13d, r13d
    jz 1f
    lea rdx, [rip + error_taken]
    call region_is_free
    jne 9f
1:  mov r11, [rbx + IMAGE_FILE_SIZE]            # R11: where the file's bytes end
    cmp r10, r11
    cmova r10, r11                              # all behind the end is alike
    mov edx, [r15 + SEGMENT_FLAGS]
    and edx, RIGHT_ANY
    test edx, RIGHT_WRITE
    jz 3f                                       # zeros cannot be written there
    cmp rcx, [r15 + SEGMENT_MEMORY_SIZE]
    jae 3f
    mov rax, [r15 + SEGMENT_OFFSET]             # zeros follow, on the same page
    add rax, rcx
    test eax, PAGE_MASK
    jz 2f
    mov r8, rax
    and r8, ~PAGE_MASK
    cmp r8, r11
    jb 2f
    lea rdx, [rip + error_truncated]
    ret
2:  cmp rax, r11
    cmovb r11, rax
3:  mov rcx, [rbx + IMAGE_FILE]
    lea r8, [rcx + r11]
    add rcx, r10
    or edx, REGION_OF_FILE
    push rsi
    call region_add
    pop rdi                                     # where the zeros begin
    lea rdx, [rip + reason_no_frame]
    test eax, eax
    jz 9f

    # 2. Pages of zeros, always writable: RDI to RSI.
.Lzeros:
    xor edx, edx
    mov rcx, [r15 + SEGMENT_MEMORY_SIZE]
    cmp rcx, [r15 + SEGMENT_FILE_SIZE]
    jbe 9f
    lea rdx, [rip + error_segment]
    mov rsi, [r15 + SEGMENT_ADDRESS]
    add rsi, [rbx + IMAGE_BIAS]
    add rsi, rcx
    jc 9f
    add rsi, PAGE_MASK
    jc 9f
    and rsi, ~PAGE_MASK
    call task_size
    cmp rsi, rax
    ja 9f
    mov rcx, rsi
    sub rcx, rdi
    jbe 8f
    shr rcx, PAGE_SHIFT                         # more than all of the memory cannot be meant
    cmp rcx, [rip + frames_total]
    ja 9f
    lea rdx, [rip + error_low]
    cmp rdi, SEGMENT_LOWEST
    jb 9f
    mov edx, [r15 + SEGMENT_FLAGS]
    and edx, RIGHT_EXECUTE
    or edx, RIGHT_READ | RIGHT_WRITE
    xor ecx, ecx
    xor r8d, r8d
    call region_add
    lea rdx, [rip + reason_no_frame]
    test eax, eax
    jz 9f
8:  xor edx, edx
9:  ret

# Note what a segment says about the whole image.
# in:  RBX = image, R15 = the segment's program header
# out: RDX = 0, or a text
# clobbers: RAX, RCX, RSI
segment_note:
    mov rsi, [r15 + SEGMENT_ADDRESS]
    mov rax, [rbx + IMAGE_HEADERS_OFFSET]       # are the program headers in it?
    mov rcx, [r15 + SEGMENT_OFFSET]
    cmp rcx, rax
    ja 1f
    mov rdx, [r15 + SEGMENT_FILE_SIZE]
    add rdx, rcx
    cmp rax, rdx
    jae 1f
    sub rax, rcx
    add rax, rsi
    mov [rbx + IMAGE_HEADERS_ADDRESS], rax

1:  lea rdx, [rip + error_segment]
    call task_size
    mov rcx, rax
    cmp rsi, rcx
    jae 3f
    mov rax, [r15 + SEGMENT_MEMORY_SIZE]
    cmp [r15 + SEGMENT_FILE_SIZE], rax
    ja 3f
    cmp rax, rcx
    ja 3f
    add rax, rsi
    cmp rax, rcx
    ja 3f
    cmp rax, [rbx + IMAGE_END]
    jbe 2f
    mov [rbx + IMAGE_END], rax
2:  xor edx, edx
3:  ret

    .section .rodata
error_not_elf:
    .asciz "it is not an ELF file"
error_not_x86:
    .asciz "it is an ELF file, but neither for x86-64 nor for the i386"
error_not_executable:
    .asciz "it is an ELF file, but not an executable"
error_entry:
    .asciz "its first instruction would lie outside the address space of programs"
error_headers:
    .asciz "its ELF program headers make no sense"
error_truncated:
    .asciz "it is truncated: a header points behind its end"
    .global error_segment, error_taken
error_segment:
    .asciz "one of its segments does not fit the address space"
error_offset:
    .asciz "one of its segments does not fit its own file offset"
error_low:
    .asciz "one of its segments would lie on the page at 0"
error_taken:
    .asciz "one of its segments would lie where the stack is"
    .global reason_no_frame
reason_no_frame:
    .asciz "out of memory"

    .bss
    .balign 8
    .global program_image, stack_rights
program_image:
    .skip IMAGE_SIZE
header:
    .skip ELF_HEADER_SIZE
stack_rights:                                   # that the program asks for
    .skip 4
