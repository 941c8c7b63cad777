# The interpreter that a program asks for (PT_INTERP), ld.so as a rule: it is loaded as well,
# and entered in the program's place.

    .intel_syntax noprefix
    .include "include/elf.inc"
    .include "include/errno.inc"
    .include "include/file.inc"
    .include "include/image.inc"
    .include "include/layout.inc"
    .include "include/percpu.inc"
    .include "include/process.inc"

    .text
    .global interpreter_check
# Can the interpreter be loaded, if the program asks for one?
# in:  RBX = the program's image
# out: RAX = 0 or -errno, RDX = text: why not
# clobbers: all that a call may
interpreter_check:
    push r12
    push r13
    mov qword ptr [rip + interpreter_image + IMAGE_FILE], 0
    xor r12d, r12d                              # the first one counts
1:  mov ecx, r12d
    call image_segment
    cmp dword ptr [rsi + SEGMENT_TYPE], SEGMENT_INTERPRETER
    je .Linterpreter
    inc r12d
    cmp r12, [rbx + IMAGE_HEADER_COUNT]
    jb 1b
.Laccepted:
    xor eax, eax
.Lchecked:
    pop r13
    pop r12
    ret

# Look at the interpreter.  RSI = its segment.
.Linterpreter:
    mov rax, -ENOEXEC
    lea rdx, [rip + error_interpreter_path]
    mov rcx, [rsi + SEGMENT_FILE_SIZE]
    cmp rcx, 2
    jb .Lchecked
    cmp rcx, PATH_MAX
    ja .Lchecked
    mov rdi, [rsi + SEGMENT_OFFSET]
    mov rax, -EINVAL
    test rdi, rdi
    js .Lchecked
    mov rax, -EIO
    lea r8, [rdi + rcx]                         # neither is large enough to overflow
    cmp r8, [rbx + IMAGE_FILE_SIZE]
    ja .Lchecked
    mov rax, -ENOEXEC
    add rdi, [rbx + IMAGE_FILE]
    cmp byte ptr [rdi + rcx - 1], 0
    jne .Lchecked
    call exec_open
    lea rdx, [rip + error_interpreter_missing]
    test rax, rax
    jnz .Lchecked
    lea r13, [rip + interpreter_image]
    mov [r13 + IMAGE_FILE], rcx
    mov [r13 + IMAGE_FILE_SIZE], rsi
    mov rax, -EIO
    lea rdx, [rip + error_interpreter]
    cmp rsi, ELF_HEADER_SIZE
    jb .Lchecked
    xchg rbx, r13
    call image_read_header
    test rdx, rdx
    jnz 4f
    mov rax, [rbx + IMAGE_HEADER_SIZE]          # both for the same machine?
    cmp rax, [r13 + IMAGE_HEADER_SIZE]
    mov edx, 1
    jne 4f
    call image_find_headers
4:  xchg rbx, r13
    test rdx, rdx
    jz .Laccepted
    mov rax, -ELIBBAD
    lea rdx, [rip + error_interpreter]
    jmp .Lchecked

    .global interpreter_load
# Load it, when the program itself has been.
# in:  RBX = the program's image, R12 = process
# out: RDX = 0, or a text: what is wrong with it
# clobbers: all that a call may, RBX
interpreter_load:
    mov rcx, rbx
    lea rbx, [rip + interpreter_image]
    cmp qword ptr [rbx + IMAGE_FILE], 0
    jne 1f
    cmp qword ptr [rcx + IMAGE_TYPE], ELF_TYPE_DYNAMIC
    jne 2f
    mov rax, [r12 + PROCESS_LAYOUT]             # its heap is not among the mappings
    mov rax, [rax + LAYOUT_PIE_HEAP]
    mov [r12 + PROCESS_IMAGE_END], rax
    jmp 2f
1:  call image_is_loadable
    lea rdx, [rip + error_interpreter]
    jne 3f
    call image_load
    test rdx, rdx
    jnz 3f
    mov rax, [rbx + IMAGE_BIAS]
    mov [r12 + PROCESS_INTERPRETER], rax
    add rax, [rbx + IMAGE_ENTRY]
    mov [r12 + PROCESS_START], rax
2:  xor edx, edx
3:  ret

    .section .rodata
error_interpreter_path:
    .asciz "the path of its interpreter (PT_INTERP) makes no sense"
error_interpreter_missing:
    .asciz "it is dynamic, and its interpreter cannot be opened; link it with -static"
error_interpreter:
    .asciz "its interpreter is not one that can be loaded"

    .bss
    .balign 8
    .global interpreter_image
interpreter_image:
    .skip IMAGE_SIZE
