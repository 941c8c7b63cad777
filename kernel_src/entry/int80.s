# The old door: INT 0x80 (SDM Vol. 3A 6.12.1).
#
# Its hinge is gate 0x80, with DPL 3: who may come by an INT instruction.
#
# What the CPU has done when int80_entry begins:
#   it found gate 0x80 with DPL 3, took RSP from the TSS (RSP0), and pushed
#   SS, RSP, RFLAGS, CS and RIP there; CS = 0x10, interrupts off, TF NT RF clear
# What it has not done: GS is still the program's, DF and AC are as they were.
#
# The numbers and structures are the i386's, from 64-bit code as well: arguments
# are the lower halves of EBX ECX EDX ESI EDI EBP.
#
# What the program finds afterwards: RAX the result, everything else as it was.

    .intel_syntax noprefix
    .include "generated/syscalls.inc"
    .include "include/errno.inc"
    .include "include/frame.inc"
    .include "include/gate.inc"
    .include "include/registers.inc"
    .include "include/selectors.inc"
    .include "include/vectors.inc"

    .text
    .global int80_start
# Open the door: write gate 0x80 of the IDT.
# clobbers: RAX, RDI
int80_start:
    lea rax, [rip + int80_entry]
    lea rdi, [rip + idt + VECTOR_SYSTEM_CALL * GATE_SIZE]
    mov [rdi], ax
    mov word ptr [rdi + GATE_SELECTOR], KERNEL_CODE
    mov byte ptr [rdi + GATE_IST], 0            # the stack of RSP0, as for any way from ring 3
    mov byte ptr [rdi + GATE_KIND], GATE_INTERRUPT | 3 << GATE_DPL_SHIFT
    shr rax, 16
    mov [rdi + GATE_HANDLER_MIDDLE], ax
    shr rax, 16
    mov [rdi + GATE_HANDLER_HIGH], eax
    mov dword ptr [rdi + GATE_RESERVED], 0
    ret

    .global int80_entry
# in:  EAX = number, EBX ECX EDX ESI EDI EBP = arguments
# out: RAX = result or -errno, sign-extended
int80_entry:                                    # 104 SS, 96 RSP, 88 RFLAGS, 80 CS, 72 RIP
    swapgs                                      # safety: GS; always from ring 3, since the kernel
                                                # has no INT 0x80
    push RFLAGS_FIXED                           # safety: DF off, so that strings go upwards;
    popfq                                       # AC off, so that SMAP binds the kernel
    push rax                                    # 64  number, as the program gave it
    push rdi                                    # 56  RDI     from here on: what a handler,
    push rsi                                    # 48  RSI     a procedure of the psABI, may
    push rdx                                    # 40  RDX     change; it keeps RBX, RBP and
    push rcx                                    # 32  RCX     R12 to R15 itself
    push r8                                     # 24  R8
    push r9                                     # 16  R9
    push r10                                    #  8  R10
    push r11                                    #  0  R11

    mov r9d, ebp                                # safety: this clears the register's upper
    .global int80_call, int80_return            # for the other doors of 32-bit programs
int80_call:
    mov r8d, edi                                # half; the order leaves no source overwritten
    mov r10d, esi
    mov edx, edx
    mov esi, ecx
    mov edi, ebx

    # safety: RAX becomes an index, so nothing of its upper half may stay
    mov eax, eax
    cmp dword ptr [rip + strace_enabled], 0     # --strace: all that it costs when it is off
    jne .Ltraced
    cmp eax, SYSCALL_TABLE_32_COUNT             # safety: unsigned, so -1 is out of range too
    jae .Lno_such_call
    call [syscall_table_32 + rax * 8]
int80_return:
    pop r11
    pop r10
    pop r9
    pop r8
    pop rcx
    pop rdx
    pop rsi
    pop rdi
    add rsp, 8                                  # the number
    # safety: last, nothing needs the kernel's GS now
    swapgs
    .global int80_iretq
int80_iretq:                                    # entry/exceptions.s knows that it can fault
    iretq

.Lno_such_call:
    mov rax, -ENOSYS
    jmp int80_return

.Ltraced:
    mov r11, [rsp + INT80_RIP]
    call strace_int80
    jmp int80_return
