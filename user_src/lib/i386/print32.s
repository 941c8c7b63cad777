# print32.s: what print.s, print_number.s and exit.s are, for programs of the i386.
#
# Arguments come in eax, and all registers but eax are kept.
    .intel_syntax noprefix
    .code32
    .include "generated/syscalls.inc"
    .include "include/print32.inc"
    .include "include/system.inc"

    .set CAPACITY, 8192
    .set DECIMAL, 10
    .set HEXADECIMAL, 16

    .text

# Print the characters up to the NUL byte.
# in: eax = string.  out: nothing.  clobbers: eax.
    .global print_string
print_string:
    push    ebx
    mov     ebx, eax
1:  movzx   eax, byte ptr [ebx]
    test    eax, eax
    jz      2f
    call    print_character
    inc     ebx
    jmp     1b
2:  pop     ebx
    ret

# in: nothing.  out: nothing.  clobbers: eax.
    .global print_newline
print_newline:
    mov     eax, NEWLINE
    jmp     print_character

# Blanks up to a column; at least one, so that fields never touch.
# in: eax = column, counted from 0.  out: nothing.  clobbers: eax.
    .global print_to_column
print_to_column:
    push    ebx
    mov     ebx, eax
1:  mov     eax, ' '
    call    print_character
    cmp     [column], ebx
    jb      1b
    pop     ebx
    ret

# in: al = character.  out: nothing.  clobbers: eax.
    .global print_character
print_character:
    push    edx
    cmp     dword ptr [length], CAPACITY
    jb      1f
    push    eax
    call    print_flush
    pop     eax
1:  mov     edx, [length]
    mov     [buffer + edx], al
    inc     dword ptr [length]
    inc     dword ptr [column]
    cmp     al, NEWLINE
    jne     2f
    mov     dword ptr [column], 0
2:  pop     edx
    ret

# in: eax = signed number.  out: nothing.  clobbers: eax.
    .global print_signed
print_signed:
    push    ecx
    mov     ecx, DECIMAL
    test    eax, eax
    jns     1f
    push    eax
    mov     eax, '-'
    call    print_character
    pop     eax
    neg     eax
1:  call    print_digits
    pop     ecx
    ret

# Digits alone, without "0x".
# in: eax = number.  out: nothing.  clobbers: eax.
    .global print_hexadecimal
print_hexadecimal:
    push    ecx
    mov     ecx, HEXADECIMAL
    call    print_digits
    pop     ecx
    ret

# in: eax = number, ecx = base.  out: nothing.  clobbers: eax.
print_digits:
    push    edx
    xor     edx, edx
    div     ecx
    test    eax, eax
    jz      1f
    call    print_digits
1:  movzx   eax, byte ptr [digits + edx]
    call    print_character
    pop     edx
    ret

# Write out what the buffer holds.  A write may take less than it was given, so
# go on with the rest; after an error there is nobody left to tell.
# in: nothing.  out: nothing.  clobbers: eax.
    .global print_flush
print_flush:
    push    ebx
    push    ecx
    push    edx
    mov     ecx, offset buffer
    mov     edx, [length]
    mov     dword ptr [length], 0
1:  test    edx, edx
    jz      2f
    mov     ebx, STDOUT
    mov     eax, SYS32_write
    int     0x80
    test    eax, eax
    jle     2f
    add     ecx, eax
    sub     edx, eax
    jmp     1b
2:  pop     edx
    pop     ecx
    pop     ebx
    ret

# Write out what was printed, and end.
# in: eax = status.  Does not return.
    .global exit_program
exit_program:
    mov     ebx, eax
    call    print_flush
    mov     eax, SYS32_exit_group
    int     0x80

    .section .rodata
digits:
    .ascii  "0123456789abcdef"

    .bss
    .balign 4
length:                                 # bytes in the buffer
    .zero   4
column:                                 # characters printed on the current line
    .zero   4
buffer:
    .zero   CAPACITY
