# hello.s: greet, and show what the program was started with.
    .intel_syntax noprefix
    .include "include/system.inc"
    .include "include/print.inc"

    .set CPL_MASK, 3                    # the ring stands in the low bits of CS (SDM Vol. 3A, 5.5)

    .text
    .global _start
_start:
    mov     rbx, rsp                    # argc, argv, environment

    say     "Hello from ring "
    mov     edi, cs
    and     edi, CPL_MASK
    call    print_decimal
    say_line "!"

    say     "argc = "
    mov     rdi, [rbx]
    call    print_decimal
    call    print_newline

    lea     r12, [rip + argv_name]
    lea     r13, [rbx + POINTER_SIZE]
    call    show_strings

    mov     rdi, rbx
    call    find_environment
    lea     r12, [rip + envp_name]
    mov     r13, rax
    call    show_strings

    xor     edi, edi
    jmp     exit_program

# Show each string of a list as "name[0] = text".
# in: r12 = name, r13 = list of pointers that 0 ends.  out: nothing.
# clobbers: as a C function, and r14 r15.
show_strings:
    xor     r14d, r14d                  # number of the string
1:  mov     r15, [r13 + r14 * 8]
    test    r15, r15
    jz      2f
    mov     rdi, r12
    call    print_string
    say     "["
    mov     edi, r14d
    call    print_decimal
    say     "] = "
    mov     rdi, r15
    call    print_string
    call    print_newline
    inc     r14d
    jmp     1b
2:  ret

    .section .rodata
argv_name:
    .asciz  "argv"
envp_name:
    .asciz  "envp"
