# auxv.s: print the auxiliary vector, line for line as glibc's loader does when
# the environment has LD_SHOW_AUXV=1 (glibc 2.36, elf/dl-sysdep.c and dl-support.c).
#
#     AT_PAGESZ:            4096         a name, and the value as a number,
#     AT_PHDR:              0x400040     an address
#     AT_PLATFORM:          x86_64       or a string
#     AT_??? (0x1b): 0x1c                a type that has no name there
    .intel_syntax noprefix
    .include "include/auxv.inc"
    .include "include/print.inc"

    .set VALUE_COLUMN,     22

    .set FORM_DECIMAL,     0            # how a value is shown
    .set FORM_HEXADECIMAL, 1            # digits alone
    .set FORM_ADDRESS,     2            # digits after 0x
    .set FORM_STRING,      3
    .set FORM_HIDDEN,      4            # not at all

    .set NAME_TYPE,        0            # fields of a row of the table of names
    .set NAME_FORM,        4
    .set NAME_LABEL,       8
    .set NAME_SIZE,        16

    .text
    .global _start
_start:
    mov     rdi, rsp
    call    find_auxv
    mov     rbx, rax
1:  mov     rdi, [rbx + AUXV_TYPE]
    cmp     rdi, AT_NULL
    je      2f
    mov     rsi, [rbx + AUXV_VALUE]
    call    show_entry
    add     rbx, AUXV_ENTRY_SIZE
    jmp     1b
2:  xor     edi, edi
    jmp     exit_program

# in: rdi = type, rsi = value.  out: nothing.  clobbers: as a C function.
show_entry:
    lea     rax, [rip + names]
    lea     rcx, [rip + names_end]
1:  cmp     rax, rcx
    je      show_unknown
    mov     edx, [rax + NAME_TYPE]
    cmp     rdi, rdx
    je      2f
    add     rax, NAME_SIZE
    jmp     1b

2:  cmp     dword ptr [rax + NAME_FORM], FORM_HIDDEN
    je      3f
    push    r12
    push    r13
    push    r14
    mov     r12d, [rax + NAME_FORM]
    mov     r13, rsi
    mov     rdi, [rax + NAME_LABEL]
    call    print_string
    mov     edi, VALUE_COLUMN
    call    print_to_column
    mov     edi, r12d
    mov     rsi, r13
    call    show_value
    call    print_newline
    pop     r14
    pop     r13
    pop     r12
3:  ret

# in: edi = form, rsi = value.  out: nothing.  clobbers: as a C function.
show_value:
    mov     eax, edi
    mov     rdi, rsi
    cmp     eax, FORM_DECIMAL
    je      print_decimal
    cmp     eax, FORM_HEXADECIMAL
    je      print_hexadecimal
    cmp     eax, FORM_STRING
    je      print_string
    push    rdi
    say     "0x"
    pop     rdi
    jmp     print_hexadecimal

# in: rdi = type, rsi = value.  out: nothing.  clobbers: as a C function.
show_unknown:
    push    rsi
    push    rdi
    say     "AT_??? (0x"
    pop     rdi
    call    print_hexadecimal
    say     "): 0x"
    pop     rdi
    call    print_hexadecimal
    jmp     print_newline

# A row of the table: the type AT_\name, its label and its form.
    .macro auxv_name name, form
    .long   AT_\name, FORM_\form
    .quad   .Lname\@
    .pushsection .rodata.names
.Lname\@:
    .asciz  "AT_\name:"
    .popsection
    .endm

    .section .rodata
    .balign 8
names:
    auxv_name IGNORE,            HIDDEN
    auxv_name EXECFD,            DECIMAL
    auxv_name PHDR,              ADDRESS
    auxv_name PHENT,             DECIMAL
    auxv_name PHNUM,             DECIMAL
    auxv_name PAGESZ,            DECIMAL
    auxv_name BASE,              ADDRESS
    auxv_name FLAGS,             ADDRESS
    auxv_name ENTRY,             ADDRESS
    auxv_name NOTELF,            HEXADECIMAL
    auxv_name UID,               DECIMAL
    auxv_name EUID,              DECIMAL
    auxv_name GID,               DECIMAL
    auxv_name EGID,              DECIMAL
    auxv_name PLATFORM,          STRING
    auxv_name HWCAP,             HEXADECIMAL
    auxv_name CLKTCK,            DECIMAL
    auxv_name FPUCW,             HEXADECIMAL
    auxv_name DCACHEBSIZE,       ADDRESS
    auxv_name ICACHEBSIZE,       ADDRESS
    auxv_name UCACHEBSIZE,       ADDRESS
    auxv_name IGNOREPPC,         HIDDEN
    auxv_name SECURE,            DECIMAL
    auxv_name BASE_PLATFORM,     STRING
    auxv_name RANDOM,            ADDRESS
    auxv_name HWCAP2,            ADDRESS
    auxv_name EXECFN,            STRING
    auxv_name SYSINFO,           ADDRESS
    auxv_name SYSINFO_EHDR,      ADDRESS
    auxv_name L1I_CACHESIZE,     DECIMAL
    auxv_name L1I_CACHEGEOMETRY, ADDRESS
    auxv_name L1D_CACHESIZE,     DECIMAL
    auxv_name L1D_CACHEGEOMETRY, ADDRESS
    auxv_name L2_CACHESIZE,      DECIMAL
    auxv_name L2_CACHEGEOMETRY,  ADDRESS
    auxv_name L3_CACHESIZE,      DECIMAL
    auxv_name L3_CACHEGEOMETRY,  ADDRESS
    auxv_name MINSIGSTKSZ,       DECIMAL
names_end:
