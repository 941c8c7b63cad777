# show_vdso.s: the first part of doors, a walk through the vDSO.
#
#   AT_SYSINFO_EHDR -> ELF header -> program headers -> dynamic section -> tables
#                   -> the functions, each by its name and version
    .intel_syntax noprefix
    .include "include/elf.inc"
    .include "include/vdso.inc"
    .include "include/print.inc"
    .include "include/show.inc"

    .set ADDRESS_COLUMN,      35        # of a function
    .set OFFSET_DIGITS,       4

# The vDSO's tables: name, field of the record, purpose.
    .set TABLE_NAME,          0
    .set TABLE_FIELD,         8
    .set TABLE_PURPOSE,       16
    .set TABLE_SIZE,          24

    .text

# Walk the vDSO from its ELF header to its functions.
# in: rdi = the value of AT_SYSINFO_EHDR, or 0.
# out: the pointers of door_vdso.s.  clobbers: as a C function.
    .global show_vdso
show_vdso:
    push    rbx
    mov     rbx, rdi
    call    print_newline
    say_line "1. The vDSO: a shared library that the kernel maps into every program"
    test    rbx, rbx
    jz      no_vdso
    mov     rdi, rbx
    lea     rsi, [rip + vdso]
    call    vdso_open
    test    rax, rax
    jnz     broken_vdso
    call    show_segments
    call    show_tables
    call    show_functions
    pop     rbx
    ret

no_vdso:
    say_line "   The auxiliary vector has no AT_SYSINFO_EHDR: there is no vDSO here."
    pop     rbx
    ret

broken_vdso:
    say     "   At "
    mov     rdi, rbx
    call    print_address
    say_line " there is no ELF file that names can be looked up in."
    inc     qword ptr [rip + disagreements]
    pop     rbx
    ret

# in: vdso.  out: nothing.  clobbers: as a C function.
show_segments:
    push    rbx
    lea     rdi, [rip + text_header]
    mov     rsi, [rip + vdso + VDSO_HEADER]
    call    show_address
    say_line "what AT_SYSINFO_EHDR points to"

    lea     rdi, [rip + text_load]
    mov     rbx, [rip + vdso + VDSO_LOAD]
    mov     rsi, [rip + vdso + VDSO_BIAS]
    add     rsi, [rbx + PH_VADDR]
    call    show_address
    mov     edi, [rbx + PH_FLAGS]
    call    show_flags
    say_line ", all of it: tables and code"

    lea     rdi, [rip + text_dynamic]
    mov     rbx, [rip + vdso + VDSO_DYNAMIC]
    mov     rsi, [rip + vdso + VDSO_BIAS]
    add     rsi, [rbx + PH_VADDR]
    call    show_address
    mov     edi, [rbx + PH_FLAGS]
    call    show_flags
    say_line ", where the tables are:"
    pop     rbx
    ret

# in: vdso.  out: nothing.  clobbers: as a C function.
show_tables:
    push    rbx
    push    r12
    lea     rbx, [rip + tables]
    lea     r12, [rip + vdso]
1:  mov     rdi, [rbx + TABLE_NAME]
    mov     rsi, [rbx + TABLE_FIELD]
    mov     rsi, [r12 + rsi]
    call    show_address
    mov     rdi, [rbx + TABLE_PURPOSE]
    call    print_string
    call    print_newline
    add     rbx, TABLE_SIZE
    lea     rax, [rip + tables_end]
    cmp     rbx, rax
    jb      1b

    lea     rdi, [rip + text_soname]
    call    print_string
    mov     edi, VALUE_COLUMN
    call    print_to_column
    mov     rdi, [r12 + VDSO_STRTAB]
    add     rdi, [r12 + VDSO_SONAME]
    call    print_string
    mov     edi, COMMENT_COLUMN
    call    print_to_column
    say_line "its own name"
    pop     r12
    pop     rbx
    ret

# Look up each function, and keep its address for door_vdso.s.
# in: vdso.  out: the pointers of door_vdso.s.  clobbers: as a C function.
show_functions:
    push    rbx
    push    r12
    lea     rbx, [rip + vdso_functions]
1:  lea     rdi, [rip + vdso]
    mov     rsi, [rbx + FUNCTION_NAME]
    lea     rdx, [rip + vdso_version_name]
    call    vdso_find
    mov     rcx, [rbx + FUNCTION_POINTER]
    mov     [rcx], rax
    mov     r12, rax

    say     "   "
    mov     rdi, [rbx + FUNCTION_NAME]
    call    print_string
    say     "@"
    lea     rdi, [rip + vdso_version_name]
    call    print_string
    mov     edi, ADDRESS_COLUMN
    call    print_to_column
    test    r12, r12
    jz      2f
    mov     rdi, r12
    call    print_address
    say     " = header + 0x"
    mov     rdi, r12
    sub     rdi, [rip + vdso + VDSO_HEADER]
    mov     esi, OFFSET_DIGITS
    call    print_hexadecimal_zeros
    jmp     3f
2:  say     "not there"
3:  call    print_newline
    add     rbx, FUNCTION_SIZE
    lea     rax, [rip + vdso_functions_end]
    cmp     rbx, rax
    jb      1b
    pop     r12
    pop     rbx
    ret

# A letter for a right that a segment gives, "-" for one that it does not.
    .macro show_flag letter, bit
    mov     edi, \letter
    mov     eax, '-'
    test    ebx, \bit
    cmovz   edi, eax
    call    print_character
    .endm

# in: edi = flags of a program header.  out: nothing.  clobbers: as a C function.
show_flags:
    push    rbx
    mov     ebx, edi
    show_flag 'R', PF_R
    show_flag 'W', PF_W
    show_flag 'X', PF_X
    pop     rbx
    ret

    .section .rodata
text_header:
    .asciz  "   ELF header"
text_load:
    .asciz  "   PT_LOAD"
text_dynamic:
    .asciz  "   PT_DYNAMIC"
text_soname:
    .asciz  "     DT_SONAME"

    .macro table name, field, purpose
    .quad   .Lname\@, \field, .Lpurpose\@
    .pushsection .rodata.text
.Lname\@:
    .asciz  "     \name"
.Lpurpose\@:
    .asciz  "\purpose"
    .popsection
    .endm

    .balign 8
tables:
    table   DT_HASH,   VDSO_HASH,   "from a name to its symbol"
    table   DT_SYMTAB, VDSO_SYMTAB, "the symbols: values and types"
    table   DT_STRTAB, VDSO_STRTAB, "their names"
    table   DT_VERSYM, VDSO_VERSYM, "a version for each symbol"
    table   DT_VERDEF, VDSO_VERDEF, "the versions"
tables_end:

    .bss
    .balign 8
vdso:
    .zero   VDSO_SIZE
