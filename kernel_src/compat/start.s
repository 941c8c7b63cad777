# Doors of 32-bit programs: which one __kernel_vsyscall takes.
#
#   Intel        SYSENTER    SYSCALL from 32-bit code is a #UD
#   AMD, Hygon   SYSCALL     SYSENTER is a #UD in long mode
#   others       INT 0x80    slow, and everywhere
#
# There is one vDSO image for each; programs of 32 bits get the one that is chosen here.

    .intel_syntax noprefix
    .include "include/percpu.inc"
    .include "include/registers.inc"
    .include "include/process.inc"
    .include "include/selectors.inc"
    .include "include/vdso32.inc"
    .include "include/voice.inc"

    .set LEAF_VENDOR, 0                         # CPUID: its name in EBX EDX ECX
    .set LEAF_FEATURES, 1
    .set FEATURE_SEP, 1 << 11                   # in EDX: SYSENTER
    .set VENDOR_INTEL, 0x756e6547               # "Genu"
    .set VENDOR_AMD, 0x68747541                 # "Auth"
    .set VENDOR_HYGON, 0x6f677948               # "Hygo"
    .set ELF32_ENTRY, 24                        # e_entry: __kernel_vsyscall

    .text
    .global compat_start
# Choose, and open the door that is chosen.
# clobbers: RAX, RCX, RDX
compat_start:
    push rbx
    mov ecx, MSR_SYSENTER_CS                    # 0: SYSENTER is a #GP
    xor eax, eax
    call msr_write
    mov ecx, MSR_CSTAR                          # where SYSCALL goes, wherever it is no #UD
    lea rax, [rip + syscall32_entry]
    call msr_write
    lea rax, [rip + image_syscall]
    mov [rip + vdso32_image], rax
    mov eax, LEAF_VENDOR
    cpuid
    cmp ebx, VENDOR_AMD
    je 2f
    cmp ebx, VENDOR_HYGON
    je 2f
    lea rax, [rip + image_int80]
    mov [rip + vdso32_image], rax
    cmp ebx, VENDOR_INTEL
    jne 2f
    mov eax, LEAF_FEATURES
    cpuid
    test edx, FEATURE_SEP
    jz 2f

    lea rax, [rip + image_sysenter]
    mov [rip + vdso32_image], rax
    mov ecx, MSR_SYSENTER_CS
    mov eax, KERNEL_CODE
    call msr_write
    mov ecx, MSR_SYSENTER_ESP
    mov rax, gs:[PERCPU_KERNEL_STACK]
    call msr_write
    mov ecx, MSR_SYSENTER_EIP
    lea rax, [rip + sysenter_entry]
    call msr_write
2:  pop rbx
    ret

    .global vdso32_choose
# Choose the vDSO of a program of 32 bits.
# in:  R13 = process
# out: R12 = image, R14 = its end; unchanged when the program is one of 64 bits
# clobbers: RAX
vdso32_choose:
    lea rax, [rip + layout_32]
    cmp [r13 + PROCESS_LAYOUT], rax
    jne 1f
    mov rax, [rip + vdso32_image]
    mov r12, [rax + IMAGE32_START]
    mov r14, [rax + IMAGE32_END]
1:  ret

    .global vdso32_note
# Note where a program finds __kernel_vsyscall, if it is one of 32 bits.
# in:  R13 = process, RBX = where its vDSO will be
# clobbers: RAX, RCX, RDX
vdso32_note:
    xor eax, eax
    xor ecx, ecx
    lea rdx, [rip + layout_32]
    cmp [r13 + PROCESS_LAYOUT], rdx
    jne 1f
    mov rdx, [rip + vdso32_image]
    mov rax, [rdx + IMAGE32_START]
    mov eax, [rax + ELF32_ENTRY]
    add rax, rbx
    mov rcx, [rdx + IMAGE32_LANDING]
    test rcx, rcx
    jz 1f
    add rcx, rax
1:  mov [r13 + PROCESS_VSYSCALL], rax
    mov [r13 + PROCESS_LANDING], rcx
    ret

    .global compat_log
# Say what was chosen.
compat_log:
    mov rsi, [rip + vdso32_image]
    add rsi, IMAGE32_NAME
    say "32-bit programs enter by %s"
    ret

    .section .rodata
    .balign 8
image_int80:
    .quad vdso32_int80_start, vdso32_int80_end, 0
    .asciz "INT 0x80"
    .balign 8
image_sysenter:
    .quad vdso32_sysenter_start, vdso32_sysenter_end, VSYSCALL_LANDING
    .asciz "SYSENTER"
    .balign 8
image_syscall:
    .quad vdso32_syscall_start, vdso32_syscall_end, VSYSCALL_LANDING
    .asciz "SYSCALL"

    .balign 8
    .global vdso32_images, vdso32_images_end
vdso32_images:                                  # start, end
    .quad vdso32_int80_start, vdso32_int80_end
    .quad vdso32_syscall_start, vdso32_syscall_end
    .quad vdso32_sysenter_start, vdso32_sysenter_end
vdso32_images_end:

    .bss
    .balign 8
vdso32_image:                                   # one of the three above
    .skip 8
