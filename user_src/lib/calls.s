# calls.s: makes the system calls of a table, one row after the other, and prints what
# each returns in a way that is the same wherever the kernel puts things.
    .intel_syntax noprefix
    .include "include/call.inc"
    .include "include/errno.inc"
    .include "include/print.inc"

    .set RESULT_COLUMN,  44
    .set ERRORS,         -4095              # results from here on are error numbers
    .set SMALL,          1 << 16            # below it are counts, above it addresses
    .set ARENA_MASK,     ARENA - 1

    .text

# in: rdi = rows, rsi = their end, rdx = arena, rcx = its size, r8 = routine to call at the end of
# each line, or 0.  out: nothing.  clobbers: as a C function.
    .global make_calls
make_calls:
    push    rbx
    push    rbp
    push    r12
    push    r13
    push    r14
    push    r15
    mov     rbx, rdi
    mov     r12, rsi
    mov     r13, rdx
    mov     r14, rcx
    mov     r15, r8
1:  mov     rdi, [rbx + ROW_TEXT]
    call    print_string
    mov     edi, RESULT_COLUMN
    call    print_to_column
    call    make_call
    mov     rdi, rax
    call    print_result
    test    r15, r15
    jz      2f
    call    r15
2:  call    print_newline
    add     rbx, ROW_SIZE
    cmp     rbx, r12
    jb      1b
    pop     r15
    pop     r14
    pop     r13
    pop     r12
    pop     rbp
    pop     rbx
    ret

# in: rbx = row, r13 = arena.  out: rax = result.  clobbers: as a C function.
make_call:
    lea     rsi, [rip + arguments]
    xor     ecx, ecx
1:  mov     rax, [rbx + rcx * 8 + ROW_ARGUMENTS]
    mov     rdx, rax
    shr     rdx, 56
    cmp     edx, 1
    jne     2f
    mov     rdx, ARENA_MASK
    and     rax, rdx
    add     rax, r13
2:  mov     [rsi + rcx * 8], rax
    inc     ecx
    cmp     ecx, 6
    jb      1b
    mov     rax, [rbx + ROW_NUMBER]
    btr     rax, 31
    jc      3f
    mov     rdi, [rsi]
    mov     rdx, [rsi + 16]
    mov     r10, [rsi + 24]
    mov     r8, [rsi + 32]
    mov     r9, [rsi + 40]
    mov     rsi, [rsi + 8]
    syscall
    ret
3:  push    rbx
    push    rbp
    mov     ebx, [rsi]
    mov     ecx, [rsi + 8]
    mov     edx, [rsi + 16]
    mov     edi, [rsi + 32]
    mov     ebp, [rsi + 40]
    mov     esi, [rsi + 24]
    int     0x80
    pop     rbp
    pop     rbx
    ret

# in: rdi = result, r13 = arena, r14 = its size.  out: nothing.  clobbers: as a C function.
print_result:
    cmp     rdi, ERRORS
    jae     print_signed
    cmp     rdi, SMALL
    jb      print_decimal
    mov     rax, rdi
    sub     rax, r13
    cmp     rax, r14
    jae     1f
    push    rax
    say     "arena + "
    pop     rdi
    jmp     print_hexadecimal
1:  shr     rdi, 32
    jz      2f
    say     "elsewhere"
    ret
2:  say     "elsewhere, below 4 GiB"
    ret

    .bss
    .balign 8
arguments:
    .zero   6 * 8
