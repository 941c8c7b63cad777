# The initial stack, as Linux lays it out (psABI x86-64 3.4.1).
#
#   top      8 zero bytes
#            the path (AT_EXECFN)
#            environment strings
#            argument strings, argv[0] lowest: up to here they are init/arguments.s's
#            a random gap of up to 8191 bytes
#            "x86_64" (AT_PLATFORM), 16 random bytes (AT_RANDOM)
#            the auxiliary vector (exec/auxiliary_vector.s)
#            the environment's addresses, NULL
#            the arguments' addresses, NULL
#   RSP  ->  argc                             a multiple of 16

    .intel_syntax noprefix
    .include "include/elf.inc"
    .include "include/image.inc"
    .include "include/layout.inc"
    .include "include/memory.inc"
    .include "include/percpu.inc"
    .include "include/process.inc"

    .set GAP_MASK, 8191
    .set RANDOM_SIZE, 16
    .set PLATFORM_SIZE, 7
    .set PLATFORM32_SIZE, 5

    .text
    .global stack_place
# Make the running process's stack of the strings that were gathered for it.
# out: EAX = 1, or 0 when memory runs out
# clobbers: all that a call may
stack_place:
    mov rsi, gs:[PERCPU_PROCESS]
    mov rsi, [rsi + PROCESS_STACK_TOP]
    lea rdi, [rsi - STACK_SIZE]
    mov edx, [rip + stack_rights]
    or edx, REGION_STACK
    xor ecx, ecx
    xor r8d, r8d
    call region_add
    test eax, eax
    jz 1f
    mov rdi, gs:[PERCPU_PROCESS]
    mov rdi, [rdi + PROCESS_STACK_TOP]
    mov esi, [rip + stack_rights]
    call arguments_map
1:  ret

    .global stack_build
# Put what else a program finds there below the strings.
# out: EAX = 1, or 0 when memory runs out
# clobbers: all that a call may
stack_build:
    push rbx
    push rbp
    push r12
    push r13
    mov rbp, gs:[PERCPU_PROCESS]
    mov rbx, [rbp + PROCESS_STACK_TOP]
    mov rax, rbx
    sub rax, [rip + path_depth]
    mov [rip + path_address], rax
    sub rbx, [rip + argument_depth]
    mov r13, rbx                                # the lowest string

    # 1. Below the strings: RBX goes down.
    mov edi, GAP_MASK
    call random_place
    sub rbx, rax
    and rbx, -16
    mov edx, PLATFORM_SIZE
    lea rsi, [rip + platform]
    cmp qword ptr [rbp + PROCESS_VSYSCALL], 0
    je 1f
    mov edx, PLATFORM32_SIZE
    lea rsi, [rip + platform32]
1:  call push_bytes
    mov [rip + platform_address], rbx
    call random
    mov [rip + random_bytes], rax
    call random
    mov [rip + random_bytes + 8], rax
    mov edx, RANDOM_SIZE
    lea rsi, [rip + random_bytes]
    call push_bytes

    # 2. The vectors: room for argc, two NULLs, an address a string, and the pairs.
    mov r12, rbx                                # AT_RANDOM
    call auxiliary_vector_pairs
    shl eax, 1
    add rax, [rip + argument_count]
    add rax, [rip + environment_count]
    add rax, 3
    mov rcx, [rbp + PROCESS_LAYOUT]
    imul rax, [rcx + LAYOUT_WORD_SIZE]
    sub rbx, rax
    and rbx, -16
    mov [rbp + PROCESS_STACK], rbx

    # 3. From RSP upwards.
    mov rax, [rip + argument_count]
    call stack_put_word
    mov rdi, [rip + argument_count]
    call put_addresses
    mov rdi, [rip + environment_count]
    call put_addresses
    call auxiliary_vector_put
    xor eax, eax
    cmp [rip + bytes_missing], rax
    sete al
    pop r13
    pop r12
    pop rbp
    pop rbx
    ret

# Put the addresses of strings, and NULL.
# in:  RBX = address in the program, R13 = the first string, RDI = how many
# out: RBX, R13 = behind them; bytes_missing as in push_bytes
# clobbers: RAX, RCX, RDX, RSI, RDI
put_addresses:
    push r12
    mov r12, rdi
    jmp 2f
1:  mov rax, r13
    call stack_put_word
    mov rdi, r13
    mov rsi, -2
    call user_text_size
    add r13, rax
2:  sub r12, 1
    jnc 1b
    xor eax, eax
    call stack_put_word
    pop r12
    ret

# Put bytes below what is there.
# in:  RBX = address in the program, RSI = bytes, RDX = how many
# out: RBX = where they are now; bytes_missing not 0 when memory ran out
# clobbers: RAX, RCX, RSI, RDI
push_bytes:
    sub rbx, rdx
    mov rdi, rbx
    call copy_to_user
    or [rip + bytes_missing], rax
    ret

    .global stack_put_word
# Put a word above what is there.
# in:  RBX = address in the program, RAX = word
# out: RBX = the next address; bytes_missing as above
# clobbers: RAX, RCX, RSI, RDI
stack_put_word:
    push rdx
    push rax
    mov rsi, rsp
    mov rdi, rbx
    mov rdx, [rbp + PROCESS_LAYOUT]
    mov rdx, [rdx + LAYOUT_WORD_SIZE]
    add rbx, rdx
    call copy_to_user
    or [rip + bytes_missing], rax
    pop rdx
    pop rdx
    ret

    .section .rodata
platform:
    .asciz "x86_64"
platform32:
    .asciz "i686"

    .bss
    .balign 8
    .global path_address, platform_address
path_address:                                   # in the program, like the next
    .skip 8
platform_address:
    .skip 8
random_bytes:
    .skip RANDOM_SIZE
bytes_missing:                                  # that found no memory
    .skip 8
