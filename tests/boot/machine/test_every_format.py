"""Every image format on every machine that can boot it, on Intel's CPUs and AMD's, old and new.

formats x machines      all pairs, where the machines differ in board, firmware or emulator
formats x CPUs, sizes   a kernel on each, and the image formats in turn
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from boot.machine.formats import FORMATS, KERNEL, boot_of, boots, machines
from boot.stock_system import PATIENCE, StockSystem, init_of
from ring3.image.kind import image_kind
from ring3.machine import Boot, Machine, Options, Session, altered
from ring3.machine.fitting import boot_of_image, machine_for_image, obstacle
from ring3.machine.profile import Firmware, mebibytes

# Every format is tried on these; what they lack the others have, beside pc's board.
WHOLE = ("microvm", "pc", "pc-virtio", "q35", "q35-uefi", "bochs-intel", "bochs-amd")

# UEFI takes seconds, so its other CPUs have one format each.
UEFI_CPUS = {"efi": "EPYC,check=off", "iso": "Nehalem,check=off"}


def cells() -> Iterator[tuple[Machine, str]]:
    """Machines and the formats to try on them."""
    turn = 0
    for machine in machines():
        formats = list(boots(machine))
        if machine.name in WHOLE:
            yield from ((machine, name) for name in formats)
            continue
        yield machine, formats[0]
        if len(formats) > 1:
            turn += 1
            yield machine, formats[1:][turn % (len(formats) - 1)]
    (uefi,) = (machine for machine in machines() if machine.name == "q35-uefi")
    yield from ((altered(uefi, cpu=cpu), name) for name, cpu in UEFI_CPUS.items())


@pytest.fixture(scope="module")
def images(stock_system: StockSystem, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Boot]:
    """The stock system in every format; process 1 is ``doors``."""
    folder = tmp_path_factory.mktemp("formats")
    found = {}
    for format_ in FORMATS:
        image = folder / format_.name.replace(" ", "-")
        image.write_bytes(format_.pack(stock_system.system, stock_system.workspace))
        found[format_.name] = boot_of(format_.name, image)
    return {KERNEL: stock_system.kernel(init_of("doors")), **found}


@pytest.mark.parametrize(
    ("machine", "name"),
    [
        pytest.param(m, name, id=f"{name.replace(' ', '-')}-{m.name}-{m.cpu.split(',')[0]}")
        for m, name in cells()
    ],
)
def test_every_format_boots_and_the_doors_agree(
    images: dict[str, Boot], machine: Machine, name: str
) -> None:
    with Session(machine, images[name], Options(timeout=PATIENCE)) as session:
        outcome = session.wait()
    assert outcome.status == 0, outcome.report()
    # Not a byte of a firmware's or a loader's is among the program's.
    assert outcome.console.startswith(b"Three doors into a kernel\n"), outcome.report()
    assert outcome.console.endswith(b"\nAll checks agree: three doors, one kernel.\n")
    assert f"ring3: booted by {loader(machine, name)}, ".encode() in outcome.voice
    # What the firmware keeps for itself is no more than a few MiB.
    told = int(outcome.voice.partition(b" MiB,")[0].rpartition(b" ")[2])
    assert mebibytes(machine.memory) - 8 <= told <= mebibytes(machine.memory)


def loader(machine: Machine, name: str) -> str:
    if name == KERNEL:
        return "a PVH loader"
    return "the EFI loader" if machine.firmware is Firmware.UEFI else "the BIOS loader"


def test_each_image_is_of_the_kind_that_the_pairs_were_chosen_by(images: dict[str, Boot]) -> None:
    for format_ in FORMATS:
        image = images[format_.name].image
        assert image is not None
        assert image_kind(image) == format_.kind


def test_what_run_chooses_for_an_image_can_boot_it(images: dict[str, Boot]) -> None:
    by_name = {machine.name: machine for machine in machines()}
    for format_ in FORMATS:
        image = images[format_.name].image
        assert image is not None
        chosen = by_name[machine_for_image(image)]
        assert obstacle(chosen, format_.kind) is None
        assert boot_of_image(image, chosen).way in chosen.boot


def test_a_disk_is_told_apart_by_its_bytes_and_not_by_its_name(
    images: dict[str, Boot], tmp_path: Path
) -> None:
    iso = images["iso"].image
    assert iso is not None
    renamed = tmp_path / "disk.img"
    renamed.symlink_to(iso)
    (pc,) = (machine for machine in machines() if machine.name == "pc")
    assert boot_of_image(renamed, pc).cd
