# Stage 2: from real mode with a BIOS to the kernel's PVH entry.
#
# Asks the BIOS for the memory map, brings the kernel's segments and the initrd to where
# they belong, builds a struct hvm_start_info, and enters the kernel as the PVH boot
# contract says (boot/pvh.s).
#
#   disk ──BIOS──> bounce buffer ──copy_up──> packed_address ──row_unpack──> where it belongs
#                  below 1 MiB                above everything
#
# A BIOS reads only to the first MiB.  All that is beyond it is done in protected mode,
# with interrupts off for just that long.
#
# Linked with, when the image is put together:
#   load_table_start, _end      what to bring where
#   packed_address              where there is room for what is still packed
#   command_line_start          the kernel's command line
#   sector_size, sector_shift   512 and 9 on a disk, 2048 and 11 on a CD
#   kernel_entry, initrd_address, initrd_size

    .intel_syntax noprefix
    .include "include/ports.inc"
    .include "include/registers.inc"
    .include "include/start_info.inc"
    .include "boot/loader/load_table.inc"
    .include "boot/disk/disk.inc"

# Selectors of the loader's own GDT.
    .set FLAT_CODE, 0x08
    .set FLAT_DATA, 0x10
    .set REAL_CODE, 0x18
    .set REAL_DATA, 0x20

# Line 20 of the address bus (a 386 could mask it, to wrap at 1 MiB as an 8086 did).
    .set TOP_SEGMENT, 0xffff                    # the last segment, and how much of it
    .set TOP_SEGMENT_SIZE, 16                   # lies below 1 MiB
    .set PORT_SYSTEM_CONTROL, 0x92
    .set SYSTEM_CONTROL_A20, 1 << 1
    .set SYSTEM_CONTROL_RESET, 1 << 0
    .set PORT_KEYBOARD_DATA, 0x60
    .set PORT_KEYBOARD_COMMAND, 0x64            # and status, when read
    .set KEYBOARD_BUSY, 1 << 1
    .set KEYBOARD_WRITE_OUTPUT, 0xd1
    .set KEYBOARD_OUTPUT_A20, 0xdf              # line 20 on, no reset
    .set A20_PATIENCE, 0xffff                   # looks at a slow controller

    .text
    .code16
    .global stage2_start
# in:  DL = the drive; CS DS ES SS = 0, SP = STACK_END, DF clear
stage2_start:
    jmp stage2

# By which whoever reads the image knows what is in it (ring3/image/read_loader.py).
    .balign 4
    .ascii "ring3 stage2"
    .long load_table_start, load_table_end, command_line_start, kernel_entry, sector_size

stage2:
    # 1. What needs no disk: address line 20, and what memory there is.
    mov [drive], dl
    call a20_turn_on
    call memory_map_read

    # 2. The kernel's segments, then the initrd.
    mov ebx, offset load_table_start
1:  call row_check
    call row_read
    mov eax, offset row_unpack
    call in_protected_mode
    mov si, offset damaged
    test eax, eax
    jnz fail
    add bx, LOAD_ROW_SIZE
    cmp bx, offset load_table_end
    jb 1b

    # 3. Protected mode for good, and into the kernel.
    cli
    lgdt [gdt_register]
    mov eax, cr0
    or al, CR0_PE
    mov cr0, eax
    ljmp FLAT_CODE, offset 2f
    .code32
2:  mov eax, FLAT_DATA
    mov ds, eax
    mov es, eax
    mov fs, eax
    mov gs, eax
    mov ss, eax
    mov ebx, offset start_info
    mov eax, offset kernel_entry
    jmp eax
    .code16

    .include "boot/disk/bios.inc"

# Let address line 20 through, in the ways of four decades.
# clobbers: AX, CX, DX
a20_turn_on:
    # 1. Most BIOSes have done it.
    call a20_is_on
    jne 4f

    # 2. "Fast A20", a bit of a port; writing its bit 0 as 1 would reset the machine.
    in al, PORT_SYSTEM_CONTROL
    or al, SYSTEM_CONTROL_A20
    and al, 0xff - SYSTEM_CONTROL_RESET
    out PORT_SYSTEM_CONTROL, al
    call a20_is_on
    jne 4f

    # 3. The BIOS.
    mov ax, SYSTEM_A20_ON
    int BIOS_SYSTEM
    call a20_is_on
    jne 4f

    # 4. The keyboard controller of the PC AT, which had a pin free.
    call keyboard_wait
    mov al, KEYBOARD_WRITE_OUTPUT
    out PORT_KEYBOARD_COMMAND, al
    call keyboard_wait
    mov al, KEYBOARD_OUTPUT_A20
    out PORT_KEYBOARD_DATA, al
    mov cx, A20_PATIENCE
