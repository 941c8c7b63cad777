# Calls about the system and the process's place in it.

    .intel_syntax noprefix
    .include "include/errno.inc"
    .include "include/memory.inc"
    .include "include/percpu.inc"
    .include "include/process.inc"
    .include "include/vvar.inc"

    .set GRND_NONBLOCK, 1
    .set GRND_RANDOM, 2
    .set GRND_INSECURE, 4
    .set RANDOM_BYTES_MAX, 0x7fffffff

    .set INFO_UPTIME, 0                         # struct sysinfo of x86-64
    .set INFO_TOTAL, 32
    .set INFO_FREE, 40
    .set INFO_PROCESSES, 80
    .set INFO_UNIT, 104
    .set INFO_BYTES, 112
    .set INFO32_TOTAL, 16                       # and of the i386
    .set INFO32_FREE, 20
    .set INFO32_PROCESSES, 40
    .set INFO32_UNIT, 52
    .set INFO32_BYTES, 64

    .set ROBUST_LIST_HEAD, 24
    .set CPU_MASK_SIZE, 8                       # room for 64 CPUs

    .set UMASK, 022
    .set RLIM_INFINITY, -1
    .set RLIM32_INFINITY, 0xffffffff

    .set PR_SET_NAME, 15
    .set PR_GET_NAME, 16

    .text
    .global sys_getrandom
# in:  RDI = buffer, RSI = bytes, EDX = flags
# out: RAX = bytes or -errno
sys_getrandom:
    mov rax, -EINVAL
    test edx, ~(GRND_NONBLOCK | GRND_RANDOM | GRND_INSECURE)
    jnz 2f
    and edx, GRND_RANDOM | GRND_INSECURE
    cmp edx, GRND_RANDOM | GRND_INSECURE
    je 2f
    push rbx
    push r12
    push r13
    push rax                                    # room for 8 bytes
    mov rbx, rdi
    mov eax, RANDOM_BYTES_MAX
    cmp rsi, rax
    cmova rsi, rax
    mov r12, rsi
    xor r13d, r13d                              # bytes so far
1:  cmp r13, r12
    jae 3f
    call random
    mov [rsp], rax
    lea rdi, [rbx + r13]
    mov rsi, rsp
    mov rdx, r12
    sub rdx, r13
    mov eax, 8
    cmp rdx, rax
    cmova rdx, rax
    push rdx
    call copy_to_user
    pop rdx
    sub rdx, rax
    add r13, rdx
    test rax, rax
    jz 1b
    mov rax, -EFAULT
    test r13, r13
    jz 4f
3:  mov rax, r13
4:  pop rcx
    pop r13
    pop r12
    pop rbx
2:  ret

    .global sys_sysinfo, sys32_sysinfo
# in:  RDI = where to put a struct sysinfo
# out: RAX = 0 or -errno
sys_sysinfo:
    call info_begin
    mov [rsi + INFO_UPTIME], rcx
    mov [rsi + INFO_TOTAL], rdx
    mov [rsi + INFO_FREE], r8
    mov word ptr [rsi + INFO_PROCESSES], 1
    mov dword ptr [rsi + INFO_UNIT], 1
    mov edx, INFO_BYTES
    jmp put_structure

sys32_sysinfo:
    call info_begin
    mov [rsi + INFO_UPTIME], ecx
    mov eax, 1
    mov r9, rdx                                 # more than 32 bits: count in pages
    shr r9, 32
    jz 1f
    mov eax, PAGE_SIZE
    shr rdx, PAGE_SHIFT
    shr r8, PAGE_SHIFT
1:  mov [rsi + INFO32_UNIT], eax
    mov [rsi + INFO32_TOTAL], edx
    mov [rsi + INFO32_FREE], r8d
    mov word ptr [rsi + INFO32_PROCESSES], 1
    mov edx, INFO32_BYTES
    jmp put_structure

# out: RSI = a structure of zeros, RCX = seconds since boot, RDX = bytes of memory,
#      R8 = bytes that are free, RDI as before
# clobbers: RAX, R9
info_begin:
    push rdi
    mov edi, CLOCK_BOOTTIME
    call clock_read
    push rcx
    lea rdi, [rip + structure]
    mov ecx, INFO_BYTES / 8
    xor eax, eax
    rep stosq
    pop rcx
    pop rdi
    lea rsi, [rip + structure]
    mov rdx, [rip + frames_total]
    shl rdx, PAGE_SHIFT
    mov r8, [rip + frames_free]
    shl r8, PAGE_SHIFT
    ret

