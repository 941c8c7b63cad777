# memory.s: mmap, mprotect, munmap, madvise and their errors.  Behind each result stands what
# the first pages of an arena are then:
#
#   .   cannot be read        r  zeros, to be read        w  zeros, to be written
#   a   begins with "a"       A  the same, to be written  #  begins as an ELF file
#   +   begins otherwise
    .intel_syntax noprefix
    .include "generated/syscalls.inc"
    .include "include/call.inc"
    .include "include/errno.inc"
    .include "include/print.inc"
    .include "include/system.inc"

    .set ARENA_PAGES,    64
    .set ARENA_SIZE,     ARENA_PAGES * PAGE_SIZE
    .set PAGES_SHOWN,    16
    .set MAP_COLUMN,     70
    .set CASE,           0x20               # between "a" and "A"
    .set ELF_BYTE,       0x7f
    .set NO_SUCH_HOW,    99

    .set NONE,           0
    .set READ,           1
    .set WRITE,          2
    .set SHARED,         1
    .set PRIVATE,        2
    .set FIXED,          0x10
    .set ANONYMOUS,      0x20
    .set NORESERVE,      0x4000
    .set NOREPLACE,      0x100000
    .set DONTNEED,       4
    .set SET_NAME,       15
    .set GET_NAME,       16
    .set PAGE,           PAGE_SIZE
    .set FILE,           3                  # the first descriptor that open returns
    .set NEW,            PRIVATE | ANONYMOUS
    .set OVER,           NEW | FIXED
    .set FILE_OVER,      PRIVATE | FIXED

    .text
    .global _start
_start:
    mov     eax, SYS_mmap
    xor     edi, edi
    mov     esi, ARENA_SIZE
    xor     edx, edx                        # PROT_NONE
    mov     r10d, NEW | NORESERVE
    mov     r8, -1
    xor     r9d, r9d
    syscall
    mov     [rip + arena], rax
    lea     rdi, [rip + rows]
    lea     rsi, [rip + rows_end]
    mov     rdx, rax
    mov     ecx, ARENA_SIZE
    lea     r8, [rip + show_pages]
    call    make_calls
    xor     edi, edi
    jmp     exit_program

# in: nothing.  out: nothing.  clobbers: as a C function.
show_pages:
    push    rbx
    push    r12
    mov     edi, MAP_COLUMN
    call    print_to_column
    mov     rbx, [rip + arena]
    lea     r12, [rbx + PAGES_SHOWN * PAGE_SIZE]
1:  call    page_letter
    mov     edi, eax
    call    print_character
    add     rbx, PAGE_SIZE
    cmp     rbx, r12
    jb      1b
    pop     r12
    pop     rbx
    ret

# The kernel's copies from and to a page tell what may be done with it, and no signal comes.
# in: rbx = page.  out: eax = letter.  clobbers: as a C function.
page_letter:
    mov     eax, SYS_rt_sigprocmask         # reads its second argument before it looks at
    mov     edi, NO_SUCH_HOW                # the first, which makes no sense
    mov     rsi, rbx
    xor     edx, edx
    mov     r10d, 8
    syscall
    cmp     rax, -EFAULT
    mov     eax, '.'
    je      2f
    push    qword ptr [rbx]
    mov     eax, SYS_getrandom
    mov     rdi, rbx
    mov     esi, 1
    xor     edx, edx
    syscall
    mov     rdx, rax
    pop     rax
    mov     ecx, 'r'
    cmp     edx, 1
    jne     1f
    mov     [rbx], rax                      # as it was
    mov     ecx, 'w'
1:  movzx   eax, al
    test    eax, eax
    cmovz   eax, ecx
    jz      2f
    cmp     eax, ELF_BYTE
    mov     esi, '#'
    cmove   eax, esi
    je      2f
    lea     esi, [rax - 'a']
    cmp     esi, 'h' - 'a'
    mov     esi, '+'
    cmova   eax, esi
    ja      2f
    cmp     edx, 1
    jne     2f
    xor     eax, CASE
2:  ret

    .section .rodata
program:
    .asciz  "/proc/self/exe"
folder:
    .asciz  "/"
pattern:
    .ascii  "abcdefgh"

    .macro map text, address, size, rights, flags, fd=-1, offset=0
    call_row "\text", SYS_mmap, \address, \size, \rights, \flags, \fd, \offset
    .endm
    .macro unmap text, address, size
    call_row "\text", SYS_munmap, \address, \size
    .endm
    .macro protect text, address, size, rights
    call_row "\text", SYS_mprotect, \address, \size, \rights
    .endm
    .macro advise text, address, size, advice
    call_row "\text", SYS_madvise, \address, \size, \advice
    .endm
# Put the letter of an offset in pattern into a page, by a call that copies 8 bytes there.
    .macro letter text, index, page
    call_row "\text", SYS_prctl, SET_NAME, pattern+\index
    call_row "", SYS_prctl, GET_NAME, ARENA+\page*PAGE
    .endm

    .balign 8
