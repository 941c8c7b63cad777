"""``ring3 image --describe``: what a file contains, as the file itself says it.

    disk, ISO, EFI volume ──> partitions, catalog, files ──> loaders ──> initrd
    BOOTX64.EFI           ──────────────────> sections ──────┘             │
    folder, kernel.elf    ──────────────────> segments                     │
    initrd.tar            ──────────────────> members, process 1 <─────────┘

Nothing here knows how the image was built: what is shown was read back.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from ring3.diagnostic import Ring3Error
from ring3.image.bios import SECTOR_SIZE
from ring3.image.formats import REMOVABLE_LOADER, ImageFormat
from ring3.image.iso import CD_STAGE2, DISK_STAGE2
from ring3.image.kind import kind_of
from ring3.image.medium import Medium, open_medium
from ring3.image.read_fat import FatVolume, read_fat
from ring3.image.read_initrd import is_initrd, read_initrd
from ring3.image.read_iso import EMULATIONS, PLATFORM_BIOS, PLATFORM_UEFI, read_iso
from ring3.image.read_kernel import is_elf, read_kernel
from ring3.image.read_loader import FoundLoad, FoundLoader, read_application, read_load, read_stage2
from ring3.image.read_partitions import EFI_SYSTEM, read_partitions
from ring3.image.read_pe import is_pe, read_pe

PLATFORMS = {PLATFORM_BIOS: "BIOS", PLATFORM_UEFI: "UEFI"}
BIOS_BOOT = "BIOS boot"


def describe(path: Path) -> dict[str, Any]:
    """What ``path`` contains; sizes and offsets in bytes, addresses as numbers.

    ``path`` is an image, the folder that the format ``kernel`` is, or one of the parts:
    kernel.elf, initrd.tar, BOOTX64.EFI.  Raises Ring3Error for everything else, and for
    what is cut short or damaged.
    """
    if path.is_dir():
        kernel, initrd = path / "kernel.elf", path / "initrd.tar"
        if not kernel.is_file() or not initrd.is_file():
            raise Ring3Error(f"{path} is a folder without kernel.elf and initrd.tar")
        parts = {**describe(initrd), **describe(kernel)}
        size = kernel.stat().st_size + initrd.stat().st_size
        return parts | {"file": str(path), "format": ImageFormat.KERNEL.value, "size": size}
    with open_medium(path) as medium:
        head = {"file": str(path), "size": medium.size}
        if is_elf(medium):
            return head | {"format": "kernel.elf", "kernel": _kernel(medium)}
        if is_initrd(medium):
            return head | {"format": "initrd", "initrd": _initrd(medium)}
        if is_pe(medium):
            return (
                head | {"format": "EFI application"} | _loaded(medium, _application(medium, medium))
            )
        kind = kind_of(medium)
        head |= {"format": kind.format.value, "bios": kind.bios, "uefi": kind.uefi}
        if kind.format is ImageFormat.ISO:
            return head | {"hybrid": kind.hybrid} | _iso(medium)
        volume = read_fat(medium)
        if volume is not None:
            loader = _volume_loader(volume, medium)
            return head | {"volume": _volume(volume)} | _loaded(medium, loader)
        return head | _disk(medium)


def loaded_parts(path: Path) -> dict[str, bytes]:
    """What the first of our loaders on an image brings into memory, by name: it has been unpacked.

    Empty when there is none.  Raises Ring3Error as :func:`describe` does.
    """
    loaders = describe(path).get("loaders")
    if not loaders:
        return {}
    with open_medium(path) as medium:
        loads = (FoundLoad(**load) for load in loaders[0]["loads"])
        return {load.name: read_load(medium, load).read(0, load.size) for load in loads}


def _disk(medium: Medium) -> dict[str, Any]:
    scheme, partitions = read_partitions(medium)
    loaders = [read_stage2(medium, SECTOR_SIZE, "BIOS")]
    described = []
    for found in partitions:
        partition = asdict(found)
        part = medium.part(f"partition {found.number}", found.offset, found.size)
        if found.meaning == BIOS_BOOT:
            loaders.append(read_stage2(medium, found.offset, "BIOS"))
        if found.meaning == EFI_SYSTEM and (volume := read_fat(part)) is not None:
            partition["volume"] = _volume(volume)
            loaders.append(_volume_loader(volume, medium))
        described.append(partition)
    return {"partitions": {"scheme": scheme, "entries": described}} | _loaded(medium, *loaders)


def _iso(medium: Medium) -> dict[str, Any]:
    cd = read_iso(medium)
    _, partitions = read_partitions(medium)
    catalog = [
        asdict(entry)
        | {
            "platform": PLATFORMS.get(entry.platform, f"{entry.platform:#x}"),
            "emulation": EMULATIONS.get(entry.emulation, "?"),
        }
        for entry in cd.catalog
    ]
    described: dict[str, Any] = {
        "name": cd.name,
        "partitions": {"scheme": "MBR", "entries": [asdict(found) for found in partitions]},
        "boot_catalog": catalog,
        "files": [asdict(file) for file in cd.files],
    }
    loaders: list[FoundLoader | None] = []
    if (bios := cd.starts(PLATFORM_BIOS)) is not None:
        loaders.append(read_stage2(medium, bios.offset + CD_STAGE2, "BIOS, as a CD"))
        loaders.append(read_stage2(medium, bios.offset + DISK_STAGE2, "BIOS, as a disk"))
    if (uefi := cd.starts(PLATFORM_UEFI)) is not None:
        part = medium.part("its EFI volume", uefi.offset, medium.size - uefi.offset)
        if (volume := read_fat(part)) is not None:
            described["volume"] = _volume(volume)
            loaders.append(_volume_loader(volume, medium))
    return described | _loaded(medium, *loaders)


def _volume(volume: FatVolume) -> dict[str, Any]:
    return {
        "type": f"FAT{volume.bits}",
        "offset": volume.medium.start,
        "size": volume.size,
        "files": [
            {
                "path": file.path,
                "size": file.size,
                "offset": None if file.offset is None else volume.medium.start + file.offset,
            }
            for file in volume.files()
        ],
    }


def _volume_loader(volume: FatVolume, medium: Medium) -> FoundLoader | None:
    application = volume.file(REMOVABLE_LOADER)
    return None if application is None else _application(application, medium)


def _application(application: Medium, medium: Medium) -> FoundLoader | None:
    """The loader of an EFI application somewhere in ``medium``, if it is one of ours."""
    if not is_pe(application):
        raise Ring3Error(f"{medium.name}: {application.name} is no PE file")
    return read_application(medium, application.start - medium.start, read_pe(application))


def _loaded(medium: Medium, *found: FoundLoader | None) -> dict[str, Any]:
    """Our loaders, each with what it loads, and the initrd that the first one loads.

    Whoever replaces BOOTX64.EFI on a disk has loaders that do not agree any more.
    """
    loaders = [loader for loader in found if loader is not None]
    if not loaders:
        return {"loaders": []}
    described = {"loaders": [asdict(one) for one in loaders], "agree": _agree(loaders)}
    if not loaders[0].loads:
        return described
    return described | {"initrd": _initrd(read_load(medium, loaders[0].loads[-1]))}


def _agree(loaders: list[FoundLoader]) -> bool:
    """Do all of them load the same bytes, and tell the kernel the same?"""
    told = {
        (loader.entry, loader.command_line, *((load.offset, load.size) for load in loader.loads))
        for loader in loaders
    }
    return len(told) == 1


def _kernel(medium: Medium) -> dict[str, Any]:
    kernel = read_kernel(medium)
    if kernel.entry is None:
        raise Ring3Error(
            f"{medium.name} is an ELF file, but no kernel: it has no PVH note",
            help="`readelf -a` tells what is in a program",
        )
    return asdict(kernel)


def _initrd(medium: Medium) -> dict[str, Any]:
    members, init = read_initrd(medium)
    return {
        "size": medium.size,
        "members": [asdict(member) for member in members],
        "init": None
        if init is None
        else {
            "path": init.path,
            "arguments": list(init.arguments),
            "environment": list(init.environment),
        },
    }
