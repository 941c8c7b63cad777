# Process 1: which program it is.
#
# The command line's init=PATH -- ARGUMENTS wins over the initrd's member
# ".ring3/init", which holds texts that end with NUL, one behind the other:
#   the path in the initrd, argc in decimal, argc arguments, environment to the end.

    .intel_syntax noprefix
    .include "include/errno.inc"
    .include "include/file.inc"
    .include "include/memory.inc"
    .include "include/percpu.inc"
    .include "include/process.inc"
    .include "include/start_info.inc"
    .include "include/voice.inc"

    .set ENVIRONMENT_MAX, 64

    .text
    .global init_start
# Become process 1.
# out: does not return
init_start:
    # 1. What to run: R12 path, R13 strings, R14 their end, R15D argc.
    cmp qword ptr [rip + initrd_end], 0
    lea rcx, [rip + error_no_initrd]
    je .Lno_init
    lea rdi, [rip + init_option]
    call command_line_value
    test rax, rax
    jz 1f
    call init_of_command_line
    jmp 2f
1:  call init_of_initrd

    # 2. Its strings, its file.
2:  call process_create
    lea rcx, [rip + reason_no_frame]
    jz .Lcannot_start
    call frames_account_start
    call init_push_strings
    mov rdi, r12
    call text_size
    mov rsi, r12
    lea rdi, [rip + exec_path]
    mov ecx, edx
    rep movsb
    mov rdi, r12
    call exec_open
    lea rdx, [rip + error_no_file]
    test rax, rax
    jnz 3f
    mov rdi, rcx
    call exec_recognize
3:  mov rcx, rdx
    test rax, rax
    jnz .Lcannot_start

    # 3. Its address space.
    call program_load
    mov rcx, rdx
    test rdx, rdx
    jnz .Lcannot_start

    # 4. Go.
    mov rbx, gs:[PERCPU_PROCESS]
    mov rsi, [rbx + PROCESS_VDSO]
    lea rdx, [rsi - PAGE_SIZE]
    say "vdso text=%x vvar=%x"
    mov rsi, r12
    mov rdx, [rbx + PROCESS_START]
    mov rcx, [rbx + PROCESS_STACK]
    say "init %s entry=%x stack=%x"
    jmp program_enter

.Lno_init:
    mov rsi, rcx
    panic "no init: %s"
.Lcannot_start:
    mov rsi, r12
    mov rdx, rcx
    panic "cannot start init %s: %s"

# Give its strings to init/arguments.s.  AT_EXECFN is argv[0].
# in:  R13, R14, R15D as above
# clobbers: all that a call may
init_push_strings:
    push rbx
    mov rsi, r13                                # RBX: where the environment begins
    mov ecx, r15d
1:  lodsb
    test al, al
    jnz 1b
    dec ecx
    jnz 1b
    mov rbx, rsi
    call arguments_begin
    call count_strings
    mov rsi, rax
    sub rsi, r15
    mov edi, r15d
    call arguments_limit
    test rax, rax
    jnz 2f
    mov rdi, r13
    call argument_push_path
    test rax, rax
    jnz 2f
    mov rdi, rbx
    mov rdx, r14
    sub rdx, rbx
    call argument_push_bytes
    test rax, rax
    jnz 2f
    mov rdi, r13
    mov rdx, rbx
    sub rdx, r13
    call argument_push_bytes
    test rax, rax
    jnz 2f
    pop rbx
    ret
2:  lea rcx, [rip + error_strings]
    jmp .Lcannot_start

# in:  R13 = strings, R14 = their end
# out: RAX = how many
# clobbers: RCX, RSI
count_strings:
    xor eax, eax
    mov rsi, r13
1:  cmp rsi, r14
    jae 2f
    cmp byte ptr [rsi], 1                       # carry for a NUL
    adc eax, 0
    inc rsi
    jmp 1b
2:  ret

# Take process 1's path and arguments from the command line.
# in:  RAX = the value of init=
# out: R12, R13, R14, R15D as above
# clobbers: all that a call may
init_of_command_line:
    lea rdi, [rip + strings]
    mov r13, rdi
    mov rsi, rax
1:  lodsb
    stosb
    test al, al
    jnz 1b
    call command_line_arguments
    lea r15d, [rax + 1]
    lea rsi, [rip + environment]
    mov ecx, offset environment_end - environment
    rep movsb
    mov r14, rdi
    mov r12, r13
    ret

# Take them from the initrd's member.
# out: R12, R13, R14, R15D as above
# clobbers: all that a call may
init_of_initrd:
    lea rdi, [rip + init_member]
    call archive_find
    lea rcx, [rip + error_no_member]
    test rax, rax
    jz .Lno_init
    lea rcx, [rip + error_bad_member]
    lea r14, [rax + rdx]
    mov r12, rax
    test rdx, rdx
    jz .Lno_init
    cmp byte ptr [r14 - 1], 0                   # so every text below ends in the member
    jne .Lno_init
    mov rsi, rax
1:  lodsb                                       # the path
    test al, al
    jnz 1b
    xor r15d, r15d
2:  cmp rsi, r14                                # argc
    jae .Lno_init
    lodsb
    movzx eax, al
    sub eax, '0'
    cmp eax, 9
    ja 3f
    imul r15d, r15d, 10
    add r15d, eax
    jmp 2b
3:  cmp eax, -'0'                               # NUL ends it
    jne .Lno_init
    test r15d, r15d
    jz .Lno_init
    mov r13, rsi
    call count_strings
    lea rcx, [rip + error_bad_member]
    cmp eax, r15d
    jb .Lno_init
    ret

    .section .rodata
init_option:
    .asciz "init"
init_member:
    .asciz ".ring3/init"
environment:
    .asciz "HOME=/"
    .asciz "TERM=linux"
environment_end:
error_no_initrd:
    .asciz "the loader gave no initrd"
error_no_member:
    .asciz "neither init= on the command line nor .ring3/init in the initrd"
error_bad_member:
    .asciz "the initrd's .ring3/init makes no sense"
error_strings:
    .asciz "its arguments and environment take more than 2 MiB"
error_no_file:
    .asciz "there is no such file in the initrd"

    .bss
    .global exec_path
exec_path:                                      # of the file: its own, then its interpreter's
    .skip PATH_MAX
strings:                                        # arguments and environment
    .skip 2 * COMMAND_LINE_MAX + ENVIRONMENT_MAX
