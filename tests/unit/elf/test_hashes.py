"""The hash functions and tables of dynamic symbols, looked up as a loader does."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ring3.elf.format import ElfClass
from ring3.elf.hashes import gnu_hash, gnu_order, gnu_table, sysv_hash, sysv_table

KNOWN = [  # as computed by glibc and binutils
    ("", 0, 5381),
    ("LINUX_2.6", 0x03AE75F6, 0x26C62A8A),
    ("LINUX_2.5", 0x03AE75F5, 0x26C62A89),
    ("linux-vdso.so.1", 0x0DEEBFA1, 0x11E9DACD),
    ("__vdso_clock_gettime", 0x0D35EC75, 0x6E43A318),
    ("__vdso_time", 0x0A33C485, 0x821E8E0D),
    ("clock_getres", 0x037FE2D3, 0x9E9A10DA),
    ("__kernel_rt_sigreturn", 0x09DDFAFE, 0x91788FEB),
]

names = st.lists(
    st.text(st.characters(codec="ascii", exclude_characters="\0"), min_size=1), unique=True
)


@pytest.mark.parametrize(("name", "sysv", "gnu"), KNOWN)
def test_both_hashes_give_the_values_that_everybody_else_computes(
    name: str, sysv: int, gnu: int
) -> None:
    assert (sysv_hash(name), gnu_hash(name)) == (sysv, gnu)


def look_up_sysv(table: bytes, symbols: list[str], name: str) -> int:
    """The number of the symbol, 0 if there is none (gABI 4.1+, figure 5-12)."""
    buckets, chains = struct.unpack_from("<II", table)
    words = struct.unpack_from(f"<{buckets + chains}I", table, 8)
    number: int = words[sysv_hash(name) % buckets]
    while number and symbols[number - 1] != name:
        number = words[buckets + number]
    return number


def look_up_gnu(table: bytes, symbols: list[str], name: str, bits: int) -> int:
    buckets, first, bloom_size, shift = struct.unpack_from("<IIII", table)
    bloom = struct.unpack_from(f"<{bloom_size}{'Q' if bits == 64 else 'I'}", table, 16)
    hashed = gnu_hash(name)
    word = bloom[hashed // bits % bloom_size]
    if not (word >> hashed % bits) & (word >> (hashed >> shift) % bits) & 1:
        return 0
    start = 16 + bloom_size * bits // 8
    (number,) = struct.unpack_from("<I", table, start + 4 * (hashed % buckets))
    while number:
        (value,) = struct.unpack_from("<I", table, start + 4 * (buckets + number - first))
        if value | 1 == hashed | 1 and symbols[number - 1] == name:
            return int(number)
        number = 0 if value & 1 else number + 1
    return 0


@given(names, st.text())
def test_the_sysv_table_finds_every_name_and_no_other(symbols: list[str], other: str) -> None:
    table = sysv_table(symbols)
    assert struct.unpack_from("<II", table)[1] == len(symbols) + 1  # musl counts with it
    for number, name in enumerate(symbols, 1):
        assert look_up_sysv(table, symbols, name) == number
    if other not in symbols:
        assert look_up_sysv(table, symbols, other) == 0


@given(names, st.text(), st.sampled_from(ElfClass))
def test_the_gnu_table_finds_every_name_and_no_other(
    unordered: list[str], other: str, elf_class: ElfClass
) -> None:
    symbols = gnu_order(unordered)
    table = gnu_table(symbols, elf_class)
    bloom_size = struct.unpack_from("<IIII", table)[2]
    assert bloom_size & (bloom_size - 1) == 0
    for number, name in enumerate(symbols, 1):
        assert look_up_gnu(table, symbols, name, elf_class.bits) == number
    if other not in symbols:
        assert look_up_gnu(table, symbols, other, elf_class.bits) == 0


def test_the_gnu_tables_bloom_filter_turns_most_strangers_away() -> None:
    symbols = gnu_order([f"symbol_{number}" for number in range(40)])
    table = gnu_table(symbols, ElfClass.ELF64)
    _, _, bloom_size, shift = struct.unpack_from("<IIII", table)
    bloom = struct.unpack_from(f"<{bloom_size}Q", table, 16)

    def passes(name: str) -> bool:
        hashed = gnu_hash(name)
        word = bloom[hashed // 64 % bloom_size]
        return bool((word >> hashed % 64) & (word >> (hashed >> shift) % 64) & 1)

    assert sum(passes(f"stranger_{number}") for number in range(1000)) < 200
