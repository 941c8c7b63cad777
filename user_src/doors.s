# doors.s: three ways into a kernel, side by side.
#
#   INT 0x80    a software interrupt through the IDT                lib/door_int80.s
#   SYSCALL     the instruction that was made for it                lib/door_syscall.s
#   vDSO        not entered at all: a function that the kernel      lib/door_vdso.s
#               lends to the program reads the answer from a page
#
# Every line that ends in "agree" is a check.  When one fails it says DISAGREE,
# and the exit status is 1.
    .intel_syntax noprefix
    .include "include/auxv.inc"
    .include "include/print.inc"

    .text
    .global _start
_start:
    mov     rdi, rsp
    call    find_auxv
    mov     rdi, rax
    mov     esi, AT_SYSINFO_EHDR
    call    auxv_value
    mov     rbx, rax

    say_line "Three doors into a kernel"
    mov     rdi, rbx
    call    show_vdso                   # 1. find the vDSO's functions
    call    print_flush
    call    show_answers                # 2. ask the three doors the same
    call    print_flush
    call    show_registers              # 3. see what each did to the registers
    call    print_flush
    call    show_costs                  # 4. measure
    call    show_verdict                # edi = exit status
    jmp     exit_program
