# show_answers.s: the second part of doors, the same questions at every door.
    .intel_syntax noprefix
    .include "include/clock.inc"
    .include "include/errno.inc"
    .include "include/print.inc"
    .include "include/show.inc"

    .set SECONDS_WIDTH,       10
    .set NANOSECOND_DIGITS,   9
    .set LATER_WIDTH,         10
    .set CPU_ATTEMPTS,        1000

# What a door answered: a time, or a CPU and its node; and the result of the call.
    .set ANSWER_CPU,          0
    .set ANSWER_NODE,         4
    .set ANSWER_RESULT,       TIMESPEC_SIZE
    .set ANSWER_SIZE,         TIMESPEC_SIZE + 8

# The doors, in the order in which they are asked: name, how it tells the time,
# how it tells the CPU, whether it may be missing.
    .set DOOR_NAME,           0
    .set DOOR_CLOCK,          8
    .set DOOR_CPU,            16
    .set DOOR_MAY_BE_MISSING, 24
    .set DOOR_SIZE,           32

    .text

# in: nothing.  out: nothing.  clobbers: as a C function.
    .global show_answers
show_answers:
    push    rbx
    call    print_newline
    say_line "2. One question, three doors, one answer"
    mov     edi, CLOCK_REALTIME
    call    ask_clock
    say     "   What time is it? (CLOCK_REALTIME)  "
    mov     rdi, [rip + answers + TIMESPEC_SEC]
    call    print_utc
    call    print_newline
    call    show_clock

    mov     edi, CLOCK_MONOTONIC
    call    ask_clock
    say_line "   How long has this machine been running? (CLOCK_MONOTONIC)"
    call    show_clock

    say_line "   Which CPU am I on? (getcpu)"
    call    ask_cpu
    call    show_cpu
    pop     rbx
    ret

# Ask every door in turn, nothing in between; the first one again at the end.
# in: edi = clock.  out: answers.  clobbers: as a C function.
ask_clock:
    push    rbx
    push    r12
    push    r13
    mov     r13d, edi
    lea     rbx, [rip + doors]
    lea     r12, [rip + answers]
1:  mov     edi, r13d
    mov     rsi, r12
    call    [rbx + DOOR_CLOCK]
    mov     [r12 + ANSWER_RESULT], rax
    add     rbx, DOOR_SIZE
    add     r12, ANSWER_SIZE
    lea     rax, [rip + doors_end]
    cmp     rbx, rax
    jb      1b
    pop     r13
    pop     r12
    pop     rbx
    ret

# Each answer must be valid and not earlier than the one before.  The vDSO's lies
# between two of the kernel's own, so it can neither be behind nor ahead.
# in: answers.  out: nothing.  clobbers: as a C function.
show_clock:
    push    rbx
    push    r12
    push    r13
    push    r14
    push    r15
    lea     rbx, [rip + doors]
    lea     r12, [rip + answers]
    xor     r13d, r13d                  # the time before, in nanoseconds
    mov     r14d, 1                     # all in order so far
1:  mov     rdi, [rbx + DOOR_NAME]
    call    show_name
    mov     rdi, [r12 + ANSWER_RESULT]
    call    show_refusal
    jz      2f
    and     r14d, eax
    jmp     4f

2:  mov     rdi, [r12 + TIMESPEC_SEC]
    mov     rsi, [r12 + TIMESPEC_NSEC]
    call    show_time
    cmp     qword ptr [r12 + TIMESPEC_NSEC], NANOSECONDS
    jb      3f
    xor     r14d, r14d
3:  imul    r15, [r12 + TIMESPEC_SEC], NANOSECONDS
    add     r15, [r12 + TIMESPEC_NSEC]
    mov     rdi, r15
    mov     rsi, r13
    call    show_later
    and     r14d, eax
    mov     r13, r15

4:  add     rbx, DOOR_SIZE
    add     r12, ANSWER_SIZE
    lea     rax, [rip + doors_end]
    cmp     rbx, rax
    je      5f
    call    print_newline
    jmp     1b

5:  mov     edi, CLAIM_COLUMN
    call    print_to_column
    say     "in order"
    mov     edi, r14d
    call    show_agreement
    pop     r15
    pop     r14
    pop     r13
    pop     r12
    pop     rbx
    ret

# Print how much later this time is than the one before.
# in: rdi = time, rsi = the one before, or 0, in nanoseconds.
# out: eax = 1, or 0 when it is earlier.  clobbers: as a C function.
show_later:
    push    rbx
    mov     ebx, 1
    test    rsi, rsi
    jz      2f
    sub     rdi, rsi
    jae     1f
    xor     ebx, ebx
    say     "  EARLIER"
    jmp     2f
