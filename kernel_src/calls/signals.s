# Signals, as far as a program without other processes needs them: what it wants to
# happen is remembered and told.  None is delivered to a handler: a signal either is
# ignored or ends the program (calls/kill.s).

    .intel_syntax noprefix
    .include "include/errno.inc"
    .include "include/percpu.inc"
    .include "include/process.inc"
    .include "include/signals.inc"

    .set SET_SIZE, 8                            # sizeof(sigset_t) in the kernel
    .set UNBLOCKABLE, 1 << (SIGKILL - 1) | 1 << (SIGSTOP - 1)
    .set SIG_BLOCK, 0
    .set SIG_UNBLOCK, 1
    .set SIG_SETMASK, 2

# struct sigaction
    .set ACTION_HANDLER, 0
    .set ACTION_FLAGS, 8
    .set ACTION_RESTORER, 16
    .set ACTION_MASK, 24
    .set ACTION32_FLAGS, 4                      # the i386's
    .set ACTION32_RESTORER, 8
    .set ACTION32_MASK, 12
    .set ACTION32_SIZE, 20
    .set SA_KNOWN, 0xdc000c07                   # Linux clears the flags that it does not know

# struct sigaltstack
    .set STACK_POINTER, 0
    .set STACK_FLAGS, 8
    .set STACK_BYTES, 16
    .set STACK_STRUCT_SIZE, 24
    .set STACK32_FLAGS, 4
    .set STACK32_BYTES, 8
    .set STACK32_STRUCT_SIZE, 12
    .set SS_DISABLE, 2
    .set SS_AUTODISARM_BIT, 31
    .set STACK_MINIMUM, 2048                    # MINSIGSTKSZ

    .text
    .global sys_rt_sigaction
# in:  EDI = signal, RSI = struct sigaction or 0, RDX = where to put the old one or 0,
#      R10 = size of a set of signals
# out: RAX = 0 or -errno
sys_rt_sigaction:
    call action_of
    js 2f
    push rbx
    mov rbx, rax
    sub rsp, ACTION_SIZE
    mov r8, rdx
    mov r9, rsi
    test rsi, rsi
    jz 1f
    mov rdi, rsp
    mov edx, ACTION_SIZE
    call copy_from_user
    test rax, rax
    jnz 3f
1:  test r8, r8
    jz 4f
    mov rdi, r8
    mov rsi, rbx
    mov edx, ACTION_SIZE
    call copy_to_user
    test rax, rax
    jnz 3f
4:  test r9, r9
    jz 5f
    mov rdi, rbx
    mov rsi, rsp
    mov ecx, ACTION_SIZE / 8
    rep movsq
    call action_clean
5:  xor eax, eax
6:  add rsp, ACTION_SIZE
    pop rbx
2:  ret
3:  mov rax, -EFAULT
    jmp 6b

    .global sys32_rt_sigaction
# The same with the i386's structure.
sys32_rt_sigaction:
    call action_of
    js 2b
    push rbx
    mov rbx, rax
    sub rsp, ACTION_SIZE
    mov r8, rdx
    mov r9, rsi
    test rsi, rsi
    jz 1f
    mov rdi, rsp
    mov edx, ACTION32_SIZE
    call copy_from_user
    test rax, rax
    jnz 3b
1:  test r8, r8
    jz 4f
    push qword ptr [rbx + ACTION_MASK]          # room for 24 bytes; the structure has 20
    push rax
    push rax
    mov eax, [rbx + ACTION_HANDLER]
    mov [rsp], eax
    mov eax, [rbx + ACTION_FLAGS]
    mov [rsp + ACTION32_FLAGS], eax
    mov eax, [rbx + ACTION_RESTORER]
    mov [rsp + ACTION32_RESTORER], eax
    mov rax, [rbx + ACTION_MASK]
    mov [rsp + ACTION32_MASK], rax
    mov rdi, r8
    mov rsi, rsp
    mov edx, ACTION32_SIZE
    call copy_to_user
    lea rsp, [rsp + 24]
    test rax, rax
    jnz 3b
