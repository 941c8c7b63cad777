"""Kernels with one mistake each, as data, and what their post-mortem must say.

    mistakes.toml: NAME ──find, replace──> an overlay of kernel_src ──build──> a Mistake's kernel
                        ──rule, says, line──> what is expected

A row:

    file       the source that has the mistake, in kernel_src
    find       its text in the stock source, which must stand there exactly once
    replace    what a student wrote instead
    rule       the rule of ring3.postmortem that knows it
    says       words of the verdict
    line       a text on the line that must be named: of the file with the mistake, or of
               ``in``, a path in the repository; without it the first line of ``replace``
    written    a part of what the third run says of who wrote the wrong bytes last
    ends       how it ends: "reset" if nothing is said, "panic", "killed" or "timeout"
    program    process 1, "doors" if nothing is said; a ``.s`` is a file of this folder
    cpu        a model that lacks something
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from ring3 import locate, pipeline
from ring3.elf.debuggable import debuggable
from ring3.elf.separate_debug import separate_debug
from ring3.locate import Debuggable
from ring3.machine import (
    Boot,
    Machine,
    Options,
    Outcome,
    OutcomeKind,
    Session,
    altered,
    load_machine,
)
from ring3.workspace import Workspace, stock

HERE = Path(__file__).parent
REPOSITORY = HERE.parent.parent.parent
# Only a machine that hangs ever waits as long.
PATIENCE = 120.0


@dataclass(frozen=True)
class Mistake:
    """One row."""

    name: str
    file: str
    find: str
    replace: str
    rule: str
    says: tuple[str, ...]
    line: str | None = None
    within: str | None = None
    written: str | None = None
    ends: str = "reset"
    program: str = "doors"
    cpu: str | None = None

    @property
    def stock_text(self) -> str:
        return (stock().kernel / self.file).read_text()

    @property
    def text(self) -> str:
        """The source with the mistake."""
        return self.stock_text.replace(self.find, self.replace)

    @property
    def names_its_own_line(self) -> bool:
        """Whether the line that is named is the one with the mistake, not one where it struck."""
        return self.line is None

    @property
    def place(self) -> str:
        """ "FILE:LINE" of the line that must be named."""
        text, name = self.text, self.file
        if self.within is not None:
            text, name = (REPOSITORY / self.within).read_text(), self.within
        if self.line is None:
            return f"{name}:{_line_number(text, self.stock_text.index(self.find))}"
        assert text.count(self.line) == 1, f"{name} has not exactly one `{self.line}`"
        return f"{name}:{_line_number(text, text.index(self.line))}"


def _line_number(text: str, start: int) -> int:
    """Of the first line with something on it, from ``start``."""
    blank = len(text[start:]) - len(text[start:].lstrip("\n"))
    return text[: start + blank].count("\n") + 1


def mistakes() -> list[Mistake]:
    """All rows, in the order of the file."""
    table: dict[str, dict[str, Any]] = tomllib.loads((HERE / "mistakes.toml").read_text())
    return [_mistake(name, row) for name, row in table.items()]


def _mistake(name: str, row: dict[str, Any]) -> Mistake:
    says = tuple(row.pop("says"))
    return Mistake(name=name, says=says, within=row.pop("in", None), **row)


@dataclass(frozen=True)
class WrongKernel:
    """A mistake, built, and how to boot it."""

    machine: Machine
    boot: Boot
    files: Debuggable = field(repr=False)

    def run(self, kind: OutcomeKind) -> Outcome:
        """How it ends; a machine that hangs is not waited for."""
        if kind is OutcomeKind.TIMEOUT:
            return Outcome(kind, "the machine was still running")
        options = Options(deterministic=True, timeout=PATIENCE)
        with Session(self.machine, self.boot, options) as session:
            return session.wait()


def build(mistake: Mistake, folder: Path) -> WrongKernel:
    """Lay the mistake over the stock sources and build the kernel in ``folder``."""
    kernel = folder / "kernel"
    source = kernel / mistake.file
    source.parent.mkdir(parents=True)
    source.write_text(mistake.text)
    workspace = Workspace(folder=folder, kernel_sources=kernel)
    built = pipeline.build_kernel(workspace)
    program = _program(mistake.program)
    paths = folder / "kernel.elf", folder / "initrd.tar"
    paths[0].write_bytes(built.linked.data)
    paths[1].write_bytes(program.initrd)
    files = {part.path: part.debuggable for part in program.programs}
    files[locate.KERNEL] = lambda: debuggable(built.linked)
    files[locate.VDSO] = lambda: separate_debug(built.vdsos["vdso64"])
    machine = altered(load_machine("microvm", workspace.machine_roots), cpu=mistake.cpu)
    return WrongKernel(machine, Boot(*paths), files)


@cache
def _program(name: str) -> pipeline.System:
    """A program is the same in all kernels."""
    typed = str(HERE / name) if name.endswith(".s") else name
    return pipeline.build([typed], workspace=Workspace(), stock_programs=False)
