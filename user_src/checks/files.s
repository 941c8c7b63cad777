# files.s: open, read, stat and their relatives, and their errors, on what every Linux system
# has: the root, /dev/null, and the program itself.
    .intel_syntax noprefix
    .include "generated/syscalls.inc"
    .include "include/call.inc"
    .include "include/system.inc"

    .set BUFFER_SIZE,    8192
    .set SELF,           3              # descriptors: the program, opened first
    .set ROOT,           4
    .set SINK,           5              # /dev/null, to be written to
    .set TWIN,           6              # of SELF
    .set NOBODY,         99
    .set HERE,           -100           # AT_FDCWD
    .set BAD_ADDRESS,    1

    .set O_WRONLY,       1
    .set O_RDWR,         2
    .set O_DIRECTORY,    0200000
    .set O_NOFOLLOW,     0400000
    .set O_CLOEXEC,      02000000
    .set O_PATH,         010000000
    .set NOFOLLOW,       0x100          # AT_SYMLINK_NOFOLLOW
    .set EMPTY_PATH,     0x1000
    .set BASIC,          0x7ff          # STATX_BASIC_STATS
    .set SET,            0
    .set CURRENT,        1
    .set END,            2
    .set DATA,           3
    .set HOLE,           4
    .set DUPFD,          0
    .set GETFD,          1
    .set SETFD,          2
    .set GETFL,          3
    .set DUPFD_CLOEXEC,  1030
    .set TCGETS,         0x5401
    .set READABLE,       4
    .set EXECUTABLE,     1

    .text
    .global _start
_start:
    lea     rdi, [rip + rows]
    lea     rsi, [rip + rows_end]
    lea     rdx, [rip + buffer]
    mov     ecx, BUFFER_SIZE
    xor     r8d, r8d
    call    make_calls
    xor     edi, edi
    jmp     exit_program

    .section .rodata
self:
    .asciz  "/proc/self/exe"
root:
    .asciz  "/"
dots:
    .asciz  "/dev/../dev/./null"
sink:
    .asciz  "/dev/null"
sink_slash:
    .asciz  "/dev/null/"
below_sink:
    .asciz  "/dev/null/below"
missing:
    .asciz  "/no such file"
empty:
    .asciz  ""
relative:
    .asciz  "dev/null"
long_name:
    .rept   256
    .ascii  "n"
    .endr
    .byte   0
long_path:
    .rept   4096
    .ascii  "/"
    .endr
    .byte   0

    .balign 8
vectors:                                # two pieces and an empty one
    .quad   buffer, 2, 0, 0, buffer+2, 3
bad_vectors:
    .quad   buffer, 2, buffer, -1

    .balign 8
