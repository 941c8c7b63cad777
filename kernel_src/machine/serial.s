# COM1, the program's terminal line: 115200 baud, 8 bits, no parity, 1 stop bit.
#
# The transmit FIFO holds 16 bytes.  Once it is empty 16 bytes can follow
# without asking again, so the line's status is read once in 16 bytes.

    .intel_syntax noprefix
    .include "include/ports.inc"

    .text
    .global serial_start
# Set the line up; no interrupts yet.
# clobbers: RAX, RDX
serial_start:
    xor eax, eax
    mov edx, COM1_INTERRUPTS
    out dx, al
    mov al, SERIAL_LINE_8N1 | SERIAL_LINE_DLAB
    mov edx, COM1_LINE
    out dx, al
    mov al, COM1_DIVISOR
    mov edx, COM1_DATA
    out dx, al
    xor eax, eax
    mov edx, COM1_INTERRUPTS
    out dx, al
    mov al, SERIAL_LINE_8N1
    mov edx, COM1_LINE
    out dx, al
    mov al, SERIAL_FIFO_RESET
    mov edx, COM1_FIFO
    out dx, al
    mov al, SERIAL_MODEM_READY
    mov edx, COM1_MODEM
    out dx, al
    mov byte ptr [rip + line_is_fresh], 1
    ret

    .global serial_byte
# Send a byte; a line feed is sent as carriage return and line feed (ONLCR), unless the
# program has set the terminal otherwise.
# in:  EDI = byte
# clobbers: RAX, RDX
serial_byte:
    cmp dil, '\n'
    sete [rip + line_is_fresh]
    jne serial_raw_byte
    cmp byte ptr [rip + serial_is_raw], 0
    jne serial_raw_byte
    push rdi
    mov edi, '\r'
    call serial_raw_byte
    pop rdi
serial_raw_byte:
    dec byte ptr [rip + room]
    jns 2f
    mov edx, COM1_STATUS
1:  in al, dx
    test al, SERIAL_STATUS_ROOM
    jz 1b
    mov byte ptr [rip + room], SERIAL_FIFO_SIZE - 1
2:  mov eax, edi
    mov edx, COM1_DATA
    out dx, al
    ret

    .global serial_write
# Send bytes.  Interrupts get a chance before each filling of the FIFO, so that
# long output loses neither ticks nor input.
# in:  RDI = bytes, RSI = how many; interrupts off
# clobbers: RAX, RDX, RSI, RDI
serial_write:
    push rbx
    push r12
    mov rbx, rdi
    lea r12, [rdi + rsi]
    jmp 2f
1:  cmp byte ptr [rip + room], 0
    jne 3f
    sti
    nop                                         # STI works after the next instruction
    cli
3:  movzx edi, byte ptr [rbx]
    inc rbx
    call serial_byte
2:  cmp rbx, r12
    jb 1b
    pop r12
    pop rbx
    ret

    .global serial_fresh_line
# Begin a new line unless the last one is ended.
# clobbers: RAX, RDX, RDI
serial_fresh_line:
    mov edi, '\n'
    cmp byte ptr [rip + line_is_fresh], 0
    je serial_byte
    ret

    .global serial_drain
# Wait until the last bit has left.
# clobbers: RAX, RDX
serial_drain:
    mov edx, COM1_STATUS
1:  in al, dx
    test al, SERIAL_STATUS_IDLE
    jz 1b
    ret

    .bss
    .global serial_is_raw
serial_is_raw:                                  # line feeds are sent as they are
    .skip 1
room:                                           # bytes that the FIFO takes for certain
    .skip 1
line_is_fresh:
    .skip 1
