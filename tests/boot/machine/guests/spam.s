# Never stops talking.

    .include "guest.inc"

_start:
    send line, line_end
    jmp _start

    .section .rodata
line:
    .ascii "all work and no play makes a dull guest\r\n"
line_end:
