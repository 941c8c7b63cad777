# clocks.s: which clocks there are by each door, that the doors agree, and that no
# clock ever goes backwards.
#
# Clocks by number (Linux: include/uapi/linux/time.h), those that there never were
# among them; negative ones are the CPU time of a process (-6, -2: this one's).
    .intel_syntax noprefix
    .include "generated/syscalls.inc"
    .include "include/auxv.inc"
    .include "include/clock.inc"
    .include "include/fact.inc"
    .include "include/print.inc"

    .set FIRST_COLUMN,  16
    .set COLUMN_WIDTH,  12
    .set DOORS,         4
    .set READS,         10000000        # by the vDSO, while the kernel's timer goes on
    .set OTHER_READS,   100000          # by the calls
    .set MICROSECONDS,  1000000         # in a second

    .text
    .global _start
_start:
    mov     rdi, rsp
    call    find_auxv
    mov     rdi, rax
    mov     esi, AT_SYSINFO_EHDR
    call    auxv_value
    mov     rdi, rax
    call    find_functions

    lea     rdi, [rip + text_gettime]
    lea     rsi, [rip + gettime_doors]
    call    show_table
    call    print_newline
    lea     rdi, [rip + text_getres]
    lea     rsi, [rip + getres_doors]
    call    show_table
    call    print_newline

    call    check_order
    call    check_time
    call    check_gettimeofday
    call    check_forward
    jmp     exit_facts

# A row for each clock, a column for each door: what the call returns.
# in: rdi = heading, rsi = the doors' routines.  out: nothing.  clobbers: as a C function.
show_table:
    push    rbx
    push    r12
    push    r13
    mov     r12, rsi
    call    print_string
    call    print_newline
    lea     rbx, [rip + clocks]
1:  movsxd  rdi, dword ptr [rbx]
    call    print_signed
    xor     r13d, r13d
2:  imul    edi, r13d, COLUMN_WIDTH
    add     edi, FIRST_COLUMN
    call    print_to_column
    mov     edi, [rbx]
    lea     rsi, [rip + answer]
    call    [r12 + r13 * 8]
    movsxd  rdi, eax
    call    print_signed
    inc     r13d
    cmp     r13d, DOORS
    jb      2b
    call    print_newline
    add     rbx, 4
    lea     rax, [rip + clocks_end]
    cmp     rbx, rax
    jb      1b
    pop     r13
    pop     r12
    pop     rbx
    ret

# The doors.
# in: edi = clock, rsi = where the answer goes.  out: eax = result.  clobbers: as a C function.
gettime_by_syscall:
    mov     eax, SYS_clock_gettime
    syscall
    ret
getres_by_syscall:
    mov     eax, SYS_clock_getres
    syscall
    ret
gettime_by_vdso:
    jmp     [rip + vdso_clock_gettime]
getres_by_vdso:
    jmp     [rip + vdso_clock_getres]
gettime_by_int80:
    mov     eax, SYS32_clock_gettime64
    jmp     by_int80
gettime32_by_int80:
    mov     eax, SYS32_clock_gettime
    jmp     by_int80
getres_by_int80:
    mov     eax, SYS32_clock_getres_time64
    jmp     by_int80
getres32_by_int80:
    mov     eax, SYS32_clock_getres
by_int80:
    push    rbx
    mov     ebx, edi
    mov     ecx, esi
    int     0x80
    pop     rbx
    ret

# The same clock by one door after the other: no answer may be before the last.
# in: nothing.  out: nothing.  clobbers: as a C function.
check_order:
    push    rbx
    push    r12
    lea     rbx, [rip + ordered]
    xor     r12d, r12d                  # answers that were not in order
1:  call    forget_last
    .irp    door, gettime_by_syscall, gettime_by_vdso, gettime_by_int80, gettime_by_vdso
    lea     rax, [rip + \door]
    mov     edi, [rbx]
    call    read_next
    add     r12, rax
    .endr
    add     rbx, 4
    lea     rax, [rip + ordered_end]
    cmp     rbx, rax
    jb      1b
    test    r12, r12
    fact    z, "three doors in turn tell times in order, of every clock"
    pop     r12
    pop     rbx
    ret

# in: nothing.  out: nothing.  clobbers: rax.
forget_last:
    xor     eax, eax
    mov     [rip + last + TIMESPEC_SEC], rax
    mov     [rip + last + TIMESPEC_NSEC], rax
    ret

# Read a clock and compare with the last time.
# in: rax = door, edi = clock.  out: rax = 0 when time did not go back and has the
# form of a time, else 1; last.  clobbers: as a C function.
read_next:
    sub     rsp, 8
    lea     rsi, [rip + answer]
    call    rax
    mov     ecx, eax                    # not 0: no time at all
    mov     rax, [rip + answer + TIMESPEC_SEC]
    mov     rdx, [rip + answer + TIMESPEC_NSEC]
    test    ecx, ecx
    jnz     1f
    cmp     rdx, NANOSECONDS
    jae     1f
    mov     rsi, [rip + last + TIMESPEC_SEC]
    mov     rdi, [rip + last + TIMESPEC_NSEC]
    mov     [rip + last + TIMESPEC_SEC], rax
    mov     [rip + last + TIMESPEC_NSEC], rdx
    sub     rdx, rdi                    # a subtraction of two-word numbers, but that the
    sbb     rax, rsi                    # lower words are below 10^9: the sign is right
    js      1f
    xor     eax, eax
    add     rsp, 8
    ret
