"""The generated vDSO, held against everybody who reads one: glibc, musl, gdb, unwinders."""

from __future__ import annotations

import re
import shutil
import struct
import subprocess
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from elftools.elf.elffile import ELFFile
from elftools.elf.sections import SymbolTableSection
from elftools.elf.segments import NoteSegment

from oracle.elf import gnu
from oracle.elf.vdso_source import FUNCTIONS, SOURCE
from ring3 import tables, vdso
from ring3.asm import SourceTree
from ring3.diagnostic import Ring3Error, SourceError
from ring3.elf.hashes import gnu_hash, sysv_hash
from ring3.tables import system_calls
from ring3.workspace import Workspace

NAMES = [*(f"__vdso_{name}" for name in FUNCTIONS), *FUNCTIONS]
VERSION = "LINUX_2.6"
PAGE = 4096


def tree_with(folder: Path, text: str) -> SourceTree:
    source = folder / "kernel_src" / "vdso" / "vdso64.s"
    source.parent.mkdir(parents=True)
    source.write_text(text)
    return SourceTree((folder / "kernel_src",))


def stock_tree() -> SourceTree:
    workspace = Workspace()
    table = workspace.kernel_file(tables.TABLE).read_text()
    return SourceTree(workspace.kernel_roots, system_calls.generate(table))


@pytest.fixture(params=["small", "stock"])
def image(request: pytest.FixtureRequest, tmp_path: Path) -> bytes:
    """The vDSO of the small source of these tests, and the kernel's own."""
    if request.param == "small":
        return vdso.build_vdso64(tree_with(tmp_path, SOURCE))
    return vdso.build_vdso64(stock_tree())


@pytest.fixture
def file(image: bytes, tmp_path: Path) -> Path:
    return gnu.write(tmp_path / "vdso64.so", image)


def elf(image: bytes) -> ELFFile:
    return ELFFile(BytesIO(image))


def addresses(image: bytes) -> dict[str, int]:
    return {symbol.name: symbol["st_value"] for symbol in dynamic_symbols(image)}


def dynamic_symbols(image: bytes) -> list[Any]:
    table = elf(image).get_section_by_name(".dynsym")
    assert isinstance(table, SymbolTableSection)
    return list(table.iter_symbols())


def test_readelf_has_no_complaint_and_sees_the_versions(file: Path) -> None:
    text = gnu.readelf_is_content(file)
    assert "Library soname: [linux-vdso.so.1]" in text
    assert re.search(r"Flags: BASE  Index: 1  Cnt: 1  Name: linux-vdso\.so\.1", text)
    assert re.search(r"Flags: none  Index: 2  Cnt: 1  Name: LINUX_2\.6", text)
    for name in NAMES:
        assert f"{name}@@{VERSION}" in text
    assert "There are no relocations in this file." in text


def test_one_page_aligned_segment_covers_the_whole_file(image: bytes) -> None:
    loads = [s for s in elf(image).iter_segments() if s["p_type"] == "PT_LOAD"]
    (load,) = loads
    assert (load["p_offset"], load["p_vaddr"], load["p_flags"]) == (0, 0, 5)
    assert load["p_filesz"] == load["p_memsz"] == len(image)
    assert len(image) % PAGE == 0


def test_the_dynamic_segment_is_read_only_and_nothing_asks_for_relocation(image: bytes) -> None:
    segments: dict[str, Any] = {s["p_type"]: s for s in elf(image).iter_segments()}
    assert segments["PT_DYNAMIC"]["p_flags"] == 4
    assert segments["PT_DYNAMIC"]["p_offset"] == segments["PT_DYNAMIC"]["p_vaddr"]
    tags = {tag["d_tag"] for tag in segments["PT_DYNAMIC"].iter_tags()}
    assert tags == {
        "DT_SONAME", "DT_SYMBOLIC", "DT_HASH", "DT_GNU_HASH", "DT_STRTAB", "DT_SYMTAB",
        "DT_STRSZ", "DT_SYMENT", "DT_VERDEF", "DT_VERDEFNUM", "DT_VERSYM", "DT_FLAGS",
        "DT_FLAGS_1", "DT_NULL",
    }  # fmt: skip
    assert {"PT_LOAD", "PT_DYNAMIC", "PT_NOTE", "PT_GNU_EH_FRAME"} <= set(segments)
    assert "PT_TLS" not in segments


