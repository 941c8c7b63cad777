# divide.s: a division by zero is #DE (SDM Vol. 3A, 6.15), and ends a program
# with SIGFPE.
    .intel_syntax noprefix

    .text
    .global _start
_start:
    mov     eax, 1
    xor     edx, edx
    xor     ecx, ecx
    div     ecx                         # edx:eax / 0
    jmp     survived
