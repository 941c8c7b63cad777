# The vDSO's code: system calls that need no kernel (vdso(7)).
#
# Programs run this in ring 3, called like any C function (psABI x86-64 3.2).  It
# reads the vvar page, which lies one page below the vDSO wherever that was mapped;
# the kernel writes it (time/clock.s).  What the page cannot answer is asked of the
# kernel by SYSCALL.

    .intel_syntax noprefix
    .include "generated/syscalls.inc"
    .include "include/percpu.inc"
    .include "include/selectors.inc"
    .include "include/vvar.inc"
    .include "vdso/read_clock.inc"

    .text
    .global __vdso_clock_gettime
    .type __vdso_clock_gettime, @function
    .balign 16
# int clock_gettime(clockid_t clock, struct timespec *tp)
# in:  EDI = clock, RSI = where to put seconds and nanoseconds
# out: EAX = 0 or -errno
__vdso_clock_gettime:
    .cfi_startproc
    cmp edi, CLOCKS                             # BT would take a number modulo 32
    jae .Lask_kernel
    mov eax, CLOCKS_FINE
    bt eax, edi
    jnc .Lnot_fine
    lea r8, [rip + vvar_page]
    shl edi, VVAR_BASE_SHIFT
    read_clock
    cmp rax, NANOSECONDS_A_SECOND
    jae .Lseconds_passed
.Lstore:
    mov [rsi], rcx
    mov [rsi + 8], rax
    xor eax, eax
    ret

.Lseconds_passed:                               # since the last tick: rare
    xor edx, edx
    mov edi, NANOSECONDS_A_SECOND
    div rdi
    add rcx, rax
    mov rax, rdx
    jmp .Lstore

.Lnot_fine:
    mov eax, CLOCKS_COARSE
    bt eax, edi
    jnc .Lask_kernel
    lea r8, [rip + vvar_page]
    shl edi, VVAR_BASE_SHIFT
1:  mov r9d, [r8 + VVAR_SEQUENCE]
    test r9d, 1
    jnz 1b
    mov rcx, [r8 + rdi + VVAR_BASES]
    mov rax, [r8 + rdi + VVAR_BASES + VVAR_BASE_NANOSECONDS]
    cmp r9d, [r8 + VVAR_SEQUENCE]
    jne 1b
    jmp .Lstore

.Lask_kernel:
    mov eax, SYS_clock_gettime
    syscall
    ret
    .cfi_endproc
    .size __vdso_clock_gettime, . - __vdso_clock_gettime

    .global __vdso_gettimeofday
    .type __vdso_gettimeofday, @function
    .balign 16
# int gettimeofday(struct timeval *tv, struct timezone *tz)
# in:  RDI = where to put seconds and microseconds, RSI = the time zone; each may be 0
# out: EAX = 0
__vdso_gettimeofday:
    .cfi_startproc
    lea r8, [rip + vvar_page]
    test rdi, rdi
    jz 1f
    mov r10, rdi
    mov edi, CLOCK_REALTIME << VVAR_BASE_SHIFT
    read_clock
    xor edx, edx
    mov edi, NANOSECONDS_A_SECOND
    div rdi
    add rcx, rax
    mov [r10], rcx
    mov eax, edx
    xor edx, edx
    mov edi, NANOSECONDS_A_MICROSECOND
    div edi
    mov [r10 + 8], rax
1:  test rsi, rsi
    jz 2f
    mov rax, [r8 + VVAR_TIME_ZONE]
    mov [rsi], rax
2:  xor eax, eax
    ret
    .cfi_endproc
    .size __vdso_gettimeofday, . - __vdso_gettimeofday

    .global __vdso_time
    .type __vdso_time, @function
    .balign 16
# time_t time(time_t *tloc)
# in:  RDI = where to put the seconds as well, or 0
# out: RAX = seconds since 1970-01-01
__vdso_time:
    .cfi_startproc
    mov rax, [rip + vvar_page + VVAR_BASES + (CLOCK_REALTIME << VVAR_BASE_SHIFT)]
    test rdi, rdi
    jz 1f
    mov [rdi], rax
1:  ret
    .cfi_endproc
    .size __vdso_time, . - __vdso_time

    .global __vdso_getcpu
    .type __vdso_getcpu, @function
    .balign 16
# int getcpu(unsigned *cpu, unsigned *node, void *unused)
# in:  RDI, RSI = where to put the numbers; each may be 0
# out: EAX = 0
# The kernel keeps node << 12 | cpu as the limit of a segment, which LSL reads.
__vdso_getcpu:
    .cfi_startproc
    mov eax, CPU_NODE
    lsl eax, eax
    test rsi, rsi
    jz 1f
    mov ecx, eax
    shr ecx, CPU_NODE_SHIFT
    mov [rsi], ecx
1:  test rdi, rdi
    jz 2f
    and eax, CPU_NUMBER_MASK
    mov [rdi], eax
2:  xor eax, eax
    ret
    .cfi_endproc
    .size __vdso_getcpu, . - __vdso_getcpu

    .global __vdso_clock_getres
    .type __vdso_clock_getres, @function
    .balign 16
# int clock_getres(clockid_t clock, struct timespec *res)
# in:  EDI = clock, RSI = where to put seconds and nanoseconds, or 0
# out: EAX = 0 or -errno
__vdso_clock_getres:
    .cfi_startproc
    cmp edi, CLOCKS
    jae 2f
    mov ecx, NANOSECONDS_FINE
    mov eax, CLOCKS_FINE
    bt eax, edi
    jc 1f
    mov ecx, NANOSECONDS_COARSE
    mov eax, CLOCKS_COARSE
    bt eax, edi
    jnc 2f
1:  xor eax, eax
    test rsi, rsi
    jz 3f
    mov [rsi], rax
    mov [rsi + 8], rcx
3:  ret
2:  mov eax, SYS_clock_getres
    syscall
    ret
    .cfi_endproc
    .size __vdso_clock_getres, . - __vdso_clock_getres
