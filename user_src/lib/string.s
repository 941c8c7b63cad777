# string.s: strings that end with a NUL byte.
    .intel_syntax noprefix
    .text

# in: rdi = string.  out: rax = its length in bytes, without the NUL.  clobbers: nothing else.
    .global string_length
string_length:
    xor     eax, eax
1:  cmp     byte ptr [rdi + rax], 0
    je      2f
    inc     rax
    jmp     1b
2:  ret

# in: rdi, rsi = strings.  out: eax = 1 and ZF = 0 when they are the same, else eax = 0 and ZF = 1.
# clobbers: rdx rdi rsi.
    .global string_equal
string_equal:
1:  movzx   eax, byte ptr [rdi]
    movzx   edx, byte ptr [rsi]
    cmp     eax, edx
    jne     2f
    inc     rdi
    inc     rsi
    test    eax, eax
    jnz     1b
    mov     eax, 1
    test    eax, eax
    ret
2:  xor     eax, eax
    ret
