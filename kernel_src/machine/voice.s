# The kernel's own voice: lines of text beside the program's output.
#
# They go to the debug console (port 0xe9) where there is one, else to COM1,
# there always on a line of their own.  Straight port I/O without locks or
# buffers, so that it works in a panic as well.

    .intel_syntax noprefix
    .include "include/ports.inc"

    .set VALUES_IN_REGISTERS, 5
    .set DIGITS_MAX, 20                         # of a 64-bit number in decimal

    .text
    .global voice_start
# Find the debug console, and set up COM1.
# clobbers: RAX, RDX
voice_start:
    mov edx, PORT_DEBUG_CONSOLE
    in al, dx
    cmp al, PORT_DEBUG_CONSOLE
    sete [rip + has_debug_console]
    jmp serial_start

    .global voice_line
# Speak a line: "ring3: ", the text, a line feed.
# in:  RDI = text, RSI RDX RCX R8 R9 and then the stack = values for its % marks
#      in order (include/voice.inc)
# clobbers: RAX, RCX, RDX, RSI, RDI, R8 to R11
voice_line:
    pop rax                                     # the return address makes room, so that all
    push r9                                     # values lie in one row
    push r8
    push rcx
    push rdx
    push rsi
    push rax
    push rbx
    push r12
    lea r12, [rsp + 3 * 8]                      # the next value
    mov rbx, rdi
    mov rax, [rip + voice_interrupted]
    test rax, rax
    jz 1f
    call rax
1:
    call serial_fresh_line_for_voice
    lea rdi, [rip + line_prefix]
    call voice_text
.Lnext:
    movzx edi, byte ptr [rbx]
    inc rbx
    test edi, edi
    jz .Lend
    cmp edi, '%'
    je .Lvalue
    call voice_byte
    jmp .Lnext
.Lvalue:
    movzx eax, byte ptr [rbx]
    inc rbx
    mov rdi, [r12]
    add r12, 8
    lea rdx, [rip + .Lnext]
    push rdx                                    # each of these returns to .Lnext
    cmp eax, 's'
    je voice_text
    cmp eax, 'q'
    je voice_quoted
    mov esi, 1                                  # digits at least
    cmp eax, 'd'
    je voice_decimal
    cmp eax, 'x'
    je voice_hexadecimal
    mov esi, 2
    cmp eax, 't'
    je voice_decimal
    mov esi, 16                                 # %X
    jmp voice_hexadecimal
.Lend:
    mov edi, '\n'
    call voice_byte
    pop r12
    pop rbx
    pop rax
    add rsp, VALUES_IN_REGISTERS * 8
    jmp rax

# Speak a text that ends with NUL.
# in:  RDI = text
# clobbers: RAX, RDX, RDI
voice_text:
    push rbx
    mov rbx, rdi
1:  movzx edi, byte ptr [rbx]
    inc rbx
    test edi, edi
    jz 2f
    call voice_byte
    jmp 1b
2:  pop rbx
    ret

# Speak a text in double quotes.
# in:  RDI = text
# clobbers: RAX, RDX, RDI
voice_quoted:
    push rdi
    mov edi, '"'
    call voice_byte
    pop rdi
    call voice_text
    mov edi, '"'
    jmp voice_byte

# Speak a number, in decimal or in hexadecimal with 0x before it.
# in:  RDI = number, ESI = digits at least
# clobbers: RAX, RCX, RDX, RSI, RDI, R8
voice_hexadecimal:
    push rdi
    mov edi, '0'
    call voice_byte
    mov edi, 'x'
    call voice_byte
    pop rdi
    mov ecx, 16
    jmp voice_number
voice_decimal:
    mov ecx, 10
voice_number:
    push rbx
    sub rsp, DIGITS_MAX + 4                     # the digits, from the last to the first
    mov rax, rdi
    lea r8, [rip + digits]
    xor ebx, ebx
1:  xor edx, edx
    div rcx
    mov dl, [r8 + rdx]
    mov [rsp + rbx], dl
    inc ebx
    cmp ebx, esi
    jb 1b
    test rax, rax
    jnz 1b
2:  dec ebx
    movzx edi, byte ptr [rsp + rbx]
    call voice_byte
    test ebx, ebx
    jnz 2b
    add rsp, DIGITS_MAX + 4
    pop rbx
    ret

# in:  EDI = byte
# clobbers: RAX, RDX
voice_byte:
    cmp byte ptr [rip + has_debug_console], 0
    je serial_byte
    mov eax, edi
    out PORT_DEBUG_CONSOLE, al
    ret

# On COM1 the kernel's lines do not begin in the middle of the program's.
# clobbers: RAX, RDX, RDI
serial_fresh_line_for_voice:
    cmp byte ptr [rip + has_debug_console], 0
    je serial_fresh_line
    ret

    .section .rodata
line_prefix:
    .asciz "ring3: "
    .global digits
digits:
    .ascii "0123456789abcdef"

    .bss
    .balign 8
    .global voice_interrupted
voice_interrupted:                              # who has a line to end before another is
    .skip 8                                     # spoken, or 0 (strace/strace.s)
has_debug_console:
    .skip 1
