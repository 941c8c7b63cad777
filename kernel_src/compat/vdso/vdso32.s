# The 32-bit vDSO's code: what vdso64.s is for programs of the i386.
#
# Called like any C function there (psABI i386, 2.2.2): arguments on the stack, and
# EBX ESI EDI EBP are kept.  There is no address relative to the instruction pointer:
# a CALL pushes it, and the vvar page is at a known distance from what was pushed.
# What the page cannot answer is asked by __kernel_vsyscall, which is one of
# vsyscall_int80.s, vsyscall_sysenter.s and vsyscall_syscall.s.

    .intel_syntax noprefix
    .code32
    .include "generated/syscalls.inc"
    .include "include/percpu.inc"
    .include "include/selectors.inc"
    .include "include/vdso32.inc"
    .include "include/vvar.inc"

    .set SYS32_sigreturn, 119
    .set SYS32_rt_sigreturn, 173
    .set ARGUMENTS, 20                          # behind four registers and a return address

    .macro keep_all
    keep ebx
    keep esi
    keep edi
    keep ebp
    .endm

    .macro restore_all
    restore ebp
    restore edi
    restore esi
    restore ebx
    .endm

# Find the vvar page.
# out: the register
    .macro find_vvar register
    call .Lhere\@
.Lhere\@:
    .cfi_adjust_cfa_offset 4
    pop \register
    .cfi_adjust_cfa_offset -4
    add \register, offset vvar_page - .Lhere\@
    .endm

    .text
    .balign 16
# Read any clock that the page has.
# in:  EDI = its number
# out: EDX:ECX = seconds, EAX = nanoseconds; or carry set: the kernel is to be asked
# clobbers: EBX, ESI, EDI, EBP
read_clock32:
    .cfi_startproc
    find_vvar ebx
    cmp edi, CLOCKS                             # BT would take a number modulo 32
    jae .Lnot_here
    mov eax, CLOCKS_FINE
    bt eax, edi
    jc .Lfine
    mov eax, CLOCKS_COARSE
    bt eax, edi
    jnc .Lnot_here
    shl edi, VVAR_BASE_SHIFT
1:  mov ebp, [ebx + VVAR_SEQUENCE]
    test ebp, 1                                 # odd: the writer is at work
    jnz 1b
    mov ecx, [ebx + edi + VVAR_BASES]
    mov edx, [ebx + edi + VVAR_BASES + 4]
    mov eax, [ebx + edi + VVAR_BASES + VVAR_BASE_NANOSECONDS]
    cmp ebp, [ebx + VVAR_SEQUENCE]
    jne 1b
    clc
    ret

# (TSC - base) * multiplier >> 32, as vdso/read_clock.inc has it, by halves.
.Lfine:
    shl edi, VVAR_BASE_SHIFT
2:  mov ebp, [ebx + VVAR_SEQUENCE]
    test ebp, 1
    jnz 2b
    lfence                                      # RDTSC may not run ahead of the load above
    rdtsc
    sub eax, [ebx + VVAR_CYCLES]
    sbb edx, [ebx + VVAR_CYCLES + 4]
    mov ecx, edx
    mov esi, eax
    mul dword ptr [ebx + VVAR_MULTIPLIER]       # low * low: only its upper half counts
    push edx
    .cfi_adjust_cfa_offset 4
    mov eax, esi
    mul dword ptr [ebx + VVAR_MULTIPLIER + 4]   # low * high
    mov esi, edx
    add [esp], eax
    adc esi, 0
    mov eax, ecx
    mul dword ptr [ebx + VVAR_MULTIPLIER]       # high * low
    add [esp], eax
    adc esi, edx
    imul ecx, [ebx + VVAR_MULTIPLIER + 4]       # high * high: only its lower half counts
    add esi, ecx
    pop eax
    .cfi_adjust_cfa_offset -4
    add eax, [ebx + edi + VVAR_BASES + VVAR_BASE_NANOSECONDS]
    adc esi, 0                                  # ESI:EAX = nanoseconds
    mov ecx, [ebx + edi + VVAR_BASES]
    mov edx, [ebx + edi + VVAR_BASES + 4]
    cmp ebp, [ebx + VVAR_SEQUENCE]
    jne 2b
    test esi, esi
    jnz 3f
    cmp eax, NANOSECONDS_A_SECOND
    jb 4f
3:  mov ebp, edx                                # seconds passed since the last tick: rare
    mov edx, esi
    mov esi, NANOSECONDS_A_SECOND
    div esi
    add ecx, eax
    mov eax, edx
    mov edx, ebp
    adc edx, 0
4:  clc
    ret
.Lnot_here:
    stc
    ret
    .cfi_endproc
    .size read_clock32, . - read_clock32

    .global __vdso_clock_gettime
    .type __vdso_clock_gettime, @function
    .balign 16
# int clock_gettime(clockid_t clock, struct old_timespec32 *tp)
# out: EAX = 0 or -errno
__vdso_clock_gettime:
    .cfi_startproc
    keep_all
    mov edi, [esp + ARGUMENTS]
    call read_clock32
    jc 1f
    mov ebx, [esp + ARGUMENTS + 4]
    mov [ebx], ecx
    mov [ebx + 4], eax
    xor eax, eax
    jmp 2f
1:  mov ebx, [esp + ARGUMENTS]
    mov ecx, [esp + ARGUMENTS + 4]
    mov eax, SYS32_clock_gettime
    call __kernel_vsyscall
