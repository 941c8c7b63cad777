"""The mission, seen from outside: one program passes all three doors and they agree."""

from __future__ import annotations

import re

import pytest

from boot.stock_system import PATIENCE, StockSystem
from ring3.machine import Options, OutcomeKind

WAYS = [("microvm", False), ("pc", False), ("pc", True), ("q35", True)]


@pytest.mark.parametrize(("machine", "disk"), WAYS)
def test_the_three_doors_agree_however_the_kernel_was_booted(
    boot: StockSystem, machine: str, disk: bool
) -> None:
    outcome = boot("doors", machine=machine, disk=disk)
    text = outcome.console.decode()
    assert (outcome.kind, outcome.status) == (OutcomeKind.EXITED, 0), outcome.report()
    assert text.rstrip().endswith("All checks agree: three doors, one kernel.")
    assert "DISAGREE" not in text
    # Three questions, each answered by the three doors: two by a time, one by a CPU.
    answers = re.findall(
        r"^     (INT 0x80|SYSCALL|vDSO) +(?:\d+\.\d{9}|cpu \d+)", text, re.MULTILINE
    )
    assert answers == ["INT 0x80", "SYSCALL", "vDSO"] * 3


def test_each_door_changes_just_the_registers_that_the_manual_says(boot: StockSystem) -> None:
    text = boot("doors").console.decode()
    changed = dict(re.findall(r"^     (INT 0x80|SYSCALL) +changed ([a-z0-9 ]*?) +and", text, re.M))
    assert changed == {"INT 0x80": "rax", "SYSCALL": "rax rcx r11"}


def test_a_deterministic_run_costs_the_same_instructions_every_time(boot: StockSystem) -> None:
    options = Options(deterministic=True, seed=3, timeout=PATIENCE)
    first, second = (boot("doors", options=options).console for _ in range(2))
    assert b"All checks agree" in first
    assert first == second


def test_the_vdso_lies_elsewhere_in_every_boot_and_with_one_seed_at_one_place(
    boot: StockSystem,
) -> None:
    def vdso_address(seed: int) -> int:
        options = Options(deterministic=True, seed=seed, timeout=PATIENCE)
        outcome = boot("auxv", append=f"ring3.seed={seed}", options=options)
        found = re.search(rb"^AT_SYSINFO_EHDR: +0x([0-9a-f]+)$", outcome.console, re.MULTILINE)
        assert found is not None, outcome.report()
        return int(found[1], 16)

    addresses = [vdso_address(seed) for seed in (1, 2, 3, 1)]
    assert addresses[0] == addresses[3]
    assert len(set(addresses)) == 3
    assert all(address % 4096 == 0 for address in addresses)


def test_without_a_seed_two_boots_put_the_vdso_at_two_places(boot: StockSystem) -> None:
    places = {
        re.search(rb"AT_SYSINFO_EHDR: +(0x[0-9a-f]+)", boot("auxv").console)[1]  # type: ignore[index]
        for _ in range(2)
    }
    assert len(places) == 2


@pytest.mark.parametrize("cpu", ["qemu64", "Nehalem", "Skylake-Client", "EPYC", "max"])
def test_the_doors_agree_on_old_and_new_processors(boot: StockSystem, cpu: str) -> None:
    outcome = boot("doors", cpu=f"{cpu},check=off" if cpu != "max" else cpu)
    assert outcome.exit_code == 0, outcome.report()
