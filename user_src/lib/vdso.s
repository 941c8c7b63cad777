# vdso.s: read the vDSO, the shared library that the kernel maps into a program.
#
#   ELF header -> program headers -> PT_DYNAMIC -> hash, symbols, strings, versions
#
# Its tables hold addresses as if the library lay at the address that its
# PT_LOAD says; the difference to where it does lie is the bias.
    .intel_syntax noprefix
    .include "include/elf.inc"
    .include "include/vdso.inc"
    .include "include/errno.inc"

    .text

# Find the tables.
# in: rdi = ELF header (the value of AT_SYSINFO_EHDR), rsi = record to fill (vdso.inc).
# out: rax = 0, or -ENOEXEC when this is no vDSO that one can look something up in.
# clobbers: rcx rdx rdi r8-r11.
    .global vdso_open
vdso_open:
    mov     rax, -ENOEXEC
    cmp     dword ptr [rdi], ELF_MAGIC
    jne     9f
    cmp     byte ptr [rdi + ELF_CLASS], ELFCLASS64
    jne     9f
    cmp     word ptr [rdi + ELF_TYPE], ET_DYN
    jne     9f
    cmp     word ptr [rdi + ELF_MACHINE], EM_X86_64
    jne     9f

    mov     [rsi + VDSO_HEADER], rdi
    call    find_segments
    cmp     qword ptr [rsi + VDSO_LOAD], 0
    je      9f
    cmp     qword ptr [rsi + VDSO_DYNAMIC], 0
    je      9f

    call    read_dynamic
    cmp     qword ptr [rsi + VDSO_SYMTAB], 0
    je      9f
    cmp     qword ptr [rsi + VDSO_STRTAB], 0
    je      9f
    mov     rcx, [rsi + VDSO_HASH]
    or      rcx, [rsi + VDSO_GNU_HASH]
    jz      9f                          # nothing to look names up by
    xor     eax, eax
9:  ret

# The first PT_LOAD, the bias that follows from it, and PT_DYNAMIC.
# in: rdi = ELF header, rsi = record.  out: the record's fields; 0 where there is none.
# clobbers: rcx rdx r8.
find_segments:
    mov     qword ptr [rsi + VDSO_LOAD], 0
    mov     qword ptr [rsi + VDSO_DYNAMIC], 0
    mov     rdx, [rdi + ELF_PHOFF]
    add     rdx, rdi
    movzx   ecx, word ptr [rdi + ELF_PHNUM]
    inc     ecx
1:  dec     ecx
    jz      4f
    cmp     dword ptr [rdx + PH_TYPE], PT_DYNAMIC
    jne     2f
    mov     [rsi + VDSO_DYNAMIC], rdx
2:  cmp     dword ptr [rdx + PH_TYPE], PT_LOAD
    jne     3f
    cmp     qword ptr [rsi + VDSO_LOAD], 0
    jne     3f
    mov     [rsi + VDSO_LOAD], rdx
    mov     r8, rdi                     # bias = header + offset - address
    add     r8, [rdx + PH_OFFSET]
    sub     r8, [rdx + PH_VADDR]
    mov     [rsi + VDSO_BIAS], r8
3:  movzx   r8d, word ptr [rdi + ELF_PHENTSIZE]
    add     rdx, r8
    jmp     1b
4:  ret

# Each entry of the dynamic section whose tag is in dynamic_tags goes to its field.
# in: rsi = record with VDSO_DYNAMIC and VDSO_BIAS.  out: the record's fields.
# clobbers: rcx rdx r8-r11.
read_dynamic:
    lea     r8, [rip + dynamic_tags]
1:  mov     ecx, [r8]                   # the tag that we look for
    mov     edx, [r8 + 4]               # its field
    mov     r9, [rsi + VDSO_DYNAMIC]
    mov     r9, [r9 + PH_VADDR]
    add     r9, [rsi + VDSO_BIAS]       # the first entry
    xor     r10d, r10d
2:  mov     r11, [r9 + DYN_TAG]
    cmp     r11, rcx
    je      3f
    add     r9, DYN_SIZE
    cmp     r11, DT_NULL
    jne     2b
    jmp     4f
3:  mov     r10, [r9 + DYN_VALUE]
    cmp     ecx, DT_SONAME              # an offset, no address
    je      4f
    add     r10, [rsi + VDSO_BIAS]
4:  mov     [rsi + rdx], r10
    add     r8, 8
    lea     rcx, [rip + dynamic_tags_end]
    cmp     r8, rcx
    jb      1b
    ret

# Find a function by its name and version.
# in: rdi = record, rsi = name, rdx = version's name.
# out: rax = its address, 0 when it is not there.  clobbers: rcx rdx rsi rdi r8-r11.
    .global vdso_find
vdso_find:
    push    rbx
    push    r12
    push    r13
    push    r14
    push    r15
    mov     r12, rdi                    # record
    mov     r13, rsi                    # name
    mov     rsi, rdx
    call    vdso_version
    mov     r14d, eax                   # version's number
    test    eax, eax
    jz      9f
    cmp     qword ptr [r12 + VDSO_HASH], 0
    je      1f
    call    find_by_sysv_hash
    jmp     2f
1:  call    find_by_gnu_hash
2:  test    eax, eax
    jz      9f
    imul    eax, eax, SYM_SIZE
    add     rax, [r12 + VDSO_SYMTAB]
    mov     rax, [rax + SYM_VALUE]
    add     rax, [r12 + VDSO_BIAS]
