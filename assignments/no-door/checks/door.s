# A program that stands before a call, of whatever the judge puts into R15.

    .intel_syntax noprefix
    .text
    .global _start, door, behind
_start:
    mov byte ptr [rip + buffer], 0              # its pages are there from here on
    mov byte ptr [rip + buffer + 4096], 0
    mov byte ptr [rip + buffer + 8192], 0
    mov byte ptr [rip + buffer + 12288], 0
door:
    call r15
behind:
    jmp door

    .bss
    .balign 4096
    .global buffer
buffer:
    .skip 16384
