# dump.s: all that a program finds at its first instruction: registers, the state of
# the floating-point units, and every word of the stack up to its top.
#
# With the argument "spoil" it first spoils all that it can, and then executes itself
# without one: what is seen then, execve has put in order.
    .intel_syntax noprefix
    .include "generated/syscalls.inc"
    .include "include/auxv.inc"
    .include "include/print.inc"
    .include "include/registers.inc"
    .include "include/rflags.inc"
    .include "include/system.inc"

    .set ARGV_0,           POINTER_SIZE
    .set ARGV_1,           2 * POINTER_SIZE
    .set SELECTORS,        6
    .set TOP_ZEROS,        8            # above the file name
    .set FXSAVE_SIZE,      512
    .set FXSAVE_MXCSR,     24
    .set FXSAVE_UNUSED,    464          # the last 48 bytes are software's
    .set WORD_DIGITS,      16
    .set ARCH_SET_GS,      0x1001
    .set ARCH_SET_FS,      0x1002
    .set ARCH_GET_FS,      0x1003
    .set ARCH_GET_GS,      0x1004
    .set USER_DATA,        0x2b
    .set PATTERN,          0x5555555555555555
    .set OTHER_MXCSR,      0x7f80       # rounds towards zero
    .set OTHER_FCW,        0x0f7f
    .set STATUS_FAILED,    1

    .text
    .global _start
_start:
    store_registers first
    fxsave64 [rip + units]
    mov     [rip + selectors + 0], cs
    mov     [rip + selectors + 2], ss
    mov     [rip + selectors + 4], ds
    mov     [rip + selectors + 6], es
    mov     [rip + selectors + 8], fs
    mov     [rip + selectors + 10], gs
    mov     rbx, rsp
    mov     rdi, [rbx + ARGV_1]
    test    rdi, rdi
    jz      1f
    lea     rsi, [rip + spoil_word]
    call    string_equal
    jnz     spoil
1:  call    show_registers
    call    show_registers
    call    show_selectors
    call    show_bases
    call    show_units
    call    show_stack
    xor     edi, edi
    jmp     exit_program

# in: first.  out: nothing.  clobbers: as a C function.
show_registers:
    push    rbx
    xor     ebx, ebx
1:  lea     rdi, [rip + register_names]
    lea     rdi, [rdi + rbx * 4]
    call    print_string
    mov     edi, ' '
    call    print_character
    lea     rax, [rip + first]
    mov     rdi, [rax + rbx * 8]
    call    print_hexadecimal
    call    print_newline
    inc     ebx
    cmp     ebx, REGISTER_COUNT
    jb      1b
    pop     rbx
    ret

# in: selectors.  out: nothing.  clobbers: as a C function.
show_selectors:
    push    rbx
    xor     ebx, ebx
1:  lea     rdi, [rip + selector_names]
    lea     rdi, [rdi + rbx * 4]
    call    print_string
    mov     edi, ' '
    call    print_character
    lea     rax, [rip + selectors]
    movzx   edi, word ptr [rax + rbx * 2]
    call    print_hexadecimal
    call    print_newline
    inc     ebx
    cmp     ebx, SELECTORS
    jb      1b
    pop     rbx
    ret

# in: nothing.  out: nothing.  clobbers: as a C function.
show_bases:
    say     "fs base "
    mov     edi, ARCH_GET_FS
    call    show_base
    say     "gs base "
    mov     edi, ARCH_GET_GS

# in: edi = what to ask arch_prctl for.  out: nothing.  clobbers: as a C function.
show_base:
    mov     eax, SYS_arch_prctl
    lea     rsi, [rip + base]
    syscall
    mov     rdi, [rip + base]
    call    print_hexadecimal
    jmp     print_newline

# The words of FXSAVE's area that are not 0 (SDM Vol. 1, table 10-2).
# in: units.  out: nothing.  clobbers: as a C function.
show_units:
    push    rbx
    mov     dword ptr [rip + units + FXSAVE_MXCSR + 4], 0 # which bits MXCSR has: the CPU's
    xor     ebx, ebx
1:  lea     rax, [rip + units]
    cmp     qword ptr [rax + rbx], 0
    je      2f
    say     "fxsave+"
    mov     rdi, rbx
    call    print_decimal
    mov     edi, ' '
    call    print_character
    lea     rax, [rip + units]
    mov     rdi, [rax + rbx]
    call    print_hexadecimal
    call    print_newline
2:  add     ebx, 8
    cmp     ebx, FXSAVE_UNUSED
    jb      1b
    pop     rbx
    ret

# Every word from rsp to the stack's top.
# in: rbx = rsp at _start.  out: nothing.  clobbers: as a C function.
show_stack:
    push    rbx
    push    r12
    mov     rdi, rbx
    call    find_auxv
    mov     rdi, rax
    mov     esi, AT_EXECFN
    call    auxv_value
    mov     r12, rax
    mov     rdi, rax
    call    string_length
    lea     r12, [r12 + rax + 1 + TOP_ZEROS]
1:  mov     rdi, rbx
    call    print_hexadecimal
    say     ": "
    mov     rdi, [rbx]
    mov     esi, WORD_DIGITS
    call    print_hexadecimal_zeros
    call    print_newline
    add     rbx, 8
    cmp     rbx, r12
    jb      1b
    pop     r12
    pop     rbx
    ret

# Change everything that can be changed, then begin again.
spoil:
    mov     eax, SYS_arch_prctl
    mov     edi, ARCH_SET_FS
    mov     rsi, rbx
    syscall
    mov     eax, SYS_arch_prctl
    mov     edi, ARCH_SET_GS
    mov     rsi, rbx
    syscall
    mov     eax, USER_DATA
    mov     ds, eax
    mov     es, eax
    fldcw   [rip + other_fcw]
    fldpi
    fldpi
    ldmxcsr [rip + other_mxcsr]
    mov     rax, PATTERN
    movq    xmm0, rax
    movq    xmm1, rax
    movq    xmm15, rax
    mov     r8, rax
    mov     r9, rax
    mov     r10, rax
    mov     r12, rax
    mov     r13, rax
    mov     r14, rax
    mov     r15, rax
    mov     rbp, rax
    mov     rdi, rbx
    call    find_environment
    mov     rdx, rax
    mov     rax, [rbx + ARGV_0]
    mov     [rip + vector], rax
    lea     rdi, [rip + self]
    lea     rsi, [rip + vector]
    mov     eax, SYS_execve
    push    RFLAGS_DF | RFLAGS_NT | RFLAGS_AC | RFLAGS_ID
    popfq
    syscall
    cld
    say_line "execve failed"
    mov     edi, STATUS_FAILED
    jmp     exit_program

    .section .rodata
register_names:
    .irp name, rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi
    .asciz  "\name"
    .endr
    .ascii  "r8\0\0"
    .ascii  "r9\0\0"
    .irp name, r10, r11, r12, r13, r14, r15, flg
    .asciz  "\name"
    .endr
selector_names:
    .irp name, cs, ss, ds, es, fs, gs
    .ascii  "\name\0\0"
    .endr
spoil_word:
    .asciz  "spoil"
self:
    .asciz  "/proc/self/exe"
    .balign 4
other_mxcsr:
    .long   OTHER_MXCSR
other_fcw:
    .word   OTHER_FCW

    .bss
    .balign 16
units:
    .zero   FXSAVE_SIZE
first:
    .zero   REGISTERS_SIZE
base:
    .zero   8
vector:                                 # argv of what is executed
    .zero   2 * POINTER_SIZE
selectors:
    .zero   SELECTORS * 2
