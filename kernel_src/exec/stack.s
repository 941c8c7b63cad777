# The initial stack, as Linux lays it out (psABI x86-64 3.4.1).
#
#   top      8 zero bytes
#            the path (AT_EXECFN)
#            environment strings
#            argument strings, argv[0] lowest
#            a random gap of up to 8191 bytes
#            "x86_64" (AT_PLATFORM), 16 random bytes (AT_RANDOM)
#            the auxiliary vector: pairs of type and value, AT_NULL last
#            the environment's addresses, NULL
#            the arguments' addresses, NULL
#   RSP  ->  argc                             a multiple of 16
#
# AT_RSEQ_FEATURE_SIZE and AT_RSEQ_ALIGN are left out while there is no rseq call.

    .intel_syntax noprefix
    .include "include/elf.inc"
    .include "include/memory.inc"
    .include "include/percpu.inc"
    .include "include/process.inc"

    .set STACK_RANDOM_MASK, 0x3fffff            # of pages below TASK_SIZE_MAX
    .set GAP_MASK, 8191
    .set RANDOM_SIZE, 16
    .set PLATFORM_SIZE, 7
    .set AUXILIARY_PAIRS, 21

# What the kernel would need for a signal's frame: struct rt_sigframe (440), FXSAVE's
# area (512), and what aligning both can take, rounded up to 16.
    .set SIGNAL_STACK_MINIMUM, 1040
    .set CLOCK_TICKS, 100                       # sysconf(_SC_CLK_TCK): USER_HZ

    .text
    .global stack_build
# Build the running process's stack.
# in:  RDI = path, RSI = strings: arguments and then environment, each ends with NUL;
#      RDX = where they end, ECX = how many of them are arguments
# out: EAX = 1, or 0 when memory runs out
# clobbers: all that a call may
stack_build:
    push rbx
    push rbp
    push r12
    push r13
    push r14
    push r15
    mov r12, rdi
    mov r13, rsi
    mov r14, rdx
    mov r15d, ecx
    mov rbp, gs:[PERCPU_PROCESS]

    # 1. A region at a random place.
    call random
    and eax, STACK_RANDOM_MASK
    shl rax, PAGE_SHIFT
    mov rbx, TASK_SIZE_MAX
    sub rbx, rax
    mov rsi, rbx
    lea rdi, [rbx - STACK_SIZE]
    mov edx, RIGHT_READ | RIGHT_WRITE | REGION_STACK
    xor ecx, ecx
    xor r8d, r8d
    call region_add
    test eax, eax
    jz .Lreturn

    # 2. The strings: RBX goes down.
    sub rbx, 8                                  # fresh pages are zero already
    mov rdi, r12
    call text_size
    mov rsi, r12
    call push_bytes
    mov [rip + path_address], rbx
    mov rdx, r14
    sub rdx, r13
    mov rsi, r13
    call push_bytes
    mov [rip + strings_address], rbx
    call random
    and eax, GAP_MASK
    sub rbx, rax
    and rbx, -16
    mov edx, PLATFORM_SIZE
    lea rsi, [rip + platform]
    call push_bytes
    mov [rip + platform_address], rbx
    call random
    mov [rip + random_bytes], rax
    call random
    mov [rip + random_bytes + 8], rax
    mov edx, RANDOM_SIZE
    lea rsi, [rip + random_bytes]
    call push_bytes

    # 3. The vectors: room for argc, two NULLs, an address a string, and the pairs.
    mov r12, rbx                                # AT_RANDOM
    call count_strings
    lea eax, [rax + 3 + 2 * AUXILIARY_PAIRS]
    shl rax, 3
    sub rbx, rax
    and rbx, -16
    mov [rbp + PROCESS_STACK], rbx
    mov eax, r15d
    call put_word
    mov rdx, [rip + strings_address]            # what an address of ours is for the program
    sub rdx, r13
1:  cmp r13, r14                                # from here on R15D may pass below 0:
    jae 3f                                      # the environment
    test r15d, r15d
    jnz 2f
    xor eax, eax
    call put_word
