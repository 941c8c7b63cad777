# secrets.s: nothing of the kernel's is left where a program can see it: in a register,
# on the stack or below it, in the gaps of what a call writes, or behind that.
    .intel_syntax noprefix
    .include "generated/syscalls.inc"
    .include "include/auxv.inc"
    .include "include/clock.inc"
    .include "include/fact.inc"
    .include "include/registers.inc"
    .include "include/rflags.inc"
    .include "include/system.inc"

    .set UNKNOWN_NUMBER,   5000
    .set KERNEL_BITS,      47           # from here up all bits of a kernel's address are 1
    .set RANDOM_SIZE,      16           # behind AT_RANDOM

    .set GUARD,            0x5a         # what memory is filled with that nobody may write
    .set WATCHED,          128          # bytes below the stack, and as many in it
    .set OWN_PUSH,         8            # load_registers and store_registers write there

# What FXSAVE stores (SDM Vol. 1, 10.5.1).
    .set FXSAVE_SIZE,      512
    .set FXSAVE_ALIGNMENT, 16
    .set FXSAVE_X87,       32           # eight registers, then sixteen of SSE
    .set FXSAVE_END,       416          # what follows is not the CPU's

    .set UTSNAME_FIELD,    65
    .set UTSNAME_SIZE,     6 * UTSNAME_FIELD
    .set SYSINFO_SIZE,     112
    .set STAT_SIZE,        144
    .set STAT_PADDING,     36           # 4 bytes
    .set STAT_UNUSED,      120          # to the end
    .set BUFFER_SIZE,      512

    .set CASE_NUMBER,      0            # fields of a row of the tables of calls
    .set CASE_FIRST,       8
    .set CASE_SECOND,      16
    .set CASE_WRITES,      24           # bytes, to `buffer`
    .set CASE_SIZE,        32

# What a door may change.
    .set BY_SYSCALL,       RAX_BIT | RCX_BIT | R11_BIT
    .set BY_INT80,         RAX_BIT

    .text
    .global _start
_start:
    fxsave  [rip + fpu_after]           # before anything changes a register
    mov     rbx, rsp
    call    check_start
    call    check_stack

    lea     r12, [rip + syscall_cases]
    lea     r13, [rip + syscall_cases_end]
    lea     r14, [rip + try_syscall]
    mov     r15d, BY_SYSCALL
    call    try_all
    cmp     dword ptr [rip + registers_found], 0
    fact    e, "SYSCALL changes rax, rcx and r11, whatever the call"
    call    show_found

    lea     r12, [rip + int80_cases]
    lea     r13, [rip + int80_cases_end]
    lea     r14, [rip + try_int80]
    mov     r15d, BY_INT80
    call    try_all
    cmp     dword ptr [rip + registers_found], 0
    fact    e, "INT 0x80 changes rax, whatever the call"
    call    show_found

    call    check_gaps
    jmp     exit_facts


# --- The first instruction ----------------------------------------------------

# in: fpu_after, rbx = rsp at _start.  out: nothing.  clobbers: as a C function.
check_start:
    sub     rsp, 8
    lea     rdi, [rip + fpu_after + FXSAVE_X87]
    mov     ecx, FXSAVE_END - FXSAVE_X87
    xor     eax, eax
    repe    scasb
    fact    e, "the x87 and SSE registers begin as zeros"
    lea     rdi, [rbx - PAGE_SIZE]      # our own calls have written to what is nearer
    and     rdi, -PAGE_SIZE
    mov     ecx, PAGE_SIZE / 2
    xor     eax, eax
    repe    scasb
    fact    e, "below the first stack pointer there are zeros"
    add     rsp, 8
    ret

# Every word from the first stack pointer to the end of the page with the file's name.
# in: rbx = rsp at _start.  out: nothing.  clobbers: as a C function, and r12, r13.
check_stack:
    sub     rsp, 8
    mov     rdi, rbx
    call    find_auxv
    mov     r13, rax
    mov     rdi, r13
    mov     esi, AT_RANDOM
    call    auxv_value
    mov     r12, rax
    mov     rdi, r13
    mov     esi, AT_EXECFN
    call    auxv_value
    lea     r13, [rax + PAGE_SIZE - 1]
    and     r13, -PAGE_SIZE
    mov     rcx, rbx
