"""A kernel for tests: writes on COM1 what it finds in hvm_start_info, and ends the machine.

line 1        magic, version, flags, modules, rows of the memory map
line 2        the command line
line 3        the initrd's size and checksum; data, bss, CR0, CR4, EFLAGS.IF
further lines the memory map
"""

from ring3.asm import assemble
from ring3.elf import KERNEL, Linked, link

SOURCE = """
    .intel_syntax noprefix
    .set BASE, 0xffffffff80000000
    .section .note.pvh, "a", @note
    .balign 4
    .long 4, 4, 18
    .asciz "Xen"
    .long pvh_entry - BASE

    .text
    .code32
    .global pvh_entry
pvh_entry:
    mov esp, offset stack_top - BASE
    mov ebp, ebx
    .irp offset_of_field, 0, 4, 8, 12, 48
    mov eax, [ebp + \\offset_of_field]
    call hex
    .endr
    call newline
    mov esi, [ebp + 24]
    call text

    mov esi, [ebp + 16]
    mov ecx, [esi + 8]
    mov eax, ecx
    call hex
    mov esi, [esi]
    xor ebx, ebx
    jecxz 2f
1:  movzx eax, byte ptr [esi]
    rol ebx, 1
    xor ebx, eax
    inc esi
    dec ecx
    jnz 1b
2:  mov eax, ebx
    call hex
    mov eax, [marker - BASE]
    call hex
    mov ecx, offset room_end - room
    mov esi, offset room - BASE
    xor ebx, ebx
3:  movzx eax, byte ptr [esi]
    or ebx, eax
    inc esi
    dec ecx
    jnz 3b
    mov eax, ebx
    call hex
    mov eax, cr0
    and eax, 0x80000001
    call hex
    mov eax, cr4
    call hex
    pushfd
    pop eax
    and eax, 0x200
    call hex
    call newline

    mov ebx, [ebp + 48]
    mov esi, [ebp + 40]
4:  .irp offset_of_field, 4, 0, 12, 8, 16, 20
    mov eax, [esi + \\offset_of_field]
    call hex
    .endr
    call newline
    add esi, 24
    dec ebx
    jnz 4b
    mov al, 0x10
    out 0xf4, al
5:  hlt
    jmp 5b

text:
    mov al, [esi]
    inc esi
    test al, al
    jz newline
    call put
    jmp text
newline:
    mov al, 10
put:
    mov ah, al
    mov edx, 0x3fd
1:  in al, dx
    test al, 0x20
    jz 1b
    mov edx, 0x3f8
    mov al, ah
    out dx, al
    ret
hex:
    push ebx
    push ecx
    mov ebx, eax
    mov ecx, 8
1:  rol ebx, 4
    mov eax, ebx
    and eax, 15
    cmp al, 10
    jb 2f
    add al, 39
2:  add al, 48
    call put
    dec ecx
    jnz 1b
    mov al, 32
    call put
    pop ecx
    pop ebx
    ret

    .data
marker:
    .long 0x600df00d
    .bss
room:
    .skip 200000
room_end:
    .skip 4096
stack_top:
"""


def reporting_kernel() -> Linked:
    return link([assemble(SOURCE)], KERNEL)


def checksum(data: bytes) -> int:
    """As the kernel computes it."""
    value = 0
    for byte in data:
        value = ((value << 1 | value >> 31) & 0xFFFFFFFF) ^ byte
    return value
