"""Run ``bench`` as process 1, on our kernel or on Linux, and read what it prints.

The same ELF runs twice on each: where the time stamp counter counts
instructions (icount), and where it counts the host's time.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ring3 import pipeline
from ring3.bench.costs import Costs, parse
from ring3.bench.initramfs import build_initramfs
from ring3.diagnostic import Ring3Error
from ring3.machine import Boot, Machine, Options, Outcome, Session, load_machine
from ring3.output import explained
from ring3.workspace import Workspace

PROGRAM = "bench"
SEED = 1  # of the deterministic runs: they repeat to the last instruction

RING3_MACHINE = "microvm"
LINUX_MACHINE = "pc"
LINUX_MEMORY = "512M"
# Process 1's end is a panic on Linux, and `panic=-1` makes of it the machine's end.
LINUX_APPEND = "console=ttyS0 quiet panic=-1 tsc=reliable"

BOOT_MAGIC = b"HdrS"
BOOT_MAGIC_AT = 0x202  # Documentation/arch/x86/boot.rst

SECONDS = 60.0
LINUX_SECONDS = 300.0  # a distribution's kernel under icount takes its time


def measure(workspace: Workspace) -> Costs:
    """On our kernel.  Raises Ring3Error when it does not build or the run fails."""
    system = pipeline.build([PROGRAM], workspace=workspace, stock_programs=False)
    machine = load_machine(workspace.machine or RING3_MACHINE, workspace.machine_roots)
    append = f"{system.command_line} ring3.seed={SEED}".strip()

    def boot(folder: Path) -> Boot:
        kernel, initrd = folder / "kernel.elf", folder / "initrd.tar"
        kernel.write_bytes(system.kernel.data)
        initrd.write_bytes(system.initrd)
        return Boot(kernel, initrd, append)

    return _both_ways("ring3", machine, boot, SECONDS)


def measure_linux(vmlinuz: Path, workspace: Workspace) -> Costs:
    """The same ELF on a Linux guest, whose kernel is ``vmlinuz``."""
    _check_linux(vmlinuz)
    system = pipeline.build([PROGRAM], workspace=workspace, stock_programs=False)
    program = next(found for found in system.programs if found.name == PROGRAM)
    machine = load_machine(LINUX_MACHINE, workspace.machine_roots)
    machine = replace(machine, memory=LINUX_MEMORY, debugcon=False, debug_exit=False)

    def boot(folder: Path) -> Boot:
        initramfs = folder / "initramfs.cpio"
        initramfs.write_bytes(build_initramfs(program.data))
        return Boot(vmlinuz, initramfs, LINUX_APPEND)

    return _both_ways("Linux", machine, boot, LINUX_SECONDS)


def _check_linux(vmlinuz: Path) -> None:
    """Refuse what QEMU would only refuse without a word of which file it means."""
    cure = "name a bzImage, such as /boot/vmlinuz of a distribution's kernel"
    try:
        with vmlinuz.open("rb") as file:
            header = file.read(BOOT_MAGIC_AT + len(BOOT_MAGIC))
    except OSError as error:
        raise Ring3Error(f"cannot read {vmlinuz}: {error.strerror}", help=cure) from error
    if header[BOOT_MAGIC_AT:] != BOOT_MAGIC:
        raise Ring3Error(f"{vmlinuz} is no Linux kernel: it has no boot header", help=cure)


def _both_ways(name: str, machine: Machine, boot: Callable[[Path], Boot], seconds: float) -> Costs:
    with explained("cannot make a folder for the run"), tempfile.TemporaryDirectory() as folder:
        booted = boot(Path(folder))
        instructions = _run(
            machine, booted, Options(deterministic=True, seed=SEED, timeout=seconds)
        )
        time = _run(machine, booted, Options(timeout=seconds))
    ends = [parse(outcome.console, outcome.explanation) for outcome in (instructions, time)]
    return Costs(name, *ends)


def _run(machine: Machine, boot: Boot, options: Options) -> Outcome:
    with Session(machine, boot, options) as session:
        return session.wait()
