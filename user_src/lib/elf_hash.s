# elf_hash.s: the two hashes by which an ELF file finds its symbols.
    .intel_syntax noprefix

    .set SYSV_TOP,       0xf0000000     # the bits that are folded back
    .set SYSV_FOLD,      24
    .set GNU_SEED,       5381
    .set GNU_FACTOR,     33

    .text

# DT_HASH's (gABI 4.1+ chapter 5, "Hash Table"); also in every version definition.
# in: rdi = name.  out: eax = hash.  clobbers: rdx rdi.
    .global elf_hash_sysv
elf_hash_sysv:
    xor     eax, eax
1:  movzx   edx, byte ptr [rdi]
    test    edx, edx
    jz      2f
    shl     eax, 4
    add     eax, edx
    mov     edx, eax
    and     edx, SYSV_TOP
    xor     eax, edx
    shr     edx, SYSV_FOLD
    xor     eax, edx
    inc     rdi
    jmp     1b
2:  ret

# DT_GNU_HASH's (D. J. Bernstein's: times 33, plus the character).
# in: rdi = name.  out: eax = hash.  clobbers: rdx rdi.
    .global elf_hash_gnu
elf_hash_gnu:
    mov     eax, GNU_SEED
1:  movzx   edx, byte ptr [rdi]
    test    edx, edx
    jz      2f
    imul    eax, eax, GNU_FACTOR
    add     eax, edx
    inc     rdi
    jmp     1b
2:  ret
