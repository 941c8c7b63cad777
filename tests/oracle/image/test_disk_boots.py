"""The disk's loader on a real BIOS: the kernel must find what QEMU's own loader would tell it."""

from __future__ import annotations

from pathlib import Path

import pytest

from oracle.image.booting import (
    EXIT_OK,
    EXIT_PANIC,
    End,
    boot,
    changed_tree,
    packs_to,
    repetitive_bytes,
    some_bytes,
)
from oracle.image.reporting_kernel import checksum, reporting_kernel
from ring3.asm import SourceTree
from ring3.elf import Linked
from ring3.image.disk import build_disk
from ring3.workspace import Workspace

COMMAND_LINE = 'init=/bin/doors -- "two words"'

DRIVES = {
    "pc, IDE": ("-machine", "pc", "-drive", "format=raw,snapshot=on,file="),
    "pc, virtio": ("-machine", "pc", "-drive", "if=virtio,format=raw,snapshot=on,file="),
    "q35, AHCI": ("-machine", "q35", "-drive", "format=raw,snapshot=on,file="),
}
IDE = DRIVES["pc, IDE"]


@pytest.fixture(scope="module")
def kernel() -> Linked:
    return reporting_kernel()


@pytest.fixture(scope="module")
def tree() -> SourceTree:
    return SourceTree(Workspace().kernel_roots)


def boot_disk(folder: Path, disk: bytes, drive: tuple[str, ...] = IDE, *more: str) -> End:
    file = folder / "disk.img"
    file.write_bytes(disk)
    return boot(folder, *drive[:-1], f"{drive[-1]}{file}", *more)


def test_the_kernel_finds_what_qemus_own_loader_tells_it(
    kernel: Linked, tree: SourceTree, tmp_path: Path
) -> None:
    initrd = some_bytes(300_001)
    disk = boot_disk(tmp_path, build_disk(kernel, initrd, COMMAND_LINE, tree))
    (tmp_path / "kernel.elf").write_bytes(kernel.data)
    (tmp_path / "initrd").write_bytes(initrd)
    direct = boot(
        tmp_path,
        *("-kernel", tmp_path / "kernel.elf", "-initrd", tmp_path / "initrd"),
        *("-append", COMMAND_LINE),
    )
    assert (disk.status, direct.status) == (EXIT_OK, EXIT_OK)
    assert disk.lines == direct.lines
    assert disk.lines[1] == COMMAND_LINE
    assert disk.lines[2].split() == [
        f"{len(initrd):08x}",
        f"{checksum(initrd):08x}",
        "600df00d",  # .data as it was linked
        "00000000",  # .bss
        "00000001",  # CR0: protected, not paged
        "00000000",  # CR4
        "00000000",  # interrupts are off
    ]


@pytest.mark.parametrize("drive", DRIVES.values(), ids=DRIVES)
def test_every_kind_of_drive_that_the_bios_knows_boots(
    drive: tuple[str, ...], kernel: Linked, tree: SourceTree, tmp_path: Path
) -> None:
    end = boot_disk(tmp_path, build_disk(kernel, b"initrd", "", tree), drive)
    assert end.status == EXIT_OK
    assert end.lines[2].startswith(f"00000006 {checksum(b'initrd'):08x} 600df00d 00000000 ")


READ_SIZE = 0xF800  # what one call of the BIOS reads (BOUNCE_SIZE)


@pytest.mark.parametrize(
    "initrd",
    [
        b"",
        b"1",
        bytes(512),
        packs_to(READ_SIZE - 1),
        packs_to(READ_SIZE),
        packs_to(READ_SIZE + 1),
        packs_to(3 * READ_SIZE + 1),
        some_bytes(1_000_000),
        repetitive_bytes(),
    ],
    ids=len,
)
def test_an_initrd_arrives_whole_whatever_is_in_it(
    initrd: bytes, kernel: Linked, tree: SourceTree, tmp_path: Path
) -> None:
    end = boot_disk(tmp_path, build_disk(kernel, initrd, "", tree))
    assert end.status == EXIT_OK
    assert end.lines[2].split()[:2] == [f"{len(initrd):08x}", f"{checksum(initrd):08x}"]


