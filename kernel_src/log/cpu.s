# The boot log about the CPU: its name, what it can do, what its control registers hold.

    .intel_syntax noprefix
    .include "include/voice.inc"

    .set LEAF_EXTENDED_MAXIMUM, 0x80000000
    .set LEAF_BRAND, 0x80000002                 # and the two after it
    .set BRAND_LEAVES, 3

    .text
    .global features_log
# Say which CPU this is, and what its control registers hold.
features_log:
    push rbx
    push r12
    sub rsp, 64
    xor eax, eax
    cpuid
    mov [rsp], ebx
    mov [rsp + 4], edx
    mov [rsp + 8], ecx
    mov byte ptr [rsp + 12], 0
    mov byte ptr [rsp + 16], 0                  # no brand: an empty text
    mov eax, LEAF_EXTENDED_MAXIMUM
    cpuid
    cmp eax, LEAF_BRAND + BRAND_LEAVES - 1
    jb 2f
    lea rdi, [rsp + 16]
    mov r12d, LEAF_BRAND
1:  mov eax, r12d
    cpuid
    mov [rdi], eax
    mov [rdi + 4], ebx
    mov [rdi + 8], ecx
    mov [rdi + 12], edx
    add rdi, 16
    inc r12d
    cmp r12d, LEAF_BRAND + BRAND_LEAVES
    jb 1b
    mov byte ptr [rdi - 1], 0
2:  mov rsi, rsp
    lea rdx, [rsp + 16]
    lea rcx, [rip + feature_names]
    say "cpu %s %s, features%s"
    mov rsi, cr0
    mov rdx, cr4
    say "control cr0=%x cr4=%x"
    add rsp, 64
    pop r12
    pop rbx
    ret
