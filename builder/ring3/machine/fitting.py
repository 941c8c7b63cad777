"""Which machine boots which image.

a file ──image.kind──> disk, CD or EFI volume; its ways for a BIOS and for UEFI
                                   │
machine: boot = [...], firmware ───┴──> a Boot, or the reason why not
"""

from __future__ import annotations

from pathlib import Path

from ring3.diagnostic import Ring3Error
from ring3.image import ImageFormat
from ring3.image.kind import ImageKind, image_kind
from ring3.machine.command import Boot
from ring3.machine.profile import Firmware, Machine

MACHINE_FOR_BIOS = "pc"
MACHINE_FOR_UEFI = "q35-uefi"


def machine_for_image(image: Path) -> str:
    """The name of the stock machine that boots ``image`` most quickly.

    Raises Ring3Error when the file is no image.
    """
    return _usual(image_kind(image))


def boot_of_image(image: Path, machine: Machine) -> Boot:
    """How ``machine`` boots ``image``: an ISO as a CD where it can, else as a disk.

    Raises Ring3Error when it cannot, with the reason and a machine that can.
    """
    kind = image_kind(image)
    reason = obstacle(machine, kind)
    if reason is not None:
        raise Ring3Error(
            f"the machine `{machine.name}` cannot boot {image}: {reason}",
            help=f"--machine {_usual(kind)} can",
        )
    return Boot(image=image, cd=_as_cd(machine, kind))


def obstacle(machine: Machine, kind: ImageKind) -> str | None:
    """Why ``machine`` cannot boot an image of this kind, or None when it can."""
    as_cd = _as_cd(machine, kind)
    if not as_cd and "disk" not in machine.boot:
        return f"it boots no image, only a {machine.boot[0]}"
    if kind.format is ImageFormat.ISO and not as_cd and not kind.hybrid:
        return "it boots no CD, and the image is no disk as well"
    if machine.firmware is Firmware.UEFI and not kind.uefi:
        return "it has UEFI, and the image has a way for a BIOS alone"
    if machine.firmware is Firmware.BIOS and not kind.bios:
        return "it has a BIOS, and the image has a way for UEFI alone"
    return None


def _as_cd(machine: Machine, kind: ImageKind) -> bool:
    return kind.format is ImageFormat.ISO and "iso" in machine.boot


def _usual(kind: ImageKind) -> str:
    return MACHINE_FOR_BIOS if kind.bios else MACHINE_FOR_UEFI
