# System calls that do what the kernel must never do: each shows that a protection
# bites.  They are laid over the stock kernel for tests alone.
#
# in:  EDI = a number, RSI = a word of the program's, RDX = a RET of the program's
# out: RAX = 0, or what the program is to do next (scratch.s)

    .intel_syntax noprefix
    .include "include/frame.inc"
    .include "include/memory.inc"
    .include "include/registers.inc"
    .include "include/selectors.inc"

    .set CALL_PUSHED, 8                         # CALL's return address, below a door's frame
    .set LEGACY_RIP, 72                         # in the frame of INT 0x80
    .set LEGACY_RFLAGS, 88
    .set CR0_TS, 1 << 3
    .set UNUSED_DESCRIPTOR, 0x38
    .set DATA_NOT_PRESENT, 0x00cf73000000ffff   # a program's data segment, P = 0
    .set NEXT_X87, 1
    .set NEXT_LOAD_FS, 2

    .text
    .global scratch_read, scratch_execute, scratch_write_text, scratch_execute_data
    .global scratch_read_null, scratch_recurse, scratch_no_fpu, scratch_not_present
    .global scratch_return_to, scratch_return_to_32, scratch_flags, scratch_flags_32

scratch_read:
    mov rax, [rsi]                              # no STAC
    jmp done

scratch_execute:
    call rdx
    jmp done

scratch_write_text:
    lea rcx, [rip + scratch_write_text]
    mov al, [rcx]
    mov [rcx], al
    jmp done

scratch_execute_data:
    lea rcx, [rip + ret_in_data]
    call rcx
    jmp done

scratch_read_null:
    xor ecx, ecx
    mov rax, [rcx]
    jmp done

scratch_recurse:
    push rax
    jmp scratch_recurse

# From here on the program's x87 instructions are #NM, and selector 0x3b is #NP.
scratch_no_fpu:
    mov rax, cr0
    or rax, CR0_TS
    mov cr0, rax
    mov eax, NEXT_X87
    ret
scratch_not_present:
    mov rax, DATA_NOT_PRESENT
    mov [rip + gdt + UNUSED_DESCRIPTOR], rax
    mov eax, NEXT_LOAD_FS
    ret

# Return to an address of the table below.
scratch_return_to:
    lea rcx, [rip + addresses]
    mov rcx, [rcx + rdi * 8]
    mov [rsp + CALL_PUSHED + CALL_RIP], rcx
    jmp done
scratch_return_to_32:
    lea rcx, [rip + addresses]
    mov rcx, [rcx + rdi * 8]
    mov [rsp + CALL_PUSHED + LEGACY_RIP], rcx
    jmp done

# Return with one more flag, by its bit.
scratch_flags:
    bts dword ptr [rsp + CALL_PUSHED + CALL_RFLAGS], edi
    jmp done
scratch_flags_32:
    bts dword ptr [rsp + CALL_PUSHED + LEGACY_RFLAGS], edi
done:
    xor eax, eax
    ret

    .section .rodata
    .balign 8
addresses:
    .quad 0x0000800000000000                    # 0  the first that is not canonical
    .quad 0xffff7fffffffffff                    # 1  the last
    .quad 0x00007ffffffff000                    # 2  the page that no program has
    .quad syscall_entry                         # 3  the kernel's code
    .quad 0xffffffffffffffff                    # 4

    .data
ret_in_data:
    .byte 0xc3
