"""Describing images: what is read back is what was put in; what is broken gets one clear error."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import lz4.block
import pytest

from ring3.asm import SourceTree, assemble
from ring3.diagnostic import Ring3Error
from ring3.elf import KERNEL, Linked, link
from ring3.image.describe import describe, loaded_parts
from ring3.image.describe_text import render
from ring3.image.disk import build_disk, build_gpt_disk
from ring3.image.efi import build_application, build_efi
from ring3.image.initrd import Init, build_initrd
from ring3.image.iso import build_iso
from ring3.workspace import Workspace

KERNEL_SOURCE = """
.intel_syntax noprefix
.section .note.pvh, "a", @note
.balign 4
.long 4, 4, 18
.asciz "Xen"
.long pvh_entry - 0xffffffff80000000
.text
.code32
.global pvh_entry
    nop
pvh_entry:
    hlt
.data
.ascii "data of the kernel"
.bss
.skip 0x3000
"""
FILES = {"bin/one": b"\x7fELF" + bytes(range(256)) * 9, "etc/motd": b"hello\n"}
INIT = Init("bin/one", ("one", "two words"), ("HOME=/", "TERM=linux"))
COMMAND_LINE = "ring3.seed=7"


def application(*parts: Any) -> bytes:
    return build_application(*parts).data


BUILDERS: dict[str, Callable[[Linked, bytes, str, SourceTree], bytes]] = {
    "disk": build_disk,
    "disk, efi": build_gpt_disk,
    "iso": build_iso,
    "efi": build_efi,
    "BOOTX64.EFI": application,
}
FORMATS = {"disk, efi": "disk", "BOOTX64.EFI": "EFI application"}
LOADERS = {
    "disk": ["BIOS"],
    "disk, efi": ["BIOS", "UEFI"],
    "iso": ["BIOS, as a CD", "BIOS, as a disk", "UEFI"],
    "efi": ["UEFI"],
    "BOOTX64.EFI": ["UEFI"],
}


@pytest.fixture(scope="module")
def kernel() -> Linked:
    return link([assemble(KERNEL_SOURCE)], KERNEL)


@pytest.fixture(scope="module")
def images(kernel: Linked) -> dict[str, bytes]:
    tree = SourceTree(Workspace().kernel_roots)
    initrd = build_initrd(FILES, INIT)
    return {name: build(kernel, initrd, COMMAND_LINE, tree) for name, build in BUILDERS.items()}


@pytest.mark.parametrize("name", BUILDERS)
def test_what_is_read_back_is_what_was_put_in(
    name: str, images: dict[str, bytes], kernel: Linked, tmp_path: Path
) -> None:
    file = tmp_path / "image"
    file.write_bytes(images[name])
    described = describe(file)
    assert described["format"] == FORMATS.get(name, name)
    assert described["size"] == len(images[name])
    assert [loader["name"] for loader in described["loaders"]] == LOADERS[name]
    assert described["agree"]
    for loader in described["loaders"]:
        assert loader["entry"] == 0x100001
        assert loader["command_line"] == COMMAND_LINE
        text, rodata, data, initrd = loader["loads"]
        assert [one["name"] for one in (text, rodata, data, initrd)] == [
            *("text", "rodata", "data", "initrd")
        ]
        assert (text["address"], rodata["address"], data["address"]) == (
            *(0x100000, 0x101000, 0x102000),
        )
        assert initrd["address"] == (0 if loader["name"] == "UEFI" else 0x106000)
        assert data["memory_size"] == data["size"] + 0x3000
        packed = images[name][data["offset"] :][: data["packed_size"]]
        contents = lz4.block.decompress(packed, uncompressed_size=data["size"])
        assert contents == b"data of the kernel"
    parts = loaded_parts(file)
    assert [parts.pop("initrd"), *parts.values()] == [
        build_initrd(FILES, INIT), *(segment.data for segment in kernel.segments)
    ]  # fmt: skip
    assert {one["path"]: one["size"] for one in described["initrd"]["members"]} == {
        path: len(contents) for path, contents in FILES.items()
    }
    assert described["initrd"]["init"] == {
        "path": INIT.path,
        "arguments": list(INIT.arguments),
        "environment": list(INIT.environment),
    }
    shown = render(described)
    for part in ("bin/one", "etc/motd", "process 1 is bin/one: one two words", COMMAND_LINE):
        assert part in shown


def test_a_kernel_folder_and_its_parts_are_described(kernel: Linked, tmp_path: Path) -> None:
    (tmp_path / "kernel.elf").write_bytes(kernel.data)
    with pytest.raises(Ring3Error, match=r"a folder without kernel\.elf and initrd\.tar"):
        describe(tmp_path)
    (tmp_path / "initrd.tar").write_bytes(build_initrd(FILES, INIT))
    whole = describe(tmp_path)
    assert whole["format"] == "kernel"
    assert whole["kernel"] == describe(tmp_path / "kernel.elf")["kernel"]
    assert whole["initrd"] == describe(tmp_path / "initrd.tar")["initrd"]
    assert whole["kernel"]["entry"] == 0x100001
    assert [(one["rights"], one["physical"]) for one in whole["kernel"]["segments"]] == [
        *(("rx", 0x100000), ("r", 0x101000), ("rw", 0x102000)),
    ]
    assert "entered at 0x100001 by a PVH loader" in render(whole)


def test_a_program_is_not_taken_for_a_kernel(tmp_path: Path) -> None:
    file = tmp_path / "program"
    file.write_bytes(
        link([assemble(KERNEL_SOURCE.replace(".long 4, 4, 18", ".long 4, 4, 1"))], KERNEL).data
    )
    with pytest.raises(Ring3Error, match="no PVH note"):
        describe(file)


def test_a_loader_that_somebody_replaced_is_noticed(
    images: dict[str, bytes], tmp_path: Path
) -> None:
    """The command line in the EFI application is another one than the BIOS's loader has."""
    data = bytearray(images["disk, efi"])
    at = data.rindex(COMMAND_LINE.encode())
    data[at : at + 5] = b"other"
    file = tmp_path / "image"
    file.write_bytes(data)
    described = describe(file)
    assert not described["agree"]
    assert "the loaders do not agree" in render(described)


