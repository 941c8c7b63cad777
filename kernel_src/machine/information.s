# What the loader told us: memory map, initrd, command line.
#
# The loader's structures lie in memory that nobody has set aside, so they are
# copied into the kernel before the first frame is given away.

    .intel_syntax noprefix
    .include "include/memory.inc"
    .include "include/start_info.inc"
    .include "include/voice.inc"

    .set LOADER_NAME_MAX, 64

    .text
    .global boot_information_start
# Copy the start information.
# in:  RDI = physical address of hvm_start_info
# clobbers: RAX, RCX, RDX, RSI, RDI, R8
boot_information_start:
    push rbx
    push r12
    mov r12, DIRECT_MAP
    lea rbx, [rdi + r12]

    cmp dword ptr [rbx + START_INFO_VERSION], 0
    je .Lno_memory_map                          # version 0 ends before it
    mov ecx, [rbx + START_INFO_MEMORY_COUNT]
    test ecx, ecx
    jz .Lno_memory_map
    mov eax, MEMORY_ENTRIES_MAX
    cmp ecx, eax
    cmova ecx, eax
    mov [rip + memory_count], ecx
    mov rsi, [rbx + START_INFO_MEMORY_MAP]
    add rsi, r12
    lea rdi, [rip + memory_map]
    imul ecx, ecx, MEMORY_ENTRY_SIZE
    rep movsb

    mov rsi, [rbx + START_INFO_COMMAND_LINE]
    lea rdi, [rip + command_line]
    mov ecx, COMMAND_LINE_MAX
    call copy_text

    cmp dword ptr [rbx + START_INFO_MODULE_COUNT], 0
    je 1f                                       # init/init.s says that there is no initrd
    mov rbx, [rbx + START_INFO_MODULES]
    add rbx, r12
    mov rax, [rbx + MODULE_ADDRESS]
    mov [rip + initrd_start], rax
    add rax, [rbx + MODULE_LENGTH]
    mov [rip + initrd_end], rax
    mov rsi, [rbx + MODULE_COMMAND_LINE]
    lea rdi, [rip + loader_name]
    mov ecx, LOADER_NAME_MAX
    call copy_text
1:  pop r12
    pop rbx
    ret
.Lno_memory_map:
    panic "the loader gave no memory map"

# Copy a text that ends with NUL.
# in:  RSI = physical address or 0, RDI = buffer, ECX = its size, R12 = DIRECT_MAP
# clobbers: RAX, RCX, RSI, RDI
copy_text:
    test rsi, rsi
    jz 2f
    add rsi, r12
1:  dec ecx
    jz 2f
    lodsb
    stosb
    test al, al
    jnz 1b
    ret
2:  mov byte ptr [rdi], 0
    ret

    .bss
    .balign 8
    .global memory_map, memory_count, command_line, initrd_start, initrd_end, loader_name
memory_map:                                     # rows as in start_info.inc
    .skip MEMORY_ENTRIES_MAX * MEMORY_ENTRY_SIZE
initrd_start:                                   # physical; both 0 when there is none
    .skip 8
initrd_end:
    .skip 8
memory_count:
    .skip 4
command_line:
    .skip COMMAND_LINE_MAX
loader_name:
    .skip LOADER_NAME_MAX
