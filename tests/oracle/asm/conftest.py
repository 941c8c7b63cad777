"""GNU as, asked the same question: fixtures that assemble with both, and compare."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from oracle.asm.compared_objects import HEAD, GnuAs, assert_same, from_object
from ring3.asm import SourceTree, assemble, assemble_file
from ring3.asm.object import Object
from ring3.diagnostic import SourceError


@pytest.fixture
def gnu_as(tmp_path: Path) -> GnuAs:
    """GNU as, ready to be asked."""
    return GnuAs(tmp_path)


@pytest.fixture
def agree(gnu_as: GnuAs) -> Callable[[str], Object]:
    """Assert that a text means the same to GNU as and to us."""

    def check(text: str) -> Object:
        try:
            ours = assemble(HEAD + text)
        except SourceError as error:
            pytest.fail(f"we refuse this:\n{error.render()}")
        theirs = gnu_as.assemble(HEAD + text, bits=ours.bits)
        assert_same(from_object(ours), theirs, text)
        return ours

    return check


@pytest.fixture
def agree_on_file(gnu_as: GnuAs) -> Callable[[Path, SourceTree], None]:
    """Assert that a file means the same to GNU as and to us."""

    def check(path: Path, tree: SourceTree) -> None:
        for name, text in tree.generated.items():
            target = gnu_as.folder / "generated-files" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)
        ours = assemble_file(path, tree)
        folders = (gnu_as.folder / "generated-files", path.parent, *tree.roots)
        theirs = gnu_as.assemble(path.read_text(), folders=folders, bits=ours.bits)
        assert_same(from_object(ours), theirs, str(path))

    return check
