# fuzz.s: random system calls by all doors, with arguments that a kernel must not trust.
#
#   fuzz SEED CALLS             the same seed makes the same calls
#
# Numbers within and beyond the tables; addresses at every edge; lengths up to all of
# memory; every register, the stack pointer and the flags random.  After each call
# every register must be as the door leaves it.  What would end the program, or wait
# for somebody, is kept from doing so (rules): that is no mistake of the kernel's.
#
# It runs on a stack of its own, and never looks at the memory that it hands out.
    .intel_syntax noprefix
    .include "generated/syscalls.inc"
    .include "include/auxv.inc"
    .include "include/clock.inc"
    .include "include/fuzz_rules.inc"
    .include "include/print.inc"
    .include "include/registers.inc"
    .include "include/rflags.inc"
    .include "include/system.inc"

    .set ARGV_1,          2 * POINTER_SIZE
    .set ARGV_2,          3 * POINTER_SIZE
    .set STATUS_USAGE,    2
    .set STATUS_FOUND,    1

    .set ARENA_SIZE,      16 * PAGE_SIZE    # the end of the heap: nothing lies behind it
    .set STACK_SIZE,      4 * PAGE_SIZE
    .set NUMBERS_BEYOND,  16            # how far beyond a table numbers go
    .set ROUNDS_A_LINE,   250000        # progress
    .set ARGUMENT_COUNT,  6
    .set RANGE_MAX,       0xfffff       # bytes that munmap may take away
    .set DESCRIPTOR_MIN,  3             # not the terminal's
    .set DESCRIPTORS,     8
    .set FLAGS_RANDOM,    RFLAGS_ARITHMETIC | RFLAGS_DF | RFLAGS_NT | RFLAGS_AC | RFLAGS_ID
    .set WRITE_MAX,       63
    .set TCGETS,          0x5401

    .set HOSTILE_KINDS,   16            # of the tables below
    .set PATHS,           7
    .set EDGES,           18
    .set BAD_EDGES,       6             # from here on they are nobody's addresses, by each door

    .text
    .global _start
_start:
    mov     rbx, rsp
    call    only_in_ring3
    cmp     qword ptr [rbx], 3
    jne     usage
    mov     rdi, [rbx + ARGV_1]
    call    parse_decimal
    mov     [rip + random_state], rax
    mov     rdi, [rbx + ARGV_2]
    call    parse_decimal
    mov     r15, rax                    # calls left

    mov     rdi, rbx
    call    find_auxv
    mov     rdi, rax
    mov     esi, AT_SYSINFO_EHDR
    call    auxv_value
    mov     rdi, rax
    lea     rsp, [rip + stack_end]
    call    find_functions
    call    make_arena

1:  test    r15, r15
    jz      3f
    call    one_call
    dec     r15
    inc     r14d
    cmp     r14d, ROUNDS_A_LINE
    jb      1b
    xor     r14d, r14d
    mov     rdi, r15
    call    print_decimal
    say_line " calls to go"
    call    print_flush
    jmp     1b
3:  say_line "every register as its door leaves it"
    xor     edi, edi
    jmp     exit_program
usage:
    say_line "usage: fuzz SEED CALLS"
    mov     edi, STATUS_USAGE
    jmp     exit_program

# Grow the heap, and fill it with random bytes.
# in: nothing.  out: arena.  clobbers: as a C function.
make_arena:
    push    rbx
    push    r12
    xor     edi, edi
    mov     eax, SYS_brk
    syscall
    add     rax, PAGE_SIZE - 1
    and     rax, -PAGE_SIZE
    mov     [rip + arena], rax
    mov     rbx, rax
    lea     r12, [rax + ARENA_SIZE]
    mov     rdi, r12
    mov     eax, SYS_brk
    syscall
1:  call    random
    mov     [rbx], rax
    add     rbx, 8
    cmp     rbx, r12
    jb      1b
    pop     r12
    pop     rbx
    ret

