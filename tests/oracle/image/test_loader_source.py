"""The loaders are what GNU as makes of the same sources."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from ring3.asm import Object, SourceTree, assemble_file
from ring3.elf.relocatable import read_relocatable
from ring3.workspace import Workspace


def contents(made: Object) -> dict[str, tuple[bytes, int, list[tuple[int, str, str, int]]]]:
    """What a linker sees of the sections that have something in them."""
    return {
        section.name: (
            bytes(section.data),
            section.alignment,
            sorted((f.offset, f.kind.name, f.symbol, f.addend) for f in section.fixups),
        )
        for section in made.sections.values()
        if section.data
    }


LOADERS = [*Workspace().kernel_files("boot/disk"), *Workspace().kernel_files("boot/efi")]


@pytest.mark.parametrize("name", LOADERS)
def test_every_source_is_the_bytes_and_fixups_of_gnu_as(name: str, tmp_path: Path) -> None:
    roots = Workspace().kernel_roots
    source = Workspace().kernel_file(name)
    by_as = tmp_path / "loader.o"
    subprocess.run(["as", *(f"-I{root}" for root in roots), "-o", by_as, source], check=True)
    ours = assemble_file(source, SourceTree(roots))
    assert contents(ours) == contents(read_relocatable(by_as.read_bytes(), name))
