# vdso_functions.s: the functions of the vDSO, found by their names and version.
    .intel_syntax noprefix
    .include "include/vdso.inc"

    .text

# Look up all of them, and keep their addresses for door_vdso.s.
# in: rdi = the value of AT_SYSINFO_EHDR, or 0.
# out: the pointers of door_vdso.s; 0 for what is not there.  clobbers: as a C function.
    .global find_functions
find_functions:
    push    rbx
    test    rdi, rdi
    jz      2f
    lea     rsi, [rip + vdso]
    call    vdso_open
    test    rax, rax
    jnz     2f
    lea     rbx, [rip + vdso_functions]
1:  lea     rdi, [rip + vdso]
    mov     rsi, [rbx + FUNCTION_NAME]
    lea     rdx, [rip + vdso_version_name]
    call    vdso_find
    mov     rcx, [rbx + FUNCTION_POINTER]
    mov     [rcx], rax
    add     rbx, FUNCTION_SIZE
    lea     rax, [rip + vdso_functions_end]
    cmp     rbx, rax
    jb      1b
2:  pop     rbx
    ret

    .section .rodata
    .macro function name
    .quad   .Lname\@, vdso_\name
    .pushsection .rodata.text
.Lname\@:
    .asciz  "__vdso_\name"
    .popsection
    .endm

    .balign 8
    .global vdso_functions, vdso_functions_end, vdso_version_name
vdso_functions:                         # name, where its address goes
    function clock_gettime
    function gettimeofday
    function time
    function getcpu
    function clock_getres
vdso_functions_end:

vdso_version_name:
    .asciz  "LINUX_2.6"

    .bss
    .balign 8
vdso:
    .zero   VDSO_SIZE
