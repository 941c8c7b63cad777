# brk: the program's heap.

    .intel_syntax noprefix
    .include "include/memory.inc"
    .include "include/percpu.inc"
    .include "include/process.inc"

    .text
    .global sys_brk
# Move the end of the heap.
# in:  RDI = new break
# out: RAX = the break: the new one, or the old one when that cannot be.  Never an
#      error number: C libraries compare it with what they asked for.
sys_brk:
    push rbx
    push r12
    push r13
    mov rbx, gs:[PERCPU_PROCESS]
    mov r12, [rbx + PROCESS_HEAP]
    cmp rdi, [r12 + REGION_START]
    jb .Lunchanged
    mov rax, TASK_SIZE_MAX
    cmp rdi, rax
    ja .Lunchanged
    mov r13, rdi
    add rdi, PAGE_MASK
    and rdi, ~PAGE_MASK
    mov rsi, [r12 + REGION_END]
    cmp rdi, rsi
    ja .Lgrow
    mov [r12 + REGION_END], rdi
    call region_release
.Laccepted:
    mov [rbx + PROCESS_BREAK], r13
.Lunchanged:
    mov rax, [rbx + PROCESS_BREAK]
    pop r13
    pop r12
    pop rbx
    ret

.Lgrow:
    mov rax, rdi                                # more than all of the memory cannot be meant
    sub rax, rsi
    shr rax, PAGE_SHIFT
    cmp rax, [rip + frames_total]
    ja .Lunchanged
    lea rdx, [rdi + STACK_GUARD]                # and nothing may lie in the way
    lea rcx, [rbx + PROCESS_REGIONS]
    mov eax, [rbx + PROCESS_REGION_COUNT]
1:  cmp rcx, r12
    je 2f
    cmp rsi, [rcx + REGION_END]
    jae 2f
    cmp rdx, [rcx + REGION_START]
    ja .Lunchanged
2:  add rcx, REGION_SIZE
    dec eax
    jnz 1b
    mov [r12 + REGION_END], rdi
    jmp .Laccepted
