"""GPT disks and CDs: what other people's tools read of ours, and what ours reads of them."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from oracle.image.booting import some_bytes
from oracle.image.reporting_kernel import reporting_kernel
from ring3.asm import SourceTree
from ring3.image import ImageFormat
from ring3.image.describe import describe
from ring3.image.disk import build_gpt_disk
from ring3.image.efi import build_application
from ring3.image.initrd import Init, build_initrd
from ring3.image.iso import build_iso
from ring3.image.kind import ImageKind, image_kind
from ring3.workspace import Workspace

INITRD = build_initrd({"bin/program": some_bytes(700_001)}, Init("bin/program", ("program",)))


def run(*command: str | Path) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def tree() -> SourceTree:
    return SourceTree(Workspace().kernel_roots)


@pytest.fixture(scope="module")
def application(tree: SourceTree) -> bytes:
    return build_application(reporting_kernel(), INITRD, "", tree).data


@pytest.fixture(scope="module")
def disk(tree: SourceTree, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("disk") / "disk.img"
    file.write_bytes(build_gpt_disk(reporting_kernel(), INITRD, "", tree))
    return file


@pytest.fixture(scope="module")
def iso(tree: SourceTree, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("iso") / "cd.iso"
    file.write_bytes(build_iso(reporting_kernel(), INITRD, "", tree))
    return file


def test_sgdisk_finds_no_problem_in_the_disk(disk: Path) -> None:
    said = run("sgdisk", "-v", disk)
    assert "No problems found" in said
    assert "Caution" not in said
    assert "No errors detected" in run("sfdisk", "--verify", disk)


def test_sfdisk_reads_the_partitions_that_we_read(disk: Path) -> None:
    table = json.loads(run("sfdisk", "--json", disk))["partitiontable"]
    ours = describe(disk)["partitions"]
    assert (table["label"], ours["scheme"]) == ("gpt", "GPT")

    def row(partition: dict[str, Any]) -> tuple[int, int, str, str]:
        return (partition["start"] * 512, partition["size"] * 512, partition["type"].lower(),
                partition["name"])  # fmt: skip

    assert [row(partition) for partition in table["partitions"]] == [
        (one["offset"], one["size"], one["type"], one["name"]) for one in ours["entries"]
    ]
    assert [one["meaning"] for one in ours["entries"]] == ["BIOS boot", "EFI system"]


def test_the_backup_table_alone_is_enough(disk: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.img"
    data = bytearray(disk.read_bytes())
    data[512:1024] = bytes(512)
    damaged.write_bytes(data)
    whole, rest = (run("sfdisk", "--dump", file) for file in (disk, damaged))
    assert rest.replace(str(damaged), "") == whole.replace(str(disk), "")


def test_mtools_reads_the_loader_out_of_the_system_partition(
    disk: Path, application: bytes
) -> None:
    offset = describe(disk)["partitions"]["entries"][1]["offset"]
    read = subprocess.run(
        ["mcopy", "-i", f"{disk}@@{offset}", "::/EFI/BOOT/BOOTX64.EFI", "-"],
        check=True,
        capture_output=True,
    )
    assert read.stdout == application


def test_the_disk_and_the_cd_start_by_both(disk: Path, iso: Path) -> None:
    assert image_kind(disk) == ImageKind(ImageFormat.DISK, bios=True, uefi=True)
    assert image_kind(iso) == ImageKind(ImageFormat.ISO, bios=True, uefi=True, hybrid=True)


def test_xorriso_reads_the_boot_catalog_that_we_read(iso: Path) -> None:
    said = run("xorriso", "-indev", iso, "-report_el_torito", "plain")
    found = re.findall(
        r"El Torito boot img : +\d+ +(\w+) +y +none +0x0000 +0x00 +(\d+) +(\d+)", said
    )
    assert [
        (platform, int(count) * 512, int(sector) * 2048) for platform, count, sector in found
    ] == [(one["platform"], one["size"], one["offset"]) for one in describe(iso)["boot_catalog"]]
    assert [platform for platform, *_ in found] == ["BIOS", "UEFI"]


def test_the_cd_has_the_same_loader_for_uefi(iso: Path, application: bytes, tmp_path: Path) -> None:
    volume = tmp_path / "efi.img"
    run("xorriso", "-osirrox", "on", "-indev", iso, "-extract", "/EFI.IMG", volume)
    read = subprocess.run(
        ["mcopy", "-i", volume, "::/EFI/BOOT/BOOTX64.EFI", "-"], check=True, capture_output=True
    )
    assert read.stdout == application


def test_the_cds_partition_is_its_efi_volume(iso: Path) -> None:
    (partition,) = json.loads(run("sfdisk", "--json", iso))["partitiontable"]["partitions"]
    uefi = describe(iso)["boot_catalog"][1]
    assert (partition["start"] * 512, partition["size"] * 512) == (uefi["offset"], uefi["size"])
    assert partition["type"] == "ef"


def test_a_cd_whose_volume_the_catalog_cannot_count_says_so_with_0(
    tree: SourceTree, tmp_path: Path
) -> None:
    file = tmp_path / "large.iso"
    initrd = build_initrd({"bin/large": some_bytes(34 << 20)}, None)
    file.write_bytes(build_iso(reporting_kernel(), initrd, "", tree))
    described = describe(file)
    assert described["boot_catalog"][1]["size"] == 0
    assert described["volume"]["type"] == "FAT32"
    assert described["agree"]
