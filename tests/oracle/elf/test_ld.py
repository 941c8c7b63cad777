"""The linker against GNU ld: the same objects, the same addresses, the same bytes."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from oracle.elf import gnu
from ring3.diagnostic import Ring3Error, SourceError
from ring3.elf import KERNEL, PROGRAM, check_program, link
from ring3.elf.relocatable import read_relocatable

HELLO = """
.text
.global _start
.type _start, @function
_start:
    lea rsi, [rip + message]
    mov edi, 1
    mov edx, [length]
    call write
    mov rax, [rip + pointer]
    jmp [rip + table + 8]
first:
    ud2
second:
    mov eax, 60
    xor edi, edi
    cmp qword ptr [rip + cleared], 0
    setne dil
    syscall
.size _start, . - _start
.section .rodata
message: .ascii "linked\\n"
.set size, . - message
.balign 4
length: .long size
table: .quad first, second
.data
pointer: .quad message + 3
.bss
.balign 64
cleared: .skip 100
"""

WRITE = """
.text
.global write
.weak spare
.balign 32
write:
    mov eax, 1
    syscall
    mov rax, offset spare
    mov eax, offset counter
    mov rax, offset counter
    movabs rax, offset counter
    ret
.data
.byte 1
.balign 16
counter: .quad . - 8, write - .
.word write - .
"""

C_MAIN = """
extern int compute(int how, int a, int b);
extern double ratio;
extern const char *const names[];
static int calls;
int results[8];
static long syscall3(long n, long a, long b, long c) {
    long r;
    __asm__ volatile("syscall" : "=a"(r) : "a"(n), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
    return r;
}
static void say(const char *text) {
    long n = 0;
    while (text[n]) n++;
    calls++;
    syscall3(1, 1, (long)text, n);
}
void _start(void) {
    for (int how = 0; how < 8; how++) {
        results[how] = compute(how, 40 + how, 2);
        say(names[how]);
    }
    int sum = (int)(ratio * 4);
    for (int how = 0; how < 8; how++) sum += results[how];
    syscall3(60, (sum + calls) & 0xff, 0, 0);
}
"""

C_COMPUTE = """
double ratio = 2.5;
static int twice(int x) { return 2 * x; }
static int half(int x) { return x / 2; }
static int (*const unary[2])(int) = { twice, half };
const char *const names[] = {
    "add\\n", "sub\\n", "mul\\n", "div\\n", "mod\\n", "twice\\n", "half\\n", "other\\n",
};
__attribute__((weak)) int missing(int);
__attribute__((noinline)) int compute(int how, int a, int b) {
    switch (how) {
    case 0: return a + b;
    case 1: return a - b;
    case 2: return a * b;
    case 3: return a / b;
    case 4: return a % b;
    case 5: case 6: return unary[how - 5](a);
    default: return missing ? missing(a) : 7;
    }
}
"""

C_STATUS = sum([42, 39, 84, 21, 0, 90, 23, 7]) + 10 + 8

MODELS = {
    "small, no PIC": ("-fno-pic", "-mcmodel=small"),
    "PIE": ("-fpie",),
    "PIC, by way of the GOT": ("-fpic", "-fno-plt"),
    "a section a function": ("-fno-pic", "-ffunction-sections", "-fdata-sections"),
    "unoptimised": ("-fno-pic", "-O0"),
}


def test_programs_have_the_bytes_that_ld_gives_them_and_run_on_linux(tmp_path: Path) -> None:
    objects = [gnu.assemble(tmp_path, "hello", HELLO), gnu.assemble(tmp_path, "write", WRITE)]
    linked = link(gnu.read(*objects), PROGRAM)
    theirs = gnu.ld_at_our_addresses(tmp_path, objects, linked)
    assert gnu.loaded_sections(linked.data) == gnu.loaded_sections(theirs)
    ours = gnu.write(tmp_path / "ours", linked.data)
    done = subprocess.run([ours], check=False, capture_output=True)
    assert (done.returncode, done.stdout) == (0, b"linked\n")
    names = ["_start", "first", "second", "message", "counter", "write", "cleared"]
    assert gnu.symbols(ours, names) == gnu.symbols(tmp_path / "by_ld", names)


@pytest.mark.parametrize("flags", MODELS.values(), ids=MODELS)
def test_what_gcc_compiles_has_the_bytes_that_ld_gives_it(
    flags: tuple[str, ...], tmp_path: Path
) -> None:
    plain = ("-O2", *flags, "-fno-asynchronous-unwind-tables", "-fno-merge-constants")
    objects = [
        gnu.compile_c(tmp_path, "main", C_MAIN, *plain),
        gnu.compile_c(tmp_path, "compute", C_COMPUTE, *plain),
    ]
    read = gnu.read(*objects)
    linked = link(read, PROGRAM)
    if not any(".rodata.got" in object_.sections for object_ in read):
        # ld's GOT has other entries than ours, and it rewrites instructions that read it.
        theirs = gnu.ld_at_our_addresses(tmp_path, objects, linked)
        assert gnu.loaded_sections(linked.data) == gnu.loaded_sections(theirs)
    program = gnu.write(tmp_path / "ours", linked.data)
    assert subprocess.run([program], check=False, capture_output=True).returncode == C_STATUS % 256


def test_what_gcc_compiles_by_default_runs_with_its_unwind_tables_and_merged_strings(
    tmp_path: Path,
) -> None:
    objects = [
        gnu.compile_c(tmp_path, "main", C_MAIN, "-O2", "-g"),
        gnu.compile_c(tmp_path, "compute", C_COMPUTE, "-O2", "-g"),
    ]
    linked = link(gnu.read(*objects), PROGRAM)
    program = gnu.write(tmp_path / "ours", linked.data)
    done = subprocess.run([program], check=False, capture_output=True)
    assert done.returncode == C_STATUS % 256
    assert done.stdout == b"add\nsub\nmul\ndiv\nmod\ntwice\nhalf\nother\n"
    gnu.readelf_is_content(program)
    assert "compute.c:10" in gnu.run("addr2line", "-e", program, hex(linked.symbols["compute"]))


def test_the_kernel_model_has_the_bytes_that_ld_gives_it(tmp_path: Path) -> None:
    flags = ("-O2", "-fno-pic", "-mcmodel=kernel", "-mno-red-zone", "-mno-sse", "-mno-mmx")
    entry = gnu.assemble(
        tmp_path,
        "entry",
        '.section .note.pvh, "a", @note\n.balign 4\n.long 4, 4, 18\n.asciz "Xen"\n'
        ".long pvh_entry - 0xffffffff80000000\n"
        ".text\n.code32\n.global pvh_entry\npvh_entry: mov esp, offset top - 0xffffffff80000000\n"
        "mov eax, [count - 0xffffffff80000000]\n.code64\nmov rsp, offset top\ncall compute\n"
        ".data\ncount: .long 3\n.bss\n.skip 4096\ntop:\n",
    )
    compute = gnu.compile_c(
        tmp_path,
        "compute",
        re.sub(r"double ratio.*?;", "", C_COMPUTE),
        *flags,
        "-fno-asynchronous-unwind-tables",
        "-fno-merge-constants",
    )
    linked = link(gnu.read(entry, compute), KERNEL)
    theirs = gnu.ld_at_our_addresses(tmp_path, [entry, compute], linked)
    assert gnu.loaded_sections(linked.data) == gnu.loaded_sections(theirs)
    kernel = gnu.write(tmp_path / "kernel.elf", linked.data)
    text = gnu.readelf_is_content(kernel)
    assert re.search(r"LOAD +0x001000 0xffffffff80100000 0x0000000000100000 .* R E 0x1000", text)
    assert re.search(r"NOTE .* R   0x4\n", text)
    assert "Xen" in text


def test_readelf_nm_objdump_and_gdb_read_a_program(tmp_path: Path) -> None:
    objects = [gnu.assemble(tmp_path, "hello", HELLO), gnu.assemble(tmp_path, "write", WRITE)]
    linked = link(gnu.read(*objects), PROGRAM)
    program = gnu.write(tmp_path / "ours", linked.data)
    text = gnu.readelf_is_content(program)
    assert re.search(r"LOAD +0x000000 0x0*400000 0x0*400000 0x\w+ 0x\w+ R +0x1000", text)
    assert re.search(r"GNU_STACK .* RW +0x10", text)
    local_count = int(re.findall(r"\.symtab +SYMTAB +\S+ +\S+ +\S+ 18 +\d+ +(\d+)", text)[0])
    bindings = re.findall(r"^ +\d+: \w{16} +\w+ \w+ +(LOCAL|GLOBAL|WEAK)", text, re.M)
    assert [b == "LOCAL" for b in bindings] == [n < local_count for n in range(len(bindings))]
    assert re.search(r"<write>:\n.*mov .*\$0x1,%eax", gnu.run("objdump", "-d", program))
    command = (
        "gdb",
        "-nx",
        "-batch",
        "-ex",
        "info symbol write",
        "-ex",
        "info line first",
        program,
    )
    assert "write in section .text" in gnu.run(*command)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (".section .tbss, \"awT\", @nobits\n.skip 4", "section .tbss"),
        (".section .init_array, \"aw\", @init_array\n.quad 0", "section .init_array"),
        ("mov rax, [rip + x@GOTPCREL]\n.section .text.x, \"axG\", @progbits, x, comdat\nx: ret",
         "section .text.x"),
        (".comm shared, 8", "common symbol shared"),
        (".type x, @gnu_indirect_function\n.global x\nx: ret", "symbol x (STT_LOOS"),
        ("lea rax, [rip + x@TLSGD]", "symbol x (STT_TLS"),
        ("lea rax, [rip + _GLOBAL_OFFSET_TABLE_]", "relocation R_X86_64_GOTPC32 at .text+0x3"),
        (".quad x@GOT", "relocation R_X86_64_GOT64 at .text+0x0"),
    ],
)  # fmt: skip
def test_what_the_linker_has_not_is_refused_by_name(
    source: str, message: str, tmp_path: Path
) -> None:
    with pytest.raises(Ring3Error) as caught:
        gnu.read(gnu.assemble(tmp_path, "a", source + "\n"))
    assert caught.value.message.startswith(f"a.o has {message}")


def test_a_file_that_is_no_relocatable_is_refused(tmp_path: Path) -> None:
    made = gnu.assemble(tmp_path, "a", ".global _start\n_start: ret\n")
    program = link(gnu.read(made), PROGRAM).data
    for data, message in (
        (program, "an ET_EXEC file for EM_X86_64"),
        (b"not an ELF file", "not a sound ELF file"),
        (b"", "not a sound ELF file"),
        (made.read_bytes()[:200], "a.o"),
    ):
        with pytest.raises(Ring3Error, match=message):
            read_relocatable(data, "a.o")


def test_an_undefined_symbol_of_an_object_is_reported_at_its_place(tmp_path: Path) -> None:
    made = gnu.assemble(tmp_path, "a", ".global _start\n_start: nop\ncall nowhere\n")
    with pytest.raises(SourceError) as caught:
        link(gnu.read(made), PROGRAM)
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.message == "undefined symbol `nowhere`"
    assert diagnostic.location.file == "a.o(.text+0x2)"


HELLO_C = '#include <stdio.h>\nint main(void) { puts("hi"); return 0; }\n'
BUILDS = [
    (("-static", "-no-pie"), None),
    (("-static-pie",), None),
    ((), "is dynamically linked: it needs /lib64/ld-linux-x86-64.so.2"),
    (("-no-pie",), "is dynamically linked: it needs /lib64/ld-linux-x86-64.so.2"),
    (("-shared", "-fpic"), "is a shared library, not a program"),
    (("-c",), "is a relocatable object, not a program"),
]


@pytest.mark.parametrize(("flags", "message"), BUILDS, ids=str)
def test_what_gcc_builds_is_accepted_or_refused_by_what_it_is(
    flags: tuple[str, ...], message: str | None, tmp_path: Path
) -> None:
    source, program = tmp_path / "hello.c", tmp_path / "hello"
    source.write_text(HELLO_C)
    gnu.run("gcc", *flags, "-o", program, source)
    if message is None:
        check_program(program.read_bytes(), "hello")
        return
    with pytest.raises(Ring3Error) as caught:
        check_program(program.read_bytes(), "hello")
    assert caught.value.message == f"hello {message}"
