"""A post-mortem: as data, and as a text that a student reads from the top.

Case ──rules──> verdict, hint ──> PostMortem ──> .text()     verdict, place, chain, registers
                                             └─> .as_data()  for --json
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from ring3.machine.outcome import OutcomeKind
from ring3.postmortem import rules
from ring3.postmortem.addresses import what_is
from ring3.postmortem.case import WORD, Case
from ring3.postmortem.descriptors import in_words
from ring3.postmortem.exceptions import (
    PAGE_FAULT,
    WITH_SELECTOR,
    SelectorError,
    describe_error,
    long_name,
    short_name,
)
from ring3.postmortem.log import Event, Registers
from ring3.postmortem.memory import read_physical
from ring3.postmortem.rules import Datum
from ring3.postmortem.sources import sources
from ring3.postmortem.symbols import Constant, Line, Place
from ring3.postmortem.writer import Writer
from ring3.x86.descriptors import WITH_ERROR_CODE

WIDTH = 96
_STACK_WORDS = 64
_CALLERS = 8


@dataclass(frozen=True, slots=True)
class Step:
    """One exception of the chain; ``facts`` are lines about it."""

    name: str
    vector: int
    error: int | None
    times: int
    rip: int
    instruction: str | None
    place: Place | None
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PostMortem:
    """Why a machine ended.

    ``repeated`` is False when no other run ended so: then there are no
    ``steps``, ``verdict`` says so, and ``first`` has the last lines of the
    first run.  ``sources`` are lines that what is wrong comes from, ``constants`` are
    those that these lines name.  ``otherwise`` is how the first run ended, when it was
    in another way.  ``deterministic`` is False when only a run like the first showed
    it.  ``rule`` names the rule that knew the cause, None when none did.
    """

    kind: str
    repeated: bool
    verdict: str
    otherwise: str | None = None
    rule: str | None = None
    hint: str | None = None
    manual: str | None = None
    where: Place | None = None
    wrong: str | None = None
    written: str | None = None
    sources: tuple[tuple[str, Place], ...] = ()
    constants: tuple[Constant, ...] = ()
    also: tuple[tuple[str, Place], ...] = ()
    steps: tuple[Step, ...] = ()
    entered: str | None = None
    callers: tuple[str, ...] = ()
    registers: Mapping[str, int] | None = None
    deterministic: bool = True
    first: tuple[str, ...] = ()

    def as_data(self) -> dict[str, Any]:
        """For ``--json``: numbers are numbers, places have symbol, file and line."""
        return asdict(self)

    def text(self) -> str:
        """For people, 96 columns wide, without a newline at the end."""
        return "\n".join(_render(self))


def report(
    case: Case,
    *,
    deterministic: bool = True,
    writer: Writer | None = None,
    first: OutcomeKind | None = None,
) -> PostMortem:
    """What is to be said about a case.

    ``deterministic`` says which kind of run it was, ``writer`` who wrote what is wrong,
    ``first`` how the first run ended if it was otherwise.
    """
    found = rules.find(case)
    finding = None if found is None else found[1]
    verdict = _unknown(case) if finding is None else finding.verdict
    address = None if finding is None else finding.at
    if address is None and case.registers is not None:
        address = case.registers["rip"]
    also = () if finding is None else finding.also
    places = ((words, case.place(at)) for words, at in also)
    origin = ((), ()) if finding is None else sources(case, finding, writer)
    return PostMortem(
        kind=case.kind.value,
        repeated=True,
        otherwise=None if first is None else first.value,
        verdict=verdict[:1].upper() + verdict[1:] + ".",
        rule=None if found is None else found[0].name,
        hint=None if finding is None else finding.hint,
        manual=None if found is None else found[0].manual,
        where=None if address is None else case.place(address),
        wrong=None if finding is None or finding.wrong is None else _bytes(case, finding.wrong),
        written=None if writer is None else _written(case, writer),
        sources=origin[0],
        constants=origin[1],
        also=tuple((words, place) for words, place in places if place is not None),
        steps=tuple(_steps(case)),
        entered=_entered(case),
        callers=tuple(_callers(case)),
        registers=None if case.registers is None else _all_registers(case.registers),
        deterministic=deterministic,
    )


def _bytes(case: Case, wrong: Datum) -> str:
    """Where they are, and what they hold: what a watchpoint of the debugger needs."""
    if wrong.physical:
        found = read_physical(case.memory, wrong.address, wrong.size)
        held = "" if found is None else f", {found.hex(' ')}"
        return f"{wrong.what}, {wrong.size} at physical {wrong.address:#x}{held}"
    data = case.read(wrong.address, wrong.size)
    held = "" if data is None else f", {data.hex(' ')}"
    return f"{wrong.what}, {wrong.size} at {case.name(wrong.address)}{held}"


def _written(case: Case, writer: Writer) -> str:
    """By which line, and for whom."""
    if writer.instruction is None:
        return "by no instruction that was seen: it is as it was at the start"
    place = case.place(writer.instruction)
    if place is None:
        return f"by {writer.instruction:#x}"
    text = "" if place.line is None else f": {_code(place.line).strip()}"
    what = f"by {_at(place)}{text}" if place.offset else f"on the way to {_at(place)}"
    caller = case.place(writer.callers[0]) if writer.callers else None
    if caller is None:
        return what
    text = "" if caller.line is None else f": {_code(caller.line).strip()}"
    return f"{what}; called by {_at(caller)}{text}"


def _unknown(case: Case) -> str:
    """Without a rule: what is known, and no more."""
    event = case.first
    if event is None:
        return "no exception led to it, and nothing else about it is known"
    where = "in ring 3" if event.registers.privilege == 3 else "in the kernel"
    return (
        f"{long_name(event.vector)} {where}, at {case.name(event.registers['rip'])}; "
        "no rule knows a cause for it"
    )


def _steps(case: Case) -> Iterator[Step]:
    for event in case.chain:
        registers = event.registers
        instruction = case.instruction_at(registers["rip"])
        yield Step(
            long_name(event.vector),
            event.vector,
            event.error if event.vector in WITH_ERROR_CODE else None,
            event.times,
            registers["rip"],
            None if instruction is None else str(instruction),
            case.place(registers["rip"]),
            tuple(_facts(case, event)),
        )


def _facts(case: Case, event: Event) -> Iterator[str]:
    if event.nested is not None:
        vector, raised = event.nested
        yield f"{short_name(vector)} could not be delivered: {short_name(raised)} while trying"
        if raised == PAGE_FAULT:
            yield _address_fact(case, event.registers["cr2"])
    if description := describe_error(event.vector, event.error):
        yield f"error code {event.error:#x}: {description}"
    if event.vector == PAGE_FAULT:
        yield _address_fact(case, event.registers["cr2"])
    if event.vector in WITH_SELECTOR and event.error and event.nested is None:
        error = SelectorError(event.error)
        if error.is_gate:
            gate = case.gate(error.index)
            if gate is not None:
                state = "present" if gate.present else "not present"
                yield (
                    f"that gate: type {gate.type:#x}, DPL {gate.dpl}, {state}, selector "
                    f"{gate.selector:#x}, handler {case.name(gate.handler)}"
                )
        elif (descriptor := case.descriptor(error.code & 0xFFFC)) is not None:
            value = int.from_bytes(descriptor.data, "little")
            yield f"its descriptor: {value:#018x}, {in_words(descriptor)}"


def _address_fact(case: Case, address: int) -> str:
    what = what_is(case, address)
    named = f"{address:#x}" if what is None else f"{address:#x}, {what}"
    return f"CR2 {named}: {case.walk(address)}"


def _entered(case: Case) -> str | None:
    """How the kernel was entered before the chain began."""
    event, first = case.entered_by, case.first
    if event is None or first is None or first.registers.privilege == 3:
        return None
    return f"last seen in ring 3: {short_name(event.vector)} at {case.name(event.registers['rip'])}"


def _callers(case: Case) -> Iterator[str]:
    """Return addresses on the kernel's stack, the innermost first."""
    if case.registers is None or case.registers.privilege != 0 or not case.registers.long_mode:
        return
    stack = case.registers["rsp"]
    last, times, count = None, 0, 0
    for index in range(_STACK_WORDS):
        words = case.words(stack + index * WORD, 1)
        if words is None or count >= _CALLERS:
            break
        place = case.place(words[0]) if _is_return_address(case, words[0]) else None
        if place is None:
            continue
        if place.name == last:
            times += 1
            continue
        if last is not None:
            yield last if times == 1 else f"{last} ({times} times)"
            count += 1
        last, times = place.name, 1
    if last is not None and count < _CALLERS:
        yield last if times == 1 else f"{last} ({times} times)"


