# How --strace shows an argument, a routine for each kind (generated/strace_tables.s
# says which type is of which kind).  A program's memory is read by user_copy.s alone.
#
# All of them:
# in:  RDI = the argument, RSI = the argument that is its length (or 0), RDX = what
#      the table tells the routine, ECX = 1 when the call came by an i386 door
# clobbers: all that a call may

    .intel_syntax noprefix
    .include "include/errno.inc"

    .set BYTES_SHOWN, 32                        # of a buffer, as strace does
    .set STRING_SHOWN, 256                      # of a string: a path is shown whole
    .set VECTORS_SHOWN, 16
    .set STRINGS_SHOWN, 32
    .set VARIABLES_COUNTED, 1000
    .set SET_ROW_SIZE, 16                       # value, name

    .text
    .global strace_show_int, strace_show_uint, strace_show_long, strace_show_ulong
strace_show_int:
    movsxd rdi, edi
    jmp strace_put_signed
strace_show_uint:
    mov edi, edi
strace_show_ulong:
    jmp strace_put_decimal
strace_show_long:
    test ecx, ecx
    jnz strace_show_int                         # the i386's long has 32 bits
    jmp strace_put_signed

    .global strace_show_octal, strace_show_hexadecimal, strace_show_number, strace_show_address
strace_show_octal:
    push rdi
    mov edi, '0'                                # as C writes an octal number
    call strace_put_byte
    pop rdi
    mov edi, edi
    test edi, edi
    jnz strace_put_octal
    ret
strace_show_hexadecimal:
    mov edi, edi
strace_show_number:
    test rdi, rdi
    jz strace_put_decimal                       # 0 is 0
    jmp strace_put_hexadecimal
strace_show_address:
    test rdi, rdi
    jnz strace_put_hexadecimal
    lea rdi, [rip + text_null]
    jmp strace_put_text

    .global strace_show_one
# One name of a set; a number without a name as a number.
strace_show_one:
    movsxd rdi, edi
1:  cmp qword ptr [rdx + 8], 0
    je strace_put_signed
    cmp [rdx], rdi
    je 2f
    add rdx, SET_ROW_SIZE
    jmp 1b
2:  mov rdi, [rdx + 8]
    jmp strace_put_text

    .global strace_show_bits
# The names of all bits, joined by "|"; what has no name as a number.
strace_show_bits:
    push rbx
    push r12
    push r13
    mov ebx, edi
    mov r12, rdx
    xor r13d, r13d                              # anything shown yet?
    test ebx, ebx
    jnz 1f
    mov rdi, [r12 + 8]
    cmp qword ptr [r12], 0                      # the set's name for "none of them"
    je 5f
    xor edi, edi
    call strace_put_decimal
    jmp 6f
1:  mov rdi, [r12 + 8]
    test rdi, rdi
    jz 3f
    mov eax, [r12]
    test eax, eax
    jz 2f
    mov ecx, ebx
    and ecx, eax
    cmp ecx, eax
    jne 2f
    not eax
    and ebx, eax
    call put_separator
    mov rdi, [r12 + 8]
    call strace_put_text
2:  add r12, SET_ROW_SIZE
    jmp 1b
3:  test ebx, ebx
    jz 6f
    call put_separator
    mov edi, ebx
    call strace_put_hexadecimal
    jmp 6f
5:  call strace_put_text
6:  pop r13
    pop r12
    pop rbx
    ret

# A "|" but before the first.
# in:  R13D = anything shown yet?
# out: R13D = 1
# clobbers: RAX, RCX, RDI
put_separator:
    mov edi, '|'
    test r13d, r13d
    mov r13d, 1
    jnz strace_put_byte
    ret

    .global strace_show_bytes, strace_show_answer
# A buffer; the kernel's answer is as long as the call returned.
strace_show_answer:
    test rsi, rsi
    jz strace_show_address                      # no length: not known what it is
    mov rax, [rip + strace_result]
    cmp rsi, rax
    cmova rsi, rax
strace_show_bytes:
    test rdi, rdi
    jz strace_show_address
    mov rax, rsi
    mov ecx, BYTES_SHOWN
    cmp rsi, rcx
    cmova rsi, rcx
    push rbx
    push r12
    push r13
    sub rsp, BYTES_SHOWN
    mov r12, rdi
    mov rbx, rax                                # how many there are
    mov r13, rsi                                # how many are shown
    mov rdx, rsi
    mov rsi, rdi
    mov rdi, rsp
    call copy_from_user
    mov rdi, r12
    test rax, rax
    jnz 1f
    mov rdi, rsp
    mov rsi, r13
    call put_quoted
    cmp rbx, r13
    je 2f
    lea rdi, [rip + text_more]
    call strace_put_text
    jmp 2f
