# Calls about the process itself.

    .intel_syntax noprefix
    .include "include/errno.inc"
    .include "include/memory.inc"
    .include "include/percpu.inc"
    .include "include/ports.inc"
    .include "include/process.inc"
    .include "include/registers.inc"
    .include "include/voice.inc"

    .set ARCH_SET_GS, 0x1001
    .set ARCH_SET_FS, 0x1002
    .set ARCH_GET_FS, 0x1003
    .set ARCH_GET_GS, 0x1004

    .set NAME_FIELD_SIZE, 65                    # struct new_utsname: six of these
    .set NAME_FIELDS, 6
    .set NAME_SIZE, NAME_FIELDS * NAME_FIELD_SIZE

    .text
    .global sys_getpid, sys_getppid
# The process's number.  It is its thread's number too, which is what gettid and
# set_tid_address return; the address matters when a thread ends and others live on.
# out: RAX
sys_getpid:
    mov rax, gs:[PERCPU_PROCESS]
    mov eax, [rax + PROCESS_ID]
    ret

# out: RAX = the parent's number, 0 for process 1
sys_getppid:
    mov rax, gs:[PERCPU_PROCESS]
    mov eax, [rax + PROCESS_PARENT]
    ret

    .global sys_getuid, sys_geteuid, sys_getgid, sys_getegid
# There are no users but root.
# out: RAX = 0
sys_getuid:
sys_geteuid:
sys_getgid:
sys_getegid:
    xor eax, eax
    ret

    .global sys_exit
# End the process; process 1's end is the machine's.
# in:  EDI = status, of which the low 8 bits count
# out: does not return
sys_exit:
    movzx ebx, dil
    mov esi, ebx
    say "exit status=%d"
    mov edi, EXIT_SUCCESS
    mov eax, EXIT_FAILURE
    test ebx, ebx
    cmovnz edi, eax
    jmp machine_end

    .global sys_getcpu
# in:  RDI, RSI = where to put the CPU's and the node's number, or 0
# out: RAX = 0 or -errno
sys_getcpu:
    push rbx
    push rsi
    mov ebx, gs:[PERCPU_NUMBER]
    test rdi, rdi
    jz 1f
    mov eax, ebx
    and eax, CPU_NUMBER_MASK
    call store_dword
    jnz 3f
1:  mov rdi, [rsp]
    test rdi, rdi
    jz 2f
    mov eax, ebx
    shr eax, CPU_NODE_SHIFT
    call store_dword
    jnz 3f
2:  xor eax, eax
3:  pop rsi
    pop rbx
    ret

# Store 4 bytes in the program's memory.
# in:  RDI = address, EAX = value
# out: zero flag set, or RAX = -EFAULT
# clobbers: RCX, RDX, RSI, RDI
store_dword:
    mov edx, 4
    jmp store_value

# The same with 8 bytes in RAX.
store_qword:
    mov edx, 8
store_value:
    push rax
    mov rsi, rsp
    call copy_to_user
    lea rsp, [rsp + 8]
    test rax, rax
    jz 1f
    mov rax, -EFAULT
1:  ret

    .global sys_arch_prctl
# Set or get the base of FS or GS; FS is where C libraries keep a thread's data.
# in:  EDI = what, RSI = base, or where to put it
# out: RAX = 0 or -errno
sys_arch_prctl:
    mov ecx, MSR_FS_BASE
    cmp edi, ARCH_SET_FS
    je .Lset
    cmp edi, ARCH_GET_FS
    je .Lget
    mov ecx, MSR_KERNEL_GS_BASE                 # the program's, until the door's SWAPGS
    cmp edi, ARCH_SET_GS
    je .Lset
    cmp edi, ARCH_GET_GS
    je .Lget
    mov rax, -EINVAL
    ret
.Lset:
    mov rdx, TASK_SIZE_MAX                      # WRMSR of a non-canonical address is a #GP
    mov rax, -EPERM
    cmp rsi, rdx
    jae 1f
    mov rax, rsi
    call msr_write
    xor eax, eax
1:  ret
.Lget:
    mov rdi, rsi
    call msr_read
    call store_qword
    ret

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
