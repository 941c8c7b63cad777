# execve: another program takes the place of the one that runs.
#
#   1. copy path, environment and arguments out of the old program   arguments.s
#   2. find the file, and what it is: ELF, or a script of another program's
#   --- until here every failure is an error number, and nothing has changed ---
#   3. empty the address space                                        regions.s
#   4. stack, segments, heap, vDSO                  stack.s, elf.s, process.s, vdso.s
#   --- a failure here kills: there is no program to return to ---
#   5. enter it                                                       process.s
#
# What stays: process number, folder, the open files that are not to be closed, the time
# since it began.

    .intel_syntax noprefix
    .include "include/errno.inc"
    .include "include/file.inc"
    .include "include/image.inc"
    .include "include/percpu.inc"
    .include "include/process.inc"
    .include "include/signals.inc"
    .include "include/voice.inc"

    .set SCRIPTS_MAX, 5                         # one the interpreter of the other
    .set SCRIPT_MAGIC, 0x2123                   # "#!"
    .set POINTER_SIZE_64, 8
    .set POINTER_SIZE_32, 4

    .text
    .global sys_execve, sys32_execve
# in:  RDI = path, RSI = argv, RDX = envp
# out: RAX = -errno; where it succeeds the new program begins
sys_execve:
    mov eax, POINTER_SIZE_64
    jmp execve
# The same with vectors of 32-bit pointers.
sys32_execve:
    mov eax, POINTER_SIZE_32
execve:
    push rbx
    push r12
    push r13
    push r14
    mov [rip + pointer_size], eax
    mov r12, rsi
    mov r13, rdx
    call arguments_begin
    call copy_path
    test rax, rax
    jnz .Lfailed
    lea rdi, [rip + exec_path]
    call exec_open
    test rax, rax
    jnz .Lfailed
    mov rbx, rcx
    mov r14, rsi

    mov rdi, r13
    call count_pointers
    test rax, rax
    js .Lfailed
    push rax
    mov rdi, r12
    call count_pointers
    pop rsi
    test rax, rax
    js .Lfailed
    mov rdi, rax
    call arguments_limit
    test rax, rax
    jnz .Lfailed
    lea rdi, [rip + exec_path]
    call argument_push_path
    test rax, rax
    jnz .Lfailed
    mov rdi, r13
    mov rsi, [rip + environment_count]
    call push_strings
    test rax, rax
    jnz .Lfailed
    mov rdi, r12
    mov rsi, [rip + argument_count]
    call push_strings
    test rax, rax
    jnz .Lfailed
    cmp [rip + argument_count], rax
    jne 1f
    lea rdi, [rip + empty]                      # a program finds an argv[0], whatever was given
    call argument_push_text
    test rax, rax
    jnz .Lfailed
    inc qword ptr [rip + argument_count]

1:  mov rdi, rbx
    mov rsi, r14
    call exec_recognize
    test rax, rax
    jz program_replace
.Lfailed:
    push rax
    call arguments_discard
    pop rax
    pop r14
    pop r13
    pop r12
    pop rbx
    ret

# The point of no return: the old program's call will never be answered.
program_replace:
    mov rsp, gs:[PERCPU_KERNEL_STACK]
    call program_load
    test rdx, rdx
    jz program_enter
    lea rsi, [rip + exec_path]
    say "execve %s: %s"
    mov esi, SIGSEGV
    lea rcx, [rip + reason_no_return]
    jmp report_signal

    .global program_forget
# Empty the running process of its old program; process 1 had none.
# clobbers: all that a call may
program_forget:
    call regions_destroy
    call descriptors_close_on_exec
    call signals_exec
    call tls_clear
    mov rdi, gs:[PERCPU_PROCESS]
    lea rsi, [rip + exec_name]
    add rdi, PROCESS_NAME
    movsq
    movsq
    ret

    .global exec_recognize
# Find out what a file is; for a script, go on with its interpreter.
# in:  RDI = file, RSI = its size; exec_path = its path
# out: RAX = 0 or -errno, RDX = text: why not
# clobbers: all that a call may
exec_recognize:
    push rbx
    push r12
    push r13
    mov r12, rdi
    mov r13, rsi
    call note_name
    mov ebx, SCRIPTS_MAX
1:  xor eax, eax                                # a shorter file is filled up with zeros
    lea rdi, [rip + exec_head]
    mov ecx, EXEC_HEAD_SIZE / 8
    rep stosq
    lea rdi, [rip + exec_head]
    mov rsi, r12
    mov ecx, EXEC_HEAD_SIZE
    cmp rcx, r13
    cmova rcx, r13
    rep movsb
    cmp word ptr [rip + exec_head], SCRIPT_MAGIC
    jne 2f
    call script_apply
    lea rdx, [rip + error_script]
    test rax, rax
    jnz 3f
    mov r12, rcx
    mov r13, rsi
    dec ebx
    jns 1b
    mov rax, -ELOOP
    jmp 3f