1:  call strace_show_address                    # not readable
2:  add rsp, BYTES_SHOWN
    pop r13
    pop r12
    pop rbx
    ret

    .global strace_show_string
# A text up to its NUL.
strace_show_string:
    push rbx
    push r12
    push r13
    sub rsp, STRING_SHOWN
    mov r12, rdi
    xor ebx, ebx
1:  lea rdi, [rsp + rbx]
    lea rsi, [r12 + rbx]
    mov edx, 1
    call copy_from_user
    test rax, rax
    jnz 4f
    cmp byte ptr [rsp + rbx], 0
    je 2f
    inc ebx
    cmp ebx, STRING_SHOWN
    jb 1b
2:  mov rdi, rsp
    mov esi, ebx
    call put_quoted
    cmp ebx, STRING_SHOWN
    jb 5f
    lea rdi, [rip + text_more]
    call strace_put_text
    jmp 5f
4:  mov rdi, r12
    call strace_show_address
5:  add rsp, STRING_SHOWN
    pop r13
    pop r12
    pop rbx
    ret

    .global strace_show_pair, strace_show_pair32
# A struct timespec or timeval: {tv_sec=1, NAME=2}.
# in:  RDX = the second number's name
strace_show_pair32:
    push rbx
    push r12
    push r13
    sub rsp, 16
    mov rbx, rdx
    mov r12, rdi
    mov rsi, rdi
    mov rdi, rsp
    mov edx, 8
    call copy_from_user
    movsxd r13, dword ptr [rsp]
    movsxd rdi, dword ptr [rsp + 4]
    jmp show_pair
strace_show_pair:
    push rbx
    push r12
    push r13
    sub rsp, 16
    mov rbx, rdx
    mov r12, rdi
    mov rsi, rdi
    mov rdi, rsp
    mov edx, 16
    call copy_from_user
    mov r13, [rsp]
    mov rdi, [rsp + 8]
show_pair:                                      # R13 and RDI, RBX as above; RAX = 0 if they
    mov [rsp], rdi                              # could be read, R12 = their address
    mov rdi, r12
    test rax, rax
    jnz 1f
    lea rdi, [rip + text_seconds]
    call strace_put_text
    mov rdi, r13
    call strace_put_signed
    lea rdi, [rip + text_comma]
    call strace_put_text
    mov rdi, rbx
    call strace_put_text
    mov edi, '='
    call strace_put_byte
    mov rdi, [rsp]
    call strace_put_signed
    mov edi, '}'
    call strace_put_byte
    jmp 2f
1:  call strace_show_address
2:  add rsp, 16
    pop r13
    pop r12
    pop rbx
    ret

    .global strace_show_iovec
# An array of struct iovec: [{iov_base="text", iov_len=4}, ...].
# in:  RSI = how many
strace_show_iovec:
    push rbx
    push r12
    push r13
    push r14
    push r15
    sub rsp, 16
    mov r12, rdi
    mov r13d, esi
    mov r14d, ecx
    mov rsi, rdi                                # readable?
    mov rdi, rsp
    mov edx, 1
    call copy_from_user
    mov rdi, r12
    test rax, rax
    jnz 8f
    mov edi, '['
    call strace_put_byte
    xor r15d, r15d
1:  cmp r15d, r13d
    jae 6f
    test r15d, r15d
    jz 2f
    lea rdi, [rip + text_comma]
    call strace_put_text
2:  cmp r15d, VECTORS_SHOWN
    jae 5f
    mov rsi, r12
    mov edx, 16
    mov ecx, 8                                  # two addresses of the i386
    test r14d, r14d
    cmovnz edx, ecx
    mov ebx, edx
    mov rdi, rsp
    call copy_from_user
    test rax, rax
    jnz 4f
    add r12, rbx
    mov rdi, [rsp]
    mov rbx, [rsp + 8]
    test r14d, r14d
    jz 3f
    mov edi, [rsp]
    mov ebx, [rsp + 4]
3:  mov [rsp], rdi
    lea rdi, [rip + text_base]
    call strace_put_text
    mov rdi, [rsp]
    mov rsi, rbx
    call strace_show_bytes
    lea rdi, [rip + text_length]
    call strace_put_text
    mov rdi, rbx
    call strace_put_decimal
    mov edi, '}'
    call strace_put_byte
    inc r15d
    jmp 1b
4:  mov rdi, r12
    call strace_show_address
    jmp 6f
5:  lea rdi, [rip + text_more]
    call strace_put_text
6:  mov edi, ']'
    call strace_put_byte
    jmp 9f
8:  call strace_show_address
9:  add rsp, 16
    pop r15
    pop r14
    pop r13
    pop r12
    pop rbx
    ret

    .global strace_show_strings, strace_show_variables
