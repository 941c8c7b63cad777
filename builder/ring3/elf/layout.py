"""Where things lie in memory: the layouts that the linker knows.

    PROGRAM                              KERNEL                     virtual     physical
    0x400000  headers r   ELF header,    0xffffffff80100000  text    rx         1 MiB
                          notes          next page           rodata  r
    next page text    rx                 next page           data    rw
    next page rodata  r
    next page data    rw  .data, .bss

PROGRAM32 is PROGRAM for the i386: at 0x08048000, in an ELF32 file.

Every segment begins on a page of its own, so that its rights are true of whole
pages: nothing is both writable and executable.
"""

from __future__ import annotations

from typing import NamedTuple

from ring3.elf.format import PAGE_SIZE, Access, ElfClass

KERNEL_SPACE = 0xFFFFFFFF80000000
"""The last 2 GiB of memory, where 32-bit sign-extended addresses reach (psABI's kernel model)."""

KERNEL_PHYSICAL = 0x100000
"""Where the kernel is loaded: 1 MiB, the first address above what a BIOS keeps for itself."""

DISCARDED = frozenset(
    {
        ".note.GNU-stack",  # asks for a stack without execution: ours always is
        ".note.gnu.property",  # promises that hold only if every object makes them
    }
)
"""Sections that no layout takes, and nobody misses."""

PROGRAM_BASE = 0x400000

USER_END = 0x7FFFFFFFF000
"""Where Linux's user half ends: the last page below 2^47 stays empty (TASK_SIZE_MAX)."""

PROGRAM32_BASE = 0x08048000

USER32_END = 0xFFFFE000
"""Where 32-bit programs end: two pages below 4 GiB (IA32_PAGE_OFFSET)."""

MEMORY_END = 1 << 64


class SegmentLayout(NamedTuple):
    """A segment and the sections that go into it.

    ``sections`` are shell-style patterns in the order of their places.  A
    pattern ``NAME.*`` that follows ``NAME`` joins what it matches to the
    output section ``NAME``; other sections keep their names.  ``headers``
    puts the ELF header and the program headers at the segment's start.
    """

    name: str
    flags: Access
    sections: tuple[str, ...]
    headers: bool = False


class Layout(NamedTuple):
    """Segments from ``base`` up to ``end``, each at a multiple of ``alignment`` bytes.

    ``p_paddr`` is ``p_vaddr + physical_offset`` modulo 2^64.

    The linker defines ``__NAME_start`` and ``__NAME_end`` for every segment
    and, where ``whole`` is a name, the page-aligned ``__WHOLE_start`` and
    ``__WHOLE_end`` around all of them.
    """

    base: int
    segments: tuple[SegmentLayout, ...]
    entry: str
    physical_offset: int = 0
    whole: str | None = None
    alignment: int = PAGE_SIZE
    end: int = MEMORY_END
    elf_class: ElfClass = ElfClass.ELF64


READ = Access.READ
READ_EXECUTE = Access.READ | Access.EXECUTE
READ_WRITE = Access.READ | Access.WRITE

_TEXT = SegmentLayout("text", READ_EXECUTE, (".text", ".text.*"))
_DATA = SegmentLayout("data", READ_WRITE, (".data", ".data.*", ".bss", ".bss.*"))

PROGRAM = Layout(
    base=PROGRAM_BASE,
    segments=(
        SegmentLayout("headers", READ, (".note*",), headers=True),
        _TEXT,
        SegmentLayout("rodata", READ, (".rodata", ".rodata.*", ".eh_frame")),
        _DATA,
    ),
    entry="_start",
    end=USER_END,
)
"""A static ELF executable as GNU ld lays it out; Linux runs it, and so does ring3."""

PROGRAM32 = PROGRAM._replace(base=PROGRAM32_BASE, end=USER32_END, elf_class=ElfClass.ELF32)
"""The same for the i386: Linux runs it in compatibility mode, and so does ring3."""

KERNEL = Layout(
    base=KERNEL_SPACE + KERNEL_PHYSICAL,
    segments=(
        _TEXT,
        SegmentLayout("rodata", READ, (".rodata", ".rodata.*", ".eh_frame", ".note*")),
        _DATA,
    ),
    entry="pvh_entry",
    physical_offset=-KERNEL_SPACE,
    whole="kernel",
)
"""The kernel: linked at -2 GiB, loaded at 1 MiB, entered where its PVH note says."""
