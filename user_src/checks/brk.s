# brk.s: the heap grows and shrinks at its end, the break.  brk returns the new
# break, or the old one when it cannot be moved: never an error number.
    .intel_syntax noprefix
    .include "generated/syscalls.inc"
    .include "include/fact.inc"
    .include "include/print.inc"
    .include "include/system.inc"

    .set GROWTH,      4 * PAGE_SIZE + 100   # not a whole number of pages
    .set PATTERN,     0x5a
    .set FAR_AWAY,    1 << 46           # more than any machine has

    .text
    .global _start
_start:
    xor     edi, edi
    call    brk
    mov     rbx, rax                    # the break at the start
    lea     rcx, [rip + end_of_program]
    cmp     rax, rcx
    fact    ae, "the heap begins above the program"

    lea     rdi, [rbx + GROWTH]
    call    brk
    sub     rax, rbx
    call    show_growth
    call    is_zero
    fact    e, "new memory is zero"
    call    fill
    call    is_filled
    fact    e, "and keeps what is written to it"

    lea     rdi, [rbx + PAGE_SIZE]
    call    brk
    sub     rax, rbx
    call    show_growth
    lea     rdi, [rbx + GROWTH]
    call    brk
    lea     rdi, [rbx + 2 * PAGE_SIZE]  # a page that was given back in between
    mov     ecx, PAGE_SIZE
    xor     eax, eax
    repe scasb
    fact    e, "memory that was given back comes again as zero"

    mov     rdi, FAR_AWAY
    call    brk
    sub     rax, rbx
    cmp     rax, GROWTH
    fact    e, "too much leaves the break where it is"
    lea     rdi, [rip + _start]
    call    brk
    sub     rax, rbx
    cmp     rax, GROWTH
    fact    e, "so does an address below the heap"

    push    rbx
    mov     eax, SYS32_brk
    xor     ebx, ebx
    int     0x80
    pop     rbx
    mov     ecx, ebx                    # INT 0x80 gives 32 bits of the address
    add     ecx, GROWTH
    cmp     eax, ecx
    fact    e, "INT 0x80 knows the same break"

    mov     rdi, rbx
    call    brk
    sub     rax, rbx
    call    show_growth
    jmp     exit_facts

# in: rdi = new break.  out: rax = break.  clobbers: rcx r11.
brk:
    mov     eax, SYS_brk
    syscall
    ret

# in: rax = break, counted from where it began.  out: nothing.  clobbers: as a C function.
show_growth:
    push    rax
    say     "break = start + "
    pop     rdi
    call    print_signed
    jmp     print_newline

# in: rbx = heap.  out: ZF = 1 when all of it is zero.  clobbers: rax rcx rdi.
is_zero:
    xor     eax, eax
    jmp     compare

# in: rbx = heap.  out: ZF = 1 when all of it has the pattern.  clobbers: rax rcx rdi.
is_filled:
    mov     eax, PATTERN
compare:
    mov     rdi, rbx
    mov     ecx, GROWTH
    repe scasb
    ret

# in: rbx = heap.  out: nothing.  clobbers: rax rcx rdi.
fill:
    mov     eax, PATTERN
    mov     rdi, rbx
    mov     ecx, GROWTH
    rep stosb
    ret

    .bss
end_of_program:
    .zero   1
