"""The stock programs, built twice: with GNU as and ld, and with ring3's own tools.

user_src/NAME.s, lib/*.s ─┬─ as, ar, ld ──────────────> NAME, as everybody builds it
                          └─ ring3.pipeline.link_program ─> NAME, as ring3 builds it
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from ring3 import pipeline
from ring3.asm.object import Object, SectionType
from ring3.tables import CONSTANTS
from ring3.tables.generated import generated_sources
from ring3.workspace import Workspace

WORKSPACE = Workspace()
PROGRAMS = WORKSPACE.stock_programs()
EMULATIONS = {64: "elf_x86_64", 32: "elf_i386"}


def width(source: Path) -> int:
    """Whether the source is one of x86-64 or of the i386, which says so before its first label."""
    head, *_ = re.split(r"^\w+:", source.read_text(), maxsplit=1, flags=re.MULTILINE)
    return 32 if "\n    .code32\n" in head else 64


class Gnu:
    """Programs by GNU as and ld, the library as an archive; built when asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        constants = folder / CONSTANTS
        constants.parent.mkdir(parents=True)
        constants.write_text(generated_sources(WORKSPACE)[CONSTANTS])
        self._archives = {bits: folder / f"library{bits}.a" for bits in EMULATIONS}
        for path in WORKSPACE.library():
            _run("ar", "rcs", self._archives[width(path)], self.assemble(path, folder / "lib"))

    def __call__(self, name: str) -> Path:
        """The program ``name``."""
        program = self.folder / name
        if not program.exists():
            made = self.assemble(PROGRAMS[name], self.folder / "objects")
            bits = width(PROGRAMS[name])
            how = ("-m", EMULATIONS[bits], "-z", "noexecstack")
            _run("ld", *how, "-o", program, made, self._archives[bits])
        return program

    def assemble(self, source: Path, folder: Path) -> Path:
        """The object file of ``source``, in ``folder``."""
        folder.mkdir(exist_ok=True)
        made = folder / f"{source.stem}.o"
        roots = (WORKSPACE.stock.user, self.folder)
        includes = [word for root in roots for word in ("-I", root)]
        _run("as", f"--{width(source)}", "--fatal-warnings", *includes, "-o", made, source)
        return made


class Ring3:
    """Programs by ring3's assembler and linker; built when asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, name: str) -> Path:
        """The program ``name``."""
        program = self.folder / name
        if not program.exists():
            program.write_bytes(pipeline.link_program([PROGRAMS[name]], WORKSPACE).data)
            program.chmod(0o755)
        return program


Contents = dict[str, tuple[bytes, int, int, list[tuple[int, str, str, int]]]]


def contents(made: Object) -> Contents:
    """Of each section: bytes, size, alignment and fixups."""
    return {
        name: (
            bytes(section.data),
            section.size if section.type is SectionType.NOBITS else len(section.data),
            section.alignment,
            sorted((f.offset, f.kind.name, f.symbol, f.addend) for f in section.fixups),
        )
        for name, section in made.sections.items()
        if section.data or section.size
    }


def _run(*command: str | Path) -> None:
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, f"{' '.join(map(str, command))}\n{ended.stderr}"
