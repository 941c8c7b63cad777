"""The kernel's and the programs' own sources: GNU as makes the same of every one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ring3.asm import SourceTree
from ring3.tables.system_calls import generate

ROOT = Path(__file__).parents[3]
KERNEL, PROGRAMS = ROOT / "kernel_src", ROOT / "user_src"
TABLE = KERNEL / "syscall" / "syscalls.tbl"

AgreeOnFile = Callable[[Path, SourceTree], None]


def _sources(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.s"))


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.fixture(scope="module")
def generated() -> dict[str, str]:
    """What is made from the table of system calls."""
    return generate(TABLE.read_text(), str(TABLE))


@pytest.mark.parametrize("path", _sources(KERNEL), ids=_name)
def test_a_kernel_source_is_assembled_to_the_same_bytes(
    path: Path, generated: dict[str, str], agree_on_file: AgreeOnFile
) -> None:
    agree_on_file(path, SourceTree((KERNEL,), generated))


@pytest.mark.parametrize("path", _sources(PROGRAMS), ids=_name)
def test_a_program_is_assembled_to_the_same_bytes(
    path: Path, generated: dict[str, str], agree_on_file: AgreeOnFile
) -> None:
    agree_on_file(path, SourceTree((path.parent, PROGRAMS), generated))


def test_the_generated_tables_are_assembled_to_the_same_bytes(
    generated: dict[str, str], tmp_path: Path, agree_on_file: AgreeOnFile
) -> None:
    path = tmp_path / "syscall_tables.s"
    path.write_text(generated["generated/syscall_tables.s"])
    agree_on_file(path, SourceTree((tmp_path,), generated))
