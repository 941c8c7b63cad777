# The line that strace.s builds: text is put at its end, until it is said as a whole.
#
# What comes after LINE_MAX bytes is lost; a line says so by ending in "...".

    .intel_syntax noprefix
    .include "include/voice.inc"

    .set LINE_MAX, 1024
    .set DIGITS_MAX, 24                         # of a 64-bit number in octal, and more
    .set RESULT_COLUMN, 40                      # behind the door: where strace shows results

    .text
    .global strace_put_byte
# in:  DIL = byte
# clobbers: RAX, RCX
strace_put_byte:
    mov eax, [rip + strace_line_length]
    cmp eax, LINE_MAX
    jae 1f
    lea rcx, [rip + line]
    mov [rcx + rax], dil
    inc dword ptr [rip + strace_line_length]
1:  ret

    .global strace_put_text
# in:  RDI = text, ends with NUL
# clobbers: RAX, RCX, RSI, RDI
strace_put_text:
    mov rsi, rdi
1:  movzx edi, byte ptr [rsi]
    test edi, edi
    jz 2f
    call strace_put_byte
    inc rsi
    jmp 1b
2:  ret

    .global strace_put_signed, strace_put_decimal, strace_put_hexadecimal, strace_put_octal
# in:  RDI = number
# clobbers: RAX, RCX, RDX, RSI, RDI, R8
strace_put_signed:
    test rdi, rdi
    jns strace_put_decimal
    neg rdi
    push rdi
    mov edi, '-'
    call strace_put_byte
    pop rdi
strace_put_decimal:
    mov esi, 10
    jmp put_digits
strace_put_octal:
    mov esi, 8
    jmp put_digits
strace_put_hexadecimal:
    push rdi
    lea rdi, [rip + text_0x]
    call strace_put_text
    pop rdi
    mov esi, 16
put_digits:                                     # in base RSI
    sub rsp, DIGITS_MAX
    mov rax, rdi
    lea r8, [rsp + DIGITS_MAX]                  # from the last to the first
    lea rcx, [rip + digits]
1:  xor edx, edx
    div rsi
    mov dl, [rcx + rdx]
    dec r8
    mov [r8], dl
    test rax, rax
    jnz 1b
    lea rsi, [rsp + DIGITS_MAX]
2:  movzx edi, byte ptr [r8]
    call strace_put_byte
    inc r8
    cmp r8, rsi
    jb 2b
    add rsp, DIGITS_MAX
    ret

    .global strace_put_result_column
# Blanks up to where results stand, one at least.
# in:  EDI = length of what stands before the call
# clobbers: RAX, RCX, RSI, RDI
strace_put_result_column:
    lea esi, [rdi + RESULT_COLUMN]
1:  mov edi, ' '
    call strace_put_byte
    cmp [rip + strace_line_length], esi
    jb 1b
    ret

    .global strace_say_line
# Say the line, and begin an empty one.
# clobbers: all that a call may
strace_say_line:
    mov eax, [rip + strace_line_length]
    lea rsi, [rip + line]
    cmp eax, LINE_MAX
    jb 1f
    mov dword ptr [rsi + rax], '.' | '.' << 8 | '.' << 16
    jmp 2f
1:  mov byte ptr [rsi + rax], 0
2:  mov dword ptr [rip + strace_line_length], 0
    say "%s"
    ret

    .section .rodata
digits:
    .ascii "0123456789abcdef"
text_0x:
    .asciz "0x"

    .bss
    .balign 4
    .global strace_line_length
strace_line_length:
    .skip 4
line:
    .skip LINE_MAX + 4                          # and "..." with its NUL
