# Interrupts of devices: IRQ 0 to 15 of the two PICs (8259A), and the local APIC's
# spurious one.  They share the way of the exceptions; the frame is the same.

    .intel_syntax noprefix
    .include "include/frame.inc"
    .include "include/ports.inc"
    .include "include/vectors.inc"

    .set IRQ_SPURIOUS, 7                        # the first PIC's "no interrupt after all"
    .set IRQS_A_PIC, 8

    .macro interrupt irq
    .global interrupt_\irq
interrupt_\irq:
    push 0                                      # no error code
    push VECTOR_IRQ + \irq
    jmp exception_entry
    .endm

    .text
    .irp irq, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
    interrupt \irq
    .endr

    .global interrupt_spurious
# The local APIC changed its mind; it wants no end of interrupt (SDM Vol. 3A 10.9).
interrupt_spurious:
    iretq

    .global interrupt_handle
# Serve a device and tell the PIC.
# in:  RDI = trap frame
# clobbers: all that a call may
interrupt_handle:
    push rbx
    mov ebx, [rdi + FRAME_VECTOR]
    sub ebx, VECTOR_IRQ
    cmp ebx, IRQ_SPURIOUS
    je .Lperhaps_spurious
    cmp ebx, IRQ_TIMER
    je .Ltimer
    cmp ebx, IRQ_SERIAL
    jne .Lend
    call terminal_interrupt
    jmp .Lend
.Ltimer:
    call clock_update
.Lend:
    mov al, PIC_END_OF_INTERRUPT
    cmp ebx, IRQS_A_PIC
    jb .Lfirst
    out PORT_PIC2_COMMAND, al
.Lfirst:
    out PORT_PIC1_COMMAND, al
.Lnone:
    pop rbx
    ret
.Lperhaps_spurious:
    mov al, PIC_READ_IN_SERVICE                 # a true one is in service, and is to be ended
    out PORT_PIC1_COMMAND, al
    in al, PORT_PIC1_COMMAND
    test al, 1 << IRQ_SPURIOUS
    jnz .Lend
    jmp .Lnone
