# What the loader says: on the firmware's console, on COM1 and on the debug console.

    .intel_syntax noprefix
    .include "include/ports.inc"
    .include "boot/efi/efi.inc"

    .set TEXT_MAX, 256

    .text
    .global fail
# Say what is wrong, and go back to the firmware; stop when it is gone.
# in:  RSI = a `failure` text (boot/loader/failure.inc)
fail:
    and rsp, -16
    sub rsp, FIRMWARE_FRAME - 8                 # RSP is a multiple of 16

    # 1. The console takes characters of 16 bits (UEFI 2.10, 12.4.3).
    mov rcx, [rip + console]
    test rcx, rcx
    jz 2f
    mov rbx, rsi
    xor eax, eax
    lea rdi, [rip + wide_text]
1:  lodsb
    stosw
    test al, al
    jnz 1b
    lea rdx, [rip + wide_text]
    call [rcx + CONSOLE_OUTPUT_STRING]
    mov rsi, rbx

    # 2. COM1 and the debug console, in case that nobody looks at a screen.
2:  mov dx, COM1_LINE
    mov al, SERIAL_LINE_8N1
    out dx, al
3:  mov dx, COM1_STATUS                         # no COM1: all bits are 1
    in al, dx
    test al, SERIAL_STATUS_ROOM
    jz 3b
    lodsb
    test al, al
    jz 4f
    mov dx, COM1_DATA
    out dx, al
    out PORT_DEBUG_CONSOLE, al
    jmp 3b

    # 3. End the machine that we are tested on; go back on any other.
4:  mov al, EXIT_PANIC
    out PORT_DEBUG_EXIT, al
    cmp qword ptr [rip + console], 0
    jne efi_leave
5:  hlt
    jmp 5b

    .global serial_hand_over
# Reset the terminal at COM1, which the firmware has drawn its console on: what comes
# after this is the program's (ECMA-48, 8.3.105, RIS).
# clobbers: RAX, RDX, RSI
serial_hand_over:
    lea rsi, [rip + reset_terminal]
1:  mov dx, COM1_STATUS
    in al, dx
    test al, SERIAL_STATUS_ROOM
    jz 1b
    lodsb
    test al, al
    jz 2f
    mov dx, COM1_DATA
    out dx, al
    jmp 1b
2:  mov dx, COM1_STATUS                         # the kernel is going to empty the FIFO
    in al, dx
    test al, SERIAL_STATUS_IDLE
    jz 2b
    ret

    .section .rodata
reset_terminal:
    .asciz "\033c"

    .bss
    .balign 2
wide_text:
    .skip TEXT_MAX * 2
