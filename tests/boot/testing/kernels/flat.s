# Somebody else's kernel: flat, multiboot, in the manner of kvm-unit-tests.  It
# reports its tests on COM1 and ends by the exit port, with codes of its own; of
# ring3 it knows nothing.  END says what it does after its last line:
#
#   0..0xff     write this to the exit port
#   RESET       fault three times
#   PANIC       say so in a line that it ends much later, and halt
#   PROMPT      ask for a key, name it, and ask again, for ever

    .intel_syntax noprefix
    .code32

    .set MULTIBOOT_MAGIC, 0x1badb002        # Multiboot 0.6.96, 3.1.1
    .set COM1, 0x3f8
    .set COM1_FIFO_CONTROL, COM1 + 2
    .set COM1_LINE_STATUS, COM1 + 5
    .set DATA_READY, 0x01
    .set ROOM_TO_SEND, 0x20
    .set DEBUG_EXIT, 0xf4

    .set RESET, 0x100
    .set PANIC, 0x101
    .set PROMPT, 0x102

    .section .multiboot, "a"
    .balign 4
    .long MULTIBOOT_MAGIC, 0, -MULTIBOOT_MAGIC

    .text
    .global _start
_start:
    mov     esp, offset stack_end
    mov     dx, COM1_FIFO_CONTROL
    mov     al, 0x07                        # on, and emptied
    out     dx, al
    mov     esi, offset report
    call    print
.if END == RESET
    lidt    [no_gates]
    ud2
.elseif END == PANIC
    mov     esi, offset panic
    call    print
    mov     ecx, 50000000
1:  loop    1b
    mov     esi, offset reason
    call    print
2:  hlt
    jmp     2b
.elseif END == PROMPT
3:  mov     esi, offset prompt
    call    print
4:  mov     dx, COM1_LINE_STATUS
    in      al, dx
    test    al, DATA_READY
    jz      4b
    mov     dx, COM1
    in      al, dx
    mov     [key], al
    mov     esi, offset key
    call    print
    jmp     3b
.else
    mov     al, END
    out     DEBUG_EXIT, al
5:  jmp     5b
.endif

# Send the text at esi over COM1.  in: esi, ended by 0; clobbers: eax edx esi
print:
    mov     dx, COM1_LINE_STATUS
6:  in      al, dx
    test    al, ROOM_TO_SEND
    jz      6b
    lodsb
    test    al, al
    jz      7f
    mov     dx, COM1
    out     dx, al
    jmp     print
7:  ret

    .section .rodata
no_gates:
    .word   0
    .long   0
report:
    .ascii  "enabling apic\r\nPASS: idt\r\nPASS: paging\r\nSUMMARY: 2 tests\r\n"
    .asciz  "ring3: exit status=0\r\n"      # a forgery, which nobody may believe
panic:
    .asciz  "panic: "
reason:
    .asciz  "out of luck\r\n"
prompt:
    .asciz  "$ "

    .data
key:
    .asciz  "? pressed\r\n"

    .bss
    .balign 16
stack:
    .skip   4096
stack_end:
