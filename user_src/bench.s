# bench.s: what a call costs by each door, a line a measurement for a program to read.
#
#   DOOR QUESTION TICKS      ticks of the time-stamp counter a call, the caller's loop
#                            among them (dec, jnz and the loading of the arguments)
#
# Where the counter counts instructions (a deterministic machine) the ticks are
# instructions; elsewhere they are time.  `ring3 bench` runs it both ways.
    .intel_syntax noprefix
    .include "generated/syscalls.inc"
    .include "include/auxv.inc"
    .include "include/clock.inc"
    .include "include/print.inc"

    .set NUMBER_UNKNOWN,  1000          # above every table

# What is measured: name, numbers, the vDSO's function (0 = none), arguments.
    .set COST_NAME,       0
    .set COST_NUMBER_32,  8
    .set COST_NUMBER_64,  12
    .set COST_POINTER,    16
    .set COST_ARGUMENT_1, 24
    .set COST_ARGUMENT_2, 32
    .set COST_SIZE,       40

    .text
    .global _start
_start:
    mov     rdi, rsp
    call    find_auxv
    mov     rdi, rax
    mov     esi, AT_SYSINFO_EHDR
    call    auxv_value
    mov     rdi, rax
    call    find_functions

    lea     rbx, [rip + costs]
1:  call    show_cost
    add     rbx, COST_SIZE
    lea     rax, [rip + costs_end]
    cmp     rbx, rax
    jb      1b
    say_line "end"                      # all of it was heard
    xor     edi, edi
    jmp     exit_program

# in: rbx = row of the table.  out: nothing.  clobbers: as a C function.
show_cost:
    sub     rsp, 8
    mov     edi, [rbx + COST_NUMBER_32]
    mov     rsi, [rbx + COST_ARGUMENT_1]
    mov     rdx, [rbx + COST_ARGUMENT_2]
    call    int80_ticks
    lea     rdi, [rip + text_int80]
    call    show_ticks

    mov     edi, [rbx + COST_NUMBER_64]
    mov     rsi, [rbx + COST_ARGUMENT_1]
    mov     rdx, [rbx + COST_ARGUMENT_2]
    call    syscall_ticks
    lea     rdi, [rip + text_syscall]
    call    show_ticks

    mov     rdi, [rbx + COST_POINTER]
    test    rdi, rdi
    jz      1f
    mov     rdi, [rdi]
    test    rdi, rdi
    jz      1f
    mov     rsi, [rbx + COST_ARGUMENT_1]
    mov     rdx, [rbx + COST_ARGUMENT_2]
    call    vdso_ticks
    lea     rdi, [rip + text_vdso]
    call    show_ticks
1:  add     rsp, 8
    ret

# in: rdi = door, rbx = row of the table, rax = ticks.  out: nothing.
# clobbers: as a C function.
show_ticks:
    push    rax
    call    print_string
    mov     rdi, [rbx + COST_NAME]
    call    print_string
    mov     edi, ' '
    call    print_character
    pop     rdi
    call    print_decimal
    jmp     print_newline

    .section .rodata
text_int80:
    .asciz  "int80 "
text_syscall:
    .asciz  "syscall "
text_vdso:
    .asciz  "vdso "

    .macro cost name, number_32, number_64, pointer=0, argument_1=0, argument_2=0
    .quad   .Lname\@
    .long   \number_32, \number_64
    .quad   \pointer, \argument_1, \argument_2
    .pushsection .rodata.text
.Lname\@:
    .asciz  "\name"
    .popsection
    .endm

    .macro cost_of_clock name, clock
    .set    NUMBER_32, SYS32_clock_gettime64
    cost \name, NUMBER_32, SYS_clock_gettime, vdso_clock_gettime, \clock, answer
    .endm

# By INT 0x80 the pointers have 32 bits: they are this program's own, below 4 GiB.
    .balign 8
costs:
    cost unknown, NUMBER_UNKNOWN, NUMBER_UNKNOWN
    cost getppid, SYS32_getppid, SYS_getppid
    cost_of_clock clock_gettime, CLOCK_MONOTONIC
    cost_of_clock clock_gettime_coarse, CLOCK_MONOTONIC_COARSE
    cost gettimeofday, SYS32_gettimeofday, SYS_gettimeofday, vdso_gettimeofday, answer
    cost time, SYS32_time, SYS_time, vdso_time
    cost getcpu, SYS32_getcpu, SYS_getcpu, vdso_getcpu, answer
costs_end:

    .bss
    .balign 8
answer:
    .zero   TIMESPEC_SIZE
