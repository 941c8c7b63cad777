"""The site is built as `make docs` builds it: without a warning, and with what it is made of."""

from __future__ import annotations

import html
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ring3 import cli
from ring3.asm import assemble
from ring3.machine import OutcomeKind

ROOT = Path(__file__).parents[2]
PATIENCE = 600


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built once; a warning is an error."""
    for package in ("sphinx", "furo", "myst_parser"):
        pytest.importorskip(package, reason="the site's packages are not installed: ring3[docs]")
    folder = tmp_path_factory.mktemp("site")
    command = re.search(
        r"^\t\$\(BIN\)/python (-m sphinx .*)$", (ROOT / "Makefile").read_text(), re.M
    )
    assert command is not None
    words = command[1].replace("build/", f"{folder}/").split()
    ended = subprocess.run(
        [sys.executable, *words],
        cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert (ended.returncode, ended.stderr) == (0, ""), ended.stderr
    return folder / "docs"


def text_of(page: Path) -> str:
    """What a reader sees."""
    body = page.read_text(encoding="utf-8").partition("<article")[2].partition("</article")[0]
    return html.unescape(re.sub(r"<[^>]+>", "", body))


def test_every_chapter_is_a_page(site: Path) -> None:
    for chapter in (ROOT / "docs").rglob("*.md"):
        page = site / chapter.relative_to(ROOT / "docs").with_suffix(".html")
        assert len(text_of(page)) > 200, page.name


def test_the_doors_chapters_have_the_lines_of_the_sources(site: Path) -> None:
    for page, source, first, last in (
        ("int80.html", "entry/int80.s", "int80_entry:", "    iretq\n"),
        ("syscall.html", "entry/syscall.s", "syscall_entry:", "    sysretq\n"),
        ("vdso.html", "vdso/read_clock.inc", ".Lretry", "    .endm\n"),
    ):
        text = (ROOT / "kernel_src" / source).read_text(encoding="utf-8")
        begin = text.index(first)
        lines = text[begin : text.index(last, begin) + len(last)]
        assert lines in text_of(site / page), page


def test_the_reference_has_every_command_with_its_help(site: Path) -> None:
    text = " ".join(text_of(site / "commands.html").split())
    for name in cli.COMMANDS:
        assert f"Usage: ring3 {name} " in text
    assert "--deterministic" in text


def test_the_reference_of_python_is_made_of_docstrings(site: Path) -> None:
    text = text_of(site / "python.html")
    assert (assemble.__doc__ or "").splitlines()[0].replace("`", "") in text
    assert (OutcomeKind.__doc__ or "") in text
    assert "qemu/NAME.toml ──profile──> Machine" in text  # a drawing keeps its shape


def test_the_pictures_are_in_the_pages_as_text(site: Path) -> None:
    doors = (site / "doors.html").read_text(encoding="utf-8")
    assert re.search(r">SYSCALL</text>.*>clock_gettime: [\d,]+ instructions</text>", doors, re.S)
    assert ">push rcx</text>" in doors
    assert "kernel rodata</text>" in (site / "memory.html").read_text(encoding="utf-8")
