# both_doors.s: pass both doors for ever.  Ends with status 8 when a register changed
# that must not, or the red zone below the stack.
    .intel_syntax noprefix
    .include "generated/syscalls.inc"
    .include "include/print.inc"

    .set RED_ZONE, 48                           # of its 128 bytes: what an NMI would push
    .set RED_ZONE_WORDS, RED_ZONE / 8
    .set STATUS_CHANGED, 8

    .text
    .global _start
_start:
    say_line "Going."
    call    print_flush
    mov     rbx, 0x3333333333333333
    mov     rbp, 0x5555555555555555
    mov     r12, 0xcccccccccccccccc
    mov     r15, 0xffffffff00000001
    lea     rdi, [rsp - RED_ZONE]
    mov     ecx, RED_ZONE_WORDS
    mov     rax, rbx
    rep     stosq

again:
    mov     eax, SYS_getpid
    syscall
    mov     r13, rax
    mov     eax, SYS32_getpid
    int     0x80
    cmp     rax, r13
    jne     changed
    lea     rax, [rbx + rbx]
    add     rax, r12
    sub     rax, rbp                    # 2 * 0x3333… + 0xcccc… - 0x5555…
    mov     rcx, 0xdddddddddddddddd
    cmp     rax, rcx
    jne     changed
    lea     rdi, [rsp - RED_ZONE]
    mov     ecx, RED_ZONE_WORDS
    mov     rax, rbx
    repe    scasq
    jne     changed
    jmp     again

changed:
    mov     edi, STATUS_CHANGED
    jmp     exit_program
