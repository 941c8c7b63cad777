"""The doors: SYSCALL's registers, SWAPGS, and the change of stacks (SDM Vol. 3A 5.8.8).

SYSCALL ──> RIP = LSTAR, CS and SS = STAR, RSP still the program's
SWAPGS  ──> GS base <-> KERNEL_GS_BASE: once on the way in, once on the way out
"""

from __future__ import annotations

from ring3.postmortem.case import (
    CR4_SMAP,
    EFER_SCE,
    RFLAGS_AC,
    USER_HALF_END,
    Case,
    Instruction,
)
from ring3.postmortem.exceptions import (
    GENERAL_PROTECTION,
    INVALID_OPCODE,
    PAGE_FAULT,
    PageFaultError,
)
from ring3.postmortem.memory import PAGE_SIZE
from ring3.postmortem.rules.descriptor_tables import UPPER_HALF
from ring3.postmortem.rules.table import Finding, Rules, msr_writes
from ring3.postmortem.rules.ways import path

rule = Rules()

SYSCALL = b"\x0f\x05"
RFLAGS_RESUME = 1 << 16
MSR_EFER = 0xC000_0080
MSR_LSTAR = 0xC000_0082
MSR_GS_BASE = 0xC000_0101


@rule("sce", "SDM Vol. 2B, SYSCALL")
def sce(case: Case) -> Finding | None:
    """SYSCALL or SYSRET is #UD while EFER.SCE is 0."""
    first, instruction = case.first, case.instruction
    if first is None or first.vector != INVALID_OPCODE or instruction is None:
        return None
    if instruction.mnemonic not in ("syscall", "sysret", "sysretq"):
        return None
    if first.registers["efer"] & EFER_SCE:
        return None
    return Finding(
        f"{instruction.mnemonic.upper()} is #UD, since EFER.SCE is 0 "
        f"(EFER is {first.registers['efer']:#x})",
        "SYSCALL and SYSRET exist only while bit 0 of the MSR EFER (0xc0000080) is 1",
        msr=MSR_EFER,
        also=msr_writes(case, MSR_EFER),
    )


@rule("lstar", "SDM Vol. 2B, SYSCALL")
def lstar(case: Case) -> Finding | None:
    """SYSCALL went where no code is."""
    first = case.first
    if first is None or not _by_syscall(case):
        return None
    registers = first.registers
    rip = registers["rip"]
    if rip == registers["rcx"] or (first.vector == PAGE_FAULT and registers["cr2"] != rip):
        return None
    if case.walk(rip).executable and not case.walk(rip).user:
        return None
    whole = case.place(rip | UPPER_HALF)
    if rip == 0:
        what, cure = "0: it was never written", "WRMSR 0xc0000082 before the first program runs"
    elif rip < UPPER_HALF and whole is not None:
        what = f"{rip:#x}, the lower half of {case.name(rip | UPPER_HALF)}"
        cure = "WRMSR takes the value from EDX:EAX; the upper half goes to EDX"
    else:
        what, cure = f"{rip:#x}, where no kernel code is mapped", "it holds the entry's address"
    return Finding(
        f"SYSCALL went to the address in LSTAR, which is {what}",
        f"the MSR LSTAR (0xc0000082) says where SYSCALL goes from 64-bit code: {cure}",
        at=registers["rcx"] - len(SYSCALL),
        msr=MSR_LSTAR,
        also=msr_writes(case, MSR_LSTAR),
    )