1:  push    rdi
    say     "  +"
    pop     rdi
    mov     esi, LATER_WIDTH
    call    print_decimal_right
    say     " ns"
2:  mov     eax, ebx
    pop     rbx
    ret

# Ask until all doors name the same CPU: between two questions the scheduler may
# have moved the program.  Doors that never agree are found out by show_cpu.
# in: nothing.  out: answers.  clobbers: as a C function.
ask_cpu:
    push    rbx
    push    r12
    push    r13
    mov     r13d, CPU_ATTEMPTS
1:  lea     rbx, [rip + doors]
    lea     r12, [rip + answers]
2:  lea     rdi, [r12 + ANSWER_CPU]
    lea     rsi, [r12 + ANSWER_NODE]
    call    [rbx + DOOR_CPU]
    mov     [r12 + ANSWER_RESULT], rax
    add     rbx, DOOR_SIZE
    add     r12, ANSWER_SIZE
    lea     rax, [rip + doors_end]
    cmp     rbx, rax
    jb      2b
    call    same_cpu
    jnz     3f
    dec     r13d
    jnz     1b
3:  pop     r13
    pop     r12
    pop     rbx
    ret

# in: answers.  out: eax = 1 and ZF = 0 when all that were given are the same, else 0 and ZF = 1.
# clobbers: rcx rdx.
same_cpu:
    lea     rcx, [rip + answers]
1:  add     rcx, ANSWER_SIZE
    lea     rdx, [rip + answers_end]
    cmp     rcx, rdx
    je      3f
    cmp     qword ptr [rcx + ANSWER_RESULT], 0
    jne     1b
    mov     rax, [rip + answers + ANSWER_CPU]   # CPU and node, in one quadword
    cmp     rax, [rcx + ANSWER_CPU]
    je      1b
    xor     eax, eax
    ret
3:  mov     eax, 1
    test    eax, eax
    ret

# in: answers.  out: nothing.  clobbers: as a C function.
show_cpu:
    push    rbx
    push    r12
    push    r13
    lea     rbx, [rip + doors]
    lea     r12, [rip + answers]
    call    same_cpu
    mov     r13d, eax
1:  mov     rdi, [rbx + DOOR_NAME]
    call    show_name
    mov     rdi, [r12 + ANSWER_RESULT]
    call    show_refusal
    jz      2f
    and     r13d, eax
    jmp     3f
2:  say     "cpu "
    mov     edi, [r12 + ANSWER_CPU]
    call    print_decimal
    say     ", node "
    mov     edi, [r12 + ANSWER_NODE]
    call    print_decimal
3:  add     rbx, DOOR_SIZE
    add     r12, ANSWER_SIZE
    lea     rax, [rip + doors_end]
    cmp     rbx, rax
    je      4f
    call    print_newline
    jmp     1b
4:  mov     edi, CLAIM_COLUMN
    call    print_to_column
    say     "the same"
    mov     edi, r13d
    call    show_agreement
    pop     r13
    pop     r12
    pop     rbx
    ret

# A door that did not answer: the vDSO may be missing, the others may not.
# in: rdi = result, rbx = door.  out: ZF = 1 when it did answer; else eax = 1 when
# that is no fault, 0 when it is.  clobbers: as a C function.
show_refusal:
    test    rdi, rdi
    jz      2f
    cmp     rdi, -ENOSYS
    jne     1f
    cmp     dword ptr [rbx + DOOR_MAY_BE_MISSING], 0
    je      1f
    say     "no such function here"
    mov     eax, 1
    test    eax, eax
    ret
1:  push    rdi
    say     "refused: "
    pop     rdi
    call    print_signed
    or      edx, 1                      # ZF = 0
    mov     eax, 0
2:  ret

# in: rdi = seconds, rsi = nanoseconds.  out: nothing.  clobbers: as a C function.
show_time:
    push    rsi
    mov     esi, SECONDS_WIDTH
    call    print_decimal_right
    mov     edi, '.'
    call    print_character
    pop     rdi
    mov     esi, NANOSECOND_DIGITS
    jmp     print_decimal_zeros

    .section .rodata
name_again:
    .asciz  "INT 0x80 again"

    .balign 8
doors:
    .quad   name_int80,   int80_clock,   int80_cpu,   0
    .quad   name_syscall, syscall_clock, syscall_cpu, 0
    .quad   name_vdso,    vdso_clock,    vdso_cpu,    1
    .quad   name_again,   int80_clock,   int80_cpu,   0
doors_end:

    .bss
    .balign 8
answers:
    .zero   4 * ANSWER_SIZE
answers_end:
