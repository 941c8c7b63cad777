# identity.s: who the kernel says that it is, and who the program is.
    .intel_syntax noprefix
    .include "generated/syscalls.inc"
    .include "include/auxv.inc"
    .include "include/fact.inc"
    .include "include/print.inc"

    .set UTS_FIELD,       65            # bytes of a field of struct utsname
    .set UTS_SYSNAME,     0
    .set UTS_MACHINE,     4 * UTS_FIELD
    .set UTS_SIZE,        6 * UTS_FIELD

    .text
    .global _start
_start:
    mov     rdi, rsp
    call    find_auxv
    mov     r12, rax
    call    check_kernel
    call    check_process
    call    check_user
    jmp     exit_facts

# in: nothing.  out: nothing.  clobbers: as a C function.
check_kernel:
    push    rbx
    mov     eax, SYS_uname
    lea     rdi, [rip + by_syscall]
    syscall
    test    rax, rax
    fact    z, "uname by SYSCALL succeeds"
    mov     eax, SYS32_uname
    lea     rbx, [rip + by_int80]
    int     0x80
    test    rax, rax
    fact    z, "uname by INT 0x80 succeeds"

    say     "sysname = "
    lea     rdi, [rip + by_syscall + UTS_SYSNAME]
    call    print_string
    call    print_newline
    say     "machine = "
    lea     rdi, [rip + by_syscall + UTS_MACHINE]
    call    print_string
    call    print_newline

    lea     rsi, [rip + by_syscall]
    lea     rdi, [rip + by_int80]
    mov     ecx, UTS_SIZE
    repe cmpsb
    fact    e, "both doors give the same names"
    pop     rbx
    ret

# in: nothing.  out: nothing.  clobbers: as a C function.
check_process:
    push    rbp
    mov     eax, SYS_getpid
    syscall
    mov     rbp, rax
    test    rax, rax
    fact    g, "getpid is positive"
    mov     eax, SYS32_getpid
    int     0x80
    cmp     rax, rbp
    fact    e, "getpid is the same by both doors"

    mov     eax, SYS_getppid
    syscall
    mov     rbp, rax
    test    rax, rax
    fact    ge, "getppid is not negative"
    mov     eax, SYS32_getppid
    int     0x80
    cmp     rax, rbp
    fact    e, "getppid is the same by both doors"
    pop     rbp
    ret

# Each call against the entry of the auxiliary vector.
# in: r12 = auxv.  out: nothing.  clobbers: as a C function.
check_user:
    sub     rsp, 8
    mov     eax, SYS_getuid
    mov     esi, AT_UID
    call    is_like_auxv
    fact    e, "getuid is AT_UID"
    mov     eax, SYS_geteuid
    mov     esi, AT_EUID
    call    is_like_auxv
    fact    e, "geteuid is AT_EUID"
    mov     eax, SYS_getgid
    mov     esi, AT_GID
    call    is_like_auxv
    fact    e, "getgid is AT_GID"
    mov     eax, SYS_getegid
    mov     esi, AT_EGID
    call    is_like_auxv
    fact    e, "getegid is AT_EGID"
    add     rsp, 8
    ret

# in: eax = number, esi = type, r12 = auxv.  out: ZF = 1 when the call returns what
# the entry says.  clobbers: rax rcx rdi r8 r11.
is_like_auxv:
    syscall
    mov     r8, rax
    mov     rdi, r12
    call    auxv_value
    cmp     rax, r8
    ret

    .bss
    .balign 8
by_syscall:
    .zero   UTS_SIZE
by_int80:
    .zero   UTS_SIZE
