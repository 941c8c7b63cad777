# registers.s: two records of all registers, before a door and after it, and what
# differs between them.
    .intel_syntax noprefix
    .include "include/registers.inc"
    .include "include/rflags.inc"

    .text

# in: registers_before, registers_after.  out: eax = set of those that differ.
# clobbers: rcx rdx rsi rdi.
    .global registers_changed
registers_changed:
    lea     rsi, [rip + registers_before]
    lea     rdi, [rip + registers_after]
    xor     eax, eax
    mov     ecx, REGISTER_COUNT - 1     # from the last bit to the first
1:  mov     rdx, [rsi + rcx * 8]
    cmp     [rdi + rcx * 8], rdx
    je      2f
    bts     eax, ecx
2:  dec     ecx
    jns     1b
    ret

# in: edi = set.  out: eax = how many registers are in it.  clobbers: rcx rdi.
    .global count_registers
count_registers:
    xor     eax, eax
1:  test    edi, edi
    jz      2f
    lea     ecx, [rdi - 1]              # x & (x - 1) is x without its lowest bit
    and     edi, ecx
    inc     eax
    jmp     1b
2:  ret

# Print the names of a set of registers, a blank before each.
# in: edi = set.  out: nothing.  clobbers: as a C function.
    .global print_register_names
print_register_names:
    push    rbx
    push    r12
    push    r13
    mov     ebx, edi
    xor     r12d, r12d
1:  bt      ebx, r12d
    jnc     2f
    mov     edi, ' '
    call    print_character
    lea     rax, [rip + names]
    mov     rdi, [rax + r12 * 8]
    call    print_string
2:  inc     r12d
    cmp     r12d, REGISTER_COUNT
    jb      1b
    pop     r13
    pop     r12
    pop     rbx
    ret

    .data
    .balign 8
    .global registers_before
registers_before:                       # patterns that no kernel has by chance
    .quad   0                           # rax: the number of the call goes here
    .quad   0x1111111111111111          # rcx
    .quad   0x2222222222222222          # rdx
    .quad   0x3333333333333333          # rbx
    .quad   0                           # rsp: must stay a stack; load_registers notes it
    .quad   0x5555555555555555          # rbp
    .quad   0x6666666666666666          # rsi
    .quad   0x7777777777777777          # rdi
    .quad   0x8888888888888888          # r8
    .quad   0x9999999999999999          # r9
    .quad   0xaaaaaaaaaaaaaaaa          # r10
    .quad   0xbbbbbbbbbbbbbbbb          # r11
    .quad   0xcccccccccccccccc          # r12
    .quad   0xdddddddddddddddd          # r13
    .quad   0xeeeeeeeeeeeeeeee          # r14
    .quad   0xffffffffffffffff          # r15
    .quad   RFLAGS_PLAIN | RFLAGS_ARITHMETIC

    .bss
    .balign 8
    .global registers_after
registers_after:
    .zero   REGISTERS_SIZE

    .macro name register
    .quad   .Lname\@
    .pushsection .rodata.names
.Lname\@:
    .asciz  "\register"
    .popsection
    .endm

    .section .rodata
    .balign 8
names:
    .irp    register, rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi, r8, r9, r10, r11, r12, r13, r14, r15
    name    \register
    .endr
    name    rflags
