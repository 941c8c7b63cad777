# The timer's interrupts: PIT channel 0 at 100 Hz (or ring3.hz=N), through the PIC, through the
# local APIC where there is one.

    .intel_syntax noprefix
    .include "include/features.inc"
    .include "include/memory.inc"
    .include "include/ports.inc"
    .include "include/registers.inc"
    .include "include/vectors.inc"
    .include "include/voice.inc"
    .include "include/vvar.inc"

    .set PIT_DIVISOR, (PIT_HZ + TIMER_HZ / 2) / TIMER_HZ
    .set HZ_MIN, 19                             # more would not fit the PIT's 16 bits
    .set HZ_MAX, 10000
    .set IRQS_MASKED_1, 0xff - (1 << IRQ_TIMER | 1 << PIC_CASCADE_IRQ | 1 << IRQ_SERIAL)
    .set IRQS_MASKED_2, 0xff

    .text
    .global timer_start
# Set the PICs, the local APIC and the PIT.  Interrupts come while programs run, and
# where the kernel waits.
# clobbers: all that a call may
timer_start:
    mov al, PIC_INITIALIZE
    out PORT_PIC1_COMMAND, al
    out PORT_PIC2_COMMAND, al
    mov al, VECTOR_IRQ                          # ICW2: the first vector
    out PORT_PIC1_DATA, al
    mov al, VECTOR_IRQ + 8
    out PORT_PIC2_DATA, al
    mov al, 1 << PIC_CASCADE_IRQ                # ICW3: where the second one hangs
    out PORT_PIC1_DATA, al
    mov al, PIC_CASCADE_IRQ
    out PORT_PIC2_DATA, al
    mov al, PIC_8086_MODE                       # ICW4
    out PORT_PIC1_DATA, al
    out PORT_PIC2_DATA, al
    mov al, IRQS_MASKED_2
    out PORT_PIC2_DATA, al
    mov al, IRQS_MASKED_1
    out PORT_PIC1_DATA, al
    in al, PORT_PIC1_DATA                       # a PIC gives its mask back
    cmp al, IRQS_MASKED_1
    jne .Labsent
    mov byte ptr [rip + has_interrupts], 1
    call lapic_start

    mov al, PIT_RATE_GENERATOR
    out PORT_PIT_COMMAND, al
    lea rdi, [rip + option]                     # ring3.hz=1000: to look for torn reads
    call command_line_number
    mov ecx, eax
    mov eax, PIT_DIVISOR
    lea edx, [rcx - HZ_MIN]
    cmp edx, HZ_MAX - HZ_MIN
    ja 1f
    mov eax, PIT_HZ
    xor edx, edx
    div ecx
1:  out PORT_PIT_COUNT, al
    mov al, ah
    out PORT_PIT_COUNT, al
    ret
.Labsent:
    say "no interrupt controller: coarse clocks stand still, the keyboard is polled"
    ret

# Let the PIC's interrupts through the local APIC, whose input 0 they come to, and the
# board's NMI, which comes to input 1 (SDM Vol. 3A 10.5.1).
# clobbers: all that a call may
lapic_start:
    test dword ptr [rip + cpu_features], FEATURE_APIC
    jz 1f
    mov ecx, MSR_APIC_BASE
    call msr_read
    test eax, APIC_BASE_ENABLED
    jz 1f
    mov rsi, PTE_ADDRESS_MASK
    and rsi, rax
    mov rdi, LAPIC_VIRTUAL
    call kernel_map_device
    mov rdi, LAPIC_VIRTUAL
    mov dword ptr [rdi + LAPIC_SPURIOUS], LAPIC_ENABLE | VECTOR_SPURIOUS
    mov dword ptr [rdi + LAPIC_LVT0], LAPIC_EXTERNAL
    mov dword ptr [rdi + LAPIC_LVT1], LAPIC_NMI
1:  ret

# Map the page of a device's registers for the kernel.
# in:  RDI = virtual address, RSI = physical address
# clobbers: all that a call may
kernel_map_device:
    mov rdx, PTE_KERNEL_DEVICE
    or rdx, rsi
    mov rsi, rdi
    mov rdi, [rip + kernel_page_table]
    jmp page_map_or_panic

    .section .rodata
option:
    .asciz "ring3.hz"

    .bss
    .global has_interrupts
has_interrupts:
    .skip 1
