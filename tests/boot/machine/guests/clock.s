# Sends the TSC as 16 hexadecimal digits, 32 times over, and ends well.

    .include "guest.inc"

    .set TIMES, 32
    .set DIGITS, 16

_start:
    mov ebp, TIMES
reading:
    rdtsc
    mov ebx, eax
    mov edi, edx                            # edi:ebx = what is left to print
    mov ecx, DIGITS
digit:
    mov esi, edi
    shr esi, 28
    mov al, [digits + esi]
    shld edi, ebx, 4
    shl ebx, 4
    send_al
    loop digit
    mov al, '\n'
    send_al
    dec ebp
    jnz reading
    say record, record_end
    end_with 0x10

    .section .rodata
digits:
    .ascii "0123456789abcdef"
record:
    .ascii "ring3: exit status=0\n"
record_end:
