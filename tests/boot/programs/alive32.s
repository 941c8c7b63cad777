# alive32.s: alive.s for the i386.
    .intel_syntax noprefix
    .code32
    .include "include/print32.inc"

    .set DATA,    0x11223344
    .set ZEROS,   0x3000
    .set ALIVE,   7
    .set CHANGED, 8

    .text
    .global _start
_start:
    mov     ebx, esp
    cmp     dword ptr [data], DATA
    jne     changed
    mov     [data], esp
    mov     edi, offset zeros
    mov     ecx, ZEROS / 4
    xor     eax, eax
    repe scasd
    jne     changed
    mov     [zeros_end - 4], esp
    say     "alive:"
1:  add     ebx, 4
    cmp     dword ptr [ebx], 0
    je      2f
    say     " "
    mov     eax, [ebx]
    call    print_string
    jmp     1b
2:  call    print_newline
    mov     eax, ALIVE
    jmp     exit_program
changed:
    mov     eax, CHANGED
    jmp     exit_program

    .data
    .balign 4
data:
    .long   DATA

    .bss
zeros:
    .zero   ZEROS
zeros_end:
