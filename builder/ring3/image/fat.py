"""Writing a FAT volume: what UEFI starts from, and the system partition of a disk.

    boot sector, reserved sectors
    two file allocation tables
    root directory                       (FAT12 and FAT16; FAT32 has it among the clusters)
    clusters from 2 on: the files, each in one piece; the folders

The number of clusters decides whether a volume is FAT12, FAT16 or FAT32, nothing
else does.  Files come first, and the first one at a multiple of 4 KiB, so that a loader
that knows nothing of file systems can read it by sectors.

Microsoft, "FAT: General Overview of On-Disk Format" 1.03.
"""

from __future__ import annotations

import struct
import zlib
from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import NamedTuple

from ring3.diagnostic import Ring3Error
from ring3.elf.format import align_up
from ring3.image.read_fat import (
    ATTRIBUTE_FOLDER,
    ATTRIBUTE_LABEL,
    ENTRY_SIZE,
    FAT12_CLUSTERS,
    FAT16_CLUSTERS,
)

SECTOR_SIZE = 512
ALIGNMENT = 4096
LABEL = b"RING3      "

SMALL_CLUSTERS_END = 260 << 20
"""Bytes of files up to which a cluster is one sector; above it they have 4 KiB."""

BORDER = 16
"""Readers have counted clusters wrong by a few: stay that far away from the borders."""

ROOT_ENTRIES = 512
FAT32_RESERVED = 32  # at least: boot sector, its information sector, copies of both
INFORMATION_SECTOR, BACKUP_SECTOR = 1, 6
TABLES = 2
MEDIA = 0xF8  # a disk that is not removed
END_OF_FILE = 0x0FFFFFFF
SIGNATURE = b"\x55\xaa"

ATTRIBUTE_ARCHIVE = 0x20
FIRST_DAY = 0x0021  # 1980-01-01: no time, so that the same files give the same volume

CODE_OFFSET = 92
"""Where in the boot sector the code begins: behind FAT32's description, the longer one; aligned."""

STOP = b"\xcd\x18\xf4\xeb\xfd"
"""Code for a BIOS that starts the boot sector: INT 18h, "no system here"; then halt."""


@dataclass(frozen=True, slots=True)
class FatImage:
    """The volume's bytes, and where in it (in bytes) each of its files begins."""

    data: bytes = field(repr=False)
    places: dict[str, int]


class _Shape(NamedTuple):
    """The sizes that follow from the number of clusters; in sectors where not said."""

    bits: int
    clusters: int
    cluster_sectors: int
    reserved: int
    table: int

    @property
    def root(self) -> int:
        return 0 if self.bits == 32 else ROOT_ENTRIES * ENTRY_SIZE // SECTOR_SIZE

    @property
    def data(self) -> int:
        return self.reserved + TABLES * self.table + self.root

    @property
    def total(self) -> int:
        return self.data + self.clusters * self.cluster_sectors

    @property
    def cluster_size(self) -> int:
        return self.cluster_sectors * SECTOR_SIZE


