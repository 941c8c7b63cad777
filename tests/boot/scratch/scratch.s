# scratch.s: make one of the calls of handlers.s, by a door, with a number.
#
#     scratch CALL DOOR NUMBER      CALL a letter: a for the first; DOOR s or i
#
# Ends with status 7 when the call came back and all was as before it.
    .intel_syntax noprefix
    .include "include/registers.inc"
    .include "include/rflags.inc"

    .set FIRST_CALL, 500
    .set ARGV_1, 16
    .set ARGV_2, 24
    .set ARGV_3, 32
    .set NOT_PRESENT, 0x3b
    .set STATUS_BACK, 7
    .set STATUS_CHANGED, 8

    .text
    .global _start
_start:
    mov     rcx, [rsp + ARGV_1]
    movzx   eax, byte ptr [rcx]
    sub     eax, 'a'
    add     eax, FIRST_CALL
    mov     [rip + registers_before + RAX_SLOT], rax

    mov     rcx, [rsp + ARGV_3]
    xor     edi, edi
1:  movzx   edx, byte ptr [rcx]
    inc     rcx
    sub     edx, '0'
    js      2f
    imul    edi, edi, 10
    add     edi, edx
    jmp     1b
2:  mov     rcx, [rsp + ARGV_2]
    cmp     byte ptr [rcx], 'i'
    je      3f

    mov     [rip + registers_before + RDI_SLOT], rdi
    lea     rcx, [rip + quadword]
    mov     [rip + registers_before + RSI_SLOT], rcx
    lea     rcx, [rip + back]
    mov     [rip + registers_before + RDX_SLOT], rcx
    load_registers registers_before
    syscall
    store_registers registers_after
    mov     ebp, RAX_BIT | RCX_BIT | R11_BIT
    jmp     4f

3:  mov     [rip + registers_before + RBX_SLOT], rdi
    lea     rcx, [rip + quadword]
    mov     [rip + registers_before + RCX_SLOT], rcx
    lea     rcx, [rip + back]
    mov     [rip + registers_before + RDX_SLOT], rcx
    load_registers registers_before
    int     0x80
    store_registers registers_after
    mov     ebp, RAX_BIT

4:  mov     rbx, [rip + registers_after + RAX_SLOT]
    cmp     ebx, 1
    jne     5f
    fld1                                # #NM, if the FPU was switched off
5:  cmp     ebx, 2
    jne     6f
    mov     eax, NOT_PRESENT
    mov     fs, eax                     # #NP
6:  call    registers_changed
    mov     edi, STATUS_BACK
    cmp     eax, ebp
    je      exit_program
    mov     edi, STATUS_CHANGED
    jmp     exit_program

back:
    ret

    .data
    .balign 8
quadword:
    .quad   0
