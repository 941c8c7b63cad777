# The kernel's command line, by Linux's rules (admin-guide/kernel-parameters).
#
#   name=value name="a value with blanks" -- arguments of process 1
#
# A double quote opens and closes a part in which blanks do not separate.  It is left
# out where it stands first in a word or first in a value, and so is its partner at
# the word's end; in other places it stays.  Of several values the last one counts.

    .intel_syntax noprefix
    .include "include/start_info.inc"

    .set IS_QUOTED, 1
    .set DASHES, 0x2d2d                         # "--"

    .text
    .global command_line_value
# The value of a parameter.
# in:  RDI = its name, ends with NUL
# out: RAX = text, valid until the next call, or 0 when it is not there
# clobbers: RCX, RDX, RSI, RDI, R8
command_line_value:
    push rbx
    push r12
    push r13
    mov r12, rdi
    xor r13d, r13d
    lea rbx, [rip + command_line]
1:  lea rdi, [rip + word_text]
    call next_word
    jz 4f
    cmp word ptr [rip + word_text], DASHES
    jne 2f
    cmp byte ptr [rip + word_text + 2], 0
    je 4f
2:  lea rsi, [rip + word_text]
    mov rdi, r12
3:  lodsb
    cmp byte ptr [rdi], 0
    je 5f
    scasb
    je 3b
    jmp 1b
5:  cmp al, '='
    jne 1b
    lea rdi, [rip + value_text]                      # the next word would overwrite it
    mov r13, rdi
6:  lodsb
    stosb
    test al, al
    jnz 6b
    jmp 1b
4:  mov rax, r13
    pop r13
    pop r12
    pop rbx
    ret

    .global command_line_number
# The value of a parameter, as a decimal number.
# in:  RDI = its name, ends with NUL
# out: RAX; 0 when it is not there
# clobbers: RCX, RDX, RSI, RDI, R8
command_line_number:
    call command_line_value
    mov rsi, rax
    xor eax, eax
    test rsi, rsi
    jz 2f
1:  movzx edx, byte ptr [rsi]
    inc rsi
    sub edx, '0'
    cmp edx, 9
    ja 2f
    imul rax, rax, 10
    add rax, rdx
    jmp 1b
2:  ret

    .global command_line_flag
# Is a word there that has no value?
# in:  RDI = the word, ends with NUL
# out: RAX = 1 or 0
# clobbers: RCX, RDX, RSI, RDI, R8
command_line_flag:
    push rbx
    push r12
    mov r12, rdi
    lea rbx, [rip + command_line]
1:  lea rdi, [rip + word_text]
    call next_word
    mov eax, 0
    jz 3f
    cmp word ptr [rip + word_text], DASHES
    jne 2f
    cmp byte ptr [rip + word_text + 2], 0
    je 3f
2:  lea rsi, [rip + word_text]
    mov rdi, r12
4:  cmpsb
    jne 1b
    cmp byte ptr [rsi - 1], 0
    jne 4b
    mov eax, 1
3:  pop r12
    pop rbx
    ret

    .global command_line_arguments
# What follows "--".
# in:  RDI = buffer of COMMAND_LINE_MAX bytes
# out: the words, each ending with NUL; RAX = how many, RDI = behind them
# clobbers: RCX, RDX, RSI, R8
command_line_arguments:
    push rbx
    push r12
    push r13
    mov r12, rdi
    xor r13d, r13d
    lea rbx, [rip + command_line]
1:  mov rdi, r12                                # look for the dashes first
    call next_word
    jz 3f
    cmp word ptr [r12], DASHES
    jne 1b
    cmp byte ptr [r12 + 2], 0
    jne 1b
2:  mov rdi, r12
    call next_word
    jz 3f
    mov r12, rdi
    inc r13d
    jmp 2b
3:  mov rax, r13
    mov rdi, r12
    pop r13
    pop r12
    pop rbx
    ret

# Copy the next word, without its quotes.
# in:  RBX = position, RDI = buffer
# out: RBX = behind it, RDI = behind its NUL; zero flag set when there was none
# clobbers: RAX, RCX, RDX, RSI, R8
next_word:
    mov rsi, rbx
1:  lodsb
    cmp al, ' '
    je 1b
    cmp al, '\t'
    je 1b
    test al, al
    jz .Lnone
    xor ecx, ecx                                # inside quotes?
    xor edx, edx                                # is a quote to be left out at the end?
    xor r8d, r8d                                # behind the first '='?
    cmp al, '"'
    jne .Lbyte
    mov edx, IS_QUOTED
    jmp .Lquote_left_out
.Lnext:
    lodsb
.Lbyte:
    test al, al
    jz .Lend
    test ecx, ecx
    jnz 2f
    cmp al, ' '
    je .Lend
    cmp al, '\t'
    je .Lend
2:  cmp al, '"'
    jne 3f
    xor ecx, IS_QUOTED
3:  stosb
    cmp al, '='
    jne .Lnext
    test r8d, r8d
    jnz .Lnext
    inc r8d
    cmp byte ptr [rsi], '"'
    jne .Lnext
    inc rsi
    mov edx, IS_QUOTED
.Lquote_left_out:
    xor ecx, IS_QUOTED
    jmp .Lnext
.Lend:
    lea rbx, [rsi - 1]
    test edx, edx
    jz 4f
    cmp byte ptr [rdi - 1], '"'
    jne 4f
    dec rdi
4:  mov byte ptr [rdi], 0
    inc rdi                                     # not zero
    ret
.Lnone:
    lea rbx, [rsi - 1]
    xor eax, eax
    ret

    .bss
word_text:
    .skip COMMAND_LINE_MAX
value_text:
    .skip COMMAND_LINE_MAX
