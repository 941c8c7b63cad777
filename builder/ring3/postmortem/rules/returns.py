"""The way back: what IRETQ pops, and what SYSRET leaves in CS and SS.

    RSP ──> RIP, CS, RFLAGS, RSP, SS       8 bytes each (SDM Vol. 3A 6.14.3)

When IRETQ faults, the frame is still there: it is read, and compared with what
it should have been.
"""

from __future__ import annotations

from ring3.postmortem.case import (
    RFLAGS_FIXED,
    USER_HALF_END,
    WORD,
    Case,
    Frame,
)
from ring3.postmortem.descriptors import in_words, is_conforming, is_data, is_stack
from ring3.postmortem.memory import is_canonical
from ring3.postmortem.rules.descriptor_tables import descriptor_bytes
from ring3.postmortem.rules.table import Datum, Finding, Rules, msr_writes

rule = Rules()

IRETS = ("iret", "iretd", "iretq")
RFLAGS_USED = 1 << 22
RPL = 3
MSR_STAR = 0xC000_0081


@rule("iret-width", "SDM Vol. 2A, IRET")
def iret_width(case: Case) -> Finding | None:
    """IRET without REX.W pops words of 4 bytes (or 2), in 64-bit code as well."""
    frame, instruction = _popped(case), case.instruction
    if frame is None or instruction is None or case.registers is None:
        return None
    if not case.registers.segments["cs"].flags >> 21 & 1 or instruction.mnemonic == "iretq":
        return None
    return Finding(
        f"{instruction.mnemonic.upper()} in 64-bit code pops words of 4 bytes, but the frame has "
        "words of 8",
        "in 64-bit mode an exception's handler returns by IRETQ (48 cf); what stands here "
        f"({instruction.data.hex(' ')}) is the 32-bit form",
    )


@rule("iret-frame-shifted", "SDM Vol. 3A 6.14.3")
def iret_frame_shifted(case: Case) -> Finding | None:
    """The frame is there, but RSP points one or two words beside it."""
    if _popped(case) is None or case.registers is None or _wrong_width(case):
        return None
    stack = case.registers["rsp"]
    if _is_frame(case, case.frame(stack)):
        return None
    for shift in (1, 2, -1, -2, 3, -3):
        frame = case.frame(stack + shift * WORD)
        if not _is_frame(case, frame):
            continue
        count = f"{abs(shift)} word{'s' if abs(shift) > 1 else ''}"
        if shift > 0:
            return Finding(
                f"IRETQ popped a frame that begins {count} too low: RSP is {stack:#x}, and RIP, "
                f"CS, RFLAGS, RSP and SS stand at {stack + shift * WORD:#x}",
                "what was pushed has not all been popped: an error code (and whatever the entry "
                "pushed in its place) must be taken off the stack before IRETQ",
            )
        return Finding(
            f"IRETQ popped a frame that begins {count} too high: RSP is {stack:#x}, and RIP, CS, "
            f"RFLAGS, RSP and SS stand at {stack + shift * WORD:#x}",
            "more was popped than was pushed: some exceptions push no error code, and their "
            "entries must push a word in its place if all are to be popped alike",
        )
    return None


@rule("iret-frame-order", "SDM Vol. 3A 6.14.3")
def iret_frame_order(case: Case) -> Finding | None:
    """RSP and SS, or RIP and CS, in the other order."""
    frame = _popped(case)
    if frame is None or case.registers is None:
        return None
    if _wrong_width(case) or _is_frame(case, frame):
        return None
    stack = case.registers["rsp"]
    if _is_frame(case, Frame(frame.rip, frame.cs, frame.rflags, frame.ss, frame.rsp)):
        pair, offset = "RSP and SS", 3
    elif _is_frame(case, Frame(frame.cs, frame.rip, frame.rflags, frame.rsp, frame.ss)):
        pair, offset = "RIP and CS", 0
    else:
        return None
    return Finding(
        f"{pair} of the frame that IRETQ popped stand in the wrong order: SS is {frame.ss:#x}, "
        f"RSP is {frame.rsp:#x}, CS is {frame.cs:#x}, RIP is {frame.rip:#x}",
        "they are pushed in this order: SS, RSP, RFLAGS, CS, RIP; the last one is popped first",
        wrong=Datum(f"{pair} in the frame", stack + offset * WORD, 2 * WORD),
    )


@rule("sysret-star", "SDM Vol. 2B, SYSRET")
def sysret_star(case: Case) -> Finding | None:
    """Ring 3 ran with a CS that SYSRET made up of STAR, and that the GDT does not have."""
    frame, entry = _popped(case), case.entered_by
    if frame is None or entry is None or frame.cs != entry.registers["cs"]:
        return None
    reason = _why_no_code(case, frame.cs)
    if reason is None or frame.rip < 2:
        return None
    base = frame.cs - 16
    return Finding(
        f"ring 3 ran with CS {frame.cs:#x}, {reason}: SYSRETQ had loaded it, and IRETQ refuses it",
        f"SYSRETQ loads CS with STAR[63:48] + 16 and SS with STAR[63:48] + 8, and never looks at "
        f"the GDT: STAR[63:48] is {base:#x}. It is the selector 16 below the 64-bit user code, "
        "with RPL 3",
        msr=MSR_STAR,
        also=msr_writes(case, MSR_STAR),
    )


