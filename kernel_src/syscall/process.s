# Calls about the process itself.

    .intel_syntax noprefix
    .include "include/errno.inc"
    .include "include/memory.inc"
    .include "include/percpu.inc"
    .include "include/ports.inc"
    .include "include/process.inc"
    .include "include/registers.inc"
    .include "include/voice.inc"

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

    .global store_value
store_value:                                    # RAX, in EDX bytes
    push rax
    mov rsi, rsp
    call copy_to_user
    lea rsp, [rsp + 8]
    test rax, rax
    jz 1f
    mov rax, -EFAULT
1:  ret
