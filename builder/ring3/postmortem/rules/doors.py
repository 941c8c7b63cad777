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

rule = Rules()

SYSCALL = b"\x0f\x05"
RFLAGS_RESUME = 1 << 16
MSR_EFER = 0xC000_0080
MSR_LSTAR = 0xC000_0082
# A path into the kernel is short before it first needs GS.
STEPS = 64
ENDS = ("call", "ret", "iretq", "sysretq")


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
    if entry is not None and entry.registers.segments["gs"].base >= USER_HALF_END:
        return Finding(
            f"{verdict}: SWAPGS was missing on the way out, since ring 3 ran with the kernel's "
            f"GS base {entry.registers.segments['gs'].base:#x}",
            "each way out of the kernel exchanges the two bases once, just before IRETQ or "
            "SYSRETQ; the next SWAPGS on the way in then brings the program's",
            also=tuple(("a way out", at) for at in case.symbols.instructions("iretq")),
        )
    start = _entry(case)
    if start is None:
        return Finding(
            verdict, "SWAPGS must be executed once on the way in, before the first use of GS"
        )
    path = _path(case, start, instruction.address)
    swaps = [step for step in path if step.mnemonic == "swapgs"]
    if not swaps:
        return Finding(
            f"{verdict}: there is no SWAPGS on the way in from {case.name(start)}",
            "at the entry GS is the program's; SWAPGS exchanges it with KERNEL_GS_BASE. An entry "
            "that ring 0 can come by too (an exception) does so only if the CS pushed has RPL 3",
            also=tuple(
                ("the way in branches here", step.address) for step in path if _branches(step)
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
    path = _path(case, gate.handler, 0, over_calls=True)
    swaps = [step for step in path if step.mnemonic == "swapgs"]
    if not path or path[-1].mnemonic != "iretq" or len(swaps) % 2 == 0:
        return None
    return [path[0], *swaps]


def _path(case: Case, start: int, end: int, *, over_calls: bool = False) -> list[Instruction]:
    """The instructions from an entry to ``end``: jumps are taken, branches are not.

    It ends at a call too, unless those are stepped over: what is called has no SWAPGS.
    """
    path: list[Instruction] = []
    address = start
    while len(path) < STEPS and address != end:
        step = case.instruction_at(address)
        if step is None:
            break
        path.append(step)
        if step.mnemonic in ENDS and not (over_calls and step.mnemonic == "call"):
            break
        target = step.operands if step.mnemonic == "jmp" else ""
        address = int(target, 16) if target.startswith("0x") else address + step.size
    return path
