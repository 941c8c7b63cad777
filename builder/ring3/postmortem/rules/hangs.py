"""Machines that stand still, or run in a circle."""

from __future__ import annotations

from ring3.postmortem.case import CR4_SMAP, CR4_SMEP, RFLAGS_IF, USER_HALF_END, Case
from ring3.postmortem.exceptions import EXCEPTIONS, PAGE_FAULT, PageFaultError, short_name
from ring3.postmortem.rules.table import Finding, Rules

rule = Rules()

# What QEMU's TCG raises #GP for, and then executes again for ever.
CONTROL = ("cr0", "cr3", "cr4")
NMI = 2
SAMPLES = 4
"""So often the CPU must have been seen in one routine, unless it did not move at all."""


@rule("halted-for-ever", "SDM Vol. 2A, HLT")
def halted_for_ever(case: Case) -> Finding | None:
    """HLT with IF = 0: nothing but an NMI can wake the CPU."""
    state = case.state
    if state is None or not state.halted or state["rflags"] & RFLAGS_IF:
        return None
    return Finding(
        "the CPU sleeps in HLT with interrupts off (IF = 0): nothing will wake it",
        "STI; HLT in this order: STI takes effect behind the next instruction, so that no "
        "interrupt is lost between the two",
        at=_halt(case),
    )


@rule("interrupt-as-exception", "Intel 8259A data sheet, ICW2")
def interrupt_as_exception(case: Case) -> Finding | None:
    """A device's interrupt came by a vector of the exceptions."""
    event = next((e for e in case.log.events if e.by_device and e.vector < EXCEPTIONS), None)
    if event is None or event.vector == NMI:
        return None
    return Finding(
        f"a device's interrupt came by vector {event.vector:#x}, which is "
        f"{short_name(event.vector)}: its handler takes it for that exception, and looks for a "
        "frame that is not there",
        "after a reset the first PIC's interrupts begin at vector 8; ICW2, the first byte that is "
        "written to port 0x21 (0xa1) after the initialization, moves them to 0x20 or higher",
        also=tuple(
            ("ICW2 is written here", at) for at in case.symbols.instructions("out 0x21")[:1]
        ),
    )


@rule("loops-for-ever", "SDM Vol. 3A 6.8.1", last_resort=True)
def loops_for_ever(case: Case) -> Finding | None:
    """The kernel runs in one routine with interrupts off, each time that it is looked at."""
    state = case.state
    if state is None or case.chain or state.halted or state.privilege != 0:
        return None
    if state["rflags"] & RFLAGS_IF:
        return None
    seen = _seen_last_in_one_routine(case)
    if len(seen) < 2 or (len(seen) < SAMPLES and len(set(seen)) > 1):
        return None
    lowest, highest = min(seen), max(seen)
    where = f"at {case.name(lowest)}"
    if lowest != highest:
        where = f"between {case.name(lowest)} and {case.name(highest)}"
    return Finding(
        f"the kernel runs in a loop, {where}, with interrupts off (IF = 0): nothing ends it",
        "what the loop waits for never comes, or its end is never tested",
        at=lowest,
    )


def _seen_last_in_one_routine(case: Case) -> list[int]:
    """The addresses at which the CPU was found, back to the last time that it was elsewhere."""
    seen: list[int] = []
    for rip in reversed(case.samples):
        here, there = case.place(rip), case.place(seen[0]) if seen else None
        if here is None or (there is not None and here.symbol != there.symbol):
            break
        seen.append(rip)
    return seen


@rule("end-of-interrupt", "Intel 8259A data sheet, EOI")
def end_of_interrupt(case: Case) -> Finding | None:
    """The PIC holds interrupts back, since one was never ended."""
    state = case.state
    if state is None or not case.in_service or not state["rflags"] & RFLAGS_IF:
        return None
    irq = (case.in_service & -case.in_service).bit_length() - 1
    waiting = [number for number in range(8) if case.requested >> number & 1]
    held = "".join(f", and holds IRQ {number} back" for number in waiting[:1])
    last = next((e for e in reversed(case.log.events) if e.by_device), None)
    gate = None if last is None or case.registers is None else case.gate(last.vector)
    return Finding(
        f"the PIC still has IRQ {irq} in service{held}: its handler returned without an end of "
        "interrupt",
        "the handler writes 0x20 to port 0x20 (for IRQ 8 to 15 to 0xa0 as well) before it returns; "
        "until then the PIC passes on nothing of the same or a lower priority",
        at=None if gate is None else gate.handler,
    )


@rule("control-register", "SDM Vol. 2B, MOV to control registers")
def control_register(case: Case) -> Finding | None:
    """MOV CRn with a bit that the CPU does not have: QEMU hangs, a CPU raises #GP."""
    state, instruction = case.state, case.instruction
    if case.chain or state is None or instruction is None or instruction.mnemonic != "mov":
        return None
    target, _, source = instruction.operands.partition(", ")
    if target not in CONTROL or source not in state.general:
        return None
    value = state[source]
    if target == "cr3":
        what = f"CR3 with {value:#x}, which is no physical address"
        cure = (
            "CR3 takes the physical address of the PML4, a multiple of 4096; bits above the CPU's "
            "physical address width are reserved"
        )
    else:
        bits = [name for bit, name in _NAMES.items() if value & ~state[target] & bit]
        listed = f" ({', '.join(bits)})" if bits and target == "cr4" else ""
        what = f"{target.upper()} with {value:#x}{listed}, which this CPU does not take"
        cure = f"ask CPUID for a feature before its bit is set in {target.upper()}"
    return Finding(
        f"the kernel hangs at {str(instruction).upper()}: it loads {what}",
        f"{cure}. A CPU raises #GP here; QEMU's TCG executes the instruction again for ever",
        inputs=((instruction.address, frozenset((source,))),),
    )


_NAMES = {1 << 7: "PGE", 1 << 11: "UMIP", 1 << 16: "FSGSBASE", CR4_SMEP: "SMEP", CR4_SMAP: "SMAP"}


@rule("fault-for-ever", "SDM Vol. 3A 6.5")
def fault_for_ever(case: Case) -> Finding | None:
    """The same exception at the same instruction, again and again: its handler mends nothing."""
    first = case.first
    if not case.endless or first is None or len(case.chain) != 1:
        return None
    registers = first.registers
    where = "the program" if registers.privilege == 3 else "the kernel"
    name = short_name(first.vector)
    if first.vector == PAGE_FAULT:
        address = registers["cr2"]
        way = case.walk(address)
        what = f" ({PageFaultError(first.error)}; {address:#x} is {way})"
        whose = "kernel's" if address >= USER_HALF_END else "program's"
        cure = (
            f"a handler that returns without having mapped the {whose} page makes the CPU "
            "execute the same instruction, which faults again: map it, kill the program, or panic"
        )
    else:
        what = ""
        cure = "RIP in the frame is the instruction's own: returning to it executes it again"
    return Finding(
        f"{name} at the same instruction of {where} more than {first.times:,} times: its handler "
        f"returns without having mended it{what}",
        cure,
    )


def _halt(case: Case) -> int | None:
    """The HLT: RIP is behind it while the CPU sleeps."""
    assert case.state is not None
    return case.state["rip"] - 1
