# How a program learns which CPU it runs on (the vDSO's getcpu): the quickest of
#
#   RDPID     reads the MSR TSC_AUX                              (SDM Vol. 2B)
#   RDTSCP    reads it too, beside the time-stamp counter
#   LSL       the limit of a segment made for it                 cpu/gdt.s
#
# The vDSO is assembled with LSL, which every CPU has; where another is to be had it
# is written over it, before the image becomes read-only.  A CPU can announce RDPID
# and yet refuse it (QEMU's does), so it is tried first.

    .intel_syntax noprefix
    .include "include/features.inc"
    .include "include/percpu.inc"
    .include "include/registers.inc"
    .include "include/selectors.inc"
    .include "include/vectors.inc"
    .include "include/voice.inc"

    .set GATE_SIZE, 16
    .set CODE_SIZE, 8                           # of each way; its name follows

    .text
    .global cpu_number_start
# Choose, and change the vDSOs.
# clobbers: all that a call may
cpu_number_start:
    push rbx
    lea rbx, [rip + way_lsl]
    mov edx, [rip + cpu_features]
    test edx, FEATURE_RDTSCP | FEATURE_RDPID
    jz .Lchosen                                 # no such MSR either
    mov ecx, MSR_TSC_AUX
    mov eax, gs:[PERCPU_NUMBER]
    call msr_write
    lea rax, [rip + way_rdtscp]
    test dword ptr [rip + cpu_features], FEATURE_RDTSCP
    cmovnz rbx, rax
    test dword ptr [rip + cpu_features], FEATURE_RDPID
    jz .Lchosen
    call try_rdpid
    lea rcx, [rip + way_rdpid]
    test eax, eax
    cmovnz rbx, rcx
.Lchosen:
    mov [rip + way], rbx
    lea rdi, [rip + vdso64_start]
    lea rdx, [rip + vdso64_end]
    call replace_way
    lea rsi, [rip + vdso32_images]
    jmp 2f
1:  mov rdi, [rsi]
    mov rdx, [rsi + 8]
    call replace_way
    add rsi, 16
2:  lea rax, [rip + vdso32_images_end]
    cmp rsi, rax
    jb 1b
    pop rbx
    ret

    .global cpu_number_log
# Say which it is.
cpu_number_log:
    mov rsi, [rip + way]
    add rsi, CODE_SIZE
    say "getcpu by %s"
    ret

# Does RDPID do what it should?
# out: EAX = 1 or 0
# clobbers: RCX, RDX, R8, R9, R10
try_rdpid:
    lea rdx, [rip + idt + VECTOR_INVALID_OPCODE * GATE_SIZE]
    mov r8, [rdx]                               # the gate, to be put back
    mov r9, [rdx + 8]
    lea rcx, [rip + .Lrefused]
    mov [rdx], cx                               # bits 0 to 15, 16 to 31; the others are
    shr rcx, 16                                 # the same for all of the kernel
    mov [rdx + 6], cx
    mov ecx, 1
    rdpid rax
.Lbehind:
    mov [rdx], r8
    mov [rdx + 8], r9
    cmp eax, gs:[PERCPU_NUMBER]
    mov eax, 0
    cmove eax, ecx
    ret
.Lrefused:                                      # #UD: RIP, CS, RFLAGS, RSP, SS
    xor ecx, ecx
    lea rax, [rip + .Lbehind]
    mov [rsp], rax
    xor eax, eax
    iretq

# Write the chosen way over LSL, which stands in each image once.
# in:  RBX = way, RDI = image, RDX = its end
# clobbers: RAX, RCX, RDI
replace_way:
    xor ecx, ecx
    mov rax, [rip + way_lsl]
1:  cmp [rdi], rax
    jne 2f
    inc ecx
    push qword ptr [rbx]
    pop qword ptr [rdi]
    add rdi, CODE_SIZE - 1
2:  inc rdi
    lea r8, [rdi + CODE_SIZE]
    cmp r8, rdx
    jbe 1b
    cmp ecx, 1
    jne 3f
    ret
3:  panic "a vDSO does not have its LSL just once"

    .section .rodata
    .balign 8
way_lsl:
    mov eax, CPU_NODE
    lsl eax, eax
    .asciz "lsl"
    .balign 8
way_rdtscp:
    rdtscp
    mov eax, ecx
    nop dword ptr [rax]
    .asciz "rdtscp"
    .balign 8
way_rdpid:
    rdpid rax
    nop dword ptr [rax]
    nop
    .asciz "rdpid"

    .bss
    .balign 8
way:
    .skip 8
