# The terminal on COM1: lines from the keyboard to read(), bytes from write() to it.
#
# Input is cooked as Linux's line discipline does it (termios(3)), unless the program
# sets the terminal otherwise.  The queue is one ring: the reader is behind the last
# complete line, which is behind the line that is being typed.  Without ICANON every
# byte is complete at once.
#
#   reader ... complete lines ... committed ... the line that is being typed ... typed
#
# With ring3.pipe on the command line nobody types: the bytes come from a pipe or a file.
# They are taken as they are, ^D alone is the end; none is shown, and none is lost: what
# finds no room waits in the UART, and with it whoever sends.

    .intel_syntax noprefix
    .include "include/errno.inc"
    .include "include/percpu.inc"
    .include "include/ports.inc"
    .include "include/process.inc"
    .include "include/signals.inc"
    .include "include/termios.inc"
    .include "include/vvar.inc"

    .set QUEUE_SIZE, 4096                       # a power of two
    .set QUEUE_ENTRY_SIZE, 2                    # a scale in the addresses below
    .set END_OF_INPUT, 0x100                    # an entry that is no byte: ^D
    .set OUTPUT_SIZE, 2048                      # what Linux takes from a program at once

    .set KEY_BACKSPACE, 0x08                    # ^H erases, too
    .set KEY_DELETE, 0x7f                       # what the backspace key sends
    .set CONTROL_KEYS, 0x20                     # those below it are echoed as ^ and a letter
    .set CONTROL_LETTER, 0x40
    .set BELL, 0x07
    .set SIGNAL_IGNORED, 1                      # SIG_IGN
    .set NANOSECONDS_A_TICK, 100000000          # VTIME counts tenths of a second

    .text
    .global terminal_start
# Let the line interrupt when a byte comes.
# clobbers: RAX, RCX, RDX, RSI, RDI, R8
terminal_start:
    lea rdi, [rip + pipe_option]
    call command_line_flag
    mov [rip + piped], al
    mov al, SERIAL_INTERRUPT_RECEIVED
    mov edx, COM1_INTERRUPTS
    out dx, al
    ret

    .global terminal_interrupt
# Take what the line has received.
# clobbers: all that a call may
terminal_interrupt:
    mov eax, [rip + typed]
    sub eax, [rip + reader]
    cmp eax, QUEUE_SIZE
    jb 2f
    cmp byte ptr [rip + piped], 0
    jne 1f                                      # later: terminal_read makes room
2:  mov edx, COM1_STATUS
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

# Is it the key with a function?  0 in its place says that no key has it.
    .macro if_key index, target
    cmp [rip + termios + TERMIOS_KEYS + \index], dil
    je \target
    .endm

# A key was pressed.
# in:  EDI = its byte
# clobbers: all that a call may
terminal_key:
    cmp byte ptr [rip + piped], 0
    jne .Lpiped
    mov eax, [rip + termios + TERMIOS_INPUT]
    cmp edi, '\n'
    je .Lline_feed
    cmp edi, '\r'
    jne .Lmapped
    test eax, IGNCR
    jnz .Lignored
    test eax, ICRNL
    jz .Lmapped
    mov edi, '\n'
    jmp .Lmapped
.Lline_feed:
    test eax, INLCR
    jz .Lmapped
    mov edi, '\r'
.Lmapped:
    mov ecx, [rip + termios + TERMIOS_LOCAL]
    test edi, edi
    jz 1f
    test ecx, ISIG
    jz 2f
    if_key VINTR, .Linterrupt
    if_key VQUIT, .Lquit
2:  test ecx, ICANON
    jz 1f
    if_key VERASE, erase_key
    if_key VKILL, .Lkill
    if_key VEOF, .Lend_of_input
    cmp edi, KEY_BACKSPACE
    je erase_key
1:  mov eax, [rip + typed]
    sub eax, [rip + reader]
    cmp eax, QUEUE_SIZE - 1                     # the last place is for what ends the line
    jae .Lfull
    push rdi
    call echo
    pop rdi
.Lenqueue:
    call enqueue
    test dword ptr [rip + termios + TERMIOS_LOCAL], ICANON
    jz commit
    cmp edi, '\n'
    je commit
.Lignored:
    ret
.Lfull:
    cmp eax, QUEUE_SIZE
    jae 2f
    cmp edi, '\n'
    je .Lenqueue
2:  mov edi, BELL
    jmp serial_byte
.Lpiped:
    cmp dil, [rip + termios + TERMIOS_KEYS + VEOF]
    je .Lend_of_input
    call enqueue
    jmp commit
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
    mov rax, gs:[PERCPU_PROCESS]
    mov edx, esi
    shl edx, ACTION_SHIFT
    cmp qword ptr [rax + rdx + PROCESS_ACTIONS - ACTION_SIZE], SIGNAL_IGNORED
    jne report_signal
    ret

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
    test dword ptr [rip + termios + TERMIOS_LOCAL], ECHO
    jz no_echo
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
    test dword ptr [rip + termios + TERMIOS_LOCAL], ECHO
    jz no_echo
    call is_control
    jne serial_byte
    push rdi
    mov edi, '^'
    call serial_byte
    pop rdi
    xor edi, CONTROL_LETTER
    jmp serial_byte
no_echo:
    ret

# Is it a byte that is shown as ^ and a letter?
# in:  EDI = byte
# out: zero flag
# clobbers: RAX
is_control:
    xor eax, eax
    cmp edi, KEY_DELETE
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
# Wait for a line, and give it or its first part to the program; without ICANON, for
# VMIN bytes, or VTIME tenths of a second: from the beginning when VMIN is 0, otherwise
# from one byte to the next.
# in:  RDI = program's buffer, RSI = its size, EDX = 0, or not 0 when it is not to wait;
#      interrupts off
# out: RAX = bytes, 0 at the end of input, or -errno
# clobbers: all that a call may
terminal_read:
    push rbx
    push rbp
    push r12
    push r13
    push r14
    push r15
    mov rbx, rdi
    mov r12, rsi
    mov ebp, edx
    xor r13d, r13d                              # bytes so far
    xor r15d, r15d                              # when to give up, or 0
    test rsi, rsi
    jz .Lread_done
1:  mov r14d, [rip + reader]
    cmp r14d, [rip + committed]
    jne .Lbyte
    test r13, r13
    jnz 4f
    mov rax, -EAGAIN
    test ebp, ebp
    jnz .Lread_return
4:  call read_timeout
    jc .Lread_done
    call wait_for_interrupt
    jmp 1b
.Lbyte:
    call queue_front
    inc dword ptr [rip + reader]
    test dword ptr [rip + termios + TERMIOS_LOCAL], ICANON
    jz 2f
    cmp eax, END_OF_INPUT
    je .Lread_done
2:  push rax
    mov rsi, rsp
    lea rdi, [rbx + r13]
    mov edx, 1
    call copy_to_user
    pop rcx
    test rax, rax
    jnz .Lread_fault
    inc r13
    xor r15d, r15d                              # VTIME counts anew
    test dword ptr [rip + termios + TERMIOS_LOCAL], ICANON
    jz .Lraw
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
    call terminal_interrupt                     # there is room for what had to wait
    mov rax, r13
.Lread_return:
    pop r15
    pop r14
    pop r13
    pop r12
    pop rbp
    pop rbx
    ret
.Lraw:
    cmp r13, r12
    jae .Lread_done
    mov eax, [rip + reader]
    cmp eax, [rip + committed]
    jne .Lbyte
    movzx eax, byte ptr [rip + termios + TERMIOS_KEYS + VMIN]
    cmp r13, rax
    jb 1b
    jmp .Lread_done
.Lread_fault:
    test r13, r13
    jnz .Lread_done
    mov rax, -EFAULT
    jmp .Lread_return

# Has a read without VMIN waited long enough, or one with it, since its last byte?
# in:  R13 = bytes so far, R15 = when to give up, or 0 at first
# out: carry flag when it has; R15
# clobbers: all else that a call may
read_timeout:
    test dword ptr [rip + termios + TERMIOS_LOCAL], ICANON
    jnz 2f
    cmp byte ptr [rip + termios + TERMIOS_KEYS + VMIN], 0
    je 4f
    cmp byte ptr [rip + termios + TERMIOS_KEYS + VTIME], 0
    je 2f
    test r13, r13                               # the first byte may take its time
    jz 2f
4:  call monotonic_now
    test r15, r15
    jnz 1f
    movzx r15d, byte ptr [rip + termios + TERMIOS_KEYS + VTIME]
    imul r15, r15, NANOSECONDS_A_TICK
    add r15, rax
1:  cmp r15, rax                                # carry when the time has passed
    jne 3f
    stc
3:  ret
2:  clc
    ret

    .global terminal_has_input
# out: zero flag clear when a read would not wait
# clobbers: RAX
terminal_has_input:
    mov eax, [rip + reader]
    cmp eax, [rip + committed]
    ret

    .global terminal_count
# out: EAX = entries that can be read without waiting
# clobbers: none
terminal_count:
    mov eax, [rip + committed]
    sub eax, [rip + reader]
    ret

    .global terminal_settings, terminal_set
# in:  RDI = struct termios that is to hold from now on (in the kernel)
# clobbers: RAX, RCX, RSI, RDI
terminal_set:
    mov rsi, rdi
    lea rdi, [rip + termios]
    mov ecx, TERMIOS_SIZE
    rep movsb
    mov eax, [rip + termios + TERMIOS_OUTPUT]
    and eax, OPOST | ONLCR
    cmp eax, OPOST | ONLCR
    setne [rip + serial_is_raw]
    jmp commit                                  # the line that is being typed counts as it is

    .global terminal_flush_input
# Forget what was typed and not yet read.
# clobbers: RAX
terminal_flush_input:
    mov eax, [rip + typed]
    mov [rip + reader], eax
    jmp commit

# The oldest entry.
# out: EAX
# clobbers: RCX
queue_front:
    mov eax, [rip + reader]
    and eax, QUEUE_SIZE - 1
    lea rcx, [rip + queue]
    movzx eax, word ptr [rcx + rax * 2]
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

    .global terminal_write_kernel
# Write bytes of the kernel's.
# in:  RDI = bytes, RSI = how many; interrupts off
# clobbers: RAX, RDX, RSI, RDI
terminal_write_kernel:
    jmp serial_write

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

    .data
    .balign 4
terminal_settings:
termios:                                        # as Linux sets a serial console
    .long ICRNL
    .long OPOST | ONLCR
    .long B115200 | CS8 | CREAD | HUPCL | CLOCAL
    .long ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE | IEXTEN
    .byte 0                                     # N_TTY
    .byte 0x03, 0x1c, 0x7f, 0x15, 0x04          # ^C ^\ ^? ^U ^D
    .byte 0, 1                                  # VTIME, VMIN
    .byte 0, 0x11, 0x13, 0x1a, 0                # no VSWTC; ^Q ^S ^Z; no VEOL
    .byte 0x12, 0x0f, 0x17, 0x16, 0             # ^R ^O ^W ^V; no VEOL2
    .zero 2

    .section .rodata
pipe_option:
    .asciz "ring3.pipe"

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
piped:
    .skip 1
