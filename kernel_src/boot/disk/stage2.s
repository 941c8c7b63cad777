# Stage 2: from real mode with a BIOS to the kernel's PVH entry.
#
# Reads the kernel's segments and the initrd to where they belong, asks the BIOS
# for the memory map, builds a struct hvm_start_info, and enters the kernel as
# the PVH boot contract says (boot/pvh.s).  A BIOS reads only to the first MiB:
# what belongs above goes through a bounce buffer, which is copied up in
# protected mode; interrupts are off for just that long.
#
# Linked with, when the image is put together:
#   load_table_start, _end      what to read, and where to
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
# in:  DL = the drive; CS DS ES SS = 0, SP = STAGE1_ADDRESS, DF clear
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
    mov bp, offset load_table_start
1:  call memory_check
    call load_row
    add bp, LOAD_ROW_SIZE
    cmp bp, offset load_table_end
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

# Is there RAM where a row of the load table wants it?  Fails if not.
# in:  BP = the row
# clobbers: EAX, ECX, EDX, SI
memory_check:
    mov si, offset memory_map
    mov ecx, [start_info + START_INFO_MEMORY_COUNT]
    mov eax, [bp + LOAD_ADDRESS]
1:  cmp dword ptr [si + MEMORY_TYPE], MEMORY_TYPE_RAM
    jne 2f
    cmp dword ptr [si + MEMORY_START + 4], 0
    jne 2f                                      # begins above 4 GiB
    mov edx, eax
    sub edx, [si + MEMORY_START]
    jb 2f                                       # begins above the row
    cmp dword ptr [si + MEMORY_LENGTH + 4], 0
    jne 3f                                      # 4 GiB or more: reaches far enough
    add edx, [bp + LOAD_MEMORY_SIZE]
    cmp edx, [si + MEMORY_LENGTH]
    jbe 3f
2:  add si, MEMORY_ENTRY_SIZE
    dec ecx
    jnz 1b
    mov si, offset little_memory
    jmp fail
3:  ret

# Read what a row of the load table says, and fill the rest of its memory with 0.
# in:  BP = the row, which is counted down while it is loaded
# clobbers: EAX, ECX, EDX, ESI, EDI
load_row:
1:  mov ecx, [bp + LOAD_SIZE]
    test ecx, ecx
    jz 3f
    cmp ecx, BOUNCE_SIZE
    jbe 2f
    mov ecx, BOUNCE_SIZE
2:  push ecx
    add ecx, offset sector_size - 1
    shr ecx, offset sector_shift
    mov eax, [bp + LOAD_PLACE]
    add [bp + LOAD_PLACE], ecx
    mov edx, BOUNCE_ADDRESS
    call read_sectors
    pop ecx
    mov edi, [bp + LOAD_ADDRESS]
    xor edx, edx
    call copy_up
    add [bp + LOAD_ADDRESS], ecx
    sub [bp + LOAD_SIZE], ecx
    sub [bp + LOAD_MEMORY_SIZE], ecx
    jmp 1b
3:  mov edi, [bp + LOAD_ADDRESS]
    mov edx, [bp + LOAD_MEMORY_SIZE]            # ECX is 0
    call copy_up
    ret

# Copy out of the bounce buffer, and clear what follows, anywhere below 4 GiB.
# in:  EDI = to where, ECX = bytes to copy, EDX = bytes to clear
# clobbers: EAX, EDX, ESI, EDI
copy_up:
    push ecx
    cli                                         # the BIOS's handlers are for real mode
    lgdt [gdt_register]
    mov eax, cr0
    or al, CR0_PE
    mov cr0, eax
    ljmp FLAT_CODE, offset 1f
    .code32
1:  mov eax, FLAT_DATA
    mov ds, eax
    mov es, eax
    mov esi, BOUNCE_ADDRESS
    rep movsb
    mov ecx, edx
    xor eax, eax
    rep stosb
    mov eax, REAL_DATA                          # limits of 64 KiB stay in force
    mov ds, eax
    mov es, eax
    ljmp REAL_CODE, offset 2f
    .code16
2:  mov eax, cr0
    and al, 0xff - CR0_PE
    mov cr0, eax
    ljmp 0, offset 3f
3:  xor ax, ax
    mov ds, ax
    mov es, ax
    sti
    pop ecx
    ret

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
