"""UEFI for virtual machines (OVMF, of the EDK II project): where it lies, and its words.

    firmware = "uefi" ──found──> its code, which is read only
                            └──> the template of its variables, written to a snapshot

The firmware has a console, which it draws on COM1.  Its words are kept apart from
the program's: our loader ends them with a reset of the terminal.

Every distribution puts the two files somewhere else, and renames them now and
then: the 4M in a name is the size of the flash chip, which both must have.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ring3.diagnostic import Ring3Error
from ring3.machine.profile import Firmware

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


TERMINAL_RESET = b"\x1bc"

# A control sequence (ECMA-48, 5.4), or a line about what is tried to boot.
_WORDS = re.compile(rb"\x1b\[[0-?]*[ -/]*[@-~]|BdsDxe: [^\n]*\n")
_WORDS_BEGUN = re.compile(rb"\x1b(\[[0-?]*[ -/]*)?\Z|BdsDxe: [^\n]*\Z")
_LINE = b"BdsDxe: "


class FirmwareTalk:
    """Takes the firmware's words from before the program's on COM1.

    They end at the reset of the terminal, so that a program's own control
    sequences are kept.  A loader that is not ours does not send one: then its
    first words end them that are not of the firmware's kinds.
    """

    def __init__(self, firmware: Firmware) -> None:
        self.words = b""
        self._held = b""
        self._over = firmware is not Firmware.UEFI  # a BIOS has no words on COM1

    def feed(self, chunk: bytes) -> bytes:
        """The program's bytes in ``chunk``, after what was held back of the last one."""
        if self._over:
            return chunk
        self._held += chunk
        while self._held and not self._over:
            match = _WORDS.match(self._held)
            if match is not None:
                self.words += match[0]
                self._held = self._held[match.end() :]
            elif self._held.startswith(TERMINAL_RESET):
                self._held = self._held.removeprefix(TERMINAL_RESET)
                self._over = True
            elif _LINE.startswith(self._held) or _WORDS_BEGUN.match(self._held):
                return b""
            else:
                self._over = True
        passed, self._held = self._held, b""
        return passed

    def rest(self) -> bytes:
        """All that was heard, when nothing but the firmware ever spoke."""
        held, self._held = self._held, b""
        return held if self._over else self.words + held