rows:
    call_row "open itself", SYS_open, self
    call_row "open the root", SYS_openat, HERE, root, O_DIRECTORY|O_CLOEXEC
    call_row "open by dots, to write", SYS_open, dots, O_WRONLY
    call_row "duplicate", SYS_dup, SELF
    call_row "open nothing", SYS_open, empty
    call_row "open what is missing", SYS_open, missing
    call_row "open at a bad address", SYS_open, BAD_ADDRESS
    call_row "open below a file", SYS_open, below_sink
    call_row "open a file with a slash", SYS_open, sink_slash
    call_row "open a long name", SYS_open, long_name
    call_row "open a long path", SYS_open, long_path
    call_row "open a file as a folder", SYS_open, self, O_DIRECTORY
    call_row "open a folder to write", SYS_open, root, O_RDWR
    call_row "open a link itself", SYS_open, self, O_NOFOLLOW
    call_row "open below a file's descriptor", SYS_openat, SELF, relative
    call_row "open below no descriptor", SYS_openat, NOBODY, relative
    call_row "an absolute path needs none", SYS_access, root, READABLE

    call_row "read four bytes", SYS_read, SELF, buffer, 4
    call_row "where is it?", SYS_lseek, SELF, 0, CURRENT
    call_row "where is its twin?", SYS_lseek, TWIN, 0, CURRENT
    call_row "read at 1", SYS_pread64, SELF, buffer, 4, 1
    call_row "that moves nothing", SYS_lseek, SELF, 0, CURRENT
    call_row "read before the beginning", SYS_pread64, SELF, buffer, 4, -1
    call_row "read behind the end", SYS_pread64, SELF, buffer, 4, 1<<40
    call_row "read nothing", SYS_read, SELF, buffer, 0
    call_row "read to a bad address", SYS_read, SELF, BAD_ADDRESS, 4
    call_row "read a folder", SYS_read, ROOT, buffer, 4
    call_row "read what is for writing", SYS_read, SINK, buffer, 4
    call_row "read no descriptor", SYS_read, NOBODY, buffer, 4
    call_row "read pieces", SYS_readv, SELF, vectors, 3
    call_row "too many pieces", SYS_readv, SELF, vectors, 1025
    call_row "a piece of less than nothing", SYS_readv, SELF, bad_vectors, 2
    call_row "no pieces", SYS_readv, SELF, vectors, 0
    call_row "write to what is for reading", SYS_write, SELF, buffer, 4
    call_row "write to nowhere", SYS_write, SINK, buffer, 4
    call_row "write pieces to nowhere", SYS_writev, SINK, vectors, 3
    call_row "seek to 10", SYS_lseek, SELF, 10, SET
    call_row "seek before the beginning", SYS_lseek, SELF, -1, SET
    call_row "seek 5 back", SYS_lseek, SELF, -5, CURRENT
    call_row "seek to the end, and on", SYS_lseek, SELF, 1<<20, END
    call_row "read there", SYS_read, SELF, buffer, 4
    call_row "seek data there", SYS_lseek, SELF, 1<<40, DATA
    call_row "seek data", SYS_lseek, SELF, 7, DATA
    call_row "seek in an unknown way", SYS_lseek, SELF, 0, 9
    call_row32 "by halves", SYS32__llseek, SELF, 0, 20, -1, SET
    call_row "send to nowhere", SYS_sendfile, SINK, SELF, 0, 100
    call_row "send a folder", SYS_sendfile, SINK, ROOT, 0, 100
    call_row "send to what is for reading", SYS_sendfile, TWIN, SELF, 0, 100

    call_row "duplicate as itself", SYS_dup2, SELF, SELF
    call_row "duplicate as 7", SYS_dup2, SELF, 7
    call_row "duplicate nothing as 7", SYS_dup2, NOBODY, 7
    call_row "duplicate as too much", SYS_dup2, SELF, -1
    call_row "duplicate as itself, with flags", SYS_dup3, SELF, SELF, O_CLOEXEC
    call_row "duplicate as 8, close on exec", SYS_dup3, SELF, 8, O_CLOEXEC
    call_row "duplicate with unknown flags", SYS_dup3, SELF, 8, 1
    call_row "is 8 closed on exec?", SYS_fcntl, 8, GETFD
    call_row "is 7?", SYS_fcntl, 7, GETFD
    call_row "it is to be", SYS_fcntl, 7, SETFD, 1
    call_row "is 7?", SYS_fcntl, 7, GETFD
    call_row "is its twin?", SYS_fcntl, SELF, GETFD
    call_row "flags of the root", SYS_fcntl, ROOT, GETFL
    call_row "the first from 20 on", SYS_fcntl, SELF, DUPFD, 20
    call_row "the next", SYS_fcntl, SELF, DUPFD_CLOEXEC, 20
    call_row "from -1 on", SYS_fcntl, SELF, DUPFD, -1
    call_row "an unknown command", SYS_fcntl, SELF, 77
    call_row "of no descriptor", SYS_fcntl, NOBODY, GETFD
    call_row "close 20", SYS_close, 20
    call_row "close it again", SYS_close, 20
    call_row "close -1", SYS_close, -1
    call_row "20 is free", SYS_fcntl, SELF, DUPFD, 20

    call_row "may one execute it?", SYS_access, self, EXECUTABLE
    call_row "may one execute /dev/null?", SYS_access, sink, EXECUTABLE
    call_row "may one do the unknown?", SYS_access, self, 8
    call_row "may one read what is missing?", SYS_access, missing, READABLE
    call_row "the root is no link", SYS_readlink, root, buffer, 100
    call_row "a link into nothing", SYS_readlink, self, buffer, 0
    call_row "a link's first byte", SYS_readlink, self, buffer, 1
    call_row "what is missing is no link", SYS_readlink, missing, buffer, 100

    call_row "stat the root", SYS_stat, root, buffer
    call_row "stat to a bad address", SYS_stat, root, BAD_ADDRESS
    call_row "stat what is missing", SYS_lstat, missing, buffer
    call_row "stat a descriptor", SYS_fstat, SELF, buffer
    call_row "stat no descriptor", SYS_fstat, NOBODY, buffer
    call_row "stat an empty path", SYS_newfstatat, SELF, empty, buffer, 0
    call_row "where it is meant", SYS_newfstatat, SELF, empty, buffer, EMPTY_PATH
    call_row "below a file", SYS_newfstatat, SELF, relative, buffer, 0
    call_row "below the root", SYS_newfstatat, ROOT, relative, buffer, NOFOLLOW
    call_row "with unknown flags", SYS_newfstatat, ROOT, relative, buffer, 1
    call_row "statx", SYS_statx, ROOT, relative, 0, BASIC, buffer
    call_row "statx of reserved fields", SYS_statx, ROOT, relative, 0, 1<<31, buffer
    call_row32 "stat by INT 0x80: bad address", SYS32_stat64, root, BAD_ADDRESS
    call_row "names of a file", SYS_getdents64, SELF, buffer, BUFFER_SIZE
    call_row "names into too little", SYS_getdents64, ROOT, buffer, 8

    call_row "go to the root", SYS_chdir, root
    call_row "where am I?", SYS_getcwd, buffer, BUFFER_SIZE
    call_row "in too little", SYS_getcwd, buffer, 1
    call_row "at a bad address", SYS_getcwd, BAD_ADDRESS, BUFFER_SIZE
    call_row "a relative path", SYS_access, relative, READABLE
    call_row "go to a file", SYS_chdir, self
    call_row "go to what is missing", SYS_chdir, missing
    call_row "go to a file's descriptor", SYS_fchdir, SELF
    call_row "go to the root's", SYS_fchdir, ROOT

    call_row "a file is no terminal", SYS_ioctl, SELF, TCGETS, buffer
    call_row "nor is a folder", SYS_ioctl, ROOT, TCGETS, buffer
    call_row "nor is /dev/null", SYS_ioctl, SINK, TCGETS, buffer
    call_row "nor is nothing", SYS_ioctl, NOBODY, TCGETS, buffer
    call_row "poll too many", SYS_poll, buffer, -1, 0
    call_row "poll nobody", SYS_poll, buffer, 0, 0
rows_end:

    .bss
buffer:
    .zero   BUFFER_SIZE
