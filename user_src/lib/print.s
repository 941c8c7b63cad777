# print.s: text goes into a buffer, and out in as few writes as possible.
#
#   print_string, print_bytes, print_character, print_newline, print_to_column
#        |
#     buffer ----- print_flush ----> write(1, ...)
#
# One write for many lines keeps a program's output in one piece, and keeps the
# system calls that a program shows apart from those that show it.
    .intel_syntax noprefix
    .include "generated/syscalls.inc"
    .include "include/system.inc"
    .include "include/errno.inc"
    .include "include/print.inc"

    .set CAPACITY, 8192

    .text

# Print the characters up to the NUL byte.
# in: rdi = string.  out: nothing.  clobbers: rax rcx rdx rsi rdi r11.
    .global print_string
print_string:
    push    rbx
    mov     rbx, rdi
1:  movzx   edi, byte ptr [rbx]
    test    edi, edi
    jz      2f
    call    print_character
    inc     rbx
    jmp     1b
2:  pop     rbx
    ret

# Print so many bytes.
# in: rdi = bytes, rsi = how many.  out: nothing.  clobbers: rax rcx rdx rsi rdi r11.
    .global print_bytes
print_bytes:
    push    rbx
    push    r12
    mov     rbx, rdi
    lea     r12, [rdi + rsi]
1:  cmp     rbx, r12
    je      2f
    movzx   edi, byte ptr [rbx]
    call    print_character
    inc     rbx
    jmp     1b
2:  pop     r12
    pop     rbx
    ret

# in: nothing.  out: nothing.  clobbers: rax rcx rdx rsi rdi r11.
    .global print_newline
print_newline:
    mov     edi, NEWLINE
    jmp     print_character

# Blanks up to a column; at least one, so that fields never touch.
# in: edi = column, counted from 0.  out: nothing.  clobbers: rax rcx rdx rsi rdi r11.
    .global print_to_column
print_to_column:
    push    rbx
    mov     ebx, edi
1:  mov     edi, ' '
    call    print_character
    cmp     [rip + column], ebx
    jb      1b
    pop     rbx
    ret

# in: dil = character.  out: nothing.  clobbers: rax rcx rdx rsi rdi r11.
    .global print_character
print_character:
    cmp     dword ptr [rip + length], CAPACITY
    jb      1f
    push    rdi
    call    print_flush
    pop     rdi
1:  mov     eax, [rip + length]
    lea     rdx, [rip + buffer]
    mov     [rdx + rax], dil
    inc     dword ptr [rip + length]
    inc     dword ptr [rip + column]
    cmp     dil, NEWLINE
    jne     2f
    mov     dword ptr [rip + column], 0
2:  ret

# Write out what the buffer holds.  A write may take less than it was given, so
# go on with the rest.
# in: nothing.  out: rax = 0, or the first error of all writes so far (-errno).
# clobbers: rcx rdx rsi rdi r11.
    .global print_flush
print_flush:
    push    rbx
    push    r12
    lea     r12, [rip + buffer]
    mov     ebx, [rip + length]
    mov     dword ptr [rip + length], 0
1:  test    rbx, rbx
    jz      3f
    mov     eax, SYS_write
    mov     edi, STDOUT
    mov     rsi, r12
    mov     rdx, rbx
    syscall
    test    rax, rax
    jle     2f
    add     r12, rax
    sub     rbx, rax
    jmp     1b

2:  mov     rdx, -EIO                   # 0 bytes taken is no error number, and no progress
    cmovz   rax, rdx
    cmp     qword ptr [rip + first_error], 0
    jne     3f
    mov     [rip + first_error], rax
3:  mov     rax, [rip + first_error]
    pop     r12
    pop     rbx
    ret

    .bss
    .balign 8
first_error:                            # 0 = every write went well
    .zero   8
length:                                 # bytes in the buffer
    .zero   4
column:                                 # characters printed on the current line
    .zero   4
buffer:
    .zero   CAPACITY
