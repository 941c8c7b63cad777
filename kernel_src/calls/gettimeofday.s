# gettimeofday, which the vDSO answers as a rule; and the time zone, which Linux keeps there.

    .intel_syntax noprefix
    .include "include/vvar.inc"

    .text
    .global sys_gettimeofday
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

    .global time_of_day
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
