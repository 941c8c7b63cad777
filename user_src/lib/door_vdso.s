# door_vdso.s: the door that is none, a function of the vDSO.
#
#   function   an address in the vDSO, found by name (vdso.s)
#   arguments  rdi rsi rdx, as any C function takes them (psABI x86-64, 3.2)
#   result     rax; a C function may change rax rcx rdx rsi rdi r8-r11
#
# The kernel keeps the time in a page that programs can read, so nobody has to
# enter it.  A question that the page does not answer is passed on by SYSCALL.
    .intel_syntax noprefix
    .include "include/registers.inc"
    .include "include/ticks.inc"
    .include "include/clock.inc"
    .include "include/errno.inc"

    .text

# What time is it?
# in: edi = clock, rsi = struct timespec.
# out: rax = 0 or -errno; -ENOSYS when there is no vDSO.  clobbers: as a C function.
    .global vdso_clock
vdso_clock:
    mov     rax, [rip + vdso_clock_gettime]
    jmp     call_function

# Which CPU am I on?
# in: rdi = long for the CPU, rsi = long for the node.
# out: rax = 0 or -errno; -ENOSYS when there is no vDSO.  clobbers: as a C function.
    .global vdso_cpu
vdso_cpu:
    xor     edx, edx                    # a cache that no kernel uses any more
    mov     rax, [rip + vdso_getcpu]

# in: rax = function or 0, rdi rsi rdx = arguments.  out: rax = its result or -ENOSYS.
# clobbers: as a C function.
call_function:
    test    rax, rax
    jz      1f
    jmp     rax
1:  mov     rax, -ENOSYS
    ret

# Call a function with known registers.
# in: registers_before.  out: registers_after.  clobbers: as a C function.
    .global vdso_registers
vdso_registers:
    push_callee_saved
    sub     rsp, 8                      # a call expects rsp at a multiple of 16
    mov     qword ptr [rip + registers_before + RDI_SLOT], CLOCK_MONOTONIC
    lea     rax, [rip + time_read]
    mov     [rip + registers_before + RSI_SLOT], rax
    load_registers registers_before
    call    [rip + vdso_clock_gettime]
    store_registers registers_after
    add     rsp, 8
    pop_callee_saved
    ret

# What does it cost?
# in: rdi = function, rsi, rdx = arguments.  out: rax = ticks a call.
# clobbers: as a C function.
    .global vdso_ticks
vdso_ticks:
    push    rbx
    push    rbp
    push    rdi                         # the function
    mov     rbx, rsi
    mov     rbp, rdx
    measure_begin
    mov     rdi, rbx
    mov     rsi, rbp
    call    [rsp + MEASURE_SAVED]
    measure_end
    pop     rdi
    pop     rbp
    pop     rbx
    ret

    .bss
    .balign 8
    .global vdso_clock_gettime, vdso_gettimeofday, vdso_time, vdso_getcpu, vdso_clock_getres
vdso_clock_gettime:                     # addresses of functions; 0 = not there
    .zero   8
vdso_gettimeofday:
    .zero   8
vdso_time:
    .zero   8
vdso_getcpu:
    .zero   8
vdso_clock_getres:
    .zero   8
time_read:
    .zero   TIMESPEC_SIZE
