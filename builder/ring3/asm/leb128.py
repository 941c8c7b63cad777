"""Numbers of any size, seven bits a byte, the lowest first (DWARF 5, 7.6)."""

from __future__ import annotations


def uleb128(number: int) -> bytes:
    """An unsigned number."""
    encoded = bytearray()
    while True:
        byte, number = number & 0x7F, number >> 7
        encoded.append(byte | (0x80 if number else 0))
        if not number:
            return bytes(encoded)


def sleb128(number: int) -> bytes:
    """A signed number; the second bit of its last byte is its sign."""
    encoded = bytearray()
    while True:
        byte, number = number & 0x7F, number >> 7
        is_last = number == (-1 if byte & 0x40 else 0)
        encoded.append(byte | (0 if is_last else 0x80))
        if is_last:
            return bytes(encoded)
