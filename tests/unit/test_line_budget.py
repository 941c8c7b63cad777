"""The core's budget of lines, as ``make lines`` prints it, and what it counts."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from ring3.workspace import PARTS, Workspace, stock

KERNEL = stock().kernel
SCRIPT = Path(__file__).parents[2] / "builder" / "count-lines.sh"
BUDGET = 2500
LOADERS = ("boot/disk/", "boot/efi/", "boot/loader/")

Groups = dict[str, dict[str, int]]


@pytest.fixture(scope="module")
def printed() -> list[tuple[int, str]]:
    """Each row: lines, and of what."""
    ended = subprocess.run([SCRIPT], check=True, capture_output=True, text=True)
    rows = (line.split(maxsplit=1) for line in ended.stdout.splitlines() if line)
    return [(int(lines), what) for lines, what in rows]


@pytest.fixture(scope="module")
def groups(printed: list[tuple[int, str]]) -> Groups:
    """The folders of core, ground and parts; a group ends with its sum."""
    found: Groups = {}
    folders: dict[str, int] = {}
    for lines, what in printed[:-2]:
        if " " not in what:
            folders[what] = lines
            continue
        assert lines == sum(folders.values())
        found[re.split("[ :]", what.removeprefix("the "))[0]] = folders
        folders = {}
    return found


def lines_below(folder: str) -> int:
    """Counted in another way than the script's."""
    paths = [*(KERNEL / folder).rglob("*.s"), *(KERNEL / folder).rglob("*.inc")]
    return sum(
        1
        for path in paths
        if not path.relative_to(KERNEL).as_posix().startswith(LOADERS)
        for line in path.read_text().splitlines()
        if line.strip() and not line.strip().startswith("#")
    )


def test_the_core_has_fewer_lines_than_its_budget(groups: Groups) -> None:
    assert sum(groups["core"].values()) < BUDGET


def test_the_lines_printed_are_the_lines_there_are(groups: Groups) -> None:
    for folders in groups.values():
        assert folders == {folder: lines_below(folder) for folder in folders}


def test_no_folder_of_the_kernel_escapes_the_count(groups: Groups) -> None:
    counted = [folder for folders in groups.values() for folder in folders]
    assert sorted(counted) == sorted(path.name for path in KERNEL.iterdir() if path.is_dir())


def test_what_is_counted_as_a_part_can_be_left_out(groups: Groups) -> None:
    assert sorted(groups["parts"]) == sorted(PARTS)


def test_the_smallest_kernel_is_core_and_ground_and_nothing_else(
    groups: Groups, printed: list[tuple[int, str]]
) -> None:
    smallest = Workspace(without=frozenset(PARTS))
    linked = {name.partition("/")[0] for name in smallest.kernel_files()} | {"include"}
    assert linked == {*groups["core"], *groups["ground"]}
    lines = sum(groups["core"].values()) + sum(groups["ground"].values())
    assert (lines, "the smallest kernel") in printed
