# Waiting: the CPU sleeps until an interrupt comes.

    .intel_syntax noprefix
    .include "include/percpu.inc"
    .include "include/process.inc"
    .include "include/vvar.inc"

    .text
    .global wait_for_interrupt
# Sleep until an interrupt; the time is not the process's.
# in:  interrupts off
# clobbers: all that a call may
wait_for_interrupt:
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

    .global monotonic_now
# out: RAX = nanoseconds since boot
# clobbers: RCX, RDX, RDI, R8, R9
monotonic_now:
    mov edi, CLOCK_MONOTONIC
    call clock_read
    imul rcx, rcx, NANOSECONDS_A_SECOND
    add rax, rcx
    ret

    .global wait_until
# Sleep until a time.
# in:  RDI = nanoseconds since boot
# clobbers: all that a call may
wait_until:
    push rbx
    mov rbx, rdi
1:  call monotonic_now
    cmp rax, rbx
    jae 2f
    call wait_for_interrupt
    jmp 1b
2:  pop rbx
    ret
