# The terminal on COM1: lines from the keyboard to read(), bytes from write() to it.
#
# Input is cooked as Linux's line discipline does by default (ICANON, ECHO, ECHOE,
# ECHOK, ECHOCTL, ICRNL, ISIG; termios(3)).  The queue is one ring: the reader is
# behind the last complete line, which is behind the line that is being typed.
#
#   reader ... complete lines ... committed ... the line that is being typed ... typed

    .intel_syntax noprefix
    .include "include/errno.inc"
    .include "include/percpu.inc"
    .include "include/ports.inc"
    .include "include/process.inc"
    .include "include/signals.inc"

    .set QUEUE_SIZE, 4096                       # a power of two
    .set QUEUE_ENTRY_SIZE, 2                    # a scale in the addresses below
    .set END_OF_INPUT, 0x100                    # an entry that is no byte: ^D
    .set OUTPUT_SIZE, 2048                      # what Linux takes from a program at once

    .set KEY_INTERRUPT, 0x03                    # ^C
    .set KEY_END, 0x04                          # ^D
    .set KEY_BACKSPACE, 0x08                    # ^H
    .set KEY_KILL, 0x15                         # ^U
    .set KEY_QUIT, 0x1c                         # ^\
    .set KEY_ERASE, 0x7f                        # what the backspace key sends
    .set CONTROL_KEYS, 0x20                     # those below it are echoed as ^ and a letter
    .set CONTROL_LETTER, 0x40
    .set BELL, 0x07

    .text
    .global terminal_start
# Let the line interrupt when a byte comes.
# clobbers: RAX, RDX
terminal_start:
    mov al, SERIAL_INTERRUPT_RECEIVED
    mov edx, COM1_INTERRUPTS
    out dx, al
    ret

    .global terminal_interrupt
# Take what the line has received.
# clobbers: all that a call may
terminal_interrupt:
    mov edx, COM1_STATUS
    in al, dx
    cmp al, SERIAL_STATUS_ABSENT
    je 1f
    test al, SERIAL_STATUS_DATA
    jz 1f
    mov edx, COM1_DATA
    in al, dx
    movzx edi, al
    call terminal_key
    jmp terminal_interrupt
1:  ret

# A key was pressed.
# in:  EDI = its byte
# clobbers: all that a call may
terminal_key:
    cmp edi, '\r'
    jne 1f
    mov edi, '\n'
1:  cmp edi, KEY_INTERRUPT
    je .Linterrupt
    cmp edi, KEY_QUIT
    je .Lquit
    cmp edi, KEY_ERASE
    je erase_key
    cmp edi, KEY_BACKSPACE
    je erase_key
    cmp edi, KEY_KILL
    je .Lkill
    cmp edi, KEY_END
    je .Lend_of_input
    mov eax, [rip + typed]
    sub eax, [rip + reader]
    cmp eax, QUEUE_SIZE - 1                     # the last place is for what ends the line
    jae .Lfull
    push rdi
    call echo
    pop rdi
.Lenqueue:
    call enqueue
    cmp edi, '\n'
    je commit
    ret
.Lfull:
    cmp eax, QUEUE_SIZE
    jae 2f
    cmp edi, '\n'
    je .Lenqueue
2:  mov edi, BELL
    jmp serial_byte
.Lend_of_input:
    mov edi, END_OF_INPUT
    call enqueue
    jmp commit
.Lkill:
    mov eax, [rip + typed]
    cmp eax, [rip + committed]
    je 3f
    call erase_key
    jmp .Lkill
3:  ret
.Linterrupt:
    mov esi, SIGINT
    lea rcx, [rip + interrupt_text]
    jmp .Lsignal
.Lquit:
    mov esi, SIGQUIT
    lea rcx, [rip + quit_text]
.Lsignal:
    push rsi
    push rcx
    call echo
    pop rcx
    pop rsi
    jmp report_signal

# in:  EDI = a byte or END_OF_INPUT
# clobbers: RAX, RCX
enqueue:
    mov eax, [rip + typed]
    inc dword ptr [rip + typed]
    and eax, QUEUE_SIZE - 1
    lea rcx, [rip + queue]
    mov [rcx + rax * 2], di
    ret

# What was typed is a line that can be read.
# clobbers: RAX
commit:
    mov eax, [rip + typed]
    mov [rip + committed], eax
    ret

# Take the last byte of the line back, on the screen as well.
# clobbers: RAX, RCX, RDX, RDI
erase_key:
    mov eax, [rip + typed]
    cmp eax, [rip + committed]
    je 2f
    dec eax
    mov [rip + typed], eax
    and eax, QUEUE_SIZE - 1
    lea rcx, [rip + queue]
    movzx edi, word ptr [rcx + rax * 2]
    call is_control
    jne 1f
    call erase_column                           # ^ and a letter: two columns
1:  jmp erase_column
2:  ret

# clobbers: RAX, RDX, RDI
erase_column:
    mov edi, '\b'
    call serial_byte
    mov edi, ' '
    call serial_byte
    mov edi, '\b'
    jmp serial_byte

# Show a key.
# in:  EDI = byte
# clobbers: RAX, RDX, RDI
echo:
    call is_control
    jne serial_byte
    push rdi
    mov edi, '^'
    call serial_byte
    pop rdi
    xor edi, CONTROL_LETTER
    jmp serial_byte

