"""Gates and segments as the rules ask for them, and in a few words.

ring3.x86.descriptors decodes them ──> may this one be used so? ──> "writable data, DPL 0"
"""

from __future__ import annotations

from ring3.x86.descriptors import INTERRUPT_GATE, TRAP_GATE, TSS_AVAILABLE, TSS_BUSY, Gate, Segment

GATE_TYPES = {0x5: "a task gate", 0xC: "a call gate", 0xE: "an interrupt gate", 0xF: "a trap gate"}


def opens(gate: Gate) -> bool:
    """Whether its type is one of the two that the IDT may hold in 64-bit mode."""
    return gate.type in (INTERRUPT_GATE, TRAP_GATE)


def is_data(segment: Segment) -> bool:
    return not segment.system and not segment.is_code


def is_stack(segment: Segment) -> bool:
    """Writable data, which SS needs."""
    return is_data(segment) and bool(segment.type & 2)


def is_conforming(segment: Segment) -> bool:
    return segment.is_code and bool(segment.type & 4)


def in_words(segment: Segment) -> str:
    """What it is, without base and limit: "64-bit code, DPL 0, not present"."""
    if segment.is_null:
        return "an empty descriptor"
    if segment.is_code:
        width = {(1, 0): "64-bit", (0, 1): "32-bit", (0, 0): "16-bit", (1, 1): "L and D"}
        kind = f"{width[int(segment.long), int(segment.wide)]} code"
    elif is_data(segment):
        kind = f"{'writable' if is_stack(segment) else 'read-only'} data"
    elif segment.type in (TSS_AVAILABLE, TSS_BUSY):
        kind = f"{'an available' if segment.type == TSS_AVAILABLE else 'a busy'} TSS"
    else:
        kind = f"a system descriptor of type {segment.type:#x}"
    return f"{kind}, DPL {segment.dpl}{'' if segment.present else ', not present'}"
