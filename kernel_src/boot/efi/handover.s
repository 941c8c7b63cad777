# The handover: what the kernel is told, and the way out of 64-bit mode.
#
#   64-bit code, anywhere ──lretq──> 32-bit code below 4 GiB ──paging off──> pvh_entry
#
# Code that switches paging off must lie below 4 GiB, and so must all that the kernel
# is told about, since it starts with 32-bit addresses.  The loader itself may lie
# above: so everything between handover_start and handover_end is a model, which is
# copied to one block of memory below 4 GiB and filled in there.

    .intel_syntax noprefix
    .include "include/memory.inc"
    .include "include/registers.inc"
    .include "include/start_info.inc"
    .include "boot/efi/efi.inc"
    .include "boot/loader/failure.inc"

# Selectors in the block's GDT.
    .set FLAT_CODE, 0x08
    .set FLAT_DATA, 0x10

    .text
    .global handover_prepare
# Make the block; only the RSDP and the memory map are missing in it then.
# out: [start_info_address]
# clobbers: RAX, RCX, RDX, RSI, RDI, R8 to R11
handover_prepare:
    # 1. A block that may be executed, and the model in it.
    sub rsp, FIRMWARE_FRAME
    mov r8d, ALLOCATE_MAX_ADDRESS
    mov eax, BELOW_4_GIB
    mov edx, EFI_LOADER_CODE
    mov ecx, offset handover_end - handover_start
    lea rsi, [rip + no_low_memory]
    call memory_allocate
    mov [rip + block], rax
    mov rdi, rax
    lea rsi, [rip + handover_start]
    mov ecx, offset handover_end - handover_start
    rep movsb

    # 2. The command line in it; the builder has refused one that is too long.
    lea rdi, [rax + command_line - handover_start]
    lea rsi, [rip + command_line_start]
1:  mov cl, [rsi]
    mov [rdi], cl
    inc rsi
    inc rdi
    test cl, cl
    jnz 1b

    # 3. Addresses, now that they are known.
    lea rcx, [rax + gdt - handover_start]
    mov [rax + gdt_address - handover_start], rcx
    lea rcx, [rax + command_line - handover_start]
    mov [rax + start_info - handover_start + START_INFO_COMMAND_LINE], rcx
    lea rcx, [rax + memory_map - handover_start]
    mov [rax + start_info - handover_start + START_INFO_MEMORY_MAP], rcx
    lea rcx, [rax + module - handover_start]
    mov [rax + start_info - handover_start + START_INFO_MODULES], rcx
    lea rcx, [rax + loader_name - handover_start]
    mov [rax + module - handover_start + MODULE_COMMAND_LINE], rcx
    mov rcx, [rip + initrd_address]
    mov [rax + module - handover_start + MODULE_ADDRESS], rcx
    mov rcx, [rip + initrd_size]
    mov [rax + module - handover_start + MODULE_LENGTH], rcx
    lea rcx, [rax + start_info - handover_start]
    mov [rip + start_info_address], rcx
    add rsp, FIRMWARE_FRAME
    ret

    .global handover
# Leave 64-bit mode and enter the kernel.  Interrupts are off, the firmware is gone.
handover:
    mov rax, [rip + block]
    mov rbx, [rip + start_info_address]
    mov esi, [rip + kernel_entry_start]
    lgdt [rax + gdt_register - handover_start]
    push FLAT_CODE
    add rax, offset leave_long_mode - handover_start
    push rax
    retfq                                       # the only far jump to an address in memory

    .balign 8
handover_start:
    .code32
# The steps of SDM Vol. 3A 10.8.5.4, and the state that PVH wants: CR4 is 0, of CR0 only PE.
# in:  EBX = hvm_start_info, ESI = the kernel's entry; compatibility mode
leave_long_mode:
    # 1. Flat segments, also behind the selectors that the firmware left.
    mov eax, FLAT_DATA
    mov ds, eax
    mov es, eax
    mov fs, eax
    mov gs, eax
    mov ss, eax

    # 2. What may not be on without paging; PAE and five-level tables may not go before it.
    mov eax, cr4
    and eax, CR4_PAE | CR4_LA57
    mov cr4, eax

    # 3. Paging off, which ends long mode, and then its enable bit.
    mov eax, CR0_PE
    mov cr0, eax
    mov ecx, MSR_EFER
    rdmsr
    and eax, ~EFER_LME
    wrmsr
    xor eax, eax
    mov cr4, eax

    # 4. The kernel.
    jmp esi
    .code64

    .balign 8
gdt:
    .quad 0
    .quad 0x00cf9b000000ffff                    # FLAT_CODE: base 0, 4 GiB, 32-bit code
    .quad 0x00cf93000000ffff                    # FLAT_DATA
gdt_end:
gdt_register:
    .word gdt_end - gdt - 1
gdt_address:
    .quad 0

# The structures of the PVH boot contract, as include/start_info.inc describes them.
    .balign 8
start_info:
    .long START_INFO_MAGIC
    .long 1                                     # version: has a memory map
    .long 0                                     # flags
    .long 1                                     # modules
    .quad 0                                     # their list
    .quad 0                                     # command line
    .quad 0                                     # RSDP
    .quad 0                                     # memory map
    .long 0                                     # rows of it
    .long 0
module:
    .quad 0                                     # the initrd: address, size
    .quad 0
    .quad 0                                     # the loader's name
    .quad 0
memory_map:
    .skip MEMORY_ENTRIES_MAX * MEMORY_ENTRY_SIZE
command_line:
    .skip COMMAND_LINE_MAX
loader_name:
    .asciz "the EFI loader"
handover_end:

    .section .rodata
no_low_memory:
    failure "there is no free memory below 4 GiB"

    .bss
    .balign 8
    .global start_info_address
start_info_address:                             # in the block
    .skip 8
block:
    .skip 8
