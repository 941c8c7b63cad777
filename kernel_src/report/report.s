# Reports: how a program was killed, why the kernel panics.
#
# A program that faults ends with the signal that Linux would send; there are no
# handlers to catch it yet.  An exception of the kernel itself ends the machine.

    .intel_syntax noprefix
    .include "include/frame.inc"
    .include "include/memory.inc"
    .include "include/ports.inc"
    .include "include/signals.inc"
    .include "include/vectors.inc"
    .include "include/voice.inc"

    .set ROW_SHIFT, 6                           # log2 of a row's size in the table below
    .set EXCEPTIONS_NAMED, 22                   # rows of it; one more for all others
    .set SIGNAL_ROW_SIZE, 16
    .set ERROR_IN_IDT, 1 << 1                   # a #GP's error code is about a gate
    .set ERROR_INDEX_SHIFT, 3
    .set CODE_BYTES, 16                         # shown of what was to be executed
    .set STACK_LINES, 4                         # of four words, in a panic

    .text
    .global report_killed
# An exception of the program's.
# in:  RDI = trap frame
# out: does not return
report_killed:
    mov rbx, rdi
    mov r12, [rbx + FRAME_VECTOR]
    mov r13, [rbx + FRAME_ERROR]
    mov rdi, r12
    call exception_row
    lea rcx, [rax + 4]                          # the text
    mov esi, [rax]                              # the signal
    cmp r12d, VECTOR_GENERAL_PROTECTION
    jne 1f
    lea rcx, [rip + text_general]
    test r13, r13
    jz 1f
    lea rcx, [rip + text_selector]
    test r13d, ERROR_IN_IDT
    jz 1f
    lea rcx, [rip + text_gate]
    shr r13, ERROR_INDEX_SHIFT                  # say it as the number in INT n
1:  call signal_name
    mov r8, r13
    mov r9, [rbx + FRAME_RIP]
    say "killed signal=%d %s: %s error=%x rip=%x"
    jmp report_end

    .global report_killed_by_page_fault
# in:  RDI = trap frame, RSI = text: what kind of memory it was
# out: does not return
report_killed_by_page_fault:
    mov rbx, rdi
    mov r8, rsi
    mov esi, SIGSEGV
    lea rax, [rip + reason_no_memory]
    cmp r8, rax
    jne 1f
    mov esi, SIGKILL                            # what Linux does when memory runs out
1:  lea rax, [rip + reason_behind_file]
    cmp r8, rax
    jne 2f
    mov esi, SIGBUS
2:  call signal_name
    mov rdi, [rbx + FRAME_ERROR]
    call access_name
    mov rcx, rax
    mov r9, cr2
    push qword ptr [rbx + FRAME_RIP]
    say "killed signal=%d %s: %s %s address=%x rip=%x"
    mov eax, [rbx + FRAME_ERROR]
    lea rsi, [rip + text_absent]
    lea rdx, [rip + text_present]
    test eax, FAULT_PRESENT
    cmovnz rsi, rdx
    mov edx, eax
    say "  page fault: %s, error code %x"

# in:  RBX = trap frame
report_end:
    mov rdi, rbx
    call report_registers
    call report_code
    mov edi, EXIT_FAILURE
    jmp machine_end

    .global report_signal
# A signal that is not an exception.
# in:  ESI = signal, RCX = text: why
# out: does not return
report_signal:
    call signal_name
    say "killed signal=%d %s: %s"
    mov edi, EXIT_FAILURE
    jmp machine_end

    .global report_panic
# An exception of the kernel's.
# in:  RDI = trap frame
# out: does not return
report_panic:
    mov rbx, rdi
    inc dword ptr [rip + panics]
    cmp dword ptr [rip + panics], 1
    jne .Lagain
    mov rdi, [rbx + FRAME_VECTOR]
    call exception_row
    lea rsi, [rax + 4]
    mov rcx, cr2
    cmp dword ptr [rbx + FRAME_VECTOR], VECTOR_DOUBLE_FAULT
    jne 1f
    lea rdx, [rip + stacks]                     # a push that faults cannot be reported on the
    lea rax, [rip + stacks_end]                 # stack that it was for
    cmp rcx, rdx
    jb 1f
    cmp rcx, rax
    lea rax, [rip + text_stack_overflow]
    cmovb rsi, rax
