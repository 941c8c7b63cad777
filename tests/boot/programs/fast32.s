# fast32.s: SYSENTER or 32-bit SYSCALL, whichever __kernel_vsyscall is made of, elsewhere
# than in the vDSO.
#
#   fast32 e            the call is made all the same, and returns by the vDSO: status 7
#   fast32 f            with a stack that cannot be read: -EFAULT, and a fault in the vDSO
#   fast32 t            at the end of a single step
    .intel_syntax noprefix
    .code32
    .include "generated/syscalls.inc"
    .include "include/rflags.inc"

    .set SYSENTER_CODE, 0x340f
    .set INSTRUCTION,   5               # where __kernel_vsyscall has it
    .set NO_ADDRESS,    0x10
    .set ALIVE,         7

    .text
    .global _start
_start:
    mov     esi, [esp + 8]              # argv[1]
    movzx   esi, byte ptr [esi]
    mov     ecx, [esp]
    lea     edx, [esp + ecx * 4 + 8]    # behind argc, argv and its NULL
1:  add     edx, 4
    cmp     dword ptr [edx - 4], 0      # the environment
    jne     1b
    mov     edi, [edx + 4]              # AT_SYSINFO comes first
    mov     eax, SYS32_getppid
    cmp     esi, 'f'
    je      no_stack
    call    by_either
    mov     eax, SYS32_exit_group
    mov     ebx, ALIVE
    int     0x80

by_either:
    push    ecx
    push    edx
    push    ebp
    cmp     word ptr [edi + INSTRUCTION], SYSENTER_CODE
    jne     by_syscall
    mov     ebp, esp
    cmp     esi, 't'
    jne     2f
    push    RFLAGS_PLAIN | RFLAGS_TF
    popfd
2:  sysenter
by_syscall:
    mov     ebp, ecx
    cmp     esi, 't'
    jne     3f
    push    RFLAGS_PLAIN | RFLAGS_TF
    popfd
3:  syscall

no_stack:
    cmp     word ptr [edi + INSTRUCTION], SYSENTER_CODE
    mov     ebp, NO_ADDRESS
    jne     4f
    sysenter
4:  mov     esp, NO_ADDRESS
    syscall
