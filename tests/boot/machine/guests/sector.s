# A boot sector: says that it was booted from a disk, and ends well.

    .intel_syntax noprefix
    .code16
    .text
    .global _start

    .set DEBUGCON, 0xe9
    .set DEBUG_EXIT, 0xf4
    .set SECTOR_SIZE, 512

_start:
    xor ax, ax
    mov ds, ax
    mov si, offset record
1:  lodsb
    test al, al
    jz 2f
    out DEBUGCON, al
    jmp 1b
2:  mov al, 0x10
    out DEBUG_EXIT, al
3:  jmp 3b

record:
    .asciz "ring3: booted from a disk\nring3: exit status=0\n"

    .org SECTOR_SIZE - 2
    .byte 0x55, 0xaa
