# What kind of memory it was that a program may not touch (memory/regions.s).

    .intel_syntax noprefix
    .include "include/memory.inc"
    .include "include/process.inc"

    .text
    .global report_outside
# What lies at an address that belongs to no region of the running process?
# in:  RBX = address
# out: RAX = text
# clobbers: RDX, RDI
report_outside:
    lea rdx, [rip + reason_kernel]
    test rbx, rbx
    js 1f                                       # the upper half
    lea rdx, [rip + reason_beyond]
    mov rax, TASK_SIZE_MAX
    cmp rbx, rax
    jae 1f
    lea rdx, [rip + reason_null]
    cmp rbx, PAGE_SIZE
    jb 1f
    lea rdx, [rip + reason_unmapped]
    lea rdi, [rbx + STACK_GUARD]
    call region_find
    test rax, rax
    jz 1f
    test dword ptr [rax + REGION_RIGHTS], REGION_STACK
    jz 1f
    lea rdx, [rip + reason_stack_overflow]
1:  mov rax, rdx
    ret

    .section .rodata
    .global reason_no_execute, reason_read_only, reason_no_access
reason_kernel:
    .asciz "kernel memory"
reason_beyond:
    .asciz "memory beyond the last page of programs"
reason_no_execute:
    .asciz "memory that is not executable"
reason_read_only:
    .asciz "read-only memory"
reason_no_access:
    .asciz "memory without rights"
reason_null:
    .asciz "the page at 0 (a null pointer)"
reason_stack_overflow:
    .asciz "the guard below the stack (stack overflow)"
reason_unmapped:
    .asciz "unmapped memory"
    .global reason_behind_file, reason_no_memory
reason_behind_file:
    .asciz "a page behind the end of its file"
reason_no_memory:
    .asciz "memory, but no frame is left for"
