"""The lines that what is wrong comes from, beyond the instruction that wrote it.

bytes of the kernel's file ──────────> the statement of the source that made them
an instruction that wrote ──origin───> what made the value, in its routine and its callers'
nobody ──────────────────────────────> who wrote what lies beside it
                └── lines ──names──> the constants that they use, and where these are set
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ring3.postmortem.case import Case
from ring3.postmortem.origin import is_of_the_file, loads_of, origins, register_loads, value_of
from ring3.postmortem.rules import Finding
from ring3.postmortem.symbols import Constant, Place
from ring3.postmortem.writer import Writer
from ring3.x86.paging import ACCESSED, DIRTY, FRAME_MASK

MOST_LINES = 6
MOST_CONSTANTS = 4

Sources = tuple[tuple[tuple[str, Place], ...], tuple[Constant, ...]]


def sources(case: Case, finding: Finding, writer: Writer | None) -> Sources:
    """The lines, each with a few words, and the constants that they name."""
    found = {at: words for words, at in reversed([*_found(case, finding, writer)])}
    ordered = [(words, at) for at, words in reversed(found.items())][:MOST_LINES]
    places = ((words, case.place(at)) for words, at in ordered)
    lines = tuple((words, place) for words, place in places if place and place.line)
    wrote = None if writer is None else writer.instruction
    addresses = [at for _, at in ordered] if wrote is None else [wrote, *(at for _, at in ordered)]
    return lines, tuple(_constants(case, addresses))[:MOST_CONSTANTS]


def _found(case: Case, finding: Finding, writer: Writer | None) -> Iterator[tuple[str, int]]:
    wrong = finding.wrong
    if writer is not None and writer.instruction is not None:
        yield from _written(case, finding, writer, writer.instruction)
    elif (
        wrong is not None and not wrong.physical and is_of_the_file(case, wrong.address, wrong.size)
    ):
        yield "it stands in the source", wrong.address
    elif finding.msr is not None:
        for at in register_loads(case, finding.msr):
            yield "a value for it was made here", at
    if writer is not None:
        yield from (("what lies beside it is written here", at) for at in writer.beside)
        if not writer.beside and writer.instruction is None:
            return
    for address, registers in finding.inputs:
        for at in origins(case, address, registers):
            yield "the value was made here", at


def _written(case: Case, finding: Finding, writer: Writer, wrote: int) -> Iterator[tuple[str, int]]:
    start = _start(case, wrote)
    instruction = case.instruction_at(start)
    if instruction is None:
        return
    if writer.loaded is not None:
        yield "the value was loaded from here", writer.loaded
    registers = ("rax", "rdx") if finding.msr is not None else value_of(instruction)
    if not instruction.mnemonic.startswith("rep"):
        for at in origins(case, start, registers, writer.callers):
            yield "the value was made here", at
    wrong = finding.wrong
    if wrong is None or not wrong.physical or wrong.structure is None:
        return  # no entry of a page table
    data = case.physical_word(wrong.address)
    if data is not None:
        rights = data & ~FRAME_MASK & ~(ACCESSED | DIRTY)
        for at in loads_of(case, writer.callers, rights):
            yield "its bits come from here", at
    for at in writer.callers[1:]:
        yield "called by", at


def _start(case: Case, inside: int) -> int:
    """The first byte of the instruction that an address is in."""
    before = case.instruction_before(inside + 1)
    return inside if before is None else before.address


def _constants(case: Case, addresses: Iterable[int]) -> list[Constant]:
    found = {each.name: each for at in addresses for each in case.symbols.constants(at)}
    return list(found.values())
