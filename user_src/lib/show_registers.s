# show_registers.s: the third part of doors, what a door does to the registers.
    .intel_syntax noprefix
    .include "include/print.inc"
    .include "include/registers.inc"
    .include "include/show.inc"

    .set OTHERS_COLUMN,   55

    .text

# in: nothing.  out: nothing.  clobbers: as a C function.
    .global show_registers
show_registers:
    push    rbx
    call    print_newline
    say_line "3. All registers loaded with patterns, the door passed, all compared"
    call    int80_registers
    lea     rdi, [rip + name_int80]
    mov     esi, RAX_BIT
    call    show_changed

    call    syscall_registers
    lea     rdi, [rip + name_syscall]
    mov     esi, RAX_BIT | RCX_BIT | R11_BIT
    call    show_changed
    call    show_rcx
    call    show_r11
    say_line "       SYSCALL saves RIP and RFLAGS there, SYSRET takes them back."

    cmp     qword ptr [rip + vdso_clock_gettime], 0
    je      1f
    call    vdso_registers
    call    show_kept
1:  pop     rbx
    ret

# in: rdi = door's name, esi = set of the registers that it should change.  out: nothing.
# clobbers: as a C function.
show_changed:
    push    rbx
    mov     ebx, esi
    call    show_name
    say     "changed"
    call    registers_changed
    xor     ebx, eax                    # what should have changed and did not, or the reverse
    mov     edi, eax
    call    print_register_names
    mov     edi, OTHERS_COLUMN
    call    print_to_column
    say     "and no other"
    xor     edi, edi
    test    ebx, ebx
    setz    dil
    call    show_agreement
    pop     rbx
    ret

# rcx after SYSCALL must be where the program goes on.
# in: registers_after.  out: nothing.  clobbers: as a C function.
show_rcx:
    push    rbx
    lea     rdi, [rip + text_rcx]
    mov     rsi, [rip + registers_after + RCX_SLOT]
    call    show_address
    say     "= address after SYSCALL"
    lea     rax, [rip + syscall_return]
    xor     edi, edi
    cmp     rax, [rip + registers_after + RCX_SLOT]
    sete    dil
    call    show_agreement
    pop     rbx
    ret

# r11 after SYSCALL must be the flags that the program had.
# in: registers_before, registers_after.  out: nothing.  clobbers: as a C function.
show_r11:
    push    rbx
    lea     rdi, [rip + text_r11]
    mov     rsi, [rip + registers_after + R11_SLOT]
    call    show_address
    say     "= RFLAGS before it"
    mov     rax, [rip + registers_before + RFLAGS_SLOT]
    xor     edi, edi
    cmp     rax, [rip + registers_after + R11_SLOT]
    sete    dil
    call    show_agreement
    pop     rbx
    ret

# A function of the vDSO may change what every C function may, and must keep the rest.
# in: registers_before, registers_after.  out: nothing.  clobbers: as a C function.
show_kept:
    push    rbx
    lea     rdi, [rip + name_vdso]
    call    show_name
    call    registers_changed
    mov     ebx, eax
    say     "changed "
    mov     edi, ebx
    and     edi, CALLER_SAVED
    call    count_registers
    mov     edi, eax
    call    print_decimal
    say     " of the "
    mov     edi, CALLER_SAVED
    call    count_registers
    mov     edi, eax
    call    print_decimal
    say_line " that a C function may change"

    mov     edi, VALUE_COLUMN
    call    print_to_column
    say     "kept"
    mov     edi, ebx
    not     edi
    and     edi, CALLEE_SAVED
    call    print_register_names
    mov     edi, CLAIM_COLUMN
    call    print_to_column
    say     "as it must"
    xor     edi, edi
    test    ebx, CALLEE_SAVED
    setz    dil
    call    show_agreement
    pop     rbx
    ret

    .section .rodata
text_rcx:
    .asciz  "       rcx"
text_r11:
    .asciz  "       r11"
