# SYSENTER, the fast door of 32-bit programs on Intel's CPUs (SDM Vol. 2B; Vol. 3A 5.8.7).
#
# What the CPU has done when sysenter_entry begins:
#   CS = 0x10, SS = 0x18, RIP and RSP from three MSRs: RSP is the kernel's
#   IF is off; nothing was saved, neither EIP nor ESP nor EFLAGS
# What it has not done: GS is the program's; TF, NT, AC and DF are as they were.
#
# __kernel_vsyscall (compat/vdso/vsyscall_sysenter.s) has put its ESP into EBP, and the sixth
# argument there.  The way back is IRETQ to the landing in the vDSO: the kernel knows
# of no other place.

    .intel_syntax noprefix
    .include "include/errno.inc"
    .include "include/frame.inc"
    .include "include/percpu.inc"
    .include "include/process.inc"
    .include "include/registers.inc"
    .include "include/selectors.inc"
    .include "include/signals.inc"

    .text
    .global sysenter_entry
# in:  EAX = number, EBX ECX EDX ESI EDI = arguments, EBP = the program's ESP
# out: EAX = result or -errno; registers as INT 0x80 leaves them
sysenter_entry:                                 # R8 to R15 are not a 32-bit program's
    swapgs
    push USER_DATA                              # SS      the frame of INT 0x80
    mov ebp, ebp
    push rbp                                    # RSP
    pushfq                                      # RFLAGS, but for IF, which SYSENTER cleared
    or dword ptr [rsp], RFLAGS_IF
    xor r8d, r8d                                # TF, if a step of the program's ended here
    xchg r8d, [rip + step]
    or [rsp], r8
    push RFLAGS_FIXED                           # safety: IRETQ with NT faults; DF off, so that
    popfq                                       # strings go upwards; AC off: SMAP
    push USER_CODE32                            # CS
    jmp fast32_call

    .global debug_in_kernel
# SYSENTER does not clear TF: the #DB of a single step comes before the kernel's first
# instruction.  Note it, so that the program gets it when the call has returned.
# in:  RDI = trap frame
# clobbers: RAX
debug_in_kernel:
    lea rax, [rip + sysenter_entry]
    cmp [rdi + FRAME_RIP], rax
    jne 1f
    mov dword ptr [rip + step], RFLAGS_TF
1:  ret

    .global syscall32_entry
# SYSCALL from 32-bit code, on AMD's CPUs (CSTAR; AMD APM Vol. 2, 6.1); Intel's raise #UD.
#
# What the CPU has done: ECX = EIP after the SYSCALL, R11 = RFLAGS, CS, SS and flags as
# for SYSCALL from 64-bit code.  RSP and GS are the program's.  __kernel_vsyscall
# (compat/vdso/vsyscall_syscall.s) has put the second argument into EBP, and the sixth at ESP.
#
# in:  EAX = number, EBX EBP EDX ESI EDI = arguments, ESP = the program's
# out: as above
syscall32_entry:
    swapgs
    mov gs:[PERCPU_USER_STACK], rsp
    mov rsp, gs:[PERCPU_KERNEL_STACK]
    push USER_DATA                              # SS
    push qword ptr gs:[PERCPU_USER_STACK]       # RSP
    push r11                                    # RFLAGS
    push USER_CODE32                            # CS
    mov ecx, ebp
    mov ebp, gs:[PERCPU_USER_STACK]

# in:  the frame down to CS; EAX = number, EBX ECX EDX ESI EDI = arguments,
#      EBP = where the sixth is
fast32_call:
    mov r8, gs:[PERCPU_PROCESS]
    mov r8, [r8 + PROCESS_LANDING]
    test r8, r8
    jz .Lno_landing
    push r8                                     # RIP
    push rax                                    # the rest of INT 0x80's frame
    push rdi
    push rsi
    push rdx
    push rcx
    push r8
    push r9
    push r10
    push r11
    push rcx
    sub rsp, 8
    mov rdi, rsp
    mov esi, ebp
    mov edx, 4
    call copy_from_user
    pop r9
    pop rcx
    test rax, rax
    mov rax, -EFAULT
    jnz int80_return
    mov rax, [rsp + INT80_NUMBER]
    mov edx, [rsp + INT80_RDX]
    mov esi, [rsp + INT80_RSI]
    mov edi, [rsp + INT80_RDI]
    jmp int80_call                              # R9D: the sixth

.Lno_landing:
    mov esi, SIGSEGV
    lea rcx, [rip + text_no_landing]
    jmp report_signal

    .section .rodata
text_no_landing:
    .asciz "SYSENTER, or 32-bit SYSCALL, where no vDSO is that the kernel could return to"

    .bss
    .balign 4
step:                                           # RFLAGS_TF or 0
    .skip 4
