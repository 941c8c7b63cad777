# Calls that wait: nanosleep, poll and their relatives.
#
# Nothing wakes a program but time and its terminal, so a wait ends when its time is
# over or when the terminal has something.  The clock is looked at with each interrupt,
# at least 100 times a second.

    .intel_syntax noprefix
    .include "include/errno.inc"
    .include "include/file.inc"
    .include "include/percpu.inc"
    .include "include/process.inc"
    .include "include/vvar.inc"

    .set TIMER_ABSTIME, 1
    .set FOREVER, -1
    .set SECONDS_MAX, 1 << 33                   # their nanoseconds still fit 64 bits
    .set NANOSECONDS_A_MILLISECOND, 1000000
    .set CLOCKS_THAT_WAKE, CLOCKS_OF_DAY | 1 << CLOCK_MONOTONIC | 1 << CLOCK_BOOTTIME
    .set CLOCKS_THAT_DO_NOT, CLOCKS_COARSE | 1 << CLOCK_MONOTONIC_RAW | CLOCKS_CPUTIME

    .set POLL_DESCRIPTOR, 0                     # struct pollfd
    .set POLL_EVENTS, 4
    .set POLL_RESULT, 6
    .set POLL_BYTES, 8
    .set POLLIN, 1
    .set POLLOUT, 4
    .set POLLNVAL, 0x20
    .set POLLRDNORM, 0x40
    .set POLLWRNORM, 0x100
    .set POLL_READABLE, POLLIN | POLLRDNORM
    .set POLL_WRITABLE, POLLOUT | POLLWRNORM

    .text
    .global sys_nanosleep, sys32_nanosleep
# in:  RDI = struct timespec: how long, RSI = where to put what is left: nothing ever is
# out: RAX = 0 or -errno
sys_nanosleep:
    call time_fetch
    jmp 1f
sys32_nanosleep:
    call time32_fetch
1:  jnz 2f

# in:  RCX = nanoseconds
# out: RAX = 0
sleep_for:
    push rcx
    call monotonic_now
    pop rdi
    add rdi, rax
    call wait_until
    xor eax, eax
2:  ret

    .global sys_clock_nanosleep, sys32_clock_nanosleep
# in:  EDI = clock, ESI = flags, RDX = struct timespec, R10 = where to put what is left
# out: RAX = 0 or -errno
sys_clock_nanosleep:
    lea r8, [rip + time_fetch]
    jmp 1f
sys32_clock_nanosleep:
    lea r8, [rip + time32_fetch]
1:  mov rax, -EINVAL
    cmp edi, CLOCKS
    jae 3f
    mov ecx, CLOCKS_THAT_WAKE
    bt ecx, edi
    jc 1f
    mov ecx, CLOCKS_THAT_DO_NOT
    bt ecx, edi
    jnc 3f
    mov rax, -EOPNOTSUPP
    ret
1:  push rdi
    push rsi
    mov rdi, rdx
    call r8
    pop rsi
    pop rdi
    jnz 3f
    test esi, TIMER_ABSTIME
    jz sleep_for
    push rcx
    call clock_read
    imul rcx, rcx, NANOSECONDS_A_SECOND
    add rax, rcx
    pop rcx
    sub rcx, rax                                # what is left by that clock
    ja sleep_for
    xor eax, eax
3:  ret

# Fetch a struct timespec.
# in:  RDI = its address in the program
# out: zero flag set and RCX = nanoseconds, or RAX = -errno
# clobbers: RDX, RSI, RDI
time_fetch:
    sub rsp, 16
    mov rsi, rdi
    mov rdi, rsp
    mov edx, 16
    call copy_from_user
    mov rcx, [rsp]
    mov rdx, [rsp + 8]
    jmp 1f
time32_fetch:                                   # numbers of 32 bits
    sub rsp, 16
    mov rsi, rdi
    mov rdi, rsp
    mov edx, 8
    call copy_from_user
    movsxd rcx, dword ptr [rsp]
    movsxd rdx, dword ptr [rsp + 4]
