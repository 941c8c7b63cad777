# The fast door: SYSCALL and SYSRET (SDM Vol. 2B; Vol. 3A 5.8.8).
#
# What the CPU has done when syscall_entry begins:
#   RCX = RIP after the SYSCALL, R11 = RFLAGS; both old values are lost
#   CS = 0x10, SS = 0x18 from STAR, CPL 0
#   RFLAGS without what SFMASK names: interrupts are off, no trap, no AC, DF clear
# What it has not done: RSP and GS are still the program's.  Nothing may touch the
# stack before RSP is ours; an NMI that strikes earlier has a stack of its own
# (IST), and finds out by itself whose GS base it sees (entry/exceptions.s).
#
# What the program finds afterwards: RAX the result, RCX and R11 as SYSCALL left
# them, everything else as it was.

    .intel_syntax noprefix
    .include "generated/syscalls.inc"
    .include "include/errno.inc"
    .include "include/frame.inc"
    .include "include/memory.inc"
    .include "include/percpu.inc"
    .include "include/registers.inc"
    .include "include/selectors.inc"

    .text
    .global syscall_entry
# in:  EAX = number, RDI RSI RDX R10 R8 R9 = arguments, RCX = return address, R11 = flags
# out: RAX = result or -errno
syscall_entry:
    swapgs                                      # safety: GS is the kernel's before its first use
    mov gs:[PERCPU_USER_STACK], rsp             # it stays there: one program, one call at a time
    mov rsp, gs:[PERCPU_KERNEL_STACK]           # safety: nothing was pushed to a program's RSP

    push r11                                    # 56  RFLAGS
    push rcx                                    # 48  RIP
    push rdi                                    # 40  RDI     from here on: what a handler,
    push rsi                                    # 32  RSI     a procedure of the psABI, may
    push rdx                                    # 24  RDX     change; it keeps RBX, RBP and
    push r8                                     # 16  R8      R12 to R15 itself
    push r9                                     #  8  R9
    push r10                                    #  0  R10

    movsxd rax, eax                             # Linux ignores the upper half
    cmp dword ptr [rip + strace_enabled], 0     # --strace: all that it costs when it is off
    jne .Ltraced
    cmp rax, SYSCALL_TABLE_64_COUNT             # safety: unsigned, so -1 is out of range too
    jae .Lno_such_call
    call [syscall_table_64 + rax * 8]

# SYSRETQ would return with whatever RCX and R11 say, and only to CS 0x33.
# Where that is not enough, or where SYSRETQ is dangerous, IRETQ does it.
.Lreturn:
    test dword ptr [rsp + CALL_RFLAGS], RFLAGS_RF | RFLAGS_TF
    mov rcx, [rsp + CALL_RIP]
    jnz .Lreturn_by_iret                        # safety: SYSRETQ clears RF, and traps too early
    cmp rcx, [rip + user_address_limit]         # safety: Intel's SYSRETQ to a non-canonical
    jae .Lreturn_by_iret                        # address faults in ring 0 on the user's stack
    pop r10
    pop r9
    pop r8
    pop rdx
    pop rsi
    pop rdi
    mov r11, [rsp + CALL_RFLAGS - CALL_RIP]
    mov rsp, gs:[PERCPU_USER_STACK]
    swapgs                                      # safety: last, nothing needs the kernel's now
    .global syscall_sysretq
syscall_sysretq:
    sysretq

.Lreturn_by_iret:
    pop r10
    pop r9
    pop r8
    pop rdx
    pop rsi
    pop rdi
    pop rcx                                     # RIP
    pop r11                                     # RFLAGS
    push USER_DATA                              # SS      what IRETQ pops
    push qword ptr gs:[PERCPU_USER_STACK]       # RSP
    push r11                                    # RFLAGS
    push USER_CODE                              # CS
    push rcx                                    # RIP
    swapgs
    .global syscall_iretq
syscall_iretq:                                  # entry/exceptions.s knows that it can fault
    iretq

.Lno_such_call:
    mov rax, -ENOSYS
    jmp .Lreturn

.Ltraced:
    mov r11, [rsp + CALL_RIP]
    call strace_syscall
    jmp .Lreturn

    .global sys_not_implemented
# What the tables hold for a number without a call.
# out: RAX = -ENOSYS
sys_not_implemented:
    mov rax, -ENOSYS
    ret

    .section .rodata
    .balign 8
user_address_limit:
    .quad TASK_SIZE_MAX
