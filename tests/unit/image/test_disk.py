"""The disk: what lies where, and what does not fit."""

from __future__ import annotations

import random
import struct
from dataclasses import replace
from pathlib import Path

import pytest

from ring3.asm import SourceTree, assemble
from ring3.diagnostic import Ring3Error
from ring3.elf import KERNEL, Access, Layout, Linked, LinkedSegment, SegmentLayout, link
from ring3.image.disk import CYLINDER_SIZE, build_disk
from ring3.image.loads import plan, pvh_entry, unpack
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


@pytest.fixture(scope="module")
def tree() -> SourceTree:
    return SourceTree(Workspace().kernel_roots)


@pytest.fixture(scope="module")
def kernel() -> Linked:
    return link([assemble(KERNEL_SOURCE)], KERNEL)


def test_the_first_sector_has_one_partition_over_all_the_rest(
    kernel: Linked, tree: SourceTree
) -> None:
    disk = build_disk(kernel, b"initrd", "", tree)
    assert disk[510:512] == b"\x55\xaa"
    active, *_, type_ = struct.unpack_from("<B3sB", disk, 446)
    start, count = struct.unpack_from("<II", disk, 446 + 8)
    assert (active, start, count) == (0x80, 1, len(disk) // 512 - 1)
    assert type_ != 0
    assert disk[462:510] == bytes(48)


@pytest.mark.parametrize("size", [0, 1, 511, 512, 400_000, 480_000, 2_000_000])
def test_disks_are_whole_cylinders_and_at_least_one(
    size: int, kernel: Linked, tree: SourceTree
) -> None:
    disk = build_disk(kernel, random.Random(1).randbytes(size), "", tree)
    assert len(disk) % CYLINDER_SIZE == 0
    assert CYLINDER_SIZE <= len(disk) < size + 2 * CYLINDER_SIZE
    assert CYLINDER_SIZE == 516_096


def test_the_same_input_gives_the_same_disk(kernel: Linked, tree: SourceTree) -> None:
    assert build_disk(kernel, b"x", "a", tree) == build_disk(kernel, b"x", "a", tree)
    assert build_disk(kernel, b"x", "a", tree) != build_disk(kernel, b"x", "b", tree)


def test_the_kernel_is_loaded_where_it_is_linked_for_and_the_initrd_above_it(
    kernel: Linked,
) -> None:
    text, rodata, data, initrd = plan(kernel, b"archive")
    assert (text.address, rodata.address, data.address) == (0x100000, 0x101000, 0x102000)
    assert data.memory_size == 18 + 0x3000
    assert initrd.address == 0x106000
    assert initrd.data == b"archive"


def test_what_a_disk_has_to_be_read_for_is_packed(kernel: Linked, tree: SourceTree) -> None:
    initrd = b"a file " * 1000 + bytes(2_000_000)
    assert len(build_disk(kernel, initrd, "", tree)) == CYLINDER_SIZE
    packed = plan(kernel, initrd)[-1].packed
    assert len(packed) < len(initrd) // 200
    assert unpack(packed, len(initrd)) == initrd


@pytest.mark.parametrize("initrd", [b"", b"1", b"archive" * 100])
def test_what_is_not_what_was_packed_is_not_unpacked(kernel: Linked, initrd: bytes) -> None:
    packed = plan(kernel, initrd)[-1].packed
    assert unpack(packed, len(initrd)) == initrd
    assert unpack(packed, len(initrd) + 1) is None
    assert unpack(packed[:-1], len(initrd)) is None
    assert unpack(packed, 0xFFFFFFFF) is None
    assert unpack(b"\xff" * 1000, len(initrd)) is None


def test_the_entry_is_what_the_pvh_note_says(kernel: Linked) -> None:
    assert pvh_entry(kernel) == 0x100001


def test_a_kernel_without_a_pvh_note_is_refused(tree: SourceTree) -> None:
    text = ".intel_syntax noprefix\n.text\n.global pvh_entry\npvh_entry: hlt\n"
    with pytest.raises(Ring3Error, match="no PVH note"):
        build_disk(link([assemble(text)], KERNEL), b"", "", tree)


def test_a_kernel_below_1_mib_is_refused(tree: SourceTree) -> None:
    everything = SegmentLayout("text", Access.READ | Access.EXECUTE, (".text", ".note*"))
    text = KERNEL_SOURCE.partition(".data")[0].replace("pvh_entry - 0xffffffff80000000", "0")
    low = link([assemble(text)], Layout(0x7000, (everything,), "pvh_entry"))
    with pytest.raises(Ring3Error, match="wants to be loaded at 0x7000"):
        build_disk(low, b"", "", tree)


def test_what_would_end_above_2_gib_is_refused_with_the_limit(kernel: Linked) -> None:
    huge = LinkedSegment("data", Access.READ, 0, 0x100000, b"", 0x80000000 - 0x100000)
    at_the_limit = replace(kernel, segments=(huge,))
    assert plan(at_the_limit, b"")[0].end == 0x80000000
    with pytest.raises(Ring3Error) as caught:
        plan(at_the_limit, b"1")
    assert caught.value.message == (
        "initrd is too large for an image: it has 1 bytes and would end at 0x80000001; "
        "the loader fills memory up to 0x80000000"
    )


def test_a_command_line_that_the_kernel_would_cut_is_refused(
    kernel: Linked, tree: SourceTree
) -> None:
    build_disk(kernel, b"", "x" * 4095, tree)
    with pytest.raises(Ring3Error, match="has 4,096 bytes; the kernel keeps 4,095"):
        build_disk(kernel, b"", "x" * 4096, tree)
    with pytest.raises(Ring3Error, match="NUL"):
        build_disk(kernel, b"", "x\0y", tree)


def test_a_tree_without_the_loader_is_refused(kernel: Linked, tmp_path: Path) -> None:
    with pytest.raises(Ring3Error, match=r"there is no boot/disk/stage2\.s"):
        build_disk(kernel, b"", "", SourceTree((tmp_path,)))
