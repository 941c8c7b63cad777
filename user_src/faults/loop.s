# loop.s: a program that never ends.
    .intel_syntax noprefix
    .include "include/print.inc"

    .text
    .global _start
_start:
    say_line "Round and round."
    call    print_flush
1:  jmp     1b
