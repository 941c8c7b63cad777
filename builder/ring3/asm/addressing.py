"""A memory operand to the bytes that address it.

    gs:[rax + rcx*8 + 16]  ──>  segment 65 · ModRM 44 · SIB c8 · displacement 10

ModRM and SIB as in SDM Vol. 2A 2.1.5, tables 2-1 (16-bit) and 2-2, 2-3 (32-
and 64-bit addresses), RIP-relative and absolute ones in 64-bit code as in
2.2.1.6.  The encoder puts them into what Keystone made for a plain ``[rbx]``,
since Keystone's own addresses are not to be trusted.
"""

from __future__ import annotations

from typing import NamedTuple

from ring3.asm.instruction_set import SEGMENT_PREFIXES
from ring3.asm.matching import STRING_BASES, Address, sign_extended
from ring3.asm.registers import Register, RegisterKind

ADDRESS_SIZE_PREFIX = 0x67

_NO_INDEX = 4  # in SIB.index; in ModRM.rm the same number says that a SIB byte follows
_NO_BASE = 5  # in SIB.base and in ModRM.rm, where mod is 0: a displacement alone
_RM_16 = {
    ("bx", "si"): 0, ("bx", "di"): 1, ("bp", "si"): 2, ("bp", "di"): 3,
    ("si", None): 4, ("di", None): 5, ("bp", None): 6, ("bx", None): 7,
}  # fmt: skip
_ABSOLUTE_16 = 6


class AddressError(Exception):
    """The displacement does not fit; the text says why."""


class AddressBytes(NamedTuple):
    """ModRM (its reg field zero), SIB and displacement; prefixes apart.

    ``field`` is the size of a displacement that is not a number yet, or 0.
    ``extends_base`` and ``extends_index`` are what REX.B and REX.X must say.
    """

    segment: int | None
    has_size_prefix: bool
    mod_rm: int
    tail: bytes
    field: int = 0
    is_relative: bool = False
    is_signed: bool = False
    extends_base: bool = False
    extends_index: bool = False


def address_bytes(address: Address, mode: int, atom: str) -> AddressBytes:
    """How ``address`` is encoded in 16-, 32- or 64-bit code; raises AddressError.

    ``atom`` is the shape's: a ``moffs`` is a displacement as wide as an address, alone.
    """
    size = address.bits(mode)
    if atom.startswith("moffs"):
        return _offset_alone(address, size)
    if atom[:3] in STRING_BASES:  # the opcode implies the address; only prefixes change it
        return AddressBytes(_segment(address, atom), size != mode, 0, b"")
    mod_rm, sib, width = _form(address, size, mode)
    signed = size == 64
    if address.displacement is None:
        displacement, field = bytes(width), width
    else:
        displacement, field = _displacement(address.displacement, width, size), 0
    return AddressBytes(
        segment=_segment(address),
        has_size_prefix=size != mode,
        mod_rm=mod_rm,
        tail=sib + displacement,
        field=field,
        is_relative=_is_relative(address) and address.displacement is None,
        is_signed=signed,
        extends_base=address.base is not None and address.base.number >= 8,
        extends_index=address.index is not None and address.index.number >= 8,
    )


def _offset_alone(address: Address, size: int) -> AddressBytes:
    """The address field of ``mov al, [moffs]`` (SDM Vol. 2B MOV): no ModRM byte."""
    value = address.displacement
    if value is not None and not -(1 << size) < value < 1 << size:
        raise AddressError(f"{value:#x} does not fit a {size}-bit address")
    tail = ((value or 0) & ((1 << size) - 1)).to_bytes(size // 8, "little")
    field = size // 8 if value is None else 0
    return AddressBytes(_segment(address), False, 0, tail, field)


def _is_relative(address: Address) -> bool:
    return address.base is not None and address.base.kind is RegisterKind.INSTRUCTION_POINTER


def _segment(address: Address, atom: str = "m") -> int | None:
    """The override's byte, unless the CPU would use this segment anyway (as GNU as does)."""
    if address.segment is None or atom.startswith("dst"):
        return None
    stack = (
        address.base is not None
        and address.base.number in (4, 5)
        and (address.base.kind is RegisterKind.GENERAL)
    )
    default = "ss" if stack else "ds"
    return None if address.segment.name == default else SEGMENT_PREFIXES[address.segment.name]


def _form(address: Address, size: int, mode: int) -> tuple[int, bytes, int]:
    """ModRM, SIB and the displacement's width in bytes."""
    if size == 16:
        return _form_16(address)
    base, index = address.base, address.index
    if _is_relative(address):
        return _NO_BASE, b"", 4
    if base is None and index is None:
        if mode != 64:
            return _NO_BASE, b"", 4
        return _NO_INDEX, _sib(1, None, None), 4  # [disp32] alone would be RIP-relative
    if base is None:
        return _NO_INDEX, _sib(address.scale, index, None), 4
    width = _width(address, base.number & 7 == _NO_BASE, 4, size)
    mod = {0: 0x00, 1: 0x40, 4: 0x80}[width]
    if index is None and base.number & 7 != _NO_INDEX:
        return mod | base.number & 7, b"", width
    return mod | _NO_INDEX, _sib(address.scale, index, base), width


def _sib(scale: int, index: Register | None, base: Register | None) -> bytes:
    scale_bits = {1: 0x00, 2: 0x40, 4: 0x80, 8: 0xC0}[scale]
    index_bits = _NO_INDEX if index is None else index.number & 7
    base_bits = _NO_BASE if base is None else base.number & 7
    return bytes((scale_bits | index_bits << 3 | base_bits,))


def _form_16(address: Address) -> tuple[int, bytes, int]:
    if address.base is None and address.index is None:
        return _ABSOLUTE_16, b"", 2
    names = (
        address.base.name if address.base else None,
        address.index.name if address.index else None,
    )
    rm = _RM_16[names]  # type: ignore[index]
    width = _width(address, rm == _ABSOLUTE_16, 2, 16)
    return {0: 0x00, 1: 0x40, 2: 0x80}[width] | rm, b"", width


def _width(address: Address, needs_displacement: bool, full: int, size: int) -> int:
    """0, 1 or ``full`` bytes: the shortest that holds a known displacement."""
    if address.displacement is None:
        return full
    value = sign_extended(address.displacement, size) if size < 64 else address.displacement
    if value == 0 and not needs_displacement:
        return 0
    return 1 if -128 <= value <= 127 else full


def _displacement(value: int, width: int, size: int) -> bytes:
    if size == 64:
        if not -(1 << 31) <= value < 1 << 31:
            raise AddressError(
                f"{value:#x} does not fit the 32-bit displacement, which is sign-extended"
            )
    elif not -(1 << (size - 1)) <= value < 1 << size:
        raise AddressError(f"{value:#x} does not fit a {size}-bit address")
    return (value & ((1 << 8 * width) - 1)).to_bytes(width, "little")
