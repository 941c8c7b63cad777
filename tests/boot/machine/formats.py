"""The stock system in every format that an image can have, and who can start each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ring3 import pipeline
from ring3.image import ImageFormat
from ring3.image.kind import ImageKind
from ring3.machine import Boot, Machine, load_machine, machine_names
from ring3.machine.fitting import obstacle
from ring3.workspace import Workspace, stock


@dataclass(frozen=True)
class Format:
    """How an image is packed, and what :func:`ring3.image.kind.image_kind` must say of it."""

    name: str
    packed: ImageFormat
    kind: ImageKind
    efi: bool = False
    as_disk: bool = False  # an ISO, written to a disk

    def pack(self, system: pipeline.System, workspace: Workspace) -> bytes:
        return pipeline.pack(system, workspace, self.packed, efi=self.efi)


DISK = ImageKind(ImageFormat.DISK, bios=True, uefi=False)
GPT = ImageKind(ImageFormat.DISK, bios=True, uefi=True)
ISO = ImageKind(ImageFormat.ISO, bios=True, uefi=True, hybrid=True)
EFI = ImageKind(ImageFormat.EFI, bios=False, uefi=True)

FORMATS = (
    Format("disk", ImageFormat.DISK, DISK),
    Format("disk with efi", ImageFormat.DISK, GPT, efi=True),
    Format("iso", ImageFormat.ISO, ISO),
    Format("iso as a disk", ImageFormat.ISO, ISO, as_disk=True),
    Format("efi", ImageFormat.EFI, EFI),
)

KERNEL = "kernel"
"""Not an image: the kernel and the initrd, given to QEMU directly."""


@cache
def machines() -> tuple[Machine, ...]:
    """Every stock machine."""
    roots = [stock().machines]
    return tuple(load_machine(name, roots) for name in machine_names(roots))


def boots(machine: Machine) -> Iterator[str]:
    """The names of the formats that ``machine`` can start."""
    if KERNEL in machine.boot:
        yield KERNEL
    for format_ in FORMATS:
        if "disk" in machine.boot and obstacle(machine, format_.kind) is None:
            yield format_.name


def boot_of(name: str, image: Path) -> Boot:
    """The image in the machine, as its format goes there."""
    (format_,) = (f for f in FORMATS if f.name == name)
    return Boot(image=image, cd=format_.packed is ImageFormat.ISO and not format_.as_disk)
