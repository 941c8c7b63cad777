"""The generated sources are made for who asks for one, and what is wrong is told then."""

from __future__ import annotations

from pathlib import Path

import pytest

from ring3.asm import SourceTree, assemble
from ring3.diagnostic import SourceError
from ring3.tables import CONSTANTS
from ring3.tables.generated import generated_sources
from ring3.workspace import Workspace


@pytest.fixture
def tree(tmp_path: Path) -> SourceTree:
    """Includes from a kernel whose table of calls is wrong in one row."""
    (tmp_path / "syscall").mkdir()
    (tmp_path / "syscall" / "syscalls.tbl").write_text("nonsense\n")
    return SourceTree((), generated_sources(Workspace(kernel_sources=tmp_path)))


def test_a_source_that_includes_nothing_generated_does_not_meet_a_wrong_table(
    tree: SourceTree,
) -> None:
    assert "other.inc" not in tree.generated
    assert assemble("nop\n", tree=tree).sections[".text"].size == 1


def test_a_wrong_table_is_reported_at_its_row_to_who_includes_it(tree: SourceTree) -> None:
    with pytest.raises(SourceError) as caught:
        assemble(f'.include "{CONSTANTS}"\n', tree=tree)
    (place,) = [diagnostic.location for diagnostic in caught.value.diagnostics]
    assert (Path(place.file).name, place.line) == ("syscalls.tbl", 1)
