"""What kind of image a file is: asked about images that other people's tools made."""

from __future__ import annotations

import gzip
import lzma
import os
import random
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from ring3.diagnostic import Ring3Error
from ring3.image import ImageFormat
from ring3.image.kind import ImageKind, image_kind

LOADER = bytes(range(256)) * 30


def make_fat(file: Path, mebibytes: int, *options: str, loader: bool = True) -> None:
    """A FAT volume by mtools, with a file between the loader's clusters and the start."""
    with file.open("wb") as stream:
        stream.truncate(mebibytes << 20)
    payload = file.parent / "payload"
    payload.write_bytes(LOADER)
    commands = [["mformat", *options, "::"], ["mmd", "::/EFI", "::/EFI/BOOT"]]
    commands.append(["mcopy", str(payload), "::/a file with a long name.txt"])
    if loader:
        commands.append(["mcopy", str(payload), "::/EFI/BOOT/BOOTX64.EFI"])
    for program, *arguments in commands:
        subprocess.run([program, "-i", file, *arguments], check=True, capture_output=True)


def make_iso(folder: Path, file: Path, *options: str) -> None:
    subprocess.run(
        ["xorriso", "-as", "mkisofs", "-o", file, *options, folder],
        check=True,
        capture_output=True,
    )


KINDS_OF_FAT = {"FAT12": (2, "-c1"), "FAT16": (20, "-c4"), "FAT32": (40, "-F", "-c1")}


@pytest.mark.parametrize("kind", KINDS_OF_FAT)
def test_a_fat_volume_is_for_uefi_when_it_has_the_loader(kind: str, tmp_path: Path) -> None:
    file = tmp_path / "volume"
    mebibytes, *options = KINDS_OF_FAT[kind]
    make_fat(file, int(mebibytes), *map(str, options))
    assert kind.encode() in file.read_bytes()[:512]
    assert image_kind(file) == ImageKind(ImageFormat.EFI, bios=False, uefi=True)
    make_fat(file, int(mebibytes), *map(str, options), loader=False)
    assert image_kind(file) == ImageKind(ImageFormat.DISK, bios=True, uefi=False)


def test_an_iso_boots_by_what_its_catalog_names(tmp_path: Path) -> None:
    folder, iso = tmp_path / "folder", tmp_path / "cd"
    folder.mkdir()
    make_fat(folder / "efi.img", 2)
    (folder / "boot.bin").write_bytes(bytes(2048))
    bios = ("-b", "boot.bin", "-no-emul-boot")
    uefi = ("-e", "efi.img", "-no-emul-boot")
    make_iso(folder, iso, *bios)
    assert image_kind(iso) == ImageKind(ImageFormat.ISO, bios=True, uefi=False)
    make_iso(folder, iso, *uefi)
    assert image_kind(iso) == ImageKind(ImageFormat.ISO, bios=False, uefi=True)
    make_iso(folder, iso, *bios, "-eltorito-alt-boot", *uefi)
    assert image_kind(iso) == ImageKind(ImageFormat.ISO, bios=True, uefi=True)
    make_iso(folder, iso)
    with pytest.raises(Ring3Error, match="neither a BIOS nor UEFI"):
        image_kind(iso)


def test_a_disk_boots_by_uefi_when_its_system_partition_has_the_loader(tmp_path: Path) -> None:
    disk, volume = tmp_path / "disk", tmp_path / "volume"
    with disk.open("wb") as stream:
        stream.truncate(8 << 20)
    subprocess.run(
        ["sgdisk", "--new=1:2048:+4M", "--typecode=1:ef00", disk], check=True, capture_output=True
    )
    with pytest.raises(Ring3Error, match="neither a BIOS nor UEFI"):
        image_kind(disk)
    make_fat(volume, 4)
    with disk.open("r+b") as stream:
        stream.seek(1 << 20)
        stream.write(volume.read_bytes())
    assert image_kind(disk) == ImageKind(ImageFormat.DISK, bios=False, uefi=True)
    with disk.open("r+b") as stream:
        stream.truncate(3 << 20)
    with pytest.raises(Ring3Error, match="cut short"):
        image_kind(disk)


@pytest.mark.parametrize("size", [0, 1, 511, 512, 100_000])
def test_what_nothing_boots_is_refused(size: int, tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_bytes(b"x" * size)
    with pytest.raises(Ring3Error, match=r"notes\.txt is not a bootable image"):
        image_kind(file)


def test_what_is_not_a_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(Ring3Error, match="it is a folder"):
        image_kind(tmp_path)
    with pytest.raises(Ring3Error, match="No such file"):
        image_kind(tmp_path / "nothing")
    reading, writing = os.pipe()
    with os.fdopen(reading), os.fdopen(writing), pytest.raises(Ring3Error, match="it is a pipe"):
        image_kind(Path(f"/dev/fd/{reading}"))


@pytest.mark.parametrize(
    ("wrap", "cure"),
    [
        (gzip.compress, "`gunzip` it first"),
        (lzma.compress, "`unxz` it first"),
        (lambda disk: b"QFI\xfb" + (3).to_bytes(4, "big") + disk, "makes a raw disk of it"),
    ],
    ids=["gzip", "xz", "qcow2"],
)
def test_an_image_inside_of_something_else_is_told_how_to_get_out(
    wrap: Callable[[bytes], bytes], cure: str, tmp_path: Path
) -> None:
    wrapped = tmp_path / "wrapped"
    wrapped.write_bytes(wrap(random.Random(1).randbytes(510) + b"\x55\xaa" + bytes(515_584)))
    with pytest.raises(Ring3Error) as caught:
        image_kind(wrapped)
    assert cure in (caught.value.help or "")
