# door_syscall.s: the door that 64-bit CPUs were given for the purpose, SYSCALL.
#
#   number     eax: the x86-64 numbers (SYS_...)
#   arguments  rdi rsi rdx r10 r8 r9
#   result     rax; rcx and r11 are lost, every other register comes back
#
# SYSCALL touches no memory: the CPU puts RIP into rcx and RFLAGS into r11, loads
# both anew from MSRs, and SYSRET brings them back (SDM Vol. 3A, 5.8.8).  That is
# why the 4th argument is in r10 here and in rcx where a C function takes it.
    .intel_syntax noprefix
    .include "generated/syscalls.inc"
    .include "include/registers.inc"
    .include "include/ticks.inc"

    .text

# What time is it?
# in: edi = clock, rsi = struct timespec.  out: rax = 0 or -errno.  clobbers: rcx r11.
    .global syscall_clock
syscall_clock:
    mov     eax, SYS_clock_gettime      # the arguments are where they belong already
    syscall
    ret

# Which CPU am I on?
# in: rdi = long for the CPU, rsi = long for the node.  out: rax = 0 or -errno.
# clobbers: rcx rdx r11.
    .global syscall_cpu
syscall_cpu:
    mov     eax, SYS_getcpu
    xor     edx, edx                    # a cache that no kernel uses any more
    syscall
    ret

# Pass the door with known registers.
# in: registers_before.  out: registers_after.  clobbers: as a C function.
    .global syscall_registers, syscall_return
syscall_registers:
    push_callee_saved
    mov     dword ptr [rip + registers_before + RAX_SLOT], SYS_getppid
    mov     dword ptr [rip + registers_before + RAX_SLOT + 4], UPPER_HALF
    load_registers registers_before
    syscall
syscall_return:                         # rcx must name this address
    store_registers registers_after
    pop_callee_saved
    ret

# What does it cost?
# in: edi = number, rsi, rdx = arguments.  out: rax = ticks a call.
# clobbers: rcx rdx rsi rdi r8-r11.
    .global syscall_ticks
syscall_ticks:
    mov     r8d, edi
    mov     rdi, rsi
    mov     rsi, rdx
    measure_begin
    mov     eax, r8d
    syscall
    measure_end
    ret
