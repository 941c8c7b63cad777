# The only code that touches a program's memory.
#
# An address from a program is first compared with the limit of its half.  It can
# still be unmapped, or read-only: then the instruction faults, the page-fault
# handler finds it in the table below, and goes on where the copy gives up.
#
# With SMAP (SDM Vol. 3A 4.6) the kernel cannot touch a program's pages but between
# STAC and CLAC: a pointer that is followed anywhere else is a panic.

    .intel_syntax noprefix
    .include "include/features.inc"
    .include "include/memory.inc"

# STAC or CLAC.  Where it stands is noted, for user_copy_start.
    .macro smap instruction
.Lsmap\@:
    \instruction
    .pushsection .rodata.smap
    .quad .Lsmap\@
    .popsection
    .endm

    .set NOP_OF_3_BYTES, 0x1f0f                 # 0f 1f 00: as long as STAC and CLAC
    .set NOP_LAST_BYTE, 0x00

    .section .rodata.smap
    .balign 8
smap_places:

    .text
    .global user_copy_start
# On a CPU without SMAP the two are invalid: make NOPs of them, while the boot tables
# still let the kernel write its own code.
# clobbers: RAX, RCX, RSI
user_copy_start:
    test dword ptr [rip + cpu_features], FEATURE_SMAP
    jnz 2f
    lea rsi, [rip + smap_places]
    lea rcx, [rip + smap_places_end]
1:  lodsq
    mov word ptr [rax], NOP_OF_3_BYTES
    mov byte ptr [rax + 2], NOP_LAST_BYTE
    cmp rsi, rcx
    jb 1b
2:  ret                                         # a jump: what was fetched before is forgotten

    .global copy_from_user
# Copy from a program.
# in:  RDI = kernel buffer, RSI = program's address, RDX = bytes
# out: RAX = bytes that were not copied
# clobbers: RCX, RSI, RDI
copy_from_user:
    mov rcx, rsi
    call user_range
    jae copy_refused
    mov rcx, rdx
    smap stac
.Lfrom:
    rep movsb
copy_done:                                      # after a fault too: IRETQ brought AC back
    smap clac
    mov rax, rcx
    ret
copy_refused:
    mov rax, rdx
    ret

    .global copy_to_user
# Copy to a program.
# in:  RDI = program's address, RSI = kernel buffer, RDX = bytes
# out: RAX = bytes that were not copied
# clobbers: RCX, RSI, RDI
copy_to_user:
    mov rcx, rdi
    call user_range
    jae copy_refused
    mov rcx, rdx
    smap stac
.Lto:
    rep movsb
    jmp copy_done

    .global user_text_size
# How long is a program's text?
# in:  RDI = program's address, RSI = as many bytes as it may have
# out: RAX = its bytes with the NUL; 0 when they cannot be read; RSI + 1 when there
#      are more
# clobbers: RCX, RDX, RDI
user_text_size:
    mov rcx, TASK_SIZE_MAX
    xor edx, edx
    smap stac
1:  cmp rdi, rcx
    jae text_refused
.Ltext:
    cmp byte ptr [rdi], 0
    lea rdx, [rdx + 1]
    lea rdi, [rdi + 1]
    je 2f
    cmp rdx, rsi
    jbe 1b
2:  mov rax, rdx
    smap clac
    ret
text_refused:
    xor eax, eax
    smap clac
    ret

    .global user_range
# Does a range lie in the program's half?
# in:  RCX = address, RDX = bytes
# out: flags: "below" when it does
# clobbers: RAX, RCX
user_range:
    add rcx, rdx
    jc 1f
    mov rax, TASK_SIZE_MAX + 1
    cmp rcx, rax
    ret
1:  cmc                                         # beyond 2^64: "not below"
    ret

    .global user_copy_recovery
# Where to go on after a fault.
# in:  RDI = address of the instruction that faulted
# out: RAX = where to go on, or 0 when that is no copy's instruction
# clobbers: RCX
user_copy_recovery:
    lea rcx, [rip + recoveries]
    lea rax, [rip + recoveries_end]
1:  cmp rcx, rax
    jae 2f
    add rcx, 16
    cmp rdi, [rcx - 16]
    jne 1b
    mov rax, [rcx - 8]
    ret
2:  xor eax, eax
    ret

    .section .rodata
    .balign 8
recoveries:                                     # the instruction, where to go on
    .quad .Lfrom, copy_done
    .quad .Lto, copy_done
    .quad .Ltext, text_refused
recoveries_end:

    .section .rodata.smap
smap_places_end:
