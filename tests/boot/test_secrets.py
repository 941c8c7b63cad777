"""A kernel that leaves something of its own behind is found out by `secrets`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from boot.stock_system import StockSystem
from ring3 import pipeline
from ring3.workspace import Workspace, stock

# In each: a file, one of its lines, what a careless kernel has there, what is said then.
LEAKS = [
    ("entry/int80.s", "    pop r10\n", "    add rsp, 8\n", "INT 0x80 changes rax, whatever"),
    ("entry/syscall.s", "    pop r9\n", "    add rsp, 8\n", "SYSCALL changes rax, rcx and r11"),
    (
        "exec/process.s",
        "    fxrstor [rip + clean_fpu]\n",
        "    mov eax, 7\n    cvtsi2sd xmm5, eax\n",
        "the x87 and SSE registers begin as zeros",
    ),
]


@pytest.mark.parametrize(("file", "right", "wrong", "claim"), LEAKS)
def test_a_kernel_that_leaves_something_behind_is_found_out(
    boot: StockSystem, tmp_path: Path, file: str, right: str, wrong: str, claim: str
) -> None:
    source = (stock().kernel / file).read_text()
    assert right in source
    careless = tmp_path / "kernel" / file
    careless.parent.mkdir(parents=True)
    careless.write_text(source.replace(right, wrong, 1))
    workspace = Workspace(folder=tmp_path, kernel_sources=tmp_path / "kernel")
    system = pipeline.build(["secrets"], workspace=workspace, stock_programs=False)
    outcome = replace(boot, system=system, workspace=workspace)("secrets")
    assert outcome.status == 1, outcome.report()
    false = [line for line in outcome.console.decode().splitlines() if line.endswith(" NO")]
    assert any(line.startswith(claim) for line in false), outcome.console.decode()


@pytest.mark.parametrize("cpu", ["qemu64", "Nehalem", "Skylake-Client", "EPYC"])
def test_nothing_is_left_behind_on_any_cpu(boot: StockSystem, cpu: str) -> None:
    outcome = boot("secrets", cpu=f"{cpu},check=off")
    assert outcome.exit_code == 0, outcome.report()
