# What this CPU can do (CPUID, SDM Vol. 2A), as a set of bits of our own.

    .intel_syntax noprefix
    .include "include/features.inc"
    .include "include/memory.inc"
    .include "include/registers.inc"

    .set LEAF_FEATURES, 1
    .set LEAF_MORE_FEATURES, 7
    .set LEAF_EXTENDED_MAXIMUM, 0x80000000
    .set LEAF_EXTENDED_FEATURES, 0x80000001
    .set NAMES_SIZE, 128
    .set ROW_SIZE, 32                           # of the table below

# CPUID's registers, in the order in which features_start keeps them.
    .set IN_EBX, 4
    .set IN_ECX, 8
    .set IN_EDX, 12

# A row: where CPUID tells it, our bit for it, its name.
    .macro feature leaf, register, bit, flag, name
    .long \leaf, \register, \bit, \flag
    .asciz "\name"
    .balign 16
    .endm

# Set a bit of CR4 (in RAX) if the CPU (EDX) has the feature: without it that is a #GP.
    .macro use flag, bit
    mov ecx, eax
    or ecx, \bit
    test edx, \flag
    cmovnz eax, ecx
    .endm

    .text
    .global features_start
# Ask CPUID for every row of the table, and use what the kernel wants at once.
# clobbers: RAX, RCX, RDX, RSI, RDI, R8
features_start:
    push rbx
    sub rsp, 16
    lea rsi, [rip + feature_table]
    lea r8, [rip + feature_table_end]
    lea rdi, [rip + feature_names]
.Lrow:
    mov eax, [rsi]                              # the highest leaf of the row's family
    and eax, LEAF_EXTENDED_MAXIMUM
    cpuid
    cmp eax, [rsi]
    jb .Labsent                                 # a leaf beyond it echoes another
    mov eax, [rsi]
    xor ecx, ecx
    cpuid
    mov [rsp + IN_EBX], ebx
    mov [rsp + IN_ECX], ecx
    mov [rsp + IN_EDX], edx
    mov ecx, [rsi + 4]
    mov eax, [rsp + rcx]
    mov ecx, [rsi + 8]
    bt eax, ecx
    jnc .Labsent
    mov eax, [rsi + 12]
    or [rip + cpu_features], eax
    lea rcx, [rsi + 16]
    mov byte ptr [rdi], ' '
1:  inc rdi
    mov al, [rcx]
    inc rcx
    mov [rdi], al
    test al, al
    jnz 1b
.Labsent:
    add rsi, ROW_SIZE
    cmp rsi, r8
    jb .Lrow

    mov eax, LEAF_FEATURES
    cpuid
    mov [rip + hardware_capabilities], edx      # AT_HWCAP
    add rsp, 16
    pop rbx

    test dword ptr [rip + cpu_features], FEATURE_NX
    jz 2f
    mov ecx, MSR_EFER
    rdmsr
    or eax, EFER_NXE
    wrmsr
    movabs rax, PTE_NO_EXECUTE
    or [rip + page_bits_supported], rax
2:  mov edx, [rip + cpu_features]
    mov rax, cr4
    use FEATURE_PGE, CR4_PGE
    use FEATURE_UMIP, CR4_UMIP
    use FEATURE_SMEP, CR4_SMEP
    use FEATURE_SMAP, CR4_SMAP
    mov cr4, rax
    ret

    .section .rodata
    .balign 16
feature_table:
    feature LEAF_FEATURES, IN_EDX, 4, FEATURE_TSC, tsc
    feature LEAF_FEATURES, IN_EDX, 9, FEATURE_APIC, apic
    feature LEAF_FEATURES, IN_EDX, 13, FEATURE_PGE, pge
    feature LEAF_FEATURES, IN_ECX, 30, FEATURE_RDRAND, rdrand
    feature LEAF_MORE_FEATURES, IN_EBX, 0, FEATURE_FSGSBASE, fsgsbase
    feature LEAF_MORE_FEATURES, IN_EBX, 7, FEATURE_SMEP, smep
    feature LEAF_MORE_FEATURES, IN_EBX, 20, FEATURE_SMAP, smap
    feature LEAF_MORE_FEATURES, IN_ECX, 2, FEATURE_UMIP, umip
    feature LEAF_MORE_FEATURES, IN_ECX, 22, FEATURE_RDPID, rdpid
    feature LEAF_EXTENDED_FEATURES, IN_EDX, 11, FEATURE_SYSCALL, syscall
    feature LEAF_EXTENDED_FEATURES, IN_EDX, 20, FEATURE_NX, nx
    feature LEAF_EXTENDED_FEATURES, IN_EDX, 27, FEATURE_RDTSCP, rdtscp
feature_table_end:

    .data
    .balign 8
    .global page_bits_supported
page_bits_supported:                            # PTE_NO_EXECUTE is added where the CPU has it
    .quad ~PTE_NO_EXECUTE

    .bss
    .balign 4
    .global cpu_features, hardware_capabilities, feature_names
cpu_features:
    .skip 4
hardware_capabilities:
    .skip 4
feature_names:                                  # each with a blank before it
    .skip NAMES_SIZE
