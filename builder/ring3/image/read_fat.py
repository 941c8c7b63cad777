"""Reading a FAT volume: which files are in it, and where their bytes lie.

    boot sector, with the BIOS parameter block
    file allocation tables: for each cluster the one that follows it in its file
    root directory (FAT12 and FAT16 only; FAT32 has it in clusters)
    clusters 2, 3, ...

Microsoft, "FAT: General Overview of On-Disk Format" 1.03; UEFI 2.10, 13.3.1.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

from ring3.diagnostic import Ring3Error
from ring3.image.medium import Medium

JUMPS = (0xEB, 0xE9)
SECTOR_SIZES = (512, 1024, 2048, 4096)
CLUSTER_SECTORS = (1, 2, 4, 8, 16, 32, 64, 128)
FAT12_CLUSTERS = 4085  # that many clusters and more are FAT16
FAT16_CLUSTERS = 65525  # that many and more are FAT32
ENTRY_SIZE = 32
NEVER_USED, DELETED = 0x00, 0xE5
ATTRIBUTE_LABEL, ATTRIBUTE_FOLDER = 0x08, 0x10


class FatFile(NamedTuple):
    """A file: ``offset`` is where it begins in the volume, in bytes; None when it is empty.

    ``whole`` says that its clusters follow each other, so that it can be read in one piece.
    """

    path: str
    size: int
    offset: int | None
    whole: bool


class FatVolume(NamedTuple):
    """What the boot sector says; sizes and offsets in bytes."""

    medium: Medium
    size: int
    sector_size: int
    cluster_size: int
    tables: int
    table_size: int
    table_offset: int
    root_offset: int
    root_entries: int  # 0: the root directory lies in clusters, from root_cluster on
    root_cluster: int
    data_offset: int
    clusters: int

    @property
    def bits(self) -> int:
        """12, 16 or 32: the number of clusters alone decides."""
        if self.clusters < FAT12_CLUSTERS:
            return 12
        return 16 if self.clusters < FAT16_CLUSTERS else 32

    def files(self) -> list[FatFile]:
        """Every file, folder by folder, with paths as ``EFI/BOOT/BOOTX64.EFI``."""
        if self.root_entries:
            root = self.medium.read(self.root_offset, self.root_entries * ENTRY_SIZE)
        else:
            root = self._read_chain(self.root_cluster)
        return list(self._files(root, "", {0, self.root_cluster}))

    def file(self, path: str) -> Medium | None:
        """A file's bytes, if there is such a file and it lies in one piece."""
        for found in self.files():
            if found.path == path and found.offset is not None and found.whole:
                return self.medium.part(path, found.offset, found.size)
        return None

    def offset_of(self, cluster: int) -> int:
        """Where a cluster begins in the volume."""
        return self.data_offset + (cluster - 2) * self.cluster_size

    def _files(self, folder: bytes, prefix: str, seen: set[int]) -> Iterator[FatFile]:
        for at in range(0, len(folder) - ENTRY_SIZE + 1, ENTRY_SIZE):
            entry = folder[at : at + ENTRY_SIZE]
            if entry[0] == NEVER_USED:
                return
            attributes = entry[11]
            if entry[0] in (DELETED, ord(".")) or attributes & ATTRIBUTE_LABEL:
                continue  # long names have the label's bit set as well
            path = prefix + _name(entry[:11])
            high, low, size = struct.unpack_from("<H4xHI", entry, 20)
            cluster = high << 16 | low
            if attributes & ATTRIBUTE_FOLDER:
                if cluster in seen:
                    raise Ring3Error(f"{self.medium.name}: its folders lead to each other")
                seen.add(cluster)
                yield from self._files(self._read_chain(cluster), f"{path}/", seen)
            elif size == 0:
                yield FatFile(path, 0, None, whole=True)
            else:
                chain = self._chain(cluster, -(-size // self.cluster_size))
                whole = chain == list(range(cluster, cluster + len(chain)))
                yield FatFile(path, size, self.offset_of(cluster), whole)

    def _read_chain(self, cluster: int) -> bytes:
        parts = (
            self.medium.read(self.offset_of(one), self.cluster_size)
            for one in self._chain(cluster, self.clusters)
        )
        return b"".join(parts)

    def _chain(self, cluster: int, most: int) -> list[int]:
        """The clusters of a file, at most so many."""
        chain: list[int] = []
        while len(chain) < most and 2 <= cluster < self.clusters + 2:
            chain.append(cluster)
            cluster = self._next(cluster)
        return chain

    def _next(self, cluster: int) -> int:
        if self.bits == 12:
            offset = self.table_offset + cluster + cluster // 2
            (pair,) = self.medium.unpack("<H", offset)
            return int(pair >> 4 if cluster % 2 else pair & 0xFFF)
        size, code = (2, "<H") if self.bits == 16 else (4, "<I")
        (following,) = self.medium.unpack(code, self.table_offset + cluster * size)
        return int(following & 0x0FFFFFFF)


def read_fat(medium: Medium) -> FatVolume | None:
    """The volume that begins with the medium's first byte, if one does.

    Raises Ring3Error when the medium ends before the volume.
    """
    if medium.size < 512:
        return None
    sector = medium.read(0, 512)
    if sector[0] not in JUMPS or sector[510:] != b"\x55\xaa":
        return None
    (
        sector_size,
        cluster_sectors,
        reserved,
        tables,
        root_entries,
        sectors,
        _media,
        table_sectors,
    ) = struct.unpack_from("<HBHBHHBH", sector, 11)
    sectors = sectors or struct.unpack_from("<I", sector, 32)[0]
    root_cluster = 0
    if table_sectors == 0:
        (table_sectors,) = struct.unpack_from("<I", sector, 36)
        (root_cluster,) = struct.unpack_from("<I", sector, 44)
    if sector_size not in SECTOR_SIZES or cluster_sectors not in CLUSTER_SECTORS:
        return None
    if tables not in (1, 2) or reserved == 0 or table_sectors == 0:
        return None
    root = (reserved + tables * table_sectors) * sector_size
    data = root + -(-root_entries * ENTRY_SIZE // sector_size) * sector_size
    size = sectors * sector_size
    if data >= size:
        return None
    medium.part("its FAT volume", 0, size)
    cluster_size = cluster_sectors * sector_size
    return FatVolume(
        medium=medium,
        size=size,
        sector_size=sector_size,
        cluster_size=cluster_size,
        tables=tables,
        table_size=table_sectors * sector_size,
        table_offset=reserved * sector_size,
        root_offset=root,
        root_entries=root_entries,
        root_cluster=root_cluster,
        data_offset=data,
        clusters=(size - data) // cluster_size,
    )


def _name(packed: bytes) -> str:
    """``BOOTX64 EFI`` as ``BOOTX64.EFI``."""
    name, extension = packed[:8].rstrip(), packed[8:].rstrip()
    text = name.decode("latin-1")
    return f"{text}.{extension.decode('latin-1')}" if extension else text
