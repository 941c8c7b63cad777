# single_step.s: with RFLAGS.TF set every instruction ends in #DB (SDM Vol. 3B, 18.3.1.4),
# which is how debuggers step.  Without a debugger: SIGTRAP.  SYSCALL hides the flag from
# the kernel, and the trap comes after the first instruction behind it.
    .intel_syntax noprefix
    .include "generated/syscalls.inc"
    .include "include/rflags.inc"

    .text
    .global _start
_start:
    mov     eax, SYS_getpid
    push    RFLAGS_PLAIN | RFLAGS_TF
    popfq                               # the trap waits until one more is done
    syscall
    nop
    jmp     survived