rows:
    call_row "open the program", SYS_open, program
    call_row "open a folder", SYS_open, folder
    map     "nothing", 0, 0, READ, NEW
    map     "more than there is", 0, 1 << 47, READ, NEW
    map     "so much that it overflows", 0, -1, READ, NEW
    map     "neither shared nor private", 0, PAGE, READ, ANONYMOUS
    map     "both, without a file", 0, PAGE, READ, ANONYMOUS|3
    map     "no such descriptor", 0, PAGE, READ, PRIVATE, 99
    map     "a negative one", 0, PAGE, READ, PRIVATE
    map     "an offset inside a page", 0, PAGE, READ, PRIVATE, FILE, 1
    map     "an offset beyond all files", 0, 2*PAGE, READ, PRIVATE, FILE, -PAGE
    map     "fixed, inside a page", ARENA+1, PAGE, READ, OVER
    map     "fixed, beyond the end", 0x7ffffffff000, PAGE, READ, OVER
    map     "fixed, over the end", 0x7fffffffe000, 2*PAGE, READ, OVER
    map     "the file, shared, to be written", 0, PAGE, READ|WRITE, SHARED, FILE
    map     "a folder", 0, PAGE, READ, PRIVATE, FILE+1
    map     "1300 MiB that are not used", 0, 1300 << 20, NONE, NEW|NORESERVE
    map     "one page somewhere", 0, 1, READ|WRITE, NEW
    call_row32 "one page by INT 0x80", SYS32_mmap2, 0, 1, READ|WRITE, NEW, -1
    call_row32 "nothing by INT 0x80", SYS32_mmap2, 0, 0, READ|WRITE, NEW, -1
    call_row32 "too much by INT 0x80", SYS32_mmap2, 0, 0xfffff000, READ|WRITE, NEW|NORESERVE, -1

    map     "two pages", ARENA, 2*PAGE, READ|WRITE, OVER
    letter  "a into the first", 0, 0
    letter  "b into the second", 1, 1
    map     "four more behind them", ARENA+2*PAGE, 4*PAGE, READ|WRITE, OVER
    letter  "c into the third", 2, 2
    protect "all but the ends: read-only", ARENA+PAGE, 4*PAGE, READ
    protect "two of them: nothing", ARENA+2*PAGE, 2*PAGE, NONE
    protect "all writable again", ARENA, 6*PAGE, READ|WRITE
    protect "one byte of the second", ARENA+PAGE, 1, NONE
    protect "its length 0", ARENA, 0, NONE
    protect "inside a page", ARENA+1, PAGE, NONE
    protect "unknown rights", ARENA, PAGE, 0x100
    protect "overflow", ARENA, -1, READ
    protect "write only", ARENA, PAGE, WRITE
    protect "down to where it begins, which is no stack", ARENA, PAGE, 0x01000000|READ
    unmap   "inside a page", ARENA+1, PAGE
    unmap   "nothing", ARENA, 0
    unmap   "beyond the end", 0x7ffffffff000, PAGE
    unmap   "more than there is", ARENA, -PAGE
    unmap   "the third page", ARENA+2*PAGE, PAGE
    unmap   "again", ARENA+2*PAGE, 1
    protect "over the hole", ARENA+PAGE, 4*PAGE, READ|WRITE
    protect "from in the hole", ARENA+2*PAGE, 2*PAGE, READ
    map     "a hint where there is room", ARENA+2*PAGE, PAGE, READ|WRITE, NEW
    map     "a hint where there is none", ARENA+2*PAGE, PAGE, READ|WRITE, NEW
    unmap   "three pages", ARENA+3*PAGE, 3*PAGE
    map     "a hint with room for two of the four", ARENA+3*PAGE, 4*PAGE, READ, NEW
    map     "a hint inside a page", ARENA+4*PAGE+7, PAGE, READ, NEW
    map     "no replacing: free", ARENA+3*PAGE, PAGE, READ, NEW|NOREPLACE
    map     "no replacing: taken", ARENA+3*PAGE, PAGE, READ, NEW|NOREPLACE
    map     "no replacing: the end is taken", ARENA+5*PAGE, 2*PAGE, READ, NEW|NOREPLACE
    map     "no replacing: inside a page", ARENA+5*PAGE+1, PAGE, READ, NEW|NOREPLACE

    map     "pages of the file", ARENA+8*PAGE, 2*PAGE, READ, FILE_OVER, FILE
    map     "to be written, privately", ARENA+10*PAGE, PAGE, READ|WRITE, FILE_OVER, FILE
    letter  "d into it", 3, 10
    map     "the file again: as it was", ARENA+11*PAGE, PAGE, READ, FILE_OVER, FILE
    map     "shared, to be read", ARENA+12*PAGE, PAGE, READ, SHARED|FIXED, FILE
    protect "but not to be written", ARENA+12*PAGE, PAGE, READ|WRITE
    map     "behind the file's end", ARENA+13*PAGE, PAGE, READ, FILE_OVER, FILE, 1 << 30
    advise  "empty the private page: the file's", ARENA+10*PAGE, PAGE, DONTNEED
    advise  "empty the first two: zeros", ARENA, 2*PAGE, DONTNEED
    advise  "unknown advice", ARENA, PAGE, 1000
    advise  "inside a page", ARENA+1, PAGE, DONTNEED
    advise  "nothing", ARENA, 0, DONTNEED
    advise  "over a hole", ARENA+2*PAGE, 4*PAGE, 0
    unmap   "half of the file's pages", ARENA+8*PAGE, PAGE
    unmap   "nearly everything", ARENA+PAGE, 14*PAGE
    unmap   "everything", ARENA, ARENA_SIZE
    map     "everything in one piece", ARENA, ARENA_SIZE, READ|WRITE, OVER
rows_end:

    .bss
    .balign 8
arena:
    .zero   8
