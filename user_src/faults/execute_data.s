# execute_data.s: data is not executable (SDM Vol. 3A, 4.6, "execute-disable"): the
# #PF comes when the instruction is fetched, SIGSEGV.
    .intel_syntax noprefix

    .text
    .global _start
_start:
    call    code_in_data
    jmp     survived

    .data
code_in_data:
    .byte   0xc3                        # RET, if it were code
