"""The bytes of a disk, a CD or a partition, read a piece at a time.

    a file ──open_medium──> Medium ──part──> the Medium of a partition in it

What is looked at may be larger than memory and may have been cut short: a piece
that is not there is a Ring3Error, never fewer bytes than were asked for.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from ring3.diagnostic import Ring3Error


class Medium(NamedTuple):
    """``size`` bytes of a file, from ``start`` on; ``name`` is what messages call it."""

    name: str
    stream: BinaryIO
    start: int
    size: int

    def read(self, offset: int, count: int) -> bytes:
        """``count`` bytes at ``offset``; raises Ring3Error when it has not got them."""
        if offset < 0 or count < 0 or offset + count > self.size:
            raise Ring3Error(
                f"{self.name} is cut short: it has {self.size:,} bytes, "
                f"and says that something lies at {offset:,} to {offset + count:,}"
            )
        self.stream.seek(self.start + offset)
        data = self.stream.read(count)
        if len(data) != count:
            raise Ring3Error(f"{self.name} became shorter while it was read")
        return data

    def unpack(self, format_: str, offset: int) -> tuple[Any, ...]:
        """Numbers at ``offset``, as :mod:`struct` describes them."""
        return struct.unpack(format_, self.read(offset, struct.calcsize(format_)))

    def part(self, name: str, offset: int, size: int) -> Medium:
        """A partition, or a file whose bytes lie in one piece."""
        if offset < 0 or size < 0 or offset + size > self.size:
            raise Ring3Error(
                f"{self.name} is cut short: it has {self.size:,} bytes, "
                f"and {name} would lie at {offset:,} to {offset + size:,}"
            )
        return Medium(name, self.stream, self.start + offset, size)


@contextmanager
def open_medium(path: Path) -> Iterator[Medium]:
    """The medium that a file holds, or that a device is."""
    if path.is_dir():
        raise Ring3Error(f"cannot read {path}: it is a folder")
    try:
        with path.open("rb") as stream:
            if not stream.seekable():
                raise Ring3Error(
                    f"cannot read {path}: it is a pipe", help="write it to a file first"
                )
            size = stream.seek(0, os.SEEK_END)
            yield Medium(str(path), stream, 0, size)
    except OSError as error:
        raise Ring3Error(f"cannot read {path}: {error.strerror}") from error