@rule("swapgs", "SDM Vol. 2B, SWAPGS")
def swapgs(case: Case) -> Finding | None:
    """The kernel used GS while its base was the program's."""
    first, instruction = case.first, case.instruction
    if first is None or instruction is None or instruction.segment != "gs":
        return None
    registers = first.registers
    base = registers.segments["gs"].base
    if registers.privilege != 0 or base >= USER_HALF_END:
        return None
    verdict = f"the kernel used GS while its base was the program's ({base:#x})"
    entry = case.entered_by
    if entry is None and not _by_syscall(case):
        return None
    if entry is not None and entry.registers.segments["gs"].base >= USER_HALF_END:
        twice = _ways_out_with_two(case)
        fault = "executed twice" if twice else "missing"
        return Finding(
            f"{verdict}: SWAPGS was {fault} on the way out, since ring 3 ran with the kernel's "
            f"GS base {entry.registers.segments['gs'].base:#x}",
            "each way out of the kernel exchanges the two bases once, just before IRETQ or "
            "SYSRETQ; the next SWAPGS on the way in then brings the program's",
            also=twice
            or tuple(
                ("a way out without SWAPGS in front of it", at)
                for way in ("iretq", "sysretq")
                for at in case.symbols.instructions(way)
                if (step := case.instruction_before(at)) is None or step.mnemonic != "swapgs"
            ),
        )
    start = _entry(case)
    if start is None:
        return Finding(
            verdict, "SWAPGS must be executed once on the way in, before the first use of GS"
        )
    way = path(case, start, instruction.address)
    swaps = [step for step in way if step.mnemonic == "swapgs"]
    if not swaps:
        return Finding(
            f"{verdict}: there is no SWAPGS on the way in from {case.name(start)}",
            "at the entry GS is the program's; SWAPGS exchanges it with KERNEL_GS_BASE. An entry "
            "that ring 0 can come by too (an exception) does so only if the CS pushed has RPL 3",
            also=tuple(
                ("the way in branches here", step.address) for step in way if _branches(step)
            ),
        )
    if len(swaps) % 2 == 0:
        return Finding(
            f"{verdict}: SWAPGS is executed twice on the way in from {case.name(start)}",
            "the second exchange undoes the first: one is enough",
            also=tuple(("SWAPGS", step.address) for step in swaps),
        )
    other = _odd_way(case)
    if other is not None:
        return Finding(
            f"{verdict}: the way in and out again from {case.name(other[0].address)} executes "
            f"SWAPGS {len(other) - 1} times",
            "each way through the kernel exchanges the two bases twice, once in and once out",
            also=tuple(("SWAPGS", step.address) for step in other[1:]),
        )
    return Finding(
        f"{verdict}, although SWAPGS is on the way in from {case.name(start)}",
        "either KERNEL_GS_BASE was never set, or an earlier way out left without SWAPGS",
    )


@rule("gs-base", "SDM Vol. 3A 3.4.4.1")
def gs_base(case: Case) -> Finding | None:
    """The kernel used GS before any program ran, and nobody had set its base."""
    first, instruction = case.first, case.instruction
    if first is None or instruction is None or instruction.segment != "gs":
        return None
    registers = first.registers
    base = registers.segments["gs"].base
    if registers.privilege != 0 or base >= USER_HALF_END or not registers.long_mode:
        return None
    if case.entered_by is not None or _by_syscall(case):
        return None
    return Finding(
        f"the kernel used GS while its base was {base:#x}, and no program had run yet: nobody has "
        "set it",
        "WRMSR of GS_BASE (0xc0000101) before the first use; KERNEL_GS_BASE (0xc0000102) is what "
        "SWAPGS exchanges it with",
        msr=MSR_GS_BASE,
        also=(*msr_writes(case, MSR_GS_BASE), *msr_writes(case, MSR_GS_BASE + 1)),
    )


@rule("kernel-stack-in-ring-3", "SDM Vol. 2B, SYSRET")
def kernel_stack_in_ring_3(case: Case) -> Finding | None:
    """Ring 3 ran with the kernel's RSP: SYSRET does not bring the program's back."""
    first = case.first
    if first is None or first.registers.privilege != 3 or first.vector != PAGE_FAULT:
        return None
    stack = first.registers["rsp"]
    if stack < UPPER_HALF or abs(first.registers["cr2"] - stack) >= PAGE_SIZE:
        return None
    return Finding(
        f"ring 3 ran with a stack of the kernel's, RSP {stack:#x}",
        "SYSRET changes CS, SS and RIP, but not RSP: load the program's, which the entry saved, "
        "as the last thing before SWAPGS and SYSRET",
        also=tuple(("the kernel's SYSRET", at) for at in case.symbols.instructions("sysretq")),
    )