def _is_return_address(case: Case, address: int) -> bool:
    """Whether a CALL ends there: e8 and 4 bytes, or ff /2 in 2, 3, 6 or 7 bytes."""
    place = case.place(address)
    if place is None or place.file != "kernel.elf" or place.offset == 0:
        return False
    before = case.symbols.file_bytes(address - 7, 7)
    if before is None or len(before) < 7:
        return False
    return before[2] == 0xE8 or any(
        before[7 - size] == 0xFF and before[8 - size] >> 3 & 7 == 2 for size in (2, 3, 6, 7)
    )


def _all_registers(registers: Registers) -> dict[str, int]:
    selectors = {name: segment.selector for name, segment in registers.segments.items()}
    bases = {f"{name}_base": registers.segments[name].base for name in ("fs", "gs", "tr")}
    tables = {
        "gdt_base": registers.gdt.base,
        "gdt_limit": registers.gdt.limit,
        "idt_base": registers.idt.base,
        "idt_limit": registers.idt.limit,
    }
    return {**registers.general, **selectors, **bases, **registers.control, **tables}


def _render(found: PostMortem) -> Iterator[str]:
    yield _wrapped(f"post-mortem ({found.kind}): {found.verdict}", "", "  ")
    if found.otherwise is not None:
        yield f"  (the first run ended with `{found.otherwise}`; this is what the second showed)"
    if not found.deterministic:
        yield "  (a deterministic run did not show it, one like the first did)"
    if found.where is not None:
        yield from _source(found.where)
    if found.hint is not None:
        yield _wrapped(f"hint: {found.hint}", "  ")
    if found.manual is not None:
        yield f"  manual: {found.manual}"
    if found.wrong is not None:
        yield f"  the bytes in question: {found.wrong}"
    if found.written is not None:
        yield _wrapped(f"written last {found.written}", "  ")
    for words, place in (*found.sources, *found.also):
        text = "" if place.line is None or not place.line.text else f": {_code(place.line)}"
        yield f"  {words}: {_at(place)}{text}"
    for constant in found.constants:
        text = f": {_code(constant.line)}" if constant.line.text else ""
        yield f"  {constant.name} is {constant.value:#x}: {constant.line}{text}"
    if found.steps:
        yield ""
        yield "  what happened, the first thing first:"
        if found.entered is not None:
            yield f"       {found.entered}"
    for number, step in enumerate(_shortened(found.steps), 1):
        yield from _step(number, step)
    if found.callers:
        yield _wrapped(f"the stack's return addresses: {', '.join(found.callers)}", "    ")
    if found.registers is not None:
        yield ""
        yield "  registers, at the first of these:" if found.steps else "  registers, at the end:"
        yield from _register_lines(found.registers)
    if found.first:
        yield ""
        yield "  the first run said:"
        yield from (f"    {line}" for line in found.first)


