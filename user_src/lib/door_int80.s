# door_int80.s: the oldest door, a software interrupt through gate 0x80 of the IDT.
#
#   number     eax: the i386 numbers (SYS32_...), also for a 64-bit program
#   arguments  ebx ecx edx esi edi ebp: 32 bits of each, so pointers below 4 GiB
#   result     rax; every other register and the flags come back as they were
#
# The CPU pushes SS, RSP, RFLAGS, CS and RIP on the kernel's stack, and IRET takes
# them back from there (SDM Vol. 3A, 6.12 and 6.14): all state is in memory.
    .intel_syntax noprefix
    .include "generated/syscalls.inc"
    .include "include/registers.inc"
    .include "include/ticks.inc"

    .text

# What time is it?
# in: edi = clock, rsi = struct timespec, below 4 GiB.  out: rax = 0 or -errno.
# clobbers: rcx.
    .global int80_clock
int80_clock:
    push    rbx                         # the caller's, and this door's first argument
    mov     eax, SYS32_clock_gettime64  # the i386 call whose seconds have 64 bits
    mov     ebx, edi
    mov     ecx, esi
    int     0x80
    pop     rbx
    ret

# Which CPU am I on?
# in: rdi = long for the CPU, rsi = long for the node, both below 4 GiB.
# out: rax = 0 or -errno.  clobbers: rcx rdx.
    .global int80_cpu
int80_cpu:
    push    rbx
    mov     eax, SYS32_getcpu
    mov     ebx, edi
    mov     ecx, esi
    xor     edx, edx                    # a cache that no kernel uses any more
    int     0x80
    pop     rbx
    ret

# Pass the door with known registers.
# in: registers_before.  out: registers_after.  clobbers: as a C function.
    .global int80_registers
int80_registers:
    push_callee_saved
    mov     dword ptr [rip + registers_before + RAX_SLOT], SYS32_getppid
    mov     dword ptr [rip + registers_before + RAX_SLOT + 4], UPPER_HALF
    load_registers registers_before
    int     0x80
    store_registers registers_after
    pop_callee_saved
    ret

# What does it cost?
# in: edi = number, esi, edx = arguments.  out: rax = ticks a call.
# clobbers: rcx rdx rsi r8-r11.
    .global int80_ticks
int80_ticks:
    push    rbx
    mov     ebx, esi
    mov     ecx, edx
    measure_begin
    mov     eax, edi
    int     0x80
    measure_end
    pop     rbx
    ret
