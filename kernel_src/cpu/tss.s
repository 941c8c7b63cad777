# The task-state segment (SDM Vol. 3A 7.7): where the stacks lie that the CPU
# changes to by itself.  A program may use no I/O port: there is no permission map.
#
#   offset 4    RSP0    from ring 3 to ring 0
#   offset 36   IST1    #DB: can strike where SYSCALL has not changed stacks yet
#          44   IST2    NMI: the same
#          52   IST3    #DF: the kernel's own stack may be what is wrong
#          60   IST4    #MC: can strike anywhere
#   offset 102          where the I/O permission map begins: beyond the limit

    .intel_syntax noprefix
    .include "include/memory.inc"
    .include "include/percpu.inc"
    .include "include/selectors.inc"
    .include "include/vectors.inc"

    .set TSS_RSP0, 4
    .set TSS_IST1, 36
    .set TSS_IO_MAP, 102
    .set TSS_SIZE, 104
    .set TSS_PRESENT, 0x89                      # an available 64-bit TSS, DPL 0

    .text
    .global tss_start
# Fill the TSS and its descriptor.
# clobbers: RAX, RCX, RDX
tss_start:
    lea rdx, [rip + tss]
    mov rax, gs:[PERCPU_KERNEL_STACK]
    mov [rdx + TSS_RSP0], rax
    mov ecx, IST_COUNT
    lea rax, [rip + stacks + (IST_COUNT + 1) * STACK_SLOT_SIZE]
1:  mov [rdx + TSS_IST1 - 8 + rcx * 8], rax     # IST4 is the highest
    sub rax, STACK_SLOT_SIZE
    dec ecx
    jnz 1b
    mov word ptr [rdx + TSS_IO_MAP], TSS_SIZE

    lea rcx, [rip + gdt + TSS_SELECTOR]         # the base is scattered over four places
    mov word ptr [rcx], TSS_SIZE - 1
    mov [rcx + 2], dx
    shr rdx, 16
    mov [rcx + 4], dl
    mov byte ptr [rcx + 5], TSS_PRESENT
    mov byte ptr [rcx + 6], 0
    mov [rcx + 7], dh
    shr rdx, 16
    mov [rcx + 8], edx
    mov dword ptr [rcx + 12], 0
    ret

    .bss
    .balign 16
tss:
    .skip TSS_SIZE

# The kernel's stack and the four above, each over a page that is never mapped.
    .balign PAGE_SIZE
    .global stacks, stacks_end, kernel_stack_top
stacks:
    .skip STACK_SLOT_SIZE
kernel_stack_top:
    .skip IST_COUNT * STACK_SLOT_SIZE
stacks_end:
