"""Guests small enough to be known by heart, assembled with GNU as, for real machines.

guests/NAME.s ──as, ld──> an ELF that PVH boots, or a boot sector
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from ring3.machine import Boot, Machine, load_machine

GUESTS = Path(__file__).parent / "guests"
QEMU = Path(__file__).parents[3] / "qemu"

Guest = Callable[..., Boot]


@pytest.fixture(params=["microvm", "pc", "q35"])
def any_machine(request: pytest.FixtureRequest) -> Machine:
    return load_machine(request.param, [QEMU])


@pytest.fixture(params=["pc", "q35"])
def machine_with_disks(request: pytest.FixtureRequest) -> Machine:
    return load_machine(request.param, [QEMU])


@pytest.fixture
def machine() -> Machine:
    return load_machine("microvm", [QEMU])


@pytest.fixture
def guest(tmp_path: Path) -> Guest:
    """Assemble guests/NAME.s, with the files that it includes and the symbols that it uses."""

    def assemble(name: str, *, files: dict[str, bytes] | None = None, **symbols: int) -> Boot:
        for file, content in (files or {}).items():
            (tmp_path / file).write_bytes(content)
        elf = tmp_path / f"{name}.elf"
        defined = [f"--defsym={symbol}={value}" for symbol, value in symbols.items()]
        _assemble(GUESTS / f"{name}.s", elf, *defined, f"-I{GUESTS}", f"-I{tmp_path}")
        return Boot(kernel=elf)

    return assemble


@pytest.fixture
def speaker(guest: Guest) -> Guest:
    """A guest that sends ``console``, says ``voice``, and ends as it is told."""

    def assemble(end: int, console: bytes = b"", voice: bytes = b"") -> Boot:
        return guest("speak", files={"console.bin": console, "voice.bin": voice}, END=end)

    return assemble


@pytest.fixture
def boot_sector(tmp_path: Path) -> Boot:
    """A disk of 516,096 bytes, which every machine with disks boots."""
    image = tmp_path / "a disk, with a comma.img"
    _assemble(GUESTS / "sector.s", image, link=("--oformat=binary", "-Ttext=0x7c00"))
    with image.open("r+b") as file:
        file.truncate(516_096)
    return Boot(image=image)


def _assemble(
    source: Path, result: Path, *options: str, link: tuple[str, ...] = ("-Ttext-segment=0x100000",)
) -> None:
    unlinked = result.with_suffix(".o")
    _run("as", "--32", *options, source, "-o", unlinked)
    _run("ld", "-m", "elf_i386", *link, unlinked, "-o", result)


def _run(tool: str, *arguments: str | Path) -> None:
    path = shutil.which(tool)
    assert path is not None, f"{tool} is not installed: apt install binutils"
    subprocess.run([path, *arguments], check=True)
