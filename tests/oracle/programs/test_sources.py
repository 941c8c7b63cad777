"""What the programs' sources promise their reader, and what GNU as would not say."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from oracle.programs.toolchains import PROGRAMS, WORKSPACE, Gnu, contents
from ring3.asm import SourceTree, assemble_file
from ring3.elf.relocatable import read_relocatable
from ring3.tables.generated import generated_sources

USER = WORKSPACE.stock.user
SOURCES = sorted(USER.rglob("*.s"))
LIBRARY = WORKSPACE.library()


def source_id(path: Path) -> str:
    return path.relative_to(USER).as_posix()


@pytest.mark.parametrize("name", PROGRAMS)
def test_no_instruction_uses_an_absolute_address(program: Callable[[str], Path], name: str) -> None:
    # `mov edx, SIZE` before `.set SIZE, 5` loads from address 5: it assembles, and means
    # something else.
    listing = subprocess.run(
        ["objdump", "-d", "-M", "intel", "--no-show-raw-insn", program(name)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    in_a_32_bit_program = "(?!80[4-9a-f][0-9a-f]{4}\\b)"  # where its data lies
    assert re.findall(rf".*\bds:0x{in_a_32_bit_program}[0-9a-f]+", listing) == []


@pytest.mark.parametrize("path", SOURCES, ids=source_id)
def test_a_source_assembles_to_the_bytes_and_fixups_of_gnu_as(
    gnu: Gnu, path: Path, tmp_path: Path
) -> None:
    theirs = read_relocatable(gnu.assemble(path, tmp_path).read_bytes(), path.name)
    tree = SourceTree(WORKSPACE.user_roots, generated_sources(WORKSPACE))
    assert contents(assemble_file(path, tree)) == contents(theirs)


@pytest.mark.parametrize("path", SOURCES, ids=source_id)
def test_a_source_begins_with_its_name_and_what_it_is(path: Path) -> None:
    assert re.match(rf"# {path.name}: \S.*[a-z0-9,.:]\n", path.read_text())


@pytest.mark.parametrize("path", SOURCES, ids=source_id)
def test_a_source_is_plain_text_of_at_most_100_columns(path: Path) -> None:
    text = path.read_text(encoding="ascii")
    assert text.endswith("\n")
    assert not re.search(r"[ \t]+$|\t|\n\n\n\n", text, re.MULTILINE)
    assert max(len(line) for line in text.splitlines()) <= 100


@pytest.mark.parametrize("path", LIBRARY, ids=source_id)
def test_every_routine_of_the_library_says_what_goes_in_and_out(path: Path) -> None:
    text = path.read_text()
    code = text[: text.find("    .section .rodata")] if ".section .rodata" in text else text
    for names in re.findall(r"^    \.global (.*)$", code, re.MULTILINE):
        name = names.split(",")[0]
        head = re.search(rf"((?:^#.*\n)+)    \.global {name}\b.*\n{name}:", code, re.MULTILINE)
        if head is None:
            assert re.search(rf"^{name}:\s*(#.*)?\n    \.(zero|quad)", code, re.MULTILINE), name
            continue
        assert "in: " in head[1], name
        assert ("out: " in head[1] and "clobbers: " in head[1]) or ("Does not return" in head[1]), (
            name
        )


def test_every_program_has_a_name_of_its_own() -> None:
    programs = [path.stem for path in SOURCES if path not in LIBRARY]
    assert [name for name, count in Counter(programs).items() if count > 1] == []
