"""C, by the host's gcc or clang, where there is one.

program.c ──cc -static──────────────────────────> a program with the host's C library
part.c ────cc -c -ffreestanding──> part.o ──────> an Object, for our linker
kernel/part.c ──cc -c -mcmodel=kernel──> part.o > an Object of the kernel
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from ring3.asm.object import Object
from ring3.asm.source import display_name
from ring3.diagnostic import Ring3Error

COMPILERS = ("gcc", "clang", "cc")
SOURCE_SUFFIX = ".c"

PROGRAM = ("-static", "-O2", "-g")

# A part of a program or of the kernel: without a C library, a thread-local canary,
# tables for unwinding, or anything else that somebody would have to set up.
PART = (
    *("-c", "-O2", "-g", "-ffreestanding", "-fno-pic", "-fno-stack-protector"),
    *("-fcf-protection=none", "-fno-asynchronous-unwind-tables"),
)

# The kernel lies in the last 2 GiB, its handlers run on a stack that interrupts
# use as well, and the vector registers are the program's.
KERNEL_PART = (*PART, "-mcmodel=kernel", "-mno-red-zone", "-mgeneral-regs-only")


def compile_program(source: Path) -> bytes:
    """A static executable.  Raises Ring3Error with what the compiler said."""
    return _compile(source, PROGRAM)


def compile_part(source: Path, options: Sequence[str] = PART) -> Object:
    """An object for our linker; ``options`` are PART or KERNEL_PART."""
    return read_object(_compile(source, options), source)


def read_object(data: bytes, file: Path) -> Object:
    """A relocatable ELF file as an object; ``file`` is what messages name."""
    from ring3.elf.relocatable import read_relocatable

    return read_relocatable(data, display_name(file))


def _compile(source: Path, options: Sequence[str]) -> bytes:
    compiler = next((found for name in COMPILERS if (found := shutil.which(name))), None)
    if compiler is None:
        raise Ring3Error(
            f"{display_name(source)} is C, and there is neither gcc nor clang here",
            help="Debian, Ubuntu: apt install gcc libc6-dev; Fedora: dnf install gcc glibc-static",
        )
    with tempfile.TemporaryDirectory(prefix="ring3-cc-") as folder:
        made = Path(folder) / source.stem
        ended = subprocess.run(
            [compiler, *options, "-o", made, source], capture_output=True, text=True, check=False
        )
        if ended.returncode != 0:
            raise Ring3Error(
                f"{compiler} refuses {display_name(source)}:\n{ended.stderr.strip()}",
            )
        return made.read_bytes()