def test_the_header_is_that_of_a_shared_object_without_an_entry(image: bytes) -> None:
    header = elf(image).header
    assert (header["e_type"], header["e_machine"]) == ("ET_DYN", "EM_X86_64")
    assert (header["e_entry"], header["e_phoff"], header["e_phentsize"]) == (0, 64, 56)


def test_section_headers_lie_inside_the_mapping(image: bytes) -> None:
    file = elf(image)
    end = file["e_shoff"] + file["e_shnum"] * file["e_shentsize"]
    assert 0 < file["e_shoff"] < end <= len(image)
    assert {
        ".hash", ".gnu.hash", ".dynsym", ".dynstr", ".gnu.version", ".gnu.version_d",
        ".dynamic", ".note", ".eh_frame_hdr", ".eh_frame", ".text", ".shstrtab",
    } <= {section.name for section in file.iter_sections()}  # fmt: skip


def test_every_function_has_a_global_name_and_a_weak_one_with_the_same_size(image: bytes) -> None:
    file = elf(image)
    symbols = {symbol.name: symbol for symbol in dynamic_symbols(image)}
    for name in FUNCTIONS:
        public, alias = symbols[f"__vdso_{name}"], symbols[name]
        assert (public["st_info"]["bind"], alias["st_info"]["bind"]) == ("STB_GLOBAL", "STB_WEAK")
        for symbol in (public, alias):
            assert symbol["st_info"]["type"] == "STT_FUNC"
            assert file.get_section(symbol["st_shndx"]).name == ".text"
            assert (symbol["st_value"], symbol["st_size"]) == (
                public["st_value"],
                public["st_size"],
            )
        assert public["st_size"] > 0
    version = symbols[VERSION]
    assert (version["st_shndx"], version["st_value"]) == ("SHN_ABS", 0)
    assert set(symbols) == {"", VERSION, *NAMES}


def test_the_notes_are_linuxs_version_and_a_build_id_of_the_content(tmp_path: Path) -> None:
    def notes(text: str, folder: str) -> dict[str, bytes]:
        built = vdso.build_vdso64(tree_with(tmp_path / folder, text))
        (segment,) = elf(built).iter_segments("PT_NOTE")
        assert isinstance(segment, NoteSegment)
        return {
            note["n_name"]: built[note["n_offset"] : note["n_offset"] + note["n_size"]]
            for note in segment.iter_notes()
        }

    first, again = notes(SOURCE, "first"), notes(SOURCE, "again")
    other = notes(SOURCE.replace("0x1122334455667788", "0x1122334455667789"), "other")
    assert first == again
    assert first["GNU"] != other["GNU"]
    assert len(first["GNU"]) == 12 + 4 + 20
    major, minor, patch = vdso.LINUX_VERSION
    version = struct.pack("<I", major << 16 | minor << 8 | patch)
    assert first["Linux"] == struct.pack("<III", 6, 4, 0) + b"Linux\0\0\0" + version


