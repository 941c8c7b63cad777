"""Booting images by hand: a kernel that reports, and QEMU without anything of ours around it."""

from __future__ import annotations

import random
import subprocess
from dataclasses import dataclass
from pathlib import Path

import lz4.block

from ring3.asm import SourceTree
from ring3.machine.firmware import find_uefi
from ring3.workspace import Workspace

PATIENCE = 120.0
EXIT_OK, EXIT_PANIC = 0x10 << 1 | 1, 0x12 << 1 | 1
REPORT = "336ec578"  # how the reporting kernel's first line begins


@dataclass(frozen=True)
class End:
    """How a machine ended, and what it had written until then."""

    status: int
    serial: str
    debug_console: str = ""

    @property
    def lines(self) -> list[str]:
        return self.serial.splitlines()

    @property
    def report(self) -> list[str]:
        """The reporting kernel's lines, without what the firmware wrote before them."""
        at = self.serial.find(REPORT)
        assert at >= 0, self.serial
        return self.serial[at:].splitlines()


def boot(folder: Path, *arguments: str | Path) -> End:
    console = folder / "debug-console"
    command: list[str | Path] = ["qemu-system-x86_64", "-no-reboot", "-net", "none"]
    command += ["-debugcon", f"file:{console}"]
    command += ["-device", "isa-debug-exit,iobase=0xf4,iosize=0x04"]
    if "-nographic" not in arguments:
        command += ["-display", "none", "-serial", "stdio"]
    done = subprocess.run(
        [*command, *arguments],
        check=False,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=PATIENCE,
    )
    return End(done.returncode, done.stdout.decode("latin-1"), console.read_text("latin-1"))


def uefi() -> tuple[str, ...]:
    """QEMU's options for a PC with UEFI."""
    firmware = find_uefi()
    chip = "if=pflash,format=raw"
    return (
        *("-nodefaults", "-machine", "q35"),
        *("-drive", f"{chip},unit=0,readonly=on,file={firmware.code}"),
        *("-drive", f"{chip},unit=1,snapshot=on,file={firmware.variables}"),
    )


def some_bytes(count: int) -> bytes:
    return random.Random(count).randbytes(count)


def packs_to(size: int) -> bytes:
    """Bytes that have ``size`` when they are packed: random ones, which grow a little."""
    return next(
        data
        for data in map(some_bytes, range(size - size // 255 - 3, size))
        if len(lz4.block.compress(data, store_size=False)) == size
    )


def repetitive_bytes() -> bytes:
    """What packing makes much of: matches of all lengths, from near and from far."""
    choose = random.Random(1)
    parts = [bytes(700_000)]
    for period in (*range(1, 20), 1000, 65_535):
        for length in (4, 5, 11, 12, 13, 14, 18, 19, 20, 273, 274, 275, 300, 5000):
            if period < 20 or length in (5, 300):
                pattern = choose.randbytes(period) * (length // period + 2)
                parts += [pattern[: period + length], choose.randbytes(16)]
    return b"".join(parts)


def changed_tree(folder: Path, name: str, *changes: tuple[str, str]) -> SourceTree:
    """The stock sources with changes in a file of a loader, ``disk/stage1.s`` for example."""
    text = Workspace().kernel_file(f"boot/{name}").read_text()
    for old, new in changes:
        assert text.count(old) == 1
        text = text.replace(old, new)
    root = folder / f"changed-{name.replace('/', '-')}"
    file = root / "boot" / name
    file.parent.mkdir(parents=True)
    file.write_text(text)
    return SourceTree((root, *Workspace().kernel_roots))
