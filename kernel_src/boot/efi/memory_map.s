# The firmware's memory map, and the end of its services.
#
# The map is the firmware's word on what is whose at the moment when it lets go: it gives a
# key with it, and ExitBootServices refuses a key that is not the newest, since a timer or
# a driver may have allocated something in between (UEFI 2.10, 7.4.6).  Then the
# map is asked for again; nothing else may be asked for after the first try.

    .intel_syntax noprefix
    .include "include/memory.inc"
    .include "include/start_info.inc"
    .include "boot/efi/efi.inc"
    .include "boot/loader/failure.inc"

    .set MEMORY_MAP_ROOM, 0x10000               # of the firmware's; real machines need a fifth
    .set PATIENCE, 16                           # tries

    .text
    .global boot_services_end
# Get the memory map and end the firmware's boot services.
# out: [descriptors], [descriptors_size], [descriptor_size]
# clobbers: RAX, RCX, RDX, RSI, R8 to R11, RBX
boot_services_end:
    sub rsp, FIRMWARE_FRAME
    mov ebx, PATIENCE

    # 1. The map.
1:  mov qword ptr [rip + descriptors_size], MEMORY_MAP_ROOM
    lea rcx, [rip + descriptors_size]
    lea rdx, [rip + descriptors]
    lea r8, [rip + key]
    lea r9, [rip + descriptor_size]
    lea rax, [rip + descriptor_version]
    mov [rsp + FIFTH_ARGUMENT], rax
    mov rax, [rip + boot_services]
    call [rax + BOOT_GET_MEMORY_MAP]
    lea rsi, [rip + no_memory_map]
    test rax, rax
    jnz fail

    # 2. The end, unless the map has changed meanwhile.
    mov rcx, [rip + image_handle]
    mov rdx, [rip + key]
    mov rax, [rip + boot_services]
    call [rax + BOOT_EXIT]
    mov qword ptr [rip + console], 0            # gone, even after a try that failed
    test rax, rax
    jz 2f
    dec ebx
    jnz 1b
    lea rsi, [rip + not_let_go]
    jmp fail
2:  cli                                         # its interrupts have nobody to serve them
    add rsp, FIRMWARE_FRAME
    ret

    .global memory_map_sort
# Sort the map by address, which the firmware need not have done: each row moves
# down, past those that begin above it.
# clobbers: RAX, RCX, RDX, RSI, RDI, R8, R9, R10
memory_map_sort:
    mov r8, [rip + descriptor_size]
    lea r9, [rip + descriptors]
    mov r10, r9
    add r10, [rip + descriptors_size]
    lea rsi, [r9 + r8]                          # the next one to find its place
1:  cmp rsi, r10
    jae 4f
    mov rdi, rsi
2:  cmp rdi, r9
    je 3f
    mov rdx, rdi
    sub rdx, r8                                 # the row below
    mov rax, [rdi + DESCRIPTOR_START]
    cmp rax, [rdx + DESCRIPTOR_START]
    jae 3f
    call descriptors_exchange
    mov rdi, rdx
    jmp 2b
3:  add rsi, r8
    jmp 1b
4:  ret

# Exchange two rows.
# in:  RDI, RDX = rows, R8 = their size, a multiple of 8
# clobbers: RAX, RCX
descriptors_exchange:
    mov rcx, r8
1:  mov rax, [rdi + rcx - 8]
    xchg rax, [rdx + rcx - 8]
    mov [rdi + rcx - 8], rax
    sub rcx, 8
    jnz 1b
    ret

    .global memory_map_convert
# Write the map as the kernel wants it; rows of one kind that touch become one.
#
# Rows that the kernel has no room for are left out: what is not listed is not used.
# clobbers: RAX, RCX, RDX, RSI, RDI, R8, R9, R10
memory_map_convert:
    lea rsi, [rip + descriptors]
    mov r10, rsi
    add r10, [rip + descriptors_size]
    mov r9, [rip + start_info_address]
    mov rdi, [r9 + START_INFO_MEMORY_MAP]
1:  cmp rsi, r10
    jae 5f

    # 1. What the kernel calls it (ACPI 6.5, 15.4): from the table, or reserved.
    mov eax, [rsi + DESCRIPTOR_TYPE]
    mov ecx, MEMORY_TYPE_RESERVED
    cmp eax, offset kernel_types_end - kernel_types
    jae 2f
    lea rcx, [rip + kernel_types]
    movzx ecx, byte ptr [rcx + rax]
2:  mov rax, [rsi + DESCRIPTOR_START]
    mov rdx, [rsi + DESCRIPTOR_PAGES]
    shl rdx, PAGE_SHIFT

    # 2. Does it continue the row before?
    cmp dword ptr [r9 + START_INFO_MEMORY_COUNT], 0
    je 3f
    cmp ecx, [rdi - MEMORY_ENTRY_SIZE + MEMORY_TYPE]
    jne 3f
    mov r8, [rdi - MEMORY_ENTRY_SIZE + MEMORY_START]
    add r8, [rdi - MEMORY_ENTRY_SIZE + MEMORY_LENGTH]
    cmp r8, rax
    jne 3f
    add [rdi - MEMORY_ENTRY_SIZE + MEMORY_LENGTH], rdx
    jmp 4f

    # 3. A row of its own.
3:  cmp dword ptr [r9 + START_INFO_MEMORY_COUNT], MEMORY_ENTRIES_MAX
    je 5f
    mov [rdi + MEMORY_START], rax
    mov [rdi + MEMORY_LENGTH], rdx
    mov [rdi + MEMORY_TYPE], ecx
    add rdi, MEMORY_ENTRY_SIZE
    inc dword ptr [r9 + START_INFO_MEMORY_COUNT]
4:  add rsi, [rip + descriptor_size]
    jmp 1b
5:  ret

    .section .rodata
# For each of UEFI's types of memory the kernel's.  What the loader and the boot services
# had is free from now on; what the runtime services have is not.
kernel_types:
    .byte MEMORY_TYPE_RESERVED                  # EfiReservedMemoryType
    .byte MEMORY_TYPE_RAM, MEMORY_TYPE_RAM      # EfiLoaderCode, EfiLoaderData
    .byte MEMORY_TYPE_RAM, MEMORY_TYPE_RAM      # EfiBootServicesCode, EfiBootServicesData
    .byte MEMORY_TYPE_RESERVED                  # EfiRuntimeServicesCode
    .byte MEMORY_TYPE_RESERVED                  # EfiRuntimeServicesData
    .byte MEMORY_TYPE_RAM                       # EfiConventionalMemory
    .byte MEMORY_TYPE_UNUSABLE                  # EfiUnusableMemory
    .byte MEMORY_TYPE_ACPI                      # EfiACPIReclaimMemory
    .byte MEMORY_TYPE_NVS                       # EfiACPIMemoryNVS
kernel_types_end:
no_memory_map:
    failure "the firmware does not give its memory map"
not_let_go:
    failure "the firmware does not end its boot services"

    .bss
    .balign 8
descriptors:
    .skip MEMORY_MAP_ROOM
descriptors_size:                               # bytes of them
    .skip 8
descriptor_size:
    .skip 8
key:
    .skip 8
descriptor_version:
    .skip 8