# A vector of texts, as execve takes it: ["name", "argument"].
strace_show_strings:
    push rbx
    push r12
    push r13
    mov rbx, rdi
    mov r12d, ecx
    xor r13d, r13d
    call fetch_pointer
    jc 4f
    mov edi, '['
    call strace_put_byte
1:  mov rdi, rbx
    call fetch_pointer
    jc 3f
    test rax, rax
    jz 3f
    add rbx, rdx
    push rax
    test r13d, r13d
    jz 2f
    lea rdi, [rip + text_comma]
    call strace_put_text
2:  pop rdi
    inc r13d
    cmp r13d, STRINGS_SHOWN
    ja 5f
    call strace_show_string
    jmp 1b
5:  lea rdi, [rip + text_more]
    call strace_put_text
3:  mov edi, ']'
    call strace_put_byte
    jmp 6f
4:  mov rdi, rbx
    call strace_show_address
6:  pop r13
    pop r12
    pop rbx
    ret

# The same, only counted: 0x7ffc00001000 /* 2 vars */.
strace_show_variables:
    push rbx
    push r12
    push r13
    mov rbx, rdi
    mov r12d, ecx
    xor r13d, r13d
    call strace_show_address
    mov rdi, rbx
    call fetch_pointer
    jc 2f
1:  mov rdi, rbx
    call fetch_pointer
    jc 2f
    test rax, rax
    jz 3f
    add rbx, rdx
    inc r13d
    cmp r13d, VARIABLES_COUNTED
    jb 1b
3:  lea rdi, [rip + text_variables]
    call strace_put_text
    mov edi, r13d
    call strace_put_decimal
    lea rdi, [rip + text_variables_1]
    lea rax, [rip + text_variables_many]
    cmp r13d, 1
    cmovne rdi, rax
    call strace_put_text
2:  pop r13
    pop r12
    pop rbx
    ret

# Fetch a pointer of a program's vector.
# in:  RDI = where it is, R12D = 1 when it has 32 bits
# out: RAX = it, RDX = its size; or carry: not readable
# clobbers: RCX, RSI, RDI
fetch_pointer:
    mov rsi, rdi
    mov edx, 8
    mov ecx, 4
    test r12d, r12d
    cmovnz edx, ecx
    push 0
    mov rdi, rsp
    call copy_from_user
    cmp rax, 1                                  # carry: all was copied
    pop rax
    cmc
    ret

# Bytes in double quotes, with C's escapes.
# in:  RDI = bytes in the kernel, RSI = how many
# clobbers: all that a call may
put_quoted:
    push rbx
    push r12
    push r13
    mov rbx, rdi
    lea r12, [rdi + rsi]
    mov edi, '"'
    call strace_put_byte
1:  cmp rbx, r12
    jae 5f
    movzx edi, byte ptr [rbx]
    inc rbx
    lea rdx, [rip + escapes]
2:  movzx eax, byte ptr [rdx]
    test eax, eax
    jz 3f
    add rdx, 2
    cmp eax, edi
    jne 2b
    movzx r13d, byte ptr [rdx - 1]
    mov edi, '\\'
    call strace_put_byte
    mov edi, r13d
    jmp 4f
3:  cmp edi, ' '
    jb 6f
    cmp edi, '~'
    ja 6f
4:  call strace_put_byte
    jmp 1b
5:  mov edi, '"'
    call strace_put_byte
    pop r13
    pop r12
    pop rbx
    ret

# Any other byte in octal: as short as can be, but three digits where a digit follows.
6:  mov r13d, edi
    mov edi, '\\'
    call strace_put_byte
    cmp rbx, r12
    jae 7f
    movzx eax, byte ptr [rbx]
    sub eax, '0'
    cmp eax, 7
    ja 7f
    cmp r13d, 0100
    jae 7f
    mov edi, '0'
    call strace_put_byte
    cmp r13d, 010
    jae 7f
    mov edi, '0'
    call strace_put_byte
7:  mov edi, r13d
    call strace_put_octal
    jmp 1b

    .section .rodata
escapes:                                        # a byte, the letter that stands for it; 0
    .byte '"', '"', '\\', '\\', '\n', 'n', '\t', 't', '\r', 'r', 11, 'v', 12, 'f', 0
text_null:
    .asciz "NULL"
text_more:
    .asciz "..."
text_comma:
    .asciz ", "
text_seconds:
    .asciz "{tv_sec="
text_base:
    .asciz "{iov_base="
text_length:
    .asciz ", iov_len="
text_variables:
    .asciz " /* "
text_variables_1:
    .asciz " var */"
text_variables_many:
    .asciz " vars */"
