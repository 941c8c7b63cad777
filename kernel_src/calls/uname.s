# uname: what system this is.

    .intel_syntax noprefix
    .include "include/errno.inc"

    .set NAME_FIELD_SIZE, 65                    # struct new_utsname: six of these
    .set NAME_FIELDS, 6
    .set NAME_SIZE, NAME_FIELDS * NAME_FIELD_SIZE

    .text
    .global sys_uname
# in:  RDI = where to put a struct new_utsname
# out: RAX = 0 or -errno
sys_uname:
    lea rsi, [rip + system_name]
    mov edx, NAME_SIZE
    call copy_to_user
    test rax, rax
    jz 1f
    mov rax, -EFAULT
1:  ret

# A field of it.
    .macro name_field text
.Lfield\@:
    .asciz "\text"
    .org .Lfield\@ + NAME_FIELD_SIZE
    .endm

    .section .rodata
# C libraries and programs read the release as a Linux version and rely on what that
# version has; it is the one whose contract this kernel keeps.
system_name:
    name_field "Linux"                          # system
    name_field "ring3"                          # node
    name_field "6.12.0-ring3"                   # release
    name_field "#1 ring3"                       # version
    name_field "x86_64"                         # machine
    name_field "(none)"                         # domain
