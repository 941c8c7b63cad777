# registers.s: the registers at the first instruction, and what both doors make
# of unusual ones.
#
# "changed" names every register that came back different; RFLAGS is one of them.
# A result that is the process's number is shown as "pid".
    .intel_syntax noprefix
    .include "generated/syscalls.inc"
    .include "include/print.inc"
    .include "include/registers.inc"
    .include "include/rflags.inc"
    .include "include/system.inc"

    .set VALUE_COLUMN,   36             # where things stand on a line
    .set CHANGED_COLUMN, 42
    .set R11_COLUMN,     68

    .set X32_BIT,        0x40000000     # asks SYSCALL for the x32 ABI
    .set GARBAGE,        0xdeadbeef00000000
    .set UNKNOWN_NUMBER, 5000

    .set LAR_DEFINED,    0x00f0ff00     # the others are undefined (SDM Vol. 2A, LAR)

    .set CASE_NAME,      0              # fields of a row of the tables of cases
    .set CASE_RAX,       8
    .set CASE_RFLAGS,    16
    .set CASE_SIZE,      24

    .section .rodata
text_wide:
    .ascii  "  written with full upper halves\n"
    .set TEXT_WIDE_SIZE, . - text_wide

    .text
    .global _start
_start:
    store_registers at_start            # before anything changes one
    call    show_start
    call    show_segments
    call    show_vectors

    mov     eax, SYS_getpid
    syscall
    mov     [rip + process], rax

    call    print_newline
    say_line "INT 0x80"
    lea     rbx, [rip + int80_cases]
1:  call    try_int80
    call    show_case
    call    print_newline
    add     rbx, CASE_SIZE
    lea     rax, [rip + int80_cases_end]
    cmp     rbx, rax
    jb      1b
    call    try_wide_write

    call    print_newline
    say_line "SYSCALL"
    lea     rbx, [rip + syscall_cases]
2:  call    try_syscall
    call    show_case
    call    show_r11
    call    print_newline
    add     rbx, CASE_SIZE
    lea     rax, [rip + syscall_cases_end]
    cmp     rbx, rax
    jb      2b
    xor     edi, edi
    jmp     exit_program


# --- The first instruction ----------------------------------------------------

# in: at_start.  out: nothing.  clobbers: as a C function.
show_start:
    push    rbx
    say     "not zero:"
    xor     ebx, ebx                    # set of registers
    mov     ecx, REGISTER_COUNT - 1
    lea     rdx, [rip + at_start]
1:  cmp     qword ptr [rdx + rcx * 8], 0
    je      2f
    bts     ebx, ecx
2:  dec     ecx
    jns     1b
    mov     edi, ebx
    call    print_register_names
    call    print_newline
    say     "rflags = 0x"
    mov     rdi, [rip + at_start + RFLAGS_SLOT]
    call    print_hexadecimal
    call    print_newline
    pop     rbx
    ret

# in: nothing.  out: nothing.  clobbers: as a C function.
show_segments:
    push    rbx
    .irp    segment, cs, ss, ds, es, fs, gs
    say     "\segment = 0x"
    mov     edi, \segment
    call    print_hexadecimal
    call    print_newline
    .endr
    lea     rbx, [rip + selectors]      # what kind of segment each selector names
1:  say     "lar 0x"
    movzx   edi, word ptr [rbx]
    call    print_hexadecimal
    say     " = 0x"
    movzx   ecx, word ptr [rbx]
    xor     edi, edi                    # stays 0 when the selector names none
    lar     edi, cx
    and     edi, LAR_DEFINED
    call    print_hexadecimal
    call    print_newline
    add     rbx, 2
    lea     rax, [rip + selectors_end]
    cmp     rbx, rax
    jb      1b
    pop     rbx
    ret

# The control words of the x87 and of SSE.
# in: nothing.  out: nothing.  clobbers: as a C function.
show_vectors:
    sub     rsp, 8
    fnstcw  [rsp]
    say     "fcw = 0x"
    movzx   edi, word ptr [rsp]
    call    print_hexadecimal
    call    print_newline
    stmxcsr [rsp]
    say     "mxcsr = 0x"
    mov     edi, [rsp]
    call    print_hexadecimal
    call    print_newline
    add     rsp, 8
    ret


# --- The doors ----------------------------------------------------------------

# in: rbx = case.  out: registers_before, registers_after.  clobbers: as a C function.
try_int80:
    push_callee_saved
    call    set_case
    load_registers registers_before
    int     0x80
    store_registers registers_after
    push    RFLAGS_PLAIN
    popfq
    pop_callee_saved
    ret

# in: rbx = case.  out: registers_before, registers_after.  clobbers: as a C function.
try_syscall:
    push_callee_saved
    call    set_case
    load_registers registers_before
    syscall
    store_registers registers_after
    push    RFLAGS_PLAIN
    popfq
    pop_callee_saved
    ret

