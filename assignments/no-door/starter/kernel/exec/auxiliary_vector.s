# The auxiliary vector: what the kernel tells a program about itself (psABI x86-64 3.4.3).
#
# Write auxiliary_vector_put.  README.md says how it is judged.
#
#   pairs of type and value, AT_NULL last; AT_SYSINFO_EHDR is where the vDSO is,
#   AT_RANDOM 16 bytes that nobody else knows

    .intel_syntax noprefix
    .include "include/elf.inc"
    .include "include/image.inc"
    .include "include/memory.inc"
    .include "include/process.inc"

    .set AUXILIARY_PAIRS, 1                     # AT_NULL; change it with every pair that you put

# A pair.
    .macro auxiliary type, value
    mov eax, \type
    call stack_put_word
    mov rax, \value
    call stack_put_word
    .endm

    .text
    .global auxiliary_vector_pairs
# How many pairs there are to put: room for them is made before the first is put.
# in:  RBP = process
# out: RAX = pairs, AT_NULL among them
auxiliary_vector_pairs:
    mov eax, AUXILIARY_PAIRS
    ret

    .global auxiliary_vector_put
# Put them on the new stack, upwards.
# in:  RBX = address in the program, RBP = process, R12 = AT_RANDOM
# clobbers: RAX, RCX, RDX, RSI, RDI
auxiliary_vector_put:
    # 1. Your code here.  RBP points to the process (include/process.inc): PROCESS_VDSO,
    #    PROCESS_HEADERS, PROCESS_HEADER_COUNT, PROCESS_ENTRY, ...; what the kernel read of
    #    the program's file is program_image (include/image.inc).
    ret
