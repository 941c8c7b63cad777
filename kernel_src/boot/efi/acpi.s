# Where ACPI's tables begin: the RSDP, which the firmware lists among its tables.
#
# On a PC with a BIOS a kernel may search the first MiB for it; with UEFI it lies anywhere,
# and whoever starts the kernel must say where (UEFI 2.10, 4.6; ACPI 6.5, 5.2.5.2).

    .intel_syntax noprefix
    .include "include/start_info.inc"
    .include "boot/efi/efi.inc"

    .text
    .global acpi_find
# Note the RSDP for the kernel: ACPI 2.0's if there is one, else that of 1.0, else 0.
# clobbers: RAX, RCX, RDX, RSI, RDI
acpi_find:
    lea rsi, [rip + acpi_20_guid]
    call table_find
    test rax, rax
    jnz 1f
    lea rsi, [rip + acpi_10_guid]
    call table_find
1:  mov rdi, [rip + start_info_address]
    mov [rdi + START_INFO_RSDP], rax
    ret

# The firmware's table of some kind.
# in:  RSI = GUID
# out: RAX = its address, 0 when there is none
# clobbers: RCX, RDX, RDI
table_find:
    mov rax, [rip + system_table]
    mov rcx, [rax + SYSTEM_TABLE_COUNT]
    mov rdi, [rax + SYSTEM_TABLES]
1:  xor eax, eax
    test rcx, rcx
    jz 2f
    mov rax, [rsi]
    mov rdx, [rsi + 8]
    xor rax, [rdi + TABLE_GUID]
    xor rdx, [rdi + TABLE_GUID + 8]
    or rdx, rax
    mov rax, [rdi + TABLE_ADDRESS]
    jz 2f
    add rdi, TABLE_SIZE
    dec rcx
    jmp 1b
2:  ret

    .section .rodata
    .balign 8
acpi_20_guid:                                   # 8868e871-e4f1-11d3-bc22-0080c73c8881
    .long 0x8868e871
    .word 0xe4f1, 0x11d3
    .byte 0xbc, 0x22, 0x00, 0x80, 0xc7, 0x3c, 0x88, 0x81
acpi_10_guid:                                   # eb9d2d30-2d88-11d3-9a16-0090273fc14d
    .long 0xeb9d2d30
    .word 0x2d88, 0x11d3
    .byte 0x9a, 0x16, 0x00, 0x90, 0x27, 0x3f, 0xc1, 0x4d