2:  mov rdi, r12
    mov rsi, r13
    call elf_check
3:  pop r13
    pop r12
    pop rbx
    ret

# Note the process's name to be: the last part of exec_path.
# clobbers: RAX, RCX, RSI, RDI
note_name:
    lea rsi, [rip + exec_path]
1:  mov rdi, rsi                                # where the part began that a slash has ended
2:  lodsb
    cmp al, '/'
    je 1b
    test al, al
    jnz 2b
    mov rsi, rdi
    lea rdi, [rip + exec_name]
    mov ecx, PROCESS_NAME_SIZE - 1
3:  lodsb
    stosb
    test al, al
    loopnz 3b
    mov byte ptr [rdi], 0
    ret

    .global exec_open
# Find a file that can be executed.
# in:  RDI = path
# out: RAX = 0 or -errno; RCX = its bytes, RSI = how many
# clobbers: RDX, RDI, R8
exec_open:
    mov rax, -EACCES
    cmp byte ptr [rdi], 0
    je 1f                                       # an interpreter's: it means the folder
    mov rsi, gs:[PERCPU_PROCESS]
    mov rsi, [rsi + PROCESS_FOLDER]
    mov edx, 1                                  # what a link leads to
    call path_find
    cmp rax, -ERRNO_MAX
    jae 1f
    mov rdx, rax
    mov rax, -EACCES
    cmp dword ptr [rdx + NODE_KIND], KIND_FILE
    jne 1f
    test dword ptr [rdx + NODE_MODE], MODE_EXECUTE
    jz 1f
    mov rcx, [rdx + NODE_DATA]
    mov rsi, [rdx + NODE_SIZE]
    xor eax, eax
1:  ret

# Copy the path into exec_path.
# in:  RDI = its address in the program
# out: RAX = 0 or -errno
# clobbers: RCX, RDX, RSI, RDI
copy_path:
    push rdi
    mov esi, PATH_MAX
    call user_text_size
    pop rsi
    mov rdx, rax
    mov rax, -EFAULT
    test rdx, rdx
    jz 1f
    mov rax, -ENAMETOOLONG
    cmp rdx, PATH_MAX
    ja 1f
    mov rax, -ENOENT
    cmp rdx, 1
    je 1f
    lea rdi, [rip + exec_path]
    call copy_from_user
    test rax, rax
    jz 1f
    mov rax, -EFAULT
1:  ret

# How many pointers does a vector have?
# in:  RDI = its address in the program, or 0; the pointer 0 ends it
# out: RAX = how many, or -errno
# clobbers: RCX, RDX, RSI, RDI, R8
count_pointers:
    push rbx
    push r12
    mov rbx, rdi
    xor r12d, r12d
    test rdi, rdi
    jz 2f
1:  mov rdi, rbx
    mov rsi, r12
    call fetch_pointer
    test rax, rax
    jnz 3f
    cmp [rip + pointer], rax
    je 2f
    inc r12
    jmp 1b
2:  mov rax, r12
3:  pop r12
    pop rbx
    ret

# Put a vector's strings below what is there, the last one first.
# in:  RDI = the vector's address in the program, RSI = how many it has
# out: RAX = 0 or -errno
# clobbers: all that a call may
push_strings:
    push rbx
    push r12
    mov rbx, rdi
    mov r12, rsi
1:  xor eax, eax
    sub r12, 1
    jc 2f
    mov rdi, rbx
    mov rsi, r12
    call fetch_pointer
    test rax, rax
    jnz 2f
    mov rdi, [rip + pointer]
    call argument_push_user
    test rax, rax
    jz 1b
2:  pop r12
    pop rbx
    ret

# in:  RDI = a vector's address in the program, RSI = index
# out: RAX = 0 or -EFAULT; the variable "pointer"
# clobbers: RCX, RDX, RSI, RDI
fetch_pointer:
    mov edx, [rip + pointer_size]
    imul rsi, rdx
    add rsi, rdi
    mov qword ptr [rip + pointer], 0
    lea rdi, [rip + pointer]
    call copy_from_user
    test rax, rax
    jz 1f
    mov rax, -EFAULT
1:  ret

    .section .rodata
empty:
    .asciz ""
reason_no_return:
    .asciz "execve failed when the old program was gone already"
error_script:
    .asciz "its first line (#!) names no program that can be executed"

    .bss
    .balign 8
    .global exec_head
pointer:                                        # of a vector
    .skip 8
exec_name:
    .skip PROCESS_NAME_SIZE
exec_head:                                      # the file's first bytes
    .skip EXEC_HEAD_SIZE
pointer_size:
    .skip 4
