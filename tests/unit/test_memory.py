"""What whole builds remember: never anything that is not true any more."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ring3 import files, memory, pipeline
from ring3.diagnostic import SourceError
from ring3.elf import linker
from ring3.elf.debuggable import debuggable
from ring3.workspace import Workspace, stock

MAIN = "    .intel_syntax noprefix\n    .global _start\n_start:\n    call leave\n"
LEAVE = "    .intel_syntax noprefix\n    .global leave\nleave:\n    mov edi, {}\n    ret\n"


class Links:
    """Counts how often something is really linked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        real = linker.link

        def counted(*arguments: object, **named: object) -> object:
            self.count += 1
            return real(*arguments, **named)  # type: ignore[arg-type]

        monkeypatch.setattr(pipeline, "link", counted)


@pytest.fixture
def links(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Links:
    monkeypatch.setenv("RING3_CACHE", str(tmp_path / "memory"))
    return Links(monkeypatch)


@pytest.fixture
def build(links: Links, tmp_path: Path) -> Callable[[], pipeline.Program]:
    """Builds a program that takes one routine from a library of two."""
    library = tmp_path / "user" / "lib"
    library.mkdir(parents=True)
    (library / "leave.s").write_text(LEAVE.format(1))
    (library / "other.s").write_text(LEAVE.replace("leave", "other").format(2))
    (tmp_path / "main.s").write_text(MAIN)
    workspace = Workspace(stock=stock()._replace(user=tmp_path / "user"))

    def build_now() -> pipeline.Program:
        with files.once():
            parts = pipeline._program_parts(workspace)
            return pipeline._program(tmp_path / "main.s", "main.s", parts)

    return build_now


def test_a_program_is_linked_once_and_comes_back_the_same(
    build: Callable[[], pipeline.Program], links: Links
) -> None:
    assert build().data == build().data
    assert links.count == 1


def test_a_routine_that_changed_is_linked_in(
    build: Callable[[], pipeline.Program], links: Links, tmp_path: Path
) -> None:
    before = build().data
    (tmp_path / "user" / "lib" / "leave.s").write_text(LEAVE.format(7))
    assert build().data != before
    (tmp_path / "user" / "lib" / "leave.s").write_text(LEAVE.format(1))
    assert build().data == before


def test_a_program_that_calls_nothing_needs_no_library(
    build: Callable[[], pipeline.Program], tmp_path: Path
) -> None:
    (tmp_path / "user" / "lib" / "other.s").write_text("    nonsense\n")
    alone, calling = tmp_path / "alone.s", tmp_path / "main.s"
    alone.write_text(MAIN.replace("call leave", "ud2"))
    workspace = Workspace(stock=stock()._replace(user=tmp_path / "user"))
    assert pipeline.link_program([alone], workspace).data
    with pytest.raises(SourceError, match="1 error"):
        pipeline.link_program([calling], workspace)


def test_a_routine_that_the_program_does_not_take_changes_nothing(
    build: Callable[[], pipeline.Program], links: Links, tmp_path: Path
) -> None:
    build()
    (tmp_path / "user" / "lib" / "other.s").write_text(LEAVE.replace("leave", "other").format(9))
    build()
    assert links.count == 1


def test_a_name_that_the_library_defines_now_is_noticed(
    build: Callable[[], pipeline.Program], links: Links, tmp_path: Path
) -> None:
    build()
    (tmp_path / "user" / "lib" / "third.s").write_text(LEAVE.replace("leave", "third").format(3))
    build()
    assert links.count == 2


def test_what_a_debugger_sees_of_a_remembered_program_is_from_when_it_was_built(
    build: Callable[[], pipeline.Program], links: Links, tmp_path: Path
) -> None:
    fresh = build()
    again = build()
    assert links.count == 1
    (tmp_path / "main.s").write_text("not a source any more\n")
    (tmp_path / "user" / "lib" / "leave.s").unlink()
    assert fresh.linked is not None
    assert again.linked is not None
    assert debuggable(again.linked) == debuggable(fresh.linked)


@pytest.mark.parametrize(
    "spoil", [lambda data: data[:-3], lambda data: data[:99] + b"?" + data[100:]]
)
def test_a_damaged_entry_is_made_anew(
    build: Callable[[], pipeline.Program],
    links: Links,
    tmp_path: Path,
    spoil: Callable[[bytes], bytes],
) -> None:
    before = build().data
    for entry in (tmp_path / "memory").iterdir():
        entry.write_bytes(spoil(entry.read_bytes()))
    assert build().data == before
    assert links.count == 2


def test_forgetting_everything_is_safe(
    build: Callable[[], pipeline.Program], links: Links, tmp_path: Path
) -> None:
    before = build().data
    for entry in (tmp_path / "memory").iterdir():
        entry.unlink()
    assert build().data == before
    assert links.count == 2


def test_what_was_not_used_for_longest_is_forgotten_first(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("RING3_CACHE", str(tmp_path))
    monkeypatch.setattr(memory, "MOST_BYTES", 3000)
    for age in range(5):
        (tmp_path / f"entry{age}").write_bytes(bytes(1000))

        os.utime(tmp_path / f"entry{age}", (1000 - age, 1000 - age))
    (tmp_path / "folder").mkdir()  # of somebody else
    memory.keep("a question", "an answer")
    assert memory.recall("a question") == "an answer"
    assert (tmp_path / "entry0").exists()
    assert not any((tmp_path / f"entry{age}").exists() for age in (1, 2, 3, 4))


def test_a_link_that_leads_elsewhere_now_is_noticed(tmp_path: Path) -> None:
    for name in ("first", "second"):
        (tmp_path / name).write_text("the same text")
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "first")
    with files.noting() as notes:
        files.real(link)
        files.read(link)
    assert all(files.look(sight) == seen for sight, seen in notes.items())
    link.unlink()
    link.symlink_to(tmp_path / "second")
    assert not all(files.look(sight) == seen for sight, seen in notes.items())


def test_a_build_sees_one_state_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("before")
    with files.once():
        assert files.read(path) == b"before"
        path.write_text("after")
        assert files.read(path) == b"before"
    assert files.read(path) == b"after"


def test_a_file_that_changed_between_two_looks_is_never_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "file"
    with files.noting() as notes:
        for text in ("before", "after"):
            path.write_text(text)
            files.read(path)
    for text in ("before", "after"):
        path.write_text(text)
        assert files.look(("file", str(path))) != notes["file", str(path)]
