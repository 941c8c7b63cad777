"""Page tables walked in memory that the test made."""

from __future__ import annotations

import pytest

from ring3.x86.paging import (
    GLOBAL,
    LARGE,
    NO_EXECUTE,
    PAGE_SIZE,
    PRESENT,
    USER,
    WRITE,
    NotMappedError,
    describe_entry,
    merged,
    read_virtual,
    size_in_words,
    translate,
    walk,
)

PML4, POINTERS, DIRECTORY, TABLE, FRAME = 0x1000, 0x2000, 0x3000, 0x4000, 0x9000
ALL = PRESENT | WRITE | USER
UPPER = 0xFFFF_8000_0000_0000


class Memory:
    """Physical memory, a dictionary of words."""

    def __init__(self, words: dict[int, int]) -> None:
        self.data = bytearray(0x10000)
        for address, word in words.items():
            self.data[address : address + 8] = word.to_bytes(8, "little")

    def __call__(self, address: int, size: int) -> bytes:
        return bytes(self.data[address : address + size])


def tables(leaf: int, *, level_rights: int = ALL) -> Memory:
    """One page at virtual 0x1000, reached by tables that grant ``level_rights``."""
    return Memory(
        {
            PML4: POINTERS | level_rights,
            POINTERS: DIRECTORY | ALL,
            DIRECTORY: TABLE | ALL,
            TABLE + 8: leaf,
        }
    )


@pytest.mark.parametrize(
    ("leaf", "above", "rights"),
    [
        (ALL, ALL, "rwx user"),
        (PRESENT | USER, ALL, "r-x user"),
        (ALL, PRESENT | USER, "r-x user"),
        (ALL, PRESENT | WRITE, "rwx kernel"),
        (ALL | NO_EXECUTE, ALL, "rw- user"),
        (ALL, ALL | NO_EXECUTE, "rw- user"),
    ],
)
def test_a_right_must_be_granted_by_every_level(leaf: int, above: int, rights: str) -> None:
    memory = tables(FRAME | leaf, level_rights=above)
    (mapping,) = walk(memory, PML4)
    assert mapping.rights == rights
    assert translate(memory, PML4, 0x1000).mapping == mapping


def test_without_nx_every_page_can_be_executed() -> None:
    (mapping,) = walk(tables(FRAME | ALL | NO_EXECUTE), PML4, nx=False)
    assert mapping.execute


def test_an_address_of_the_upper_half_is_sign_extended() -> None:
    memory = Memory({PML4 + 256 * 8: POINTERS | ALL, POINTERS: LARGE | ALL})
    (mapping,) = walk(memory, PML4)
    assert (mapping.address, mapping.size) == (UPPER, 1 << 30)
    assert translate(memory, PML4, UPPER + 5).physical == 5


def test_a_large_page_s_frame_is_aligned_to_its_size() -> None:
    # Bit 12 of a large page's entry is PAT, not a part of the address.
    memory = Memory({PML4: POINTERS | ALL, POINTERS: DIRECTORY | ALL, DIRECTORY: 0x201000 | 0x87})
    (mapping,) = walk(memory, PML4)
    assert (mapping.frame, mapping.page_size) == (0x200000, 0x200000)


def test_bit_7_of_a_page_table_s_entry_is_pat_and_not_a_size() -> None:
    (mapping,) = walk(tables(FRAME | ALL | LARGE), PML4)
    assert mapping.size == PAGE_SIZE


def test_an_address_that_is_not_canonical_takes_no_step() -> None:
    translation = translate(tables(FRAME | ALL), PML4, 1 << 47)
    assert (translation.steps, translation.mapping, translation.physical) == ((), None, None)


def test_reading_goes_on_over_pages_that_lie_apart_and_stops_where_none_is() -> None:
    memory = tables(FRAME | ALL)
    memory.data[TABLE + 16 : TABLE + 24] = (0x7000 | ALL).to_bytes(8, "little")
    memory.data[FRAME + 0xFFF] = 1
    memory.data[0x7000] = 2
    assert read_virtual(memory, PML4, 0x1FFF, 2) == b"\1\2"
    with pytest.raises(NotMappedError, match="0x3000 is not mapped"):
        read_virtual(memory, PML4, 0x2FFF, 2)


def test_neighbours_are_merged_while_frames_and_rights_go_on() -> None:
    memory = tables(FRAME | ALL)
    for index, entry in {
        2: (FRAME + 0x1000) | ALL,  # goes on
        3: (FRAME + 0x2000) | PRESENT | USER,  # other rights
        4: 0x5000 | PRESENT | USER,  # another frame
        6: 0x6000 | PRESENT | USER,  # a gap before it
        7: 0x7000 | PRESENT | USER | GLOBAL,  # kept longer
    }.items():
        memory.data[TABLE + index * 8 : TABLE + index * 8 + 8] = entry.to_bytes(8, "little")
    ranges = [(m.address, m.size) for m in merged(walk(memory, PML4))]
    assert ranges == [
        (0x1000, 0x2000), (0x3000, 0x1000), (0x4000, 0x1000), (0x6000, 0x1000), (0x7000, 0x1000),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("entry", "level", "words"),
    [
        (TABLE | ALL, 1, "PT at 0x4000, writable, user"),
        (0x200000 | ALL | LARGE | GLOBAL, 1, "2 MiB page at 0x200000, writable, user, global"),
        (FRAME | PRESENT | NO_EXECUTE, 0, "4 KiB page at 0x9000, read-only, kernel only, no exec"),
        (0, 0, "0x0: not present"),
        (1 << 10, 0, "0x400: not present"),
    ],
)
def test_an_entry_is_described_by_its_level(entry: int, level: int, words: str) -> None:
    assert words in describe_entry(entry, level)


def test_a_size_is_said_in_the_unit_that_divides_it() -> None:
    assert [size_in_words(n) for n in (1 << 30, 3 << 20, 4096, 512, 0x1001)] == [
        "1 GiB", "3 MiB", "4 KiB", "512 bytes", "4097 bytes",
    ]  # fmt: skip