# in:  RDI = program's address, RSI = bytes, EDX = how many
# out: RAX = 0 or -errno
put_structure:
    call copy_to_user
    test rax, rax
    jz 1f
    mov rax, -EFAULT
1:  ret

    .global sys_sched_getaffinity
# in:  EDI = process, or 0: this one, ESI = size of the mask, RDX = where to put it
# out: RAX = bytes of it that were put there, or -errno
sys_sched_getaffinity:
    mov rax, -EINVAL
    cmp esi, CPU_MASK_SIZE
    jb 1f
    test esi, CPU_MASK_SIZE - 1
    jnz 1f
    call is_this_process
    mov rax, -ESRCH
    jnz 1f
    mov rdi, rdx
    push 1                                      # CPU 0
    mov rsi, rsp
    mov edx, CPU_MASK_SIZE
    call put_structure
    pop rcx
    test rax, rax
    jnz 1f
    mov eax, CPU_MASK_SIZE
1:  ret

    .global sys_sched_yield
# There is nobody to yield to.
# out: RAX = 0
sys_sched_yield:
    xor eax, eax
    ret

# in:  EDI = process, or 0: this one
# out: zero flag set when it is this one; RCX = it
is_this_process:
    mov rcx, gs:[PERCPU_PROCESS]
    test edi, edi
    jz 1f
    cmp edi, [rcx + PROCESS_ID]
1:  ret

    .global sys_set_robust_list
# Locks that are to be let go when a thread ends while others live on: here none does.
# in:  RDI = list, RSI = size of its head
# out: RAX = 0 or -errno
sys_set_robust_list:
    xor eax, eax
    cmp rsi, ROBUST_LIST_HEAD
    je 1f
    cmp rsi, ROBUST_LIST_HEAD / 2               # the i386's
    je 1f
    mov rax, -EINVAL
1:  ret

    .global sys_prlimit64
# Limits are remembered and told.  Only the number of descriptors is kept to.
# in:  EDI = process, or 0: this one, ESI = which limit, RDX = new struct rlimit64 or 0,
#      R10 = where to put the old one, or 0
# out: RAX = 0 or -errno
sys_prlimit64:
    mov rax, -EINVAL
    cmp esi, LIMITS
    jae 2f
    call is_this_process
    mov rax, -ESRCH
    jnz 2f
    push rbx
    mov esi, esi
    shl esi, 4                                  # LIMIT_SIZE
    lea rbx, [rcx + rsi + PROCESS_LIMITS]
    push qword ptr [rbx + 8]
    push qword ptr [rbx]                                  # the old limit
    test rdx, rdx
    jz 1f
    sub rsp, LIMIT_SIZE
    mov rdi, rsp
    mov rsi, rdx
    mov edx, LIMIT_SIZE
    call copy_from_user
    pop rcx
    pop rdx
    test rax, rax
    mov rax, -EFAULT
    jnz 3f
    mov rax, -EINVAL
    cmp rcx, rdx
    ja 3f
    mov [rbx], rcx
    mov [rbx + 8], rdx
1:  xor eax, eax
    test r10, r10
    jz 3f
    mov rdi, r10
    mov rsi, rsp
    mov edx, LIMIT_SIZE
    call put_structure
3:  add rsp, LIMIT_SIZE
    pop rbx
2:  ret

    .global sys_getrlimit, sys_setrlimit
# in:  EDI = which limit, RSI = where to put a struct rlimit64
# out: RAX = 0 or -errno
sys_getrlimit:
    mov r10, rsi
    xor edx, edx
    jmp 1f
sys_setrlimit:
    xor r10d, r10d
    mov rdx, rsi
1:  mov esi, edi
    xor edi, edi
    jmp sys_prlimit64

    .global sys32_getrlimit
# The same with numbers of 32 bits.
sys32_getrlimit:
    mov rax, -EINVAL
    cmp edi, LIMITS
    jae 2f
    mov edi, edi
    shl edi, 4
    mov rdx, rsi
    mov rcx, gs:[PERCPU_PROCESS]
    lea rcx, [rcx + rdi + PROCESS_LIMITS]
    mov r8d, RLIM32_INFINITY
    mov rax, [rcx]
    cmp rax, r8
    cmova rax, r8
    mov rcx, [rcx + 8]
    cmp rcx, r8
    cmova rcx, r8
    shl rcx, 32
    or rax, rcx
    push rax
    mov rdi, rdx
    mov rsi, rsp
    mov edx, 8
    call put_structure
    pop rcx
