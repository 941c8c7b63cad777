"""The archive that gives Linux one program as /init."""

from __future__ import annotations

import stat
import subprocess
from pathlib import Path

from ring3.bench.initramfs import build_initramfs

HEADER = 6 + 13 * 8
PROGRAM = b"\x7fELF" + bytes(range(3))


def read(archive: bytes) -> dict[str, tuple[list[int], bytes]]:
    """Every entry by its name: the 13 numbers of its header, and its data."""
    entries = {}
    at = 0
    while at < len(archive):
        assert archive[at : at + 6] == b"070701"
        numbers = [int(archive[at + 6 + i * 8 : at + 14 + i * 8], 16) for i in range(13)]
        size, length = numbers[6], numbers[11]
        name = archive[at + HEADER : at + HEADER + length]
        assert name.endswith(b"\0")
        data = (at + HEADER + length + 3) // 4 * 4
        entries[name[:-1].decode()] = (numbers, archive[data : data + size])
        at = (data + size + 3) // 4 * 4
    assert at == len(archive)
    return entries


def test_the_program_is_an_executable_called_init() -> None:
    numbers, data = read(build_initramfs(PROGRAM))["init"]
    assert data == PROGRAM
    assert stat.S_ISREG(numbers[1])
    assert numbers[1] & 0o111 == 0o111


def test_there_is_a_console_to_print_to_and_the_archive_ends_with_the_trailer() -> None:
    entries = read(build_initramfs(PROGRAM))
    numbers, _ = entries["dev/console"]
    assert stat.S_ISCHR(numbers[1])
    assert numbers[9:11] == [5, 1]
    assert list(entries)[-1] == "TRAILER!!!"


def test_every_entry_is_a_file_of_its_own() -> None:
    inodes = [numbers[0] for numbers, _ in read(build_initramfs(PROGRAM)).values()]
    assert len(set(inodes)) == len(inodes)


def test_cpio_takes_the_archive(tmp_path: Path) -> None:
    listed = subprocess.run(
        ["cpio", "--list", "--quiet"],
        input=build_initramfs(PROGRAM),
        capture_output=True,
        check=True,
        cwd=tmp_path,
    )
    assert listed.stdout.split() == [b"dev", b"dev/console", b"init"]
