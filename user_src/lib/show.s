# show.s: lines of what doors prints, and what its checks come to.
    .intel_syntax noprefix
    .include "include/print.inc"
    .include "include/show.inc"

    .set STATUS_DISAGREE, 1

    .text

# Begin a line: a name, then blanks up to the value.
# in: rdi = name.  out: nothing.  clobbers: as a C function.
    .global show_name
show_name:
    push    rdi
    mov     edi, NAME_COLUMN
    call    print_to_column
    pop     rdi
    call    print_string
    mov     edi, VALUE_COLUMN
    jmp     print_to_column

# Print a name and an address, ready for a comment.
# in: rdi = name, rsi = address.  out: nothing.  clobbers: as a C function.
    .global show_address
show_address:
    push    rsi
    call    print_string
    mov     edi, VALUE_COLUMN
    call    print_to_column
    pop     rdi
    call    print_address
    mov     edi, COMMENT_COLUMN
    jmp     print_to_column

# End a line with what a check found.
# in: edi = 1 when a check holds, 0 when not.  out: nothing.  clobbers: as a C function.
    .global show_agreement
show_agreement:
    push    rbx
    mov     ebx, edi
    mov     edi, VERDICT_COLUMN
    call    print_to_column
    test    ebx, ebx
    jz      1f
    say_line "agree"
    jmp     2f
1:  say_line "DISAGREE"
    inc     qword ptr [rip + disagreements]
2:  pop     rbx
    ret

# The last line.
# in: nothing.  out: edi = exit status.  clobbers: as a C function.
    .global show_verdict
show_verdict:
    push    rbx
    call    print_newline
    mov     rdi, [rip + disagreements]
    xor     ebx, ebx
    test    rdi, rdi
    jnz     1f
    say_line "All checks agree: three doors, one kernel."
    jmp     2f
1:  mov     ebx, STATUS_DISAGREE
    call    print_decimal
    say_line " of the checks DISAGREE."
2:  mov     edi, ebx
    pop     rbx
    ret

    .section .rodata
    .global name_int80, name_syscall, name_vdso
name_int80:
    .asciz  "INT 0x80"
name_syscall:
    .asciz  "SYSCALL"
name_vdso:
    .asciz  "vDSO"

    .bss
    .balign 8
    .global disagreements
disagreements:                          # checks that did not hold
    .zero   8
