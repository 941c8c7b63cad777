"""Filling in the fields that had to wait for addresses: relocation.

    S + A        absolute kinds          S  the symbol's value
    S + A - P    relative kinds          A  the fixup's addend
                                         P  the field's own address

(psABI x86-64, table 4.9.)  Sums are modulo 2^64 and must then fit the field in
the way that its kind demands; what does not fit is an error that says by how
much.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ring3.asm.object import Fixup, FixupKind
from ring3.diagnostic import Diagnostic

ADDRESSES = 1 << 64

SymbolValue = Callable[[str], int | None]


class Field(NamedTuple):
    """The bytes that a fixup fills: ``data[offset:]``, which lie at ``address``."""

    data: bytearray
    offset: int
    address: int


def apply(fixup: Fixup, field: Field, value_of: SymbolValue) -> Diagnostic | None:
    """Fill one field.  ``value_of`` gives None for a symbol whose section was discarded."""
    target = value_of(fixup.symbol)
    if target is None:
        return Diagnostic(
            "discarded-section",
            f"`{fixup.symbol}` lies in a section that is not part of the file",
            fixup.location,
        )
    kind = fixup.kind
    value = _signed(target + fixup.addend - (field.address if kind.relative else 0))
    low, high = _bounds(kind)
    if not low <= value <= high:
        return _overflow(fixup, target, value, value - high if value > high else low - value)
    encoded = (value % (1 << 8 * kind.size)).to_bytes(kind.size, "little")
    field.data[field.offset : field.offset + kind.size] = encoded
    return None


def _signed(value: int) -> int:
    """An address as a number from -2^63 to 2^63 - 1, so that the last 2 GiB are negative."""
    return (value + ADDRESSES // 2) % ADDRESSES - ADDRESSES // 2


def _bounds(kind: FixupKind) -> tuple[int, int]:
    """The smallest and the largest value that the field can mean."""
    bits = 8 * kind.size
    if bits == 64:
        return -ADDRESSES // 2, ADDRESSES // 2 - 1
    low = 0 if kind.signed is False else -(1 << bits - 1)
    high = (1 << bits - 1) - 1 if kind.signed else (1 << bits) - 1
    return low, high


def _overflow(fixup: Fixup, target: int, value: int, excess: int) -> Diagnostic:
    kind = fixup.kind
    bits = 8 * kind.size
    target_text = f"{target % ADDRESSES:#x}"
    if kind.relative:
        way = "backwards" if value < 0 else "ahead"
        return Diagnostic(
            "fixup-overflow",
            f"`{fixup.symbol}` at {target_text} is {excess:,} bytes too far {way} "
            f"for {bits} signed bits",
            fixup.location,
            "relative fields reach "
            + ("127 bytes" if bits == 8 else "32 KiB" if bits == 16 else "2 GiB")
            + " either way; move the target closer, or use a wider form",
        )
    signedness = {True: "signed ", False: "unsigned ", None: ""}[kind.signed]
    addend = f" {'+' if fixup.addend > 0 else '-'} {abs(fixup.addend):#x}" if fixup.addend else ""
    return Diagnostic(
        "fixup-overflow",
        f"value {value % ADDRESSES:#x} of `{fixup.symbol}`{addend} does not fit in "
        f"{bits} {signedness}bits: it is {excess:,} too {'small' if value < 0 else 'large'}",
        fixup.location,
        _cure(kind),
    )


def _cure(kind: FixupKind) -> str:
    if kind.size < 4:
        return "use a wider field, such as .long or .quad"
    if kind.signed:
        return "use [rip + symbol], or a 64-bit immediate (movabs)"
    return "use a 64-bit field (.quad, movabs), or [rip + symbol]"