4:  test r9, r9
    jz 5b
    mov eax, [rsp]
    mov [rbx + ACTION_HANDLER], rax
    mov eax, [rsp + ACTION32_FLAGS]
    mov [rbx + ACTION_FLAGS], rax
    mov eax, [rsp + ACTION32_RESTORER]
    mov [rbx + ACTION_RESTORER], rax
    mov rax, [rsp + ACTION32_MASK]
    mov [rbx + ACTION_MASK], rax
    call action_clean
    jmp 5b

# in:  EDI = signal, RSI = new action or 0, R10 = size of a set of signals
# out: RAX = where the process keeps its action, R8 and R9 free; or -errno and sign flag
action_of:
    mov rax, -EINVAL
    cmp r10, SET_SIZE
    jne 1f
    dec edi
    cmp edi, SIGNALS
    jae 1f
    test rsi, rsi
    jz 2f
    cmp edi, SIGKILL - 1
    je 1f
    cmp edi, SIGSTOP - 1
    je 1f
2:  shl edi, ACTION_SHIFT
    mov rax, gs:[PERCPU_PROCESS]
    lea rax, [rax + rdi + PROCESS_ACTIONS]
    test edi, edi                               # never negative
    ret
1:  test rax, rax
    ret

# Forget what an action cannot have.
# in:  RBX = action
# clobbers: RAX
action_clean:
    mov eax, SA_KNOWN
    and [rbx + ACTION_FLAGS], rax
    mov rax, UNBLOCKABLE
    not rax
    and [rbx + ACTION_MASK], rax
    ret

    .global sys_rt_sigprocmask
# in:  EDI = how, RSI = set of signals or 0, RDX = where to put the old one or 0,
#      R10 = size of a set
# out: RAX = 0 or -errno
sys_rt_sigprocmask:
    push rbx
    push r12
    push r13
    mov rbx, gs:[PERCPU_PROCESS]
    mov r12, [rbx + PROCESS_SIGNAL_MASK]
    mov r13, rdx
    push r12
    mov rax, -EINVAL
    cmp r10, SET_SIZE
    jne 3f
    test rsi, rsi
    jz 2f
    mov r8d, edi
    push rax
    mov rdi, rsp
    mov edx, SET_SIZE
    call copy_from_user
    pop rcx
    test rax, rax
    mov rax, -EFAULT
    jnz 3f
    and rcx, ~UNBLOCKABLE
    mov rax, -EINVAL
    mov rdx, r12
    cmp r8d, SIG_SETMASK
    ja 3f
    je 1f
    or rdx, rcx
    cmp r8d, SIG_BLOCK
    cmove rcx, rdx
    je 1f
    not rcx
    and rcx, r12
1:  mov [rbx + PROCESS_SIGNAL_MASK], rcx
2:  test r13, r13
    jz 4f
    mov rdi, r13
    mov rsi, rsp
    mov edx, SET_SIZE
    call copy_to_user
    test rax, rax
    mov rax, -EFAULT
    jnz 3f
4:  call signals_deliver                        # some may be blocked no longer
3:  pop r12
    pop r13
    pop r12
    pop rbx
    ret

    .global sys_sigaltstack
# in:  RDI = struct sigaltstack or 0, RSI = where to put the old one or 0
# out: RAX = 0 or -errno
sys_sigaltstack:
    push rbx
    push r12
    mov rbx, gs:[PERCPU_PROCESS]
    add rbx, PROCESS_SIGNAL_STACK
    mov r12, rsi
    sub rsp, STACK_STRUCT_SIZE
    mov rsi, rdi
    xor r8d, r8d
    test rdi, rdi
    jz 1f
    mov rdi, rsp
    mov edx, STACK_STRUCT_SIZE
    call copy_from_user
    test rax, rax
    jnz 4f
    inc r8d
    call stack_check
    jnz 3f