1:  mov rdx, [rbx + FRAME_ERROR]
    mov r8, [rbx + FRAME_RIP]
    say "panic: %s in the kernel, error=%x cr2=%x rip=%x"
    mov rdi, rbx
    call report_registers
    mov rdi, [rbx + FRAME_RSP]
    call report_stack
    mov edi, EXIT_PANIC
    jmp machine_end
.Lagain:
    mov rsi, [rbx + FRAME_RIP]
    panic "another exception while reporting, rip=%x"

    .global panic_line
# The kernel cannot go on (the macro panic of voice.inc).
# in:  as voice_line
# out: does not return
panic_line:
    call voice_line
    mov edi, EXIT_PANIC
    jmp machine_end

# The program's bytes at RIP, as many of CODE_BYTES as can be read.
# in:  RBX = trap frame
# clobbers: all that a call may
report_code:
    lea rdi, [rip + code_bytes]
    mov rsi, [rbx + FRAME_RIP]
    mov edx, CODE_BYTES
    call copy_from_user
    mov ecx, CODE_BYTES
    sub ecx, eax
    jz 2f
    lea rsi, [rip + code_bytes]
    lea rdi, [rip + code_text]
    lea rdx, [rip + digits]
1:  movzx eax, byte ptr [rsi]
    inc rsi
    mov r8d, eax
    shr r8d, 4
    and eax, 0xf
    mov r8b, [rdx + r8]
    mov al, [rdx + rax]
    mov byte ptr [rdi], ' '
    mov [rdi + 1], r8b
    mov [rdi + 2], al
    add rdi, 3
    dec ecx
    jnz 1b
    mov [rdi], cl                               # NUL
    lea rsi, [rip + code_text]
    say "  code at rip:%s"
    ret
2:  say "  code at rip: not readable"
    ret

# in:  RDI = trap frame
# clobbers: all that a call may
report_registers:
    push rbx
    mov rbx, rdi
    mov rsi, [rbx + FRAME_RAX]
    mov rdx, [rbx + FRAME_RBX]
    mov rcx, [rbx + FRAME_RCX]
    mov r8, [rbx + FRAME_RDX]
    say "  rax=%X rbx=%X rcx=%X rdx=%X"
    mov rsi, [rbx + FRAME_RSI]
    mov rdx, [rbx + FRAME_RDI]
    mov rcx, [rbx + FRAME_RBP]
    mov r8, [rbx + FRAME_RSP]
    say "  rsi=%X rdi=%X rbp=%X rsp=%X"
    mov rsi, [rbx + FRAME_R8]
    mov rdx, [rbx + FRAME_R9]
    mov rcx, [rbx + FRAME_R10]
    mov r8, [rbx + FRAME_R11]
    say "  r8= %X r9= %X r10=%X r11=%X"
    mov rsi, [rbx + FRAME_R12]
    mov rdx, [rbx + FRAME_R13]
    mov rcx, [rbx + FRAME_R14]
    mov r8, [rbx + FRAME_R15]
    say "  r12=%X r13=%X r14=%X r15=%X"
    mov rsi, [rbx + FRAME_RIP]
    mov rdx, [rbx + FRAME_RFLAGS]
    mov rcx, [rbx + FRAME_CS]
    mov r8, [rbx + FRAME_SS]
    mov r9, cr3
    say "  rip=%X rflags=%X cs=%x ss=%x cr3=%x"
    pop rbx
    ret

# Show what lies on a kernel stack.
# in:  RDI = RSP
# clobbers: all that a call may
report_stack:
    push rbx
    push r12
    push r13
    mov rbx, rdi
    lea rcx, [rip + stacks]
    mov rax, rdi
    sub rax, rcx
    jb 2f                                       # not one of ours
    xor edx, edx
    mov ecx, STACK_SLOT_SIZE
    div rcx
    lea r13, [rbx + STACK_SLOT_SIZE - 4 * 8]    # the last line that fits
    sub r13, rdx
    mov r12d, STACK_LINES
    cmp edx, PAGE_SIZE
    jae 1f
    add rbx, PAGE_SIZE                          # in the guard page: show what is above it
    sub rbx, rdx
