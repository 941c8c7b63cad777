"""Objects to ELF files: ``link`` for programs and the kernel, ``embed`` for what they carry.

``ring3.elf.relocatable`` reads other tools' objects, ``ring3.elf.shared`` links the vDSO.
"""

from ring3.elf.embedded import embed
from ring3.elf.executable import check_program
from ring3.elf.format import Access
from ring3.elf.layout import KERNEL, PROGRAM, PROGRAM32, Layout, SegmentLayout
from ring3.elf.linker import Linked, LinkedSegment, link

__all__ = [
    "KERNEL",
    "PROGRAM",
    "PROGRAM32",
    "Access",
    "Layout",
    "Linked",
    "LinkedSegment",
    "SegmentLayout",
    "check_program",
    "embed",
    "link",
]
