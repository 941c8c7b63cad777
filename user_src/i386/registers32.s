# registers32.s: registers.s for a program of the i386: the registers at the first
# instruction, a segment of its own, and what its doors make of unusual registers.
#
# "changed" names every register that came back different; a result that is the
# process's number is shown as "pid".  __kernel_vsyscall is the vDSO's way into the
# kernel, whichever that is on this CPU.
    .intel_syntax noprefix
    .code32
    .include "generated/syscalls.inc"
    .include "include/auxv.inc"
    .include "include/print32.inc"
    .include "include/rflags.inc"

    .set VALUE_COLUMN,   36             # where things stand on a line
    .set CHANGED_COLUMN, 42

    .set X32_BIT,        0x40000000
    .set UNKNOWN_NUMBER, 5000
    .set LAR_DEFINED,    0x00f0ff00     # the others are undefined (SDM Vol. 2A, LAR)

# A record of all registers, in the order in which PUSHAD leaves them, and EFLAGS.
    .set EAX_SLOT,       7 * 4
    .set EFLAGS_SLOT,    8 * 4
    .set SLOTS,          9

    .set CASE_NAME,      0              # fields of a row of the table of cases
    .set CASE_EAX,       4
    .set CASE_EFLAGS,    8
    .set CASE_SIZE,      12

# struct user_desc: a segment of data that is writable and present, of 32 bits.
    .set USER_DESC_ENTRY, 0
    .set USER_DESC_BASE, 4
    .set USER_DESC_FLAGS, 12
    .set ANY_ENTRY,      -1
    .set SEG_32BIT,      1 << 0
    .set SEG_CODE,       2 << 1
    .set SEG_READ_ONLY,  1 << 3
    .set SEG_LIMIT_IN_PAGES, 1 << 4
    .set SEG_NOT_PRESENT, 1 << 5
    .set SEG_USEABLE,    1 << 6
    .set SEG_DATA,       SEG_32BIT | SEG_LIMIT_IN_PAGES | SEG_USEABLE
    .set LIMIT_ALL,      0xfffff        # in pages
    .set FIRST_ENTRY,    12             # entries 12 to 14 are a thread's own

    .text
    .global _start
_start:
    pushfd                              # before anything changes one
    pushad
    mov     ebp, esp
    add     dword ptr [ebp + 3 * 4], 4  # PUSHAD's ESP is that after PUSHFD
    lea     ebx, [ebp + SLOTS * 4]      # argc
    call    show_start
    call    show_segments
    call    show_vectors
    call    find_vsyscall
    mov     eax, SYS32_getpid
    int     0x80
    mov     [process], eax

    call    print_newline
    call    show_threads_segments

    call    print_newline
    say_line "INT 0x80"
    mov     dword ptr [door], offset by_int80
    call    show_cases
    call    print_newline
    say_line "__kernel_vsyscall"
    mov     dword ptr [door], offset by_vsyscall
    call    show_cases
    call    print_newline
    say     "gs:[0] = 0x"
    mov     eax, gs:[0]
    call    print_hexadecimal
    call    print_newline
    xor     eax, eax
    jmp     exit_program


# --- The first instruction ----------------------------------------------------

# in: ebp = record of the registers.  out: nothing.  clobbers: eax ecx.
show_start:
    say     "not zero:"
    mov     ecx, SLOTS - 1
1:  cmp     dword ptr [ebp + ecx * 4], 0
    je      2f
    call    print_name
2:  dec     ecx
    jns     1b
    call    print_newline
    say     "eflags = 0x"
    mov     eax, [ebp + EFLAGS_SLOT]
    call    print_hexadecimal
    call    print_newline
    ret

# in: nothing.  out: nothing.  clobbers: eax ebx ecx edx.
show_segments:
    push    ebx
    .irp    segment, cs, ss, ds, es, fs, gs
    say     "\segment = 0x"
    mov     eax, \segment
    call    print_hexadecimal
    call    print_newline
    .endr
    pop     ebx
    ret

# What kind of segment a selector names, and how far it reaches.
# in: edx = selector.  out: nothing.  clobbers: eax ecx.
show_selector:
    say     "0x"
    mov     eax, edx
    call    print_hexadecimal
    say     ": lar = 0x"
    xor     eax, eax                    # stays 0 when the selector names none
    lar     eax, edx
    and     eax, LAR_DEFINED
    call    print_hexadecimal
    mov     ecx, edx
    cmp     ecx, 0x7b                   # the CPU's number, which can be any
    je      1f
    say     " lsl = 0x"
    xor     eax, eax
    lsl     eax, edx
    call    print_hexadecimal
1:  jmp     print_newline