9:  pop     r15
    pop     r14
    pop     r13
    pop     r12
    pop     rbx
    ret

# The number that a version has in DT_VERSYM.
# in: rdi = record, rsi = version's name.  out: rax = number, 0 when there is none.
# clobbers: rcx rdx rsi rdi r8-r10.
    .global vdso_version
vdso_version:
    mov     r8, rdi
    mov     r9, rsi
    mov     rdi, rsi
    call    elf_hash_sysv
    mov     ecx, eax
    mov     r10, [r8 + VDSO_VERDEF]
    test    r10, r10
    jz      3f
1:  test    word ptr [r10 + VD_FLAGS], VER_FLG_BASE
    jnz     2f
    cmp     [r10 + VD_HASH], ecx
    jne     2f
    mov     eax, [r10 + VD_AUX]         # the first auxiliary entry begins with the name
    mov     edi, [r10 + rax]
    add     rdi, [r8 + VDSO_STRTAB]
    mov     rsi, r9
    call    string_equal
    jz      2f
    movzx   eax, word ptr [r10 + VD_INDEX]
    ret
2:  mov     eax, [r10 + VD_NEXT]
    add     r10, rax
    test    eax, eax
    jnz     1b
3:  xor     eax, eax
    ret

# DT_HASH: the bucket of the hash starts a chain of symbol numbers, 0 ends it.
# in: r12 = record, r13 = name, r14d = version.  out: eax = symbol's number or 0.
# clobbers: rax rbx rcx rdx rsi rdi r8 r15.
find_by_sysv_hash:
    mov     rdi, r13
    call    elf_hash_sysv
    xor     edx, edx
    mov     rbx, [r12 + VDSO_HASH]
    mov     r15d, [rbx + HASH_NBUCKET]
    div     r15d                        # edx = hash modulo the number of buckets
    lea     r15, [rbx + r15 * 4 + HASH_BUCKETS]         # the chains follow the buckets
    mov     ebx, [rbx + rdx * 4 + HASH_BUCKETS]
1:  test    ebx, ebx
    jz      2f
    call    symbol_matches
    jnz     2f
    mov     ebx, [r15 + rbx * 4]
    jmp     1b
2:  mov     eax, ebx
    ret

# DT_GNU_HASH: the bucket of the hash is the first of a run of symbols; beside
# each stands its hash, whose bit 0 marks the run's end.  (The Bloom filter only
# saves time for names that are not there: we pass over it.)
# in: r12 = record, r13 = name, r14d = version.  out: eax = symbol's number or 0.
# clobbers: rax rbx rcx rdx rsi rdi r8-r11 r15.
find_by_gnu_hash:
    mov     rdi, r13
    call    elf_hash_gnu
    mov     r9d, eax                    # hash
    xor     edx, edx
    mov     rbx, [r12 + VDSO_GNU_HASH]
    mov     ecx, [rbx + GNU_NBUCKET]
    div     ecx                         # edx = hash modulo the number of buckets
    mov     r11d, [rbx + GNU_SYMBOL_BASE]
    mov     eax, [rbx + GNU_BLOOM_SIZE]
    lea     r15, [rbx + rax * 8 + GNU_BLOOM]            # the buckets follow the filter
    mov     ebx, [r15 + rdx * 4]
    lea     r15, [r15 + rcx * 4]        # the hashes follow the buckets
    test    ebx, ebx
    jz      3f
1:  mov     eax, ebx
    sub     eax, r11d
    mov     r10d, [r15 + rax * 4]       # this symbol's hash
    mov     eax, r10d
    xor     eax, r9d
    shr     eax, 1                      # equal but for bit 0?
    jnz     2f
    call    symbol_matches
    jnz     3f
2:  inc     ebx
    test    r10d, 1
    jz      1b
    xor     ebx, ebx
3:  mov     eax, ebx
    ret

# Is it a function, defined here, of this name and version?
# in: ebx = symbol's number, r12 = record, r13 = name, r14d = version.
# out: ZF = 0 when it is.  clobbers: rax rdx rsi rdi r8.
symbol_matches:
    imul    r8d, ebx, SYM_SIZE
    add     r8, [r12 + VDSO_SYMTAB]
    cmp     word ptr [r8 + SYM_SHNDX], SHN_UNDEF
    je      9f
    movzx   eax, byte ptr [r8 + SYM_INFO]
    and     eax, SYM_TYPE_MASK
    cmp     eax, STT_FUNC
    jne     8f
    mov     rax, [r12 + VDSO_VERSYM]
    test    rax, rax
    jz      9f
    movzx   eax, word ptr [rax + rbx * 2]
    and     eax, VERSYM_MASK
    cmp     eax, r14d
    jne     8f
    mov     edi, [r8 + SYM_NAME]
    add     rdi, [r12 + VDSO_STRTAB]
    mov     rsi, r13
    jmp     string_equal
8:  xor     eax, eax                    # ZF = 1: it is not
9:  ret

    .section .rodata
    .balign 4
dynamic_tags:                           # tag, field of the record
    .long   DT_HASH,     VDSO_HASH
    .long   DT_GNU_HASH, VDSO_GNU_HASH
    .long   DT_SYMTAB,   VDSO_SYMTAB
    .long   DT_STRTAB,   VDSO_STRTAB
    .long   DT_VERSYM,   VDSO_VERSYM
    .long   DT_VERDEF,   VDSO_VERDEF
    .long   DT_SONAME,   VDSO_SONAME
dynamic_tags_end:
