# The boot log: what was set up, as read back from the machine.

    .intel_syntax noprefix
    .include "include/gate.inc"
    .include "include/memory.inc"
    .include "include/registers.inc"
    .include "include/selectors.inc"
    .include "include/start_info.inc"
    .include "include/vectors.inc"
    .include "include/voice.inc"

    .text
    .global boot_log
# Say it all.
# clobbers: all that a call may
boot_log:
    call boot_information_log
    call features_log
    call segments_log
    call idt_log
    call system_call_log
    call compat_log
    call cpu_number_log
    jmp clock_log

# Say who booted us, how much memory there is, and the command line.
boot_information_log:
    xor edx, edx                                # RAM, in bytes
    lea rsi, [rip + memory_map]
    mov ecx, [rip + memory_count]
1:  cmp dword ptr [rsi + MEMORY_TYPE], MEMORY_TYPE_RAM
    jne 2f
    add rdx, [rsi + MEMORY_LENGTH]
2:  add rsi, MEMORY_ENTRY_SIZE
    dec ecx
    jnz 1b
    add rdx, MIB - 1                            # the firmware keeps a little: round up
    shr rdx, 20
    lea rcx, [rip + command_line]
    lea rsi, [rip + loader_name]
    lea rax, [rip + unnamed_loader]
    cmp byte ptr [rsi], 0
    cmove rsi, rax
    say "booted by %s, %d MiB, command line %q"
    ret

# Say what GDTR and the segment registers hold.
segments_log:
    sub rsp, 16
    sgdt [rsp]
    movzx edx, word ptr [rsp]
    mov rsi, [rsp + 2]
    add rsp, 16
    mov ecx, cs
    mov r8d, ss
    str r9d
    say "gdt base=%x limit=%x cs=%x ss=%x tr=%x"
    ret

# Say where IDTR points and what its gate 0x80 holds.
idt_log:
    push rbx
    sub rsp, 16
    sidt [rsp]
    movzx edx, word ptr [rsp]
    mov rsi, [rsp + 2]
    add rsp, 16
    mov rbx, rsi
    say "idt base=%x limit=%x"
    add rbx, VECTOR_SYSTEM_CALL * GATE_SIZE
    movzx eax, byte ptr [rbx + GATE_KIND]
    mov esi, eax
    and esi, GATE_TYPE_MASK
    shr eax, GATE_DPL_SHIFT
    and eax, RPL_MASK
    mov edx, eax
    movzx ecx, word ptr [rbx + GATE_SELECTOR]
    mov r8, [rbx + GATE_IST]                    # bits 16 to 63, above two other bytes
    mov r8w, [rbx]
    mov eax, [rbx + GATE_HANDLER_HIGH]
    shl rax, 32
    mov r8d, r8d
    or r8, rax
    say "gate 0x80 type=%x dpl=%d selector=%x handler=%x"
    pop rbx
    ret

# Say what the registers hold.
system_call_log:
    mov ecx, MSR_STAR
    call msr_read
    mov rsi, rax
    mov ecx, MSR_LSTAR
    call msr_read
    mov r8, rax
    mov ecx, MSR_EFER
    call msr_read
    mov r9, rax
    mov ecx, MSR_SFMASK
    call msr_read
    mov rcx, rax
    mov rdx, r8
    mov r8, r9
    say "msr STAR=%X LSTAR=%X SFMASK=%X EFER=%x"
    ret

    .section .rodata
unnamed_loader:
    .asciz "a PVH loader"