1:  mov     eax, 1
    add     rsp, 8
    ret

# time(2): the second that CLOCK_REALTIME_COARSE is in.
# in: nothing.  out: nothing.  clobbers: as a C function.
check_time:
    push    rbx
    push    r12
    mov     edi, CLOCK_REALTIME_COARSE
    lea     rsi, [rip + answer]
    call    gettime_by_syscall
    mov     rbx, [rip + answer + TIMESPEC_SEC]
    lea     rdi, [rip + seconds]
    call    [rip + vdso_time]
    mov     r12, rax
    cmp     rax, [rip + seconds]
    fact    e, "time by the vDSO returns what it stores"
    mov     eax, SYS_time
    xor     edi, edi
    syscall
    mov     rdx, rax
    sub     rdx, r12                    # the second may have ended in between
    sub     r12, rbx
    or      rdx, r12
    cmp     rdx, 1
    fact    be, "time by the vDSO, by SYSCALL and the coarse clock agree"
    pop     r12
    pop     rbx
    ret

# gettimeofday: tv and tz may be left out; the time zone is UTC.
# in: nothing.  out: nothing.  clobbers: as a C function.
check_gettimeofday:
    push    rbx
    xor     edi, edi
    xor     esi, esi
    call    [rip + vdso_gettimeofday]
    test    eax, eax
    fact    z, "gettimeofday(NULL, NULL) by the vDSO is no mistake"
    mov     eax, SYS_gettimeofday
    xor     edi, edi
    xor     esi, esi
    syscall
    test    rax, rax
    fact    z, "gettimeofday(NULL, NULL) by SYSCALL is no mistake"

    mov     qword ptr [rip + zone], -1
    lea     rdi, [rip + answer]
    lea     rsi, [rip + zone]
    call    [rip + vdso_gettimeofday]
    cmp     qword ptr [rip + zone], 0
    fact    e, "the time zone by the vDSO is 0 minutes west, no summer time"
    mov     rbx, [rip + answer + TIMESPEC_SEC]
    imul    rbx, rbx, MICROSECONDS
    add     rbx, [rip + answer + TIMESPEC_NSEC]

    mov     qword ptr [rip + zone], -1
    mov     eax, SYS_gettimeofday
    lea     rdi, [rip + answer]
    lea     rsi, [rip + zone]
    syscall
    cmp     qword ptr [rip + zone], 0
    fact    e, "the time zone by SYSCALL is the same"
    cmp     qword ptr [rip + answer + TIMESPEC_NSEC], MICROSECONDS
    fact    b, "microseconds are less than a second"
    mov     rax, [rip + answer + TIMESPEC_SEC]
    imul    rax, rax, MICROSECONDS
    add     rax, [rip + answer + TIMESPEC_NSEC]
    cmp     rax, rbx
    fact    ae, "gettimeofday by the vDSO, then by SYSCALL: in order"
    pop     rbx
    ret

# Many reads of one clock, one after the other.
    .macro  forward door, clock, reads, text
    call    forget_last
    mov     ebx, \reads
    xor     r12d, r12d
1:  lea     rax, [rip + \door]
    mov     edi, \clock
    call    read_next
    add     r12, rax
    dec     ebx
    jnz     1b
    test    r12, r12
    fact    z, "\text"
    .endm

# in: nothing.  out: nothing.  clobbers: as a C function.
check_forward:
    push    rbx
    push    r12
    forward gettime_by_vdso, CLOCK_MONOTONIC, READS, "ten million times by the vDSO, in order"
    forward gettime_by_vdso, CLOCK_REALTIME, OTHER_READS, "the wall clock too"
    forward gettime_by_vdso, CLOCK_MONOTONIC_COARSE, OTHER_READS, "and the coarse clock"
    forward gettime_by_syscall, CLOCK_MONOTONIC, OTHER_READS, "the monotonic clock by SYSCALL"
    forward gettime_by_int80, CLOCK_MONOTONIC, OTHER_READS, "the monotonic clock by INT 0x80"
    pop     r12
    pop     rbx
    ret

    .section .rodata
text_gettime:
    .asciz  "clock_gettime   SYSCALL     vDSO        INT 0x80    INT 0x80, 32-bit seconds"
text_getres:
    .asciz  "clock_getres    SYSCALL     vDSO        INT 0x80    INT 0x80, 32-bit seconds"

    .balign 8
gettime_doors:
    .quad   gettime_by_syscall, gettime_by_vdso, gettime_by_int80, gettime32_by_int80
getres_doors:
    .quad   getres_by_syscall, getres_by_vdso, getres_by_int80, getres32_by_int80

clocks:                                 # every number up to 15, and some beyond
    .long   0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
    .long   32, 33, 0x7fffffff, -0x80000000
    .long   -1, -2, -3, -5, -6, -7, -8, -9, -0x7ffffffe
clocks_end:
ordered:
    .long   CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_MONOTONIC_RAW, CLOCK_BOOTTIME, CLOCK_TAI
    .long   CLOCK_REALTIME_COARSE, CLOCK_MONOTONIC_COARSE, CLOCK_PROCESS_CPUTIME
ordered_end:

    .bss
    .balign 8
answer:
    .zero   TIMESPEC_SIZE
last:                                   # the time that was read before
    .zero   TIMESPEC_SIZE
seconds:
    .zero   8
zone:
    .zero   8
