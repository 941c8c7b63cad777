"""The page tables as the CPU walks them, read from outside while a program runs.

CR3 ──> PML4 ──> … ──> every mapping, with the rights that all its levels together
leave ──> none breaks a rule
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from boot.monitor import Monitor, monitored
from boot.stock_system import StockSystem
from ring3 import pipeline
from ring3.workspace import Workspace, stock

PAGE = 4096
PRESENT, WRITE, USER, LARGE, GLOBAL, NO_EXECUTE = 1 << 0, 1 << 1, 1 << 2, 1 << 7, 1 << 8, 1 << 63
ADDRESS = 0x000F_FFFF_FFFF_F000
KERNEL_HALF = 1 << 47
KERNEL_BASE = 0xFFFF_FFFF_8000_0000
STACK_SLOT = 5  # pages: a guard, and four of stack


@dataclass(frozen=True)
class PageMapping:
    """Pages that lie together; the rights are those that every level grants."""

    address: int
    size: int
    frame: int
    write: bool
    user: bool
    execute: bool
    everywhere: bool  # global: kept in the TLB when CR3 changes

    def __str__(self) -> str:
        rights = f"{'w' if self.write else '-'}{'x' if self.execute else '-'}"
        return f"{self.address:#x} +{self.size:#x} {rights}{'u' if self.user else 's'}"


def walk(monitor: Monitor, has_nx: bool) -> Iterator[PageMapping]:
    """Every mapping there is (SDM Vol. 3A 4.5)."""

    def table(physical: int, level: int, virtual: int, above: int) -> Iterator[PageMapping]:
        entries = struct.unpack("<512Q", monitor.memory(physical, PAGE))
        for index, entry in enumerate(entries):
            if not entry & PRESENT:
                continue
            size = PAGE << 9 * level
            address = virtual + index * size
            if level == 3 and index >= 256:
                address |= 0xFFFF << 48
            # W and U are granted by all levels together, NX is set by any.
            rights = (entry & above & (WRITE | USER)) | ((entry | above) & NO_EXECUTE)
            if level and not entry & LARGE:
                yield from table(entry & ADDRESS, level - 1, address, rights)
                continue
            yield PageMapping(
                address,
                size,
                entry & ADDRESS & -size,
                write=bool(rights & WRITE),
                user=bool(rights & USER),
                execute=not (has_nx and rights & NO_EXECUTE),
                everywhere=bool(entry & GLOBAL),
            )

    yield from table(monitor.register("CR3") & ADDRESS, 3, 0, WRITE | USER)


def violations(mappings: list[PageMapping], symbols: Mapping[str, int]) -> list[str]:
    """Every rule that a mapping breaks."""
    text = range(symbols["__text_start"], symbols["__text_end"])
    read_only = range(symbols["__rodata_start"], symbols["__rodata_end"])
    data = range(symbols["__data_start"], symbols["__kernel_end"])
    shown = range(text.start - KERNEL_BASE, read_only.stop - KERNEL_BASE)  # code and constants
    guards = range(symbols["stacks"], symbols["stacks_end"], STACK_SLOT * PAGE)
    rules: dict[str, Callable[[PageMapping], bool]] = {
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


def mappings_of(boot: StockSystem, cpu: str) -> list[PageMapping]:
    """While `loop` runs."""
    with monitored(boot, "loop", cpu=cpu) as (session, monitor):
        session.expect_exact("Round and round.\n")
        monitor.command("stop")
        return list(walk(monitor, has_nx="-nx" not in cpu))


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
