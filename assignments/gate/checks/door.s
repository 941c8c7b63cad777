# A program that stands before INT 0x80 for as long as it is asked to.
#
# The judge sets the registers, and RIP back to the door, from outside.

    .intel_syntax noprefix
    .text
    .global _start, door, behind
_start:
    mov byte ptr [rip + buffer], 0              # its page is there from here on
door:
    int 0x80
behind:
    jmp door

    .bss
    .balign 4096
    .global buffer
buffer:
    .skip 4096
