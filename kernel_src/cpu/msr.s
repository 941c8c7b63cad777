# The registers that SYSCALL and SYSRET obey (SDM Vol. 3A 5.8.8).
#
#   STAR    63:48  selector base of SYSRET      0x23: SS = base + 8, CS = base + 16
#           47:32  selector base of SYSCALL     0x10: CS = base, SS = base + 8
#   LSTAR   where SYSCALL goes from 64-bit code
#   CSTAR   where it goes from 32-bit code, on AMD (compat/start.s)
#   SFMASK  the flags that it clears, after R11 has them all
#   EFER    SCE switches the pair on

    .intel_syntax noprefix
    .include "include/registers.inc"
    .include "include/selectors.inc"

    .set STAR_HIGH, USER_CODE32 << 16 | KERNEL_CODE

# CF PF AF ZF SF TF IF DF OF IOPL NT RF AC ID: all that a program could have set to
# make the kernel behave in another way, as Linux does.
    .set SFMASK_VALUE, 0x257fd5

    .text
    .global system_call_start
# Open the SYSCALL door.
# clobbers: RAX, RCX, RDX
system_call_start:
    mov ecx, MSR_STAR
    mov edx, STAR_HIGH
    xor eax, eax                                # EIP of SYSCALL outside long mode: unused
    wrmsr
    mov ecx, MSR_LSTAR
    lea rax, [rip + syscall_entry]
    call msr_write
    mov ecx, MSR_SFMASK
    mov eax, SFMASK_VALUE
    call msr_write
    mov ecx, MSR_EFER
    rdmsr
    or eax, EFER_SCE
    wrmsr
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
