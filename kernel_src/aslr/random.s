# Random numbers: SplitMix64 (Steele, Lea, Flood 2014), fed by RDRAND where there is one.
#
# The state begins with the TSC, the wall time and the command line's
# ring3.seed=N; a CPU without RDRAND has no other source.

    .intel_syntax noprefix
    .include "include/features.inc"

    .set GOLDEN_GAMMA, 0x9e3779b97f4a7c15       # 2^64 divided by the golden ratio, odd
    .set MIX_1, 0xbf58476d1ce4e5b9
    .set MIX_2, 0x94d049bb133111eb
    .set RDRAND_TRIES, 10                       # SDM Vol. 1 7.3.17.1

    .text
    .global random_start
# Seed the generator.
# clobbers: RAX, RCX, RDX, RSI, RDI, R8 to R11
random_start:
    push rbx
    lea rdi, [rip + seed_option]
    call command_line_number
    mov rbx, rax
    rdtsc
    shl rdx, 32
    or rax, rdx
    xor [rip + state], rax
    call random                                 # spread one source before the next comes
    xor rax, rbx
    xor [rip + state], rax
    call random
    xor rax, [rip + wall_seconds]
    xor [rip + state], rax
    pop rbx
    ret

    .global random
# A random number.
# out: RAX, 64 bits
# clobbers: RCX, RDX
random:
    xor edx, edx
    test dword ptr [rip + cpu_features], FEATURE_RDRAND
    jz 2f
    mov ecx, RDRAND_TRIES
1:  rdrand rdx
    jc 2f
    xor edx, edx
    dec ecx
    jnz 1b
2:  movabs rax, GOLDEN_GAMMA
    add rax, [rip + state]
    xor rax, rdx
    mov [rip + state], rax
    mov rdx, rax
    shr rdx, 30
    xor rax, rdx
    movabs rdx, MIX_1
    imul rax, rdx
    mov rdx, rax
    shr rdx, 27
    xor rax, rdx
    movabs rdx, MIX_2
    imul rax, rdx
    mov rdx, rax
    shr rdx, 31
    xor rax, rdx
    ret

    .section .rodata
seed_option:
    .asciz "ring3.seed"

    .bss
    .balign 8
state:
    .skip 8