# Make one call.
# in: r15 = calls left, for a report.  out: nothing.
# clobbers: as a C function, and rbx rbp r12 r13.
one_call:
    sub     rsp, 8
    mov     edi, 5
    call    random_below
    mov     ebx, eax                    # 0, 1: SYSCALL; 2, 3: INT 0x80; 4: the vDSO
    cmp     ebx, 4
    je      call_vdso
    call    random_registers

    mov     edi, SYSCALL_TABLE_64_COUNT + NUMBERS_BEYOND
    lea     r12, [rip + order_64]
    lea     r13, [rip + rules_64]
    cmp     ebx, 2
    jb      1f
    mov     edi, SYSCALL_TABLE_32_COUNT + NUMBERS_BEYOND
    lea     r12, [rip + order_32]
    lea     r13, [rip + rules_32]
1:  call    random_below
    mov     ebp, eax
    mov     edi, 16
    call    random_below
    test    eax, eax
    jnz     2f
    call    random                      # now and then any number
    mov     ebp, eax
2:  call    random
    mov     eax, ebp                    # an upper half that nobody looks at
    mov     [rip + registers_before + RAX_SLOT], rax
    call    put_arguments
    call    apply_rule
    jc      9f                          # not this one

    cmp     ebx, 2
    jae     3f
    call    fuzz_syscall
    mov     ebp, ~(RAX_BIT | RCX_BIT | R11_BIT)
    jmp     4f
3:  call    fuzz_int80
    mov     ebp, ~RAX_BIT
4:  call    registers_changed
    and     eax, ebp
    jnz     changed
    mov     rax, [rip + stack_after]
    cmp     rax, [rip + stack_before]
    mov     eax, RSP_BIT
    jne     changed
9:  add     rsp, 8
    ret

# in: eax = set of registers.  Does not return.
changed:
    mov     ebx, eax
    say     "a call changed"
    mov     edi, ebx
    call    print_register_names
    say     ", number "
    mov     rdi, [rip + registers_before + RAX_SLOT]
    call    print_address
    say     ", calls left "
    mov     rdi, r15
    call    print_decimal
    call    print_newline
    mov     edi, STATUS_FOUND
    jmp     exit_program

# All registers random; the stack pointer too, which no door may use.
# in: nothing.  out: registers_before, stack_before.  clobbers: rax rcx rdx rdi r8 r9.
random_registers:
    lea     r8, [rip + registers_before]
    xor     r9d, r9d
1:  call    random
    mov     [r8 + r9 * 8], rax
    inc     r9d
    cmp     r9d, REGISTER_COUNT
    jb      1b
    and     eax, FLAGS_RANDOM
    or      eax, RFLAGS_PLAIN
    mov     [rip + registers_before + RFLAGS_SLOT], rax
    call    hostile
    mov     [rip + stack_before], rax
    ret

# in: r12 = the door's order of arguments.  out: registers_before.
# clobbers: rax rcx rdx rdi r8 r9.
put_arguments:
    xor     r9d, r9d
1:  call    hostile
    mov     edx, [r12 + r9 * 4]
    lea     r8, [rip + registers_before]
    mov     [r8 + rdx], rax
    inc     r9d
    cmp     r9d, ARGUMENT_COUNT
    jb      1b
    ret

# Something that a kernel must not trust.
# in: nothing.  out: rax.  clobbers: rcx rdx rdi r8.
hostile:
    mov     edi, HOSTILE_KINDS
    call    random_below
    lea     rcx, [rip + hostile_kinds]
    jmp     [rcx + rax * 8]
hostile_zero:
    xor     eax, eax
    ret
hostile_small:
    mov     edi, 32
    jmp     random_below
hostile_minus:
    mov     edi, 128                    # -1, and AT_FDCWD, which is -100
    call    random_below
    not     rax
    ret
hostile_edge:
    mov     edi, EDGES
    call    random_below
    lea     rcx, [rip + edges]
    mov     rax, [rcx + rax * 8]
    ret
