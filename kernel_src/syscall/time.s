# Calls that tell the time.  They read the same page as the vDSO (include/vvar.inc).

    .intel_syntax noprefix
    .include "include/errno.inc"
    .include "include/percpu.inc"
    .include "include/process.inc"
    .include "include/vvar.inc"

    .text
    .global sys_clock_gettime, sys32_clock_gettime
# in:  EDI = clock, RSI = where to put a struct timespec
# out: RAX = 0 or -errno
sys_clock_gettime:
    push rsi
    call clock_read
    pop rdi
    jc bad_clock
store_pair:                                     # RCX and RAX, as two 64-bit numbers
    push rax
    push rcx
    mov edx, 16
    jmp store_struct

# The i386's struct timespec: 32-bit numbers.
sys32_clock_gettime:
    push rsi
    call clock_read
    pop rdi
    jc bad_clock
store_pair32:                                   # RCX and RAX, as two 32-bit numbers
    shl rax, 32
    mov ecx, ecx
    or rcx, rax
    push rax
    push rcx
    mov edx, 8

# Store what lies on the stack.
# in:  RDI = address, EDX = bytes, [RSP] = two slots with them
# out: RAX = 0 or -errno
store_struct:
    mov rsi, rsp
    call copy_to_user
    add rsp, 16
    test rax, rax
    jz 1f
    mov rax, -EFAULT
1:  ret
bad_clock:
    mov rax, -EINVAL
    ret

    .global sys_clock_getres, sys32_clock_getres
# in:  EDI = clock, RSI = where to put a struct timespec, or 0
# out: RAX = 0 or -errno
sys_clock_getres:
    call clock_resolution
    jc bad_clock
    mov rdi, rsi
    test rsi, rsi
    jnz store_pair
    xor eax, eax
    ret
sys32_clock_getres:
    call clock_resolution
    jc bad_clock
    mov rdi, rsi
    test rsi, rsi
    jnz store_pair32
    xor eax, eax
    ret

    .global sys_gettimeofday, sys32_gettimeofday
# in:  RDI = where to put a struct timeval, RSI = a struct timezone; each may be 0
# out: RAX = 0 or -errno
sys_gettimeofday:
    push rsi
    test rdi, rdi
    jz .Lzone
    call time_of_day
    call store_pair
    test rax, rax
    jz .Lzone
    pop rsi
    ret
sys32_gettimeofday:
    push rsi
    test rdi, rdi
    jz .Lzone
    call time_of_day
    call store_pair32
    test rax, rax
    jz .Lzone
    pop rsi
    ret
.Lzone:
    pop rdi
    xor eax, eax
    test rdi, rdi
    jz 1f
    push rax
    push qword ptr [rip + vvar_page + VVAR_TIME_ZONE]
    mov edx, 8
    jmp store_struct
1:  ret

# out: RCX = seconds, RAX = microseconds of CLOCK_REALTIME
# clobbers: RDX, R8, R9
time_of_day:
    push rdi
    xor edi, edi
    call clock_read
    xor edx, edx
    mov edi, NANOSECONDS_A_MICROSECOND
    div rdi
    pop rdi
    ret

    .global sys_time, sys32_time
# in:  RDI = where to put the seconds as well, or 0
# out: RAX = seconds since 1970-01-01, or -errno
sys_time:
    mov edx, 8
    mov rax, [rip + vvar_page + VVAR_BASES]
    jmp 1f
sys32_time:
    mov edx, 4
    movsxd rax, dword ptr [rip + vvar_page + VVAR_BASES]
1:  test rdi, rdi
    jz 2f
    push rax
    mov rsi, rsp
    call copy_to_user
    test rax, rax
    pop rax
    jz 2f
    mov rax, -EFAULT
2:  ret