1:  test r12, r12
    jz 2f
    mov rdi, r12
    mov rsi, rbx
    mov edx, STACK_STRUCT_SIZE
    call copy_to_user
    test rax, rax
    jnz 4f
2:  xor eax, eax
    test r8d, r8d
    jz 3f
    mov rdi, rbx
    mov rsi, rsp
    mov ecx, STACK_STRUCT_SIZE / 8
    rep movsq
3:  add rsp, STACK_STRUCT_SIZE
    pop r12
    pop rbx
    ret
4:  mov rax, -EFAULT
    jmp 3b

    .global sys32_sigaltstack
# The same with the i386's structure.
sys32_sigaltstack:
    push rbx
    push r12
    mov rbx, gs:[PERCPU_PROCESS]
    add rbx, PROCESS_SIGNAL_STACK
    mov r12, rsi
    sub rsp, STACK_STRUCT_SIZE
    mov rsi, rdi
    xor r8d, r8d
    test rdi, rdi
    jz 1f
    mov rdi, rsp
    mov edx, STACK32_STRUCT_SIZE
    call copy_from_user
    test rax, rax
    jnz 4b
    inc r8d
    mov eax, [rsp + STACK32_BYTES]
    mov [rsp + STACK_BYTES], rax
    mov eax, [rsp + STACK32_FLAGS]
    mov [rsp + STACK_FLAGS], rax
    mov eax, [rsp]
    mov [rsp], rax
    call stack_check
    jnz 3b
1:  test r12, r12
    jz 2b
    push qword ptr [rbx + STACK_BYTES]
    mov eax, [rbx + STACK_FLAGS]
    shl rax, 32
    mov ecx, [rbx]
    or rax, rcx
    push rax
    mov rdi, r12
    mov rsi, rsp
    mov edx, STACK32_STRUCT_SIZE
    call copy_to_user
    add rsp, 16
    test rax, rax
    jnz 4b
    jmp 2b

# in:  [RSP + 8] = struct sigaltstack
# out: zero flag set, or RAX = -errno
# clobbers: RCX
stack_check:
    mov ecx, [rsp + 8 + STACK_FLAGS]
    mov rax, -EINVAL
    btr ecx, SS_AUTODISARM_BIT
    cmp ecx, SS_DISABLE
    ja 1f
    je 2f
    mov rax, -ENOMEM
    cmp qword ptr [rsp + 8 + STACK_BYTES], STACK_MINIMUM
    jb 1f
    cmp ecx, ecx
1:  ret
2:  mov qword ptr [rsp + 8 + STACK_POINTER], 0
    mov qword ptr [rsp + 8 + STACK_BYTES], 0
    cmp ecx, ecx
    ret

    .global signals_start
# A process begins with a signal stack of none.
# clobbers: RAX
signals_start:
    mov rax, gs:[PERCPU_PROCESS]
    mov dword ptr [rax + PROCESS_SIGNAL_STACK + STACK_FLAGS], SS_DISABLE
    ret

    .global signals_exec
# A new program: signals that had handlers have their default action again.
# clobbers: RAX, RCX, RDI
signals_exec:
    mov rdi, gs:[PERCPU_PROCESS]
    add rdi, PROCESS_ACTIONS
    mov ecx, SIGNALS
1:  xor eax, eax
    cmp qword ptr [rdi + ACTION_HANDLER], 1     # SIG_IGN
    sete al
    mov [rdi + ACTION_HANDLER], rax
    xor eax, eax
    mov [rdi + ACTION_FLAGS], rax
    mov [rdi + ACTION_RESTORER], rax
    mov [rdi + ACTION_MASK], rax
    add rdi, ACTION_SIZE
    dec ecx
    jnz 1b
    jmp signals_start
