# Exceptions and interrupts (SDM Vol. 3A 6.12 to 6.15): save everything, find the
# handler, restore everything.
#
# What the CPU has done: it pushed SS, RSP, RFLAGS, CS, RIP, for some vectors an
# error code; RSP was changed first if the program ran (RSP0) or if the gate names
# a stack (IST); interrupts are off.  GS is the program's if the program ran.
#
# Four vectors can strike in the few instructions of a door where CS is already
# the kernel's and GS still the program's: #DB, NMI, #DF, #MC.  They have stacks
# of their own and look at the GS base itself.

    .intel_syntax noprefix
    .include "include/frame.inc"
    .include "include/registers.inc"
    .include "include/selectors.inc"
    .include "include/vectors.inc"
    .include "include/voice.inc"

# An entry point: push what the CPU has not, so that all frames look alike.
    .macro exception vector, name, error_code=0, way=exception_entry
    .global exception_\name
exception_\name:
    .if \error_code == 0
    push 0
    .endif
    push \vector
    jmp \way
    .endm

    .text
    exception 0, divide_error
    exception VECTOR_DEBUG, debug, 0, exception_entry_anywhere
    exception VECTOR_NMI, nmi, 0, exception_entry_anywhere
    exception VECTOR_BREAKPOINT, breakpoint
    exception VECTOR_OVERFLOW, overflow
    exception 5, bound_range
    exception VECTOR_INVALID_OPCODE, invalid_opcode
    exception 7, device_not_available
    exception VECTOR_DOUBLE_FAULT, double_fault, 1, exception_entry_anywhere
    exception 9, coprocessor_overrun
    exception 10, invalid_tss, 1
    exception 11, segment_not_present, 1
    exception 12, stack_segment, 1
    exception VECTOR_GENERAL_PROTECTION, general_protection, 1
    exception VECTOR_PAGE_FAULT, page_fault, 1
    exception 16, x87
    exception 17, alignment_check, 1
    exception VECTOR_MACHINE_CHECK, machine_check, 0, exception_entry_anywhere
    exception 19, simd
    exception 20, virtualization
    exception 21, control_protection, 1
    exception 28, hypervisor
    exception 29, vmm_communication, 1
    exception 30, security, 1
    .irp vector, 15, 22, 23, 24, 25, 26, 27, 31
    exception \vector, reserved_\vector
    .endr

# All registers, in the order of FRAME_ in frame.inc.
    .macro save_registers
    push rdi                                    # 112
    push rsi                                    # 104
    push rdx                                    # 96
    push rcx                                    # 88
    push rax                                    # 80
    push r8                                     # 72
    push r9                                     # 64
    push r10                                    # 56
    push r11                                    # 48
    push rbx                                    # 40
    push rbp                                    # 32
    push r12                                    # 24
    push r13                                    # 16
    push r14                                    #  8
    push r15                                    #  0
    .endm

    .macro restore_registers
    pop r15
    pop r14
    pop r13
    pop r12
    pop rbp
    pop rbx
    pop r11
    pop r10
    pop r9
    pop r8
    pop rax
    pop rcx
    pop rdx
    pop rsi
    pop rdi
    add rsp, FRAME_RIP - FRAME_VECTOR           # vector and error code
    .endm

    .global exception_entry, exception_save
# The common way.
# in:  [RSP] = vector, error code, RIP, CS, RFLAGS, RSP, SS
exception_entry:
    test byte ptr [rsp + FRAME_CS - FRAME_VECTOR], RPL_MASK
    jz .Lfrom_kernel
    swapgs
exception_save:
    push RFLAGS_FIXED                           # safety: DF off, so that strings go upwards;
    popfq                                       # AC off, so that SMAP binds the kernel
    save_registers
    mov rdi, rsp
    call exception_handle
    restore_registers
    test byte ptr [rsp + FRAME_CS - FRAME_RIP], RPL_MASK
    jz 1f
    swapgs
1:
exception_iretq:
    iretq

# IRETQ checks what it loads: with a return address that is not canonical it faults,
# on an Intel CPU, while still in ring 0; but GS is the program's already.  These are
# all the places where that can be.  The fault is the program's: it gets the frame that
# IRETQ could not load, and is killed as if it had faulted in ring 3.
.Lfrom_kernel:
    .irp place, exception_iretq, int80_iretq, syscall_iretq, program_iretq
    cmp qword ptr [rsp + FRAME_RIP - FRAME_VECTOR], offset \place
    je .Lbad_return
    .endr
    jmp exception_save                          # the kernel's own, and its GS
