"""Our debugging information as GNU's tools read it, and against what GNU as writes."""

from __future__ import annotations

import re
import shutil
import subprocess
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from elftools.elf.elffile import ELFFile

from oracle.elf import gnu
from ring3 import pipeline
from ring3.asm import SourceTree, assemble, assemble_file
from ring3.elf import PROGRAM, PROGRAM32, Linked, link
from ring3.elf.debuggable import debuggable
from ring3.elf.dwarf import described
from ring3.elf.object_file import write_object
from ring3.elf.separate_debug import build_id_path, separate_debug
from ring3.elf.shared import SharedObject
from ring3.elf.source_lines import find_source
from ring3.tables.generated import generated_sources
from ring3.workspace import Workspace
from unit.elf.debug_readers import line_at, rows

PATIENCE = 60


@pytest.fixture(scope="module")
def built() -> pipeline.Kernel:
    return pipeline.build_kernel(Workspace())


@pytest.fixture(scope="module")
def kernel(built: pipeline.Kernel) -> Linked:
    return built.linked


@pytest.fixture(scope="module")
def kernel_file(kernel: Linked, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return gnu.write(tmp_path_factory.mktemp("debug") / "kernel.elf", debuggable(kernel))


ALL = ""
WITHOUT_FRAMES = "=info,abbrev,rawline,decodedline,str,Ranges"  # they lie in another file


def is_content(path: Path, what: str = ALL) -> str:
    """All that readelf says of debugging information; it has no warning on stderr."""
    texts = [gnu.run("readelf", f"--debug-dump{what}", "-W", path), gnu.run("readelf", "-aW", path)]
    for text in texts:
        assert not re.search(r"<corrupt|unrecognized|<unknown|unreliable", text), text
    return texts[0]


def test_readelf_has_no_complaint_about_the_kernel(kernel_file: Path) -> None:
    text = is_content(kernel_file)
    assert len(re.findall("<0>.*DW_TAG_compile_unit", text)) > 30
    assert "kernel_src/entry/syscall.s" in text


def test_every_line_of_the_kernels_code_maps_to_its_address(kernel: Linked) -> None:
    found = {(r.address, r.file, r.line) for r in rows(debuggable(kernel)) if not r.end}
    placement, missing, checked = kernel.parts.placement, [], 0
    last = None
    for index, object_ in enumerate(kernel.parts.resolution.objects):
        for section in object_.sections.values():
            start = placement.address(index, section.name)
            if start is None or not section.name.startswith(".text"):
                continue
            for line in section.lines:
                at = (line.location.file, line.location.line)
                if at != last:  # a line that goes on has one row
                    checked += 1
                    missing += [at] if (start + line.offset, *at) not in found else []
                last = at
    assert not missing
    assert checked > 2000


def test_addr2line_names_routine_and_line_of_the_fast_door(
    kernel: Linked, kernel_file: Path
) -> None:
    entry = kernel.symbols["syscall_entry"]
    said = gnu.run("addr2line", "-f", "-e", kernel_file, hex(entry))
    source = Path("kernel_src/entry/syscall.s")
    line = source_line(source, "swapgs")
    assert said.split() == ["syscall_entry", f"{source.resolve()}:{line}"]


def test_addr2line_shows_a_macro_and_its_caller(kernel_file: Path) -> None:
    text = gnu.run("readelf", "--debug-dump=decodedline", "-W", kernel_file)
    source = Path("kernel_src/entry/exceptions.s")
    body = source_line(source, "push rdi")
    found = re.search(rf"exceptions\.s +{body} +(0x[0-9a-f]+)", text, re.M)
    assert found
    said = gnu.run("addr2line", "-f", "-i", "-e", kernel_file, found[1]).split()
    assert said[0] == "save_registers"
    assert said[1].endswith(f"exceptions.s:{body}")
    assert said[2] in ("exception_save", "exception_entry")
    assert re.search(r"exceptions\.s:\d+$", said[3])


def source_line(path: Path, text: str) -> int:
    """The number of the first line that begins with ``text``."""
    lines = path.read_text().splitlines()
    return next(n for n, line in enumerate(lines, 1) if line.strip().startswith(text))


@pytest.mark.parametrize("name", ["entry/syscall.s", "entry/int80.s", "memory/paging.s"])
def test_gnu_as_gives_every_instruction_the_same_line_but_for_macros(
    name: str, tmp_path: Path
) -> None:
    workspace = Workspace()
    tree = SourceTree(workspace.kernel_roots, generated_sources(workspace))
    for generated, text in tree.generated.items():
        (tmp_path / generated).parent.mkdir(exist_ok=True)
        (tmp_path / generated).write_text(text)
    source = workspace.kernel_file(name)
    includes = [f"-I{root}" for root in (*workspace.kernel_roots, tmp_path)]
    output = tmp_path / "by_gnu.o"
    gnu.run("as", "-g", *includes, "-o", output, source)
    theirs = [row for row in rows(output.read_bytes()) if not row.end]
    assert len(theirs) > 20
    ours = assemble_file(source, tree).sections[".text"].lines
    outermost: dict[int, int] = {}
    for line in ours:
        at = line.location
        while at.via is not None:
            at = at.via.at
        outermost.setdefault(line.offset, at.line)
    assert [(r.address, r.line) for r in theirs] == [
        (r.address, outermost[r.address]) for r in theirs
    ]


def test_code_of_gcc_keeps_its_lines_beside_ours(tmp_path: Path) -> None:
    c = gnu.compile_c(tmp_path, "answer", "int answer(void)\n{\n    return 42;\n}\n", "-g")
    text = ".global _start\n_start:\n    call answer\n    hlt\n"
    linked = link([assemble(text, name="start.s"), *gnu.read(c)], PROGRAM)
    file = gnu.write(tmp_path / "both", debuggable(linked))
    is_content(file)
    table = rows(file.read_bytes())
    assert line_at(table, linked.entry) == ("start.s", 3)
    said = gnu.run("addr2line", "-f", "-e", file, hex(linked.symbols["answer"]))
    assert said.split() == ["answer", f"{tmp_path / 'answer.c'}:2"]
    loaded = gnu.loaded_sections(linked.data)
    assert gnu.loaded_sections(file.read_bytes()) == loaded


@pytest.mark.parametrize("version", ["-gdwarf-4", "-gdwarf-5"])
def test_our_look_up_agrees_with_addr2line_on_what_gcc_wrote(version: str, tmp_path: Path) -> None:
    text = (
        "static inline __attribute__((always_inline)) int seventh(int n)\n{\n    return n / 7;\n}\n"
    )
    text += "int answer(int n)\n{\n    n += 3;\n    return seventh(n) - 1;\n}\n"
    c = gnu.compile_c(tmp_path, "answer", text, version, "-O1")
    start = assemble(".global _start\n_start:\n    call answer\n    hlt\n", name="start.s")
    file = gnu.write(tmp_path / "both", debuggable(link([start, *gnu.read(c)], PROGRAM), "/here"))
    elf = ELFFile(BytesIO(file.read_bytes()))
    (code,) = (s for s in elf.iter_sections() if s.name == ".text")
    found = set()
    for address in range(code["sh_addr"], code["sh_addr"] + code["sh_size"]):
        place = find_source(elf, address)
        said = gnu.run("addr2line", "-i", "-e", file, hex(address)).split()
        if place is None:
            assert said == ["??:0"]
            continue
        ours = [f"{at.path}:{at.line}" for at in (place.at, *(at for _, at in place.calls))]
        assert ours == said
        found.add(ours[0].rpartition("/")[2])
    assert {"start.s:3", "start.s:4", "answer.c:3"} <= found


def test_readelf_has_no_complaint_about_a_program_of_the_i386(tmp_path: Path) -> None:
    source = ".intel_syntax noprefix; .code32\n.macro leave status\nmov ebx, \\status\n.endm\n"
    source += ".global _start\n_start:\n"
    linked = link([assemble(f"{source}leave 3\nint 0x80\n", name="old.s")], PROGRAM32)
    text = is_content(gnu.write(tmp_path / "old", debuggable(linked)))
    assert "DW_TAG_inlined_subroutine" in text


@pytest.mark.parametrize(("head", "options"), [("", ()), (".code32\n", ("-m", "elf_i386"))])
def test_gnu_ld_links_the_lines_of_our_objects(
    head: str, options: tuple[str, ...], tmp_path: Path
) -> None:
    text = f".intel_syntax noprefix\n{head}.macro two\n    nop\n    nop\n.endm\n"
    text += '.global _start\n_start:\n    two\n    ret\n.section .text.b, "ax"\nb:\n    two\n'
    object_ = gnu.write(
        tmp_path / "ours.o", write_object(described(assemble(text, name="ours.s"), "/here"))
    )
    is_content(object_)
    gnu.run("ld", *options, "-o", tmp_path / "linked", object_)
    is_content(tmp_path / "linked")
    body, call = (number + bool(head) for number in (3, 12))
    where = f"{gnu.symbols(tmp_path / 'linked', ['b'])['b']:#x}"
    said = gnu.run("addr2line", "-f", "-i", "-e", tmp_path / "linked", where).split()
    assert said == ["two", f"/here/ours.s:{body}", "b", f"/here/ours.s:{call}"]


def test_strip_makes_the_same_file_with_and_without(kernel: Linked, tmp_path: Path) -> None:
    bare = gnu.write(tmp_path / "bare", kernel.data)
    full = gnu.write(tmp_path / "full", debuggable(kernel))
    for path in (bare, full):
        gnu.run("strip", path)
    assert bare.read_bytes() == full.read_bytes()


def test_a_vdso_has_a_debug_file_that_only_adds_to_it(
    built: pipeline.Kernel, tmp_path: Path
) -> None:
    for number, shared in enumerate(built.vdsos.values()):
        debug = separate_debug(shared)
        is_content(gnu.write(tmp_path / f"{number}.debug", debug), WITHOUT_FRAMES)
        image, beside = ELFFile(BytesIO(shared.data)), ELFFile(BytesIO(debug))
        assert not image.has_dwarf_info(strict=True)
        assert beside.has_dwarf_info(strict=True)
        assert beside["e_machine"] == image["e_machine"]
        for section in image.iter_sections():
            if section.name and section.name != ".shstrtab":
                same: Any = beside.get_section_by_name(section.name)
                for key in ("sh_addr", "sh_size", "sh_flags", "sh_addralign"):
                    assert same[key] == section[key], (section.name, key)
                if section.name == ".note":
                    assert same.data() == section.data()


def gdb(file: Path, debug_folder: Path, *commands: str) -> str:
    """What gdb answers to commands, one after the other."""
    if shutil.which("gdb") is None:
        pytest.skip("gdb is not installed")
    settings = ["-iex", f"set debug-file-directory {debug_folder}"]
    words = [word for command in commands for word in ("-ex", command)]
    return subprocess.run(
        ["gdb", "-nx", "-batch", *settings, *words, str(file)],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    ).stdout


def write_beside(shared: SharedObject, folder: Path) -> Path:
    """Write a shared object's debug file where gdb looks for it; returns the folder."""
    path = folder / build_id_path(shared)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(separate_debug(shared))
    return folder


def test_gdb_finds_the_debug_file_of_a_vdso_by_its_build_id(
    built: pipeline.Kernel, tmp_path: Path
) -> None:
    for number, shared in enumerate(built.vdsos.values()):
        image = gnu.write(tmp_path / f"{number}.so", shared.data)
        said = gdb(image, write_beside(shared, tmp_path / "debug"), "info line __vdso_time")
        assert re.search(r'Line \d+ of "kernel_src/(compat/)?vdso/vdso(64|32)\.s"', said), said


def test_gdb_knows_the_constants_of_the_sources_by_name(kernel_file: Path, tmp_path: Path) -> None:
    said = gdb(kernel_file, tmp_path, "print/x KERNEL_CODE", "print/x PTE_KERNEL_READ_ONLY")
    assert "$1 = 0x10\n" in said
    assert "$2 = 0x8000000000000101\n" in said


CALLER = """
#include <fcntl.h>
#include <sys/mman.h>
#define BASE 0x7000001000
int main(int argc, char **argv) {
    int file = open(argv[1], O_RDONLY);
    mmap((void *)(BASE - 4096), 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    mmap((void *)BASE, SIZE, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_FIXED, file, 0);
    long (*time)(long *) = (void *)(BASE + FUNCTION);
    return time(0); /* here */
}
"""


def test_gdb_walks_back_from_each_line_of_a_vdso_into_a_c_program(
    built: pipeline.Kernel, tmp_path: Path
) -> None:
    shared = built.vdsos["vdso64"]
    image = gnu.write(tmp_path / "vdso64.so", shared.data)
    source = tmp_path / "caller.c"
    source.write_text(CALLER)
    line = source_line(source, "return time")
    function = shared.symbols["__vdso_time"]
    values = [f"-DSIZE={len(shared.data)}", f"-DFUNCTION={function}"]
    gnu.run("gcc", "-g", "-O0", *values, "-o", tmp_path / "caller", source)
    said = gdb(
        tmp_path / "caller",
        write_beside(shared, tmp_path / "debug"),
        f"break caller.c:{line}",
        f"run {image}",
        "add-symbol-file-from-memory 0x7000001000",
        f"break *{0x7000001000 + function:#x}",
        "continue",
        *["backtrace", "step"] * 4,
    )
    walks = re.findall(
        r"^#0 +__vdso_time \(\) at .*vdso64\.s:(\d+)\n"
        rf"#1 .* in main \(.*\) at .*caller\.c:{line}$",
        said,
        re.MULTILINE,
    )
    assert len(set(walks)) == 4, said
