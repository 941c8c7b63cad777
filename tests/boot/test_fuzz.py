"""The kernel does not fall over: a slice of what `make fuzz` does for hours."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

import ring3
from boot import fuzzing
from boot.stock_system import StockSystem
from ring3.workspace import open_workspace, stock


@pytest.mark.parametrize("seed", [1, 2])
def test_random_calls_by_all_doors_do_no_harm(boot: StockSystem, seed: int) -> None:
    fuzzing.calls(boot, seed, 150_000)


@pytest.mark.parametrize("door", fuzzing.DOORS32)
def test_random_calls_from_32_bit_code_do_no_harm(boot: StockSystem, door: str) -> None:
    fuzzing.calls32(boot, 1, 100_000, fuzzing.DOORS32[door])


def test_broken_programs_are_refused_or_end_and_no_frame_is_lost(boot: StockSystem) -> None:
    tally = fuzzing.programs(boot, seed=1, count=60)
    assert tally.refused + tally.ran == 60
    assert tally.refused > 5
    assert tally.ran > 5


def test_a_kernel_that_loses_a_frame_is_found_out(tmp_path: Path) -> None:
    source = (stock().kernel / "memory/frames.s").read_text()
    counted = "    inc qword ptr [rip + frames_free]\n"
    assert source.count(counted) == 1
    (tmp_path / "kernel/memory").mkdir(parents=True)
    (tmp_path / "kernel/memory/frames.s").write_text(source.replace(counted, ""))
    (tmp_path / "ring3.toml").write_text(
        f'[kernel]\nsources = "kernel"\nappend = "{fuzzing.OPTION}"\n'
    )
    with ring3.boot("hello", workspace=open_workspace(tmp_path)) as session:
        outcome = session.wait()
    assert outcome.status == 0
    with pytest.raises(AssertionError):
        fuzzing.check_frames(outcome)


@pytest.mark.parametrize("program", ["fuzz", "fuzz32", "crash"])
def test_an_attacker_does_nothing_on_linux(boot: StockSystem, program: str) -> None:
    file = boot.folder / program
    file.write_bytes(next(p.data for p in boot.system.programs if p.name == program))
    file.chmod(0o755)
    ended = subprocess.run([file, "1", "100"], capture_output=True, check=False)
    assert ended.returncode == 2
    assert ended.stdout.startswith(b"This program attacks the kernel")
