"""The relative branches: opcodes with an 8-bit and with a full-size distance.

    jne label  ──>  BranchForms(short=75, near=0f 85, near_size=4)

Layout picks the form (relaxation), so these never reach the encoder.  A
distance counts from the end of the instruction (SDM Vol. 2A, JMP, Jcc, CALL,
LOOP; Vol. 2D, XBEGIN).
"""

from __future__ import annotations

from typing import NamedTuple


class BranchForms(NamedTuple):
    """Opcode bytes, prefixes included, of a branch's two forms; ``None`` where it has not got one.

    ``short`` is followed by one byte of distance, ``near`` by ``near_size`` bytes.
    """

    short: bytes | None
    near: bytes | None
    near_size: int


#: Condition codes in the order of their numbers, all spellings (SDM Vol. 2A, Jcc).
CONDITIONS: tuple[tuple[str, ...], ...] = (
    ("o",),
    ("no",),
    ("b", "c", "nae"),
    ("ae", "nb", "nc"),
    ("e", "z"),
    ("ne", "nz"),
    ("be", "na"),
    ("a", "nbe"),
    ("s",),
    ("ns",),
    ("p", "pe"),
    ("np", "po"),
    ("l", "nge"),
    ("ge", "nl"),
    ("le", "ng"),
    ("g", "nle"),
)

_CONDITIONAL = {f"j{name}": number for number, names in enumerate(CONDITIONS) for name in names}
_LOOPS = {"loopne": 0xE0, "loopnz": 0xE0, "loope": 0xE1, "loopz": 0xE1, "loop": 0xE2}
#: name -> the size in bits of the counter that it tests
_COUNTER_JUMPS = {"jcxz": 16, "jecxz": 32, "jrcxz": 64}
_BND = 0xF2

_TAKES_BND = frozenset({"jmp", "call", *_CONDITIONAL})

RELATIVE_BRANCHES = frozenset({"jmp", "call", "xbegin", *_CONDITIONAL, *_LOOPS, *_COUNTER_JUMPS})

#: Those without a form that reaches far.
ALWAYS_SHORT = frozenset({*_LOOPS, *_COUNTER_JUMPS})


def branch_forms(
    mnemonic: str, mode: int, prefixes: tuple[str, ...] = (), distance: str | None = None
) -> BranchForms:
    """The forms of a relative branch in 16-, 32- or 64-bit code.

    ``distance`` is what the source says before the target: ``short`` leaves the
    short form alone.  Raises KeyError when ``mnemonic`` is none of RELATIVE_BRANCHES,
    or with the prefix that cannot stand before it.
    """
    near_size = 2 if mode == 16 else 4
    for name in prefixes:
        if name != "bnd" or mnemonic not in _TAKES_BND:
            raise KeyError(name)
    prefix = bytes((_BND,)) * len(prefixes)
    forms = _forms(mnemonic, mode, near_size, prefix)
    if distance == "short" and forms.short is not None:
        return BranchForms(forms.short, None, near_size)
    return forms


def _forms(mnemonic: str, mode: int, near_size: int, prefix: bytes) -> BranchForms:
    if mnemonic == "jmp":
        return BranchForms(prefix + b"\xeb", prefix + b"\xe9", near_size)
    if mnemonic == "call":
        return BranchForms(None, prefix + b"\xe8", near_size)
    if mnemonic == "xbegin":
        return BranchForms(None, prefix + b"\xc7\xf8", near_size)
    if mnemonic in _CONDITIONAL:
        number = _CONDITIONAL[mnemonic]
        near = prefix + bytes((0x0F, 0x80 + number))
        return BranchForms(prefix + bytes((0x70 + number,)), near, near_size)
    if mnemonic in _LOOPS:
        return BranchForms(prefix + bytes((_LOOPS[mnemonic],)), None, near_size)
    counter = _COUNTER_JUMPS[mnemonic]
    address_size = b"" if counter == mode else b"\x67"
    return BranchForms(prefix + address_size + b"\xe3", None, near_size)


def branch_exists(mnemonic: str, mode: int) -> bool:
    """Whether a relative branch exists in this code: each mode has two of the counter jumps."""
    counter = _COUNTER_JUMPS.get(mnemonic, 32)
    return counter == 32 or (counter == 64) == (mode == 64)
