# execve.s: what execve refuses, by both doors, and that a program lives on after it.
# The last line is another program's: this one, executed with an empty argv, which gets
# an argv[0] all the same.
    .intel_syntax noprefix
    .include "generated/syscalls.inc"
    .include "include/print.inc"
    .include "include/system.inc"

    .set UNMAPPED,        0x1000
    .set STRING_MAX,      32 * PAGE_SIZE    # of one argument, with its NUL
    .set STRINGS_MAX,     0x200000          # of all, pointers included: a quarter of the stack
    .set PATH_MAX,        4096              # with its NUL
    .set NAME_MAX,        255               # of a path's part
    .set RESULT_COLUMN,   44
    .set INT80_COLUMN,    52
    .set PR_GET_NAME,     16
    .set NAME_SIZE,       16
    .set STATUS_FAILED,   1

    .set CASE_NAME,       0                 # fields of a row of the table
    .set CASE_PATH,       8
    .set CASE_ARGV,       16
    .set CASE_ARGV_32,    24                # with 4 bytes a pointer
    .set CASE_ENVP,       32
    .set CASE_SIZE,       40

    .text
    .global _start
_start:
    mov     rbx, rsp
    cmp     qword ptr [rbx + POINTER_SIZE], 0
    je      no_argument                     # argc can be 0 only before Linux 5.18
    mov     rax, [rbx + POINTER_SIZE]
    cmp     byte ptr [rax], 0
    je      executed
    call    prepare
    lea     rbx, [rip + cases]
1:  mov     rdi, [rbx + CASE_NAME]
    call    print_string
    mov     edi, RESULT_COLUMN
    call    print_to_column
    mov     rdi, [rbx + CASE_PATH]
    mov     rsi, [rbx + CASE_ARGV]
    mov     rdx, [rbx + CASE_ENVP]
    mov     eax, SYS_execve
    syscall
    mov     rdi, rax
    call    print_signed
    mov     edi, INT80_COLUMN
    call    print_to_column
    push    rbx
    mov     rcx, [rbx + CASE_ARGV_32]
    mov     rdx, [rbx + CASE_ENVP]
    mov     rbx, [rbx + CASE_PATH]
    mov     eax, SYS32_execve
    int     0x80
    pop     rbx
    mov     rdi, rax
    call    print_signed
    call    print_newline
    add     rbx, CASE_SIZE
    lea     rax, [rip + cases_end]
    cmp     rbx, rax
    jb      1b

    call    print_flush
    lea     rdi, [rip + self]
    xor     esi, esi
    xor     edx, edx
    mov     eax, SYS_execve
    syscall
    say_line "execve of itself failed"
    mov     edi, STATUS_FAILED
    jmp     exit_program

no_argument:
    say_line "executed with argc = 0"
    mov     edi, STATUS_FAILED
    jmp     exit_program

executed:
    say     "executed with argc = "
    mov     rdi, [rbx]
    call    print_decimal
    say     ", argv[0] empty"
    cmp     qword ptr [rbx + 3 * POINTER_SIZE], 0
    jne     1f
    say     ", no environment"
1:  say     ", named "
    mov     eax, SYS_prctl
    mov     edi, PR_GET_NAME
    lea     rsi, [rip + name]
    syscall
    lea     rdi, [rip + name]
    call    print_string
    call    print_newline
    xor     edi, edi
    jmp     exit_program

# Fill what would be too long in a source: strings and vectors.
# in: nothing.  out: nothing.  clobbers: rax rcx rdi.
prepare:
    lea     rdi, [rip + long_string]
    mov     ecx, STRING_MAX
    mov     eax, 'x'
    rep stosb
    lea     rdi, [rip + fitting_string]
    mov     ecx, STRING_MAX - 1
    rep stosb
    lea     rdi, [rip + long_path]
    mov     ecx, PATH_MAX
    rep stosb
    lea     rdi, [rip + long_name]
    mov     ecx, NAME_MAX + 1
    rep stosb
    lea     rdi, [rip + long_vector]
    lea     rax, [rip + fitting_string]
    mov     ecx, STRINGS_MAX / STRING_MAX
    rep stosq
    lea     rdi, [rip + long_vector_32]
    mov     ecx, STRINGS_MAX / STRING_MAX
    rep stosd
    lea     rdi, [rip + many]
    lea     rax, [rip + empty]
    mov     ecx, STRINGS_MAX / POINTER_SIZE
    rep stosq
    lea     rdi, [rip + many_32]
    mov     ecx, STRINGS_MAX / POINTER_SIZE
    rep stosd
    ret

    .macro case text, path, argv, argv_32, envp
    .pushsection .rodata
.Lcase\@:
    .asciz  "\text"
    .popsection
    .quad   .Lcase\@, \path, \argv, \argv_32, \envp
    .endm

    .section .rodata
self:
    .asciz  "/proc/self/exe"
below_self:
    .asciz  "/proc/self/exe/part"
self_as_folder:
    .asciz  "/proc/self/exe/"
empty:
    .asciz  ""
folder:
    .asciz  "/"
device:
    .asciz  "/dev/null"
nothing:
    .asciz  "/nothing"
below_nothing:
    .asciz  "/nothing/at/all"

# A vector of one pointer is the same with 4 bytes a pointer and with 8.
    .data
    .balign 8
bad_vector:
    .quad   UNMAPPED, 0
too_long:
    .quad   long_string, 0
cases:
    case "path NULL", 0, 0, 0, 0
    case "path unmapped", UNMAPPED, 0, 0, 0
    case "path in the kernel", HIGH_HALF, 0, 0, 0
    case "path empty", empty, 0, 0, 0
    case "path without end", long_path, 0, 0, 0
    case "path with a long part", long_name, 0, 0, 0
    case "path of nothing", nothing, 0, 0, 0
    case "path below nothing", below_nothing, 0, 0, 0
    case "path below a file", below_self, 0, 0, 0
    case "path of a file as a folder", self_as_folder, 0, 0, 0
    case "path of a folder", folder, 0, 0, 0
    case "path of a device", device, 0, 0, 0
    case "argv unmapped", self, UNMAPPED, UNMAPPED, 0
    case "argv unmapped, path of nothing", nothing, UNMAPPED, UNMAPPED, 0
    case "argv's string unmapped", self, bad_vector, bad_vector, 0
    case "argv's string too long", self, too_long, too_long, 0
    case "argv's strings too long together", self, long_vector, long_vector_32, 0
    case "argv's pointers too many", self, many, many_32, 0
    case "envp unmapped", self, 0, 0, UNMAPPED
    case "envp's string unmapped", self, 0, 0, bad_vector
    case "envp's string too long", self, 0, 0, too_long
cases_end:

    .bss
name:                                       # of the process: its file's
    .zero   NAME_SIZE
    .balign 8
long_vector:
    .zero   STRINGS_MAX / STRING_MAX * POINTER_SIZE + POINTER_SIZE
long_vector_32:
    .zero   STRINGS_MAX / STRING_MAX * POINTER_SIZE + POINTER_SIZE
many:
    .zero   STRINGS_MAX + POINTER_SIZE
many_32:
    .zero   STRINGS_MAX + POINTER_SIZE
long_string:                                # one byte too long
    .zero   STRING_MAX + 1
fitting_string:
    .zero   STRING_MAX
long_path:                                  # its NUL comes one byte too late
    .zero   PATH_MAX + 1
long_name:
    .zero   NAME_MAX + 2
