# write_text.s: a program's code is mapped readable and executable, not writable:
# #PF, SIGSEGV.
    .intel_syntax noprefix

    .text
    .global _start
_start:
    lea     rbx, [rip + _start]
    mov     byte ptr [rbx], 0
    jmp     survived
