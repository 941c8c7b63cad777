# Stage 1: the master boot record, the first sector of the disk.
#
# The BIOS loads it to 0x7c00 and jumps there in real mode, DL naming the disk.
# All that fits here is to load stage 2, which knows the rest.  Bytes 446 to 509
# are the partition table: BIOSes look at it before they believe in the disk.

    .intel_syntax noprefix
    .include "include/ports.inc"
    .include "boot/disk/disk.inc"

    .set PARTITION_TABLE, 446                   # offsets in the sector
    .set SIGNATURE, 510
    .set PARTITION_ACTIVE, 0x80
    .set PARTITION_TYPE, 0x7f                   # set aside for private use
    .set PARTITION_ENTRIES, 4
    .set PARTITION_ENTRY_SIZE, 16

    .text
    .code16
    .global mbr_start
# Load stage 2 and go there.
# in:  DL = the disk
# out: at STAGE2_ADDRESS; DL as it was, CS DS ES SS = 0, SP = MBR_ADDRESS, DF clear
mbr_start:
    # 1. Known segments: some BIOSes come here as 07c0:0000.
    cli
    xor ax, ax
    mov ds, ax
    mov es, ax
    mov ss, ax
    mov sp, MBR_ADDRESS
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
    mov eax, STAGE2_SECTOR
    mov cx, STAGE2_SECTORS
    mov edx, STAGE2_ADDRESS
    call read_sectors
    mov dl, [drive]
    ljmp 0, STAGE2_ADDRESS

    .include "boot/disk/bios.inc"
no_extensions:
    failure "this BIOS cannot read by sector numbers"

    .org PARTITION_TABLE
    .byte PARTITION_ACTIVE
    .byte 0, 2, 0                               # first: head 0, sector 2, cylinder 0
    .byte PARTITION_TYPE
    .byte 0xfe, 0xff, 0xff                      # last: ask for its number instead
    .long STAGE2_SECTOR
    .long partition_sectors                     # known when the disk is put together
    .skip (PARTITION_ENTRIES - 1) * PARTITION_ENTRY_SIZE
    .org SIGNATURE
    .byte 0x55, 0xaa
