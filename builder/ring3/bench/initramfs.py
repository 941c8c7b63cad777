"""An initramfs for Linux: a cpio archive of the "newc" form, with one program as /init.

    header (110 bytes of text) | name, NUL | padding to 4 | data | padding to 4

Linux documents the form in Documentation/driver-api/early-userspace/buffer-format.rst.
"""

from __future__ import annotations

from dataclasses import dataclass

MAGIC = "070701"
TRAILER = "TRAILER!!!"

FILE, DIRECTORY, CHARACTER_DEVICE = 0o100000, 0o040000, 0o020000
CONSOLE = (5, 1)  # what Linux opens as process 1's stdin, stdout and stderr


@dataclass(frozen=True)
class Entry:
    """A file, a folder or a device; ``device`` is (major, minor)."""

    name: str
    mode: int
    data: bytes = b""
    device: tuple[int, int] = (0, 0)


def build_initramfs(program: bytes) -> bytes:
    """The archive: ``program`` as /init, and the console that it prints to."""
    entries = [
        Entry("dev", DIRECTORY | 0o755),
        Entry("dev/console", CHARACTER_DEVICE | 0o600, device=CONSOLE),
        Entry("init", FILE | 0o755, program),
        Entry(TRAILER, 0),
    ]
    return b"".join(_encode(number, entry) for number, entry in enumerate(entries, 1))


def _encode(inode: int, entry: Entry) -> bytes:
    name = entry.name.encode() + b"\0"
    links = 2 if entry.mode & DIRECTORY == DIRECTORY else 1
    owner, group, time, checksum, on_device = 0, 0, 0, 0, (0, 0)
    numbers = (
        *(inode, entry.mode, owner, group, links, time, len(entry.data)),
        *(*on_device, *entry.device, len(name), checksum),
    )
    header = MAGIC + "".join(f"{number:08X}" for number in numbers)
    return _padded(header.encode() + name) + _padded(entry.data)


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)
