# survived.s: where a program goes that lived through what should have killed it.
    .intel_syntax noprefix
    .include "include/print.inc"

    .set STATUS_SURVIVED, 1

    .text

# in: nothing.  Does not return.
    .global survived
survived:
    say_line "This line must not appear: the program should be dead."
    mov     edi, STATUS_SURVIVED
    jmp     exit_program
