# system.s: calls about time, signals, limits and the process, and their errors.
    .intel_syntax noprefix
    .include "generated/syscalls.inc"
    .include "include/call.inc"
    .include "include/system.inc"

    .set BUFFER_SIZE,    4096
    .set BAD_ADDRESS,    1
    .set SET_SIZE,       8
    .set SIGUSR1,        10
    .set SIGKILL,        9
    .set SETMASK,        2
    .set ABSOLUTE,       1
    .set MONOTONIC,      1
    .set THREAD_TIME,    3
    .set RAW,            4
    .set NO_CLOCK,       77
    .set STACK_LIMIT,    3
    .set SET_NAME,       15
    .set GET_NAME,       16

    .text
    .global _start
_start:
    lea     rdi, [rip + rows]
    lea     rsi, [rip + rows_end]
    lea     rdx, [rip + buffer]
    mov     ecx, BUFFER_SIZE
    xor     r8d, r8d
    call    make_calls
    lea     rdi, [rip + name]
    call    print_string
    call    print_newline
    xor     edi, edi
    jmp     exit_program

    .section .rodata
    .balign 8
action:                                 # handler, flags, restorer, mask
    .quad   _start, 0x04000000, _start, -1
no_time:
    .quad   0, 0
too_many_nanoseconds:
    .quad   0, 1000000000
less_than_no_time:
    .quad   -1, 0
small_stack:
    .quad   buffer, 0, 100
odd_stack:
    .quad   buffer, 64, 4096
stack:
    .quad   buffer, 0, 4096
no_stack:
    .quad   0, 2, 0
all_signals:
    .quad   -1
no_signals:
    .quad   0
soft_above_hard:
    .quad   2, 1
long_name:
    .asciz  "a name that is too long"

    .balign 8
rows:
    call_row "sleep no time", SYS_nanosleep, no_time
    call_row "sleep too many nanoseconds", SYS_nanosleep, too_many_nanoseconds
    call_row "sleep less than no time", SYS_nanosleep, less_than_no_time
    call_row "sleep at a bad address", SYS_nanosleep, BAD_ADDRESS
    call_row "sleep until the past", SYS_clock_nanosleep, MONOTONIC, ABSOLUTE, no_time
    call_row "sleep by no clock", SYS_clock_nanosleep, NO_CLOCK, 0, no_time
    call_row "by a thread's time", SYS_clock_nanosleep, THREAD_TIME, 0, no_time
    call_row "by the raw clock", SYS_clock_nanosleep, RAW, 0, no_time
    call_row32 "sleep by INT 0x80", SYS32_nanosleep, no_time
    call_row32 "until the past", SYS32_clock_nanosleep_time64, MONOTONIC, ABSOLUTE, no_time

    call_row "a handler", SYS_rt_sigaction, SIGUSR1, action, 0, SET_SIZE
    call_row "which was it?", SYS_rt_sigaction, SIGUSR1, 0, old_action, SET_SIZE
    call_row "a handler for SIGKILL", SYS_rt_sigaction, SIGKILL, action, 0, SET_SIZE
    call_row "what of SIGKILL?", SYS_rt_sigaction, SIGKILL, 0, old_action+32, SET_SIZE
    call_row "a handler for signal 0", SYS_rt_sigaction, 0, action, 0, SET_SIZE
    call_row "for signal 65", SYS_rt_sigaction, 65, action, 0, SET_SIZE
    call_row "with small sets", SYS_rt_sigaction, SIGUSR1, action, 0, 4
    call_row "at a bad address", SYS_rt_sigaction, SIGUSR1, BAD_ADDRESS, 0, SET_SIZE
    call_row "block all", SYS_rt_sigprocmask, SETMASK, all_signals, 0, SET_SIZE
    call_row "in an unknown way", SYS_rt_sigprocmask, 9, all_signals, 0, SET_SIZE
    call_row "block none, and before?", SYS_rt_sigprocmask, SETMASK, no_signals, mask, SET_SIZE
    call_row "with small sets", SYS_rt_sigprocmask, SETMASK, no_signals, 0, 4
    call_row "a small stack for signals", SYS_sigaltstack, small_stack, 0
    call_row "an odd one", SYS_sigaltstack, odd_stack, 0
    call_row "which is there?", SYS_sigaltstack, 0, old_stack
    call_row "a good one", SYS_sigaltstack, stack, 0
    call_row "none, and which was there?", SYS_sigaltstack, no_stack, old_stack+24

    call_row "random bytes", SYS_getrandom, buffer, 100, 0
    call_row "none", SYS_getrandom, buffer, 0, 0
    call_row "of an unknown kind", SYS_getrandom, buffer, 100, 8
    call_row "of two kinds at once", SYS_getrandom, buffer, 100, 6
    call_row "at a bad address", SYS_getrandom, BAD_ADDRESS, 100, 0
    call_row "limit of the stack", SYS_prlimit64, 0, STACK_LIMIT, 0, limit
    call_row "limit of the unknown", SYS_prlimit64, 0, 16, 0, limit
    call_row "soft above hard", SYS_prlimit64, 0, STACK_LIMIT, soft_above_hard, 0
    call_row "of the unknown by getrlimit", SYS_getrlimit, 16, limit
    call_row "CPUs in too little", SYS_sched_getaffinity, 0, 4, buffer
    call_row "in an odd size", SYS_sched_getaffinity, 0, 1025, buffer
    call_row "of no process", SYS_sched_getaffinity, 0x3fffffff, 1024, buffer
    call_row "yield", SYS_sched_yield
    call_row "system information", SYS_sysinfo, buffer
    call_row "at a bad address", SYS_sysinfo, BAD_ADDRESS
    call_row "a name", SYS_prctl, SET_NAME, long_name
    call_row "which?", SYS_prctl, GET_NAME, name
    call_row "name at a bad address", SYS_prctl, SET_NAME, BAD_ADDRESS
    call_row "the unknown of a process", SYS_prctl, 12345
    call_row "list of robust locks", SYS_set_robust_list, buffer, 24
    call_row "of another size", SYS_set_robust_list, buffer, 23
    call_row "which were they?", SYS_umask, 022
    call_row "group of no process", SYS_getpgid, 0x3fffffff
    call_row "session of no process", SYS_getsid, 0x3fffffff
    call_row "a group less than 0", SYS_setpgid, 0, -1
rows_end:

    .bss
    .balign 8
old_action:
    .zero   64
old_stack:
    .zero   48
mask:
    .zero   8
limit:
    .zero   16
name:
    .zero   16
buffer:
    .zero   BUFFER_SIZE