@rule("iret-cs", "SDM Vol. 2A, IRET")
def iret_cs(case: Case) -> Finding | None:
    """The CS that IRETQ popped means no code that may run so."""
    frame = _popped(case)
    if frame is None or case.registers is None or _wrong_width(case):
        return None
    if _elsewhere(case, frame) or sysret_star(case) is not None:
        return None
    reason = _why_no_code(case, frame.cs)
    if reason is None:
        return None
    stack = case.registers["rsp"]
    wrong_descriptor = "DPL" in reason
    return Finding(
        f"IRETQ popped CS {frame.cs:#x}, {reason}",
        "the RPL of the popped CS is the ring that is returned to; the descriptor must be "
        "present code with that DPL, and have L set for 64-bit code",
        wrong=descriptor_bytes(case, frame.cs)
        if wrong_descriptor
        else Datum("CS in the frame", stack + WORD, WORD),
    )


@rule("iret-ss", "SDM Vol. 2A, IRET")
def iret_ss(case: Case) -> Finding | None:
    """The SS that IRETQ popped means no stack of that ring."""
    frame = _popped(case)
    if frame is None or case.registers is None or _wrong_width(case):
        return None
    if _elsewhere(case, frame) or _why_no_code(case, frame.cs) is not None:
        return None
    reason = _why_no_stack(case, frame)
    if reason is None:
        return None
    stack = case.registers["rsp"]
    return Finding(
        f"IRETQ popped SS {frame.ss:#x}, {reason}",
        "SS needs present, writable data whose DPL and RPL are those of the ring returned to",
        wrong=descriptor_bytes(case, frame.ss)
        if "DPL" in reason
        else Datum("SS in the frame", stack + 4 * WORD, WORD),
    )


def _popped(case: Case) -> Frame | None:
    """The frame at RSP, if an IRET faulted in ring 0."""
    first, instruction = case.first, case.instruction
    if first is None or instruction is None or first.registers.privilege != 0:
        return None
    if instruction.mnemonic not in IRETS or first.vector not in (10, 11, 12, 13, 14):
        return None
    return case.frame(first.registers["rsp"])


def _wrong_width(case: Case) -> bool:
    return case.instruction is not None and case.instruction.mnemonic != "iretq"


def _elsewhere(case: Case, frame: Frame) -> bool:
    """Whether the frame is another one than the one meant."""
    return iret_frame_shifted(case) is not None or iret_frame_order(case) is not None


def _is_frame(case: Case, frame: Frame | None) -> bool:
    """Whether five words can be what an exception pushed."""
    if frame is None or not frame.rflags & RFLAGS_FIXED or frame.rflags >= RFLAGS_USED:
        return False
    if frame.cs > 0xFFFF or frame.ss > 0xFFFF or not is_canonical(frame.rsp):
        return False
    code = case.descriptor(frame.cs)
    if code is None or not code.is_code or not is_canonical(frame.rip):
        return False
    if (frame.cs & RPL == 3) != (frame.rip < USER_HALF_END):
        return False
    stack = case.descriptor(frame.ss)
    return frame.ss == 0 or (stack is not None and is_data(stack))


def _why_no_code(case: Case, selector: int) -> str | None:
    """Why IRETQ cannot load a CS, or None if it can."""
    if selector & 0xFFFC == 0:
        return "the null selector"
    descriptor = None if selector > 0xFFFF else case.descriptor(selector)
    if descriptor is None:
        limit = 0 if case.registers is None else case.registers.gdt.limit
        return f"which is no selector of the GDT (its limit is {limit:#x})"
    if not descriptor.is_code:
        return f"which is not code: {in_words(descriptor)}"
    if not descriptor.present:
        return f"which is {in_words(descriptor)}"
    if descriptor.dpl != selector & RPL and not is_conforming(descriptor):
        return f"with RPL {selector & RPL}, but its descriptor is {in_words(descriptor)}"
    return None


def _why_no_stack(case: Case, frame: Frame) -> str | None:
    selector = frame.ss
    if selector & 0xFFFC == 0:
        return "the null selector, which ring 3 cannot have" if frame.cs & RPL == 3 else None
    descriptor = None if selector > 0xFFFF else case.descriptor(selector)
    if descriptor is None:
        return "which is no selector of the GDT"
    if not is_stack(descriptor) or not descriptor.present:
        return f"which is no stack: {in_words(descriptor)}"
    if selector & RPL != frame.cs & RPL:
        return f"with RPL {selector & RPL}, while CS {frame.cs:#x} has RPL {frame.cs & RPL}"
    if descriptor.dpl != selector & RPL:
        return f"with RPL {selector & RPL}, but its descriptor is {in_words(descriptor)}"
    return None
