"""The page tables as the CPU walks them, read from outside while a program runs.

CR3 ──> PML4 ──> … ──> every mapping, with the rights that all its levels together
leave ──> none breaks a rule
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from boot.monitor import monitored
from boot.stock_system import StockSystem
from ring3 import pipeline
from ring3.machine.inspect import inspected
from ring3.workspace import Workspace, stock
from ring3.x86.paging import Mapping

PAGE = 4096
KERNEL_HALF = 1 << 47
KERNEL_BASE = 0xFFFF_FFFF_8000_0000
STACK_SLOT = 5  # pages: a guard, and four of stack


def violations(mappings: list[Mapping], symbols: dict[str, int]) -> list[str]:
    """Every rule that a mapping breaks."""
    text = range(symbols["__text_start"], symbols["__text_end"])
    read_only = range(symbols["__rodata_start"], symbols["__rodata_end"])
    data = range(symbols["__data_start"], symbols["__kernel_end"])
    shown = range(text.start - KERNEL_BASE, read_only.stop - KERNEL_BASE)  # code and constants
    guards = range(symbols["stacks"], symbols["stacks_end"], STACK_SLOT * PAGE)
    rules: dict[str, Callable[[Mapping], bool]] = {
        "writable and executable": lambda m: m.write and m.execute,
        "the page at 0": lambda m: m.address == 0,
        "a program's page that is the kernel's": lambda m: m.user and m.address >= KERNEL_HALF,
        "the kernel's page among the program's": lambda m: not m.user and m.address < KERNEL_HALF,
        "a program's page that outlives its CR3": lambda m: m.user and m.everywhere,
        "executable, outside of the kernel's code": (
            lambda m: m.execute and not m.user and m.address not in text
        ),
        "the kernel's code, not executable": lambda m: m.address in text and not m.execute,
        "a writable view of the kernel's code or constants": (
            lambda m: m.write and m.frame < shown.stop and m.frame + m.size > shown.start
        ),
        "the kernel's data, not writable": lambda m: m.address in data and not m.write,
        "a stack's guard page": lambda m: m.address in guards,
    }
    found = [f"{rule}: {m}" for m in mappings for rule, breaks in rules.items() if breaks(m)]
    mapped = {m.address for m in mappings}
    wanted = {*text[::PAGE], *read_only[::PAGE], *data[::PAGE]} - set(guards)
    return found + [f"not mapped: {address:#x}" for address in sorted(wanted - mapped)]


def mappings_of(boot: StockSystem, cpu: str) -> list[Mapping]:
    """While `loop` runs."""
    with monitored(boot, "loop", cpu=cpu) as (session, monitor):
        session.expect_exact("Round and round.\n")
        with inspected(monitor) as guest:
            return guest.mappings()


@pytest.mark.parametrize("cpu", ["max", "qemu64,check=off"])
def test_no_mapping_is_writable_and_executable_or_open_to_the_wrong_ring(
    boot: StockSystem, cpu: str
) -> None:
    mappings = mappings_of(boot, cpu)
    assert violations(mappings, boot.system.kernel.symbols) == []
    # What was looked at is all of it: both halves, the direct map, code that runs.
    assert any(m.user and m.execute for m in mappings)
    assert any(m.user and m.write for m in mappings)
    direct_map = sum(m.size for m in mappings if 0xFFFF_8880 << 32 <= m.address < 0xFFFF_C << 44)
    assert direct_map >= 127 << 20


@pytest.mark.parametrize(
    ("right", "wrong", "rule"),
    [
        ("PTE_KERNEL_TEXT, PTE_PRESENT", "PTE_KERNEL_TEXT, PTE_WRITE | PTE_PRESENT", "executable"),
        ("STACK_PAGES, 4", "STACK_PAGES, 3", "guard page"),
    ],
)
def test_the_walk_finds_a_kernel_that_maps_its_own_pages_wrong(
    boot: StockSystem, tmp_path: Path, right: str, wrong: str, rule: str
) -> None:
    name = "include/memory.inc"
    constants = (stock().kernel / name).read_text()
    assert constants.count(right) == 1
    (tmp_path / "include").mkdir()
    (tmp_path / name).write_text(constants.replace(right, wrong))
    workspace = Workspace(folder=tmp_path, kernel_sources=tmp_path)
    system = pipeline.build(["loop"], workspace=workspace, stock_programs=False)
    careless = replace(boot, system=system, workspace=workspace)
    found = violations(mappings_of(careless, "max"), system.kernel.symbols)
    assert any(rule in line for line in found), found