.Lbad_return:
    swapgs
    push rcx
    push rsi
    push rdi
    lea rdi, [rsp + FRAME_RIP - FRAME_VECTOR + 3 * 8]
    mov rsi, [rdi + FRAME_RSP - FRAME_RIP]      # where IRETQ had RSP: at its frame
    mov ecx, (FRAME_SS - FRAME_RIP) / 8 + 1
    cld
    rep movsq
    pop rdi
    pop rsi
    pop rcx
    jmp exception_save

# The way that does not trust CS: the kernel's GS base is in the upper half of the
# address space, a program's cannot be (arch_prctl refuses it, and WRGSBASE is #UD while
# CR4.FSGSBASE is 0).  What is handled here must not fault: its IRETQ would end the
# blocking of NMIs too early, and the next NMI would overwrite this one's stack.
exception_entry_anywhere:
    push RFLAGS_FIXED                           # as above
    popfq
    save_registers
    xor ebx, ebx                                # was GS the program's?
    mov ecx, MSR_GS_BASE
    rdmsr
    test edx, edx
    js 1f
    swapgs
    inc ebx
1:  mov rdi, rsp
    call exception_handle
    test ebx, ebx
    jz 2f
    swapgs
2:  restore_registers
    iretq

# Find out what an exception or interrupt wants.
# in:  RDI = trap frame
# clobbers: all that a call may
exception_handle:
    mov rax, [rdi + FRAME_VECTOR]
    cmp eax, VECTOR_IRQ
    jae interrupt_handle
    cmp eax, VECTOR_NMI
    je .Lignored
    cmp eax, VECTOR_PAGE_FAULT
    je page_fault
    cmp eax, VECTOR_DOUBLE_FAULT
    je report_panic                             # the kernel's stack is gone
    cmp eax, VECTOR_MACHINE_CHECK
    je report_panic                             # the machine is broken
    test byte ptr [rdi + FRAME_CS], RPL_MASK
    jnz report_killed                           # the program's own
    cmp eax, VECTOR_DEBUG
    jne report_panic
    # A step of the program's that ended here: MOV SS holds its #DB back until a door has
    # been entered, and SYSENTER leaves TF set.
    and dword ptr [rdi + FRAME_RFLAGS], ~RFLAGS_TF
    jmp debug_in_kernel
.Lignored:
    ret

# A page is missing, or its rights forbid what was tried.
# in:  RDI = trap frame
# clobbers: all that a call may
page_fault:
    push rbx
    mov rbx, rdi
    mov rdi, cr2
    mov rsi, [rbx + FRAME_ERROR]
    test byte ptr [rbx + FRAME_CS], RPL_MASK
    jz .Lkernel
    test esi, FAULT_USER
    jz .Lsmap_in_ring_3
.Lfault:
    call region_fault                           # a page that may be there, but is not yet?
    test eax, eax
    jz .Ldone
    mov rsi, rax
    mov rdi, rbx
    jmp report_killed_by_page_fault

# The CPU itself reads a program's page, for a program, with the kernel's rights.  No
# CPU does so, but for its own tables; QEMU's does in a far return of ring 3, which SMAP
# then forbids.  A program must not die of it: go on without SMAP.
.Lsmap_in_ring_3:
    mov rax, cr4
    btr rax, CR4_SMAP_BIT
    jnc .Lfault                                 # it was not SMAP
    mov cr4, rax
    say "SMAP is switched off: this CPU applies it to far returns in ring 3"
    jmp .Ldone

# In the kernel only the copies from and to programs may fault (memory/user_copy.s).
.Lkernel:
    mov rdi, [rbx + FRAME_RIP]
    call user_copy_recovery
    test rax, rax
    jz .Lpanic
    push rax
    mov rdi, cr2
    mov rsi, [rbx + FRAME_ERROR]
    call region_fault
    pop rcx
    test eax, eax
    jz .Ldone
    mov [rbx + FRAME_RIP], rcx                  # go on where a bad address is dealt with
.Ldone:
    pop rbx
    ret
.Lpanic:
    mov rdi, rbx
    jmp report_panic
