# Was a frame lost?  With ring3.frames on the command line the kernel counts the free
# ones before process 1 has any memory, and again when all that it had was given back.

    .intel_syntax noprefix
    .include "include/voice.inc"

    .text
    .global frames_account_start
# Count before.
# clobbers: all that a call may
frames_account_start:
    lea rdi, [rip + option]
    call command_line_flag
    mov [rip + enabled], eax
    mov rax, [rip + frames_free]
    mov [rip + free_before], rax
    ret

    .global frames_account_end
# Process 1 ends: take its memory back, and say how much there was and is.
# clobbers: all that a call may
frames_account_end:
    cmp dword ptr [rip + enabled], 0
    je 1f
    call regions_destroy
    mov rsi, [rip + free_before]
    mov rdx, [rip + frames_free]
    say "frames free before=%d after=%d"
1:  ret

    .section .rodata
option:
    .asciz "ring3.frames"

    .bss
    .balign 8
free_before:
    .skip 8
enabled:
    .skip 4
