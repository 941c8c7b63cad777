# calendar.s: seconds since 1970 as a date and a time of day, in UTC.
    .intel_syntax noprefix
    .include "include/clock.inc"
    .include "include/print.inc"

    .set EPOCH_YEAR,      1970
    .set DAYS_A_YEAR,     365
    .set MINUTES,         60            # in an hour, and seconds in a minute
    .set FEBRUARY,        1             # counted from 0

    .text

# Print "2020-01-31 23:59:59 UTC".
# in: rdi = seconds since 1970-01-01 00:00:00 UTC, not negative.  out: nothing.
# clobbers: as a C function.
    .global print_utc
print_utc:
    push    rbx
    push    r12
    push    r13
    mov     rax, rdi
    xor     edx, edx
    mov     ecx, SECONDS_A_DAY
    div     rcx
    mov     rbx, rax                    # days
    mov     r13, rdx                    # seconds of the last one

    mov     r12d, EPOCH_YEAR            # take whole years off the days
1:  mov     edi, r12d
    call    is_leap_year
    add     eax, DAYS_A_YEAR
    cmp     rbx, rax
    jb      2f
    sub     rbx, rax
    inc     r12d
    jmp     1b

2:  mov     edi, r12d
    call    print_decimal
    mov     edi, '-'
    call    print_character

    mov     edi, r12d                   # take whole months off the rest
    call    is_leap_year
    xor     r12d, r12d
3:  lea     rcx, [rip + month_days]
    movzx   ecx, byte ptr [rcx + r12]
    cmp     r12d, FEBRUARY
    jne     4f
    add     ecx, eax
4:  cmp     rbx, rcx
    jb      5f
    sub     rbx, rcx
    inc     r12d
    jmp     3b

5:  lea     edi, [r12 + 1]
    call    print_two_digits
    mov     edi, '-'
    call    print_character
    lea     edi, [rbx + 1]
    call    print_two_digits
    mov     edi, ' '
    call    print_character

    mov     eax, r13d
    xor     edx, edx
    mov     ecx, MINUTES
    div     ecx
    mov     r13d, edx                   # seconds
    xor     edx, edx
    div     ecx
    mov     r12d, edx                   # minutes
    mov     edi, eax                    # hours
    call    print_two_digits
    mov     edi, ':'
    call    print_character
    mov     edi, r12d
    call    print_two_digits
    mov     edi, ':'
    call    print_character
    mov     edi, r13d
    call    print_two_digits
    say     " UTC"
    pop     r13
    pop     r12
    pop     rbx
    ret

# Divisible by 4, not by 100 unless by 400: the Gregorian calendar.
# in: edi = year.  out: eax = 1 for a leap year, else 0.  clobbers: rcx rdx rsi.
is_leap_year:
    xor     esi, esi
    test    edi, 3
    jnz     1f
    mov     eax, edi
    xor     edx, edx
    mov     ecx, 100
    div     ecx                         # eax = century
    inc     esi
    test    edx, edx
    jnz     1f
    test    eax, 3                      # only every fourth century has a leap year
    jz      1f
    dec     esi
1:  mov     eax, esi
    ret

# in: edi = number.  out: nothing.  clobbers: as a C function.
print_two_digits:
    mov     esi, 2
    jmp     print_decimal_zeros

    .section .rodata
month_days:
    .byte   31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
