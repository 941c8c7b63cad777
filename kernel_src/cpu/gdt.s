# The global descriptor table (SDM Vol. 3A 3.4.5, 3.5.1), with Linux's selectors.
#
#   entry  selector
#     0      -      must be null
#     1     0x08    kernel code, 32 bits    only for the way into long mode
#     2     0x10    kernel code, 64 bits    SYSCALL: CS = STAR[47:32]
#     3     0x18    kernel data             SYSCALL: SS = STAR[47:32] + 8
#     4     0x23    user code, 32 bits      SYSRET to 32 bits: CS = STAR[63:48]
#     5     0x2b    user data               SYSRET: SS = STAR[63:48] + 8
#     6     0x33    user code, 64 bits      SYSRET to 64 bits: CS = STAR[63:48] + 16
#     7      -      unused
#    8, 9   0x40    task-state segment      a system descriptor has 16 bytes
#   10, 11    -     (Linux: the LDT)
#  12 to 14   -     thread-local storage of 32-bit programs: compat/tls.s
#    15     0x7b    CPU number              its limit is node << 12 | cpu
#
# SYSRET takes both user selectors from one MSR field; that is why user data
# lies between the two user code segments.

    .intel_syntax noprefix
    .include "include/percpu.inc"
    .include "include/selectors.inc"

# Descriptors with base 0 (all that 64-bit mode leaves of segmentation).
    .set DESCRIPTOR_CODE64, 0x00af9b000000ffff  # present, DPL 0, code, accessed; L, G
    .set DESCRIPTOR_CODE32, 0x00cf9b000000ffff  # D, G
    .set DESCRIPTOR_DATA, 0x00cf93000000ffff
    .set DESCRIPTOR_DPL3, 3 << 45
    .set DESCRIPTOR_CPU_NODE, 0x0040f50000000000 # read-only data that grows down, DPL 3
    .set LIMIT_HIGH_SHIFT, 48                   # bits 16 to 19 of a limit stand here

    .text
    .global segments_start
# Load the GDT and the task register.
# clobbers: RAX, RCX, RDX
segments_start:
    call tss_start
    mov eax, gs:[PERCPU_NUMBER]                 # its 20 bits go to the limit's two places
    movzx ecx, ax
    shr eax, 16
    shl rax, LIMIT_HIGH_SHIFT
    or rax, rcx
    or [rip + gdt + CPU_NODE_DESCRIPTOR], rax
    sub rsp, 16
    mov word ptr [rsp], GDT_ENTRIES * 8 - 1
    lea rax, [rip + gdt]
    mov [rsp + 2], rax
    lgdt [rsp]
    add rsp, 16
    push KERNEL_CODE                            # CS keeps its old descriptor until a far return
    lea rax, [rip + 1f]
    push rax
    retfq
1:  mov eax, TSS_SELECTOR
    ltr ax
    ret

    .data
    .balign 8
    .global gdt
gdt:
    .quad 0
    .quad DESCRIPTOR_CODE32
    .quad DESCRIPTOR_CODE64
    .quad DESCRIPTOR_DATA
    .quad DESCRIPTOR_CODE32 | DESCRIPTOR_DPL3
    .quad DESCRIPTOR_DATA | DESCRIPTOR_DPL3
    .quad DESCRIPTOR_CODE64 | DESCRIPTOR_DPL3
    .quad 0
    .quad 0, 0                                  # tss_start writes the TSS's
    .quad 0, 0
    .quad 0, 0, 0
    .quad DESCRIPTOR_CPU_NODE
