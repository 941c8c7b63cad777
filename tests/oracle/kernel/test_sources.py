"""The kernel, its vDSO and its loaders, assembled by GNU as too: the same bytes, file by file."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from oracle.programs.toolchains import WORKSPACE, contents
from ring3 import pipeline
from ring3.asm import SourceTree, assemble_file
from ring3.asm.object import Object
from ring3.elf.relocatable import read_relocatable

FILES = WORKSPACE.kernel_files()
GENERATED = pipeline.generated_sources(WORKSPACE)


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


@pytest.mark.parametrize("name", FILES)
def test_a_source_of_the_kernel_assembles_to_the_bytes_and_fixups_of_gnu_as(
    gnu_as: GnuAs, name: str
) -> None:
    ours = assemble_file(FILES[name], SourceTree(WORKSPACE.kernel_roots, GENERATED))
    theirs = read_relocatable(gnu_as(FILES[name], f"--{ours.bits}"), name)
    assert contents(ours) == contents(theirs)


def test_the_kernel_linked_from_gnu_as_s_objects_is_the_kernel(
    gnu_as: GnuAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = pipeline.build_kernel(WORKSPACE).linked

    def assemble_by_gnu_as(path: Path, tree: SourceTree) -> Object:
        return read_relocatable(gnu_as(path, "--64"), path.name)

    monkeypatch.setattr(pipeline, "assemble_file", assemble_by_gnu_as)
    theirs = pipeline.build_kernel(WORKSPACE).linked
    assert [s.data for s in ours.segments] == [s.data for s in theirs.segments]
