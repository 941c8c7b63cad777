# The strings of a program that is to be: path, environment, arguments, gathered while
# the old program, which has them, is still there.
#
# They lie in frames that later become the top of the new stack, at the places in
# their pages where the new program will see them:
#
#   top      8 zero bytes
#            the path (AT_EXECFN)
#            environment strings, the last one first: envp[0] is lowest
#            argument strings, in the same way; a script's interpreter in front
#
# A place is told by its depth: how many bytes above it end with the stack's top.
# (Linux: fs/exec.c, copy_strings.)

    .intel_syntax noprefix
    .include "include/errno.inc"
    .include "include/memory.inc"
    .include "include/percpu.inc"
    .include "include/process.inc"

    .set TOP_ZEROS, 8
    .set STRINGS_MAX, STACK_SIZE / 4            # with the vectors' pointers in it
    .set STRING_MAX, 32 * PAGE_SIZE             # of one string, with its NUL
    .set ARGUMENT_FRAMES, STRINGS_MAX / PAGE_SIZE + 1
    .set POINTER_SIZE, 8

    .text
    .global arguments_begin
# Begin with nothing but the zeros.
# clobbers: RAX
arguments_begin:
    mov qword ptr [rip + argument_depth], TOP_ZEROS
    mov qword ptr [rip + depth_max], TOP_ZEROS + STRINGS_MAX
    ret

    .global arguments_limit
# Set room aside for the two vectors.
# in:  RDI, RSI = strings in argv and in envp
# out: RAX = 0 or -errno
# clobbers: RDI
arguments_limit:
    mov [rip + argument_count], rdi
    mov [rip + environment_count], rsi
    cmp rdi, 1
    adc rdi, 0                                  # an empty argv gets one string
    add rdi, rsi
    mov rax, -E2BIG
    cmp rdi, STRINGS_MAX / POINTER_SIZE
    jae 1f
    shl rdi, 3
    sub [rip + depth_max], rdi
    xor eax, eax
1:  ret

    .global arguments_discard
# Give all frames back: there will be no new program.
# clobbers: RAX, RCX, RDX, RDI
arguments_discard:
    push rbx
    lea rbx, [rip + argument_frames]
    mov edx, ARGUMENT_FRAMES                    # all: where memory ran out, one is missing
1:  xor edi, edi
    xchg rdi, [rbx]
    test rdi, rdi
    jz 2f
    call frame_free
2:  add rbx, 8
    dec edx
    jnz 1b
    pop rbx
    ret

    .global argument_push_path
# Put the path that AT_EXECFN will lead to: the first of all.
# in:  RDI = text, ends with NUL
# out: RAX = 0 or -errno
# clobbers: all that a call may
argument_push_path:
    call argument_push_text
    mov rcx, [rip + argument_depth]
    mov [rip + path_depth], rcx
    ret

    .global argument_push_text
# Put a text of the kernel's below what is there.
# in:  RDI = text, ends with NUL
# out: RAX = 0 or -errno
# clobbers: all that a call may
argument_push_text:
    mov rsi, rdi
    call text_size
    mov rdi, rsi

    .global argument_push_bytes
# in:  RDI = bytes, RDX = how many
argument_push_bytes:
    lea rcx, [rip + copy_in_kernel]
    jmp argument_push

    .global argument_push_user
# Put a text of the program's below what is there.
# in:  RDI = its address
# out: RAX = 0 or -errno
# clobbers: all that a call may
argument_push_user:
    push rdi
    mov esi, STRING_MAX
    call user_text_size
    pop rdi
    mov rdx, rax
    mov rax, -EFAULT
    test rdx, rdx
    jz 1f
    mov rax, -E2BIG
    cmp rdx, STRING_MAX
    ja 1f
    lea rcx, [rip + copy_from_user]
    jmp argument_push
1:  ret

