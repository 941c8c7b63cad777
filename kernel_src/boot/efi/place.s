# Memory below 4 GiB, and what belongs there: AllocatePages (UEFI 2.10, 7.2.1).
#
# The kernel is linked for a place of its own; the firmware either gives us just that or
# keeps it.  The initrd may lie wherever the kernel's first page tables reach.

    .intel_syntax noprefix
    .include "include/memory.inc"
    .include "boot/loader/load_table.inc"
    .include "boot/efi/efi.inc"
    .include "boot/loader/failure.inc"

    .text
    .global loads_place
# Bring everything in the load table to where it belongs; fails if that is taken, or if
# what is to be brought is damaged.
# out: [initrd_address], [initrd_size]
# clobbers: RAX, RCX, RDX, RSI, RDI, R8 to R11, RBX, RBP
loads_place:
    sub rsp, FIRMWARE_FRAME
    lea rbx, [rip + load_table_start]
1:  mov r8d, ALLOCATE_ADDRESS
    mov edx, EFI_LOADER_DATA
    mov ecx, [rbx + LOAD_MEMORY_SIZE]
    mov eax, [rbx + LOAD_ADDRESS]
    lea rsi, [rip + kernel_has_no_place]
    test eax, eax
    jnz 2f
    mov r8d, ALLOCATE_MAX_ADDRESS
    mov eax, BELOW_4_GIB
    lea rsi, [rip + initrd_has_no_place]
2:  call memory_allocate

    mov [rip + initrd_address], rax             # the last one stays
    mov rdi, rax
    mov r8d, [rbx + LOAD_PLACE]
    lea rsi, [rip + image_base]
    add r8, rsi
    mov rsi, r8
    mov ecx, [rbx + LOAD_PACKED_SIZE]
    call checksum
    lea rsi, [rip + damaged]
    cmp eax, [rbx + LOAD_CHECKSUM]
    jne fail
    mov rsi, r8
    mov ebp, edi
    add ebp, [rbx + LOAD_SIZE]
    call unpack
    mov ecx, [rbx + LOAD_MEMORY_SIZE]
    sub ecx, [rbx + LOAD_SIZE]
    xor eax, eax
    rep stosb

    mov eax, [rbx + LOAD_MEMORY_SIZE]
    mov [rip + initrd_size], rax
    add rbx, LOAD_ROW_SIZE
    lea rax, [rip + load_table_end]
    cmp rbx, rax
    jb 1b
    add rsp, FIRMWARE_FRAME
    ret

    .global memory_allocate
# Whole pages of memory; fails if the firmware has none.
# in:  R8 = ALLOCATE_*, RAX = address for that, RDX = type of memory, RCX = bytes,
#      RSI = what to say if there is none
# out: RAX = address
# clobbers: RCX, RDX, R8 to R11
memory_allocate:
    sub rsp, FIRMWARE_FRAME
    mov [rip + address], rax
    lea r9, [rip + address]
    xchg rcx, r8                                # how; bytes
    shr r8, PAGE_SHIFT
    inc r8                                      # pages, never 0
    mov rax, [rip + boot_services]
    call [rax + BOOT_ALLOCATE_PAGES]
    test rax, rax
    jnz fail
    mov rax, [rip + address]
    add rsp, FIRMWARE_FRAME
    ret

    .include "boot/loader/unpack.inc"

    .section .rodata
kernel_has_no_place:
    failure "the firmware keeps the memory at 1 MiB, where the kernel belongs"
initrd_has_no_place:
    failure "the kernel's programs do not fit into this machine's memory"
damaged:
    failure "the image is damaged, a checksum is wrong: copy it again"

    .bss
    .balign 8
    .global initrd_address, initrd_size
initrd_address:
    .skip 8
initrd_size:
    .skip 8
address:
    .skip 8
