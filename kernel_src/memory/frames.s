# Physical memory, in frames of 4 KiB.
#
# Frames that have never been used are found by a cursor that goes up through the
# memory map; frames that were given back form a list, each holding the address of
# the next.  Nothing has to be prepared, however much memory there is.
#
# Never given away: the first MiB, the kernel's image, the initrd.

    .intel_syntax noprefix
    .include "include/memory.inc"
    .include "include/start_info.inc"

    .text
    .global frames_start
# Count the frames.
# clobbers: RAX, RCX, RDX, RSI, RDI, R8
frames_start:
    mov rax, [rip + initrd_start]
    and rax, ~PAGE_MASK
    mov [rip + initrd_frames_start], rax
    mov rax, [rip + initrd_end]
    add rax, PAGE_MASK
    and rax, ~PAGE_MASK
    mov [rip + initrd_frames_end], rax
    mov eax, offset __kernel_end - KERNEL_BASE
    mov [rip + kernel_frames_end], rax

    xor r8d, r8d                                # bytes that can be given away
    lea rsi, [rip + memory_map]
    mov edi, [rip + memory_count]
1:  call ram_bounds
    jae 2f
    add r8, rdx
    sub r8, rax
2:  add rsi, MEMORY_ENTRY_SIZE
    dec edi
    jnz 1b
    sub r8, [rip + initrd_frames_end]
    add r8, [rip + initrd_frames_start]
    sub r8, [rip + kernel_frames_end]
    add r8, MIB                                 # where the kernel begins
    shr r8, PAGE_SHIFT
    mov [rip + frames_free], r8
    mov [rip + frames_total], r8
    ret

# The whole frames above 1 MiB of a row of the memory map.
# in:  RSI = row
# out: RAX = start, RDX = end; flags of comparing them: "below" when there are any
# clobbers: RCX
ram_bounds:
    xor eax, eax
    xor edx, edx
    cmp dword ptr [rsi + MEMORY_TYPE], MEMORY_TYPE_RAM
    jne 1f
    mov rax, [rsi + MEMORY_START]
    mov rdx, [rsi + MEMORY_LENGTH]
    add rdx, rax
    and rdx, ~PAGE_MASK
    add rax, PAGE_MASK
    and rax, ~PAGE_MASK
    mov ecx, MIB
    cmp rax, rcx
    cmovb rax, rcx
1:  cmp rax, rdx
    ret

    .global frame_allocate
# Take a frame, filled with zeros.
# out: RAX = physical address, or 0 when none is left
# clobbers: RCX, RDX, RSI, RDI, R8
frame_allocate:
    mov r8, DIRECT_MAP
    mov rax, [rip + frames_returned]
    test rax, rax
    jz 1f
    mov rcx, [rax + r8]                         # the list goes on from here
    mov [rip + frames_returned], rcx
    jmp 2f
1:  call frame_take_unused
    test rax, rax
    jz 3f
2:  dec qword ptr [rip + frames_free]
    mov rdx, rax
    lea rdi, [rax + r8]
    xor eax, eax
    mov ecx, PAGE_SIZE / 8
    rep stosq
    mov rax, rdx
3:  ret

# Move the cursor up to the next frame that may be given away.
# out: RAX = physical address, or 0 when there is none
# clobbers: RCX, RDX, RSI, RDI
frame_take_unused:
    mov edi, [rip + cursor_row]
.Lrow:
    cmp edi, [rip + memory_count]
    jae .Lnone
    imul esi, edi, MEMORY_ENTRY_SIZE
    lea rax, [rip + memory_map]
    add rsi, rax
    call ram_bounds
    jae .Lnext_row
    mov rcx, [rip + cursor]
    cmp rax, rcx
    cmovb rax, rcx
    cmp rax, [rip + kernel_frames_end]          # nothing lies between 1 MiB and the kernel
    cmovb rax, [rip + kernel_frames_end]
    cmp rax, [rip + initrd_frames_start]
    jb 1f
    cmp rax, [rip + initrd_frames_end]
    cmovb rax, [rip + initrd_frames_end]
1:  cmp rax, rdx
    jae .Lnext_row
    lea rcx, [rax + PAGE_SIZE]
    mov [rip + cursor], rcx
    mov [rip + cursor_row], edi
    ret
.Lnext_row:
    inc edi
    jmp .Lrow
.Lnone:
    mov [rip + cursor_row], edi
    xor eax, eax
    ret

    .global frame_free
# Give a frame back.
# in:  RDI = physical address
# clobbers: RAX, RCX
frame_free:
    mov rcx, DIRECT_MAP
    mov rax, [rip + frames_returned]
    mov [rdi + rcx], rax
    mov [rip + frames_returned], rdi
    inc qword ptr [rip + frames_free]
    ret

    .bss
    .balign 8
    .global frames_free, frames_total
frames_free:
    .skip 8
frames_total:
    .skip 8
frames_returned:                                # the list's first frame, or 0
    .skip 8
cursor:                                         # no frame below it is unused
    .skip 8
kernel_frames_end:
    .skip 8
initrd_frames_start:
    .skip 8
initrd_frames_end:
    .skip 8
cursor_row:                                     # of the memory map
    .skip 4