hostile_near_edge:
    call    hostile_edge
    mov     r8, rax
    call    random
    movsx   rax, al
    add     rax, r8
    ret
hostile_arena:
    mov     edi, ARENA_SIZE
    call    random_below
    add     rax, [rip + arena]
    ret
hostile_arena_page:
    call    hostile_arena
    and     rax, -PAGE_SIZE
    ret
hostile_arena_end:
    mov     edi, 64                     # the next page is not there
    call    random_below
    neg     rax
    add     rax, [rip + arena]
    add     rax, ARENA_SIZE
    ret
hostile_any:
    jmp     random
hostile_size:
    call    random                      # of any number of bits
    mov     r8, rax
    call    random
    mov     ecx, eax
    shr     r8, cl
    mov     rax, r8
    ret
hostile_bit:
    call    random
    mov     ecx, eax
    mov     eax, 1
    shl     rax, cl
    ret
hostile_path:
    mov     edi, PATHS
    call    random_below
    lea     rcx, [rip + paths]
    mov     rax, [rcx + rax * 8]
    ret
hostile_pages:
    mov     edi, 64
    call    random_below
    shl     eax, 12
    ret

# An address that is nobody's.
# in: nothing.  out: rax.  clobbers: rcx rdx rdi r8.
hostile_bad:
    mov     edi, EDGES - BAD_EDGES
    call    random_below
    lea     rcx, [rip + edges]
    mov     rax, [rcx + rax * 8 + BAD_EDGES * 8]
    ret

# Keep the call from ending the program or waiting.
# in: ebx = kind of door, ebp = number, r12 = order of arguments, r13 = the door's rules.
# out: carry: it is not to be made.  clobbers: rax rcx rdx rdi r8 r9.
apply_rule:
    lea     r9, [rip + registers_before]
1:  mov     eax, [r13]
    cmp     eax, -1
    je      3f                          # nothing to keep it from
    add     r13, 8
    cmp     eax, ebp
    jne     1b
    mov     eax, [r13 - 4]
    lea     rcx, [rip + rule_routines]
    jmp     [rcx + rax * 8]
rule_skip:
    stc
    ret
rule_file:
    mov     edi, DESCRIPTORS
    call    random_below
    add     eax, DESCRIPTOR_MIN
    mov     edx, [r12]
    mov     [r9 + rdx], rax
3:  clc
    ret
rule_write:
    call    random
    test    eax, 0x1f
    jnz     rule_file
    mov     edx, [r12]
    mov     qword ptr [r9 + rdx], STDOUT
    mov     edx, [r12 + 8]
    and     qword ptr [r9 + rdx], WRITE_MAX
    mov     edx, [r12 + 4]              # what is not text would end up on a terminal
    call    hostile_bad
    mov     edx, [r12 + 4]
    mov     [r9 + rdx], rax
    clc
    ret
rule_range:
    mov     edx, [r12 + 4]
    and     qword ptr [r9 + rdx], RANGE_MAX
    mov     edx, [r12]
    mov     r8, [r9 + rdx]
    cmp     ebx, 2                      # INT 0x80 looks at the lower half
    jb      1f
    mov     r8d, r8d
1:  cmp     r8, [rip + arena]
    jae     2f
    call    hostile_arena_page          # this program itself lies below the arena
    mov     edx, [r12]
    mov     [r9 + rdx], rax
2:  clc
    ret
rule_two_files:
    call    rule_file
    mov     edi, DESCRIPTORS
    call    random_below
    add     eax, DESCRIPTOR_MIN
    mov     edx, [r12 + 4]
    mov     [r9 + rdx], rax
    clc
    ret
rule_poll:
    mov     edx, [r12 + 8]
    mov     qword ptr [r9 + rdx], 0
    clc
    ret
rule_bad_time:
    call    random                      # on the last page of all, by each door: an edge that
    or      rax, -PAGE_SIZE             # INT 0x80 cuts off can be an address that is mapped
    mov     edx, [r12 + 8]
    mov     [r9 + rdx], rax
    clc
    ret