# The control words of the x87 and of SSE.
# in: nothing.  out: nothing.  clobbers: eax.
show_vectors:
    sub     esp, 4
    fnstcw  [esp]
    say     "fcw = 0x"
    movzx   eax, word ptr [esp]
    call    print_hexadecimal
    call    print_newline
    stmxcsr [esp]
    say     "mxcsr = 0x"
    mov     eax, [esp]
    call    print_hexadecimal
    call    print_newline
    add     esp, 4
    ret

# Find AT_SYSINFO, the address of __kernel_vsyscall; it comes first.
# in: ebx = the initial stack.  out: vsyscall.  clobbers: eax ecx edx.
find_vsyscall:
    mov     ecx, [ebx]
    lea     edx, [ebx + ecx * 4 + 8]    # behind argc, argv and its NULL
1:  add     edx, 4
    cmp     dword ptr [edx - 4], 0      # the environment
    jne     1b
    mov     eax, [edx + 4]
    mov     [vsyscall], eax
    say     "the first type in the auxiliary vector = "
    mov     eax, [edx]
    call    print_signed
    call    print_newline
    ret


# --- A segment of its own -------------------------------------------------------

# Ask for segments, wrong ones and right ones; load the first into GS.
# in: nothing.  out: gs.  clobbers: eax ebx ecx edx.
show_threads_segments:
    say_line "set_thread_area"
    mov     dword ptr [descriptor + USER_DESC_FLAGS], SEG_DATA | SEG_CODE
    mov     eax, offset text_code
    call    try_descriptor
    mov     dword ptr [descriptor + USER_DESC_FLAGS], SEG_DATA | SEG_NOT_PRESENT
    mov     eax, offset text_not_present
    call    try_descriptor
    mov     dword ptr [descriptor + USER_DESC_FLAGS], SEG_DATA & ~SEG_32BIT
    mov     eax, offset text_16bit
    call    try_descriptor
    mov     dword ptr [descriptor + USER_DESC_FLAGS], SEG_DATA
    mov     dword ptr [descriptor + USER_DESC_ENTRY], FIRST_ENTRY - 1
    mov     eax, offset text_entry
    call    try_descriptor
    mov     dword ptr [descriptor + USER_DESC_ENTRY], ANY_ENTRY
    mov     eax, offset text_first
    call    try_descriptor
    mov     eax, [descriptor + USER_DESC_ENTRY]
    lea     eax, [eax * 8 + 3]
    mov     gs, eax
    mov     dword ptr [descriptor + USER_DESC_ENTRY], ANY_ENTRY
    mov     dword ptr [descriptor + USER_DESC_FLAGS], SEG_DATA | SEG_READ_ONLY
    mov     eax, offset text_read_only
    call    try_descriptor
    mov     dword ptr [descriptor + USER_DESC_ENTRY], ANY_ENTRY
    mov     eax, offset text_third
    call    try_descriptor
    mov     dword ptr [descriptor + USER_DESC_ENTRY], ANY_ENTRY
    mov     eax, offset text_fourth
    call    try_descriptor

    mov     dword ptr [descriptor + USER_DESC_ENTRY], FIRST_ENTRY + 2
    xor     eax, eax
    mov     [descriptor + USER_DESC_BASE], eax
    mov     [descriptor + USER_DESC_BASE + 4], eax
    mov     [descriptor + USER_DESC_FLAGS], eax
    mov     eax, offset text_clear
    call    try_descriptor
    mov     ebx, -1                     # no address of a program's
    mov     eax, SYS32_set_thread_area
    int     0x80
    push    eax
    say     "  at address -1"
    pop     eax
    call    show_value

    say     "  gs = 0x"
    mov     eax, gs
    call    print_hexadecimal
    say     ", gs:[0] = 0x"
    mov     eax, gs:[0]
    call    print_hexadecimal
    call    print_newline
    .irp    selector, 0x23, 0x2b, 0x33, 0x63, 0x6b, 0x73, 0x7b
    mov     edx, \selector
    call    show_selector
    .endr
    ret

# in: eax = what is special about it.  out: nothing.  clobbers: eax ebx.
try_descriptor:
    push    eax
    say     "  "
    pop     eax
    call    print_string
    mov     ebx, offset descriptor
    mov     eax, SYS32_set_thread_area
    int     0x80
    call    show_value
    ret

# in: eax = result.  out: nothing.  clobbers: eax.
show_value:
    push    eax
    mov     eax, VALUE_COLUMN
    call    print_to_column
    pop     eax
    call    print_signed
    say     ", entry "
    mov     eax, [descriptor + USER_DESC_ENTRY]
    call    print_signed
    jmp     print_newline


# --- The doors ----------------------------------------------------------------

