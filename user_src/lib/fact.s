# fact.s: what a program claims, and whether it is so.
#
#     argv's strings lie one after the other                      yes
    .intel_syntax noprefix
    .include "include/print.inc"

    .set ANSWER_COLUMN,  64
    .set STATUS_FALSE,   1

    .text

# in: rdi = claim, esi = 0 when it is false.  out: nothing.  clobbers: as a C function.
    .global show_fact
show_fact:
    push    rbx
    mov     ebx, esi
    call    print_string
    mov     edi, ANSWER_COLUMN
    call    print_to_column
    test    ebx, ebx
    jz      1f
    say_line "yes"
    jmp     2f
1:  say_line "NO"
    mov     dword ptr [rip + status], STATUS_FALSE
2:  pop     rbx
    ret

# End with status 0 when all that was claimed was so, else 1.
# in: nothing.  Does not return.
    .global exit_facts
exit_facts:
    mov     edi, [rip + status]
    jmp     exit_program

    .bss
    .balign 4
status:
    .zero   4