2:  dec r15d
    lea rax, [r13 + rdx]
    call put_word
    mov rdi, r13
    push rdx
    call text_size
    add r13, rdx
    pop rdx
    jmp 1b
3:  test r15d, r15d                             # no environment: argv's NULL is still missing
    jnz 4f
    xor eax, eax
    call put_word
4:  xor eax, eax
    call put_word
    call put_auxiliary_vector
    xor eax, eax
    cmp [rip + bytes_missing], rax
    sete al
.Lreturn:
    pop r15
    pop r14
    pop r13
    pop r12
    pop rbp
    pop rbx
    ret

# Put bytes below what is there.
# in:  RBX = address in the program, RSI = bytes, RDX = how many
# out: RBX = where they are now; bytes_missing not 0 when memory ran out
# clobbers: RAX, RCX, RSI, RDI
push_bytes:
    sub rbx, rdx
    mov rdi, rbx
    call copy_to_user
    or [rip + bytes_missing], rax
    ret

# Put a word above what is there.
# in:  RBX = address in the program, RAX = word
# out: RBX = the next address; bytes_missing as above
# clobbers: RAX, RCX, RSI, RDI
put_word:
    push rdx
    push rax
    mov rsi, rsp
    mov rdi, rbx
    mov edx, 8
    add rbx, 8
    call copy_to_user
    or [rip + bytes_missing], rax
    pop rdx
    pop rdx
    ret

# in:  RDI = text that ends with NUL
# out: RDX = its bytes, with the NUL
# clobbers: RAX, RCX, RDI
text_size:
    xor eax, eax
    mov rcx, -1
    repne scasb
    mov rdx, -1
    sub rdx, rcx
    ret

    .global count_strings
# in:  R13 = strings, R14 = their end
# out: RAX = how many
# clobbers: RCX, RSI
count_strings:
    xor eax, eax
    mov rsi, r13
1:  cmp rsi, r14
    jae 2f
    cmp byte ptr [rsi], 1                       # carry for a NUL
    adc eax, 0
    inc rsi
    jmp 1b
2:  ret

# A pair.
    .macro auxiliary type, value
    mov eax, \type
    call put_word
    mov rax, \value
    call put_word
    .endm

# Put the auxiliary vector, in Linux's order.
# in:  RBX = address in the program, RBP = process, R12 = AT_RANDOM
# clobbers: RAX, RCX, RDX, RSI, RDI
put_auxiliary_vector:
    auxiliary AT_SYSINFO_EHDR, [rbp+PROCESS_VDSO]
    auxiliary AT_MINSIGSTKSZ, SIGNAL_STACK_MINIMUM
    mov edx, [rip + hardware_capabilities]
    auxiliary AT_HWCAP, rdx
    auxiliary AT_PAGESZ, PAGE_SIZE
    auxiliary AT_CLKTCK, CLOCK_TICKS
    auxiliary AT_PHDR, [rbp+PROCESS_HEADERS]
    auxiliary AT_PHENT, SEGMENT_HEADER_SIZE
    auxiliary AT_PHNUM, [rbp+PROCESS_HEADER_COUNT]
    auxiliary AT_BASE, 0                        # no interpreter
    auxiliary AT_FLAGS, 0
    auxiliary AT_ENTRY, [rbp+PROCESS_ENTRY]
    auxiliary AT_UID, 0
    auxiliary AT_EUID, 0
    auxiliary AT_GID, 0
    auxiliary AT_EGID, 0
    auxiliary AT_SECURE, 0
    auxiliary AT_RANDOM, r12
    auxiliary AT_HWCAP2, 0                      # neither MWAIT nor WRFSBASE in ring 3
    auxiliary AT_EXECFN, [rip+path_address]
    auxiliary AT_PLATFORM, [rip+platform_address]
    auxiliary AT_NULL, 0
    ret

    .section .rodata
platform:
    .asciz "x86_64"

    .bss
    .balign 8
path_address:                                   # in the program, like the next two
    .skip 8
strings_address:
    .skip 8
platform_address:
    .skip 8
random_bytes:
    .skip RANDOM_SIZE
bytes_missing:                                  # that found no memory
    .skip 8
