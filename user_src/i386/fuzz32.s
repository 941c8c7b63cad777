# fuzz32.s: fuzz.s for a program of the i386: random system calls by INT 0x80, by
# __kernel_vsyscall, and by SYSENTER or 32-bit SYSCALL elsewhere than in the vDSO.
#
#   fuzz32 SEED CALLS           the same seed makes the same calls
#
# Which of the two instructions the CPU has is told by the vDSO's own code.  The kernel
# returns from both to the vDSO, wherever they stand; so what the vDSO takes from the
# stack is put there first.  After each call every register must be what it was.
    .intel_syntax noprefix
    .code32
    .include "generated/syscalls.inc"
    .include "include/fuzz_rules.inc"
    .include "include/print32.inc"
    .include "include/rflags.inc"
    .include "include/system.inc"

    .set STATUS_USAGE,   2
    .set STATUS_FOUND,   1
    .set NODE,           65             # its place in struct new_utsname
    .set NAMES_SIZE,     6 * 65
    .set NODE_RING3,     0x676e6972     # "ring"

    .set ARENA_SIZE,     16 * PAGE_SIZE # the end of the heap: nothing lies behind it
    .set STACK_BYTES,    4 * PAGE_SIZE
    .set NUMBERS_BEYOND, 16             # how far beyond the table numbers go
    .set CALLS_A_LINE,   250000         # progress
    .set RANGE_MAX,      0xffff         # bytes that munmap may take away
    .set DESCRIPTOR_MIN, 3              # not the terminal's
    .set DESCRIPTORS,    8
    .set FLAGS_RANDOM,   RFLAGS_ARITHMETIC | RFLAGS_DF | RFLAGS_NT | RFLAGS_AC | RFLAGS_ID

    .set SYSENTER_CODE,  0x340f         # the two instructions, as they lie in memory
    .set SYSCALL_CODE,   0x050f
    .set INSTRUCTION,    5              # where __kernel_vsyscall has one of them

# A record of all registers, in the order in which POPAD takes them, and EFLAGS.
    .set EDI_SLOT,       0 * 4
    .set ESI_SLOT,       1 * 4
    .set EBP_SLOT,       2 * 4
    .set ESP_SLOT_INDEX, 3
    .set EBX_SLOT,       4 * 4
    .set EDX_SLOT,       5 * 4
    .set ECX_SLOT,       6 * 4
    .set EAX_SLOT,       7 * 4
    .set EAX_SLOT_INDEX, 7
    .set EFLAGS_SLOT,    8 * 4
    .set SLOTS,          9

    .set HOSTILE_KINDS,  8              # of the tables below
    .set EDGES,          12

    .text
    .global _start
_start:
    mov     ebx, esp
    call    only_in_ring3
    cmp     dword ptr [ebx], 3
    jne     usage
    mov     edx, [ebx + 2 * 4]          # argv[1]
    call    parse_decimal
    add     [random_state], eax
    mov     edx, [ebx + 3 * 4]
    call    parse_decimal
    mov     [calls_left], eax
    call    find_doors
    call    make_arena
    mov     esp, offset stack_end
1:  cmp     dword ptr [calls_left], 0
    je      2f
    call    one_call
    dec     dword ptr [calls_left]
    inc     dword ptr [calls_made]
    cmp     dword ptr [calls_made], CALLS_A_LINE
    jb      1b
    mov     dword ptr [calls_made], 0
    mov     eax, [calls_left]
    call    print_signed
    say_line " calls to go"
    call    print_flush
    jmp     1b
2:  say_line "every register as its door leaves it"
    xor     eax, eax
    jmp     exit_program
usage:
    say_line "usage: fuzz32 SEED CALLS"
    mov     eax, STATUS_USAGE
    jmp     exit_program

# Go on only on ring3's own kernel, whose uname says so.
# in: nothing.  out: nothing.  clobbers: eax.
only_in_ring3:
    push    ebx
    mov     ebx, offset names
    mov     eax, SYS32_uname
    int     0x80
    pop     ebx
    cmp     dword ptr [names + NODE], NODE_RING3
    jne     1f
    cmp     word ptr [names + NODE + 4], '3'
    jne     1f
    ret
1:  say_line "This program attacks the kernel that it runs on: it runs in ring3 alone."
    mov     eax, STATUS_USAGE
    jmp     exit_program

# in: edx = decimal digits.  out: eax = their number.  clobbers: ecx edx.
parse_decimal:
    xor     eax, eax
