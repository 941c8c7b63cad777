# The clocks: the writer of the vvar page, and the kernel's own reader.
#
# The timer (machine/timer.s) moves the base times up 100 times a second.  Between two
# ticks a reader adds what the TSC has counted since (vdso/read_clock.inc).

    .intel_syntax noprefix
    .include "include/memory.inc"
    .include "include/percpu.inc"
    .include "include/process.inc"
    .include "include/vvar.inc"
    .include "vdso/read_clock.inc"

    .set CLOCKS_KEPT, 7                         # rows of the list at the end

    .text
    .global clock_start
# Begin: the wall time is the RTC's, the monotonic clocks are 0.
# in:  tsc_hz, wall_seconds
# clobbers: RAX, RCX, RDX, RSI
clock_start:
    lea rsi, [rip + vvar_page]
    movabs rax, NANOSECONDS_A_SECOND << VVAR_SCALE_BITS
    xor edx, edx
    div qword ptr [rip + tsc_hz]
    mov [rsi + VVAR_MULTIPLIER], rax
    mov rax, [rip + wall_seconds]
    mov [rsi + VVAR_BASES + (CLOCK_REALTIME << VVAR_BASE_SHIFT)], rax
    mov [rsi + VVAR_BASES + (CLOCK_REALTIME_COARSE << VVAR_BASE_SHIFT)], rax
    mov [rsi + VVAR_BASES + (CLOCK_TAI << VVAR_BASE_SHIFT)], rax
    call read_tsc
    mov [rsi + VVAR_CYCLES], rax
    ret

    .global clock_update
# Move the base times up to now.
# clobbers: RAX, RCX, RDX, RSI, RDI, R8 to R11
clock_update:
    lea rsi, [rip + vvar_page]
    call read_tsc
    mov r9, rax
    sub rax, [rsi + VVAR_CYCLES]
    mul qword ptr [rsi + VVAR_MULTIPLIER]
    mov ecx, [rsi + VVAR_FRACTION]              # what was left of a nanosecond last time
    add rax, rcx
    adc rdx, 0
    mov ecx, eax
    shrd rax, rdx, VVAR_SCALE_BITS
    mov r8, rax                                 # nanoseconds since the base times
    inc dword ptr [rsi + VVAR_SEQUENCE]         # odd; x86 keeps the order of stores
    mov [rsi + VVAR_CYCLES], r9
    mov [rsi + VVAR_FRACTION], ecx
    mov r9d, NANOSECONDS_A_SECOND
    lea r10, [rip + clocks]
    mov r11d, CLOCKS_KEPT
1:  movzx edi, byte ptr [r10]
    inc r10
    shl edi, VVAR_BASE_SHIFT
    lea rdi, [rsi + rdi + VVAR_BASES]
    mov rax, [rdi + VVAR_BASE_NANOSECONDS]
    add rax, r8
    xor edx, edx
    div r9
    add [rdi], rax
    mov [rdi + VVAR_BASE_NANOSECONDS], rdx
    dec r11d
    jnz 1b
    inc dword ptr [rsi + VVAR_SEQUENCE]         # even
    ret

    .global clock_read
# Read any clock.
# in:  EDI = its number
# out: RCX = seconds, RAX = nanoseconds; or carry set: there is no such clock
# clobbers: RDX, RDI, R8, R9
clock_read:
    lea r8, [rip + vvar_page]
    cmp edi, CLOCKS
    jae .Lby_process
    mov eax, CLOCKS_FINE
    bt eax, edi
    jc .Lfine
    mov eax, CLOCKS_COARSE
    bt eax, edi
    jc .Lcoarse
    mov eax, CLOCKS_CPUTIME
    bt eax, edi
    jnc .Lno_clock

.Lcpu_time:
    # One process: all the time since it began is its own, but what it slept.
    call read_tsc
    mov rcx, gs:[PERCPU_PROCESS]
    sub rax, [rcx + PROCESS_START_CYCLES]
    sub rax, [rcx + PROCESS_IDLE_CYCLES]
    mul qword ptr [r8 + VVAR_MULTIPLIER]
    shrd rax, rdx, VVAR_SCALE_BITS
    xor ecx, ecx
    jmp .Lnormalize
.Lfine:
    shl edi, VVAR_BASE_SHIFT
    read_clock
.Lnormalize:
    xor edx, edx
    mov edi, NANOSECONDS_A_SECOND
    div rdi
    add rcx, rax
    mov rax, rdx
    clc
    ret
.Lcoarse:
    shl edi, VVAR_BASE_SHIFT                    # interrupts are off: the writer is not at work
    mov rcx, [r8 + rdi + VVAR_BASES]
    mov rax, [r8 + rdi + VVAR_BASES + VVAR_BASE_NANOSECONDS]
    clc
    ret
.Lby_process:
    call clock_of_process
    jnc .Lcpu_time
    ret
.Lno_clock:
    stc
    ret

# A negative number is a clock for the CPU time of a process: the complement of its
# number << CPU_CLOCK_PROCESS_SHIFT | 4 for a thread | kind (Linux: include/linux/posix-timers.h).
# in:  EDI = clock
# out: EAX = kind; or carry set: there is no such clock
# clobbers: RDX
clock_of_process:
    mov edx, edi
    not edx
    test edx, edx
    js .Lno_clock                               # a positive number that is no clock's
    mov eax, edi
    and eax, CPU_CLOCK_KIND_MASK
    cmp eax, CPU_CLOCK_RUN
    ja .Lno_clock                               # a clock behind a descriptor
    shr edx, CPU_CLOCK_PROCESS_SHIFT
    jz 1f                                       # 0: whoever asks
    push rcx
    mov rcx, gs:[PERCPU_PROCESS]
    cmp edx, [rcx + PROCESS_ID]
    pop rcx
    jne .Lno_clock
1:  clc
    ret

    .global clock_resolution
# How finely a clock counts.
# in:  EDI = its number
# out: RCX = seconds, RAX = nanoseconds; or carry set: there is no such clock
clock_resolution:
    xor ecx, ecx
    cmp edi, CLOCKS
    jae .Lof_process
    mov eax, CLOCKS_COARSE
    bt eax, edi
    mov eax, NANOSECONDS_COARSE
    jc 1f
    mov eax, CLOCKS_FINE | CLOCKS_CPUTIME
    bt eax, edi
    jnc .Lno_clock
.Lexact:
    mov eax, NANOSECONDS_FINE
1:  clc
    ret
.Lof_process:
    call clock_of_process
    jc .Lno_clock
    cmp eax, CPU_CLOCK_RUN
    je .Lexact
    mov eax, NANOSECONDS_COARSE                 # user and system time are counted in ticks
    clc
    ret

    .section .rodata
clocks:                                         # the base times that there are
    .byte CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_MONOTONIC_RAW, CLOCK_REALTIME_COARSE
    .byte CLOCK_MONOTONIC_COARSE, CLOCK_BOOTTIME, CLOCK_TAI

    .data
    .balign PAGE_SIZE
    .global vvar_page
vvar_page:                                      # programs see this page, read-only
    .zero PAGE_SIZE
