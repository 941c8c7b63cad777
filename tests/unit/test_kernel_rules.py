"""Rules that the kernel's sources keep, and that no run can show to be kept everywhere."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

from ring3.workspace import stock

KERNEL = stock().kernel
SOURCES = sorted(KERNEL.rglob("*.s"))

# IRETQs that only go back to where an NMI, a #DB, a spurious interrupt or a trial struck.
GOES_BACK = {"getcpu/cpu_number.s": 1, "entry/exceptions.s": 1, "machine/interrupts.s": 1}


def instructions(path: Path) -> list[str]:
    """The lines without comments and blanks."""
    lines = (line.split("#")[0].strip() for line in path.read_text().splitlines())
    return [line for line in lines if line]


def test_only_the_user_copies_let_the_kernel_touch_a_program_s_memory() -> None:
    users = {
        path.relative_to(KERNEL).as_posix()
        for path in SOURCES
        if any(re.search(r"\b(stac|clac)\b", line) for line in instructions(path))
    }
    assert users == {"memory/user_copy.s"}


def test_every_iretq_to_a_program_is_in_the_list_of_those_that_can_fault() -> None:
    listed = re.search(r"\.irp place, (.*)", (KERNEL / "entry/exceptions.s").read_text())
    assert listed is not None
    labelled: list[str] = []
    unlabelled: dict[str, int] = {}
    for path in SOURCES:
        lines = instructions(path)
        for before, line in pairwise(lines):
            if not re.search(r"\biretq$", line):
                continue
            label = re.fullmatch(r"(\w+_iretq):", before)
            if label is not None:
                labelled.append(label[1])
            else:
                name = path.relative_to(KERNEL).as_posix()
                unlabelled[name] = unlabelled.get(name, 0) + 1
    assert sorted(labelled) == sorted(listed[1].split(", "))
    assert unlabelled == GOES_BACK
