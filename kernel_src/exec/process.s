# A process: an address space, the program in it, and the way into ring 3.
#
# IRETQ is the only instruction that goes to ring 3 with everything chosen at once:
# code and stack segment, RIP, RSP, RFLAGS.

    .intel_syntax noprefix
    .include "include/layout.inc"
    .include "include/memory.inc"
    .include "include/percpu.inc"
    .include "include/process.inc"
    .include "include/registers.inc"
    .include "include/selectors.inc"

    .set FXSAVE_SIZE, 512
    .set FXSAVE_MXCSR, 24                       # its offset in FXSAVE's area; FCW's is 0
    .set FCW_DEFAULT, 0x37f                     # as FNINIT leaves it
    .set MXCSR_DEFAULT, 0x1f80                  # all SSE exceptions masked

    .text
    .global process_create
# Make the process: a number, an address space with nothing in it, three descriptors.
# out: zero flag clear, or set when memory runs out
# clobbers: all that a call may
process_create:
    push rbx
    lea rbx, [rip + init_process]
    mov gs:[PERCPU_PROCESS], rbx
    mov dword ptr [rbx + PROCESS_ID], INIT_PROCESS_ID
    call page_table_create
    test rax, rax
    jz 1f
    mov [rbx + PROCESS_PAGE_TABLE], rax
    mov cr3, rax
    call read_tsc
    mov [rbx + PROCESS_START_CYCLES], rax
    call descriptors_start
    call limits_start
    test rbx, rbx
1:  pop rbx
    ret

    .global program_load
# Replace the running process's address space by one of the program that was recognized.
# out: RDX = 0, or a text: why there is no program now
# clobbers: all that a call may
program_load:
    call program_forget
    call layout_choose
    call stack_place
    test eax, eax
    jz 1f
    call elf_load
    test rdx, rdx
    jnz 2f
    call heap_create
    call vdso_map
    test eax, eax
    jz 1f
    call stack_build
    test eax, eax
    jz 1f
    xor edx, edx
2:  ret
1:  lea rdx, [rip + reason_no_frame]
    ret

    .global program_enter
# Enter the running process's program at its first instruction, with the registers
# that Linux gives it (all zero but RIP, RSP and RFLAGS).
# out: does not return
program_enter:
    mov rcx, gs:[PERCPU_PROCESS]
    mov rcx, [rcx + PROCESS_LAYOUT]
    mov eax, [rcx + LAYOUT_DATA_SEGMENT]
    mov ds, eax
    mov es, eax
    xor eax, eax
    mov fs, eax
    swapgs                                      # loading GS may change the base
    mov gs, eax
    swapgs
    mov ecx, MSR_FS_BASE
    call msr_write
    mov ecx, MSR_KERNEL_GS_BASE                 # SWAPGS makes it the program's
    call msr_write
    fxrstor [rip + clean_fpu]

    mov rax, gs:[PERCPU_PROCESS]
    push USER_DATA                              # SS      what IRETQ pops
    push qword ptr [rax + PROCESS_STACK]        # RSP
    push RFLAGS_IF | RFLAGS_FIXED               # RFLAGS
    mov rcx, [rax + PROCESS_LAYOUT]
    push qword ptr [rcx + LAYOUT_CODE_SEGMENT]  # CS
    push qword ptr [rax + PROCESS_START]        # RIP
    .irp register, eax, ebx, ecx, edx, esi, edi, ebp, r8d, r9d, r10d, r11d, r12d, r13d, r14d, r15d
    xor \register, \register
    .endr
    swapgs
    .global program_iretq
program_iretq:                                  # entry/exceptions.s knows that it can fault
    iretq

    .section .rodata
    .balign 16
clean_fpu:                                      # what FXRSTOR loads: all registers 0
    .word FCW_DEFAULT
    .zero FXSAVE_MXCSR - 2
    .long MXCSR_DEFAULT
    .zero FXSAVE_SIZE - FXSAVE_MXCSR - 4

    .bss
    .balign 64
init_process:
    .skip PROCESS_SIZE