1:  lea     rax, [r12 - POINTER_SIZE]
    cmp     rcx, rax
    jbe     2f
    lea     rax, [r12 + RANDOM_SIZE]
    cmp     rcx, rax
    jb      3f                          # random bytes may look like anything
2:  mov     rax, [rcx]
    sar     rax, KERNEL_BITS
    cmp     rax, -1
    je      4f
3:  add     rcx, POINTER_SIZE
    cmp     rcx, r13
    jb      1b
4:  cmp     rcx, r13
    fact    e, "no word of the first stack is a kernel's address"
    add     rsp, 8
    ret


# --- The doors ----------------------------------------------------------------

# Make all calls of a table.
# in: r12 = first case, r13 = end, r14 = a try_ routine, r15d = set that may change.
# out: what was found, in the variables of that name.  clobbers: as a C function, and r12.
try_all:
    push    rbx
    xor     eax, eax
    mov     [rip + registers_found], eax
    mov     [rip + fpu_found], al
    mov     [rip + stack_found], al
    mov     [rip + guard_found], al
1:  lea     rdi, [rip + buffer]
    mov     ecx, BUFFER_SIZE
    mov     al, GUARD
    rep     stosb
    call    r14
    call    registers_changed
    mov     ecx, r15d
    not     ecx
    and     eax, ecx
    or      [rip + registers_found], eax
    lea     rsi, [rip + fpu_before]
    lea     rdi, [rip + fpu_after]
    mov     ecx, FXSAVE_END
    repe    cmpsb
    setne   al
    or      [rip + fpu_found], al
    mov     rdx, [r12 + CASE_WRITES]
    lea     rdi, [rip + buffer]
    add     rdi, rdx
    mov     ecx, BUFFER_SIZE
    sub     ecx, edx
    mov     al, GUARD
    repe    scasb
    setne   al
    or      [rip + guard_found], al
    mov     eax, ds                     # 0 in 64-bit programs, all four
    mov     ecx, es
    or      eax, ecx
    mov     ecx, fs
    or      eax, ecx
    mov     ecx, gs
    or      eax, ecx
    or      [rip + registers_found], eax
    add     r12, CASE_SIZE
    cmp     r12, r13
    jb      1b
    pop     rbx
    ret

# A call by a door, with every register and the memory around the stack filled.
# in: r12 = case.  out: registers_before, registers_after, fpu_before, fpu_after;
# stack_found = 1 when the stack or what is below it changed.  clobbers: as a C function.
    .macro try door, first, second
    push_callee_saved
    mov     rax, [r12 + CASE_NUMBER]
    mov     [rip + registers_before + RAX_SLOT], rax
    mov     rax, [r12 + CASE_FIRST]
    mov     [rip + registers_before + \first], rax
    mov     rax, [r12 + CASE_SECOND]
    mov     [rip + registers_before + \second], rax
    sub     rsp, WATCHED
    lea     rdi, [rsp - OWN_PUSH - WATCHED]
    mov     ecx, 2 * WATCHED + OWN_PUSH
    mov     al, GUARD
    rep     stosb
    fxrstor [rip + fpu_pattern]
    fxsave  [rip + fpu_before]          # some fields are not for FXRSTOR to set
    load_registers registers_before
    \door
    store_registers registers_after
    fxsave  [rip + fpu_after]
    push    RFLAGS_PLAIN
    popfq
    lea     rdi, [rsp - OWN_PUSH - WATCHED]
    mov     ecx, WATCHED
    mov     al, GUARD
    repe    scasb
    setne   dl
    mov     rdi, rsp
    mov     ecx, WATCHED
    repe    scasb
    setne   al
    or      al, dl
    or      [rip + stack_found], al
    add     rsp, WATCHED
    pop_callee_saved
    ret
    .endm

try_syscall:
    try     syscall, RDI_SLOT, RSI_SLOT
try_int80:
    try     "int 0x80", RBX_SLOT, RCX_SLOT

# in: what try_all found.  out: nothing.  clobbers: as a C function.
show_found:
    sub     rsp, 8
    cmp     byte ptr [rip + fpu_found], 0
    fact    e, "  and no x87 or SSE register"
    cmp     byte ptr [rip + stack_found], 0
    fact    e, "  and nothing on the stack or below it"
    cmp     byte ptr [rip + guard_found], 0
    fact    e, "  and nothing behind what a call should write"
    add     rsp, 8
    ret


# --- What calls write ---------------------------------------------------------

