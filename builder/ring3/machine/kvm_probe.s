# A guest that does once what every run of ring3 asks of a CPU, to see whether KVM can.
#
# Long mode, STAC under SMAP, IRETQ to ring 3 and SYSCALL back: a KVM that lacks the
# hardware beneath it interprets instructions instead, and does not know all of these.
# All of memory that it needs lies in the first 2 MiB, mapped where it is.

    .intel_syntax noprefix
    .include "include/memory.inc"
    .include "include/ports.inc"
    .include "include/registers.inc"
    .include "include/selectors.inc"
    .include "include/start_info.inc"

    .set CPUID_MORE_FEATURES, 7
    .set CPUID_SMAP_BIT, 20                     # in EBX
    .set STAR_HIGH, USER_CODE32 << 16 | KERNEL_CODE
    .set CODE64, 0x00af9b000000ffff             # present, executable, 64-bit
    .set DATA, 0x00cf93000000ffff               # present, writable
    .set RING3, 3 << 45                         # DPL 3

    .section .note.pvh, "a", @note
    .balign 4
    .long 4, 8, NOTE_PHYS32_ENTRY               # sizes of the name and the address; type
    .asciz "Xen"
    .quad probe_entry

    .text
    .code32
    .global probe_entry
# in:  paging off (the PVH boot contract)
probe_entry:
    cli

    # 1. Long mode, as SDM Vol. 3A 9.8.5 has it.
    mov dword ptr [directory], PTE_TABLE_USER | PTE_LARGE
    mov eax, offset directory + PTE_TABLE_USER
    mov [pointers], eax
    mov eax, offset pointers + PTE_TABLE_USER
    mov [top], eax
    mov eax, CR4_WANTED
    mov cr4, eax
    mov eax, offset top
    mov cr3, eax
    mov ecx, MSR_EFER
    rdmsr
    or eax, EFER_LME | EFER_SCE
    wrmsr
    mov eax, CR0_WANTED
    mov cr0, eax
    lgdt [gdt_register]
    ljmp KERNEL_CODE, offset long_mode

    .code64
long_mode:
    mov eax, KERNEL_DATA
    mov ss, eax
    mov rsp, offset stack_top

    # 2. SMAP, where there is one.
    xor eax, eax
    cpuid
    cmp eax, CPUID_MORE_FEATURES
    jb 1f
    mov eax, CPUID_MORE_FEATURES
    xor ecx, ecx
    cpuid
    bt ebx, CPUID_SMAP_BIT
    jnc 1f
    stac                                        # every page here is a program's page
    mov rax, cr4
    or rax, CR4_SMAP
    mov cr4, rax
1:
    # 3. To ring 3, and back by SYSCALL.
    mov ecx, MSR_STAR
    mov edx, STAR_HIGH
    xor eax, eax
    wrmsr
    mov ecx, MSR_LSTAR
    mov eax, offset back
    xor edx, edx
    wrmsr
    mov ecx, MSR_SFMASK
    xor eax, eax
    wrmsr
    push USER_DATA
    push offset stack_top
    push RFLAGS_FIXED
    push USER_CODE
    push offset program
    iretq
program:
    syscall

    # 4. It lives: the record that a kernel leaves, and the exit port.
back:
    mov rax, cr4
    btr rax, CR4_SMAP_BIT
    mov cr4, rax
    mov esi, offset record
    mov ecx, offset record_end - record
    mov edx, PORT_DEBUG_CONSOLE
    rep outsb
    mov al, EXIT_SUCCESS
    mov edx, PORT_DEBUG_EXIT
    out dx, al
2:  hlt
    jmp 2b

    .section .rodata
record:
    .ascii "ring3: exit status=0\n"
record_end:
gdt_register:
    .word 7 * 8 - 1
    .long gdt

    .data
    .balign 8
gdt:                                            # as in selectors.inc; no 32-bit segments
    .quad 0, 0, CODE64, DATA, 0, DATA | RING3, CODE64 | RING3

    .bss
    .balign PAGE_SIZE
top:
    .skip PAGE_SIZE
pointers:
    .skip PAGE_SIZE
directory:
    .skip PAGE_SIZE
    .skip PAGE_SIZE
stack_top:
