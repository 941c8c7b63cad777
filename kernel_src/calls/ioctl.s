# ioctl: the terminal's settings (ioctl_tty(2)).

    .intel_syntax noprefix
    .include "include/errno.inc"
    .include "include/file.inc"
    .include "include/percpu.inc"
    .include "include/process.inc"
    .include "include/termios.inc"

    .set TCGETS, 0x5401
    .set TCSETS, 0x5402
    .set TCSETSW, 0x5403                        # when all output has been sent: always so here
    .set TCSETSF, 0x5404                        # and what was typed is forgotten
    .set TCGETS2, 0x802c542a                    # the same, and the speeds as numbers
    .set TCSETS2, 0x402c542b
    .set TCSETSW2, 0x402c542c
    .set TCSETSF2, 0x402c542d
    .set TERMIOS2_SIZE, TERMIOS_SIZE + 2 * 4
    .set SPEED, 115200
    .set TIOCSCTTY, 0x540e
    .set TIOCGPGRP, 0x540f
    .set TIOCSPGRP, 0x5410
    .set TIOCGWINSZ, 0x5413
    .set TIOCSWINSZ, 0x5414
    .set FIONREAD, 0x541b
    .set TIOCGSID, 0x5429
    .set WINDOW_SIZE, 8                         # struct winsize

    .text
    .global sys_ioctl
# in:  EDI = descriptor, ESI = what, RDX = argument
# out: RAX = 0 or -errno
sys_ioctl:
    call file_of_descriptor
    mov rcx, rax
    mov rax, -EBADF
    test rcx, rcx
    jz 1f
    test dword ptr [rcx + FILE_FLAGS], O_PATH
    jnz 1f
    mov rax, -ENOTTY
    mov rcx, [rcx + FILE_NODE]
    cmp dword ptr [rcx + NODE_KIND], KIND_TERMINAL
    jne 1f
    lea r8, [rip + requests]
    lea r9, [rip + requests_end]
2:  cmp esi, [r8]
    je 3f
    add r8, 16
    cmp r8, r9
    jb 2b
1:  ret
3:  mov rdi, rdx
    mov rcx, gs:[PERCPU_PROCESS]
    jmp [r8 + 8]

# Each: in RDI = argument, ESI = what, RCX = process; out RAX = 0 or -errno.
get_settings:
    lea rsi, [rip + terminal_settings]
    mov edx, TERMIOS_SIZE

# in:  RDI = program's address, RSI = bytes, EDX = how many
put:
    call copy_to_user
    jmp 1f

# in:  RDI = kernel's address, RSI = program's, EDX = how many
get:
    call copy_from_user
1:  test rax, rax
    jz 2f
    mov rax, -EFAULT
2:  ret

get_settings2:
    push rdi
    lea rsi, [rip + terminal_settings]
    lea rdi, [rip + settings]
    mov ecx, TERMIOS_SIZE
    rep movsb
    pop rdi
    lea rsi, [rip + settings]
    mov edx, TERMIOS2_SIZE
    jmp put

# The speeds are COM1's own, whatever is asked for; nobody could hear another.
set_settings:
    push rsi
    mov rsi, rdi
    lea rdi, [rip + settings]
    mov edx, TERMIOS_SIZE
    call get
    pop rsi
    jnz 2b
    cmp esi, TCSETSF
    je 3f
    cmp esi, TCSETSF2
    jne 1f
3:  call terminal_flush_input
1:  lea rdi, [rip + settings]
    call terminal_set
    xor eax, eax
    ret

get_window:
    lea rsi, [rip + window]
    mov edx, WINDOW_SIZE
    jmp put
set_window:
    mov rsi, rdi
    lea rdi, [rip + window]
    mov edx, WINDOW_SIZE
    jmp get

get_group:
    lea rsi, [rip + foreground]
    mov edx, 4
    jmp put

# The group in the foreground must be one of the session's; there is only one process.
set_group:
    push rcx
    push rcx
    mov rsi, rdi
    mov rdi, rsp
    mov edx, 4
    call get
    pop rdx
    pop rcx
    jnz 2b
    mov rax, -EINVAL
    test edx, edx
    js 2b
    mov rax, -ESRCH
    cmp edx, [rcx + PROCESS_GROUP]
    jne 2b
    mov [rip + foreground], edx
    xor eax, eax
    ret

get_session:
    lea rsi, [rcx + PROCESS_SESSION]
    mov edx, 4
    jmp put

become_controlling:                             # it is already
    xor eax, eax
    ret

bytes_to_read:
    push rdi
    call terminal_count
    push rax
    mov rsi, rsp
    mov rdi, [rsp + 8]
    mov edx, 4
    call put
    pop rdx
    pop rdx
    ret

    .section .rodata
    .balign 8
requests:
    .quad TCGETS, get_settings
    .quad TCSETS, set_settings
    .quad TCSETSW, set_settings
    .quad TCSETSF, set_settings
    .quad TCGETS2, get_settings2
    .quad TCSETS2, set_settings
    .quad TCSETSW2, set_settings
    .quad TCSETSF2, set_settings
    .quad TIOCSCTTY, become_controlling
    .quad TIOCGPGRP, get_group
    .quad TIOCSPGRP, set_group
    .quad TIOCGWINSZ, get_window
    .quad TIOCSWINSZ, set_window
    .quad FIONREAD, bytes_to_read
    .quad TIOCGSID, get_session
requests_end:

    .data
    .balign 4
foreground:                                     # the group that the keyboard belongs to
    .long INIT_PROCESS_ID
settings:                                       # struct termios2
    .skip TERMIOS_SIZE
    .long SPEED, SPEED

    .bss
window:                                         # a serial line does not know its window's size
    .skip WINDOW_SIZE