3:  call a20_is_on
    jne 4f
    dec cx
    jnz 3b
    mov si, offset no_a20
    jmp fail
4:  ret

# Is address line 20 on?  If not, the address 1 MiB + x means x.
# out: ZF clear = it is on
# clobbers: AX
a20_is_on:
    push es
    mov ax, TOP_SEGMENT
    mov es, ax
    xor ax, ax
    mov [a20_probe], ax
    cmp es:[a20_probe + TOP_SEGMENT_SIZE], ax   # equal by chance, or the same word?
    jne 1f
    dec ax
    mov [a20_probe], ax
    cmp es:[a20_probe + TOP_SEGMENT_SIZE], ax   # equal again: the same
1:  pop es
    ret

# Wait until the keyboard controller takes a byte, but not for ever.
# clobbers: AX, CX
keyboard_wait:
    mov cx, A20_PATIENCE
1:  in al, PORT_KEYBOARD_COMMAND
    test al, KEYBOARD_BUSY
    jz 2f
    dec cx
    jnz 1b
2:  ret

# Ask the BIOS for the memory map (ACPI 6.5, 15.1): one row a call, until EBX is 0.
#
# Its rows of 20 bytes are hvm_memmap_table_entry's without the reserved word at
# the end, which must be 0.
# clobbers: EAX, EBX, ECX, EDX, SI, DI
memory_map_read:
    xor ebx, ebx
    mov di, offset memory_map
1:  mov eax, SYSTEM_MEMORY_MAP
    mov edx, MEMORY_MAP_SIGNATURE
    mov ecx, MEMORY_ENTRY_SIZE - 4
    int BIOS_SYSTEM
    jc 2f                                       # an error, or a late "that was all"
    cmp eax, MEMORY_MAP_SIGNATURE
    jne 2f
    add di, MEMORY_ENTRY_SIZE
    inc dword ptr [start_info + START_INFO_MEMORY_COUNT]
    cmp di, offset memory_map_end
    je 2f
    test ebx, ebx
    jnz 1b
2:  mov si, offset no_memory_map
    cmp dword ptr [start_info + START_INFO_MEMORY_COUNT], 0
    je fail
    ret

# Is there RAM for a row of the load table, packed and unpacked?  Fails if not.
# in:  BX = the row
# clobbers: EAX, ECX, EDX, SI, EDI
row_check:
    mov eax, offset packed_address
    mov edi, [bx + LOAD_PACKED_SIZE]
    call memory_check
    mov eax, [bx + LOAD_ADDRESS]
    mov edi, [bx + LOAD_MEMORY_SIZE]
                                                # and on, into memory_check
# Is there RAM?  Fails if not.
# in:  EAX = from where, EDI = how many bytes
# clobbers: ECX, EDX, SI
memory_check:
    mov si, offset memory_map
    mov ecx, [start_info + START_INFO_MEMORY_COUNT]
1:  cmp dword ptr [si + MEMORY_TYPE], MEMORY_TYPE_RAM
    jne 2f
    cmp dword ptr [si + MEMORY_START + 4], 0
    jne 2f                                      # begins above 4 GiB
    mov edx, eax
    sub edx, [si + MEMORY_START]
    jb 2f                                       # begins above what is asked for
    cmp dword ptr [si + MEMORY_LENGTH + 4], 0
    jne 3f                                      # 4 GiB or more: reaches far enough
    add edx, edi
    cmp edx, [si + MEMORY_LENGTH]
    jbe 3f
2:  add si, MEMORY_ENTRY_SIZE
    dec ecx
    jnz 1b
    mov si, offset little_memory
    jmp fail
3:  ret

# Read what a row of the load table says, packed as it is, to packed_address.
# in:  BX = the row
# clobbers: EAX, ECX, EDX, ESI, EDI
row_read:
    mov edi, offset packed_address
1:  mov ecx, [bx + LOAD_PACKED_SIZE]
    add ecx, offset packed_address
    sub ecx, edi                                # bytes that are still to come
    jz 3f
    cmp ecx, BOUNCE_SIZE
    jbe 2f
    mov ecx, BOUNCE_SIZE