# Is it a byte that is shown as ^ and a letter?
# in:  EDI = byte
# out: zero flag
# clobbers: RAX
is_control:
    xor eax, eax
    cmp edi, KEY_ERASE
    je 1f
    cmp edi, CONTROL_KEYS
    jae 2f
    cmp edi, '\n'
    je 2f
    cmp edi, '\t'
    je 2f
1:  inc eax
2:  cmp eax, 1
    ret

    .global terminal_read
# Wait for a line, and give it or its first part to the program.
# in:  RDI = program's buffer, RSI = its size; interrupts off
# out: RAX = bytes, 0 at the end of input, or -EFAULT
# clobbers: all that a call may
terminal_read:
    push rbx
    push r12
    push r13
    push r14
    mov rbx, rdi
    mov r12, rsi
    xor r13d, r13d                              # bytes so far
    test rsi, rsi
    jz .Lread_done
1:  mov r14d, [rip + reader]
    cmp r14d, [rip + committed]
    jne .Lbyte
    call wait_for_key
    jmp 1b
.Lbyte:
    call queue_front
    inc dword ptr [rip + reader]
    cmp eax, END_OF_INPUT
    je .Lread_done
    cmp r13, r12
    push rax
    mov rsi, rsp
    lea rdi, [rbx + r13]
    mov edx, 1
    call copy_to_user
    pop rcx
    test rax, rax
    jnz .Lread_fault
    inc r13
    cmp ecx, '\n'
    je .Lread_done
    mov eax, [rip + reader]
    cmp eax, [rip + committed]
    je .Lread_done
    cmp r13, r12
    jb .Lbyte
    call queue_front                            # a ^D right behind a full buffer is no end
    cmp eax, END_OF_INPUT
    jne .Lread_done
    inc dword ptr [rip + reader]
.Lread_done:
    mov rax, r13
.Lread_return:
    pop r14
    pop r13
    pop r12
    pop rbx
    ret
.Lread_fault:
    test r13, r13
    jnz .Lread_done
    mov rax, -EFAULT
    jmp .Lread_return

# The oldest entry.
# out: EAX
# clobbers: RCX
queue_front:
    mov eax, [rip + reader]
    and eax, QUEUE_SIZE - 1
    lea rcx, [rip + queue]
    movzx eax, word ptr [rcx + rax * 2]
    ret

# Sleep until an interrupt; the time is not the process's.
# clobbers: all that a call may
wait_for_key:
    rdtsc
    shl rdx, 32
    or rax, rdx
    push rax
    cmp byte ptr [rip + has_interrupts], 0
    je 1f
    sti                                         # works after HLT has begun: none is lost
    hlt
    cli
    jmp 2f
1:  pause
    call terminal_interrupt
2:  rdtsc
    shl rdx, 32
    or rax, rdx
    pop rcx
    sub rax, rcx
    mov rcx, gs:[PERCPU_PROCESS]
    add [rcx + PROCESS_IDLE_CYCLES], rax
    ret

# Writing gathers a program's bytes to OUTPUT_SIZE, whichever iovecs they come from:
#   terminal_write_begin, terminal_write for each piece, terminal_write_end
# These keep RBX = bytes gathered, R12 = bytes sent, or -EFAULT.

    .global terminal_write_begin
# out: RBX, R12
terminal_write_begin:
    xor ebx, ebx
    xor r12d, r12d
    ret

    .global terminal_write
# in:  RDI = program's bytes, RSI = how many; RBX, R12
# out: EAX = 1, or 0 when a byte cannot be read: then nothing of this gathering is sent
# clobbers: all that a call may
terminal_write:
    push r13
    push r14
    mov r13, rdi
    mov r14, rsi
1:  mov eax, 1
    test r14, r14
    jz 3f
    mov edx, OUTPUT_SIZE
    sub edx, ebx
    cmp rdx, r14
    cmova rdx, r14
    lea rdi, [rip + output]
    add rdi, rbx
    mov rsi, r13
    add rbx, rdx
    add r13, rdx
    sub r14, rdx
    call copy_from_user
    test rax, rax
    jnz 2f
    cmp ebx, OUTPUT_SIZE
    jb 1b
    call terminal_flush
    jmp 1b
2:  xor ebx, ebx
    mov rax, -EFAULT
    test r12, r12
    cmovz r12, rax
    xor eax, eax
3:  pop r14
    pop r13
    ret

    .global terminal_write_end
# in:  RBX, R12
# out: RAX = bytes sent, or -EFAULT
# clobbers: all that a call may
terminal_write_end:
    call terminal_flush
    mov rax, r12
    ret

# in:  RBX, R12
# clobbers: all that a call may
terminal_flush:
    lea rdi, [rip + output]
    mov rsi, rbx
    call serial_write
    add r12, rbx
    xor ebx, ebx
    ret

    .section .rodata
interrupt_text:
    .asciz "the interrupt key, ^C"
quit_text:
    .asciz "the quit key, ^\\"

    .bss
    .balign 4
queue:
    .skip QUEUE_SIZE * QUEUE_ENTRY_SIZE
reader:                                         # these three count without end
    .skip 4
committed:
    .skip 4
typed:
    .skip 4
output:
    .skip OUTPUT_SIZE
