"""The two hash tables by which a dynamic symbol is found, and the functions behind them.

    DT_HASH       bucket[hash % buckets] -> symbol -> chain[symbol] -> ...   (gABI 4.1+, ch. 5)
    DT_GNU_HASH   a Bloom filter says "surely not", then the symbols of one
                  bucket lie side by side, the last one's hash is odd

musl and the kernel's own parser read the first, glibc and Go prefer the
second.  In both, symbol 0 is the null symbol.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

from ring3.elf.format import ElfClass

FIRST_HASHED = 1
"""The GNU table leaves out symbol 0 alone."""

BLOOM_SHIFT = 6
"""A name sets two bits of the filter: its hash, and its hash shifted by this."""

BLOOM_BITS_A_NAME = 8


def sysv_hash(name: str) -> int:
    """The gABI's hash of a symbol's name, 28 bits."""
    value = 0
    for byte in name.encode():
        value = (value << 4) + byte
        high = value & 0xF0000000
        value = (value ^ high >> 24) & 0x0FFFFFFF
    return value


def gnu_hash(name: str) -> int:
    """Bernstein's hash of a symbol's name (times 33, from 5381), 32 bits."""
    value = 5381
    for byte in name.encode():
        value = (value * 33 + byte) & 0xFFFFFFFF
    return value


def bucket_count(names: int) -> int:
    """Buckets for a table of that many names: two names a bucket, and an odd number."""
    return names // 2 | 1


def gnu_order(names: Sequence[str]) -> list[str]:
    """The names in the order that the GNU table demands: sorted by bucket."""
    buckets = bucket_count(len(names))
    return sorted(names, key=lambda name: (gnu_hash(name) % buckets, name))


def sysv_table(names: Sequence[str]) -> bytes:
    """DT_HASH for the symbols 1, 2, ... of these names: nbucket, nchain, buckets, chains."""
    buckets = [0] * bucket_count(len(names))
    chains = [0] * (len(names) + 1)
    for index, name in reversed(list(enumerate(names, 1))):
        bucket = sysv_hash(name) % len(buckets)
        chains[index] = buckets[bucket]
        buckets[bucket] = index
    return _words([len(buckets), len(chains), *buckets, *chains])


def gnu_table(names: Sequence[str], elf_class: ElfClass) -> bytes:
    """DT_GNU_HASH for the symbols 1, 2, ... of these names, which are in ``gnu_order``."""
    hashes = [gnu_hash(name) for name in names]
    buckets = [0] * bucket_count(len(names))
    chains = []
    for position, value in enumerate(hashes):
        bucket = value % len(buckets)
        buckets[bucket] = buckets[bucket] or position + FIRST_HASHED
        is_last = position + 1 == len(hashes) or hashes[position + 1] % len(buckets) != bucket
        chains.append(value & ~1 | is_last)
    bloom = _bloom_filter(hashes, elf_class.bits)
    return (
        _words([len(buckets), FIRST_HASHED, len(bloom), BLOOM_SHIFT])
        + b"".join(map(elf_class.word, bloom))
        + _words([*buckets, *chains])
    )


def _bloom_filter(hashes: Sequence[int], bits: int) -> list[int]:
    """Words of ``bits`` bits; their number is a power of two, which a lookup masks with."""
    count = 1
    while count * bits < len(hashes) * BLOOM_BITS_A_NAME:
        count *= 2
    words = [0] * count
    for value in hashes:
        words[value // bits % count] |= 1 << value % bits | 1 << (value >> BLOOM_SHIFT) % bits
    return words


def _words(values: Sequence[int]) -> bytes:
    return struct.pack(f"<{len(values)}I", *values)
