"""The container of shared objects in its 32-bit class: the shape of Linux's linux-gate.so.1."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

from elftools.elf.elffile import ELFFile

from oracle.elf import gnu
from ring3.asm import assemble
from ring3.elf.dynamic import Export, Interface
from ring3.elf.format import ElfClass
from ring3.elf.shared import link_shared

GATE = Interface(
    elf_class=ElfClass.ELF32,
    soname="linux-gate.so.1",
    versions=("LINUX_2.6", "LINUX_2.5"),
    exports=(
        Export("__kernel_vsyscall", "LINUX_2.5", "__kernel_vsyscall"),
        Export("__vdso_time", "LINUX_2.6", "__vdso_time"),
    ),
    linux_version=(6, 12, 0),
    entry="__kernel_vsyscall",
)

SOURCE = """
.intel_syntax noprefix
.text
.code32
.global __kernel_vsyscall, __vdso_time
.type __kernel_vsyscall, @function
__kernel_vsyscall:
    int 0x80
    ret
.size __kernel_vsyscall, . - __kernel_vsyscall
.type __vdso_time, @function
__vdso_time:
    mov eax, 13
    call __kernel_vsyscall
    ret
.size __vdso_time, . - __vdso_time
"""


def test_readelf_reads_a_32_bit_one_with_two_versions_and_an_entry(tmp_path: Path) -> None:
    image = link_shared([assemble(SOURCE)], GATE).data
    text = gnu.readelf_is_content(gnu.write(tmp_path / "gate.so", image))
    assert "Class:                             ELF32" in text
    assert "Machine:                           Intel 80386" in text
    assert "__kernel_vsyscall@@LINUX_2.5" in text
    assert "__vdso_time@@LINUX_2.6" in text
    assert re.search(r"Flags: none  Index: 3  Cnt: 1  Name: LINUX_2\.5", text)
    entry = ELFFile(BytesIO(image))["e_entry"]
    assert re.search(rf"{entry:08x} +3 FUNC +GLOBAL DEFAULT +\d+ __kernel_vsyscall", text)
    assert image[entry : entry + 3] == b"\xcd\x80\xc3"
    assert len(image) == 4096