_SHOWN_STEPS = 6


def _shortened(steps: tuple[Step, ...]) -> tuple[Step | int, ...]:
    if len(steps) <= _SHOWN_STEPS:
        return steps
    half = _SHOWN_STEPS // 2
    return (*steps[:half], len(steps) - 2 * half, *steps[-half:])


def _source(place: Place) -> Iterator[str]:
    """As an error of the assembler: place, line, caret."""
    line: Line | None = place.line
    name = f"{place.name} in {place.file}"
    if line is None:
        yield f"  --> {place.address:#x} ({name})"
        return
    yield f"  --> {line} ({name})"
    if line.text:
        margin = " " * len(str(line.number))
        yield f"  {margin} |"
        yield f"  {line.number} | {line.text}"
        yield f"  {margin} | {'^' * len(_code(line))}"
    for macro, at in place.calls:
        yield f"    in macro `{macro}`, called at {at}"


def _code(line: Line) -> str:
    """The line without its comment."""
    return line.text.split("#", 1)[0].rstrip() or line.text


def _step(number: int, step: Step | int) -> Iterator[str]:
    if isinstance(step, int):
        yield f"       ... {step} more ..."
        return
    times = f", {step.times:,} times" if step.times > 1 else ""
    yield f"    {number}. {step.name}{times} at {_where(step)}"
    if step.instruction is not None:
        yield f"       {step.instruction}"
    for fact in step.facts:
        yield _wrapped(fact, "       ")


def _where(step: Step) -> str:
    return f"{step.rip:#x}" if step.place is None else f"{step.rip:#x} {_at(step.place)}"


def _at(place: Place) -> str:
    where = f"{place.name} in {place.file}"
    return where if place.line is None else f"{where}, {place.line}"


def _register_lines(registers: Mapping[str, int]) -> Iterator[str]:
    names = ("rax rbx rcx rdx", "rsi rdi rbp rsp", "r8 r9 r10 r11", "r12 r13 r14 r15")
    for row in names:
        yield "    " + " ".join(f"{name:>3}={registers[name]:016x}" for name in row.split())
    yield (
        f"    rip={registers['rip']:016x} rflags={registers['rflags']:#x} cs={registers['cs']:#x} "
        f"ss={registers['ss']:#x} tr={registers['tr']:#x} gs_base={registers['gs_base']:#x}"
    )
    yield "    " + " ".join(
        f"{name}={registers[name]:#x}" for name in ("cr0", "cr2", "cr3", "cr4", "efer")
    )
    yield (
        f"    idt={registers['idt_base']:#x} limit {registers['idt_limit']:#x}, "
        f"gdt={registers['gdt_base']:#x} limit {registers['gdt_limit']:#x}"
    )


def _wrapped(text: str, indent: str, hanging: str | None = None) -> str:
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent + "  " if hanging is None else hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )
