# --strace: every call of the program, as strace(1) prints it, in the kernel's voice.
#
#   SYSCALL   write(1, "hello\n", 6)                  = 6
#   INT 0x80  clock_gettime(CLOCK_MONOTONIC, {...})   = 0
#   vDSO      clock_gettime(12, 0x402000)             = -1 EINVAL (Invalid argument)
#
# The door comes first; "vDSO" is a SYSCALL made inside the vDSO, for what its page
# does not answer, "vsyscall" the door that the 32-bit vDSO chose for this CPU.  A door tests strace_enabled, and comes here instead of to the
# handler when it is set.  What is known of a call stands in generated/strace_tables.s.

    .intel_syntax noprefix
    .include "generated/syscalls.inc"
    .include "include/errno.inc"
    .include "include/percpu.inc"
    .include "include/process.inc"

    .set ERRNO_MAX, 4095
    .set SET_ROW_SIZE, 16                       # of strace_errors: value, text

# What a door is.
    .set WAY_NAME, 0
    .set WAY_HANDLERS, 8
    .set WAY_CALLS, 16
    .set WAY_COUNT, 24
    .set WAY_IS_I386, 32

# What a call is (strace_calls_64).
    .set CALL_ARGUMENTS, 0                      # how many; 8 bits each
    .set CALL_RESULT, 1
    .set CALL_TYPES, 2                          # type and place of the length, for each
    .set RESULT_ADDRESS, 1
    .set RESULT_NEVER, 2

# What a type is (strace_types).
    .set TYPE_ROUTINE, 0
    .set TYPE_DATA, 8
    .set TYPE_IS_ANSWER, 16
    .set TYPE_SIZE, 24

    .set ARGUMENTS, 6
    .set ARGUMENTS_SIZE, ARGUMENTS * 8
    .set DOOR_WIDTH, 10                         # columns that a door's name takes

    .text
    .global strace_start
# Look at the command line.
# clobbers: all that a call may
strace_start:
    lea rdi, [rip + option]
    call command_line_flag
    mov [rip + strace_enabled], eax
    lea rdi, [rip + strace_interrupted]
    mov [rip + voice_interrupted], rdi
    ret

    .global strace_syscall, strace_int80
# Make a call, and say it.
# in:  RAX = number, RDI RSI RDX R10 R8 R9 = arguments, R11 = where the program goes on
# out: RAX = the handler's result
# clobbers: as a handler
strace_int80:
    lea rcx, [rip + way_int80]
    push rdx
    mov rdx, gs:[PERCPU_PROCESS]
    cmp r11, [rdx + PROCESS_LANDING]            # where only __kernel_vsyscall returns to
    pop rdx
    jne strace_call
    lea rcx, [rip + way_vsyscall]
    jmp strace_call
strace_syscall:
    lea rcx, [rip + way_syscall]
    push rdx
    mov rdx, gs:[PERCPU_PROCESS]                # inside the vDSO?
    sub r11, [rdx + PROCESS_VDSO]
    lea rdx, [rip + vdso64_end]
    sub rdx, offset vdso64_start
    cmp r11, rdx
    pop rdx
    jae strace_call
    lea rcx, [rip + way_vdso]
strace_call:
    push rbx
    push rbp
    push r12
    push r13
    push r14
    push r15
    sub rsp, ARGUMENTS_SIZE
    mov [rsp], rdi
    mov [rsp + 8], rsi
    mov [rsp + 16], rdx
    mov [rsp + 24], r10
    mov [rsp + 32], r8
    mov [rsp + 40], r9
    mov rbx, rax                                # number
    mov r12, rcx                                # way
    xor r13d, r13d                              # what is known of the call, or 0
    cmp rbx, [r12 + WAY_COUNT]
    jae 1f
    mov rcx, [r12 + WAY_CALLS]
    mov r13, [rcx + rbx * 8]

    # 1. Its name, and the arguments up to the first that is an answer.
1:  cmp qword ptr [rip + pending], 0            # the last call has not come back:
    je 2f                                       # it began another program
    mov rdi, [rip + pending]
    xor esi, esi
    call finish_line
2:  mov rdi, [r12 + WAY_NAME]
    call strace_put_text
    test r13, r13
    jz .Lunknown
    call put_name
    mov edi, '('
    call strace_put_byte
    xor ebp, ebp
    xor r14d, r14d                              # no answers yet
    call put_arguments

    # 2. The call itself.
    mov [rip + pending], r13
    cmp byte ptr [r13 + CALL_RESULT], RESULT_NEVER
    je .Lnever
3:  mov rdi, [rsp]
    mov rsi, [rsp + 8]
    mov rdx, [rsp + 16]
    mov r10, [rsp + 24]
    mov r8, [rsp + 32]
    mov r9, [rsp + 40]
    mov rcx, [r12 + WAY_HANDLERS]
    call [rcx + rbx * 8]
    mov r15, rax
    mov [rip + strace_result], rax

    # 3. The rest, and the result.
    cmp dword ptr [rip + strace_line_length], 0
    jne 4f
    call put_resumed                            # something else was said meanwhile
4:  mov r14d, 1
    call put_arguments
    mov rdi, r13
    mov rsi, r15
    call finish_line
.Lreturn:
    mov rax, r15
    add rsp, ARGUMENTS_SIZE
    pop r15
    pop r14
    pop r13
    pop r12
    pop rbp
    pop rbx
    ret

.Lnever:
    lea rdi, [rip + text_close]
    call strace_put_text
    mov edi, DOOR_WIDTH
    call strace_put_result_column
    lea rdi, [rip + text_no_result]
    call strace_put_text
    mov qword ptr [rip + pending], 0
    call strace_say_line
    jmp 3b

# A number without a call: all that could be its arguments.
.Lunknown:
    lea rdi, [rip + text_syscall]
    call strace_put_text
    movsxd rdi, ebx
    call strace_put_hexadecimal
    mov edi, '('
    call strace_put_byte
    xor ebp, ebp
5:  mov rdi, [rsp + rbp * 8]
    call strace_show_number
    inc ebp
    cmp ebp, ARGUMENTS
    je 6f
    lea rdi, [rip + text_comma]
    call strace_put_text
    jmp 5b
6:  mov r15, -ENOSYS
    lea rdi, [rip + no_call]
    mov rsi, r15
    call finish_line
    jmp .Lreturn

# Put arguments from EBP on: without R14D up to the first answer, with it all others.
# in:  R12 = way, R13 = call, [RSP + 8] = the arguments
# out: EBP = the first that was not put
# clobbers: all that a call may
put_arguments:
    lea rdx, [rsp + 8]
    push r15
    mov r15, rdx
1:  movzx eax, byte ptr [r13 + CALL_ARGUMENTS]
    cmp ebp, eax
    jae 4f
    movzx eax, byte ptr [r13 + CALL_TYPES + rbp * 2]
    imul eax, eax, TYPE_SIZE
    lea r8, [rip + strace_types]
    add r8, rax
    cmp r14d, [r8 + TYPE_IS_ANSWER]
    jb 4f
    test ebp, ebp
    jz 2f
    push r8
    lea rdi, [rip + text_comma]
    call strace_put_text
    pop r8
2:  mov rdi, [r15 + rbp * 8]
    xor esi, esi
    movzx eax, byte ptr [r13 + CALL_TYPES + rbp * 2 + 1]
    cmp eax, ARGUMENTS
    jae 3f
    mov rsi, [r15 + rax * 8]
3:  mov rdx, [r8 + TYPE_DATA]
    mov ecx, [r12 + WAY_IS_I386]
    mov rax, [r8 + TYPE_ROUTINE]
    cmp dword ptr [r8 + TYPE_IS_ANSWER], 0
    je 5f
    cmp qword ptr [rip + strace_result], -ERRNO_MAX
    jb 5f
    lea rax, [rip + strace_show_address]        # no answer: only where it would have been
