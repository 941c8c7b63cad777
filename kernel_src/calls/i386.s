# Calls of INT 0x80 whose structures are not those of SYSCALL: the i386's struct
# timespec, struct timeval and time_t have 32-bit numbers.

    .intel_syntax noprefix
    .include "include/vvar.inc"

    .text
    .global sys32_clock_gettime
# in:  EDI = clock, RSI = where to put a struct timespec
# out: RAX = 0 or -errno
sys32_clock_gettime:
    push rsi
    call clock_read
    pop rdi
    jc bad_clock

# Store RCX and RAX as two 32-bit numbers.
# in:  RDI = address
# out: RAX = 0 or -errno
store_pair32:
    shl rax, 32
    mov ecx, ecx
    or rcx, rax
    push rax
    push rcx
    mov edx, 8
    jmp store_struct

    .global sys32_clock_getres
# in:  EDI = clock, RSI = where to put a struct timespec, or 0
# out: RAX = 0 or -errno
sys32_clock_getres:
    call clock_resolution
    jc bad_clock
    mov rdi, rsi
    test rsi, rsi
    jnz store_pair32
    xor eax, eax
    ret

    .global sys32_gettimeofday
# in:  RDI = where to put a struct timeval, RSI = a struct timezone; each may be 0
# out: RAX = 0 or -errno
sys32_gettimeofday:
    push rsi
    test rdi, rdi
    jz 1f
    call time_of_day
    call store_pair32
    test rax, rax
    jz 1f
    pop rsi
    ret
1:  pop rsi
    xor edi, edi                                # the time zone has the same form on both
    jmp sys_gettimeofday
