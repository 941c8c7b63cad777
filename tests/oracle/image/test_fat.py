"""FAT volumes: dosfstools and mtools find in ours what was put in, at every border of sizes."""

from __future__ import annotations

import re
import subprocess
from io import BytesIO
from pathlib import Path

import pytest

from oracle.image.booting import some_bytes
from ring3.diagnostic import Ring3Error
from ring3.image import fat
from ring3.image.fat import build_fat
from ring3.image.medium import Medium
from ring3.image.read_fat import read_fat

LOADER = "EFI/BOOT/BOOTX64.EFI"
NAMES = {LOADER: b"", "EFI/BOOT/OTHER.BIN": b"x" * 700, "README.TXT": b"hello", "EMPTY": b""}

# Beside the loader's clusters there are two of folders; 16 clusters around a border are avoided.
FAT12_MOST = 4085 - 16 - 2 - 1
FAT16_MOST = 65525 - 16 - 2 - 1
SIZES = {
    "nothing": (0, 12),
    "a byte": (1, 12),
    "a cluster": (512, 12),
    "a cluster and a byte": (513, 12),
    "the largest FAT12": (FAT12_MOST * 512, 12),
    "a byte more": (FAT12_MOST * 512 + 1, 16),
    "above the border of FAT16": (4200 * 512, 16),
    "the largest FAT16": (FAT16_MOST * 512, 16),
    "a byte more than that": (FAT16_MOST * 512 + 1, 32),
    "far above": (70_000 * 512, 32),
}


def check(folder: Path, files: dict[str, bytes], bits: int) -> None:
    image = build_fat(files, first_sector=2048)
    file = folder / "volume"
    file.write_bytes(image.data)
    checked = subprocess.run(
        ["fsck.fat", "-n", "-v", file], check=False, capture_output=True, text=True
    )
    assert checked.returncode == 0, checked.stdout
    found = re.search(r"(\d+) bit entries", checked.stdout)
    assert found is not None
    assert int(found[1]) == bits
    assert "2048 hidden sectors" in checked.stdout
    for name, data in files.items():
        read = subprocess.run(
            ["mcopy", "-i", file, f"::/{name}", "-"], check=True, capture_output=True
        )
        assert read.stdout == data
        if data:
            place = image.places[name]
            assert image.data[place : place + len(data)] == data
    ours = read_fat(Medium("volume", BytesIO(image.data), 0, len(image.data)))
    assert ours is not None
    assert ours.bits == bits
    assert {one.path: one.size for one in ours.files()} == {n: len(d) for n, d in files.items()}


@pytest.mark.parametrize("size", SIZES)
def test_a_volume_of_any_size_is_sound_and_of_the_kind_that_its_clusters_make_it(
    size: str, tmp_path: Path
) -> None:
    count, bits = SIZES[size]
    check(tmp_path, {LOADER: some_bytes(count)}, bits)


def test_a_volume_with_large_clusters_is_sound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fat, "SMALL_CLUSTERS_END", 1 << 20)
    check(tmp_path, {LOADER: some_bytes(3_000_000)}, 12)
    check(tmp_path, {LOADER: some_bytes(20_000_000)}, 16)


def test_many_files_in_many_folders_are_all_there(tmp_path: Path) -> None:
    check(tmp_path, NAMES | {LOADER: some_bytes(5000)}, 12)
    check(tmp_path, NAMES | {LOADER: some_bytes(70_000 * 512)}, 32)


def test_the_first_file_begins_at_a_multiple_of_4_kib() -> None:
    for size in (1, 3_000_000, 40_000_000):
        assert build_fat({LOADER: bytes(size)}).places[LOADER] % 4096 == 0


@pytest.mark.parametrize("name", ["long-name.txt", "lower.txt", "A.B.C", "NINECHARS"])
def test_a_name_that_fat_cannot_hold_is_refused(name: str) -> None:
    with pytest.raises(Ring3Error, match=r"must be 8\.3"):
        build_fat({name: b"x"})