@rule("stack-not-changed", "SDM Vol. 2B, SYSCALL")
def stack_not_changed(case: Case) -> Finding | None:
    """Ring 0 pushed to the program's stack."""
    first, instruction = case.first, case.instruction
    if first is None or instruction is None or first.vector != PAGE_FAULT:
        return None
    registers = first.registers
    stack, address = registers["rsp"], registers["cr2"]
    if registers.privilege != 0 or not 0 < stack < USER_HALF_END or instruction.segment:
        return None
    if not -PAGE_SIZE < address - stack < PAGE_SIZE or not registers.long_mode:
        return None
    if not case.walk(registers["rip"]).mapped or case.walk(registers["rip"]).user:
        return None
    if case.entered_by is None and case.read(registers["rcx"] - 2, 2) != SYSCALL:
        return None
    return Finding(
        f"{str(instruction).upper()} in ring 0 while RSP was still the program's ({stack:#x})",
        "SYSCALL changes CS, SS and RIP, but not RSP: save the program's RSP and load the "
        "kernel's before anything is pushed"
        + (" (SMAP made a fault of it at once)" if _smap(case) else ""),
    )


@rule("sysret-rcx", "SDM Vol. 2B, SYSRET")
def sysret_rcx(case: Case) -> Finding | None:
    """SYSRET took a return address out of RCX that is none."""
    first = case.first
    if first is None or first.registers.privilege != 3 or not first.registers.long_mode:
        return None
    registers = first.registers
    rip = registers["rip"]
    if registers["rcx"] != rip or first.vector not in (GENERAL_PROTECTION, PAGE_FAULT):
        return None
    if first.vector == PAGE_FAULT and registers["cr2"] != rip:
        return None
    if registers["r11"] & ~RFLAGS_RESUME != registers["rflags"] & ~RFLAGS_RESUME:
        return None
    return Finding(
        f"ring 3 went on at {case.name(rip)}, where it cannot: SYSRET had taken it out of RCX "
        "(RCX is RIP, and R11 is RFLAGS)",
        "SYSCALL leaves the return address in RCX and the flags in R11; the kernel must bring "
        "both back before SYSRET, whatever it used the two for in between",
        also=tuple(("the kernel's SYSRET", at) for at in case.symbols.instructions("sysretq")),
    )


def _ways_out_with_two(case: Case) -> tuple[tuple[str, int], ...]:
    """The ways to ring 3 with two SWAPGS, one behind the other, in front of them."""
    found = []
    for way in ("iretq", "sysretq"):
        for at in case.symbols.instructions(way):
            last = case.instruction_before(at)
            first = None if last is None else case.instruction_before(last.address)
            if last and first and last.mnemonic == first.mnemonic == "swapgs":
                found.append(("SWAPGS, for the second time", last.address))
    return tuple(found)


def _smap(case: Case) -> bool:
    assert case.first is not None
    registers = case.first.registers
    present = PageFaultError(case.first.error).present
    return bool(present and registers["cr4"] & CR4_SMAP and not registers["rflags"] & RFLAGS_AC)


def _by_syscall(case: Case) -> bool:
    """Whether RCX is the address behind a SYSCALL of ring 3, and RSP still its stack."""
    assert case.first is not None
    registers = case.first.registers
    if registers.privilege != 0 or not registers.long_mode:
        return False
    if not registers["rsp"] < USER_HALF_END or not 2 <= registers["rcx"] < USER_HALF_END:
        return False
    return case.read(registers["rcx"] - 2, 2) == SYSCALL


def _entry(case: Case) -> int | None:
    """Where the kernel was entered, as far as that can be seen."""
    assert case.first is not None
    registers, entry = case.first.registers, case.entered_by
    place = case.place(registers["rip"])
    if _by_syscall(case) and place is not None:
        return registers["rip"] - place.offset
    if entry is None:
        return None
    gate = case.gate(entry.vector)
    return None if gate is None else gate.handler


def _branches(step: Instruction) -> bool:
    """Whether it is a conditional jump."""
    return step.mnemonic.startswith("j") and step.mnemonic != "jmp"


def _odd_way(case: Case) -> list[Instruction] | None:
    """The way through the kernel of the last INT, if it has an odd number of SWAPGS.

    The first of the list is its first instruction, the others are the SWAPGS.
    """
    entry = case.entered_by
    gate = None if entry is None else case.gate(entry.vector)
    if gate is None:
        return None
    way = path(case, gate.handler, over_calls=True)
    swaps = [step for step in way if step.mnemonic == "swapgs"]
    if not way or way[-1].mnemonic != "iretq" or len(swaps) % 2 == 0:
        return None
    return [way[0], *swaps]