1:  movzx   ecx, byte ptr [edx]
    sub     ecx, '0'
    cmp     ecx, 9
    ja      2f
    imul    eax, eax, 10
    add     eax, ecx
    inc     edx
    jmp     1b
2:  ret

# A table of four doors: INT 0x80, __kernel_vsyscall twice, and its instruction elsewhere.
# in: ebx = the initial stack.  out: doors.  clobbers: eax ecx edx.
find_doors:
    mov     ecx, [ebx]
    lea     edx, [ebx + ecx * 4 + 8]    # behind argc, argv and its NULL
1:  add     edx, 4
    cmp     dword ptr [edx - 4], 0      # the environment
    jne     1b
    mov     eax, [edx + 4]              # AT_SYSINFO comes first
    mov     [doors + 1 * 4], eax
    mov     [doors + 2 * 4], eax
    cmp     word ptr [eax + INSTRUCTION], SYSENTER_CODE
    mov     edx, offset by_sysenter
    je      2f
    cmp     word ptr [eax + INSTRUCTION], SYSCALL_CODE
    mov     edx, offset by_syscall
    je      2f
    mov     edx, eax                    # neither: the CPU has only INT 0x80
2:  mov     [doors + 3 * 4], edx
    ret

# Grow the heap, and fill it with random bytes.
# in: nothing.  out: arena.  clobbers: all.
make_arena:
    xor     ebx, ebx
    mov     eax, SYS32_brk
    int     0x80
    add     eax, PAGE_SIZE - 1
    and     eax, -PAGE_SIZE
    mov     [arena], eax
    mov     esi, eax
    lea     edi, [eax + ARENA_SIZE]
    mov     ebx, edi
    mov     eax, SYS32_brk
    int     0x80
1:  call    random
    mov     [esi], eax
    add     esi, 4
    cmp     esi, edi
    jb      1b
    ret

# in: nothing.  out: nothing.  clobbers: all.
one_call:
    mov     ebx, offset before
1:  call    hostile
    mov     [ebx], eax
    add     ebx, 4
    cmp     ebx, offset before + EFLAGS_SLOT
    jb      1b
    call    random
    and     eax, FLAGS_RANDOM
    or      eax, RFLAGS_PLAIN
    mov     [ebx], eax
    mov     ecx, SYSCALL_TABLE_32_COUNT + NUMBERS_BEYOND
    call    random_below
    mov     edi, eax
    mov     ecx, 16
    call    random_below
    test    eax, eax
    jnz     2f
    call    random                      # now and then any number
    mov     edi, eax
2:  mov     [before + EAX_SLOT], edi
    call    apply_rule
    jc      3f                          # not this one
    mov     ecx, 4
    call    random_below
    mov     [door], eax
    mov     eax, [doors + eax * 4]
    call    make_call
    call    compare
3:  ret

# in: eax = door, before.  out: after.  clobbers: all.
make_call:
    mov     [routine], eax
    mov     [stack], esp
    mov     esp, offset before          # a stack for POPAD and POPFD alone
    popad
    popfd
    mov     esp, [stack]
    call    [routine]
    mov     esp, offset after + SLOTS * 4
    pushfd
    pushad
    mov     esp, [stack]
    push    RFLAGS_PLAIN
    popfd
    ret

# The doors but the vDSO's.
# in: as for a call.  out: as after it.
by_int80:
    int     0x80
    ret
by_sysenter:                            # what the vDSO does before it, as it stands there
    push    ecx
    push    edx
    push    ebp
    mov     ebp, esp
    sysenter
by_syscall:
    push    ecx
    push    edx
    push    ebp
    mov     ebp, ecx
    syscall

# Did a register change that may not?
# in: before, after.  out: nothing; does not return if one did.  clobbers: ecx edx.
compare:
    xor     ecx, ecx
1:  cmp     ecx, ESP_SLOT_INDEX         # another stack's in the records
    je      2f
    cmp     ecx, EAX_SLOT_INDEX
    je      2f
    mov     edx, [before + ecx * 4]
    cmp     edx, [after + ecx * 4]
    jne     3f
2:  inc     ecx
    cmp     ecx, SLOTS
    jb      1b
    ret
3:  say     "a call changed slot "
    mov     eax, ecx
    call    print_signed
    say     ", door "
    mov     eax, [door]
    call    print_signed
    say     ", number "
    mov     eax, [before + EAX_SLOT]
    call    print_signed
    say     ", calls left "
    mov     eax, [calls_left]
    call    print_signed
    call    print_newline
    mov     eax, STATUS_FOUND
    jmp     exit_program

