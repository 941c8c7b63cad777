# structures.s: what calls write into a program's memory, byte for byte, by both doors.  Only
# bytes that are the same on every system are shown; a file is /dev/null or the program.
    .intel_syntax noprefix
    .include "generated/syscalls.inc"
    .include "include/call.inc"
    .include "include/print.inc"

    .set BUFFER_SIZE,    4096
    .set FILL,           0xaa           # what a call leaves alone stays so
    .set HERE,           -100           # AT_FDCWD
    .set SELF,           3              # descriptors: the program, opened first
    .set SINK,           4
    .set SET_SIZE,       8
    .set SIGUSR1,        10
    .set CPU_LIMIT,      0
    .set GET_NAME,       16
    .set EMPTY_PATH,     0x1000

    .text
    .global _start
_start:
    call    fill
    lea     rdi, [rip + rows]
    lea     rsi, [rip + rows_end]
    lea     rdx, [rip + buffer]
    mov     ecx, BUFFER_SIZE
    lea     r8, [rip + show_bytes]
    call    make_calls
    xor     edi, edi
    jmp     exit_program

# Show the bytes that belong to a row.
# in: rbx = row.  out: nothing.  clobbers: as a C function.
show_bytes:
    push    r12
    push    r13
    call    print_newline
    mov     r12, [rbx + ROW_ARGUMENTS + 40]     # no call here has a sixth argument
    mov     r13, r12
    shr     r13, 32                     # how many
    mov     r12d, r12d
    lea     rax, [rip + buffer]
    add     r12, rax
    add     r13, r12
1:  cmp     r12, r13
    jae     2f
    mov     edi, ' '
    call    print_character
    movzx   edi, byte ptr [r12]
    mov     esi, 2
    call    print_hexadecimal_zeros
    inc     r12
    jmp     1b
2:  call    fill
    pop     r13
    pop     r12
    ret

# in: nothing.  out: nothing.  clobbers: rax rcx rdi.
fill:
    lea     rdi, [rip + buffer]
    mov     ecx, BUFFER_SIZE
    mov     eax, FILL
    rep stosb
    ret

    .section .data
    .balign 8
polled:                                 # three files: one, none, one that is not open
    .long   SINK, 1, -1, 1, 99, 1

    .section .rodata
self:
    .asciz  "/proc/self/exe"
sink:
    .asciz  "/dev/null"
root:
    .asciz  "/"
empty:
    .asciz  ""
    .balign 8
vectors32:
    .long   buffer, 3, buffer+8, 5
action32:                               # handler, flags, restorer, mask
    .long   0x11223344, 0x44000004, 0x55667788
    .quad   -1
action:
    .quad   0x1122334455667788, 0x04000000, 0x99aabbccddeeff, 0xf0f0f0f0f0f0f0f0
stack32:                                # address, flags, size
    .long   0x12345000, 0, 0x3000
no_time:
    .quad   0, 0
mask:
    .quad   -1

# A row, and which bytes of the buffer it shows: the sixth argument that no call here has.
    .macro shown text, from, size, number, a=0, b=0, c=0, d=0, e=0
    call_row "\text", \number, \a, \b, \c, \d, \e, (\size<<32)+\from
    .endm
    .macro shown32 text, from, size, number, a=0, b=0, c=0, d=0, e=0
    call_row "\text", BY_INT80+\number, \a, \b, \c, \d, \e, (\size<<32)+\from
    .endm

    .balign 8
rows:
    shown   "open the program", 0, 0, SYS_open, self
    shown   "open /dev/null", 0, 0, SYS_open, sink
    shown   "stat: links, mode, owners", 16, 24, SYS_stat, sink, buffer
    shown   "stat: device, size, block size, blocks", 40, 32, SYS_stat, sink, buffer
    shown   "stat: what lies behind it", 144, 8, SYS_stat, sink, buffer
    shown   "fstat: mode", 24, 4, SYS_fstat, SINK, buffer
    shown   "newfstatat: mode", 24, 4, SYS_newfstatat, SINK, empty, buffer, EMPTY_PATH
    shown32 "stat64: mode, links, owners", 16, 16, SYS32_stat64, sink, buffer
    shown32 "stat64: device", 32, 8, SYS32_stat64, sink, buffer
    shown32 "stat64: size, block size, blocks", 44, 20, SYS32_stat64, sink, buffer
    shown32 "stat64: what lies behind it", 96, 8, SYS32_stat64, sink, buffer
    shown32 "fstat64: mode", 16, 4, SYS32_fstat64, SINK, buffer
    shown32 "lstat64 of a link: mode", 16, 4, SYS32_lstat64, self, buffer
    shown32 "fstatat64: mode", 16, 4, SYS32_fstatat64, HERE, sink, buffer
    shown   "statx: links, owners, mode", 16, 16, SYS_statx, HERE, sink, 0, 0x7ff, buffer
    shown   "statx: size, blocks", 40, 16, SYS_statx, HERE, sink, 0, 0x7ff, buffer
    shown32 "statx: device", 128, 8, SYS32_statx, HERE, sink, 0, 0x7ff, buffer
    shown32 "pread64: four bytes at 1", 0, 8, SYS32_pread64, SELF, buffer, 4, 1
    shown32 "readv: the first eight in two pieces", 0, 16, SYS32_readv, SELF, vectors32, 2
    shown32 "_llseek: the new position", 0, 16, SYS32__llseek, SELF, 1, 2, buffer
    shown32 "go to the root", 0, 0, SYS32_chdir, root
    shown32 "getcwd", 0, 8, SYS32_getcwd, buffer, 100
    shown   "prctl: the program's name", 0, 16, SYS_prctl, GET_NAME, buffer
    shown   "an action", 0, 0, SYS_rt_sigaction, SIGUSR1, action, 0, SET_SIZE
    shown   "the same", 0, 32, SYS_rt_sigaction, SIGUSR1, 0, buffer, SET_SIZE
    shown32 "the same by INT 0x80", 0, 24, SYS32_rt_sigaction, SIGUSR1, 0, buffer, SET_SIZE
    shown32 "another", 0, 24, SYS32_rt_sigaction, SIGUSR1, action32, buffer, SET_SIZE
    shown   "which by SYSCALL is", 0, 32, SYS_rt_sigaction, SIGUSR1, 0, buffer, SET_SIZE
    shown   "blocked signals", 0, 16, SYS_rt_sigprocmask, 2, mask, buffer, SET_SIZE
    shown32 "all that can be", 0, 16, SYS32_rt_sigprocmask, 0, 0, buffer, SET_SIZE
    shown   "the signals' stack", 8, 16, SYS_sigaltstack, 0, buffer
    shown32 "a new one", 4, 16, SYS32_sigaltstack, stack32, buffer
    shown   "is, by SYSCALL,", 0, 24, SYS_sigaltstack, 0, buffer
    shown32 "and by INT 0x80", 0, 16, SYS32_sigaltstack, 0, buffer
    shown   "limit of CPU time", 0, 24, SYS_getrlimit, CPU_LIMIT, buffer
    shown32 "by INT 0x80", 0, 16, SYS32_ugetrlimit, CPU_LIMIT, buffer
    shown   "poll", 0, 0, SYS_poll, polled, 3, 0
    shown   "ppoll", 0, 0, SYS_ppoll, polled, 3, no_time
    shown32 "ppoll by INT 0x80", 0, 0, SYS32_ppoll, polled, 3, no_time
rows_end:

    .bss
    .balign 8
buffer:
    .zero   BUFFER_SIZE
