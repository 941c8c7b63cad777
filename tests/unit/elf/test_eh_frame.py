"""What of .eh_frame cannot be indexed is refused; the index itself is tested in the oracle."""

from __future__ import annotations

import struct
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ring3.diagnostic import Ring3Error
from ring3.elf.eh_frame import count, index, index_size

CIE = struct.pack("<II", 20, 0) + b"\1zR\0\1\x78\x10\1\x1b\x0c\x07\x08\x90\1\0\0"


def fde(position: int, routine: int, at: int) -> bytes:
    """A record at offset ``position`` for the code at ``routine``; the section is at ``at``."""
    body = struct.pack("<IiIB3x", position + 4, routine - (at + position + 8), 16, 0)
    return struct.pack("<I", len(body)) + body


def test_the_index_is_sorted_by_address_whatever_the_order_of_the_records() -> None:
    at, where = 0x800, 0x700
    section = CIE + fde(24, 0x3000, at) + fde(44, 0x1000, at) + bytes(4) + fde(68, 0x2000, at)
    assert count(section) == 3
    found = index(section, at, where)
    assert len(found) == index_size(3)
    version, *encodings, pointer, rows = struct.unpack_from("<4BiI", found)
    assert (version, encodings) == (1, [0x1B, 0x03, 0x3B])
    assert where + 4 + pointer == at
    table = struct.unpack_from(f"<{2 * rows}i", found, 12)
    assert [(where + table[n], where + table[n + 1]) for n in range(0, 2 * rows, 2)] == [
        (0x1000, at + 44),
        (0x2000, at + 68),
        (0x3000, at + 24),
    ]


@pytest.mark.parametrize(
    "section",
    [
        struct.pack("<I", 100) + bytes(8),
        struct.pack("<I", 2) + bytes(8),
        struct.pack("<IQ", 0xFFFFFFFF, 8) + bytes(8),
        struct.pack("<III", 8, 400, 0),
        struct.pack("<II", 4, 4) + bytes(8),
        CIE.replace(b"zR", b"zP") + fde(24, 0, 0),
        CIE.replace(b"\x1b", b"\x00") + fde(24, 0, 0),
    ],
)
def test_unsound_frame_records_are_refused(section: bytes) -> None:
    with pytest.raises(Ring3Error, match=r"\.eh_frame has a "):
        index(section, 0, 0)


@given(st.binary(max_size=200))
def test_any_bytes_are_indexed_or_refused(section: bytes) -> None:
    with suppress(Ring3Error):
        assert len(index(section, 0, 0)) == index_size(count(section))
