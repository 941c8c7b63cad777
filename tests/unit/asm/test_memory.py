"""What the assembler remembers: never anything that is not true any more."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

import ring3.asm.assembler
from ring3.asm import Object, SourceTree, assemble_file
from ring3.diagnostic import SourceError

HEAD = '    .intel_syntax noprefix\n    .include "numbers.inc"\n'


class Counted:
    """Counts how often the assembler really works."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        real: Callable[..., Object] = ring3.asm.assembler.assemble_text

        def counted(*arguments: object) -> Object:
            self.count += 1
            return real(*arguments)

        monkeypatch.setattr(ring3.asm.assembler, "assemble_text", counted)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Counted:
    monkeypatch.setenv("RING3_CACHE", str(tmp_path / "memory"))
    return Counted(monkeypatch)


@pytest.fixture
def tree(tmp_path: Path) -> SourceTree:
    """A source that includes a file from the second of two roots."""
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
    (tmp_path / "second" / "main.s").write_text(HEAD + "    .byte NUMBER\n")
    (tmp_path / "second" / "numbers.inc").write_text("    .set NUMBER, 1\n")
    return SourceTree((tmp_path / "first", tmp_path / "second"))


def build(tree: SourceTree) -> bytes:
    return bytes(assemble_file(tree.roots[1] / "main.s", tree).sections[".text"].data)


def test_the_same_source_is_assembled_once_and_comes_back_equal(
    tree: SourceTree, counted: Counted
) -> None:
    first = assemble_file(tree.roots[1] / "main.s", tree)
    again = assemble_file(tree.roots[1] / "main.s", tree)
    assert counted.count == 1
    assert again == first


def test_a_changed_source_is_assembled_anew(tree: SourceTree, counted: Counted) -> None:
    build(tree)
    (tree.roots[1] / "main.s").write_text(HEAD + "    .byte NUMBER + 1\n")
    assert build(tree) == b"\x02"
    assert counted.count == 2


def test_a_changed_include_is_noticed(tree: SourceTree, counted: Counted) -> None:
    build(tree)
    (tree.roots[1] / "numbers.inc").write_text("    .set NUMBER, 7\n")
    assert build(tree) == b"\x07"


def test_a_new_file_in_an_earlier_folder_is_noticed(tree: SourceTree, counted: Counted) -> None:
    tree = SourceTree(tree.roots)
    main = tree.roots[0] / "main.s"
    main.write_text(HEAD + "    .byte NUMBER\n")
    assert assemble_file(main, tree).sections[".text"].data == b"\x01"
    (tree.roots[0] / "numbers.inc").write_text("    .set NUMBER, 9\n")
    assert assemble_file(main, tree).sections[".text"].data == b"\x09"


def test_generated_text_that_changed_is_noticed(tmp_path: Path, counted: Counted) -> None:
    (tmp_path / "main.s").write_text(HEAD + "    .byte NUMBER\n")
    for number in (3, 4):
        tree = SourceTree((tmp_path,), {"numbers.inc": f"    .set NUMBER, {number}\n"})
        assert assemble_file(tmp_path / "main.s", tree).sections[".text"].data == bytes([number])


def test_a_removed_include_is_an_error_again(tree: SourceTree, counted: Counted) -> None:
    build(tree)
    (tree.roots[1] / "numbers.inc").unlink()
    with pytest.raises(SourceError):
        build(tree)


def test_errors_are_reported_every_time(tree: SourceTree, counted: Counted) -> None:
    (tree.roots[1] / "main.s").write_text("    frobnicate\n")
    for _ in range(2):
        with pytest.raises(SourceError):
            build(tree)


@pytest.mark.parametrize("damage", [b"", b"not a pickle", b"\x80\x05K\x01."])
def test_a_damaged_entry_is_made_anew(
    tree: SourceTree, counted: Counted, tmp_path: Path, damage: bytes
) -> None:
    build(tree)
    (entry,) = (tmp_path / "memory").iterdir()
    entry.write_bytes(damage)
    assert build(tree) == b"\x01"
    assert counted.count == 2
    assert build(tree) == b"\x01"
    assert counted.count == 2


def test_a_folder_that_cannot_be_written_does_not_matter(
    tree: SourceTree, counted: Counted, tmp_path: Path
) -> None:
    (tmp_path / "memory").write_text("a file where the folder should be")
    assert [build(tree), build(tree)] == [b"\x01", b"\x01"]


def test_nothing_is_remembered_when_told_so(
    tree: SourceTree, counted: Counted, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("RING3_CACHE", "")
    build(tree)
    build(tree)
    assert counted.count == 2
    assert not (tmp_path / "memory").exists()


def test_builds_at_once_leave_only_whole_entries(
    tree: SourceTree, counted: Counted, tmp_path: Path
) -> None:
    results: list[bytes] = []
    threads = [threading.Thread(target=lambda: results.append(build(tree))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [b"\x01"] * 8
    assert len(list((tmp_path / "memory").iterdir())) == 1