# in: door.  out: nothing.  clobbers: all.
show_cases:
    mov     ebx, offset cases
1:  push    ebx
    call    try_case
    pop     ebx
    call    show_case
    add     ebx, CASE_SIZE
    cmp     ebx, offset cases_end
    jb      1b
    ret

# in: ebx = case, door.  out: before, after.  clobbers: all.
try_case:
    mov     eax, [ebx + CASE_EAX]
    mov     [before + EAX_SLOT], eax
    mov     eax, [ebx + CASE_EFLAGS]
    mov     [before + EFLAGS_SLOT], eax
    mov     [stack], esp
    mov     esp, offset before          # a stack for POPAD and POPFD alone
    popad
    popfd
    mov     esp, [stack]
    call    [door]
    mov     esp, offset after + SLOTS * 4
    pushfd
    pushad
    mov     esp, [stack]
    push    RFLAGS_PLAIN
    popfd
    ret

# in: as for a call.  out: as after it.
by_int80:
    int     0x80
    ret
by_vsyscall:
    call    [vsyscall]
    ret

# in: ebx = case, before, after.  out: nothing.  clobbers: eax ecx.
show_case:
    say     "  "
    mov     eax, [ebx + CASE_NAME]
    call    print_string
    mov     eax, VALUE_COLUMN
    call    print_to_column
    mov     eax, [after + EAX_SLOT]
    cmp     eax, [process]
    je      1f
    call    print_signed
    jmp     2f
1:  say     "pid"
2:  mov     eax, CHANGED_COLUMN
    call    print_to_column
    say     "changed"
    mov     ecx, SLOTS - 1
3:  cmp     ecx, 3                      # ESP: it is another stack's in the records
    je      4f
    mov     eax, [before + ecx * 4]
    cmp     [after + ecx * 4], eax
    je      4f
    call    print_name
4:  dec     ecx
    jns     3b
    jmp     print_newline

# A blank and the name of a register.
# in: ecx = its slot.  out: nothing.  clobbers: eax.
print_name:
    say     " "
    mov     eax, [names + ecx * 4]
    jmp     print_string

    .macro text label, words
\label:
    .asciz  "\words"
    .endm

    .section .rodata
    text    text_code, "code"
    text    text_not_present, "not present"
    text    text_16bit, "of 16 bits"
    text    text_entry, "for entry 11"
    text    text_first, "for any entry"
    text    text_read_only, "read-only, for any entry"
    text    text_third, "for any entry, again"
    text    text_fourth, "for any entry, a fourth time"
    text    text_clear, "all zeros, for entry 14"

    .macro name register
    .long   .Lname\@
    .pushsection .rodata.names
.Lname\@:
    .asciz  "\register"
    .popsection
    .endm

    .macro case name, eax, eflags
    .long   .Lcase\@, \eax, \eflags
    .pushsection .rodata.names
.Lcase\@:
    .asciz  "\name"
    .popsection
    .endm

    .balign 4
names:                                  # in the order of a record
    .irp    register, edi, esi, ebp, esp, ebx, edx, ecx, eax, eflags
    name    \register
    .endr
cases:
    case    "getpid",                     SYS32_getpid,             RFLAGS_PLAIN
    case    "-1",                         -1,                       RFLAGS_PLAIN
    case    "5000",                       UNKNOWN_NUMBER,           RFLAGS_PLAIN
    case    "getpid with bit 30",         X32_BIT | SYS32_getpid,   RFLAGS_PLAIN
    case    "getpid, arithmetic flags",   SYS32_getpid,             RFLAGS_PLAIN | RFLAGS_ARITHMETIC
    case    "getpid, DF",                 SYS32_getpid,             RFLAGS_PLAIN | RFLAGS_DF
    case    "getpid, NT",                 SYS32_getpid,             RFLAGS_PLAIN | RFLAGS_NT
    case    "getpid, AC",                 SYS32_getpid,             RFLAGS_PLAIN | RFLAGS_AC
    case    "getpid, ID",                 SYS32_getpid,             RFLAGS_PLAIN | RFLAGS_ID
cases_end:

    .data
    .balign 4
before:                                 # patterns that no kernel has by chance
    .long   0x77777777, 0x66666666, 0x55555555, 0, 0x33333333, 0x22222222, 0x11111111, 0, 0
after:
    .zero   SLOTS * 4
descriptor:                             # struct user_desc
    .long   ANY_ENTRY, pattern, LIMIT_ALL, 0
pattern:                                # what GS shows
    .long   0x12345678

    .bss
    .balign 4
door:
    .zero   4
vsyscall:
    .zero   4
process:
    .zero   4
stack:
    .zero   4