@pytest.mark.parametrize("name", BUILDERS)
def test_an_image_that_was_cut_short_is_refused_wherever_it_ends(
    name: str, images: dict[str, bytes], tmp_path: Path
) -> None:
    whole = images[name]
    file = tmp_path / "image"
    file.write_bytes(whole)
    used = len(whole.rstrip(b"\0"))
    choose = random.Random(1)
    sizes = {0, 1, 511, 512, 513, 2048, 32768, 40000, used // 2, used - 700}
    for size in sorted(sizes | {choose.randrange(used - 1024) for _ in range(20)}):
        file.write_bytes(whole[:size])
        with pytest.raises(Ring3Error) as caught:
            describe(file)
        assert "image" in caught.value.message


@pytest.mark.parametrize("name", BUILDERS)
def test_damage_is_an_error_or_is_shown_but_never_a_crash(
    name: str, images: dict[str, bytes], tmp_path: Path
) -> None:
    """Bytes are changed where the structures are; what comes is a description or a Ring3Error."""
    whole = images[name]
    structures = [at for at in range(len(whole)) if whole[at]]
    file = tmp_path / "image"
    choose = random.Random(2)
    for _ in range(150):
        data = bytearray(whole)
        for _ in range(choose.choice((1, 1, 3, 20))):
            data[choose.choice(structures[:6000])] = choose.choice((0, 1, 0x7F, 0xFF))
        file.write_bytes(data)
        try:
            assert render(describe(file))
        except Ring3Error as error:
            assert error.message  # noqa: PT017  # both ends are right


@pytest.mark.parametrize("name", BUILDERS)
@pytest.mark.parametrize("part", range(4))
def test_a_damaged_part_is_named(
    part: int, name: str, images: dict[str, bytes], tmp_path: Path
) -> None:
    file = tmp_path / "image"
    file.write_bytes(images[name])
    load = describe(file)["loaders"][0]["loads"][part]
    for at in (load["offset"], load["offset"] + load["packed_size"] - 1):
        data = bytearray(images[name])
        data[at] ^= 0x20
        file.write_bytes(data)
        with pytest.raises(Ring3Error, match=f"the checksum of its {load['name']} is wrong"):
            describe(file)


def test_a_damaged_partition_table_is_named(images: dict[str, bytes], tmp_path: Path) -> None:
    data = bytearray(images["disk, efi"])
    data[1024 + 32] ^= 1  # where the first partition begins
    file = tmp_path / "image"
    file.write_bytes(data)
    with pytest.raises(Ring3Error, match="partition table is damaged: a checksum is wrong"):
        describe(file)


@pytest.mark.parametrize("name", BUILDERS)
def test_a_command_line_that_the_kernel_would_cut_is_refused_in_every_format(
    name: str, kernel: Linked
) -> None:
    tree = SourceTree(Workspace().kernel_roots)
    BUILDERS[name](kernel, b"", "x" * 4095, tree)
    with pytest.raises(Ring3Error, match="has 4,096 bytes; the kernel keeps 4,095"):
        BUILDERS[name](kernel, b"", "x" * 4096, tree)
    with pytest.raises(Ring3Error, match="has 70,000 bytes"):
        BUILDERS[name](kernel, b"", "x" * 70_000, tree)


def test_names_that_a_terminal_would_obey_are_not_shown_as_they_are(tmp_path: Path) -> None:
    hostile = Init("bin/one", ("one", "\x1b[2J", "\udcff"), ("A=\u202e",))
    file = tmp_path / "initrd.tar"
    file.write_bytes(build_initrd(FILES, hostile))
    shown = render(describe(file))
    assert shown.encode()  # no half of a surrogate pair either
    assert all(line.isprintable() for line in shown.splitlines())
    assert "process 1 is bin/one: one \N{REPLACEMENT CHARACTER}[2J" in shown
