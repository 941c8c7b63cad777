"""The TSS, and the stacks that the CPU takes from it (SDM Vol. 3A 7.7, 6.14.2).

an exception in ring 3:  TR ──> TSS ──> RSP0 ──> five words pushed there
"""

from __future__ import annotations

from ring3.postmortem.case import Case, Failure
from ring3.postmortem.descriptors import opens
from ring3.postmortem.exceptions import (
    GENERAL_PROTECTION,
    PAGE_FAULT,
    STACK_FAULT,
    PageFaultError,
    short_name,
)
from ring3.postmortem.memory import PAGE_SIZE, is_canonical
from ring3.postmortem.rules.descriptor_tables import UPPER_HALF, descriptor_bytes
from ring3.postmortem.rules.paging import tables_changed
from ring3.postmortem.rules.table import Datum, Finding, Rules
from ring3.x86.descriptors import GATE_SIZE, TASK_STATE_SIZE

rule = Rules()

RSP0 = 4
IST1 = 36
IST_BYTE = 4
FRAME_BYTES = 64
_ADDRESSES = 1 << 64


@rule("tss-never-loaded", "SDM Vol. 3A 7.2.3")
def tss_never_loaded(case: Case) -> Finding | None:
    """TR is 0: there was no LTR."""
    found = _tss_fault(case)
    if found is None or case.registers is None or case.registers["tr"] & 0xFFFC:
        return None
    loads = tuple(("the kernel's LTR", address) for address in case.symbols.instructions("ltr"))
    missing = "" if loads else ", and there is no LTR in the kernel"
    if not loads:
        loads = tuple(
            ("CS is loaded from the new GDT here, where LTR can be next", at)
            for at in case.symbols.instructions("retf")
        )
    return Finding(
        f"{found} needs a stack from the TSS, but TR holds no TSS (selector 0){missing}",
        "an exception, an interrupt or an INT in ring 3 takes its stack (RSP0) from the TSS: "
        "write its descriptor into the GDT and load TR with LTR before ring 3 is entered",
        also=loads,
    )


@rule("tss-not-mapped", "SDM Vol. 3A 7.2.3")
def tss_not_mapped(case: Case) -> Finding | None:
    """The base in the TSS's descriptor is wrong."""
    found = _tss_fault(case)
    if found is None or case.registers is None or not case.registers["tr"] & 0xFFFC:
        return None
    base = case.registers.segments["tr"].base
    wrong = descriptor_bytes(case, case.registers["tr"], 8, 4)
    if case.place(base | UPPER_HALF) is not None and base < UPPER_HALF:
        return Finding(
            f"{found} needs a stack from the TSS, but the TSS's base {base:#x} is not mapped: it "
            f"is the lower half of {case.name(base | UPPER_HALF)}",
            "the descriptor of a TSS has 16 bytes in 64-bit mode: bits 32 to 63 of the base stand "
            "in bytes 8 to 11, in the next entry of the GDT",
            wrong=wrong,
        )
    pieces = ((7, 1, 24, 0xFF), (4, 1, 16, 0xFF), (8, 4, 32, 0xFFFF_FFFF), (2, 2, 0, 0xFFFF))
    empty = [piece for piece in pieces if not base >> piece[2] & piece[3]]
    offset, size, shift, _ = empty[0] if empty else pieces[2]
    lacks = f" (bits {shift} to {shift + size * 8 - 1} of it are 0)" if empty else ""
    return Finding(
        f"{found} needs a stack from the TSS, but nothing is mapped at the TSS's base "
        f"{base:#x}{lacks}",
        "the base is scattered over four places of the descriptor: bytes 2 and 3, 4, 7, 8 to 11",
        wrong=descriptor_bytes(case, case.registers["tr"], offset, size),
    )


