"""Descriptors decoded: against the manual's tables, and back again from what was encoded."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ring3.x86.descriptors import (
    TASK_STATE_SIZE,
    decode_gate,
    decode_gdt,
    decode_idt,
    decode_segment,
    decode_task_state,
    segment_of,
)

# Linux's GDT, as `crash` shows it, and in the words of SDM Vol. 3A tables 3-1 and 3-2.
LINUX = [
    (0x00CF9B000000FFFF, 0x08, "32-bit code, readable, accessed, DPL 0"),
    (0x00AF9B000000FFFF, 0x10, "64-bit code, readable, accessed, DPL 0"),
    (0x00CF93000000FFFF, 0x18, "data, writable, accessed, DPL 0"),
    (0x00CFFB000000FFFF, 0x20, "32-bit code, readable, accessed, DPL 3"),
    (0x00AFFB000000FFFF, 0x30, "64-bit code, readable, accessed, DPL 3"),
    (0x0040F50000000001, 0x78, "data, read-only, expand-down, accessed, DPL 3"),
    (0x00009A000000FFFF, 0x08, "16-bit code, readable, DPL 0"),
    (0x00AF9C000000FFFF, 0x08, "64-bit code, execute-only, conforming, DPL 0"),
    (0x00EF9A000000FFFF, 0x08, "D set, which is reserved"),
    (0x00CF13000000FFFF, 0x08, "not present"),
    (0, 0, "empty"),
]


@pytest.mark.parametrize(("value", "selector", "words"), LINUX)
def test_a_segment_is_described_in_the_manual_s_words(
    value: int, selector: int, words: str
) -> None:
    described = decode_segment(value.to_bytes(8, "little"), selector).describe()
    assert described.startswith(f"{selector:#04x} ")
    assert words in described


def test_a_limit_counts_pages_where_g_says_so() -> None:
    assert decode_segment((0x00CF93000000FFFF).to_bytes(8, "little"), 8).limit == 0xFFFF_FFFF
    assert decode_segment((0x004F93000000FFFF).to_bytes(8, "little"), 8).limit == 0xF_FFFF


@given(base=st.integers(0, 2**64 - 1), limit=st.integers(0, 0xFFFFF))
def test_a_tss_takes_two_places_and_its_base_is_gathered_from_four(base: int, limit: int) -> None:
    tss = struct.pack(
        "<HHBBBBII",
        limit & 0xFFFF, base & 0xFFFF, base >> 16 & 0xFF, 0x8B, limit >> 16, base >> 24 & 0xFF,
        base >> 32, 0,
    )  # fmt: skip
    segments = decode_gdt(bytes(8) + tss + bytes(8))
    assert [segment.selector for segment in segments] == [0, 8, 24]
    assert (segments[1].base, segments[1].limit, segments[1].is_tss) == (base, limit, True)
    assert "64-bit TSS, busy" in str(segments[1])
    assert segment_of(segments, 8 | 3) is segments[1]
    assert segment_of(segments, 32) is None


@given(
    handler=st.integers(0, 2**64 - 1),
    selector=st.integers(0, 0xFFFF),
    dpl=st.integers(0, 3),
    ist=st.integers(0, 7),
    present=st.booleans(),
)
def test_a_gate_is_read_back_as_it_was_written(
    handler: int, selector: int, dpl: int, ist: int, present: bool
) -> None:
    attributes = present << 7 | dpl << 5 | 0xE
    data = struct.pack(
        "<HHBBHII",
        handler & 0xFFFF, selector, ist, attributes, handler >> 16 & 0xFFFF, handler >> 32, 0,
    )  # fmt: skip
    gate = decode_gate(data, 0x80)
    assert (gate.handler, gate.selector, gate.dpl) == (handler, selector, dpl)
    assert (gate.ist, gate.present, gate.type) == (ist, present, 0xE)


@pytest.mark.parametrize(
    ("attributes", "words"),
    [
        (0xEE, "interrupt gate, interrupts off, DPL 3: open to programs"),
        (0x8F, "trap gate, interrupts stay, DPL 0: closed to programs"),
        (0x85, "type 0x5, which no gate has"),
        (0x0E, "not present: a use of it is #NP"),
    ],
)
def test_a_gate_says_who_may_use_it(attributes: int, words: str) -> None:
    data = struct.pack("<HHBBHII", 0x1234, 0x10, 0, attributes, 0xCDEF, 0xFFFFFFFF, 0)
    assert words in str(decode_gate(data, 0x80))


def test_a_gate_names_its_vector_its_stack_and_its_handler() -> None:
    data = struct.pack("<HHBBHII", 0x1234, 0x10, 3, 0x8E, 0xCDEF, 0xFFFFFFFF, 0)
    described = decode_idt(bytes(8 * 16) + data)[8].describe(lambda address: f"<{address:x}>")
    assert described == (
        "0x08 -> 0x10:<ffffffffcdef1234>  interrupt gate, interrupts off,"
        " DPL 0: closed to programs, stack IST3  (#DF double fault)"
    )


def test_a_task_state_tells_its_stacks() -> None:
    data = bytearray(TASK_STATE_SIZE)
    struct.pack_into("<Q", data, 4, 0xAAAA)
    struct.pack_into("<Q", data, 36, 0xBBBB)
    struct.pack_into("<Q", data, 84, 0xCCCC)
    struct.pack_into("<H", data, 102, TASK_STATE_SIZE)
    task = decode_task_state(bytes(data))
    assert task.rsp == (0xAAAA, 0, 0)
    assert (task.ist[0], task.ist[6]) == (0xBBBB, 0xCCCC)
    lines = task.describe()
    assert [line[:4] for line in lines] == ["RSP0", "IST1", "IST7", "I/O "]
    assert "programs may use no port" in lines[-1]
