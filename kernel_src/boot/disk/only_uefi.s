# What a BIOS runs of a volume that is for UEFI alone: it says so, and stops.
#
# Lies in the volume's boot sector, behind the description of the file system.

    .intel_syntax noprefix
    .include "include/ports.inc"
    .include "boot/disk/disk.inc"

    .text
    .code16
    .global only_uefi_start
# in:  DL = the drive; the boot sector is at STAGE1_ADDRESS
only_uefi_start:
    cli
    xor ax, ax
    mov ds, ax
    mov ss, ax
    mov sp, STACK_END
    ljmp 0, offset 1f
1:  sti
    cld
    mov si, offset only_uefi
    jmp fail

    .include "boot/disk/bios.inc"
only_uefi:
    failure "this image starts by UEFI; --format disk or iso starts by a BIOS"
