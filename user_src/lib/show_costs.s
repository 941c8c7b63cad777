# show_costs.s: the fourth part of doors, what a call costs.
    .intel_syntax noprefix
    .include "generated/syscalls.inc"
    .include "include/clock.inc"
    .include "include/print.inc"
    .include "include/ticks.inc"

    .set COST_WIDTH,          14

# What is measured: name, numbers, the vDSO's function (0 = none), arguments.
    .set COST_NAME,           0
    .set COST_NUMBER_32,      8
    .set COST_NUMBER_64,      12
    .set COST_POINTER,        16
    .set COST_ARGUMENT_1,     24
    .set COST_ARGUMENT_2,     32
    .set COST_SIZE,           40

    .text

# in: nothing.  out: nothing.  clobbers: as a C function.
    .global show_costs
show_costs:
    push    rbx
    call    print_newline
    say     "4. The cost of a call, in ticks of the CPU's counter (least of "
    mov     edi, MEASURE_ROUNDS
    call    print_decimal
    say_line " rounds)"
    say_line "                              INT 0x80       SYSCALL          vDSO"
    lea     rbx, [rip + costs]
1:  call    show_cost
    add     rbx, COST_SIZE
    lea     rax, [rip + costs_end]
    cmp     rbx, rax
    jb      1b
    pop     rbx
    ret

# in: rbx = row of the table.  out: nothing.  clobbers: as a C function.
show_cost:
    sub     rsp, 8
    mov     rdi, [rbx + COST_NAME]
    call    show_name

    mov     edi, [rbx + COST_NUMBER_32]
    mov     rsi, [rbx + COST_ARGUMENT_1]
    mov     rdx, [rbx + COST_ARGUMENT_2]
    call    int80_ticks
    mov     rdi, rax
    mov     esi, COST_WIDTH
    call    print_decimal_right

    mov     edi, [rbx + COST_NUMBER_64]
    mov     rsi, [rbx + COST_ARGUMENT_1]
    mov     rdx, [rbx + COST_ARGUMENT_2]
    call    syscall_ticks
    mov     rdi, rax
    mov     esi, COST_WIDTH
    call    print_decimal_right

    mov     rdi, [rbx + COST_POINTER]
    test    rdi, rdi
    jz      1f
    mov     rdi, [rdi]
    test    rdi, rdi
    jz      1f
    mov     rsi, [rbx + COST_ARGUMENT_1]
    mov     rdx, [rbx + COST_ARGUMENT_2]
    call    vdso_ticks
    mov     rdi, rax
    mov     esi, COST_WIDTH
    call    print_decimal_right
    jmp     2f
1:  say     "             -"
2:  call    print_newline
    add     rsp, 8
    ret

    .section .rodata
    .balign 8
    .macro cost name, number_32, pointer, argument_1, argument_2
    .quad   .Lname\@
    .long   \number_32, SYS_\name
    .quad   \pointer, \argument_1, \argument_2
    .pushsection .rodata.text
.Lname\@:
    .asciz  "\name"
    .popsection
    .endm

costs:
    cost    getppid,       SYS32_getppid,         0,                  0,               0
    cost    clock_gettime, SYS32_clock_gettime64, vdso_clock_gettime, CLOCK_MONOTONIC, time_read
    cost    time,          SYS32_time,            vdso_time,          0,               0
    cost    getcpu,        SYS32_getcpu,          vdso_getcpu,        cpu,             node
costs_end:

    .bss
    .balign 8
time_read:
    .zero   TIMESPEC_SIZE
cpu:
    .zero   4
node:
    .zero   4
