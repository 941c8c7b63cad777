# Scripts: a file that begins with "#!" is an argument of the program that it names.
#
#   #!/bin/sh -e          executed as "script one"  becomes  /bin/sh -e script one
#     name    argument
#
# All that follows the name is one argument, blanks in it and all.  The line must end
# within the first 256 bytes, or the name at least.  (Linux: fs/binfmt_script.c.)

    .intel_syntax noprefix
    .include "include/errno.inc"
    .include "include/image.inc"

    .text
    .global script_apply
# Change the arguments, and find the interpreter.
# in:  exec_head = the script's first bytes, zeros behind a shorter one's end;
#      exec_path = the script's path
# out: RAX = 0 or -errno; RCX = the interpreter's file, RSI = its size;
#      exec_path = the interpreter's path
# clobbers: all that a call may
script_apply:
    push rbx
    push r12
    push r13
    call script_parse
    mov rax, -ENOEXEC
    jc 2f
    call argument_drop                          # the script's path takes argv[0]'s place
    lea rdi, [rip + exec_path]
    call argument_push_text
    test rax, rax
    jnz 2f
    inc qword ptr [rip + argument_count]
    test r13, r13
    jz 1f
    mov rdi, r13
    call argument_push_text
    test rax, rax
    jnz 2f
    inc qword ptr [rip + argument_count]
1:  mov rdi, r12
    call argument_push_text
    test rax, rax
    jnz 2f
    inc qword ptr [rip + argument_count]
    mov rdi, r12
    call text_size
    mov ecx, edx
    mov rsi, r12
    lea rdi, [rip + exec_path]                  # longer than a line can be
    rep movsb
    lea rdi, [rip + exec_path]
    call exec_open
2:  pop r13
    pop r12
    pop rbx
    ret

# Find the name and the argument in the first line, and end both with NUL.
# out: carry flag set when there is no name; R12 = name, R13 = argument or 0
# clobbers: RAX, RCX, RSI, RDI
script_parse:
    lea rsi, [rip + exec_head + 2]
    lea rdi, [rip + exec_head + EXEC_HEAD_SIZE - 1]  # the last byte
    mov rcx, rsi                                # 1. RDI: where the line ends
1:  cmp rcx, rdi
    ja 2f
    mov al, [rcx]
    cmp al, '\n'
    je 3f
    inc rcx
    test al, al
    jnz 1b
2:  call skip_blanks                            # no line feed: the name itself must end
    jc 9f
    call find_blank
    jc 9f
    lea rsi, [rip + exec_head + 2]
    jmp 4f
3:  mov rdi, rcx
4:  dec rdi                                     # blanks at the end do not count
    mov al, [rdi]
    cmp al, ' '
    je 4b
    cmp al, '\t'
    je 4b
    inc rdi

    call skip_blanks                            # 2. the name
    jc 9f
    cmp rsi, rdi
    je 8f
    mov r12, rsi
    xor r13d, r13d
    call find_blank
    mov byte ptr [rdi], 0
    jc 7f                                       # it ends with the line
    cmp rsi, rdi
    je 7f
    cmp byte ptr [rsi], 0
    je 7f
    mov byte ptr [rsi], 0
    inc rsi
    call skip_blanks                            # 3. the argument
    mov r13, rsi
7:  clc
    ret
8:  stc
9:  ret

# in:  RSI = position, RDI = the last one
# out: RSI = the first that has no blank; carry flag set when all have one
# clobbers: RAX
skip_blanks:
    cmp rdi, rsi
    jb 2f                                       # which set the carry flag
    mov al, [rsi]
    inc rsi
    cmp al, ' '
    je skip_blanks
    cmp al, '\t'
    je skip_blanks
    dec rsi
    clc
2:  ret

# in:  RSI = position, RDI = the last one
# out: RSI = the first that has a blank or NUL; carry flag set when none has
# clobbers: RAX
find_blank:
    cmp rdi, rsi
    jb 2f
    mov al, [rsi]
    cmp al, ' '
    je 1f
    cmp al, '\t'
    je 1f
    inc rsi
    test al, al
    jnz find_blank
    dec rsi
1:  clc
2:  ret