1:  cmp rbx, r13
    ja 2f
    mov rsi, rbx
    mov rdx, [rbx]
    mov rcx, [rbx + 8]
    mov r8, [rbx + 16]
    mov r9, [rbx + 24]
    say "  stack %x: %X %X %X %X"
    add rbx, 4 * 8
    dec r12d
    jnz 1b
2:  pop r13
    pop r12
    pop rbx
    ret

# in:  RDI = vector
# out: RAX = its row in the table
exception_row:
    mov eax, edi
    cmp eax, EXCEPTIONS_NAMED
    jb 1f
    mov eax, EXCEPTIONS_NAMED
1:  shl rax, ROW_SHIFT
    lea rdx, [rip + exceptions]
    add rax, rdx
    ret

# in:  ESI = signal
# out: RDX = its name
# clobbers: RAX
signal_name:
    lea rdx, [rip + signals]
1:  mov eax, [rdx]
    add rdx, 4
    test eax, eax
    jz 2f
    cmp eax, esi
    lea rdx, [rdx + SIGNAL_ROW_SIZE - 4]
    jne 1b
    sub rdx, SIGNAL_ROW_SIZE - 4
2:  ret

# What a page fault tried.
# in:  RDI = error code
# out: RAX = text
# clobbers: RDX
access_name:
    lea rax, [rip + text_execution]
    test edi, FAULT_FETCH
    jnz 1f
    lea rax, [rip + text_write]
    test edi, FAULT_WRITE
    jnz 1f
    lea rax, [rip + text_read]
1:  ret

# A row: the signal, and what happened.
    .macro row signal, text
    .long \signal
    .asciz "\text"
    .balign 1 << ROW_SHIFT
    .endm

    .macro signal_row signal
    .long \signal
    .asciz "\signal"
    .balign SIGNAL_ROW_SIZE
    .endm

    .section .rodata
    .balign 1 << ROW_SHIFT
exceptions:
    row SIGFPE, "#DE divide error"
    row SIGTRAP, "#DB debug trap"
    row SIGSEGV, "NMI"
    row SIGTRAP, "#BP breakpoint"
    row SIGSEGV, "#OF overflow"
    row SIGSEGV, "#BR bound range exceeded"
    row SIGILL, "#UD invalid instruction"
    row SIGSEGV, "#NM device not available"
    row SIGSEGV, "#DF double fault"
    row SIGFPE, "coprocessor segment overrun"
    row SIGSEGV, "#TS invalid TSS"
    row SIGBUS, "#NP segment not present"
    row SIGBUS, "#SS stack segment fault"
    row SIGSEGV, "#GP general protection"
    row SIGSEGV, "#PF page fault"
    row SIGSEGV, "exception 15"
    row SIGFPE, "#MF x87 floating-point error"
    row SIGBUS, "#AC alignment check"
    row SIGSEGV, "#MC machine check"
    row SIGFPE, "#XM SIMD floating-point error"
    row SIGSEGV, "#VE virtualization exception"
    row SIGSEGV, "#CP control protection"
    row SIGSEGV, "reserved exception"

signals:
    .irp name, HUP, INT, QUIT, ILL, TRAP, ABRT, BUS, FPE, KILL, USR1, SEGV, USR2, PIPE, ALRM, TERM, STKFLT
    signal_row SIG\name
    .endr
    .irp name, CHLD, CONT, STOP, TSTP, TTIN, TTOU, URG, XCPU, XFSZ, VTALRM, PROF, WINCH, IO, PWR, SYS
    signal_row SIG\name
    .endr
    .long 0                                     # all others
    .asciz "real-time"

text_general:
    .asciz "#GP a privileged instruction, or an address that is not canonical"
text_selector:
    .asciz "#GP a bad selector"
text_gate:
    .asciz "#GP INT with a vector that has no gate for programs"
text_execution:
    .asciz "execution of"
text_write:
    .asciz "write to"
text_read:
    .asciz "read of"
text_stack_overflow:
    .asciz "#DF stack overflow (into its guard page)"
text_absent:
    .asciz "the page is not there"
text_present:
    .asciz "the page is there and forbids it"

    .bss
    .balign 4
panics:
    .skip 4
code_bytes:
    .skip CODE_BYTES
code_text:                                      # " xx" for each, NUL
    .skip CODE_BYTES * 3 + 1
