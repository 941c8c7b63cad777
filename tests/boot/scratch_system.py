"""The stock kernel with a few calls that no kernel must have, and a program that makes them.

scratch("read", cpu="max")           the call `scratch_read`, by SYSCALL, on QEMU
scratch.bochs("return_to", number=2, door="i")      by INT 0x80, on Bochs
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from boot.stock_system import INTEL, StockSystem
from ring3 import pipeline
from ring3.machine import Outcome
from ring3.tables import TABLE
from ring3.workspace import Workspace, stock

SOURCES = Path(__file__).parent / "scratch"

PROGRAMS = ("scratch", "store_gdt", "syscall_32")

BACK = 7
"""The program's status when its call returned, and changed no register but those it may."""


@dataclass(frozen=True)
class ScratchSystem:
    """Ways to make one of the calls of ``scratch/handlers.s``."""

    system: StockSystem

    def __call__(self, call: str, *, door: str = "s", number: int = 0, cpu: str = "max") -> Outcome:
        return self.system("scratch", *_arguments(call, door, number), cpu=cpu)

    def bochs(self, call: str, *, door: str = "s", number: int = 0, cpu: str = INTEL) -> Outcome:
        return self.system.bochs("scratch", *_arguments(call, door, number), cpu=cpu)


def scratch_workspace(folder: Path) -> Workspace:
    """A workspace in ``folder``: the stock sources with the scratch calls laid over them."""
    rows = (SOURCES / "rows.tbl").read_text()
    kernel = folder / "kernel"
    table = kernel / TABLE
    table.parent.mkdir(parents=True)
    table.write_text((stock().kernel / TABLE).read_text() + rows)
    (table.parent / "scratch.s").write_text((SOURCES / "handlers.s").read_text())
    programs = {name: SOURCES / f"{name}.s" for name in PROGRAMS}
    return Workspace(folder=folder, kernel_sources=kernel, programs=programs)


def build_scratch_system(folder: Path, workspace: Workspace | None = None) -> ScratchSystem:
    """Build it; what is booted goes to ``folder`` too."""
    workspace = workspace or scratch_workspace(folder)
    system = pipeline.build(["scratch"], workspace=workspace, stock_programs=False)
    return ScratchSystem(StockSystem(folder, system, workspace))


def _arguments(call: str, door: str, number: int) -> tuple[str, str, str]:
    calls = [row.split()[2] for row in (SOURCES / "rows.tbl").read_text().splitlines()]
    index = list(dict.fromkeys(calls)).index(f"scratch_{call}")
    return chr(ord("a") + index), door, str(number)
