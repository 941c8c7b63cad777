# The registers that SYSCALL and SYSRET obey (SDM Vol. 3A 5.8.8).
#
# Write system_call_start.  README.md says how it is judged.
#
#   STAR    63:48  selector base of SYSRET      SS = base + 8, CS = base + 16
#           47:32  selector base of SYSCALL     CS = base, SS = base + 8
#   LSTAR   where SYSCALL goes from 64-bit code
#   SFMASK  the flags that it clears, after R11 has them all
#   EFER    SCE switches the pair on

    .intel_syntax noprefix
    .include "include/registers.inc"
    .include "include/selectors.inc"

    .text
    .global system_call_start
# Open the SYSCALL door.
# clobbers: RAX, RCX, RDX
system_call_start:
    # 1. Your code here: STAR, LSTAR (the label syscall_entry), SFMASK, EFER.
    #    include/registers.inc has the numbers of the registers (MSR_STAR ...) and of the
    #    flags (RFLAGS_...), include/selectors.inc the selectors.
    ret

    .global msr_write
# Write a model-specific register.
# in:  ECX = its number, RAX = value
# clobbers: RDX
msr_write:
    mov rdx, rax
    shr rdx, 32
    wrmsr
    ret

    .global msr_read
# Read a model-specific register.
# in:  ECX = its number
# out: RAX = value
# clobbers: RDX
msr_read:
    rdmsr
    shl rdx, 32
    or rax, rdx
    ret
