# How fast the time-stamp counter counts, measured with the PIT.
#
# PIT channel 0 counts down at 1,193,182 Hz.  The moment at which its count changes
# is known well: between two reads.  Two such edges about 1 ms apart give the rate;
# a second measurement has to agree, since a virtual CPU can be put aside meanwhile.
# (Channel 2 with its gate needs port 0x61, which not every machine has.)

    .intel_syntax noprefix
    .include "include/ports.inc"
    .include "include/vvar.inc"

    .set WINDOW, 1193                           # PIT counts between the two edges, at least
    .set EDGES, 4                               # the best of so many is taken
    .set PAUSES, 200                            # between two reads that only pass the time
    .set TRIES, 16
    .set AGREEMENT_SHIFT, 10                    # two rates agree within 1/1024 of one

    .text
    .global tsc_start
# Measure the rate.
# clobbers: RAX, RCX, RDX, RSI, RDI, R8 to R11
tsc_start:
    push rbx
    push r12
    mov al, PIT_RATE_GENERATOR                  # counts from 65536
    out PORT_PIT_COMMAND, al
    xor eax, eax
    out PORT_PIT_COUNT, al
    out PORT_PIT_COUNT, al
    call tsc_measure                            # the first warms up what will be executed
    mov r12d, TRIES
1:  mov rbx, rax
    call tsc_measure
    mov rcx, rax
    sub rcx, rbx
    jns 2f
    neg rcx
2:  mov rdx, rax
    shr rdx, AGREEMENT_SHIFT
    cmp rcx, rdx
    jb 3f
    dec r12d
    jnz 1b
3:  add rax, rbx
    shr rax, 1
    mov [rip + tsc_hz], rax
    pop r12
    pop rbx
    ret

# One measurement.
# out: RAX = TSC cycles a second
# clobbers: all that a call may
tsc_measure:
    push rbx
    push r12
    call pit_edge
    mov rbx, rax                                # TSC
    mov r12d, ecx                               # count
1:  mov ecx, PAUSES
2:  pause
    dec ecx
    jnz 2b
    call pit_read
    mov ecx, r12d
    sub ecx, eax                                # it counts down, modulo 65536
    movzx ecx, cx
    cmp ecx, WINDOW
    jb 1b
    call pit_edge
    sub rax, rbx
    sub r12d, ecx
    movzx ecx, r12w
    mov edx, PIT_HZ
    mul rdx
    div rcx
    pop r12
    pop rbx
    ret

# Find a moment at which the count changes, the narrowest of EDGES.
# out: RAX = TSC just after it, ECX = the new count
# clobbers: RDX, RSI, RDI, R8 to R11
pit_edge:
    push rbx
    push r12
    push r13
    mov r13d, EDGES
    mov r8, -1                                  # the narrowest so far
    call pit_read
    mov r9d, eax
    call read_tsc
    mov r10, rax
1:  call pit_read
    mov r11d, eax
    call read_tsc
    mov rcx, rax
    sub rcx, r10                                # the change came within this
    mov r10, rax
    cmp r11d, r9d
    je 1b
    mov r9d, r11d
    cmp rcx, r8
    jae 2f
    mov r8, rcx
    mov rbx, rax
    mov r12d, r11d
2:  dec r13d
    jnz 1b
    mov rax, rbx
    mov ecx, r12d
    pop r13
    pop r12
    pop rbx
    ret

# out: EAX = the count
pit_read:
    mov al, PIT_LATCH
    out PORT_PIT_COMMAND, al
    in al, PORT_PIT_COUNT
    mov dl, al
    in al, PORT_PIT_COUNT
    mov dh, al
    movzx eax, dx
    ret

    .global read_tsc
# out: RAX = the TSC
# clobbers: RDX
read_tsc:
    lfence                                      # not before what stands before it
    rdtsc
    shl rdx, 32
    or rax, rdx
    ret

    .bss
    .balign 8
    .global tsc_hz
tsc_hz:
    .skip 8
