# How --strace shows structures that the kernel has filled in: what strace itself shows
# of them by default.  The rules are those of strace/show.s.

    .intel_syntax noprefix
    .include "include/file.inc"

    .set STAT_MODE, 24                          # struct stat of x86-64
    .set STAT_DEVICE, 40
    .set STAT_SIZE, 48
    .set STAT_BYTES, 56                         # as much of it as is shown
    .set MINOR_BITS, 8

    .set NAME_FIELD_SIZE, 65                    # struct new_utsname
    .set NAMES_BYTES, 2 * NAME_FIELD_SIZE

    .set LIMIT_BYTES, 16                        # struct rlimit64: soft, hard
    .set KIB, 1024

    .macro put text
    .pushsection .rodata
.Lput\@:
    .asciz "\text"
    .popsection
    lea rdi, [rip + .Lput\@]
    call strace_put_text
    .endm

# Fetch a structure, or show its address and return to the caller's caller.
# in:  RDI = its address, EDX = its bytes
# out: RBX = it
    .macro fetch_or_show_address
    push rbx
    push rdi
    mov rsi, rdi
    lea rdi, [rip + structure]
    mov rbx, rdi
    call copy_from_user
    pop rdi
    test rax, rax
    jnz show_address
    .endm

    .text
show_address:
    pop rbx
    jmp strace_show_address

    .global strace_show_stat
# {st_mode=S_IFREG|0644, st_size=13, ...}, or with st_rdev for a device.
strace_show_stat:
    mov edx, STAT_BYTES
    fetch_or_show_address
    put "{st_mode="
    mov edi, [rbx + STAT_MODE]
    shr edi, MODE_TYPE_SHIFT
    lea rdx, [rip + kinds]
    mov rdi, [rdx + rdi * 8]
    call strace_put_text
    mov edi, [rbx + STAT_MODE]
    and edi, ~MODE_TYPE
    call strace_show_octal
    mov eax, [rbx + STAT_MODE]
    and eax, MODE_TYPE
    cmp eax, MODE_DEVICE
    je 1f
    put ", st_size="
    mov rdi, [rbx + STAT_SIZE]
    call strace_put_signed
    jmp 2f
1:  put ", st_rdev=makedev("
    mov edi, [rbx + STAT_DEVICE]
    shr edi, MINOR_BITS
    call strace_show_number
    put ", "
    movzx edi, byte ptr [rbx + STAT_DEVICE]
    call strace_show_number
    put ")"
2:  put ", ...}"
    pop rbx
    ret

    .global strace_show_names
# {sysname="Linux", nodename="ring3", ...}
strace_show_names:
    mov edx, NAMES_BYTES
    fetch_or_show_address
    put "{sysname=\""
    mov rdi, rbx
    call strace_put_text
    put "\", nodename=\""
    lea rdi, [rbx + NAME_FIELD_SIZE]
    call strace_put_text
    put "\", ...}"
    pop rbx
    ret

    .global strace_show_limit
# {rlim_cur=8192*1024, rlim_max=RLIM64_INFINITY}
strace_show_limit:
    mov edx, LIMIT_BYTES
    fetch_or_show_address
    put "{rlim_cur="
    mov rdi, [rbx]
    call put_limit
    put ", rlim_max="
    mov rdi, [rbx + 8]
    call put_limit
    put "}"
    pop rbx
    ret

# in:  RDI = limit
# clobbers: all that a call may
put_limit:
    cmp rdi, -1
    je 1f
    cmp rdi, KIB
    jbe strace_put_decimal
    test edi, KIB - 1
    jnz strace_put_decimal
    shr rdi, 10
    call strace_put_decimal
    put "*1024"
    ret
1:  put "RLIM64_INFINITY"
    ret

    .section .rodata
    .balign 8
kinds:                                          # by the upper bits of a mode
    .quad no_kind, fifo, device, no_kind, folder, no_kind, disk, no_kind
    .quad file, no_kind, link, no_kind, socket, no_kind, no_kind, no_kind
no_kind:
    .asciz ""
fifo:
    .asciz "S_IFIFO|"
device:
    .asciz "S_IFCHR|"
folder:
    .asciz "S_IFDIR|"
disk:
    .asciz "S_IFBLK|"
file:
    .asciz "S_IFREG|"
link:
    .asciz "S_IFLNK|"
socket:
    .asciz "S_IFSOCK|"

    .bss
    .balign 8
structure:
    .skip NAMES_BYTES
