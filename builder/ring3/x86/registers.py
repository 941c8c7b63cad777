"""Registers whose bits mean something, in words.

    CR0 CR4 EFER RFLAGS ──> the names of the bits that are set
    STAR                ──> the selectors that SYSCALL and SYSRET load

SDM Vol. 3A 2.3 (RFLAGS), 2.5 (control registers), 5.8.8 (STAR); Vol. 4 2.1 (MSRs).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

RFLAGS = {
    0: "CF", 2: "PF", 4: "AF", 6: "ZF", 7: "SF", 8: "TF", 9: "IF", 10: "DF", 11: "OF",
    14: "NT", 16: "RF", 17: "VM", 18: "AC", 19: "VIF", 20: "VIP", 21: "ID",
}  # fmt: skip

CR0 = {0: "PE", 1: "MP", 2: "EM", 3: "TS", 4: "ET", 5: "NE", 16: "WP", 18: "AM", 29: "NW",
       30: "CD", 31: "PG"}  # fmt: skip

CR4 = {
    0: "VME", 1: "PVI", 2: "TSD", 3: "DE", 4: "PSE", 5: "PAE", 6: "MCE", 7: "PGE", 8: "PCE",
    9: "OSFXSR", 10: "OSXMMEXCPT", 11: "UMIP", 12: "LA57", 13: "VMXE", 14: "SMXE",
    16: "FSGSBASE", 17: "PCIDE", 18: "OSXSAVE", 20: "SMEP", 21: "SMAP", 22: "PKE", 23: "CET",
    24: "PKS",
}  # fmt: skip

EFER = {0: "SCE", 8: "LME", 10: "LMA", 11: "NXE", 12: "SVME", 13: "LMSLE", 14: "FFXSR"}

_IOPL_SHIFT = 12


@dataclass(frozen=True, slots=True)
class Star:
    """What SYSCALL and SYSRET load into CS and SS."""

    syscall_cs: int
    syscall_ss: int
    sysret_cs32: int
    sysret_cs64: int
    sysret_ss: int


def decode_star(star: int) -> Star:
    """SYSRET's selectors get RPL 3, SYSCALL's RPL 0."""
    entry, back = star >> 32 & 0xFFFC, star >> 48 & 0xFFFF
    return Star(entry, entry + 8, back | 3, back + 16 | 3, back + 8 | 3)


def bits_set(value: int, names: Mapping[int, str]) -> str:
    """The bits that are set, by name or by number: ``SCE LME LMA NXE``."""
    return " ".join(
        names.get(bit, f"bit {bit}") for bit in range(value.bit_length()) if value >> bit & 1
    )


def describe_rflags(value: int) -> str:
    """The flags that are set; bit 1, which always is, goes without saying."""
    privilege = value >> _IOPL_SHIFT & 3
    said = bits_set(value & ~(1 << 1 | 3 << _IOPL_SHIFT), RFLAGS)
    return " ".join(word for word in (said, f"IOPL={privilege}" if privilege else "") if word)