# Keep the call from ending the program or waiting.
# in: before.  out: carry: it is not to be made.  clobbers: eax ecx edx edi esi.
apply_rule:
    mov     edi, [before + EAX_SLOT]
    mov     esi, offset rules_32
1:  mov     eax, [esi]
    cmp     eax, -1
    je      2f                          # nothing to keep it from
    add     esi, 8
    cmp     eax, edi
    jne     1b
    mov     eax, [esi - 4]
    jmp     [rule_routines + eax * 4]
rule_skip:
    stc
    ret
rule_file:
    call    some_file
    mov     [before + EBX_SLOT], eax
2:  clc
    ret
rule_two_files:
    call    some_file
    mov     [before + ECX_SLOT], eax
    jmp     rule_file
rule_range:                             # this program, its stack and the vDSO lie elsewhere
    mov     ecx, ARENA_SIZE
    call    random_below
    and     eax, -PAGE_SIZE
    add     eax, [arena]
    mov     [before + EBX_SLOT], eax
    and     dword ptr [before + ECX_SLOT], RANGE_MAX
    clc
    ret
rule_poll:
    mov     dword ptr [before + EDX_SLOT], 0
    clc
    ret
rule_bad_time:
    mov     dword ptr [before + EDX_SLOT], -PAGE_SIZE
    clc
    ret

# in: nothing.  out: eax = a descriptor.  clobbers: ecx edx.
some_file:
    mov     ecx, DESCRIPTORS
    call    random_below
    add     eax, DESCRIPTOR_MIN
    ret

# Something that a kernel must not trust.
# in: nothing.  out: eax.  clobbers: ecx edx.
hostile:
    mov     ecx, HOSTILE_KINDS
    call    random_below
    jmp     [hostile_kinds + eax * 4]
hostile_small:
    mov     ecx, 32
    jmp     random_below
hostile_minus:
    mov     ecx, 128                    # -1, and AT_FDCWD, which is -100
    call    random_below
    not     eax
    ret
hostile_edge:
    mov     ecx, EDGES
    call    random_below
    mov     eax, [edges + eax * 4]
    ret
hostile_arena:
    mov     ecx, ARENA_SIZE
    call    random_below
    add     eax, [arena]
    ret
hostile_arena_end:
    mov     ecx, 64                     # the next page is not there
    call    random_below
    neg     eax
    add     eax, [arena]
    add     eax, ARENA_SIZE
    ret
hostile_path:
    mov     eax, offset path
    ret

# Xorshift (Marsaglia 2003).
# in: random_state.  out: eax = a random number.  clobbers: ecx.
random:
    mov     eax, [random_state]
    mov     ecx, eax
    shl     ecx, 13
    xor     eax, ecx
    mov     ecx, eax
    shr     ecx, 17
    xor     eax, ecx
    mov     ecx, eax
    shl     ecx, 5
    xor     eax, ecx
    mov     [random_state], eax
    ret

# in: ecx = limit, not 0.  out: eax = a random number below it.  clobbers: ecx edx.
random_below:
    push    ecx
    call    random
    pop     ecx
    shr     eax, 4                      # the low bits are the less random ones
    xor     edx, edx
    div     ecx
    mov     eax, edx
    ret

    .section .rodata
path:
    .asciz  "../bin/./../bin//fuzz"
    .balign 4
hostile_kinds:
    .long   hostile_small, hostile_minus, hostile_edge, hostile_arena, hostile_arena
    .long   hostile_arena_end, random, hostile_path
edges:
    .long   0, 1, 0x7fffffff, 0x80000000, 0xffffffff, 0xfffff000, 0xffffe000, 0xffffdfff
    .long   0xc0000000, 0xbfffffff, 0x10000, 0xfff
rule_routines:
    .long   rule_skip, rule_file, rule_file, rule_range, rule_two_files, rule_poll
    .long   rule_bad_time, rule_file
rules_32:
    rules   SYS32_

    .data
    .balign 4
doors:
    .long   by_int80, 0, 0, 0
random_state:                           # the seed is added; must not become 0
    .long   0x9e3779b9

    .bss
    .balign 16
names:
    .zero   NAMES_SIZE
    .balign 4
arena:
    .zero   4
door:
    .zero   4
routine:
    .zero   4
stack:
    .zero   4
calls_left:
    .zero   4
calls_made:
    .zero   4
before:
    .zero   SLOTS * 4
after:
    .zero   SLOTS * 4
    .balign 16
    .zero   STACK_BYTES
stack_end:
