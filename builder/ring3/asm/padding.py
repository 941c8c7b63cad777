"""The bytes that fill the way to an alignment.

    in code  ─> instructions that do nothing, as few as possible; past a certain
                number of them, a jump over the rest
    in data  ─> zeros, or what the directive says

The sequences are those of GNU as 2.40 for a generic x86-64: the long NOPs of
SDM Vol. 2B, NOP, table 4-12, with 0x66 and CS prefixes added up to 11 bytes; in
16-bit code and in objects of the i386, where a 386 must be able to run them, LEA
with no effect.
"""

from __future__ import annotations

from functools import lru_cache

_LONG_NOPS = tuple(
    bytes.fromhex(text)
    for text in (
        "90",
        "6690",
        "0f1f00",
        "0f1f4000",
        "0f1f440000",
        "660f1f440000",
        "0f1f8000000000",
        "0f1f840000000000",
        "660f1f840000000000",
        "662e0f1f840000000000",
        "66662e0f1f840000000000",
    )
)
_NOPS_16 = tuple(bytes.fromhex(text) for text in ("90", "6690", "8d7400", "8db40000"))
_NOPS_386 = tuple(
    bytes.fromhex(text)
    for text in (
        "90",
        "6690",
        "8d7600",
        "8d742600",
        "8d74260090",
        "8db600000000",
        "8db42600000000",
    )
)
_MOST_LONG_NOPS = 7
_MOST_NOPS_OF_386 = 2
_SHORT_JUMP, _NEAR_JUMP = b"\xeb", b"\xe9"
_OPERAND_SIZE = b"\x66"


@lru_cache(maxsize=1024)
def code_padding(size: int, mode: int, *, is_i386: bool = False) -> bytes:
    """``size`` bytes of code that does nothing, for 16-, 32- or 64-bit code.

    ``is_i386`` is for 32-bit code in an object of the i386, not of x86-64.
    """
    nops, most = _LONG_NOPS, _MOST_LONG_NOPS
    if mode == 16 or (mode == 32 and is_i386):
        nops, most = _NOPS_16 if mode == 16 else _NOPS_386, _MOST_NOPS_OF_386
    if size // len(nops) <= most:
        return _run(nops, size)
    distance = size - 2
    if distance <= 127:
        return _SHORT_JUMP + bytes((distance,)) + _run(nops, distance)
    opcode = _OPERAND_SIZE + _NEAR_JUMP if mode == 16 else _NEAR_JUMP
    distance = size - len(opcode) - 4
    return opcode + distance.to_bytes(4, "little") + _run(nops, distance)


def _run(nops: tuple[bytes, ...], size: int) -> bytes:
    longest = nops[-1]
    count, rest = divmod(size, len(longest))
    return longest * count + (nops[rest - 1] if rest else b"")