def test_a_damaged_part_is_said_and_not_started(
    kernel: Linked, tree: SourceTree, tmp_path: Path
) -> None:
    disk = build_disk(kernel, some_bytes(100_000), "", tree)
    said = "ring3: panic: the image is damaged, a checksum is wrong: copy it again"
    text = 65 * 512
    for at in (text, len(disk.rstrip(b"\0")) - 1):  # in the kernel's text, in the initrd
        damaged = bytearray(disk)
        damaged[at] ^= 1
        end = boot_disk(tmp_path, bytes(damaged))
        assert end.status == EXIT_PANIC
        assert end.serial.split("\r\n") == ["", said, ""]


TURN_A20_OFF = """
    in al, 0x92
    and al, 0xfd
    out 0x92, al
    ljmp 0, STAGE2_ADDRESS
"""
WITHOUT = {  # what to change in stage 2 so that a way of turning line 20 on does nothing
    "the port": ("    or al, SYSTEM_CONTROL_A20\n", "    nop\n"),
    "the BIOS": ("    mov ax, SYSTEM_A20_ON\n", "    mov ax, 0x2402\n"),
    "the keyboard controller": ("    mov al, KEYBOARD_OUTPUT_A20\n", "    mov al, 0xdd\n"),
}


@pytest.mark.parametrize("ways", range(len(WITHOUT) + 1))
def test_address_line_20_is_turned_on_by_whatever_way_works(
    ways: int, kernel: Linked, tmp_path: Path
) -> None:
    left_off = changed_tree(
        tmp_path, "disk/stage1.s", ("    ljmp 0, STAGE2_ADDRESS\n", TURN_A20_OFF)
    )
    broken = changed_tree(tmp_path, "disk/stage2.s", *list(WITHOUT.values())[:ways])
    tree = SourceTree((left_off.roots[0], *broken.roots))
    end = boot_disk(tmp_path, build_disk(kernel, some_bytes(1000), "", tree))
    if ways == len(WITHOUT):
        assert end.status == EXIT_PANIC
        assert "ring3: panic: address line 20 cannot be turned on\r\n" in end.serial
    else:
        assert end.status == EXIT_OK
        assert end.lines[2].split()[1] == f"{checksum(some_bytes(1000)):08x}"


def test_what_does_not_fit_into_memory_is_said_and_not_loaded(
    kernel: Linked, tree: SourceTree, tmp_path: Path
) -> None:
    disk = build_disk(kernel, some_bytes(1_000_000), "", tree)
    end = boot_disk(tmp_path, disk, IDE, "-m", "2")
    said = "ring3: panic: the kernel and its programs do not fit into this machine's memory"
    assert end.status == EXIT_PANIC
    assert end.serial.split("\r\n") == ["", said, ""]
    assert end.debug_console.splitlines() == ["", said]


def test_a_disk_that_cannot_be_read_is_said_on_the_screen_as_well(
    kernel: Linked, tree: SourceTree, tmp_path: Path
) -> None:
    disk = build_disk(kernel, some_bytes(1_000_000), "", tree)
    for end_of_disk in (20 * 512, 100 * 512):  # in stage 2, in the kernel
        end = boot_disk(tmp_path, disk[:end_of_disk], IDE, "-nographic")
        assert end.status == EXIT_PANIC
        assert end.serial.count("ring3: panic: the disk cannot be read") == 2  # SeaBIOS's, ours
        assert end.debug_console.count("ring3: panic: the disk cannot be read") == 1


def test_junk_in_memory_does_not_reach_the_kernel(
    kernel: Linked, tmp_path: Path, tree: SourceTree
) -> None:
    junk = """
    mov di, 0x500
    mov cx, STAGE1_ADDRESS - 0x500 - 0x400
    mov al, 0xa5
    rep stosb
    mov di, STAGE2_ADDRESS
    mov cx, 0x8000
    rep stosb
    # 3. Stage 2, all of it.
"""
    dirty = changed_tree(tmp_path, "disk/stage1.s", ("    # 3. Stage 2, all of it.\n", junk))
    clean_end = boot_disk(tmp_path, build_disk(kernel, b"x", "", tree))
    dirty_end = boot_disk(tmp_path, build_disk(kernel, b"x", "", dirty))
    assert dirty_end == clean_end
