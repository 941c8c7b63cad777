# Stage 1: the first sector of what the BIOS starts from.
#
# The BIOS loads it to 0x7c00 and jumps there in real mode, DL naming the drive: a disk,
# of which this is the master boot record, or a CD, of which it is the boot image that
# El Torito's catalog names.  All that fits here is to load stage 2, which knows the rest.
# The builder writes the partition table of a disk into the bytes from 446 on.
#
# Linked with, when the image is put together:
#   stage2_sector, _count       where stage 2 lies, in the drive's own sectors

    .intel_syntax noprefix
    .include "include/ports.inc"
    .include "boot/disk/disk.inc"

    .set PARTITION_TABLE, 446                   # offsets in the sector
    .set SIGNATURE, 510

    .text
    .code16
    .global stage1_start
# Load stage 2 and go there.
# in:  DL = the drive
# out: at STAGE2_ADDRESS; DL as it was, CS DS ES SS = 0, SP = STACK_END, DF clear
stage1_start:
    # 1. Known segments: some BIOSes come here as 07c0:0000.
    cli
    xor ax, ax
    mov ds, ax
    mov es, ax
    mov ss, ax
    mov sp, STACK_END
    ljmp 0, offset 1f
1:  sti
    cld
    mov [drive], dl

    # 2. Can this BIOS read by sector numbers?
    mov ah, DISK_EXTENSIONS
    mov bx, EXTENSIONS_QUESTION
    int BIOS_DISK
    mov si, offset no_extensions
    jc fail
    cmp bx, EXTENSIONS_ANSWER
    jne fail
    test cl, EXTENSIONS_LBA
    jz fail

    # 3. Stage 2, all of it.
    mov eax, offset stage2_sector
    mov cx, offset stage2_count
    mov edx, STAGE2_ADDRESS
    call read_sectors
    mov dl, [drive]
    ljmp 0, STAGE2_ADDRESS

    .include "boot/disk/bios.inc"
no_extensions:
    failure "this BIOS cannot read by sector numbers"

    .org PARTITION_TABLE
    .org SIGNATURE
    .byte 0x55, 0xaa
