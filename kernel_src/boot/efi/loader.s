# The EFI loader: from a UEFI application to the kernel's PVH entry.
#
# This file is the table of contents.  The kernel's segments, the initrd and the
# command line are sections of the same PE file as this code, as in what Linux calls a
# unified kernel image: when we are called, the firmware has read all of it already
# (and has verified all of it, where Secure Boot is on), so no file is opened here.
# The code may lie anywhere: it knows no address but relative to itself.
#
# Linked with, when the image is put together:
#   load_table_start, _end      what to bring where; the last row is the initrd's
#   command_line_start          the kernel's command line
#   kernel_entry_start          4 bytes: the PVH entry's physical address
#   image_base                  where offsets in the image count from

    .intel_syntax noprefix
    .include "boot/efi/efi.inc"

    .text
    .global efi_entry
# The application's entry point (UEFI 2.10, 4.1).
# in:  RCX = our handle, RDX = the system table; 64-bit mode, memory mapped as it is
# out: only when there is no way to boot: RAX = EFI_LOAD_ERROR
efi_entry:
    push rbx                                    # the firmware's, for when we come back
    push rbp
    push rsi
    push rdi
    push r12
    push r13
    push r14
    push r15
    mov [rip + firmware_stack], rsp
    sub rsp, FIRMWARE_FRAME
    cld

    # 1. Whom to ask.
    mov [rip + image_handle], rcx
    mov [rip + system_table], rdx
    mov rax, [rdx + SYSTEM_CONSOLE_OUT]
    mov [rip + console], rax
    mov rax, [rdx + SYSTEM_BOOT_SERVICES]
    mov [rip + boot_services], rax

    # 2. While there is a firmware: memory, and what it alone knows.
    call loads_place                            # kernel and initrd to where they belong
    call handover_prepare                       # what the kernel is to be told
    call acpi_find
    call boot_services_end                      # the memory map; from here on we are alone

    # 3. Without it: tell the kernel what memory there is, and go there.
    call memory_map_sort
    call memory_map_convert
    call serial_hand_over
    jmp handover

    .global efi_leave
# Back to the firmware, which may have other things to boot.
efi_leave:
    mov rsp, [rip + firmware_stack]
    pop r15
    pop r14
    pop r13
    pop r12
    pop rdi
    pop rsi
    pop rbp
    pop rbx
    movabs rax, EFI_LOAD_ERROR
    ret

    .bss
    .balign 8
    .global image_handle, system_table, boot_services, console
image_handle:
    .skip 8
system_table:
    .skip 8
boot_services:
    .skip 8
console:                                        # 0 when it may not be used any more
    .skip 8
firmware_stack:
    .skip 8