2:  pushad                                      # there are BIOSes that spoil upper halves
    add ecx, offset sector_size - 1
    shr ecx, offset sector_shift
    mov eax, [bx + LOAD_PLACE]
    add [bx + LOAD_PLACE], ecx
    mov edx, BOUNCE_ADDRESS
    call read_sectors
    popad
    mov eax, offset copy_up
    call in_protected_mode
    jmp 1b
3:  ret

# Run 32-bit code, which reaches all memory below 4 GiB, and come back.
# in:  EAX = a routine; the other registers as it wants them
# out: EAX and the other registers as it leaves them
# clobbers: EDX
in_protected_mode:
    cli                                         # the BIOS's handlers are for real mode
    lgdt [gdt_register]
    mov edx, cr0
    or dl, CR0_PE
    mov cr0, edx
    ljmp FLAT_CODE, offset 1f
    .code32
1:  mov edx, FLAT_DATA
    mov ds, edx
    mov es, edx
    call eax                                    # SS is still real mode's, which will do
    mov edx, REAL_DATA                          # limits of 64 KiB stay in force
    mov ds, edx
    mov es, edx
    ljmp REAL_CODE, offset 2f
    .code16
2:  mov edx, cr0
    and dl, 0xff - CR0_PE
    mov cr0, edx
    ljmp 0, offset 3f
3:  xor dx, dx
    mov ds, dx
    mov es, dx
    sti
    ret

    .code32
# Copy out of the bounce buffer.
# in:  EDI = to where, ECX = bytes
# out: EDI behind them
# clobbers: ECX, ESI
copy_up:
    mov esi, BOUNCE_ADDRESS
    rep movsb
    ret

# Unpack a row of the load table, and fill the rest of its memory with 0.
# in:  EBX = the row; what it says is at packed_address
# out: EAX = 0, or nothing was touched, since the checksum is wrong
# clobbers: ECX, EDX, ESI, EDI, EBP
row_unpack:
    mov esi, offset packed_address
    mov ecx, [ebx + LOAD_PACKED_SIZE]
    call checksum
    sub eax, [ebx + LOAD_CHECKSUM]
    jnz 1f
    mov esi, offset packed_address
    mov edi, [ebx + LOAD_ADDRESS]
    mov ebp, edi
    add ebp, [ebx + LOAD_SIZE]
    call unpack
    mov ecx, [ebx + LOAD_MEMORY_SIZE]
    sub ecx, [ebx + LOAD_SIZE]
    xor eax, eax
    rep stosb
1:  ret

    .include "boot/loader/unpack.inc"
    .code16

    .section .rodata
# The loader's GDT: flat 32-bit segments, and 16-bit ones for the way back.
    .balign 8
gdt:
    .quad 0
    .quad 0x00cf9b000000ffff                    # FLAT_CODE: base 0, 4 GiB, 32-bit code
    .quad 0x00cf93000000ffff                    # FLAT_DATA
    .quad 0x00009b000000ffff                    # REAL_CODE: base 0, 64 KiB, 16-bit code
    .quad 0x000093000000ffff                    # REAL_DATA
gdt_end:
gdt_register:
    .word gdt_end - gdt - 1
    .long gdt

no_a20:
    failure "address line 20 cannot be turned on"
no_memory_map:
    failure "this BIOS gives no memory map (INT 15h, function E820h)"
little_memory:
    failure "the kernel and its programs do not fit into this machine's memory"
damaged:
    failure "the image is damaged, a checksum is wrong: copy it again"
loader_name:
    .asciz "the BIOS loader"

    .data
# The structures of the PVH boot contract, as include/start_info.inc describes them.
    .balign 8
start_info:
    .long START_INFO_MAGIC
    .long 1                                     # version: has a memory map
    .long 0                                     # flags
    .long 1                                     # modules
    .quad module
    .quad command_line_start
    .quad 0                                     # ACPI's tables: the kernel may look for them
    .quad memory_map
    .long 0                                     # rows of it; counted as they come
    .long 0
module:
    .quad initrd_address
    .quad initrd_size
    .quad loader_name                           # the kernel says by whom it was booted
    .quad 0
memory_map:                                     # comes from the disk as zeros: BIOSes leave junk
    .skip MEMORY_ENTRIES_MAX * MEMORY_ENTRY_SIZE
memory_map_end:
a20_probe:
    .word 0