# in: rbx = case.  out: registers_before.  clobbers: rax.
set_case:
    mov     rax, [rbx + CASE_RAX]
    mov     [rip + registers_before + RAX_SLOT], rax
    mov     rax, [rbx + CASE_RFLAGS]
    mov     [rip + registers_before + RFLAGS_SLOT], rax
    ret

# INT 0x80 takes 32 bits of each argument: what is above them is no matter.
# in: nothing.  out: nothing.  clobbers: as a C function.
try_wide_write:
    push    rbx
    call    print_flush
    mov     eax, SYS32_write
    mov     rbx, GARBAGE
    or      rbx, STDOUT
    lea     rcx, [rip + text_wide]
    mov     rdx, GARBAGE
    or      rcx, rdx
    or      rdx, TEXT_WIDE_SIZE
    int     0x80
    mov     rbx, rax
    say     "  write returned "
    mov     rdi, rbx
    call    print_signed
    call    print_newline
    pop     rbx
    ret

# in: rbx = case, registers_before, registers_after.  out: nothing.  clobbers: as a C function.
show_case:
    sub     rsp, 8
    say     "  "
    mov     rdi, [rbx + CASE_NAME]
    call    print_string
    mov     edi, VALUE_COLUMN
    call    print_to_column
    mov     rdi, [rip + registers_after + RAX_SLOT]
    cmp     rdi, [rip + process]
    je      1f
    call    print_signed
    jmp     2f
1:  say     "pid"
2:  mov     edi, CHANGED_COLUMN
    call    print_to_column
    say     "changed"
    call    registers_changed
    mov     edi, eax
    call    print_register_names
    add     rsp, 8
    ret

# in: registers_after.  out: nothing.  clobbers: as a C function.
show_r11:
    mov     edi, R11_COLUMN
    call    print_to_column
    say     "r11 = 0x"
    mov     rdi, [rip + registers_after + R11_SLOT]
    jmp     print_hexadecimal

    .section .rodata
    .balign 2
selectors:
    .word   0x23, 0x2b, 0x33, 0x7b      # code for 32 bits, data, code for 64 bits, CPU number
selectors_end:

    .macro case name, rax, rflags
    .quad   .Lname\@, \rax, \rflags
    .pushsection .rodata.text
.Lname\@:
    .asciz  "\name"
    .popsection
    .endm

    .balign 8
int80_cases:
    case    "getpid",                     SYS32_getpid,             RFLAGS_PLAIN
    case    "getpid, full upper half",    GARBAGE | SYS32_getpid,   RFLAGS_PLAIN
    case    "-1",                         -1,                       RFLAGS_PLAIN
    case    "-1 in 32 bits",              0xffffffff,               RFLAGS_PLAIN
    case    "5000",                       UNKNOWN_NUMBER,           RFLAGS_PLAIN
    case    "getpid with bit 30",         X32_BIT | SYS32_getpid,   RFLAGS_PLAIN
    case    "getpid, arithmetic flags",   SYS32_getpid,             RFLAGS_PLAIN | RFLAGS_ARITHMETIC
    case    "getpid, DF",                 SYS32_getpid,             RFLAGS_PLAIN | RFLAGS_DF
    case    "getpid, NT",                 SYS32_getpid,             RFLAGS_PLAIN | RFLAGS_NT
    case    "getpid, AC",                 SYS32_getpid,             RFLAGS_PLAIN | RFLAGS_AC
    case    "getpid, ID",                 SYS32_getpid,             RFLAGS_PLAIN | RFLAGS_ID
int80_cases_end:
syscall_cases:
    case    "getpid",                     SYS_getpid,               RFLAGS_PLAIN
    case    "getpid, full upper half",    GARBAGE | SYS_getpid,     RFLAGS_PLAIN
    case    "-1",                         -1,                       RFLAGS_PLAIN
    case    "-1 in 32 bits",              0xffffffff,               RFLAGS_PLAIN
    case    "5000",                       UNKNOWN_NUMBER,           RFLAGS_PLAIN
    case    "getpid with bit 30",         X32_BIT | SYS_getpid,     RFLAGS_PLAIN
    case    "getpid, arithmetic flags",   SYS_getpid,               RFLAGS_PLAIN | RFLAGS_ARITHMETIC
    case    "getpid, DF",                 SYS_getpid,               RFLAGS_PLAIN | RFLAGS_DF
    case    "getpid, NT",                 SYS_getpid,               RFLAGS_PLAIN | RFLAGS_NT
    case    "getpid, AC",                 SYS_getpid,               RFLAGS_PLAIN | RFLAGS_AC
    case    "getpid, ID",                 SYS_getpid,               RFLAGS_PLAIN | RFLAGS_ID
    case    "getpid, RF",                 SYS_getpid,               RFLAGS_PLAIN | RFLAGS_RF
syscall_cases_end:

    .bss
    .balign 8
at_start:
    .zero   REGISTERS_SIZE
process:
    .zero   8