@rule("rsp0", "SDM Vol. 3A 6.14.2")
def rsp0(case: Case) -> Finding | None:
    """RSP0 is 0, or no stack."""
    first = case.first
    if first is None or not case.failures or first.registers.privilege != 3:
        return None
    failure = case.failures[0]
    if failure.raised not in (PAGE_FAULT, STACK_FAULT, GENERAL_PROTECTION):
        return None
    gate = case.gate(failure.vector)
    if gate is None or not gate.present or gate.ist or not opens(gate):
        return None
    stack = case.task_state(RSP0)
    if stack is None:
        return None
    reached = failure.address is not None and (stack - failure.address) % _ADDRESSES <= FRAME_BYTES
    if not reached and is_canonical(stack):
        return None
    base = first.registers.segments["tr"].base
    if not base & 0xFFFF:
        return Finding(
            f"{short_name(failure.vector)} came in ring 3, and there is no RSP0 where TR says that "
            f"the TSS is: its base is {case.name(base)}, with bits 0 to 15 all 0",
            "the base is scattered over four places of the descriptor: bytes 2 and 3, 4, 7, 8 to "
            "11; bytes 2 and 3 hold bits 0 to 15",
            wrong=descriptor_bytes(case, first.registers["tr"], 2, 2),
        )
    what = "0, which is no stack" if stack == 0 else f"{stack:#x}, where no stack is mapped"
    return Finding(
        f"{short_name(failure.vector)} came in ring 3, and RSP0 in the TSS is {what}",
        "from ring 3 the CPU changes to the stack that RSP0 (offset 4 of the TSS) names, and "
        "pushes SS, RSP, RFLAGS, CS and RIP below it: it must be the top of a kernel stack",
        wrong=_field(case, "RSP0", RSP0),
    )


@rule("ist", "SDM Vol. 3A 6.14.5")
def ist(case: Case) -> Finding | None:
    """The gate names a stack of the TSS that is none."""
    if tables_changed(case) is not None:
        return None
    for failure in (*case.failures, *_door_without_stack(case)):
        if failure.raised not in (PAGE_FAULT, STACK_FAULT):
            continue
        if case.registers is None or failure.vector * GATE_SIZE > case.registers.idt.limit:
            continue
        gate = case.gate(failure.vector)
        if gate is None or not gate.ist or not gate.present or not opens(gate):
            continue
        offset = IST1 + (gate.ist - 1) * 8
        stack = case.task_state(offset)
        if stack is None or case.walk((stack - 8) % _ADDRESSES).mapped:
            continue
        return Finding(
            f"{short_name(failure.vector)} has a stack of its own, IST{gate.ist}, which is "
            f"{stack:#x} in the TSS: no stack is mapped below it",
            "an IST entry holds the top of a stack, the address behind its last byte",
            wrong=_field(case, f"IST{gate.ist}", offset) if stack else _ist_byte(case, failure),
        )
    return None


@rule("stack-overflow", "SDM Vol. 3A 6.15, #DF")
def stack_overflow(case: Case) -> Finding | None:
    """A kernel stack grew into what is not mapped below it."""
    event = next((e for e in case.chain if e.vector == PAGE_FAULT), None)
    if event is None or case.first is None or not case.failures:
        return None
    registers = event.registers
    address, stack = registers["cr2"], registers["rsp"]
    if registers.privilege != 0 or not 0 < stack - address <= PAGE_SIZE or event.error & 1:
        return None
    if case.walk(address).mapped or not case.walk(address & -PAGE_SIZE | PAGE_SIZE).mapped:
        return None
    if case.first is not event and len(case.chain) > 2:
        return None
    return Finding(
        f"the kernel's stack overflowed: RSP is {stack:#x}, and {address:#x} below it is not "
        "mapped",
        "a recursion without an end, a frame that is too large, or a loop that pushes more than "
        "it pops; the stack below shows who was called by whom",
    )


def _field(case: Case, name: str, offset: int) -> Datum:
    assert case.registers is not None
    base = case.registers.segments["tr"].base
    return Datum(f"{name} in the TSS", base + offset, 8, structure=(base, TASK_STATE_SIZE))


def _ist_byte(case: Case, failure: Failure) -> Datum:
    """The number in the gate: where the TSS has nothing for it, that is what is wrong."""
    assert case.registers is not None
    address = case.registers.idt.base + failure.vector * GATE_SIZE + IST_BYTE
    return Datum(f"the IST of gate {failure.vector:#x}", address, 1)


def _door_without_stack(case: Case) -> list[Failure]:
    """An INT of a program that became a #PF of the CPU's own writes: the frame had no place."""
    first, instruction = case.first, case.instruction
    if first is None or instruction is None or instruction.mnemonic != "int":
        return []
    if first.vector != PAGE_FAULT or first.registers.privilege != 3:
        return []
    if PageFaultError(first.error).user:
        return []
    return [Failure(int(instruction.operands, 0), PAGE_FAULT, first.registers["cr2"])]


def _tss_fault(case: Case) -> str | None:
    """The exception for which the TSS could not be read, if that is what failed."""
    if not case.failures or case.registers is None:
        return None
    failure = case.failures[0]
    base = case.registers.segments["tr"].base
    if failure.address is None or not base <= failure.address < base + TASK_STATE_SIZE:
        return None
    where = "in ring 3" if case.registers.privilege == 3 else "in the kernel"
    return f"{short_name(failure.vector)} {where}"
