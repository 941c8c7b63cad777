"""Where text comes from, and how it is cut."""

from __future__ import annotations

from pathlib import Path

import pytest

from ring3.asm import SourceTree, assemble, assemble_file
from ring3.asm.source import split
from ring3.diagnostic import Ring3Error, SourceError


def statements(text: str) -> list[str]:
    return [statement.content.strip() for statement in split(text, "file.s")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nop\n\n  ret\n", ["nop", "ret"]),
        ("nop # comment ; ret\nret", ["nop", "ret"]),
        ("nop; ret ;; hlt", ["nop", "ret", "hlt"]),
        ('.ascii "a;b#c/*d" ; nop', ['.ascii "a;b#c/*d"', "nop"]),
        ("mov al, ';' ; mov al, '#' # x", ["mov al, ';'", "mov al, '#'"]),
        (r"mov al, '\'' ; nop", [r"mov al, '\''", "nop"]),
        (r'.ascii "\"#" ; nop', [r'.ascii "\"#"', "nop"]),
        ("nop /* a */ ; /* b */ ret", ["nop", "ret"]),
        ("nop /* a\nb # c\n d */ ret", ["nop", "ret"]),
        ('.ascii "open # not a comment', ['.ascii "open # not a comment']),
    ],
)
def test_a_text_is_cut_at_ends_of_lines_and_semicolons(text: str, expected: list[str]) -> None:
    assert statements(text) == expected


def test_a_comment_leaves_the_columns_behind_it_as_they_are() -> None:
    (statement,) = split("mov /* to */ eax, 1", "file.s")
    assert statement.text.index("eax") == len("mov /* to */ ")


def test_a_comment_without_an_end_is_reported_where_it_begins() -> None:
    with pytest.raises(SourceError) as caught:
        assemble("nop\n  /* never\nnop")
    (diagnostic,) = caught.value.diagnostics
    assert (diagnostic.code, diagnostic.location.line) == ("unterminated-comment", 2)


@pytest.fixture
def roots(tmp_path: Path) -> tuple[Path, Path]:
    """A folder of sources, and one beside it that nothing must be read from."""
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    (inside / "include").mkdir(parents=True)
    outside.mkdir()
    (inside / "include" / "good.inc").write_text(".byte 7\n")
    (outside / "secret.inc").write_text(".byte 8\n")
    return inside, outside


def test_a_file_is_found_below_a_root(roots: tuple[Path, Path]) -> None:
    tree = SourceTree((roots[0],))
    assert assemble('.include "include/good.inc"', tree=tree).sections[".text"].data == b"\x07"


def test_a_file_is_found_beside_the_one_that_includes_it(roots: tuple[Path, Path]) -> None:
    main = roots[0] / "include" / "main.s"
    main.write_text('.include "good.inc"\n')
    assert assemble_file(main, SourceTree((roots[0],))).sections[".text"].data == b"\x07"


def test_the_first_root_wins(roots: tuple[Path, Path], tmp_path: Path) -> None:
    over = tmp_path / "over"
    (over / "include").mkdir(parents=True)
    (over / "include" / "good.inc").write_text(".byte 9\n")
    tree = SourceTree((over, roots[0]))
    assert assemble('.include "include/good.inc"', tree=tree).sections[".text"].data == b"\x09"


def test_a_generated_file_comes_before_any_root(roots: tuple[Path, Path]) -> None:
    tree = SourceTree((roots[0],), {"include/good.inc": ".byte 5\n"})
    assert assemble('.include "include/good.inc"', tree=tree).sections[".text"].data == b"\x05"


@pytest.mark.parametrize(
    "name", ["../outside/secret.inc", "include/../../outside/secret.inc", "/etc/hostname", ".."]
)
def test_an_include_cannot_lead_out_of_the_roots(roots: tuple[Path, Path], name: str) -> None:
    with pytest.raises(SourceError, match="1 error") as caught:
        assemble(f'.include "{name}"', tree=SourceTree((roots[0],)))
    assert "leads out of the source folders" in caught.value.diagnostics[0].message


def test_a_link_cannot_lead_out_of_the_roots(roots: tuple[Path, Path]) -> None:
    inside, outside = roots
    (inside / "link.inc").symlink_to(outside / "secret.inc")
    (inside / "folder").symlink_to(outside)
    for name in ("link.inc", "folder/secret.inc"):
        with pytest.raises(SourceError) as caught:
            assemble(f'.include "{name}"', tree=SourceTree((inside,)))
        assert "a link that leads out" in caught.value.diagnostics[0].message


def test_a_file_outside_of_the_roots_does_not_make_its_folder_one(
    roots: tuple[Path, Path],
) -> None:
    main = roots[1] / "main.s"
    main.write_text('.include "secret.inc"\n')
    with pytest.raises(SourceError):
        assemble_file(main, SourceTree((roots[0],)))


def test_a_text_without_a_tree_includes_nothing() -> None:
    with pytest.raises(SourceError) as caught:
        assemble('.include "anything"')
    assert "no source folders" in (caught.value.diagnostics[0].help or "")


def test_an_include_that_includes_itself_ends(roots: tuple[Path, Path]) -> None:
    (roots[0] / "again.inc").write_text('.include "again.inc"\n')
    with pytest.raises(SourceError) as caught:
        assemble('.include "again.inc"', tree=SourceTree((roots[0],)))
    assert caught.value.diagnostics[0].code == "nesting-too-deep"


def test_an_error_in_an_included_file_names_it_and_the_way_to_it(
    roots: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(roots[0])
    (roots[0] / "bad.inc").write_text("nop\n.bytes 5\n")
    with pytest.raises(SourceError) as caught:
        assemble('nop\n.include "bad.inc"', name="main.s", tree=SourceTree((roots[0],)))
    (diagnostic,) = caught.value.diagnostics
    assert str(diagnostic.location) == "bad.inc:2:1"
    via = diagnostic.location.via
    assert via is not None
    assert (via.what, str(via.at)) == ("included", "main.s:2:1")


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"nop\n\xff\xfe", "is not UTF-8 text"), (None, "cannot read")],
    ids=["bytes", "missing"],
)
def test_what_cannot_be_read_is_one_error(
    tmp_path: Path, content: bytes | None, message: str
) -> None:
    path = tmp_path / "source.s"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(Ring3Error, match=message):
        assemble_file(path, SourceTree((tmp_path,)))


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    with pytest.raises(Ring3Error, match="cannot read"):
        assemble_file(tmp_path, SourceTree((tmp_path,)))