2:  restore_all
    ret
    .cfi_endproc
    .size __vdso_clock_gettime, . - __vdso_clock_gettime

    .global __vdso_clock_gettime64
    .type __vdso_clock_gettime64, @function
    .balign 16
# int clock_gettime64(clockid_t clock, struct timespec *tp), the one that outlives 2038
# out: EAX = 0 or -errno
__vdso_clock_gettime64:
    .cfi_startproc
    keep_all
    mov edi, [esp + ARGUMENTS]
    call read_clock32
    jc 1f
    mov ebx, [esp + ARGUMENTS + 4]
    mov [ebx], ecx
    mov [ebx + 4], edx
    mov [ebx + 8], eax
    xor eax, eax
    mov [ebx + 12], eax
    jmp 2f
1:  mov ebx, [esp + ARGUMENTS]
    mov ecx, [esp + ARGUMENTS + 4]
    mov eax, SYS32_clock_gettime64
    call __kernel_vsyscall
2:  restore_all
    ret
    .cfi_endproc
    .size __vdso_clock_gettime64, . - __vdso_clock_gettime64

    .global __vdso_gettimeofday
    .type __vdso_gettimeofday, @function
    .balign 16
# int gettimeofday(struct old_timeval32 *tv, struct timezone *tz); each may be 0
# out: EAX = 0
__vdso_gettimeofday:
    .cfi_startproc
    keep_all
    cmp dword ptr [esp + ARGUMENTS], 0
    je 1f
    mov edi, CLOCK_REALTIME
    call read_clock32
    mov ebx, [esp + ARGUMENTS]
    mov [ebx], ecx
    xor edx, edx
    mov ecx, NANOSECONDS_A_MICROSECOND
    div ecx
    mov [ebx + 4], eax
1:  mov esi, [esp + ARGUMENTS + 4]
    test esi, esi
    jz 2f
    find_vvar ebx
    mov eax, [ebx + VVAR_TIME_ZONE]
    mov [esi], eax
    mov eax, [ebx + VVAR_TIME_ZONE + 4]
    mov [esi + 4], eax
2:  xor eax, eax
    restore_all
    ret
    .cfi_endproc
    .size __vdso_gettimeofday, . - __vdso_gettimeofday

    .global __vdso_time
    .type __vdso_time, @function
    .balign 16
# old_time32_t time(old_time32_t *tloc); it may be 0
# out: EAX = seconds since 1970-01-01
__vdso_time:
    .cfi_startproc
    find_vvar ecx
    mov eax, [ecx + VVAR_BASES + (CLOCK_REALTIME << VVAR_BASE_SHIFT)]
    mov ecx, [esp + 4]
    test ecx, ecx
    jz 1f
    mov [ecx], eax
1:  ret
    .cfi_endproc
    .size __vdso_time, . - __vdso_time

    .global __vdso_clock_getres
    .type __vdso_clock_getres, @function
    .balign 16
# int clock_getres(clockid_t clock, struct old_timespec32 *res); it may be 0
# out: EAX = 0 or -errno
__vdso_clock_getres:
    .cfi_startproc
    mov edx, [esp + 4]
    cmp edx, CLOCKS
    jae 2f
    mov ecx, NANOSECONDS_FINE
    mov eax, CLOCKS_FINE
    bt eax, edx
    jc 1f
    mov ecx, NANOSECONDS_COARSE
    mov eax, CLOCKS_COARSE
    bt eax, edx
    jnc 2f
1:  xor eax, eax
    mov edx, [esp + 8]
    test edx, edx
    jz 3f
    mov [edx], eax
    mov [edx + 4], ecx
3:  ret
2:  keep ebx
    mov ebx, [esp + 8]
    mov ecx, [esp + 12]
    mov eax, SYS32_clock_getres
    call __kernel_vsyscall
    restore ebx
    ret
    .cfi_endproc
    .size __vdso_clock_getres, . - __vdso_clock_getres

    .global __vdso_getcpu
    .type __vdso_getcpu, @function
    .balign 16
# int getcpu(unsigned *cpu, unsigned *node, void *unused); each may be 0
# out: EAX = 0
# The kernel keeps node << 12 | cpu as the limit of a segment, which LSL reads.
__vdso_getcpu:
    .cfi_startproc
    mov eax, CPU_NODE
    lsl eax, eax
    mov edx, [esp + 8]
    test edx, edx
    jz 1f
    mov ecx, eax
    shr ecx, CPU_NODE_SHIFT
    mov [edx], ecx
1:  mov edx, [esp + 4]
    test edx, edx
    jz 2f
    and eax, CPU_NUMBER_MASK
    mov [edx], eax
2:  xor eax, eax
    ret
    .cfi_endproc
    .size __vdso_getcpu, . - __vdso_getcpu

# Where a signal's handler returns to, when its frame is the kernel's: C libraries name
# no other place once they have found these.
    .global __kernel_sigreturn
    .type __kernel_sigreturn, @function
    .balign 16
# in:  ESP = the signal's number, then its struct sigcontext
__kernel_sigreturn:
    pop eax
    mov eax, SYS32_sigreturn
    int 0x80
    nop
    .size __kernel_sigreturn, . - __kernel_sigreturn

    .global __kernel_rt_sigreturn
    .type __kernel_rt_sigreturn, @function
    .balign 16
# in:  ESP = the frame of a handler that asked for SA_SIGINFO
__kernel_rt_sigreturn:
    mov eax, SYS32_rt_sigreturn
    int 0x80
    nop
    .size __kernel_rt_sigreturn, . - __kernel_rt_sigreturn