@dataclass
class Tables:
    """A vDSO as a program sees it in its memory: no section headers, bytes alone."""

    memory: bytes

    def __post_init__(self) -> None:
        offset, size, count = (
            *struct.unpack_from("<Q", self.memory, 32),
            *struct.unpack_from("<HH", self.memory, 54),
        )
        for number in range(count):
            type_, _, start, *_, length, _, _ = struct.unpack_from(
                "<IIQQQQQQ", self.memory, offset + number * size
            )
            if type_ == 2:
                pairs = struct.iter_unpack("<QQ", self.memory[start : start + length])
                self.dynamic = dict(pairs)
        self.hash, self.gnu_hash = self.dynamic[4], self.dynamic[0x6FFFFEF5]
        self.strings, self.symbols = self.dynamic[5], self.dynamic[6]
        self.versions, self.definitions = self.dynamic[0x6FFFFFF0], self.dynamic[0x6FFFFFFC]

    def words(self, address: int, count: int) -> tuple[int, ...]:
        return struct.unpack_from(f"<{count}I", self.memory, address)

    def text(self, offset: int) -> str:
        start = self.strings + offset
        return self.memory[start : self.memory.index(b"\0", start)].decode()

    def symbol(self, number: int) -> tuple[str, int, int, int]:
        """Name, st_info, section and value."""
        name, info, _, section, value, _ = struct.unpack_from(
            "<IBBHQQ", self.memory, self.symbols + 24 * number
        )
        return self.text(name), info, section, value

    def has_version(self, number: int, version: str) -> bool:
        """As Linux's parse_vdso.c checks it: number, hash and name."""
        (wanted,) = struct.unpack_from("<H", self.memory, self.versions + 2 * number)
        at = self.definitions
        while True:
            _, flags, index, _, hashed, names, next_ = struct.unpack_from("<4H3I", self.memory, at)
            if not flags & 1 and index == wanted & 0x7FFF:
                (name,) = self.words(at + names, 1)
                return bool(hashed == sysv_hash(version) and self.text(name) == version)
            if not next_:
                return False
            at += next_

    def by_linear_scan(self, name: str) -> int:
        """As musl does: all symbols, counted by DT_HASH's nchain."""
        _, count = self.words(self.hash, 2)
        for number in range(count):
            found, info, section, value = self.symbol(number)
            if found == name and section and info & 15 in (0, 1, 2) and info >> 4 in (1, 2):
                assert self.has_version(number, VERSION)
                return value
        raise LookupError(name)

    def by_hash(self, name: str) -> int:
        """As Linux's own parser does: DT_HASH, functions only."""
        buckets, _ = self.words(self.hash, 2)
        (number,) = self.words(self.hash + 8 + 4 * (sysv_hash(name) % buckets), 1)
        while number:
            found, info, section, value = self.symbol(number)
            if found == name and info & 15 == 2 and section and self.has_version(number, VERSION):
                return value
            (number,) = self.words(self.hash + 8 + 4 * (buckets + number), 1)
        raise LookupError(name)

    def by_gnu_hash(self, name: str) -> int:
        """As glibc and Go do: the filter, then one bucket."""
        buckets, first, bloom_size, shift = self.words(self.gnu_hash, 4)
        hashed = gnu_hash(name)
        bloom = struct.unpack_from(f"<{bloom_size}Q", self.memory, self.gnu_hash + 16)
        word = bloom[hashed // 64 % bloom_size]
        assert word >> hashed % 64 & word >> (hashed >> shift) % 64 & 1
        start = self.gnu_hash + 16 + 8 * bloom_size
        (number,) = self.words(start + 4 * (hashed % buckets), 1)
        while number:
            (value,) = self.words(start + 4 * (buckets + number - first), 1)
            if value | 1 == hashed | 1 and self.symbol(number)[0] == name:
                assert self.has_version(number, VERSION)
                return self.symbol(number)[3]
            number = 0 if value & 1 else number + 1
        raise LookupError(name)


def test_every_way_of_looking_up_finds_the_same_functions(image: bytes) -> None:
    tables, expected = Tables(image), addresses(image)
    for name in NAMES:
        assert tables.by_linear_scan(name) == expected[name]
        assert tables.by_hash(name) == expected[name]
        assert tables.by_gnu_hash(name) == expected[name]
    assert sysv_hash(VERSION) == 0x03AE75F6


LOADER = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <stdio.h>
int main(int argc, char **argv) {
    void *library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
    if (!library) return puts(dlerror()), 1;
    struct link_map *map;
    dlinfo(library, RTLD_DI_LINKMAP, &map);
    for (int i = 3; i < argc; i++) {
        char *found = dlvsym(library, argv[i], argv[2]);
        printf("%s %#lx %d\n", argv[i], found ? (unsigned long)(found - (char *)map->l_addr) : 0,
               dlvsym(library, argv[i], "LINUX_9.9") == NULL);
    }
    return 0;
}
"""


def test_glibc_loads_it_and_finds_every_name_with_its_version(
    image: bytes, file: Path, tmp_path: Path
) -> None:
    source = tmp_path / "loader.c"
    source.write_text(LOADER)
    gnu.run("gcc", "-O1", "-o", tmp_path / "loader", source)
    expected = addresses(image)
    found = gnu.run(tmp_path / "loader", file, VERSION, *NAMES)
    assert found.splitlines() == [f"{name} {expected[name]:#x} 1" for name in NAMES]


UNWINDER = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <unwind.h>
static int frames, main_frame;
static void *library_base, *outer;
static _Unwind_Reason_Code frame(struct _Unwind_Context *context, void *unused) {
    void *start = _Unwind_FindEnclosingFunction((void *)_Unwind_GetIP(context));
    frames++;
    if (start == outer && !main_frame) main_frame = frames;
    return _URC_NO_REASON;
}
static void callback(void) { _Unwind_Backtrace(frame, 0); }
__attribute__((noinline)) long caller(long (*function)(void (*)(void))) {
    return function(callback) + 1;
}
int main(int argc, char **argv) {
    void *library = dlopen(argv[1], RTLD_NOW);
    outer = (void *)main;
    for (int i = 2; i < argc; i++) {
        frames = main_frame = 0;
        long result = caller(dlsym(library, argv[i]));
        printf("%d %lx\n", main_frame, result);
    }
    return 0;
}
"""


def test_an_unwinder_gets_through_it_by_its_index_of_frames(tmp_path: Path) -> None:
    file = gnu.write(tmp_path / "vdso.so", vdso.build_vdso64(tree_with(tmp_path, SOURCE)))
    source = tmp_path / "unwinder.c"
    source.write_text(UNWINDER)
    gnu.run("gcc", "-O0", "-o", tmp_path / "unwinder", source)
    deep = [name for name in NAMES if name not in ("time", "__vdso_time")]
    found = gnu.run(tmp_path / "unwinder", file, *deep)
    # callback, the vDSO's function, caller, main
    assert found == "4 1122334455667789\n" * len(deep)


MAPPER = r"""
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
int main(int argc, char **argv) {
    int file = open(argv[1], O_RDONLY);
    void *want = (void *)0x7000000000;
    void *got = mmap(want, atol(argv[2]), PROT_READ | PROT_EXEC, MAP_PRIVATE, file, 0);
    if (got != want) return 1;
    abort();
}
"""


@pytest.mark.skipif(not shutil.which("gdb"), reason="gdb is not installed")
def test_gdb_reads_its_symbols_out_of_a_programs_memory(
    image: bytes, file: Path, tmp_path: Path
) -> None:
    source = tmp_path / "mapper.c"
    source.write_text(MAPPER)
    gnu.run("gcc", "-O1", "-o", tmp_path / "mapper", source)
    command = ["gdb", "-nx", "-batch", "-ex", f"run {file} {len(image)} >/dev/null"]
    command += ["-ex", "add-symbol-file-from-memory 0x7000000000"]
    expected = addresses(image)
    for name in FUNCTIONS:
        command += ["-ex", f"info symbol {0x7000000000 + expected[f'__vdso_{name}']:#x}"]
    command.append(str(tmp_path / "mapper"))
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    for name in FUNCTIONS:
        assert re.search(rf"^(__vdso_)?{name} in section \.text", text, re.M), text


def test_the_kernels_vdso_fits_a_page() -> None:
    assert len(vdso.build_vdso64(stock_tree())) == PAGE


def test_the_vdso_is_of_the_version_that_the_kernel_says_it_is() -> None:
    uname = Workspace().kernel_file("calls/uname.s").read_text()
    (release,) = re.findall(r'name_field "([0-9.]+)-ring3"', uname)
    assert release == ".".join(map(str, vdso.LINUX_VERSION))


def test_the_page_of_values_lies_right_below(tmp_path: Path) -> None:
    image = vdso.build_vdso64(tree_with(tmp_path, SOURCE))
    start = addresses(image)["__vdso_time"]
    assert image[start : start + 3] == b"\x48\x8d\x05"  # lea rax, [rip + ...]
    (distance,) = struct.unpack_from("<i", image, start + 3)
    assert start + 7 + distance == -PAGE


MISTAKES = [
    (SOURCE.replace("exported getcpu\n", ""), "missing-export", "`__vdso_getcpu`"),
    (SOURCE.replace(".size __vdso_time, . - __vdso_time", ""), "export-is-no-function", "time"),
    (SOURCE.replace(".type __vdso_time, @function", ""), "export-is-no-function", "__vdso_time"),
    (SOURCE.replace("lea rax, [rip + vvar_page]", "mov eax, [magic]"), "absolute-address", "magic"),
    (SOURCE + "address: .quad magic\n", "absolute-address", "is not known before"),
    (SOURCE + ".data\n.quad 1\n", "unplaced-section", ".data"),
    (SOURCE + ".bss\n.skip 1\n", "unplaced-section", ".bss"),
    (SOURCE.replace("vvar_page", "vvar_pgae"), "undefined-symbol", "vvar_pgae"),
]


@pytest.mark.parametrize(("text", "code", "says"), MISTAKES, ids=range(len(MISTAKES)))
def test_a_source_that_makes_no_vdso_is_refused_with_the_reason(
    text: str, code: str, says: str, tmp_path: Path
) -> None:
    with pytest.raises(SourceError) as caught:
        vdso.build_vdso64(tree_with(tmp_path, text))
    assert code in {diagnostic.code for diagnostic in caught.value.diagnostics}
    assert says in caught.value.render()


def test_a_tree_without_its_source_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Ring3Error, match=r"there is no vdso/vdso64\.s"):
        vdso.build_vdso64(SourceTree((tmp_path,)))
