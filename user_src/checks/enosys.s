# enosys.s: a number that names no call gets -ENOSYS (-38) at both doors.  They
# look at 32 bits of rax.
    .intel_syntax noprefix

    .set NUMBER_COLUMN,  12
    .set RESULT_COLUMN,  36

    .text
    .global _start
_start:
    lea     rbx, [rip + numbers]
1:  mov     rax, [rbx]
    syscall
    lea     rdi, [rip + text_syscall]
    mov     rsi, rax
    call    show
    add     rbx, 8
    lea     rax, [rip + numbers_end]
    cmp     rbx, rax
    jb      1b

    lea     r12, [rip + numbers]
2:  mov     rax, [r12]
    xor     ebx, ebx                    # the first argument
    int     0x80
    mov     rbx, r12
    lea     rdi, [rip + text_int80]
    mov     rsi, rax
    call    show
    add     r12, 8
    lea     rax, [rip + numbers_end]
    cmp     r12, rax
    jb      2b
    xor     edi, edi
    jmp     exit_program

# in: rdi = door, rbx = where the number stands, rsi = result.  out: nothing.
# clobbers: as a C function.
show:
    push    rsi
    call    print_string
    mov     edi, NUMBER_COLUMN
    call    print_to_column
    mov     rdi, [rbx]
    call    print_address
    mov     edi, RESULT_COLUMN
    call    print_to_column
    pop     rdi
    call    print_signed
    jmp     print_newline

    .section .rodata
text_syscall:
    .asciz  "SYSCALL"
text_int80:
    .asciz  "INT 0x80"

    .balign 8
numbers:
    .quad   1000                        # above both tables
    .quad   5000
    .quad   0x7fffffff
    .quad   0x80000000
    .quad   -1                          # Linux's own "no call"
    .quad   0xffffffff                  # the same in 32 bits
    .quad   0xdeadbeef00001388          # 5000 below a full upper half
numbers_end:
