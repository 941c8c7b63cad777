"""What the kernel's vDSO contains: its source, its symbols, its versions.

    kernel_src/vdso/vdso64.s ──assemble──> object ──link_shared──> linux-vdso.so.1

A program finds the object through AT_SYSINFO_EHDR and the functions through
its dynamic symbols; glibc, musl, Go and Linux's own parser each read another
part of the tables, so all parts are there (vdso(7); Documentation/ABI/stable/vdso
in Linux).
"""

from __future__ import annotations

from pathlib import Path

from ring3.asm import SourceTree, assemble_file
from ring3.asm.object import Binding
from ring3.diagnostic import Ring3Error
from ring3.elf.dynamic import Export, Interface
from ring3.elf.format import PAGE_SIZE, ElfClass
from ring3.elf.shared import link_shared

LINUX_VERSION = (6, 12, 0)
"""The Linux whose interface is kept; old glibc refuses a program whose kernel is older."""

FUNCTIONS = ("clock_gettime", "gettimeofday", "time", "getcpu", "clock_getres")

VDSO64 = Interface(
    elf_class=ElfClass.ELF64,
    soname="linux-vdso.so.1",
    versions=("LINUX_2.6",),
    exports=(
        *(Export(f"__vdso_{name}", "LINUX_2.6", f"__vdso_{name}") for name in FUNCTIONS),
        *(Export(name, "LINUX_2.6", f"__vdso_{name}", Binding.WEAK) for name in FUNCTIONS),
    ),
    linux_version=LINUX_VERSION,
)

SOURCE64 = "vdso/vdso64.s"

DEFINES = {"vvar_page": -PAGE_SIZE}
"""The page of time values lies right below the object's first page."""


def build_vdso64(tree: SourceTree) -> bytes:
    """The 64-bit vDSO, whole pages; ``tree`` is that of the kernel's sources."""
    return link_shared([assemble_file(_find(SOURCE64, tree), tree)], VDSO64, DEFINES)


def _find(name: str, tree: SourceTree) -> Path:
    """The first root of the tree that has the file."""
    for root in tree.roots:
        if (root / name).is_file():
            return root / name
    roots = ", ".join(map(str, tree.roots)) or "no folder"
    raise Ring3Error(f"there is no {name} in the kernel's sources ({roots})")
