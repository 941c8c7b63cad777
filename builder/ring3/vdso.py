"""What the kernel's vDSOs contain: their sources, their symbols, their versions.

    kernel_src/vdso/vdso64.s ──assemble──> object ──link_shared──> linux-vdso.so.1

    vdso32.s + vsyscall_int80.s    ─┐
    vdso32.s + vsyscall_sysenter.s ─┼──────────────────────────> linux-gate.so.1, three times:
    vdso32.s + vsyscall_syscall.s  ─┘                              one for each way in

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
from ring3.elf.shared import SharedObject, link_shared

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

FUNCTIONS32 = (*FUNCTIONS, "clock_gettime64")

VSYSCALL = "__kernel_vsyscall"

VDSO32 = Interface(
    elf_class=ElfClass.ELF32,
    soname="linux-gate.so.1",
    versions=("LINUX_2.6", "LINUX_2.5"),
    exports=(
        *(Export(f"__vdso_{name}", "LINUX_2.6", f"__vdso_{name}") for name in FUNCTIONS32),
        *(
            Export(name, "LINUX_2.5", name)
            for name in (VSYSCALL, "__kernel_sigreturn", "__kernel_rt_sigreturn")
        ),
    ),
    linux_version=LINUX_VERSION,
    entry=VSYSCALL,
)

SOURCE64 = "vdso/vdso64.s"
FOLDER32 = "compat/vdso"

DOORS32 = ("int80", "sysenter", "syscall")
"""The ways into the kernel that ``__kernel_vsyscall`` can be; the CPU decides at boot."""

DEFINES = {"vvar_page": -PAGE_SIZE}
"""The page of time values lies right below the object's first page."""


def build_vdso64(tree: SourceTree) -> bytes:
    """The 64-bit vDSO, whole pages; ``tree`` is that of the kernel's sources."""
    return link_vdso64(tree).data


def build_vdso32(tree: SourceTree, door: str) -> bytes:
    """The 32-bit vDSO whose ``__kernel_vsyscall`` is ``vsyscall_DOOR.s``, whole pages."""
    return link_vdso32(tree, door).data


def link_vdso64(tree: SourceTree) -> SharedObject:
    """The 64-bit one, with all that a debugger could want to know."""
    return link_shared([assemble_file(_find(SOURCE64, tree), tree)], VDSO64, DEFINES)


def link_vdso32(tree: SourceTree, door: str) -> SharedObject:
    """Likewise one of the 32-bit ones."""
    sources = (f"{FOLDER32}/vdso32.s", f"{FOLDER32}/vsyscall_{door}.s")
    return link_shared([assemble_file(_find(s, tree), tree) for s in sources], VDSO32, DEFINES)


def _find(name: str, tree: SourceTree) -> Path:
    """The first root of the tree that has the file."""
    for root in tree.roots:
        if (root / name).is_file():
            return root / name
    roots = ", ".join(map(str, tree.roots)) or "no folder"
    raise Ring3Error(f"there is no {name} in the kernel's sources ({roots})")
