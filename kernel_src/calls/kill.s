# kill and its relatives: a program sends signals to the only process there is, itself.
#
# A signal that is blocked waits until it no longer is; C libraries block all while
# they raise one.  What then happens to it is what Linux does without a handler.

    .intel_syntax noprefix
    .include "include/errno.inc"
    .include "include/percpu.inc"
    .include "include/process.inc"
    .include "include/signals.inc"

    .set ACTION_IGNORE, 1                       # SIG_IGN
    .set EVERYBODY, -1

# Signals that end nobody who does not ask for them; the last four stop a process, which
# then nobody could continue.
    .set IGNORED, 1 << SIGCHLD | 1 << SIGCONT | 1 << SIGURG | 1 << SIGWINCH
    .set STOPPING, 1 << SIGSTOP | 1 << SIGTSTP | 1 << SIGTTIN | 1 << SIGTTOU

    .text
    .global sys_kill, sys_tkill, sys_tgkill
# in:  EDI = process; 0 or less than -1: a process group; -1: all others, of which there
#      are none.  ESI = signal
# out: RAX = 0 or -errno
sys_kill:
    mov rdx, gs:[PERCPU_PROCESS]
    cmp edi, EVERYBODY
    je .Lnobody
    test edi, edi
    jz send
    jg 1f
    neg edi
    cmp edi, [rdx + PROCESS_GROUP]
    je send
    jmp .Lnobody

# in:  EDI = process, ESI = its thread, EDX = signal
sys_tgkill:
    mov eax, edx
    mov rdx, gs:[PERCPU_PROCESS]
    test edi, edi
    jle .Lbad
    test esi, esi
    jle .Lbad
    cmp edi, esi
    mov esi, eax
    je 1f
    jmp .Lnobody

# in:  EDI = thread, ESI = signal
sys_tkill:
    mov rdx, gs:[PERCPU_PROCESS]
    test edi, edi
    jle .Lbad
1:  cmp edi, [rdx + PROCESS_ID]
    jne .Lnobody

# in:  ESI = signal, RDX = process
send:
    cmp esi, SIGNALS
    ja .Lbad
    xor eax, eax
    sub esi, 1
    jb 2f                                       # 0 only asks whether there is such a process
    bts [rdx + PROCESS_PENDING], rsi

    .global signals_deliver
# Let the signals that wait and are not blocked do what they do.
# out: RAX = 0, if the process lives on
# clobbers: RCX, RDX, RSI, RDI, R8
signals_deliver:
    mov rdx, gs:[PERCPU_PROCESS]
    mov rcx, [rdx + PROCESS_SIGNAL_MASK]
    not rcx
    and rcx, [rdx + PROCESS_PENDING]
    xor eax, eax
    bsf rsi, rcx
    jz 2f
    btr [rdx + PROCESS_PENDING], rsi
    mov edi, esi
    shl edi, ACTION_SHIFT
    mov rdi, [rdx + rdi + PROCESS_ACTIONS]
    inc esi
    cmp rdi, ACTION_IGNORE
    je signals_deliver
    ja 1f                                       # a handler, which is never called
    mov ecx, IGNORED | STOPPING
    cmp esi, 31
    ja 1f
    bt ecx, esi
    jc signals_deliver
1:  lea rcx, [rip + text_own]
    jmp report_signal
2:  ret

.Lbad:
    mov rax, -EINVAL
    ret
.Lnobody:
    mov rax, -ESRCH
    ret

    .section .rodata
text_own:
    .asciz "the program sent it to itself"
