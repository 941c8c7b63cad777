# The old door: INT 0x80 (SDM Vol. 3A 6.12.1).
#
# Write this file: the gate, the entry, the way back.  README.md says how it is judged.
#
# What the CPU has done when int80_entry begins:
#   it found gate 0x80, took RSP from the TSS (RSP0), and pushed
#   SS, RSP, RFLAGS, CS and RIP there; CS = 0x10, interrupts off, TF NT RF clear
# What it has not done: GS is still the program's, DF and AC are as they were.

    .intel_syntax noprefix
    .include "generated/syscalls.inc"
    .include "include/errno.inc"
    .include "include/gate.inc"
    .include "include/registers.inc"
    .include "include/selectors.inc"
    .include "include/vectors.inc"

    .text
    .global int80_start
# Open the door: write gate 0x80 of the table `idt`, 16 bytes (include/gate.inc draws them).
# clobbers: RAX, RDI
int80_start:
    # 1. Your code here: the handler in three pieces, the selector, type and DPL.
    ret

    .global int80_entry
# in:  EAX = number, EBX ECX EDX ESI EDI EBP = arguments
# out: RAX = result or -errno, everything else as it was
int80_entry:
    # 2. The kernel's GS, and flags that a program cannot have chosen (RFLAGS_FIXED).

    # 3. The frame: every register that a handler may change, a line a slot:
    #        push rax                            # 64  number, as the program gave it
    #        ...

    # 4. The call: is EAX below SYSCALL_TABLE_32_COUNT?  Then its handler is
    #    syscall_table_32[EAX], which wants its arguments in RDI RSI RDX R10 R8 R9, each
    #    the lower half of what the program had in EBX ECX EDX ESI EDI EBP.
    #    Otherwise the result is -ENOSYS.

    .global int80_call, int80_return
int80_call:                                     # other doors of the kernel come in here: with
int80_return:                                   # the frame pushed, and R9D loaded; and leave here

    # 5. The way back: the frame, GS, and:
    .global int80_iretq
int80_iretq:                                    # entry/exceptions.s knows that it can fault
    iretq
