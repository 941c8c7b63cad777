# Process 1: which program it is.
#
# The command line's init=PATH -- ARGUMENTS wins over the initrd's member
# ".ring3/init", which holds texts that end with NUL, one behind the other:
#   the path in the initrd, argc in decimal, argc arguments, environment to the end.

    .intel_syntax noprefix
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

2:  mov rdi, r12
    call initrd_find
    lea rcx, [rip + error_no_file]
    test rax, rax
    jz .Lcannot_start
    mov rbx, rax
    mov rbp, rdx

    # 2. A process and its address space.
    call process_create
    lea rcx, [rip + reason_no_frame]
    jz .Lcannot_start
    mov rdi, rbx
    mov rsi, rbp
    call elf_load
    mov rcx, rax
    test rax, rax
    jnz .Lcannot_start
    call heap_create
    call vdso_map
    lea rcx, [rip + reason_no_frame]
    test eax, eax
    jz .Lcannot_start
    mov rdi, r13                                # AT_EXECFN is argv[0]
    mov rsi, r13
    mov rdx, r14
    mov ecx, r15d
    call stack_build
    lea rcx, [rip + reason_no_frame]
    test eax, eax
    jz .Lcannot_start

    # 3. Go.
    mov rsi, r12
    mov rbx, gs:[PERCPU_PROCESS]
    mov rdx, [rbx + PROCESS_ENTRY]
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
    call initrd_find
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
error_no_file:
    .asciz "there is no such file in the initrd"

    .bss
strings:                                        # arguments and environment
    .skip 2 * COMMAND_LINE_MAX + ENVIRONMENT_MAX
