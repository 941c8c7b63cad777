"""The way back: what IRETQ pops, and what SYSRET leaves in CS and SS.

    RSP ──> RIP, CS, RFLAGS, RSP, SS       8 bytes each (SDM Vol. 3A 6.14.3)

When IRETQ faults, the frame is still there: it is read, and compared with what
it should have been.
"""

from __future__ import annotations

from ring3.postmortem.case import (
    EFER_SCE,
    RFLAGS_FIXED,
    USER_HALF_END,
    WORD,
    Case,
    Frame,
)
from ring3.postmortem.descriptors import in_words, is_conforming, is_data, is_stack
from ring3.postmortem.exceptions import PAGE_FAULT
from ring3.postmortem.memory import is_canonical
from ring3.postmortem.rules.descriptor_tables import descriptor_bytes, why_no_kernel_code
from ring3.postmortem.rules.table import Datum, Finding, Rules, msr_writes
from ring3.postmortem.rules.ways import path, pushes_before, unpaired

rule = Rules()

IRETS = ("iret", "iretd", "iretq")
RFLAGS_USED = 1 << 22
RFLAGS_ZERO = 1 << 3 | 1 << 5 | 1 << 15
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
                inputs=((case.registers["rip"], frozenset(("rsp",))),),
                also=unpaired(case),
            )
        return Finding(
            f"IRETQ popped a frame that begins {count} too high: RSP is {stack:#x}, and RIP, CS, "
            f"RFLAGS, RSP and SS stand at {stack + shift * WORD:#x}",
            "more was popped than was pushed: some exceptions push no error code, and their "
            "entries must push a word in its place if all are to be popped alike",
            inputs=((case.registers["rip"], frozenset(("rsp",))),),
            also=unpaired(case),
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


@rule("iret-flags-as-rsp", "SDM Vol. 3A 6.14.3")
def iret_flags_as_rsp(case: Case) -> Finding | None:
    """IRETQ took the word of RFLAGS for RSP: ring 3 runs, with a stack where none is."""
    first = case.first
    if first is None or first.registers.privilege != 3 or not first.registers.long_mode:
        return None
    stack = first.registers["rsp"]
    if stack >= RFLAGS_USED or not stack & RFLAGS_FIXED or stack & RFLAGS_ZERO:
        return None
    ways = [pushes_before(case, at) for at in case.symbols.instructions("iretq")]
    ways = [way for way in ways if _pushes_number(case, way, stack)] or ways
    return Finding(
        f"ring 3 ran with RSP {stack:#x}, which is a value of RFLAGS and no stack",
        "IRETQ pops RIP, CS, RFLAGS, RSP and SS, so they are pushed in the order SS, RSP, RFLAGS, "
        "CS, RIP: RSP and RFLAGS stand in each other's place",
        also=tuple(("a word of a frame is pushed here", at) for way in ways for at in way)[:5],
    )


def _pushes_number(case: Case, way: list[int], number: int) -> bool:
    steps = (case.instruction_at(at) for at in way)
    return any(step is not None and step.immediate == number for step in steps)


@rule("syscall-star", "SDM Vol. 2B, SYSCALL")
def syscall_star(case: Case) -> Finding | None:
    """Ring 0 ran with a CS that SYSCALL made up of STAR, and that the GDT does not have."""
    registers, frame = case.registers, _popped(case)
    if registers is None or case.first is None or not registers["efer"] & EFER_SCE:
        return None
    if case.read(registers.gdt.base, registers.gdt.limit + 1) is None:
        return None
    selectors = [registers["cs"]] if registers.privilege == 0 else []
    if frame is not None and case.place(frame.rip) is not None and frame.rip >= USER_HALF_END:
        selectors.append(frame.cs)
    for selector in selectors:
        reason = why_no_kernel_code(case, selector)
        if reason is None or not registers.segments["cs"].flags >> 21 & 1:
            continue
        return Finding(
            f"the kernel ran with CS {selector:#x}, {reason}: SYSCALL had loaded it",
            f"SYSCALL loads CS with STAR[47:32] and SS with STAR[47:32] + 8, and never looks at "
            f"the GDT: STAR[47:32] is {selector:#x}. It is the selector of the kernel's 64-bit "
            "code, and stands in the upper half of the MSR, which WRMSR takes from EDX",
            msr=MSR_STAR,
            also=msr_writes(case, MSR_STAR),
        )
    return None


@rule("ret-for-iret", "SDM Vol. 3A 6.14.3")
def ret_for_iret(case: Case) -> Finding | None:
    """RET popped the RIP of a frame: the rest of it stands above."""
    first = case.first
    if first is None or first.registers.privilege != 0 or not first.registers.long_mode:
        return None
    registers = first.registers
    above = case.words(registers["rsp"], 4)
    frame = None if above is None else Frame(registers["rip"], *above)
    if frame is None or not _is_frame(case, frame):
        return None
    if frame.cs & RPL != RPL or first.vector != PAGE_FAULT:
        return None
    entry = case.entered_by
    gate = None if entry is None else case.gate(entry.vector)
    way = [] if gate is None else path(case, gate.handler, over_calls=True)
    ends = way and way[-1].mnemonic == "ret"
    return Finding(
        f"ring 0 returned to the program's {registers['rip']:#x} by RET, and stayed ring 0: the "
        "frame of an exception is popped by IRETQ",
        "IRETQ takes RIP, CS, RFLAGS, RSP and SS off the stack and changes to the ring that CS "
        "names; RET takes RIP alone",
        at=way[-1].address if ends else None,
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
    if syscall_star(case) is not None:
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