5:  call rax
    inc ebp
    jmp 1b
4:  pop r15
    ret

# Put a call's name.
# in:  R13 = call
# clobbers: RAX, RCX, RSI, RDI
put_name:
    movzx eax, byte ptr [r13 + CALL_ARGUMENTS]
    lea rdi, [r13 + rax * 2 + CALL_TYPES]
    jmp strace_put_text

# Put the beginning of a line that goes on where another one stopped.
# in:  R12 = way, R13 = call
# clobbers: RAX, RCX, RSI, RDI
put_resumed:
    mov rdi, [r12 + WAY_NAME]
    call strace_put_text
    lea rdi, [rip + text_before_resumed]
    call strace_put_text
    call put_name
    lea rdi, [rip + text_resumed]
    jmp strace_put_text

# Put the result and say the line.
# in:  RDI = call, RSI = result
# clobbers: all that a call may
finish_line:
    push rbx
    push r12
    mov rbx, rsi
    mov r12, rdi
    lea rdi, [rip + text_close]
    call strace_put_text
    mov edi, DOOR_WIDTH
    call strace_put_result_column
    lea rdi, [rip + text_result]
    call strace_put_text
    cmp rbx, -ERRNO_MAX
    jae 2f
    mov rdi, rbx
    lea rdx, [rip + strace_put_signed]
    lea rax, [rip + strace_put_hexadecimal]
    cmp byte ptr [r12 + CALL_RESULT], RESULT_ADDRESS
    cmove rdx, rax
    call rdx
1:  mov qword ptr [rip + pending], 0
    pop r12
    pop rbx
    jmp strace_say_line
2:  lea rdi, [rip + text_error]
    call strace_put_text
    neg rbx
    lea rdx, [rip + strace_errors]
3:  mov rdi, [rdx + 8]
    test rdi, rdi
    jz 4f
    add rdx, SET_ROW_SIZE
    cmp [rdx - SET_ROW_SIZE], rbx
    jne 3b
    call strace_put_text
    jmp 1b
4:  mov rdi, rbx                                # an error without a name
    call strace_put_decimal
    jmp 1b

# The kernel says something else while a call is under way: say first what there is.
# clobbers: all that a call may
strace_interrupted:
    cmp dword ptr [rip + strace_line_length], 0
    je 1f
    cmp qword ptr [rip + pending], 0
    je 1f                                       # the line itself is being said
    lea rdi, [rip + text_unfinished]
    call strace_put_text
    jmp strace_say_line
1:  ret

    .section .rodata
option:
    .asciz "ring3.strace"
    .balign 8
way_syscall:
    .quad name_syscall, syscall_table_64, strace_calls_64, SYSCALL_TABLE_64_COUNT, 0
way_vdso:
    .quad name_vdso, syscall_table_64, strace_calls_64, SYSCALL_TABLE_64_COUNT, 0
way_int80:
    .quad name_int80, syscall_table_32, strace_calls_32, SYSCALL_TABLE_32_COUNT, 1
way_vsyscall:
    .quad name_vsyscall, syscall_table_32, strace_calls_32, SYSCALL_TABLE_32_COUNT, 1
name_syscall:
    .asciz "SYSCALL   "
name_vsyscall:
    .asciz "vsyscall  "
name_vdso:
    .asciz "vDSO      "
name_int80:
    .asciz "INT 0x80  "
no_call:
    .byte 0, 0
text_syscall:
    .asciz "syscall_"
text_comma:
    .asciz ", "
text_close:
    .asciz ")"
text_result:
    .asciz "= "
text_no_result:
    .asciz "= ?"
text_error:
    .asciz "-1 "
text_unfinished:
    .asciz " <unfinished ...>"
text_before_resumed:
    .asciz "<... "
text_resumed:
    .asciz " resumed>"

    .bss
    .balign 8
    .global strace_enabled, strace_result
strace_result:                                  # of the call whose answers are shown
    .skip 8
pending:                                        # the call that is under way, or 0
    .skip 8
strace_enabled:
    .skip 4