rule_terminal:
    call    random
    test    al, 1
    jz      rule_file
    mov     edx, [r12 + 4]
    mov     qword ptr [r9 + rdx], TCGETS
    clc
    ret

# The doors: all registers from registers_before, all into registers_after.
# in: registers_before, stack_before.  out: registers_after, stack_after.
# clobbers: as a C function.
fuzz_syscall:
    push_callee_saved
    load_registers registers_before
    mov     rsp, [rip + stack_before]
    syscall
    mov     [rip + stack_after], rsp
    mov     rsp, [rip + registers_before + RSP_SLOT]
    store_registers registers_after
    jmp     back
fuzz_int80:
    push_callee_saved
    load_registers registers_before
    mov     rsp, [rip + stack_before]
    int     0x80
    mov     [rip + stack_after], rsp
    mov     rsp, [rip + registers_before + RSP_SLOT]
    store_registers registers_after
back:
    push    RFLAGS_PLAIN
    popfq
    pop_callee_saved
    ret

# The vDSO follows its pointers itself, so they are good; clocks are not.
# in: the stack as one_call has it.  Returns to one_call's caller.
call_vdso:
    call    hostile
    mov     edi, eax
    lea     rsi, [rip + answer]
    mov     ebx, edi
    call    [rip + vdso_clock_gettime]
    mov     edi, ebx
    lea     rsi, [rip + answer]
    call    [rip + vdso_clock_getres]
    lea     rdi, [rip + answer]
    mov     rsi, rdi
    call    [rip + vdso_gettimeofday]
    lea     rdi, [rip + answer]
    lea     rsi, [rip + answer + 8]
    call    [rip + vdso_getcpu]
    add     rsp, 8
    ret

    .section .rodata
    .balign 8
hostile_kinds:
    .quad   hostile_zero, hostile_small, hostile_small, hostile_minus, hostile_edge
    .quad   hostile_near_edge, hostile_arena, hostile_arena, hostile_arena_page
    .quad   hostile_arena_end, hostile_any, hostile_size, hostile_size, hostile_bit
    .quad   hostile_path, hostile_pages

edges:
    .quad   0, 1, 0x7fffffff, 0x80000000, 0xffffffff, 0x100000000
    .quad   0x7ffffffff000, 0x7fffffffffff, 0x800000000001, 0xffff7fffffffffff
    .quad   0xffff800000000001, 0xffff888000000001, 0xffffffff80000000, 0xffffffff80100000
    .quad   0xffffffffc0000000, 0xfffffffffffff000, 0xffffffffffffffff, 0x8000000000000001

paths:
    .quad   path_root, path_folder, path_file, path_up, path_empty, path_none, path_long
path_root:
    .asciz  "/"
path_folder:
    .asciz  "bin"
path_file:
    .asciz  "/bin/hello"
path_up:
    .asciz  "../bin/./../bin//fuzz"
path_empty:
    .asciz  ""
path_none:
    .asciz  "/bin/there is nothing of this name"
path_long:
    .rept   1100
    .ascii  "abc/"
    .endr
    .byte   0

    .balign 8
order_64:
    .long   RDI_SLOT, RSI_SLOT, RDX_SLOT, R10_SLOT, R8_SLOT, R9_SLOT
order_32:
    .long   RBX_SLOT, RCX_SLOT, RDX_SLOT, RSI_SLOT, RDI_SLOT, RBP_SLOT
rule_routines:
    .quad   rule_skip, rule_file, rule_write, rule_range, rule_two_files, rule_poll
    .quad   rule_bad_time, rule_terminal

    .balign 8
rules_64:
    rules   SYS_
rules_32:
    rules   SYS32_

    .bss
    .balign 16
arena:
    .zero   8
stack_before:
    .zero   8
stack_after:
    .zero   8
answer:
    .zero   TIMESPEC_SIZE
    .balign 16
stack:
    .zero   STACK_SIZE
stack_end:
