# The end of the machine.

    .intel_syntax noprefix
    .include "include/ports.inc"
    .include "include/voice.inc"

    .text
    .global machine_end
# Tell QEMU how it went; on other machines switch the power off, or halt.
# in:  EDI = EXIT_SUCCESS, EXIT_FAILURE or EXIT_PANIC
# out: does not return
machine_end:
    cli
    cmp edi, EXIT_PANIC
    je 1f
    push rdi
    call frames_account_end                     # process 1 is gone
    pop rdi
1:
    call serial_drain                           # what was said must be heard
    mov eax, edi
    mov edx, PORT_DEBUG_EXIT
    out dx, al

    # Still here: no such device.  Each of these is ignored by the others' machines.
    mov eax, ACPI_POWER_OFF
    mov edx, PORT_ACPI_POWER
    out dx, ax
    lea rsi, [rip + bochs_shutdown]
    mov ecx, 8
    mov edx, PORT_BOCHS_SHUTDOWN
    rep outsb
    say "this machine cannot be switched off; it is halted"
1:  hlt
    jmp 1b

    .section .rodata
bochs_shutdown:
    .ascii "Shutdown"
