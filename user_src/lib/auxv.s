# auxv.s: what the kernel tells a program about itself and the machine.
#
# The stack at the first instruction (psABI x86-64, 3.4.1):
#
#   rsp ->  argc
#           argv[0] ... argv[argc - 1], 0
#           envp[0] ..., 0
#           auxv: type, value; type, value; ... AT_NULL, 0
    .intel_syntax noprefix
    .include "include/auxv.inc"
    .include "include/system.inc"
    .text

# in: rdi = rsp as it was at _start.  out: rax = the environment's first pointer.
# clobbers: nothing else.
    .global find_environment
find_environment:
    mov     rax, [rdi]                  # argc
    lea     rax, [rdi + rax * 8 + 2 * 8]     # over argc, argv and its end
    ret

# in: rdi = rsp as it was at _start.  out: rax = the auxiliary vector's first entry.
# clobbers: flags.
    .global find_auxv
find_auxv:
    call    find_environment
1:  add     rax, POINTER_SIZE
    cmp     qword ptr [rax - POINTER_SIZE], 0
    jne     1b
    ret

# in: rdi = auxiliary vector, esi = type.  out: rax = value, 0 when there is no such entry.
# clobbers: rdi, flags.
    .global auxv_value
auxv_value:
    xor     eax, eax
1:  cmp     qword ptr [rdi + AUXV_TYPE], AT_NULL
    je      3f
    cmp     [rdi + AUXV_TYPE], rsi
    je      2f
    add     rdi, AUXV_ENTRY_SIZE
    jmp     1b
2:  mov     rax, [rdi + AUXV_VALUE]
3:  ret