2:  ret

    .global limits_start
# The limits and the place that Linux gives its first process.
# clobbers: RAX, RCX, RSI, RDI
limits_start:
    mov rdi, gs:[PERCPU_PROCESS]
    mov eax, [rdi + PROCESS_ID]
    mov [rdi + PROCESS_GROUP], eax
    mov [rdi + PROCESS_SESSION], eax
    mov dword ptr [rdi + PROCESS_UMASK], UMASK
    add rdi, PROCESS_LIMITS
    lea rsi, [rip + limits]
    mov ecx, LIMITS * LIMIT_SIZE / 8
    rep movsq
    ret

    .global sys_prctl
# in:  EDI = what, RSI = argument
# out: RAX = 0 or -errno
sys_prctl:
    mov r8, gs:[PERCPU_PROCESS]
    add r8, PROCESS_NAME
    cmp edi, PR_GET_NAME
    je 1f
    cmp edi, PR_SET_NAME
    mov rax, -EINVAL
    jne 2f
    mov r9, rsi
    mov rdi, rsi
    mov esi, PROCESS_NAME_SIZE - 1                 # what is longer is cut off
    call user_text_size
    test rax, rax
    jz 3f
    mov ecx, PROCESS_NAME_SIZE - 1
    cmp rax, rcx
    cmova rax, rcx
    mov qword ptr [r8], 0
    mov qword ptr [r8 + 8], 0
    mov rdi, r8
    mov rsi, r9
    mov rdx, rax
    call copy_from_user
    xor eax, eax
    ret
1:  mov rdi, rsi
    mov rsi, r8
    mov edx, PROCESS_NAME_SIZE
    jmp put_structure
3:  mov rax, -EFAULT
2:  ret

    .global sys_getpgrp, sys_getpgid, sys_getsid, sys_setpgid, sys_setsid
# Process 1 leads its own group and session.
# out: RAX = the group's number
sys_getpgrp:
    xor edi, edi

# in:  EDI = process, or 0: this one
# out: RAX = the group's number, or -errno
sys_getpgid:
    call is_this_process
    mov rax, -ESRCH
    jnz 1f
    mov eax, [rcx + PROCESS_GROUP]
1:  ret

sys_getsid:
    call is_this_process
    mov rax, -ESRCH
    jnz 1b
    mov eax, [rcx + PROCESS_SESSION]
    ret

# in:  EDI = process, or 0: this one, ESI = group, or 0: the process's own number
# out: RAX = 0 or -errno
sys_setpgid:
    mov rax, -EINVAL
    test esi, esi
    js 1b
    call is_this_process
    mov rax, -ESRCH
    jnz 1b
    mov rax, -EPERM                             # the leader of a session stays in its group
    ret

# out: RAX = -errno: who leads a group cannot begin a session
sys_setsid:
    mov rax, -EPERM
    ret

    .section .rodata
    .balign 8
limits:                                         # soft, hard; in Linux's order
    .quad RLIM_INFINITY, RLIM_INFINITY          # CPU
    .quad RLIM_INFINITY, RLIM_INFINITY          # FSIZE
    .quad RLIM_INFINITY, RLIM_INFINITY          # DATA
    .quad STACK_SIZE, RLIM_INFINITY             # STACK
    .quad 0, RLIM_INFINITY                      # CORE
    .quad RLIM_INFINITY, RLIM_INFINITY          # RSS
    .quad 1, 1                                  # NPROC
    .quad DESCRIPTORS_MAX, DESCRIPTORS_MAX      # NOFILE
    .quad 0, 0                                  # MEMLOCK
    .quad RLIM_INFINITY, RLIM_INFINITY          # AS
    .quad RLIM_INFINITY, RLIM_INFINITY          # LOCKS
    .quad 0, 0                                  # SIGPENDING
    .quad 0, 0                                  # MSGQUEUE
    .quad 0, 0                                  # NICE
    .quad 0, 0                                  # RTPRIO
    .quad RLIM_INFINITY, RLIM_INFINITY          # RTTIME

    .bss
    .balign 8
structure:
    .skip INFO_BYTES
