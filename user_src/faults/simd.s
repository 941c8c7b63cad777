# simd.s: an SSE error that is not masked in MXCSR is #XM at once (SDM Vol. 3A, 6.15):
# SIGFPE.
    .intel_syntax noprefix

    .set DIVISION_BY_ZERO_MASK, 1 << 9  # in MXCSR

    .text
    .global _start
_start:
    stmxcsr [rip + control]
    and     dword ptr [rip + control], ~DIVISION_BY_ZERO_MASK
    ldmxcsr [rip + control]
    mov     eax, 1
    cvtsi2ss xmm0, eax
    xorps   xmm1, xmm1
    divss   xmm0, xmm1                  # 1 / 0
    jmp     survived

    .bss
    .balign 4
control:
    .zero   4
