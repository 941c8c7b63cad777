"""QEMU's stream of device states, made by the test."""

from __future__ import annotations

import struct

import pytest

from ring3.diagnostic import Ring3Error
from ring3.machine.cpu_state import parse_instruction_count

FOOTER = b"\x7e" + bytes(4)  # of section 0, which "timer" is


def stream(count: int | None) -> bytes:
    """A machine's that counts instructions, unless ``count`` is None."""
    header = b"\x04" + bytes(4) + b"\x05timer" + struct.pack(">II", 0, 2)
    counting = b"" if count is None else b"\x05\x0ctimer/icount" + struct.pack(">Iqq", 1, 0, count)
    return b"QEVM\0\0\0\3" + header + bytes(24) + counting + FOOTER + b"\0"


@pytest.mark.parametrize("count", [0, 2_214_495, 0x7E << 32, 0x7E << 40 | 0x0400])
def test_a_count_may_look_like_the_end_of_its_section(count: int) -> None:
    assert parse_instruction_count(stream(count)) == count


def test_a_machine_that_does_not_count_says_so() -> None:
    with pytest.raises(Ring3Error, match="does not count instructions"):
        parse_instruction_count(stream(None))
