# Descriptors: small numbers that stand for open files.
#
#   process: 0 --+                        an entry is the open file's address, and
#            1 --+--> open file --> node  CLOSE_ON_EXEC in its lowest bit
#            2 --+    offset, flags
#
# dup makes two descriptors of one open file: they share its offset.

    .intel_syntax noprefix
    .include "include/errno.inc"
    .include "include/file.inc"
    .include "include/percpu.inc"
    .include "include/process.inc"

    .set OPEN_FILES_MAX, DESCRIPTORS_MAX

    .text
    .global descriptors_start
# Open the terminal as descriptors 0, 1 and 2 of the running process, and begin at the root.
# clobbers: all that a call may
descriptors_start:
    push rbx
    mov rbx, gs:[PERCPU_PROCESS]
    mov rax, [rip + root]
    mov [rbx + PROCESS_FOLDER], rax
    lea rdi, [rip + console]
    mov rsi, rax
    mov edx, 1
    call path_find
    mov rdi, rax
    mov esi, O_RDWR
    call file_open
    mov dword ptr [rax + FILE_REFERENCES], 3
    mov [rbx + PROCESS_DESCRIPTORS], rax
    mov [rbx + PROCESS_DESCRIPTORS + 8], rax
    mov [rbx + PROCESS_DESCRIPTORS + 16], rax
    pop rbx
    ret

    .global file_of_descriptor
# in:  EDI = descriptor
# out: RAX = open file, or 0
# clobbers: RDI
file_of_descriptor:
    xor eax, eax
    cmp edi, DESCRIPTORS_MAX
    jae 1f
    mov edi, edi
    mov rax, gs:[PERCPU_PROCESS]
    mov rax, [rax + rdi * 8 + PROCESS_DESCRIPTORS]
    and rax, ~CLOSE_ON_EXEC
1:  ret

    .global file_open
# in:  RDI = node, ESI = flags
# out: RAX = open file that no descriptor leads to yet, or 0 when there are too many
# clobbers: RCX
file_open:
    lea rax, [rip + open_files]
    lea rcx, [rip + open_files_end]
1:  cmp dword ptr [rax + FILE_REFERENCES], 0
    je 2f
    add rax, FILE_BYTES
    cmp rax, rcx
    jb 1b
    xor eax, eax
    ret
2:  mov [rax + FILE_NODE], rdi
    mov [rax + FILE_FLAGS], esi
    mov qword ptr [rax + FILE_OFFSET], 0
    ret

    .global descriptor_take
# Let the lowest free descriptor lead to an open file.
# in:  RDI = open file, ESI = the lowest that may be taken, EDX = CLOSE_ON_EXEC or 0
# out: RAX = descriptor, or -EMFILE
# clobbers: RCX, RSI
descriptor_take:
    mov rcx, gs:[PERCPU_PROCESS]
    mov esi, esi
1:  mov rax, -EMFILE
    cmp rsi, DESCRIPTORS_MAX
    jae 2f
    mov rax, rsi
    inc rsi
    cmp qword ptr [rcx + rax * 8 + PROCESS_DESCRIPTORS], 0
    jne 1b
    inc dword ptr [rdi + FILE_REFERENCES]
    or rdx, rdi
    mov [rcx + rax * 8 + PROCESS_DESCRIPTORS], rdx
2:  ret

    .global descriptor_close
# in:  EDI = descriptor
# out: RAX = 0 or -EBADF
# clobbers: RCX, RDI
descriptor_close:
    call file_of_descriptor
    test rax, rax
    jz 1f
    dec dword ptr [rax + FILE_REFERENCES]
    mov rcx, gs:[PERCPU_PROCESS]
    xor eax, eax
    mov [rcx + rdi * 8 + PROCESS_DESCRIPTORS], rax
    ret
1:  mov rax, -EBADF
    ret

    .global descriptors_close_on_exec
# Close what the running process's next program is not to have.
# clobbers: RAX, RCX, RDX, RDI
descriptors_close_on_exec:
    xor edx, edx
1:  mov rax, gs:[PERCPU_PROCESS]
    test byte ptr [rax + rdx * 8 + PROCESS_DESCRIPTORS], CLOSE_ON_EXEC
    jz 2f
    mov edi, edx
    call descriptor_close
2:  inc edx
    cmp edx, DESCRIPTORS_MAX
    jb 1b
    ret

    .section .rodata
console:
    .asciz "dev/console"

    .bss
    .balign 8
open_files:
    .skip OPEN_FILES_MAX * FILE_BYTES
open_files_end:
