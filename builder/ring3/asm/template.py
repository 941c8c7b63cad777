"""An encoding whose address and immediates are still to be put in.

    48 81 03 44 33 22 11  ── take_apart ──>  Template(rex=48, opcode=81, mod_rm reg=0, immediates=4)
    forms.py "o 81 /0 id" ── from_form ───┘        │
                                                   └── fill ──> 65 48 81 43 10 05 00 00 00

Keystone encodes every instruction once with ``[rbx]`` for its address and a
sample for each number (SDM Vol. 2A 2.1, figure 2-1, shows the parts).
"""

from __future__ import annotations

from typing import NamedTuple

from ring3.asm.addressing import ADDRESS_SIZE_PREFIX, AddressBytes
from ring3.asm.forms import Form
from ring3.asm.instruction_set import Shape
from ring3.asm.registers import Register, RegisterKind

OPERAND_SIZE_PREFIX = 0x66
LOCK_PREFIX = 0xF0
_REPEAT_PREFIXES = (0xF2, 0xF3)
_LEGACY_PREFIXES = frozenset(
    {0x26, 0x2E, 0x36, 0x3E, 0x64, 0x65, OPERAND_SIZE_PREFIX, ADDRESS_SIZE_PREFIX, LOCK_PREFIX}
    | set(_REPEAT_PREFIXES)
)

FWAIT = 0x9B
REX, REX_W, REX_R, REX_X, REX_B = 0x40, 0x08, 0x04, 0x02, 0x01


class Template(NamedTuple):
    """The parts of an encoding that do not depend on its numbers.

    ``legacy`` are the prefixes that belong to the opcode; ``mod_rm`` has its rm
    field zero where an address is to be put in.  ``waits`` says that an FWAIT goes before it;
    ``trailer`` is what comes after address and immediates.
    """

    legacy: bytes
    rex: int | None
    opcode: bytes
    mod_rm: int | None
    has_address: bool
    immediates: tuple[int, ...]
    waits: bool = False
    trailer: bytes = b""


class TemplateError(Exception):
    """The bytes are not those of the instruction that was asked for."""


def split_prefixes(data: bytes, mode: int) -> tuple[bytes, bytes]:
    """The legacy prefixes with a REX prefix, and what follows them."""
    start = 0
    while start < len(data) and data[start] in _LEGACY_PREFIXES:
        start += 1
    if mode == 64 and start < len(data) and data[start] & 0xF0 == REX:
        start += 1
    return data[:start], data[start:]


def take_apart(
    data: bytes,
    immediates: tuple[int, ...],
    *,
    has_address: bool,
    has_sib: bool,
    has_trailer: bool,
    mode: int,
) -> Template:
    """Split what Keystone made for a sample address; raises TemplateError when it is none."""
    end = len(data) - has_trailer
    data, trailer = data[:end], data[end:]
    prefixes, rest = split_prefixes(data, mode)
    start = len(prefixes)
    has_rex = mode == 64 and prefixes[-1:] and prefixes[-1] & 0xF0 == REX
    legacy, rex = (prefixes[:-1], prefixes[-1]) if has_rex else (prefixes, None)
    stop = start + len(rest) - sum(immediates)
    if not has_address:
        if stop <= start:
            raise TemplateError("too short")
        return Template(legacy, rex, data[start:stop], None, False, immediates, trailer=trailer)
    stop -= 1 + has_sib
    if stop <= start or data[stop] & 0xC7 != _sample_mod_rm(has_sib, mode):
        raise TemplateError("no address where it must be")
    return Template(
        legacy, rex, data[start:stop], data[stop] & 0x38, True, immediates, trailer=trailer
    )


def _sample_mod_rm(has_sib: bool, mode: int) -> int:
    """The mod and rm fields of ``[rbx]``, ``[rbx + r9*2]`` and, in 16-bit code, ``[bx]``."""
    return 0x04 if has_sib else 0x07 if mode == 16 else 0x03


def from_form(
    form: Form,
    shape: Shape,
    registers: tuple[Register | None, ...],
    mode: int,
    extended: tuple[bool, bool],
) -> Template:
    """The template of a row of forms.py; ``registers`` holds None where a number or memory is."""
    legacy = bytearray()
    opcode = bytearray()
    immediates: list[int] = []
    rex = REX_B * extended[0] | REX_X * extended[1]
    mod_rm: int | None = None
    waits = False
    vex: str | None = None
    has_address = any(_is_memory(atom) for atom in shape.atoms)
    for part in form.opcode.split():
        if part.startswith("vex."):
            vex = part
            rex |= REX_W if part.endswith("w1") else 0
        elif part[0] == "o":
            size = int(part[1:]) if part[1:] else shape.size or mode
            if size == 64:
                rex |= REX_W
            elif (size == 16) != (mode == 16):
                legacy.append(OPERAND_SIZE_PREFIX)
        elif part[0] == "/":
            mod_rm, bits = _mod_rm(part, registers, has_address=has_address)
            rex |= bits
        elif part in _IMMEDIATE_SIZES:
            immediates.append(_IMMEDIATE_SIZES[part])
        elif part == "moffs":
            has_address = True
        elif part.endswith("+r"):
            number = next(r.number for r in registers if r is not None)
            opcode.append(int(part[:2], 16) | number & 7)
            rex |= REX_B if number >= 8 else 0
        elif part == "wait":
            waits = True
        elif part == "ptr":
            immediates += [2 if mode == 16 else 4, 2]
        elif not opcode and part in ("f2", "f3", "66"):
            legacy.append(int(part, 16))
        else:
            opcode.append(int(part, 16))
    if vex is not None:
        opcode[:0] = _vex_prefix(vex, rex)
        rex = 0
    rex_byte = REX | rex if rex else None
    if mod_rm is not None and not has_address:
        opcode.append(mod_rm)
        mod_rm = None
    return Template(
        bytes(legacy), rex_byte, bytes(opcode), mod_rm, has_address, tuple(immediates), waits
    )


def _vex_prefix(text: str, rex: int) -> bytes:
    """Two bytes where map and bits allow it, else three (SDM Vol. 2A 2.3.5, figure 2-9)."""
    _, length, prefix, opcode_map, _ = text.split(".")
    last = _NO_VVVV | 0x04 * (length == "256") | _VEX_PREFIXES[prefix]
    inverted = ~rex
    if opcode_map == "0f" and not rex & (REX_W | REX_X | REX_B):
        return bytes((0xC5, (inverted & REX_R) << 5 | last))
    bits = (inverted & (REX_R | REX_X | REX_B)) << 5
    return bytes((0xC4, bits | _VEX_MAPS[opcode_map], (rex & REX_W) << 4 | last))


_NO_VVVV = 0x78
_VEX_PREFIXES = {"np": 0, "66": 1, "f3": 2, "f2": 3}
_VEX_MAPS = {"0f": 1, "0f38": 2, "0f3a": 3}
_IMMEDIATE_SIZES = {"ib": 1, "iw": 2, "id": 4, "io": 8}


def _is_memory(atom: str) -> bool:
    return atom == "far" or (atom[:1] == "m" and (atom[1:].isdigit() or atom == "m"))


def _mod_rm(
    part: str, registers: tuple[Register | None, ...], *, has_address: bool
) -> tuple[int, int]:
    """ModRM and the REX bits of its registers."""
    named = [r for r in registers if r is not None]
    if part[1:].isdigit():
        reg, rm = int(part[1:]), None if has_address else named[0]
    elif part == "/mr" and not has_address:
        reg, rm = named[1].number, named[0]
    else:
        reg, rm = named[0].number, None if has_address else named[1]
    bits = REX_R if reg >= 8 else 0
    mod_rm = (reg & 7) << 3
    if rm is not None:
        mod_rm |= 0xC0 | rm.number & 7
        bits |= REX_B if rm.number >= 8 else 0
    return mod_rm, bits


def prefix_bytes(template: Template, address: AddressBytes | None, prefixes: bytes) -> bytes:
    """All prefixes in GNU as's order: segment, address size, operand size, repeat, lock, REX."""
    present = set(template.legacy) | set(prefixes)
    if address is not None and address.segment is not None:
        present.add(address.segment)
    if address is not None and address.has_size_prefix:
        present.add(ADDRESS_SIZE_PREFIX)
    rex = template.rex
    if REX | REX_W in present:
        rex = (rex or 0) | REX | REX_W
    last = (ADDRESS_SIZE_PREFIX, OPERAND_SIZE_PREFIX, *_REPEAT_PREFIXES, LOCK_PREFIX)
    ordered = [byte for byte in present if byte not in last and byte & 0xF0 != REX]
    ordered += [byte for byte in last if byte in present]
    if rex is not None:
        ordered.append(rex)
    return bytes(ordered)


def needs_rex(register: Register) -> bool:
    """Whether naming this register takes a REX prefix."""
    return register.needs_rex or (register.number >= 8 and register.kind is not RegisterKind.X87)
