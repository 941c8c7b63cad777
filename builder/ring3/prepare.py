"""What is to be run: a program built with its kernel, or an image, and the machine for it.

    Request ──choose_machine──> Machine
       │                           │
       └── PROGRAM ──build──> kernel.elf, initrd.tar, or an image of them ─┬─> Prepared
       └── --image ────────────────────────────────────────────────────────┘

``ring3 run``, ``ring3 debug`` and ``ring3 trace`` all begin here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ring3 import pipeline
from ring3.image import ImageFormat
from ring3.machine import (
    Boot,
    Firmware,
    Machine,
    altered,
    boot_of_image,
    load_machine,
    machine_for_image,
)
from ring3.output import explained
from ring3.workspace import Workspace

MACHINE_FOR_KERNELS = "microvm"


@dataclass(frozen=True)
class Request:
    """What a user asks ``ring3 run`` for; None where it was not said."""

    program: str | None = None
    arguments: tuple[str, ...] = ()
    image: Path | None = None
    machine: str | None = None
    memory: str | None = None
    cpus: int | None = None
    cpu: str | None = None
    accelerator: str = "tcg"
    deterministic: bool = False
    seed: int | None = None
    timeout: float | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    strace: bool = False
    gdb: bool = False
    interactive: bool = False
    as_json: bool = False
    piped: bool = False
    """Input comes from a pipe or a file, and not from keys."""


def choose_machine(request: Request, workspace: Workspace) -> Machine:
    """The machine asked for, or the workspace's, or what suits the way of booting."""
    name = request.machine or workspace.machine
    if name is None:
        name = MACHINE_FOR_KERNELS if request.image is None else machine_for_image(request.image)
    return altered(
        load_machine(name, workspace.machine_roots),
        memory=request.memory or workspace.memory,
        cpus=request.cpus or workspace.cpus,
        cpu=request.cpu or workspace.cpu,
    )


@dataclass(frozen=True)
class Prepared:
    """What is booted, and what it was made of, if it was made here."""

    boot: Boot
    system: pipeline.System | None = None
    initrd: Path | None = None


def prepare(request: Request, workspace: Workspace, machine: Machine, folder: Path) -> Prepared:
    """Build what is to be booted, into ``folder``: a disk where the machine takes no kernel."""
    if request.image is not None:
        return Prepared(boot_of_image(request.image, machine))
    words = [] if request.seed is None else [f"ring3.seed={request.seed}"]
    if request.strace:
        words.append("ring3.strace")
    if request.piped:
        words.append("ring3.pipe")
    system = pipeline.build(
        [request.program] if request.program else [],
        arguments=request.arguments,
        environment=request.environment,
        append=" ".join(words),
        workspace=workspace,
        stock_programs=False,
    )
    kernel, initrd = folder / "kernel.elf", folder / "initrd.tar"
    with explained(f"cannot write to {folder}"):
        kernel.write_bytes(system.kernel.data)
        initrd.write_bytes(system.initrd)
        if "kernel" not in machine.boot:
            disk = folder / "disk.img"
            disk.write_bytes(pipeline.pack(system, workspace, _disk_format(machine)))
            return Prepared(Boot(image=disk), system, initrd)
    return Prepared(Boot(kernel, initrd, system.command_line), system, initrd)


def _disk_format(machine: Machine) -> ImageFormat:
    """What its firmware starts from a disk."""
    return ImageFormat.EFI if machine.firmware is Firmware.UEFI else ImageFormat.DISK
