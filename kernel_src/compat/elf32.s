# ELF32 headers, widened to the form of ELF64 (gABI 4.1+ chapters 4 and 5), so that
# exec/elf.s reads one form alone.
#
#   ELF32  type flags@24  offset@4  address@8   sizes@16  alignment@28      32 bytes
#   ELF64  type flags@4   offset@8  address@16  sizes@32  alignment@48      56 bytes

    .intel_syntax noprefix
    .include "include/elf.inc"
    .include "include/image.inc"

    .set ELF32_ENTRY, 24
    .set ELF32_PROGRAM_HEADERS, 28
    .set ELF32_PROGRAM_HEADER_SIZE, 42          # and the count behind it, as in ELF64

    .set SEGMENT32_OFFSET, 4
    .set SEGMENT32_ADDRESS, 8
    .set SEGMENT32_FILE_SIZE, 16
    .set SEGMENT32_MEMORY_SIZE, 20
    .set SEGMENT32_FLAGS, 24
    .set SEGMENT32_ALIGNMENT, 28

    .text
    .global elf32_widen_header
# Widen an ELF header where it is, if it is one for the i386: what exec/elf.s reads of it.
# in:  RSI = header, RBX = image
# out: zero flag set when it is; IMAGE_HEADER_SIZE
# clobbers: RAX, RCX, RDX
elf32_widen_header:
    cmp word ptr [rsi + ELF_MACHINE], ELF_MACHINE_I386
    jne 1f
    mov qword ptr [rbx + IMAGE_HEADER_SIZE], SEGMENT32_HEADER_SIZE
    mov eax, [rsi + ELF32_ENTRY]
    mov ecx, [rsi + ELF32_PROGRAM_HEADERS]
    mov edx, [rsi + ELF32_PROGRAM_HEADER_SIZE]
    mov [rsi + ELF_ENTRY], rax
    mov [rsi + ELF_PROGRAM_HEADERS], rcx
    mov [rsi + ELF_PROGRAM_HEADER_SIZE], edx
1:  ret

    .global elf32_widen_segment
# Widen a program header into a place of our own.
# in:  RSI = it
# out: RSI = the place, for one at a time
elf32_widen_segment:
    push rax
    push rdi
    lea rdi, [rip + segment]
    .irp field, OFFSET, ADDRESS, FILE_SIZE, MEMORY_SIZE, ALIGNMENT
    mov eax, [rsi + SEGMENT32_\field]           # the upper half becomes 0
    mov [rdi + SEGMENT_\field], rax
    .endr
    mov eax, [rsi]
    mov [rdi + SEGMENT_TYPE], eax
    mov eax, [rsi + SEGMENT32_FLAGS]
    mov [rdi + SEGMENT_FLAGS], eax
    mov rsi, rdi
    pop rdi
    pop rax
    ret

    .bss
    .balign 8
segment:
    .skip SEGMENT_HEADER_SIZE