# in:  RDI = bytes, RDX = how many, RCX = what copies them, called as copy_from_user
# out: RAX = 0 or -errno
# clobbers: all that a call may
argument_push:
    push rbx
    push rbp
    push r12
    push r13
    push r14
    mov r12, rdi
    mov r13, rdx
    mov r14, rcx
    mov rax, -E2BIG
    add rdx, [rip + argument_depth]
    cmp rdx, [rip + depth_max]
    ja 4f
    mov [rip + argument_depth], rdx
    mov rbx, rdx
1:  xor eax, eax
    test r13, r13
    jz 4f
    lea rcx, [rbx - 1]
    shr rcx, PAGE_SHIFT
    lea rbp, [rip + argument_frames]
    lea rbp, [rbp + rcx * 8]
    mov rax, [rbp]
    test rax, rax
    jnz 2f
    call frame_allocate
    mov [rbp], rax
    test rax, rax
    jz 3f
2:  mov ecx, ebx
    neg ecx
    and ecx, PAGE_MASK                          # where in its page
    mov edx, PAGE_SIZE
    sub edx, ecx
    cmp rdx, r13
    cmova rdx, r13
    mov rdi, DIRECT_MAP
    add rdi, rax
    add rdi, rcx
    mov rsi, r12
    add r12, rdx
    sub r13, rdx
    sub rbx, rdx
    call r14
    test rax, rax
    jz 1b
    mov rax, -EFAULT                            # another thread could take it away meanwhile
    jmp 4f
3:  mov rax, -ENOMEM
4:  pop r14
    pop r13
    pop r12
    pop rbp
    pop rbx
    ret

# in:  as copy_from_user, with an address of the kernel's
# out: RAX = 0
# clobbers: RCX, RSI, RDI
copy_in_kernel:
    mov ecx, edx
    rep movsb
    xor eax, eax
    ret

    .global text_size
# in:  RDI = text that ends with NUL
# out: RDX = its bytes, with the NUL
# clobbers: RAX, RCX, RDI
text_size:
    xor eax, eax
    mov rcx, -1
    repne scasb
    mov rdx, -1
    sub rdx, rcx
    ret

    .global argument_drop
# Drop argv[0], the lowest string, if there is one.
# clobbers: RAX, RCX, RDX
argument_drop:
    cmp qword ptr [rip + argument_count], 0
    je 2f
    dec qword ptr [rip + argument_count]
1:  mov rdx, [rip + argument_depth]
    dec qword ptr [rip + argument_depth]
    lea rcx, [rdx - 1]
    shr rcx, PAGE_SHIFT
    lea rax, [rip + argument_frames]
    mov rcx, [rax + rcx * 8]
    neg edx
    and edx, PAGE_MASK
    add rcx, rdx
    mov rax, DIRECT_MAP
    cmp byte ptr [rcx + rax], 0
    jne 1b
2:  ret

    .global arguments_map
# Make the frames the top of the running process's stack.
# in:  RDI = the stack's top, RSI = the stack's rights
# out: EAX = 1, or 0 when memory for tables runs out
# clobbers: all that a call may
arguments_map:
    push rbx
    push rbp
    push r12
    mov rbp, rdi
    mov rdi, rsi
    call rights_to_entry
    mov r12, rax
    lea rbx, [rip + argument_frames]
1:  cmp qword ptr [rbx], 0
    je 2f
    sub rbp, PAGE_SIZE
    mov rsi, rbp
    mov rdx, [rbx]
    or rdx, r12
    mov rdi, gs:[PERCPU_PROCESS]
    mov rdi, [rdi + PROCESS_PAGE_TABLE]
    call page_map
    test eax, eax
    jz 3f
    mov qword ptr [rbx], 0                      # the address space's now
    add rbx, 8
    jmp 1b
2:  mov eax, 1
3:  pop r12
    pop rbp
    pop rbx
    ret

    .bss
    .balign 8
    .global argument_depth, argument_count, environment_count, path_depth
argument_depth:                                 # of the lowest string
    .skip 8
path_depth:
    .skip 8
depth_max:
    .skip 8
argument_count:
    .skip 8
environment_count:
    .skip 8
argument_frames:                                # from the top downwards; 0 ends them
    .skip 8 * (ARGUMENT_FRAMES + 1)
