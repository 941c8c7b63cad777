"""The kernel linked from GNU as's objects: the same kernel, byte for byte."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from oracle.programs.toolchains import WORKSPACE
from ring3 import pipeline
from ring3.asm import SourceTree
from ring3.asm.object import Object
from ring3.elf.relocatable import read_relocatable
from ring3.tables.generated import generated_sources

GENERATED = generated_sources(WORKSPACE)


class GnuAs:
    """GNU as with the kernel's include folders, the generated ones among them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name, text in GENERATED.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")

    def __call__(self, source: Path, bits: str) -> bytes:
        """The relocatable file that it makes of ``source``."""
        made = self.folder / "made.o"
        includes = [
            word for root in (*WORKSPACE.kernel_roots, self.folder) for word in ("-I", root)
        ]
        ended = subprocess.run(
            ["as", bits, "--fatal-warnings", *includes, "-o", made, source],
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 0, ended.stderr
        return made.read_bytes()


@pytest.fixture(scope="module")
def gnu_as(tmp_path_factory: pytest.TempPathFactory) -> GnuAs:
    return GnuAs(tmp_path_factory.mktemp("gnu"))


def test_the_kernel_linked_from_gnu_as_s_objects_is_the_kernel(
    gnu_as: GnuAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = pipeline.build_kernel(WORKSPACE).linked

    def assemble_by_gnu_as(path: Path, tree: SourceTree) -> Object:
        source = gnu_as.folder / path if path.as_posix() in GENERATED else path
        return read_relocatable(gnu_as(source, "--64"), path.name)

    monkeypatch.setattr(pipeline, "assemble_file", assemble_by_gnu_as)
    theirs = pipeline.build_kernel(WORKSPACE).linked
    assert [s.data for s in ours.segments] == [s.data for s in theirs.segments]
