"""The index of .eh_frame by which an unwinder finds the record of an address.

    .eh_frame      CIE  FDE  FDE  CIE  FDE ...      in the order of the sources
    .eh_frame_hdr  (routine, FDE) (routine, FDE)    sorted, for a binary search

Both are described in the Linux Standard Base 5.0, Core, chapter 10.6; the
encodings of pointers are those of section 10.5.1.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from ring3.diagnostic import Ring3Error

HEADER_SIZE = 12
ENTRY_SIZE = 8

UDATA4 = 0x03
PCREL_SDATA4 = 0x1B
DATAREL_SDATA4 = 0x3B
EXTENDED_LENGTH = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class FrameRecord:
    """An FDE: its own address, and where the code that it describes begins."""

    address: int
    routine: int


def count(eh_frame: bytes) -> int:
    """How many FDEs the section has; the addresses in it need not be fixed yet."""
    return sum(1 for _ in _records(eh_frame, 0))


def index_size(frames: int) -> int:
    """Bytes of the index of that many FDEs."""
    return HEADER_SIZE + ENTRY_SIZE * frames


def index(eh_frame: bytes, address: int, index_address: int) -> bytes:
    """The .eh_frame_hdr that lies at ``index_address``, for the .eh_frame at ``address``.

    Raises Ring3Error when the frame records are not sound or encode their
    addresses in a way that GNU as's ``.cfi_*`` directives do not.
    """
    records = sorted(_records(eh_frame, address), key=lambda record: record.routine)
    head = struct.pack(
        "<BBBBiI",
        1,  # version
        PCREL_SDATA4,  # how the pointer to .eh_frame is encoded
        UDATA4,  # how the count is
        DATAREL_SDATA4,  # how the table is: relative to the index's own start
        address - (index_address + 4),
        len(records),
    )
    rows = ((r.routine - index_address, r.address - index_address) for r in records)
    return head + b"".join(struct.pack("<ii", *row) for row in rows)


def _records(eh_frame: bytes, address: int) -> Iterator[FrameRecord]:
    """The FDEs, in the order of the section."""
    offset = 0
    while offset + 4 <= len(eh_frame):
        length = _u32(eh_frame, offset)
        if length == 0:  # a terminator
            offset += 4
            continue
        end = offset + 4 + length
        if length == EXTENDED_LENGTH or length < 4 or end > len(eh_frame):
            raise Ring3Error(f".eh_frame has a record of bad length at {offset:#x}")
        cie_distance = _u32(eh_frame, offset + 4)
        if cie_distance:  # an FDE; zero marks a CIE
            _check_cie(eh_frame, offset + 4 - cie_distance)
            start = offset + 8
            if start + 4 > end:
                raise Ring3Error(f".eh_frame has a record that is cut off at {offset:#x}")
            (distance,) = struct.unpack_from("<i", eh_frame, start)
            yield FrameRecord(address + offset, address + start + distance)
        offset = end


def _check_cie(eh_frame: bytes, offset: int) -> None:
    """Make sure that the CIE's FDEs hold their addresses as relative 32-bit numbers."""
    if not 0 <= offset <= len(eh_frame) - 9 or _u32(eh_frame, offset + 4) != 0:
        raise Ring3Error(".eh_frame has a record without its CIE")
    fields = eh_frame[offset + 9 : offset + 4 + _u32(eh_frame, offset)]
    augmentation, _, rest = fields.partition(b"\0")
    # After the augmentation: code factor, data factor, return register and
    # the augmentation's length, one byte each in what GNU as writes.
    if augmentation != b"zR" or rest[4:5] != bytes([PCREL_SDATA4]):
        raise Ring3Error(
            f".eh_frame has a CIE of a kind that is not supported (augmentation "
            f"{augmentation.decode(errors='replace')!r})",
            help="use .cfi_startproc without .cfi_personality and .cfi_signal_frame",
        )


def _u32(data: bytes, offset: int) -> int:
    return int.from_bytes(data[offset : offset + 4], "little")
