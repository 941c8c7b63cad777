"""Where a value came from: back from the instruction that used it, in its own routine.

    mov [rcx + GATE_KIND], al       <── or al, GATE_INTERRUPT  <── shl al, 5  <── mov al, [rsi + 9]

The instructions in front of it are read as they stand, and branches are not followed:
where a loop or a jump came another way, the line that is named is not the one that was
executed.  So what is found here is shown as what it is, a line worth a look.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ring3.postmortem.case import Case, Instruction

DEEPEST = 3
"""So many definitions of one value are named."""

_FARTHEST = 24
_LOOK_BACK = 64
_TO_WRMSR = 6
_LEAVES = ("jmp", "ret", "retq", "iretq", "sysretq", "ud2", "hlt")
_CHANGED_BY_CALL = frozenset(("rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11"))
_READS_THE_MACHINE = ("rdmsr", "cpuid", "rdtsc", "in")
_STACK_ALONE = ("push", "pop", "call", "ret", "pushfq", "popfq")


def origins(
    case: Case, address: int, registers: Iterable[str], callers: Sequence[int] = ()
) -> list[int]:
    """The instructions that made the values of ``registers``, the last one first.

    What a routine was given is looked for in front of the ``callers``' CALLs.
    """
    found, wanted = definitions(case, address, registers)
    for caller in callers:
        if not wanted or len(found) >= DEEPEST:
            break
        more, wanted = definitions(case, caller, wanted)
        found += more
    return found[:DEEPEST]


def definitions(
    case: Case, address: int, registers: Iterable[str]
) -> tuple[list[int], frozenset[str]]:
    """Those in the instruction's own routine, and the registers that it was given."""
    wanted = set(registers) - {"rip"}
    found: list[int] = []
    for step in reversed(_before(case, address)):
        if not wanted or len(found) == DEEPEST:
            break
        if step.mnemonic == "call" and wanted & _CHANGED_BY_CALL:
            if "rax" in wanted:
                found.append(step.address)
            wanted -= _CHANGED_BY_CALL
            continue
        made = wanted & step.writes
        if step.mnemonic in _STACK_ALONE:
            made -= {"rsp"}
        if not made:
            continue
        found.append(step.address)
        wanted -= made
        if not _clears(step) and step.mnemonic not in _READS_THE_MACHINE:
            wanted |= step.reads & made if step.immediate is not None else step.reads - step.reaches
    return found, frozenset(wanted)


def loads_of(case: Case, callers: Iterable[int], number: int) -> list[int]:
    """The instructions closest in front of the callers' CALLs that name a number."""
    return [
        step.address
        for caller in callers
        for step in reversed(_before(case, caller))
        if step.immediate is not None and step.immediate % (1 << 64) == number
    ][:1]


def register_loads(case: Case, number: int) -> list[int]:
    """What makes the values that are written to a model-specific register."""
    found: list[int] = []
    for named in case.symbols.instructions(f"mov ecx, {number:#x}"):
        here = named
        for _ in range(_TO_WRMSR):
            step = case.instruction_at(here)
            if step is None or step.mnemonic in ("rdmsr", "ret"):
                break
            if step.mnemonic in ("wrmsr", "call"):
                found += definitions(case, here, ("rax", "rdx"))[0]
                break
            here += step.size
    return found[:DEEPEST]


def is_of_the_file(case: Case, address: int, size: int) -> bool:
    """Whether the file that was booted has these bytes, and memory has still the same."""
    data = case.read(address, size)
    return data is not None and data == case.symbols.file_bytes(address, size)


def operand_writers(case: Case, address: int, offset: int, size: int) -> list[int]:
    """The instructions in front of it that store to a part of its memory operand."""
    instruction = case.instruction_at(address)
    if instruction is None or instruction.operand is None:
        return []
    start = instruction.operand + offset
    return [
        step.address
        for step in _before(case, address)
        if step.stores
        and step.operand is not None
        and step.reaches == instruction.reaches
        and step.operand < start + size
        and start < step.operand + step.operand_size
    ]


def value_of(instruction: Instruction) -> frozenset[str]:
    """The registers whose values an instruction stores, or loads a system register with."""
    return instruction.reads - instruction.reaches - {"rsp"}


def _before(case: Case, address: int) -> list[Instruction]:
    """The instructions in front of an address, back to one behind which nothing goes on."""
    return list(_run(case, address))[-_FARTHEST:]


def _run(case: Case, address: int) -> Iterator[Instruction]:
    start = address
    while address - start < _LOOK_BACK:  # a label inside a routine is a symbol, too
        place = case.place(start - 1)
        if place is None or place.symbol is None:
            break
        start -= 1 + place.offset
    run: list[Instruction] = []
    here = start
    while here < address:
        step = case.instruction_at(here)
        if step is None:
            return
        run = [] if step.mnemonic in _LEAVES else [*run, step]
        here += step.size
    if here == address:
        yield from run


def _clears(step: Instruction) -> bool:
    """Whether it makes a value of nothing: XOR of a register with itself."""
    first, _, second = step.operands.partition(", ")
    return step.mnemonic in ("xor", "sub") and first == second
