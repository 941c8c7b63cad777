# Find __vdso_clock_gettime: from the initial stack to the auxiliary vector to the ELF file.

    .intel_syntax noprefix

    .set AT_SYSINFO_EHDR, 33
    .set ELF_PHOFF, 32
    .set ELF_PHNUM, 56
    .set PH_SIZE, 56
    .set PH_OFFSET, 8
    .set PH_VADDR, 16
    .set PT_LOAD, 1
    .set PT_DYNAMIC, 2
    .set DT_HASH, 4
    .set DT_STRTAB, 5
    .set DT_SYMTAB, 6
    .set SYM_SIZE, 24
    .set SYM_VALUE, 8

    .text
    .global find_clock_gettime
# in:  RDI = the initial stack: argc, argv, NULL, envp, NULL, pairs, AT_NULL
# out: RAX = address of __vdso_clock_gettime, 0 when there is none
find_clock_gettime:
    push rbx
    push rbp
    push r12
    push r13
    push r14

    # 1. Past argv and envp, to the pair of AT_SYSINFO_EHDR.
    mov rax, [rdi]
    lea rdi, [rdi + rax * 8 + 16]
1:  mov rax, [rdi]
    add rdi, 8
    test rax, rax
    jnz 1b
2:  mov rax, [rdi]
    test rax, rax
    jz 9f
    mov rbx, [rdi + 8]                          # the ELF header
    add rdi, 16
    cmp rax, AT_SYSINFO_EHDR
    jne 2b

    # 2. PT_LOAD gives the bias, PT_DYNAMIC the tables.
    mov rdx, [rbx + ELF_PHOFF]
    add rdx, rbx
    movzx ecx, word ptr [rbx + ELF_PHNUM]
    mov rbp, rbx
3:  cmp dword ptr [rdx], PT_LOAD
    jne 4f
    mov rbp, rbx
    add rbp, [rdx + PH_OFFSET]
    sub rbp, [rdx + PH_VADDR]
4:  cmp dword ptr [rdx], PT_DYNAMIC
    jne 5f
    mov rsi, [rdx + PH_OFFSET]
    add rsi, rbx
5:  add rdx, PH_SIZE
    dec ecx
    jnz 3b

6:  mov rax, [rsi]
    mov rdx, [rsi + 8]
    add rdx, rbp
    add rsi, 16
    cmp rax, DT_HASH
    cmove r12, rdx
    cmp rax, DT_STRTAB
    cmove r13, rdx
    cmp rax, DT_SYMTAB
    cmove r14, rdx
    test rax, rax
    jnz 6b

    # 3. Every symbol, by its name; DT_HASH says how many there are.
    mov ecx, [r12 + 4]
7:  mov esi, [r14]
    add rsi, r13
    lea rdi, [rip + name]
8:  mov al, [rdi]
    cmp al, [rsi]
    jne 10f
    inc rdi
    inc rsi
    test al, al
    jnz 8b
    mov rax, [r14 + SYM_VALUE]
    add rax, rbp
    jmp 11f
10: add r14, SYM_SIZE
    dec ecx
    jnz 7b
9:  xor eax, eax
11: pop r14
    pop r13
    pop r12
    pop rbp
    pop rbx
    ret

    .section .rodata
name:
    .asciz "__vdso_clock_gettime"
