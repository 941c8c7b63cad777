# places.s: where the kernel put this program's parts; then again, as often as the
# argument says.  A line for each time, which execve begins anew:
#
#   vDSO   rsp   first instruction   heap   what mmap finds   AT_RANDOM's first 8 bytes
#   free memory
#
# All places are random (Linux: arch/x86/mm/mmap.c), but for the first instruction of a
# program that is linked to one.  The free memory shows whether execve gave back all that
# the program before had.
    .intel_syntax noprefix
    .include "generated/syscalls.inc"
    .include "include/auxv.inc"
    .include "include/print.inc"
    .include "include/system.inc"

    .set ARGV_0,             POINTER_SIZE
    .set ARGV_1,             2 * POINTER_SIZE
    .set PROT_READ,          1
    .set MAP_PRIVATE,        2
    .set MAP_ANONYMOUS,      0x20
    .set INFO_FREE,          40             # freeram in struct sysinfo
    .set INFO_SIZE,          112
    .set STATUS_FAILED,      1

    .text
    .global _start
_start:
    mov     rbx, rsp
    mov     rdi, rbx
    call    find_auxv
    mov     r12, rax
    mov     esi, AT_SYSINFO_EHDR
    call    print_entry
    mov     rdi, rbx
    call    print_place
    mov     esi, AT_ENTRY
    call    print_entry
    mov     eax, SYS_brk
    xor     edi, edi
    syscall
    mov     rdi, rax
    call    print_place
    mov     eax, SYS_mmap
    xor     edi, edi
    mov     esi, PAGE_SIZE
    mov     edx, PROT_READ
    mov     r10d, MAP_PRIVATE | MAP_ANONYMOUS
    mov     r8, -1
    xor     r9d, r9d
    syscall
    mov     rdi, rax
    call    print_place
    mov     rdi, r12
    mov     esi, AT_RANDOM
    call    auxv_value
    mov     rdi, [rax]
    call    print_place
    mov     eax, SYS_sysinfo
    lea     rdi, [rip + info]
    syscall
    mov     rdi, [rip + info + INFO_FREE]
    call    print_hexadecimal
    call    print_newline
    call    print_flush

    cmp     qword ptr [rbx], 1          # argc
    je      done
    mov     rdi, [rbx + ARGV_1]
    call    count_down
    jz      done
    mov     rdi, rbx
    call    find_environment
    mov     rdx, rax
    mov     eax, SYS_execve
    lea     rdi, [rip + self]
    lea     rsi, [rbx + ARGV_0]
    syscall
    say_line "execve failed"
    mov     edi, STATUS_FAILED
    jmp     exit_program
done:
    xor     edi, edi
    jmp     exit_program

# in: r12 = auxiliary vector, esi = type.  out: nothing.  clobbers: as a C function.
print_entry:
    mov     rdi, r12
    call    auxv_value
    mov     rdi, rax

# in: rdi = number.  out: nothing.  clobbers: as a C function.
print_place:
    call    print_hexadecimal
    mov     edi, ' '
    jmp     print_character

# Take 1 from a decimal number, digit by digit.
# in: rdi = its text.  out: ZF = 1 when it was 0 or is 0 now, or is no number.
# clobbers: rax rcx rsi.
count_down:
    lea     rsi, [rdi - 1]
1:  inc     rsi                         # its end
    cmp     byte ptr [rsi], 0
    jne     1b
2:  cmp     rsi, rdi
    je      4f
    dec     rsi
    dec     byte ptr [rsi]
    cmp     byte ptr [rsi], '0'
    jae     3f
    mov     byte ptr [rsi], '9'         # borrow from the digit to the left
    jmp     2b
3:  cmp     byte ptr [rdi], 0           # is any digit left that is not 0?
    je      4f
    inc     rdi
    cmp     byte ptr [rdi - 1], '0'
    je      3b
4:  ret

    .section .rodata
self:
    .asciz  "/proc/self/exe"

    .bss
    .balign 8
info:
    .zero   INFO_SIZE
