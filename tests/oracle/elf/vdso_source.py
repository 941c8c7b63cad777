"""A small vDSO source for tests, which is there before and beside the kernel's own."""

FUNCTIONS = ("clock_gettime", "gettimeofday", "time", "getcpu", "clock_getres")

# Each calls the function that its first argument points at, with a frame that
# only unwind data explains; `time` returns an address in the page below.
SOURCE = """
.intel_syntax noprefix
.macro exported name
    .balign 16
    .global __vdso_\\name
    .type __vdso_\\name, @function
__vdso_\\name:
    .cfi_startproc
    push rbx
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset rbx, 0
    sub rsp, 0x90
    .cfi_adjust_cfa_offset 0x90
    mov rbx, [rip + magic]
    call rdi
    mov rax, rbx
    add rsp, 0x90
    .cfi_adjust_cfa_offset -0x90
    pop rbx
    .cfi_adjust_cfa_offset -8
    .cfi_restore rbx
    ret
    .cfi_endproc
    .size __vdso_\\name, . - __vdso_\\name
.endm
.text
exported clock_gettime
exported gettimeofday
exported getcpu
exported clock_getres
    .global __vdso_time
    .type __vdso_time, @function
__vdso_time:
    .cfi_startproc
    lea rax, [rip + vvar_page]
    ret
    .cfi_endproc
    .size __vdso_time, . - __vdso_time
.section .rodata
.balign 8
magic: .quad 0x1122334455667788
"""
