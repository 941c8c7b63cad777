"""Programs that the kernel spoiled: what they run is not their file, or their registers changed.

A program that was killed may have deserved it.  These rules compare what the kernel must
keep: the program's text with its file, and the registers that an entry saves with those
that its way out brings back.
"""

from __future__ import annotations

from ring3.locate import KERNEL
from ring3.postmortem.case import LONGEST_INSTRUCTION, WORD, Case
from ring3.postmortem.exceptions import short_name
from ring3.postmortem.memory import PAGE_SIZE
from ring3.postmortem.rules.table import Datum, Finding, Rules
from ring3.postmortem.rules.ways import entry_path, mismatch, path
from ring3.x86.descriptors import WITH_ERROR_CODE

rule = Rules()


@rule("program-is-not-its-file", "gABI 4.1+, Program Loading")
def program_is_not_its_file(case: Case) -> Finding | None:
    """Where the program's code should be there is something else."""
    first = case.first
    if first is None or first.registers.privilege != 3:
        return None
    rip = first.registers["rip"]
    place = case.place(rip)
    if place is None or place.file == KERNEL or not place.section.startswith(".text"):
        return None
    size = min(LONGEST_INSTRUCTION, PAGE_SIZE - rip % PAGE_SIZE)
    there, meant = case.read(rip, size), case.symbols.file_bytes(rip, size)
    if there is None or meant is None or there[: len(meant)] == meant[: len(there)]:
        return None
    return Finding(
        f"at {case.name(rip)} of {place.file} there is {there[:8].hex(' ')}, but the file has "
        f"{meant[:8].hex(' ')} there: it was not loaded as its program headers say",
        "a segment's bytes are those from p_offset on in the file, p_filesz of them, and lie at "
        "p_vaddr; or another page was put in their place, or they were overwritten",
        wrong=_in_memory(case, rip),
    )


def _in_memory(case: Case, address: int) -> Datum | None:
    physical = case.walk(address).physical
    if physical is None:
        return None
    return Datum("the program's bytes", physical & -WORD, WORD, physical=True)


@rule("registers-in-another-order", "SDM Vol. 2B, POP", last_resort=True)
def registers_in_another_order(case: Case) -> Finding | None:
    """The way out pops registers in another order than the way in pushed them."""
    first = case.first
    if first is None or first.registers.privilege != 3:
        return None
    found = mismatch(entry_path(case))
    if not found:
        return None
    (pushed, _), (popped, at) = found
    saved, given = pushed.split()[-1], popped.split()[-1]
    return Finding(
        f"the kernel gives a program the {saved} back as {given}: the way out pops in another "
        "order than the way in pushed",
        "what was pushed last is popped first; a program whose registers are exchanged fails "
        "later, wherever it needs them",
        at=at,
        also=found[:1],
    )


@rule("error-code-pushed-twice", "SDM Vol. 3A 6.13", last_resort=True)
def error_code_pushed_twice(case: Case) -> Finding | None:
    """An entry pushes a word in place of an error code that the CPU has pushed."""
    vectors = {event.vector for event in case.log.events if event.vector < 32}
    usual = {_pushes(case, vector) for vector in range(32) if vector not in WITH_ERROR_CODE}
    for vector in sorted(vectors & set(WITH_ERROR_CODE)):
        pushes = _pushes(case, vector)
        gate = case.gate(vector) if pushes else None
        others = {_pushes(case, n) for n in WITH_ERROR_CODE if n != vector} - {0}
        if gate is not None and pushes in usual and others and pushes not in others:
            name = short_name(vector)
            return Finding(
                f"the entry of {name}, {case.name(gate.handler)}, pushes {pushes} words like those "
                f"of exceptions without an error code; but {name} has one, so that the frame lies "
                "1 word lower than its handler believes",
                "the CPU itself pushes an error code for #DF, #TS, #NP, #SS, #GP, #PF, #AC and "
                "#CP; the entries of all others push a word in its place",
                at=gate.handler,
            )
    return None


def _pushes(case: Case, vector: int) -> int:
    """The numbers that an entry pushes before it goes on to what all entries share."""
    if case.registers is None or (vector + 1) * 16 - 1 > case.registers.idt.limit:
        return 0
    gate = case.gate(vector)
    if gate is None or not gate.present:
        return 0
    count = 0
    for step in path(case, gate.handler):
        if step.mnemonic != "push" or step.immediate is None:
            break
        count += 1
    return count
