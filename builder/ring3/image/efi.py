"""The EFI application, and the volume from which UEFI starts it.

    boot/efi/*.s ──assemble, link──> .text .rodata .data ─┐
    entry and load table ──────────> .loads ──────────────┤
    command line ──────────────────> .cmdline ────────────┤
    kernel's segments, initrd ─pack> .kernel .initrd ─────┴──> BOOTX64.EFI ──> a FAT volume

One file has everything, as what Linux calls a unified kernel image: the firmware
reads all of it before it starts the loader, so the loader needs no file system,
``objcopy`` takes it apart, and one signature covers it all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ring3.asm import SourceTree
from ring3.asm.object import Object
from ring3.elf.embedded import embed
from ring3.elf.format import PAGE_SIZE, Access, align_up
from ring3.elf.layout import Layout, SegmentLayout
from ring3.elf.linker import Linked, link
from ring3.image.bios import build_only_uefi
from ring3.image.fat import CODE_OFFSET, build_fat
from ring3.image.formats import REMOVABLE_LOADER
from ring3.image.loads import (
    Load,
    assemble_loader,
    command_line_object,
    load_table,
    pad,
    plan,
    pvh_entry,
)
from ring3.image.pe import HEADERS_SIZE, payload, write_pe

SOURCES = ("loader.s", "place.s", "handover.s", "acpi.s", "memory_map.s", "message.s")

ANYWHERE = 0
"""In the load table: an address that the loader chooses."""

READ, READ_EXECUTE = Access.READ, Access.READ | Access.EXECUTE

LAYOUT = Layout(
    base=HEADERS_SIZE,
    segments=(
        SegmentLayout("text", READ_EXECUTE, (".text",)),
        SegmentLayout("rodata", READ, (".rodata",)),
        SegmentLayout("data", READ | Access.WRITE, (".data", ".bss")),
        SegmentLayout("cmdline", READ, (".cmdline",)),
        SegmentLayout("loads", READ, (".loads",)),
    ),
    entry="efi_entry",
    whole="loader",
)


@dataclass(frozen=True, slots=True)
class EfiApplication:
    """The file, the loads in it, and where (in bytes) each of them begins."""

    data: bytes = field(repr=False)
    loads: list[Load]
    places: dict[str, int]


def build_application(
    kernel: Linked, initrd: bytes, command_line: str, tree: SourceTree
) -> EfiApplication:
    """BOOTX64.EFI; ``tree`` is that of the kernel's sources, which have the loader's.

    Raises Ring3Error for what :func:`ring3.image.loads.plan` refuses.
    """
    loads = plan(kernel, initrd)
    loader = [assemble_loader(f"efi/{name}", tree) for name in SOURCES]
    loader.append(command_line_object(command_line, ".cmdline"))
    entry = pvh_entry(kernel).to_bytes(4, "little")
    loader.append(embed("kernel_entry", entry, ".loads", alignment=4))
    defines = {"image_base": 0}

    # The table's size does not depend on what is in it: link once for the places behind it.
    places = dict.fromkeys((load.name for load in loads), 0)
    first = link([*loader, _load_table(loads, places)], LAYOUT, defines=defines)
    place = start = first.symbols["__loader_end"]
    for load in loads:
        places[load.name] = place
        place += align_up(len(load.packed), PAGE_SIZE)
    segments = b"".join(pad(load.packed, PAGE_SIZE) for load in loads[:-1])

    linked = link([*loader, _load_table(loads, places)], LAYOUT, defines=defines)
    payloads = [payload(".kernel", start, segments)]
    payloads.append(payload(".initrd", places["initrd"], loads[-1].packed))
    return EfiApplication(write_pe(linked, payloads), loads, places)


def build_efi(kernel: Linked, initrd: bytes, command_line: str, tree: SourceTree) -> bytes:
    """A FAT volume with nothing but EFI/BOOT/BOOTX64.EFI."""
    application = build_application(kernel, initrd, command_line, tree)
    only_uefi = build_only_uefi(CODE_OFFSET, tree)
    return build_fat({REMOVABLE_LOADER: application.data}, boot_code=only_uefi).data


def _load_table(loads: Sequence[Load], places: Mapping[str, int]) -> Object:
    *kernel, initrd = loads
    return load_table([*kernel, replace(initrd, address=ANYWHERE)], places, ".loads")
