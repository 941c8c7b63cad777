# efault.s: the kernel follows no bad pointer for a program.  A table for each
# door: a line for each call, a column for each kind of address; -14 is -EFAULT.
#
#   null      0
#   unmapped  a page that is not there
#   kernel    the kernel's own half
#   hole      neither half: bits 63 to 47 are not alike
#   last      8 bytes below the end of the address space: 16 would wrap around
#   code      this program's text, which it may not write either
#   edge      2 bytes below the end of the heap: the page after it is not there
#
# "." is not tried: there 0 means "not wanted", or the memory may be read.
#
# INT 0x80 takes 32 bits of an address, so it sees others; all of them are bad too.
# (On Linux standard output must not be /dev/null, which looks at no address.)
    .intel_syntax noprefix
    .include "generated/syscalls.inc"
    .include "include/clock.inc"
    .include "include/print.inc"
    .include "include/system.inc"

    .set NULL,           1 << 0         # a set of kinds, one bit for each column
    .set UNMAPPED,       1 << 1
    .set KERNEL,         1 << 2
    .set HOLE,           1 << 3
    .set LAST,           1 << 4
    .set CODE,           1 << 5
    .set EDGE,           1 << 6
    .set ALL,            NULL | UNMAPPED | KERNEL | HOLE | LAST | CODE | EDGE
    .set OPTIONAL,       ALL & ~NULL    # 0 is allowed
    .set INPUT,          ALL & ~(CODE | EDGE)   # only read

    .set UNMAPPED_PAGE,  0x1000
    .set HOLE_ADDRESS,   0x0000800000001000
    .set LAST_ADDRESS,   0xfffffffffffffff8
    .set BELOW_THE_EDGE, 2
    .set INPUT_SIZE,     16

    .set CALL_NAME,      0              # fields of a row of the table of calls
    .set CALL_64,        8
    .set CALL_32,        12
    .set CALL_KINDS,     16             # the columns that are tried
    .set CALL_POSITION,  24             # which argument is the pointer, from 0
    .set CALL_ARGUMENTS, 32             # three of them
    .set CALL_SIZE,      56
    .set CALLS,          7

    .set KINDS,          7
    .set COLUMN_WIDTH,   9
    .set FIRST_COLUMN,   16

    .text
    .global _start
_start:
    call    find_edge
    lea     rdi, [rip + text_syscall]
    lea     rsi, [rip + call_by_syscall]
    call    show_table
    call    print_newline
    lea     rdi, [rip + text_int80]
    lea     rsi, [rip + call_by_int80]
    call    show_table
    xor     edi, edi
    jmp     exit_program

# Let the heap end at the end of a page.
# in: nothing.  out: the last address of the table.  clobbers: rax rcx rdi r11.
find_edge:
    mov     eax, SYS_brk
    xor     edi, edi
    syscall
    lea     rdi, [rax + 2 * PAGE_SIZE - 1]
    and     rdi, -PAGE_SIZE
    mov     eax, SYS_brk
    syscall
    sub     rax, BELOW_THE_EDGE
    mov     [rip + edge_address], rax
    ret

# in: rdi = door's name, rsi = its routine.  out: nothing.  clobbers: as a C function.
show_table:
    push    rbx
    push    r12
    push    r14
    mov     r12, rsi
    call    print_string
    mov     edi, FIRST_COLUMN
    call    print_to_column
    say_line "null     unmapped kernel   hole     last     code     edge"
    lea     rbx, [rip + calls]
    mov     r14d, CALLS
1:  call    show_call
    add     rbx, CALL_SIZE
    dec     r14d
    jnz     1b
    pop     r14
    pop     r12
    pop     rbx
    ret

# in: rbx = row, r12 = door's routine.  out: nothing.  clobbers: as a C function.
show_call:
    push    r13
    push    r15
    mov     rdi, [rbx + CALL_NAME]
    call    print_string
    xor     r13d, r13d                  # kind of address
    mov     r15d, FIRST_COLUMN
1:  mov     edi, r15d
    call    print_to_column
    bt      dword ptr [rbx + CALL_KINDS], r13d
    jc      2f
    say     "."
    jmp     3f
2:  lea     rax, [rip + addresses]
    mov     rax, [rax + r13 * 8]
    mov     rcx, [rbx + CALL_POSITION]
    mov     [rbx + rcx * 8 + CALL_ARGUMENTS], rax
    call    r12
    mov     rdi, rax
    call    print_signed
3:  add     r15d, COLUMN_WIDTH
    inc     r13d
    cmp     r13d, KINDS
    jb      1b
    pop     r15
    pop     r13
    jmp     print_newline

# in: rbx = row.  out: rax = result.  clobbers: rcx rdx rsi rdi r11.
call_by_syscall:
    mov     eax, [rbx + CALL_64]
    mov     rdi, [rbx + CALL_ARGUMENTS]
    mov     rsi, [rbx + CALL_ARGUMENTS + 8]
    mov     rdx, [rbx + CALL_ARGUMENTS + 16]
    syscall
    ret

# in: rbx = row.  out: rax = result.  clobbers: rcx rdx.
call_by_int80:
    push    rbx
    mov     eax, [rbx + CALL_32]
    mov     rcx, [rbx + CALL_ARGUMENTS + 8]
    mov     rdx, [rbx + CALL_ARGUMENTS + 16]
    mov     rbx, [rbx + CALL_ARGUMENTS]
    int     0x80
    pop     rbx
    ret

    .section .rodata
text_syscall:
    .asciz  "SYSCALL"
text_int80:
    .asciz  "INT 0x80"

    .macro call_row name, number_32, kinds, position, first, second, third
    .quad   .Lname\@
    .long   SYS_\name, \number_32
    .quad   \kinds, \position, \first, \second, \third
    .pushsection .rodata
.Lname\@:
    .asciz  "\name"
    .popsection
    .endm

    .data                               # an argument of each row is the address tried
    .balign 8
calls:
    call_row write,         SYS32_write,           INPUT,    1, STDOUT, 0, INPUT_SIZE
    call_row writev,        SYS32_writev,          INPUT,    1, STDOUT, 0, 1
    call_row clock_gettime, SYS32_clock_gettime64, ALL,      1, CLOCK_REALTIME, 0, 0
    call_row gettimeofday,  SYS32_gettimeofday,    OPTIONAL, 0, 0, 0, 0
    call_row time,          SYS32_time,            OPTIONAL, 0, 0, 0, 0
    call_row getcpu,        SYS32_getcpu,          OPTIONAL, 0, 0, 0, 0
    call_row uname,         SYS32_uname,           ALL,      0, 0, 0, 0

addresses:                              # in the order of the columns
    .quad   0
    .quad   UNMAPPED_PAGE
    .quad   HIGH_HALF
    .quad   HOLE_ADDRESS
    .quad   LAST_ADDRESS
    .quad   _start
edge_address:
    .quad   0
