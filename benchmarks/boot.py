"""The table of formats and machines: milliseconds to the guest's first words, and the floor.

    python benchmarks/boot.py [--rounds N] [MACHINE...]

    every format ─┐
                  ├─ pairs that boot ──> the program's first byte on COM1
    machines ─────┘        └──> floor: a guest of a few instructions, on the same machine

Each guest must end with status 0.  Rounds of the guest and of the floor alternate, so
that a load on the computer falls on both: compare the ratios.  A CD's floor is a disk's.
What is printed is the table of docs/machines.md.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from ring3 import pipeline
from ring3.asm import assemble
from ring3.elf import Access, Layout, SegmentLayout, link
from ring3.image import ImageFormat
from ring3.image.fat import build_fat
from ring3.image.formats import REMOVABLE_LOADER
from ring3.image.kind import image_kind
from ring3.image.pe import HEADERS_SIZE, write_pe
from ring3.machine import (
    Boot,
    Emulator,
    Firmware,
    Machine,
    Options,
    Session,
    load_machine,
    machine_names,
)
from ring3.machine.accelerator import probe_elf
from ring3.machine.fitting import obstacle
from ring3.workspace import Workspace

# The guests of the floor, for a BIOS and for UEFI: mov al, "x"; out 0xe9, al; hlt; jmp to the hlt.
WORDS = b"\xb0x\xe6\xe9\xf4\xeb\xfd"
SECTOR = (WORDS.ljust(510, b"\0") + b"\x55\xaa").ljust(516_096, b"\0")
APPLICATION = f"""
    .text
    .global start
start:
    .byte {", ".join(map(str, WORDS))}
"""
APPLICATION_LAYOUT = Layout(
    base=HEADERS_SIZE,
    segments=(SegmentLayout("text", Access.READ | Access.EXECUTE, (".text",)),),
    entry="start",
)

# Name, format, whether a disk has a way for UEFI too, whether it goes in as a CD.
FORMATS = (
    ("disk", ImageFormat.DISK, False, False),
    ("disk with efi", ImageFormat.DISK, True, False),
    ("iso", ImageFormat.ISO, False, True),
    ("iso as a disk", ImageFormat.ISO, False, False),
    ("efi", ImageFormat.EFI, False, False),
)

MACHINES = Workspace().machine_roots

PATIENCE = 300.0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("machines", nargs="*", metavar="MACHINE", default=machine_names(MACHINES))
    chosen = parser.parse_args()
    machines = [load_machine(name, MACHINES) for name in chosen.machines]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        boots = dict(build(folder))
        floors = dict(build_floors(folder))
        print(f"| to the first byte | emulator, CPU | {' | '.join(boots)} |")
        print("|---|---|" + "---|" * len(boots))
        for machine in machines:
            cells = [
                cell(machine, boot, floors, chosen.rounds) if fits(machine, boot) else ""
                for boot in boots.values()
            ]
            emulator = "QEMU" if machine.emulator is Emulator.QEMU else "Bochs"
            cpu = f"{emulator}, {machine.cpu.split(',')[0]}"
            print(f"| `{machine.name}` | {cpu} | {' | '.join(cells)} |", flush=True)


def build_floors(folder: Path) -> Iterator[tuple[str, Boot]]:
    """The smallest guest for each way to start."""
    (folder / "probe").write_bytes(probe_elf())
    yield "kernel", Boot(kernel=folder / "probe")
    (folder / "sector").write_bytes(SECTOR)
    yield Firmware.BIOS.value, Boot(image=folder / "sector")
    application = write_pe(link([assemble(APPLICATION)], APPLICATION_LAYOUT), [])
    (folder / "volume").write_bytes(build_fat({REMOVABLE_LOADER: application}).data)
    yield Firmware.UEFI.value, Boot(image=folder / "volume")


def build(folder: Path) -> Iterator[tuple[str, Boot]]:
    """``doors`` in every format."""
    workspace = Workspace()
    system = pipeline.build(workspace=workspace)
    kernel, initrd = folder / "kernel.elf", folder / "initrd.tar"
    kernel.write_bytes(system.kernel.data)
    initrd.write_bytes(system.initrd)
    yield "kernel", Boot(kernel, initrd)
    for name, packed, efi, cd in FORMATS:
        image = folder / name.replace(" ", "-")
        image.write_bytes(pipeline.pack(system, workspace, packed, efi=efi))
        yield name, Boot(image=image, cd=cd)


def fits(machine: Machine, boot: Boot) -> bool:
    """Whether the machine boots it, in the form that it has."""
    if boot.way not in machine.boot:
        return False
    return boot.image is None or obstacle(machine, image_kind(boot.image)) is None


def cell(machine: Machine, boot: Boot, floors: Mapping[str, Boot], rounds: int) -> str:
    """Milliseconds to the program's first byte, and how many times the floor's that is."""
    floor = floors[machine.firmware.value if boot.image else "kernel"]
    program, least = [], []
    for _ in range(rounds):
        least.append(first_words(machine, floor))
        program.append(first_words(machine, boot, to_the_end=True))
    middle = statistics.median(program)
    return f"{middle:.0f} ({middle / statistics.median(least):.2f})"


def first_words(machine: Machine, boot: Boot, *, to_the_end: bool = False) -> float:
    """Until port 0xe9 is heard; of a guest that is run ``to_the_end``, until COM1 is."""
    start = time.perf_counter()
    with Session(machine, boot, Options(timeout=PATIENCE)) as session:
        process = session.process
        words = process.console if to_the_end else process.voice
        while not words and not process.ended:
            process.pump(None)
        assert words, process.outcome().report()
        heard = (time.perf_counter() - start) * 1000
        if to_the_end:
            outcome = session.wait()
            assert outcome.status == 0, outcome.report()
    return heard


if __name__ == "__main__":
    main()