# The bytes of a structure that mean nothing.
# in: nothing.  out: nothing.  clobbers: as a C function.
check_gaps:
    sub     rsp, 8
    call    fill_buffer
    lea     rdi, [rip + buffer]
    mov     eax, SYS_uname
    syscall
    lea     rdi, [rip + buffer]
    lea     r8, [rdi + UTSNAME_SIZE]
1:  lea     rdx, [rdi + UTSNAME_FIELD]
    mov     ecx, UTSNAME_FIELD
    xor     eax, eax
    repne   scasb                       # over the name, and its end
    repe    scasb                       # zeros, to the field's end
    jne     2f
    mov     rdi, rdx
    cmp     rdi, r8
    jb      1b
2:  cmp     rdi, r8
    fact    e, "uname's names are followed by zeros"

    call    fill_buffer
    mov     edi, STDOUT
    lea     rsi, [rip + buffer]
    mov     eax, SYS_fstat
    syscall
    lea     rdi, [rip + buffer + STAT_UNUSED]
    mov     ecx, STAT_SIZE - STAT_UNUSED
    xor     eax, eax
    repe    scasb
    setne   dl
    cmp     dword ptr [rip + buffer + STAT_PADDING], 0
    setne   al
    or      al, dl
    fact    z, "the gaps of fstat's structure are zeros"
    add     rsp, 8
    ret

# in: nothing.  out: rdi = end of the buffer.  clobbers: rcx, al.
fill_buffer:
    lea     rdi, [rip + buffer]
    mov     ecx, BUFFER_SIZE
    mov     al, GUARD
    rep     stosb
    ret

    .section .rodata
    .balign 8
    .macro case number, first, second, writes
    .quad   \number, \first, \second, \writes
    .endm

syscall_cases:
    case    SYS_getpid,           0,              0,      0
    case    SYS_uname,            buffer,         0,      UTSNAME_SIZE
    case    SYS_clock_gettime,    CLOCK_REALTIME, buffer, TIMESPEC_SIZE
    case    SYS_gettimeofday,     buffer,         0,      TIMESPEC_SIZE
    case    SYS_getcpu,           buffer,         0,      4
    case    SYS_time,             buffer,         0,      8
    case    SYS_sysinfo,          buffer,         0,      SYSINFO_SIZE
    case    SYS_fstat,            STDOUT,         buffer, STAT_SIZE
    case    SYS_brk,              0,              0,      0
    case    SYS_clock_gettime,    CLOCK_REALTIME, 1,      0
    case    SYS_close,            -1,             0,      0
    case    UNKNOWN_NUMBER,       buffer,         buffer, 0
syscall_cases_end:
int80_cases:
    case    SYS32_getpid,          0,              0,      0
    case    SYS32_uname,           buffer,         0,      UTSNAME_SIZE
    case    SYS32_clock_gettime,   CLOCK_REALTIME, buffer, 8
    case    SYS32_clock_gettime64, CLOCK_REALTIME, buffer, TIMESPEC_SIZE
    case    SYS32_gettimeofday,    buffer,         0,      8
    case    SYS32_getcpu,          buffer,         0,      4
    case    SYS32_time,            buffer,         0,      4
    case    SYS32_sysinfo,         buffer,         0,      64
    case    SYS32_brk,             0,              0,      0
    case    SYS32_clock_gettime,   CLOCK_REALTIME, 1,      0
    case    SYS32_close,           -1,             0,      0
    case    UNKNOWN_NUMBER,        buffer,         buffer, 0
int80_cases_end:

    .balign FXSAVE_ALIGNMENT
fpu_pattern:
    .word   0x37f, 0                    # all x87 errors masked
    .byte   0xff                        # every register holds something
    .zero   19
    .long   0x1f80, 0                   # MXCSR: all SSE errors masked
    .fill   (FXSAVE_END - FXSAVE_X87) / 8, 8, 0x5a3c96f00f693ca5
    .zero   FXSAVE_SIZE - FXSAVE_END

    .bss
    .balign FXSAVE_ALIGNMENT
fpu_before:
    .zero   FXSAVE_SIZE
fpu_after:
    .zero   FXSAVE_SIZE
buffer:
    .zero   BUFFER_SIZE
registers_found:
    .zero   4
fpu_found:
    .zero   1
stack_found:
    .zero   1
guard_found:
    .zero   1
