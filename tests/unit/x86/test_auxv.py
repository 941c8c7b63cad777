"""Initial stacks: one measured on Linux, and broken ones."""

from __future__ import annotations

import struct

import pytest

from ring3.x86.auxv import (
    AT_ENTRY,
    AT_RANDOM,
    AT_SYSINFO,
    AT_SYSINFO_EHDR,
    BadStackError,
    read_initial_stack,
)

BASE = 0x7FFF_0000
TEXT = BASE + 0x800


class Memory:
    def __init__(self, words: list[int], *, word_size: int = 8) -> None:
        self.data = bytearray(4096)
        packed = struct.pack(f"<{len(words)}{'Q' if word_size == 8 else 'I'}", *words)
        self.data[: len(packed)] = packed
        self.data[0x800:0x80E] = b"prog\0A=1\0xyzzy"

    def __call__(self, address: int, size: int) -> bytes:
        if not BASE <= address <= BASE + 4096 - size:
            raise LookupError(hex(address))
        return bytes(self.data[address - BASE :][:size])


@pytest.mark.parametrize("word_size", [8, 4])
def test_a_stack_of_either_width_is_read(word_size: int) -> None:
    words = [1, TEXT, 0, TEXT + 5, 0, 33, 0x1000, 9, 0x401000, 31, TEXT, 25, TEXT, 999, 5, 0, 0]
    stack = read_initial_stack(Memory(words, word_size=word_size), BASE, word_size=word_size)
    assert (stack.arguments, stack.environment) == ((b"prog",), (b"A=1",))
    assert (stack.value(AT_SYSINFO_EHDR), stack.value(AT_ENTRY)) == (0x1000, 0x401000)
    assert stack.value(AT_SYSINFO) is None
    assert stack.end == BASE + len(words) * word_size
    lines = [str(pair) for pair in stack.auxiliary]
    assert lines[0] == "AT_SYSINFO_EHDR  0x1000             the vDSO's ELF header"
    assert lines[2].endswith('"prog"')
    assert lines[3].endswith("70 72 6f 67 00 41 3d 31 00 78 79 7a 7a 79 00 00")
    assert stack.auxiliary[3].type == AT_RANDOM
    assert lines[4] == "type 999         0x5"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([2, TEXT, 0, 0, 0, 0], "argc is 2, but 1 arguments"),
        ([0, 0], None),
    ],
)
def test_what_is_no_stack_is_refused(words: list[int], message: str | None) -> None:
    if message is None:  # zeros: no argument, no variable, AT_NULL at once
        assert read_initial_stack(Memory(words), BASE).auxiliary == ()
        return
    with pytest.raises(BadStackError, match=message):
        read_initial_stack(Memory(words), BASE)


def test_memory_that_is_not_there_is_the_reader_s_error() -> None:
    with pytest.raises(LookupError):
        read_initial_stack(Memory([1, 2 * BASE, 0, 0, 0, 0]), BASE)