def build_fat(
    files: Mapping[str, bytes], *, first_sector: int = 0, boot_code: bytes = STOP
) -> FatImage:
    """A volume just large enough for ``files``, by their paths (``EFI/BOOT/BOOTX64.EFI``).

    ``first_sector`` is where on its disk it begins, ``boot_code`` what a BIOS runs that
    starts it.  Raises Ring3Error for names that are not 8.3, in capitals.
    """
    folders = _folders(files)
    needed = {name: len(data) for name, data in files.items()}
    needed |= {name: _folder_size(name, folders) for name in folders if name}
    shape = _shape(needed, has_root=_folder_size("", folders))
    tables = array("I", bytes(4 * (shape.clusters + 2)))
    tables[0], tables[1] = END_OF_FILE & ~0xFF | MEDIA, END_OF_FILE

    # 1. A chain for each file, then for each folder: where they begin is known then.
    sizes = dict(needed)
    if shape.bits == 32:
        sizes[""] = _folder_size("", folders)
    first: dict[str, int] = {}
    cluster = 2
    for name, size in sizes.items():
        count = -(-size // shape.cluster_size)
        first[name] = cluster if count else 0
        for one in range(cluster, cluster + count):
            tables[one] = one + 1
        if count:
            tables[cluster + count - 1] = END_OF_FILE
        cluster += count
    used = cluster - 2

    # 2. The contents.
    contents = dict(files)
    for name in folders:
        contents[name] = _folder(name, folders, files, first)
    image = bytearray(shape.total * SECTOR_SIZE)
    places = {}
    for name, begins in first.items():
        place = (shape.data + (begins - 2) * shape.cluster_sectors) * SECTOR_SIZE
        image[place : place + len(contents[name])] = contents[name]
        places[name] = place
    if shape.bits != 32:
        place = (shape.reserved + TABLES * shape.table) * SECTOR_SIZE
        image[place : place + len(contents[""])] = contents[""]

    # 3. The tables, and the sector that describes it all.
    table = _pack_table(tables, shape.bits)
    for number in range(TABLES):
        place = (shape.reserved + number * shape.table) * SECTOR_SIZE
        image[place : place + len(table)] = table
    serial = zlib.crc32(image)
    boot = _boot_sector(shape, first_sector, first.get("", 0), serial, boot_code)
    image[:SECTOR_SIZE] = boot
    if shape.bits == 32:
        information = _information_sector(shape.clusters - used, cluster)
        for sector, data in ((INFORMATION_SECTOR, information), (BACKUP_SECTOR, boot)):
            image[sector * SECTOR_SIZE : (sector + 1) * SECTOR_SIZE] = data
        backup = (BACKUP_SECTOR + INFORMATION_SECTOR) * SECTOR_SIZE
        image[backup : backup + SECTOR_SIZE] = information
    return FatImage(bytes(image), {name: places[name] for name in files if first[name]})


def _folders(files: Mapping[str, bytes]) -> dict[str, list[str]]:
    """What is in each folder, by its path; "" is the root."""
    folders: dict[str, list[str]] = {"": []}
    for name in files:
        path = PurePosixPath(name)
        for part in reversed((path, *path.parents)):
            text, parent = ("" if str(one) == "." else str(one) for one in (part, part.parent))
            if text and text not in folders[parent]:
                folders[parent].append(text)
            if part != path:
                folders.setdefault(text, [])
    return folders


def _folder_size(name: str, folders: Mapping[str, list[str]]) -> int:
    """Bytes of its entries: two for itself and its parent, or one for the volume's name."""
    return (len(folders[name]) + (2 if name else 1)) * ENTRY_SIZE


def _shape(needed: Mapping[str, int], has_root: int) -> _Shape:
    total = sum(needed.values())
    cluster_sectors = 1 if total <= SMALL_CLUSTERS_END else ALIGNMENT // SECTOR_SIZE
    size = cluster_sectors * SECTOR_SIZE
    clusters = sum(-(-one // size) for one in needed.values())
    with_root = clusters + -(-has_root // size)
    if clusters < FAT12_CLUSTERS - BORDER:
        bits = 12
    elif clusters < FAT16_CLUSTERS - BORDER:
        bits, clusters = 16, max(clusters, FAT12_CLUSTERS + BORDER)
    else:
        bits, clusters = 32, max(with_root, FAT16_CLUSTERS + BORDER)
    table = -(-(clusters + 2) * bits // 8 // SECTOR_SIZE)
    # So many reserved sectors that the clusters begin at a multiple of ALIGNMENT.
    shape = _Shape(bits, clusters, cluster_sectors, 0, table)
    least = FAT32_RESERVED if bits == 32 else 1
    aligned = align_up((shape.data + least) * SECTOR_SIZE, ALIGNMENT) // SECTOR_SIZE
    return _Shape(bits, clusters, cluster_sectors, aligned - shape.data, table)


def _folder(
    name: str,
    folders: Mapping[str, list[str]],
    files: Mapping[str, bytes],
    first: Mapping[str, int],
) -> bytes:
    if name:
        parent = str(PurePosixPath(name).parent)
        above = 0 if parent == "." else first[parent]  # 0 means the root, wherever it is
        entries = [
            _entry(b".          ", ATTRIBUTE_FOLDER, first[name], 0),
            _entry(b"..         ", ATTRIBUTE_FOLDER, above, 0),
        ]
    else:
        entries = [_entry(LABEL, ATTRIBUTE_LABEL, 0, 0)]
    for path in folders[name]:
        short = _short_name(PurePosixPath(path))
        if path in files:
            entries.append(_entry(short, ATTRIBUTE_ARCHIVE, first[path], len(files[path])))
        else:
            entries.append(_entry(short, ATTRIBUTE_FOLDER, first[path], 0))
    return b"".join(entries)


def _entry(name: bytes, attributes: int, cluster: int, size: int) -> bytes:
    return struct.pack(
        "<11sBxB HHHH HHHI",
        *(name, attributes, 0),
        *(0, FIRST_DAY, FIRST_DAY, cluster >> 16),
        *(0, FIRST_DAY, cluster & 0xFFFF, size),
    )


def _short_name(path: PurePosixPath) -> bytes:
    """``BOOTX64.EFI`` as ``BOOTX64 EFI``."""
    stem, extension = path.stem.encode(), path.suffix[1:].encode()
    packed = stem.ljust(8) + extension.ljust(3)
    if len(packed) != 11 or packed != packed.upper() or b"." in packed:
        raise Ring3Error(f"{path.name} cannot be a FAT name: it must be 8.3, in capitals")
    return packed


def _pack_table(clusters: array[int], bits: int) -> bytes:
    if bits == 32:
        return clusters.tobytes()
    if bits == 16:
        return array("H", (value & 0xFFFF for value in clusters)).tobytes()
    values = [value & 0xFFF for value in clusters] + [0]
    pairs = (
        (values[at] | values[at + 1] << 12).to_bytes(3, "little")
        for at in range(0, len(values) - 1, 2)
    )
    return b"".join(pairs)


def _boot_sector(
    shape: _Shape, first_sector: int, root: int, serial: int, boot_code: bytes
) -> bytes:
    """The BIOS parameter block, with the code behind it that the first jump leads to."""
    short = shape.bits != 32 and shape.total < 0x10000
    block = struct.pack(
        "<8sHBHBHHBHHHII",
        *(b"RING3   ", SECTOR_SIZE, shape.cluster_sectors, shape.reserved, TABLES),
        *(0 if shape.bits == 32 else ROOT_ENTRIES, shape.total if short else 0, MEDIA),
        *(0 if shape.bits == 32 else shape.table, 63, 16),  # sectors and heads, of old
        *(first_sector, 0 if short else shape.total),
    )
    if shape.bits == 32:
        block += struct.pack(
            "<IHHIHH12x", shape.table, 0, 0, root, INFORMATION_SECTOR, BACKUP_SECTOR
        )
    block += struct.pack(
        "<BxBI11s8s", 0x80, 0x29, serial, LABEL, f"FAT{shape.bits}".ljust(8).encode()
    )
    jump = bytes([0xEB, CODE_OFFSET - 2, 0x90])
    sector = (jump + block).ljust(CODE_OFFSET, b"\0") + boot_code
    if len(sector) > SECTOR_SIZE - len(SIGNATURE):
        raise Ring3Error(f"the volume's boot code has {len(boot_code)} bytes, too many")
    return sector.ljust(SECTOR_SIZE - len(SIGNATURE), b"\0") + SIGNATURE


def _information_sector(free: int, next_free: int) -> bytes:
    return struct.pack("<4s480x4sII12x2x2s", b"RRaA", b"rrAa", free, next_free, SIGNATURE)
