# random.s: random numbers that a seed repeats (SplitMix64, Steele and others 2014).
    .intel_syntax noprefix

    .set STEP,   0x9e3779b97f4a7c15     # 2^64 / the golden ratio
    .set MIX_1,  0xbf58476d1ce4e5b9
    .set MIX_2,  0x94d049bb133111eb

    .text

# in: random_state.  out: rax = a random number.  clobbers: rcx.
    .global random
random:
    mov     rax, STEP
    add     rax, [rip + random_state]
    mov     [rip + random_state], rax
    mov     rcx, rax
    shr     rcx, 30
    xor     rax, rcx
    mov     rcx, MIX_1
    imul    rax, rcx
    mov     rcx, rax
    shr     rcx, 27
    xor     rax, rcx
    mov     rcx, MIX_2
    imul    rax, rcx
    mov     rcx, rax
    shr     rcx, 31
    xor     rax, rcx
    ret

# in: edi = limit, not 0.  out: rax = a random number below it.  clobbers: rcx rdx.
    .global random_below
random_below:
    call    random
    mov     eax, eax
    xor     edx, edx
    div     edi
    mov     eax, edx
    ret

    .bss
    .balign 8
    .global random_state
random_state:                           # the seed, and what became of it
    .zero   8
