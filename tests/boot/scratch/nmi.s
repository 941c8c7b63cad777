# What an NMI does in the scratch kernel: see that GS is the kernel's, and note in which
# of the windows it struck where CS is the kernel's and GS is not.

    .intel_syntax noprefix
    .include "include/frame.inc"
    .include "include/percpu.inc"
    .include "include/voice.inc"

    .set WINDOWS, 4

    .text
    .global scratch_nmi
# in:  RDI = trap frame
scratch_nmi:
    mov rax, gs:[PERCPU_KERNEL_STACK]           # a page fault, if GS is a program's
    lea rdx, [rip + kernel_stack_top]
    cmp rax, rdx
    jne 1f
    lea rdx, [rip + windows]
    xor ecx, ecx
2:  mov rax, [rdx + rcx * 8]
    cmp rax, [rdi + FRAME_RIP]
    jne 3f
    bts dword ptr [rip + scratch_nmi_windows], ecx
3:  inc ecx
    cmp ecx, WINDOWS
    jb 2b
    ret
1:  panic "an NMI found a GS that is not the kernel's"

    .section .rodata
    .balign 8
windows:
    .quad syscall_entry, syscall_sysretq, int80_entry, int80_iretq

    .data
    .balign 8
    .global scratch_nmi_windows
scratch_nmi_windows:                            # a bit for each
    .quad 0
