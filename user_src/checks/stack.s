# stack.s: what lies on the stack at the first instruction, as psABI x86-64 3.4.1
# and Linux (fs/binfmt_elf.c, create_elf_tables) have it.  From the top downwards:
#
#   8 zero bytes                        the last of the topmost page
#   file name                           AT_EXECFN
#   environment strings                 envp[0] lowest
#   argument strings                    argv[0] lowest
#   a random gap
#   "x86_64"                            AT_PLATFORM
#   16 random bytes                     AT_RANDOM
#   auxv, envp, argv, argc              rsp points to argc
    .intel_syntax noprefix
    .include "include/auxv.inc"
    .include "include/elf.inc"
    .include "include/fact.inc"
    .include "include/print.inc"
    .include "include/system.inc"

    .set STACK_ALIGNMENT, 16
    .set TOP_ZEROS,       8             # bytes above the file name
    .set LARGEST_GAP,     8192 + 16     # random bytes, and what alignment adds

    .text
    .global _start
_start:
    mov     rbx, rsp
    test    bl, STACK_ALIGNMENT - 1
    fact    z, "rsp is a multiple of 16"

    say     "argc = "
    mov     rdi, [rbx]
    call    print_decimal
    call    print_newline

    mov     rax, [rbx]
    cmp     qword ptr [rbx + rax * 8 + POINTER_SIZE], 0
    fact    e, "argv[argc] is 0"

    mov     rdi, rbx
    call    find_auxv
    mov     r12, rax                    # auxiliary vector
    call    check_strings
    call    check_top
    call    check_bottom
    call    check_values
    jmp     exit_facts

# The strings of argv and envp lie one after the other, in order.
# in: rbx = rsp at _start.  out: r13 = argv[0], r14 = end of the last string.
# clobbers: as a C function, and r15.
check_strings:
    lea     r15, [rbx + POINTER_SIZE]
    mov     r13, [r15]
    mov     r14, r13
    call    follow_strings
    test    eax, eax
    fact    nz, "argv's strings lie one after the other"
    call    follow_strings
    test    eax, eax
    fact    nz, "and envp's strings follow them"
    ret

# in: r15 = list of pointers that 0 ends, r14 = where its first string should be.
# out: eax = 1 when every string begins where the one before ends; r14 = end of
# the last one, r15 = after the list.  clobbers: rdi.
follow_strings:
    mov     rdi, [r15]
    add     r15, POINTER_SIZE
    test    rdi, rdi
    jz      2f
    cmp     rdi, r14
    jne     3f
    call    string_length
    lea     r14, [r14 + rax + 1]
    jmp     follow_strings
2:  mov     eax, 1
    ret
3:  xor     eax, eax
    ret

# in: r12 = auxv, r14 = end of the environment's strings.  out: nothing.
# clobbers: as a C function.
check_top:
    push    rbp
    mov     rdi, r12
    mov     esi, AT_EXECFN
    call    auxv_value
    mov     rbp, rax
    cmp     rax, r14
    fact    e, "AT_EXECFN follows the environment"
    mov     rdi, rbp
    call    string_length
    lea     rbp, [rbp + rax + 1]        # the end of the file name
    cmp     qword ptr [rbp], 0
    fact    e, "8 zero bytes follow AT_EXECFN"
    add     rbp, TOP_ZEROS
    test    rbp, PAGE_SIZE - 1
    fact    z, "and with them a page ends"
    pop     rbp
    ret

# in: rbx = rsp at _start, r12 = auxv, r13 = argv[0].  out: nothing.  clobbers: as a C function.
check_bottom:
    push    rbp
    push    r14
    push    r15
    mov     rdi, r12
    mov     esi, AT_PLATFORM
    call    auxv_value
    mov     rbp, rax
    mov     rdi, r12
    mov     esi, AT_RANDOM
    call    auxv_value
    mov     r14, rax
    add     rax, AT_RANDOM_SIZE
    cmp     rax, rbp
    fact    e, "AT_PLATFORM follows the 16 bytes of AT_RANDOM"
    mov     rdi, rbp
    call    string_length
    lea     rbp, [rbp + rax + 1]
    mov     rax, r13
    sub     rax, rbp                    # the random gap; negative = a huge number
    cmp     rax, LARGEST_GAP
    fact    be, "argv[0] is above AT_PLATFORM, at most 8 KiB and 16 bytes away"

    mov     r15, r12                    # to the end of the auxiliary vector
1:  add     r15, AUXV_ENTRY_SIZE
    cmp     qword ptr [r15 - AUXV_ENTRY_SIZE + AUXV_TYPE], AT_NULL
    jne     1b
    cmp     qword ptr [r15 - AUXV_ENTRY_SIZE + AUXV_VALUE], 0
    fact    e, "AT_NULL's value is 0"
    cmp     r15, r14
    fact    be, "AT_RANDOM is above the auxiliary vector"
    pop     r15
    pop     r14
    pop     rbp
    ret

# Values that the auxiliary vector must have for any static program.
# in: r12 = auxv.  out: nothing.  clobbers: as a C function.
check_values:
    push    rbp
    mov     rdi, r12
    mov     esi, AT_ENTRY
    call    auxv_value
    lea     rcx, [rip + _start]
    cmp     rax, rcx
    fact    e, "AT_ENTRY is the first instruction"

    mov     rdi, r12
    mov     esi, AT_PHENT
    call    auxv_value
    cmp     rax, PH_SIZE
    fact    e, "AT_PHENT is the size of a program header"

    mov     rdi, r12
    mov     esi, AT_PHDR
    call    auxv_value
    mov     rbp, rax
    cmp     dword ptr [rbp - ELF_HEADER_SIZE], ELF_MAGIC
    fact    e, "AT_PHDR is where the ELF header ends"
    mov     rdi, r12
    mov     esi, AT_PHNUM
    call    auxv_value
    cmp     ax, [rbp - ELF_HEADER_SIZE + ELF_PHNUM]
    fact    e, "AT_PHNUM is the number that it names"

    mov     rdi, r12
    mov     esi, AT_PAGESZ
    call    auxv_value
    cmp     rax, PAGE_SIZE
    fact    e, "AT_PAGESZ is 4096"

    mov     rdi, r12
    mov     esi, AT_SYSINFO_EHDR
    call    auxv_value
    test    rax, PAGE_SIZE - 1
    fact    z, "AT_SYSINFO_EHDR is the beginning of a page"
    pop     rbp
    ret
