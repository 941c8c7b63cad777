# bases.s: where FS and GS point is a program's to choose (arch_prctl), as long as it is
# in the program's half; the doors, which need GS themselves, give it back.
    .intel_syntax noprefix
    .include "generated/syscalls.inc"
    .include "include/errno.inc"
    .include "include/fact.inc"

    .set ARCH_SET_GS, 0x1001
    .set ARCH_SET_FS, 0x1002
    .set ARCH_GET_FS, 0x1003
    .set ARCH_GET_GS, 0x1004

    .set LAST,        0x00007fffffffefff    # the last byte of the last page of programs
    .set FS_WORD,     0x1111111111111111
    .set GS_WORD,     0x2222222222222222

    .text
    .global _start
_start:
    lea     rsi, [rip + fs_target]
    mov     edi, ARCH_SET_FS
    mov     eax, SYS_arch_prctl
    syscall
    test    rax, rax
    fact    z, "FS can point to a program's memory"
    lea     rsi, [rip + gs_target]
    mov     edi, ARCH_SET_GS
    mov     eax, SYS_arch_prctl
    syscall
    test    rax, rax
    fact    z, "and so can GS"
    call    check_words
    fact    e, "both point there behind SYSCALL"
    mov     eax, SYS32_getpid
    int     0x80
    call    check_words
    fact    e, "and behind INT 0x80"
    mov     edi, ARCH_GET_FS
    lea     rdx, [rip + fs_target]
    call    check_get
    fact    e, "FS's base can be asked for"
    mov     edi, ARCH_GET_GS
    lea     rdx, [rip + gs_target]
    call    check_get
    fact    e, "and GS's"

    lea     rbx, [rip + refused]
1:  mov     edi, ARCH_SET_FS
    call    check_refused
    jne     2f
    mov     edi, ARCH_SET_GS
    call    check_refused
    jne     2f
    add     rbx, 8
    lea     rax, [rip + refused_end]
    cmp     rbx, rax
    jb      1b
    cmp     eax, eax
2:  fact    e, "an address that is no program's is -EPERM for both"
    call    check_words
    fact    e, "and changes neither"
    mov     rsi, LAST
    mov     edi, ARCH_SET_GS
    mov     eax, SYS_arch_prctl
    syscall
    test    rax, rax
    fact    z, "the last byte that could be a program's will do"
    jmp     exit_facts

# in: nothing.  out: ZF set when FS and GS point to their words.  clobbers: rax rcx.
check_words:
    mov     rax, FS_WORD
    mov     rcx, GS_WORD
    cmp     fs:[0], rax
    jne     1f
    cmp     gs:[0], rcx
1:  ret

# in: edi = ARCH_GET_, rdx = base that it should tell.  out: ZF set when it does.
# clobbers: rax rcx rsi r11.
check_get:
    lea     rsi, [rip + told]
    mov     eax, SYS_arch_prctl
    syscall
    cmp     [rip + told], rdx
    ret

# in: edi = ARCH_SET_, rbx = address of a base.  out: ZF set when it is refused.
# clobbers: rax rcx rsi r11.
check_refused:
    mov     rsi, [rbx]
    mov     eax, SYS_arch_prctl
    syscall
    cmp     rax, -EPERM
    ret

    .section .rodata
    .balign 8
refused:
    .quad   0x00007ffffffff000          # the page that no program has
    .quad   0x0000800000000000          # not canonical
    .quad   0xffff7fffffffffff
    .quad   0xffff888000000000          # the kernel's
    .quad   0xffffffffffffffff
refused_end:
fs_target:
    .quad   FS_WORD
gs_target:
    .quad   GS_WORD

    .bss
    .balign 8
told:
    .zero   8
