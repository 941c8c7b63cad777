"""Where UEFI for virtual machines (OVMF, of the EDK II project) lies on this computer.

    firmware = "uefi" ──found──> its code, which is read only
                            └──> the template of its variables, written to a snapshot

Every distribution puts the two files somewhere else, and renames them now and
then: the 4M in a name is the size of the flash chip, which both must have.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ring3.diagnostic import Ring3Error

PLACES = (
    # Debian, Ubuntu: ovmf
    ("/usr/share/OVMF/OVMF_CODE_4M.fd", "/usr/share/OVMF/OVMF_VARS_4M.fd"),
    ("/usr/share/OVMF/OVMF_CODE.fd", "/usr/share/OVMF/OVMF_VARS.fd"),
    # Fedora: edk2-ovmf
    ("/usr/share/edk2/ovmf/OVMF_CODE.fd", "/usr/share/edk2/ovmf/OVMF_VARS.fd"),
    # Arch: edk2-ovmf, and as it was called before 2024
    ("/usr/share/edk2/x64/OVMF_CODE.4m.fd", "/usr/share/edk2/x64/OVMF_VARS.4m.fd"),
    ("/usr/share/edk2-ovmf/x64/OVMF_CODE.fd", "/usr/share/edk2-ovmf/x64/OVMF_VARS.fd"),
    # openSUSE: qemu-ovmf-x86_64
    ("/usr/share/qemu/ovmf-x86_64-code.bin", "/usr/share/qemu/ovmf-x86_64-vars.bin"),
    # Homebrew's QEMU brings it along: on Apple's CPUs, on Intel's, on Linux
    *(
        (f"{prefix}/share/qemu/edk2-x86_64-code.fd", f"{prefix}/share/qemu/edk2-i386-vars.fd")
        for prefix in ("/opt/homebrew", "/usr/local", "/home/linuxbrew/.linuxbrew")
    ),
)
"""Code and variables, in the order in which they are looked for."""


@dataclass(frozen=True, slots=True)
class Uefi:
    """The two flash chips of a machine with UEFI."""

    code: Path
    variables: Path


def find_uefi(places: Sequence[tuple[str, str]] = PLACES) -> Uefi:
    """The firmware's files.  Raises Ring3Error, with the command that installs them."""
    for code, variables in places:
        if Path(code).is_file() and Path(variables).is_file():
            return Uefi(Path(code), Path(variables))
    raise Ring3Error(
        "UEFI firmware for QEMU (OVMF) is not installed, and this machine starts with it",
        help="Debian, Ubuntu: apt install ovmf; Fedora: dnf install edk2-ovmf; "
        "Arch: pacman -S edk2-ovmf; macOS: brew install qemu",
    )
