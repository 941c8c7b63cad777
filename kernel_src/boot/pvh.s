# The first instruction: from the loader's 32-bit code to 64-bit code at -2 GiB.
#
# Every loader ends here, as the PVH boot contract says (Xen, docs/misc/pvh.pandoc):
#   32-bit protected mode, flat segments, paging off, interrupts off,
#   EBX = physical address of a struct hvm_start_info.
# The way to long mode is SDM Vol. 3A 9.8.5.  The tables made here are for the
# way only: they map the first 4 GiB three times, at 0 (where this code runs), at
# DIRECT_MAP, and 1 GiB of it at KERNEL_BASE.  memory/paging.s makes the true ones.

    .intel_syntax noprefix
    .include "include/memory.inc"
    .include "include/ports.inc"
    .include "include/registers.inc"
    .include "include/selectors.inc"
    .include "include/start_info.inc"

    .set CPUID_EXTENDED_MAXIMUM, 0x80000000
    .set CPUID_EXTENDED_FEATURES, 0x80000001
    .set CPUID_LONG_MODE, 1 << 29               # in EDX
    .set BOOT_DIRECTORIES, 4                    # page directories, 1 GiB each
    .set TABLE_OF_DIRECT_MAP, DIRECT_MAP >> 39 & 511
    .set TABLE_OF_KERNEL, KERNEL_BASE >> 39 & 511
    .set DIRECTORY_OF_KERNEL, KERNEL_BASE >> 30 & 511

# The note by which loaders find the entry.
    .section .note.pvh, "a", @note
    .balign 4
    .long 4, 8, NOTE_PHYS32_ENTRY               # sizes of the name and the address; type
    .asciz "Xen"
    .quad pvh_entry - KERNEL_BASE

    .text
    .code32
    .global pvh_entry
# Enter long mode.
# in:  EBX = hvm_start_info; paging off, so every address here is physical
# out: at kernel_start, RDI = hvm_start_info, RSP = the kernel's stack
pvh_entry:
    cli
    cld

    # 1. Is this what we were promised, and a CPU that we can use?
    mov esi, offset not_pvh - KERNEL_BASE
    cmp dword ptr [ebx], START_INFO_MAGIC
    jne boot_failed
    mov ebp, ebx                                # CPUID writes EBX
    mov esi, offset no_long_mode - KERNEL_BASE
    mov eax, CPUID_EXTENDED_MAXIMUM
    cpuid
    cmp eax, CPUID_EXTENDED_FEATURES
    jb boot_failed
    mov eax, CPUID_EXTENDED_FEATURES
    cpuid
    test edx, CPUID_LONG_MODE
    jz boot_failed

    # 2. The tables: 4 GiB in pages of 2 MiB, reached by three ways.
    mov edi, offset boot_directories - KERNEL_BASE
    mov eax, PTE_PRESENT | PTE_WRITE | PTE_LARGE
    mov ecx, BOOT_DIRECTORIES * TABLE_ENTRIES
1:  mov [edi], eax                              # the upper half of each entry stays 0
    add eax, LARGE_PAGE_SIZE
    add edi, 8
    dec ecx
    jnz 1b

    mov edi, offset boot_table_low - KERNEL_BASE
    mov eax, offset boot_directories - KERNEL_BASE + PTE_TABLE_KERNEL
    mov [edi + DIRECTORY_OF_KERNEL * 8 + PAGE_SIZE], eax
    mov ecx, BOOT_DIRECTORIES
2:  mov [edi], eax
    add eax, PAGE_SIZE
    add edi, 8
    dec ecx
    jnz 2b

    mov edi, offset boot_top - KERNEL_BASE
    mov eax, offset boot_table_low - KERNEL_BASE + PTE_TABLE_KERNEL
    mov [edi], eax
    mov [edi + TABLE_OF_DIRECT_MAP * 8], eax
    add eax, PAGE_SIZE                          # boot_table_high
    mov [edi + TABLE_OF_KERNEL * 8], eax

    # 3. Long mode: PAE, the tables, EFER.LME, and then paging.
    mov eax, CR4_WANTED
    mov cr4, eax
    mov cr3, edi
    mov ecx, MSR_EFER
    rdmsr
    or eax, EFER_LME
    wrmsr
    mov eax, CR0_WANTED                         # caches on: CD and NW are clear
    mov cr0, eax

    # 4. A 64-bit code segment, and up to the addresses that we were linked for.
    lgdt [boot_gdt_register - KERNEL_BASE]
    ljmp KERNEL_CODE, offset long_mode - KERNEL_BASE

# Say what is wrong, on both voices since neither is known yet, and stop.
# in:  ESI = physical address of a text
boot_failed:
    mov edx, PORT_DEBUG_CONSOLE
    lodsb
    test al, al
    jz 3f
    out dx, al
    mov edx, COM1_DATA
    out dx, al
    jmp boot_failed
3:  mov edx, PORT_DEBUG_EXIT
    mov al, EXIT_PANIC
    out dx, al
4:  hlt
    jmp 4b

    .code64
long_mode:
    movabs rax, offset high_half
    jmp rax
high_half:
    xor eax, eax
    mov ds, eax                                 # 64-bit code ignores these four
    mov es, eax
    mov fs, eax
    mov gs, eax
    mov eax, KERNEL_DATA
    mov ss, eax
    mov rsp, offset kernel_stack_top
    mov edi, ebp
    jmp kernel_start

    .section .rodata
boot_gdt_register:
    .word GDT_ENTRIES * 8 - 1
    .long gdt - KERNEL_BASE
not_pvh:
    .asciz "ring3: panic: not started as the PVH boot contract says\n"
no_long_mode:
    .asciz "ring3: panic: this CPU has no 64-bit mode\n"

    .bss
    .balign PAGE_SIZE
boot_top:                                       # PML4
    .skip PAGE_SIZE
boot_table_low:                                 # page-directory pointers of 0 and DIRECT_MAP
    .skip PAGE_SIZE
boot_table_high:                                # and of KERNEL_BASE; must follow the other
    .skip PAGE_SIZE
boot_directories:
    .skip BOOT_DIRECTORIES * PAGE_SIZE
