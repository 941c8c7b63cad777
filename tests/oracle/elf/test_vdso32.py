"""The three 32-bit vDSOs, held against readelf, glibc of the i386 and unwinders' tables."""

from __future__ import annotations

import re
import subprocess
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from elftools.elf.elffile import ELFFile

from oracle.elf import gnu
from ring3 import tables, vdso
from ring3.asm import SourceTree
from ring3.tables import system_calls
from ring3.workspace import Workspace

VERSIONS = {
    **{f"__vdso_{name}": "LINUX_2.6" for name in vdso.FUNCTIONS32},
    "__kernel_vsyscall": "LINUX_2.5",
    "__kernel_sigreturn": "LINUX_2.5",
    "__kernel_rt_sigreturn": "LINUX_2.5",
}
PUSHES = b"\x51\x52\x55"  # ecx, edx, ebp
LANDING = 9  # as in Linux's own
ENTRIES = {
    "int80": b"\xcd\x80\xc3",
    "sysenter": PUSHES + b"\x89\xe5\x0f\x34\xcd\x80\x5d\x5a\x59\xc3",
    "syscall": PUSHES + b"\x89\xcd\x0f\x05\xcd\x80\x5d\x5a\x59\xc3",
}


@pytest.fixture(params=vdso.DOORS32)
def door(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def image(door: str) -> bytes:
    return build(door)


def build(door: str) -> bytes:
    workspace = Workspace()
    table = workspace.kernel_file(tables.TABLE).read_text()
    tree = SourceTree(workspace.kernel_roots, system_calls.generate(table))
    return vdso.build_vdso32(tree, door)


def test_readelf_sees_linux_s_shape_and_has_no_complaint(image: bytes, tmp_path: Path) -> None:
    text = gnu.readelf_is_content(gnu.write(tmp_path / "vdso32.so", image))
    assert "Library soname: [linux-gate.so.1]" in text
    assert re.search(r"Flags: none  Index: 2  Cnt: 1  Name: LINUX_2\.6", text)
    assert re.search(r"Flags: none  Index: 3  Cnt: 1  Name: LINUX_2\.5", text)
    for name, version in VERSIONS.items():
        assert re.search(rf"FUNC +GLOBAL DEFAULT +\d+ {name}@@{re.escape(version)}\n", text)
    assert "There are no relocations in this file." in text
    assert len(image) == 4096


def test_its_entry_is_kernel_vsyscall_by_its_door(image: bytes, door: str) -> None:
    elf = ELFFile(BytesIO(image))
    table: Any = elf.get_section_by_name(".dynsym")
    (found,) = table.get_symbol_by_name("__kernel_vsyscall")
    entry = elf["e_entry"]
    assert entry == found["st_value"] != 0
    assert image[entry : entry + found["st_size"]] == ENTRIES[door]


def test_an_unwinder_that_stops_at_the_landing_finds_the_caller(
    image: bytes, door: str, tmp_path: Path
) -> None:
    file = gnu.write(tmp_path / "vdso32.so", image)
    entry = ELFFile(BytesIO(image))["e_entry"]
    frames = gnu.run("readelf", "--debug-dump=frames-interp", file)
    rows = dict(re.findall(r"^([0-9a-f]{8}) (esp\+\d+ .*?) *$", frames, re.M))
    if door == "int80":
        assert f"pc={entry:08x}..{entry + 3:08x}" in frames
        return
    before_landing = [int(row, 16) for row in rows if int(row, 16) < entry + LANDING]
    assert rows[f"{max(before_landing):08x}"].split() == ["esp+16", "c-8", "c-12", "c-16", "c-4"]
    assert rows[f"{entry + LANDING + 3:08x}"].split() == ["esp+4", "u", "u", "u", "c-4"]


LOADER = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <unistd.h>
int main(int argc, char **argv) {
    void *library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
    if (!library) return puts(dlerror()), 1;
    for (int i = 2; i < argc; i += 2)
        printf("%s %d\n", argv[i], dlvsym(library, argv[i], argv[i + 1]) != NULL);
    long (*vsyscall)(void) = dlsym(library, "__kernel_vsyscall");
    long result;
    __asm__ volatile ("call *%1" : "=a"(result) : "r"(vsyscall), "a"(20) : "memory");
    printf("%d\n", result == getpid());
    return 0;
}
"""


def test_glibc_of_the_i386_finds_every_name_with_its_version_and_makes_a_call(
    tmp_path: Path,
) -> None:
    image = build("int80")  # from the other doors Linux returns to its own vDSO
    file = gnu.write(tmp_path / "vdso32.so", image)
    source = tmp_path / "loader.c"
    source.write_text(LOADER)
    gnu.run("gcc", "-m32", "-O1", "-o", tmp_path / "loader", source)
    words = [word for pair in VERSIONS.items() for word in pair]
    ended = subprocess.run(
        [tmp_path / "loader", file, *words], check=True, capture_output=True, text=True
    )
    assert ended.stdout.splitlines() == [*(f"{name} 1" for name in VERSIONS), "1"]
