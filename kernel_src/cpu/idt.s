# The interrupt descriptor table (SDM Vol. 3A 6.14.1).
#
# The gates of exceptions and interrupts; include/gate.inc draws one, and the door for
# programs, gate 0x80, is in entry/int80.s.  The DPL says who may come by an INT
# instruction: 3 opens a gate to programs.

    .intel_syntax noprefix
    .include "include/gate.inc"
    .include "include/selectors.inc"
    .include "include/vectors.inc"

    .set ROW_SIZE, 16

# A row of the table below.
    .macro gate vector, handler, dpl=0, ist=0
    .quad \handler
    .byte \vector, \dpl, \ist, 0, 0, 0, 0, 0
    .endm

    .text
    .global idt_start
# Build the table from the rows below and load it.
# clobbers: RAX, RCX, RDX, RSI, RDI
idt_start:
    lea rsi, [rip + gates]
    lea rdi, [rip + gates_end]
1:  movzx eax, byte ptr [rsi + 8]               # vector
    shl eax, 4                                  # GATE_SIZE
    lea rcx, [rip + idt]
    add rcx, rax
    mov rdx, [rsi]                              # handler
    mov [rcx], dx
    mov word ptr [rcx + GATE_SELECTOR], KERNEL_CODE
    mov al, [rsi + 10]
    mov [rcx + GATE_IST], al
    mov al, [rsi + 9]
    shl al, GATE_DPL_SHIFT
    or al, GATE_INTERRUPT
    mov [rcx + GATE_KIND], al
    shr rdx, 16
    mov [rcx + GATE_HANDLER_MIDDLE], dx
    shr rdx, 16
    mov [rcx + GATE_HANDLER_HIGH], edx
    add rsi, ROW_SIZE
    cmp rsi, rdi
    jb 1b

    sub rsp, 16
    mov word ptr [rsp], VECTORS * GATE_SIZE - 1
    lea rax, [rip + idt]
    mov [rsp + 2], rax
    lidt [rsp]
    add rsp, 16
    ret

    .section .rodata
    .balign 8
gates:
    gate 0, exception_divide_error
    gate VECTOR_DEBUG, exception_debug, 0, IST_DEBUG
    gate VECTOR_NMI, exception_nmi, 0, IST_NMI
    gate VECTOR_BREAKPOINT, exception_breakpoint, 3 # INT3
    gate VECTOR_OVERFLOW, exception_overflow, 3 # INTO, of 32-bit code
    gate 5, exception_bound_range
    gate VECTOR_INVALID_OPCODE, exception_invalid_opcode
    gate 7, exception_device_not_available
    gate VECTOR_DOUBLE_FAULT, exception_double_fault, 0, IST_DOUBLE_FAULT
    gate 9, exception_coprocessor_overrun
    gate 10, exception_invalid_tss
    gate 11, exception_segment_not_present
    gate 12, exception_stack_segment
    gate VECTOR_GENERAL_PROTECTION, exception_general_protection
    gate VECTOR_PAGE_FAULT, exception_page_fault
    gate 16, exception_x87
    gate 17, exception_alignment_check
    gate VECTOR_MACHINE_CHECK, exception_machine_check, 0, IST_MACHINE_CHECK
    gate 19, exception_simd
    gate 20, exception_virtualization
    gate 21, exception_control_protection
    gate 28, exception_hypervisor
    gate 29, exception_vmm_communication
    gate 30, exception_security
    .irp vector, 15, 22, 23, 24, 25, 26, 27, 31
    gate \vector, exception_reserved_\vector
    .endr
    .irp irq, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
    gate VECTOR_IRQ+\irq, interrupt_\irq
    .endr
    gate VECTOR_SPURIOUS, interrupt_spurious
gates_end:

    .bss
    .balign 16
    .global idt
idt:
    .skip VECTORS * GATE_SIZE
