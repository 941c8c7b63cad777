# store_gdt.s: where the kernel's tables lie is no program's business: with UMIP each of
# the five instructions that tell it is #GP in ring 3 (SDM Vol. 3A, 2.5).  The argument's
# first letter says which.  Ends with status 7 when it could.
    .intel_syntax noprefix

    .set ARGV_1, 16
    .set STATUS_BACK, 7

    .text
    .global _start
_start:
    mov     rax, [rsp + ARGV_1]
    movzx   eax, byte ptr [rax]
    sub     rsp, 16
    cmp     eax, 'g'
    jne     1f
    sgdt    [rsp]
1:  cmp     eax, 'i'
    jne     2f
    sidt    [rsp]
2:  cmp     eax, 'l'
    jne     3f
    sldt    ecx
3:  cmp     eax, 'm'
    jne     4f
    smsw    ecx
4:  cmp     eax, 't'
    jne     5f
    str     ecx
5:  mov     edi, STATUS_BACK
    jmp     exit_program