1:  lea rsp, [rsp + 16]
    test rax, rax
    mov rax, -EFAULT
    jnz 2f
    mov rax, -EINVAL
    test rcx, rcx
    js 2f
    cmp rdx, NANOSECONDS_A_SECOND
    jae 3f
    mov rax, SECONDS_MAX
    cmp rcx, rax
    cmova rcx, rax
    imul rcx, rcx, NANOSECONDS_A_SECOND
    add rcx, rdx
    cmp eax, eax
2:  ret
3:  test rax, rax                               # an error number is not zero
    ret

    .global sys_poll
# in:  RDI = struct pollfds, ESI = how many, EDX = milliseconds, or less than 0: no limit
# out: RAX = how many have something to say, or -errno
sys_poll:
    mov rcx, FOREVER
    test edx, edx
    js poll
    imul rcx, rdx, NANOSECONDS_A_MILLISECOND
    jmp poll

    .global sys_ppoll, sys32_ppoll
# in:  RDI = struct pollfds, ESI = how many, RDX = struct timespec or 0: no limit,
#      R10 = signals to be blocked meanwhile: none is ever delivered
# out: as sys_poll
sys_ppoll:
    lea r8, [rip + time_fetch]
    jmp 1f
sys32_ppoll:
    lea r8, [rip + time32_fetch]
1:  mov rcx, FOREVER
    test rdx, rdx
    jz poll
    push rsi
    push rdi
    mov rdi, rdx
    call r8
    pop rdi
    pop rsi
    jnz 3b

# in:  RDI, ESI as above, RCX = nanoseconds
poll:
    push rbx
    push rbp
    push r12
    push r13
    mov r12, rdi
    mov r13d, esi
    mov rax, -EINVAL
    cmp esi, DESCRIPTORS_MAX                    # RLIMIT_NOFILE
    ja 4f
    mov rbx, FOREVER
    cmp rcx, rbx
    je 1f
    mov rbx, rcx
    call monotonic_now
    add rbx, rax                                # when it is over
1:  call poll_once
    test rax, rax
    jnz 4f
    cmp rbx, FOREVER
    je 2f
    call monotonic_now
    cmp rax, rbx
    mov eax, 0
    jae 4f
2:  call wait_for_interrupt
    jmp 1b
4:  pop r13
    pop r12
    pop rbp
    pop rbx
    ret

# in:  R12 = struct pollfds, R13D = how many
# out: RAX = how many have something to say, or -errno
# clobbers: all that a call may
poll_once:
    push rbx
    push r12
    push r13
    push rax                                    # room for one
    xor ebx, ebx
1:  sub r13d, 1
    jb 3f
    mov rdi, rsp
    mov rsi, r12
    mov edx, POLL_BYTES
    call copy_from_user
    test rax, rax
    jnz 4f
    xor ecx, ecx                                # what it has to say
    mov edi, [rsp + POLL_DESCRIPTOR]
    test edi, edi
    js 2f                                       # less than 0: it is not looked at
    call poll_descriptor
    cmp ecx, 1
    sbb ebx, -1                                 # one more when ECX is not 0
2:  mov [rsp + POLL_RESULT], cx
    mov rdi, r12
    mov rsi, rsp
    mov edx, POLL_BYTES
    call copy_to_user
    test rax, rax
    jnz 4f
    add r12, POLL_BYTES
    jmp 1b
3:  mov rax, rbx
    jmp 5f
4:  mov rax, -EFAULT
5:  pop rcx
    pop r13
    pop r12
    pop rbx
    ret

# in:  EDI = descriptor, [RSP + 8 + POLL_EVENTS] = what is asked
# out: ECX = what is so
# clobbers: RAX, RDI
poll_descriptor:
    call file_of_descriptor
    mov ecx, POLLNVAL
    test rax, rax
    jz 2f
    mov ecx, POLL_READABLE | POLL_WRITABLE      # a file never lets one wait
    mov rax, [rax + FILE_NODE]
    cmp dword ptr [rax + NODE_KIND], KIND_TERMINAL
    jne 1f
    call terminal_has_input
    jne 1f
    mov ecx, POLL_WRITABLE
1:  movzx eax, word ptr [rsp + 8 + POLL_EVENTS]
    and ecx, eax
2:  ret
