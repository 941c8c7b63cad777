# The auxiliary vector: what the kernel tells a program about itself (psABI x86-64 3.4.3).
#
#   pairs of type and value, in Linux's order, AT_NULL last; AT_SYSINFO_EHDR is where the
#   vDSO is, AT_RANDOM 16 bytes that nobody else knows
#
# AT_RSEQ_FEATURE_SIZE and AT_RSEQ_ALIGN are left out while there is no rseq call.

    .intel_syntax noprefix
    .include "include/elf.inc"
    .include "include/image.inc"
    .include "include/memory.inc"
    .include "include/process.inc"

    .set AUXILIARY_PAIRS, 21                    # the i386's has AT_SYSINFO as well

# What the kernel would need for a signal's frame: struct rt_sigframe (440), FXSAVE's
# area (512), and what aligning both can take, rounded up to 16.
    .set SIGNAL_STACK_MINIMUM, 1040
    .set CLOCK_TICKS, 100                       # sysconf(_SC_CLK_TCK): USER_HZ

# A pair.
    .macro auxiliary type, value
    mov eax, \type
    call stack_put_word
    mov rax, \value
    call stack_put_word
    .endm

    .text
    .global auxiliary_vector_pairs
# How many pairs there are to put.
# in:  RBP = process
# out: RAX = pairs, AT_NULL among them
auxiliary_vector_pairs:
    mov eax, AUXILIARY_PAIRS
    cmp qword ptr [rbp + PROCESS_VSYSCALL], 0
    je 1f
    inc eax
1:  ret

    .global auxiliary_vector_put
# Put them on the new stack, upwards.
# in:  RBX = address in the program, RBP = process, R12 = AT_RANDOM
# clobbers: RAX, RCX, RDX, RSI, RDI
auxiliary_vector_put:
    cmp qword ptr [rbp + PROCESS_VSYSCALL], 0
    je 1f
    auxiliary AT_SYSINFO, [rbp+PROCESS_VSYSCALL]
1:
    auxiliary AT_SYSINFO_EHDR, [rbp+PROCESS_VDSO]
    auxiliary AT_MINSIGSTKSZ, SIGNAL_STACK_MINIMUM
    mov edx, [rip + hardware_capabilities]
    auxiliary AT_HWCAP, rdx
    auxiliary AT_PAGESZ, PAGE_SIZE
    auxiliary AT_CLKTCK, CLOCK_TICKS
    auxiliary AT_PHDR, [rbp+PROCESS_HEADERS]
    mov rdx, [rip + program_image + IMAGE_HEADER_SIZE]
    auxiliary AT_PHENT, rdx
    auxiliary AT_PHNUM, [rbp+PROCESS_HEADER_COUNT]
    auxiliary AT_BASE, [rbp+PROCESS_INTERPRETER]
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
