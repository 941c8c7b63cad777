# What the kernel does without its parts.
#
# aslr/ calls/ compat/ dynamic/ getcpu/ log/ options/ strace/ can be left out of a build,
# each by itself (ring3.toml: [kernel] without).  Whatever the rest of the kernel wants of
# one of them is here: the names are weak, so that the part's own take their place.
# A system call whose handler is left out is -ENOSYS (generated/absent_calls.s).

    .intel_syntax noprefix
    .include "include/elf.inc"
    .include "include/errno.inc"
    .include "include/image.inc"

    .text
# Nothing is to be done.
    .irp name, boot_log, strace_start, tree_start, terminal_start, terminal_interrupt
    .weak \name
\name:
    .endr
    .irp name, compat_start, compat_log, debug_in_kernel, vdso32_choose, vdso32_note, tls_clear
    .weak \name
\name:
    .endr
    .irp name, cpu_number_start, cpu_number_log, frames_account_start, frames_account_end
    .weak \name
\name:
    .endr
    .irp name, random_start, layout_start, program_forget, heap_create, regions_merge, descriptors_start, limits_start
    .weak \name
\name:
    .endr
    ret

# Nothing is found: there is no command line, and RAX is 0.
    .irp name, value, number, flag, arguments
    .weak command_line_\name
command_line_\name:
    .endr
    xor eax, eax
    ret

# Nobody is watching: these are never called.
    .weak strace_syscall, strace_int80
strace_syscall:
strace_int80:
    ret

# A new region cannot replace old ones: EAX = 1 when there is none in the way.
# in:  RDI = start, RSI = end
    .weak region_clear
region_clear:
    call region_is_free
    sete al
    movzx eax, al
    ret

# No file is a script: it is an ELF file or nothing.
# in, out: as elf_check
    .weak exec_recognize
exec_recognize:
    jmp elf_check

# No program is one for the i386: the zero flag is clear.
# in:  RSI = its header
    .weak elf32_widen_header, elf32_widen_segment
elf32_widen_header:
    cmp word ptr [rsi + ELF_MACHINE], ELF_MACHINE_X86_64
elf32_widen_segment:                            # never called, then
    ret

# No program lies anywhere but where it was linked to: the zero flag is set for ET_EXEC.
# in:  RBX = image
    .weak image_is_loadable, image_place
image_is_loadable:
    cmp qword ptr [rbx + IMAGE_TYPE], ELF_TYPE_EXECUTABLE
image_place:                                    # never called, then
    ret

# No program has an interpreter, and one that asks for it is refused.
# in:  RBX = image
# out: RAX = 0 or -errno, RDX = text: why not
# clobbers: RCX, RSI
    .weak interpreter_check, interpreter_load
interpreter_check:
    push r12
    xor r12d, r12d
1:  mov ecx, r12d
    call image_segment
    mov rax, -ENOEXEC
    lea rdx, [rip + error_interpreter]
    cmp dword ptr [rsi + SEGMENT_TYPE], SEGMENT_INTERPRETER
    je 2f
    inc r12d
    cmp r12, [rbx + IMAGE_HEADER_COUNT]
    jb 1b
    xor eax, eax
2:  pop r12
    ret
interpreter_load:
    xor edx, edx
    ret

# No place is random (random_mask is 0), and AT_RANDOM's bytes are the time's.
    .weak random_place, random
random_place:
    xor eax, eax
    ret
random:
    rdtsc
    shl rdx, 32
    or rax, rdx
    ret

    .section .rodata
    .balign 8
    .weak vdso32_images, vdso32_images_end
vdso32_images:
vdso32_images_end:
    .weak strace_enabled, random_mask
strace_enabled:
random_mask:
    .quad 0
error_interpreter:
    .asciz "it is dynamic, and this kernel was built without the part that loads interpreters"
