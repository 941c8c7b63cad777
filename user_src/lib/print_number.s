# print_number.s: numbers as text.
#
# All of them are print_digits with another base, width and padding.
    .intel_syntax noprefix
    .include "include/print.inc"

    .set DECIMAL,          10
    .set HEXADECIMAL,      16
    .set MOST_DIGITS,      64           # room for any width that a caller asks for
    .set ADDRESS_DIGITS,   16

    .text

# in: rdi = unsigned number.  out: nothing.  clobbers: as a C function.
    .global print_decimal
print_decimal:
    mov     esi, DECIMAL
    xor     edx, edx
    jmp     print_digits

# in: rdi = signed number.  out: nothing.  clobbers: as a C function.
    .global print_signed
print_signed:
    test    rdi, rdi
    jns     print_decimal
    push    rdi
    mov     edi, '-'
    call    print_character
    pop     rdi
    neg     rdi
    jmp     print_decimal

# Right-aligned: blanks on the left.
# in: rdi = unsigned number, esi = width.  out: nothing.  clobbers: as a C function.
    .global print_decimal_right
print_decimal_right:
    mov     edx, esi
    mov     esi, DECIMAL
    mov     ecx, ' '
    jmp     print_digits

# in: rdi = unsigned number, esi = width.  out: nothing.  clobbers: as a C function.
    .global print_decimal_zeros
print_decimal_zeros:
    mov     edx, esi
    mov     esi, DECIMAL
    mov     ecx, '0'
    jmp     print_digits

# Digits alone, without "0x".
# in: rdi = number.  out: nothing.  clobbers: as a C function.
    .global print_hexadecimal
print_hexadecimal:
    mov     esi, HEXADECIMAL
    xor     edx, edx
    jmp     print_digits

# in: rdi = number, esi = width.  out: nothing.  clobbers: as a C function.
    .global print_hexadecimal_zeros
print_hexadecimal_zeros:
    mov     edx, esi
    mov     esi, HEXADECIMAL
    mov     ecx, '0'
    jmp     print_digits

# An address: "0x" and 16 digits.
# in: rdi = address.  out: nothing.  clobbers: as a C function.
    .global print_address
print_address:
    push    rdi
    say     "0x"
    pop     rdi
    mov     esi, ADDRESS_DIGITS
    jmp     print_hexadecimal_zeros

# Print a number, padded on the left.  Digits are made from the last to the
# first, downwards from the end of a piece of stack.
# in: rdi = number, esi = base, edx = width (at most MOST_DIGITS), ecx = padding character.
# out: nothing.  clobbers: as a C function.
print_digits:
    sub     rsp, MOST_DIGITS + 8
    mov     r8d, ecx
    mov     r9d, edx
    lea     r11, [rsp + MOST_DIGITS]    # the end, for the length
    mov     r10, r11                    # the first digit so far
    lea     rcx, [rip + digits]
    mov     rax, rdi
1:  xor     edx, edx
    div     rsi
    movzx   edx, byte ptr [rcx + rdx]
    dec     r10
    mov     [r10], dl
    test    rax, rax
    jnz     1b

    sub     r11, r9                     # a number of full width would begin here
2:  cmp     r10, r11
    jbe     3f
    dec     r10
    mov     [r10], r8b
    jmp     2b

3:  mov     rdi, r10
    lea     rsi, [rsp + MOST_DIGITS]
    sub     rsi, r10
    call    print_bytes
    add     rsp, MOST_DIGITS + 8
    ret

    .section .rodata
digits:
    .ascii  "0123456789abcdef"
