"""The ways through the kernel as its code has them: what is pushed on one and popped on it.

an entry ──> push, push, push, call, pop, pop, pop ──> iretq
"""

from __future__ import annotations

from collections.abc import Sequence

from ring3.postmortem.case import Case, Instruction

# A way through the kernel is short, but for what it calls.
STEPS = 96
ENDS = ("call", "ret", "iretq", "sysretq", "ljmp")


def path(case: Case, start: int, end: int = 0, *, over_calls: bool = False) -> list[Instruction]:
    """The instructions from an entry to ``end``: jumps are taken, branches are not.

    It ends at a call too, unless those are stepped over.
    """
    way: list[Instruction] = []
    address = start
    while len(way) < STEPS and address != end:
        step = case.instruction_at(address)
        if step is None:
            break
        way.append(step)
        if step.mnemonic in ENDS and not (over_calls and step.mnemonic == "call"):
            break
        target = step.operands if step.mnemonic == "jmp" else ""
        address = int(target, 16) if target.startswith("0x") else address + step.size
    return way


def entry_path(case: Case) -> list[Instruction]:
    """The way of the last exception or INT of a program, to its end."""
    first = case.first
    candidates = [event for event in (case.entered_by, first) if event is not None]
    for event in candidates:
        gate = case.gate(event.vector) if event.vector <= _last_gate(case) else None
        if gate is not None and gate.present:
            return path(case, gate.handler, over_calls=True)
    return []


def unpaired(case: Case) -> tuple[tuple[str, int], ...]:
    """The PUSH and the POP that do not belong together on the way of the last entry."""
    return mismatch(entry_path(case))


def mismatch(way: Sequence[Instruction]) -> tuple[tuple[str, int], ...]:
    """The first POP of a register that finds what another register's PUSH left."""
    pushed: list[Instruction] = []
    for step in way:
        if step.mnemonic in ("push", "pushfq"):
            pushed.append(step)
        elif step.mnemonic == "popfq" and pushed:
            pushed.pop()
        elif step.mnemonic == "pop":
            if not pushed:
                return ()
            last = pushed.pop()
            if last.operands != step.operands and last.operands.startswith("r"):
                return (
                    (f"pushed here is {last.operands.upper()}", last.address),
                    (f"and popped here as {step.operands.upper()}", step.address),
                )
    return ()


def pushes_before(case: Case, address: int) -> list[int]:
    """The PUSHes in front of an instruction, with nothing but moves between them."""
    found: list[int] = []
    here = address
    for _ in range(_FRAME_STEPS):
        step = case.instruction_before(here)
        if step is None or step.mnemonic in ("call", "jmp", "ret", "pop"):
            break
        if step.mnemonic == "push":
            found.append(step.address)
        here = step.address
    return found[::-1]


_FRAME_STEPS = 24


def _last_gate(case: Case) -> int:
    return -1 if case.registers is None else (case.registers.idt.limit + 1) // 16 - 1
