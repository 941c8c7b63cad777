# The fast door: SYSCALL and SYSRET (SDM Vol. 2B; Vol. 3A 5.8.8).
#
# Write syscall_entry.  README.md says how it is judged.
#
# What the CPU has done when it begins:
#   RCX = RIP after the SYSCALL, R11 = RFLAGS; both old values are lost
#   CS = 0x10, SS = 0x18 from STAR, CPL 0
#   RFLAGS without what SFMASK names
# What it has not done: RSP and GS are still the program's.

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
# out: RAX = result or -errno; RCX and R11 as SYSCALL left them, everything else as it was
syscall_entry:
    # 1. The kernel's GS, and its stack: gs:[PERCPU_KERNEL_STACK].  A place for the program's
    #    RSP is gs:[PERCPU_USER_STACK].

    # 2. The frame, a line a slot, with its offset from the last one.  Begin with what
    #    the way back needs:
    #        push r11                            # 56  RFLAGS
    #        ...

    # 3. The call: is EAX below SYSCALL_TABLE_64_COUNT?  Then its handler is
    #    syscall_table_64[RAX], which wants its arguments where the program has them.
    #    Otherwise the result is -ENOSYS.

    # 4. The way back: by SYSRETQ, or by IRETQ where SYSRETQ would be dangerous.

    .global syscall_sysretq
syscall_sysretq:
    sysretq

    .global syscall_iretq
syscall_iretq:                                  # entry/exceptions.s knows that it can fault
    iretq

    .global sys_not_implemented
# What the tables hold for a number without a call.
# out: RAX = -ENOSYS
sys_not_implemented:
    mov rax, -ENOSYS
    ret
