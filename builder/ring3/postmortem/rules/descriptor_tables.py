"""The IDT and the GDT: exceptions that could not be delivered, selectors that mean nothing.

the CPU, to deliver #PF:  IDTR ──> gate 14 ──> selector ──> GDT ──> handler
                          each step can fail, and then it is #DF, and then the end
"""

from __future__ import annotations

import re
from itertools import pairwise

from ring3.locate import KERNEL
from ring3.postmortem.case import Case, Failure
from ring3.postmortem.descriptors import GATE_TYPES, in_words, opens
from ring3.postmortem.exceptions import (
    GENERAL_PROTECTION,
    NOT_PRESENT,
    PAGE_FAULT,
    SelectorError,
    short_name,
)
from ring3.postmortem.log import Table
from ring3.postmortem.origin import operand_writers
from ring3.postmortem.rules.paging import tables_changed
from ring3.postmortem.rules.table import Datum, Finding, Rules
from ring3.x86.descriptors import GATE_SIZE, TSS_AVAILABLE, TSS_BUSY

rule = Rules()

AFTER_RESET = Table(0, 0xFFFF)
DOOR = 0x80
UPPER_HALF = 0xFFFF_FFFF_0000_0000


@rule("idt-limit", "SDM Vol. 3A 6.10")
def idt_limit(case: Case) -> Finding | None:
    """The gate lies beyond IDTR's limit."""
    vector = _vector_without_gate(case)
    if vector is None or case.registers is None:
        return None
    table = case.registers.idt
    needed = vector * GATE_SIZE + GATE_SIZE - 1
    if table == AFTER_RESET or needed <= table.limit:
        return None
    return Finding(
        f"the IDT's limit is too small: gate {vector:#x} ({short_name(vector)}) ends at byte "
        f"{needed:#x}, but IDTR's limit is {table.limit:#x}",
        f"the limit is in bytes, and is the table's size less 1: 256 gates of {GATE_SIZE} bytes "
        f"make {256 * GATE_SIZE - 1:#x}; {table.limit:#x} would be "
        f"{(table.limit + 1) // GATE_SIZE} gates",
        also=_loads(case, "lidt", "IDTR is loaded here"),
    )


@rule("idt-not-mapped", "SDM Vol. 3A 6.10")
def idt_not_mapped(case: Case) -> Finding | None:
    """IDTR's base is an address where there is no memory."""
    failure = _undelivered(case)
    if failure is None or failure.address is None or case.registers is None:
        return None
    table = case.registers.idt
    first = table.base + failure.vector * GATE_SIZE
    if table == AFTER_RESET or not first <= failure.address < first + GATE_SIZE:
        return None
    if case.walk(table.base).mapped or not case.walk(case.registers["rip"]).mapped:
        return None
    if tables_changed(case) is not None:
        return None
    if table.base < UPPER_HALF and case.place(table.base | UPPER_HALF) is not None:
        return Finding(
            f"IDTR's base {table.base:#x} is not mapped: it is the lower half of "
            f"{case.name(table.base | UPPER_HALF)}",
            "the operand of LIDT holds 2 bytes of limit and 8 bytes of base; a 32-bit register "
            "(or a MOV of 4 bytes) loses the upper half of an address",
            also=_loads(case, "lidt", "IDTR is loaded here"),
        )
    return Finding(
        f"IDTR's base {table.base:#x} is not mapped, so that no gate can be read",
        "LIDT takes a linear address, through the page tables, and never a physical one",
        also=_loads(case, "lidt", "IDTR is loaded here"),
    )


@rule("idt-base", "SDM Vol. 3A 6.10")
def idt_base(case: Case) -> Finding | None:
    """IDTR points to something else that is mapped."""
    failure = _undelivered(case)
    wanted = case.symbols.address("idt")
    if failure is None or wanted is None or case.registers is None:
        return None
    table = case.registers.idt
    if table.base == wanted or table == AFTER_RESET or not case.walk(table.base).mapped:
        return None
    return Finding(
        f"IDTR points to {case.name(table.base)}, not to the table that the kernel calls `idt` "
        f"({wanted:#x})",
        "LIDT loads what its operand says: 2 bytes of limit, then the table's address",
        also=_loads(case, "lidt", "IDTR is loaded here"),
    )


@rule("gate-not-present", "SDM Vol. 3A 6.14.1")
def gate_not_present(case: Case) -> Finding | None:
    """P = 0, or a gate that nobody filled in."""
    vector = _vector_with_gate(case)
    gate = None if vector is None else case.gate(vector)
    if vector is None or gate is None or gate.present or case.registers is None:
        return None
    if _is_another_table(case):
        return None
    name = f"gate {vector:#x} of the IDT, for {short_name(vector)},"
    wrong = _gate_bytes(case, vector, 5, 1)
    if (gate.handler, gate.selector, gate.type) == (0, 0, 0):
        said = "a program said INT 0x80, but " if interrupt_number(case) == vector else ""
        return Finding(f"{said}{name} is empty", "nobody filled this gate in", wrong=wrong)
    return Finding(
        f"{name} is not present (its handler is {case.name(gate.handler)})",
        f"byte 5 of a gate is P (0x80), DPL and type: {_byte_5(gate.type, gate.dpl, False):#x} "
        f"stands there, {_byte_5(gate.type, gate.dpl, True):#x} is a gate that is present",
        wrong=wrong,
    )


@rule("gate-type", "SDM Vol. 3A 6.14.1")
def gate_type(case: Case) -> Finding | None:
    """Neither an interrupt gate nor a trap gate."""
    vector = _vector_with_gate(case)
    gate = None if vector is None else case.gate(vector)
    if vector is None or gate is None or not gate.present or opens(gate) or case.registers is None:
        return None
    if _is_another_table(case):
        return None
    kind = GATE_TYPES.get(gate.type, "no gate at all")
    return Finding(
        f"gate {vector:#x} of the IDT, for {short_name(vector)}, has type {gate.type:#x}: {kind}",
        "in 64-bit mode the IDT may hold interrupt gates (type 0xe, which clear IF) and trap "
        "gates (0xf) alone",
        wrong=_gate_bytes(case, vector, 5, 1),
    )


@rule("gate-selector", "SDM Vol. 3A 6.12.1")
def gate_selector(case: Case) -> Finding | None:
    """The gate's selector is no 64-bit code segment of ring 0."""
    failure = _undelivered(case)
    if failure is None or failure.raised not in (GENERAL_PROTECTION, NOT_PRESENT):
        return None
    gate = None if _beyond_limit(case, failure.vector) else case.gate(failure.vector)
    if gate is None or not gate.present or not opens(gate):
        return None
    reason, descriptor = why_no_kernel_code(case, gate.selector), case.descriptor(gate.selector)
    if reason is None or _is_another_table(case):
        return None
    return Finding(
        f"gate {failure.vector:#x} of the IDT, for {short_name(failure.vector)}, has the selector "
        f"{gate.selector:#x}, {reason}",
        "the selector of a gate must be that of the kernel's 64-bit code segment: the handler "
        "runs with it in CS",
        wrong=descriptor_bytes(case, gate.selector)
        if descriptor is not None and descriptor.is_code
        else _gate_bytes(case, failure.vector, 2, 2),
    )


@rule("handler-address", "SDM Vol. 3A 6.14.1")
def handler_address(case: Case) -> Finding | None:
    """The handler's address lost its upper half, or leads nowhere."""
    if tables_changed(case) is not None:
        return None
    entered = () if case.entered_by is None else (case.entered_by,)
    for before, event in pairwise((*entered, *case.chain)):
        if event.registers["cr2"] != event.registers["rip"] or event.vector != PAGE_FAULT:
            continue
        gate = case.gate(before.vector)
        rip = event.registers["rip"]
        whole = case.place(rip | UPPER_HALF) if rip < UPPER_HALF else None
        handler = rip if gate is None else gate.handler
        if (rip >= UPPER_HALF or whole is None or whole.offset) and handler != rip:
            continue
        if before is case.entered_by and handler != rip:
            continue
        if case.walk(rip).mapped:
            continue
        name = f"gate {before.vector:#x} of the IDT, for {short_name(before.vector)},"
        if whole is not None:
            return Finding(
                f"{name} leads to {rip:#x}, the lower half of {case.name(rip | UPPER_HALF)}",
                "a gate holds its handler's address in three pieces: bits 0 to 15 in bytes 0 and "
                "1, 16 to 31 in bytes 6 and 7, 32 to 63 in bytes 8 to 11; the last one is missing",
                wrong=_gate_bytes(case, before.vector, 8, 4),
            )
        return Finding(
            f"{name} leads to {rip:#x}, where no code is mapped",
            "a gate holds its handler's address in three pieces: bytes 0 and 1, 6 and 7, 8 to 11",
            wrong=_piece_of_handler(case, before.vector, rip),
        )
    return None


@rule("gate-reserved", "SDM Vol. 3A 6.14.1")
def gate_reserved(case: Case) -> Finding | None:
    """Bits are set in a gate that no gate has: other bytes lie over it."""
    failure = _undelivered(case)
    if failure is None or _beyond_limit(case, failure.vector) or _is_another_table(case):
        return None
    gate = case.gate(failure.vector)
    if gate is None or not gate.present or not opens(gate):
        return None
    assert case.registers is not None
    data = case.read(case.registers.idt.base + failure.vector * GATE_SIZE, GATE_SIZE)
    if data is None or not (data[4] & ~7 or any(data[12:])):
        return None
    return Finding(
        f"gate {failure.vector:#x} of the IDT, for {short_name(failure.vector)}, has bits set that "
        f"must be 0, in bytes 4 and 12 to 15: {data.hex(' ')}",
        "a gate of 64-bit mode has 16 bytes, so gate n begins at byte 16 * n: gates that are "
        "written closer together overwrite each other",
        wrong=_gate_bytes(case, failure.vector, 0, GATE_SIZE),
    )


@rule("handler-of-another", "SDM Vol. 3A 6.14.1")
def handler_of_another(case: Case) -> Finding | None:
    """The kernel says of an exception that it was another one: the gate leads elsewhere."""
    said = _SAID.search(case.voice)
    if said is None or not case.chain:
        return None
    name, rip = said[1], int(said[2], 16)
    struck = case.first
    if struck is None or struck.registers["rip"] != rip:
        return None
    if any(short_name(event.vector) == name for event in case.log.events):
        return None  # there was one
    if short_name(struck.vector) == name or struck.by_instruction:
        return None
    if name not in {short_name(vector) for vector in range(32)} or struck.vector >= 32:
        return None
    gate = case.gate(struck.vector)
    if gate is None or not gate.present or case.place(gate.handler) is None:
        return None
    true = short_name(struck.vector)
    return Finding(
        f"the kernel took {true} for {name}: gate {struck.vector:#x} of the IDT, which is for "
        f"{true}, leads to {case.name(gate.handler)}",
        "the row of the table, or the number that the handler pushes, is that of another vector",
        wrong=_gate_bytes(case, struck.vector, 0, 2),
        at=gate.handler,
    )


_SAID = re.compile(r"^ring3: panic: (#\w+) .* rip=0x([0-9a-f]+)$", re.MULTILINE)


@rule("gate-dpl", "SDM Vol. 3A 6.12.1.2")
def gate_dpl(case: Case) -> Finding | None:
    """A program said INT 0x80, and the gate is only for ring 0."""
    first = case.first
    if first is None or first.vector != GENERAL_PROTECTION or first.registers.privilege != 3:
        return None
    gate = None if _refused_door(case) is None else case.gate(DOOR)
    if gate is None or not gate.present or not opens(gate) or gate.dpl == 3:
        return None
    return Finding(
        f"a program said INT 0x80, but gate 0x80 of the IDT has DPL {gate.dpl}",
        "INT n in ring 3 needs a gate with DPL 3; without that it is #GP with the gate's number. "
        "Gates of exceptions keep DPL 0: the CPU does not ask for it when it raises them itself",
        wrong=_gate_bytes(case, 0x80, 5, 1),
    )


@rule("far-selector", "SDM Vol. 3A 5.8.1")
def far_selector(case: Case) -> Finding | None:
    """A far jump, call or return to a selector that is no code."""
    first, instruction = case.first, case.instruction
    if first is None or instruction is None or first.vector not in (11, 13):
        return None
    if instruction.mnemonic not in ("ljmp", "lcall", "retf", "retfq") or not first.error:
        return None
    selector = SelectorError(first.error).code & 0xFFFC
    reason = why_no_kernel_code(case, selector, any_width=True)
    if reason is None or far_return_order(case) or gdt_not_mapped(case):
        return None
    beyond = case.registers is not None and selector + 7 > case.registers.gdt.limit
    return Finding(
        f"{instruction.mnemonic.upper()} loads CS with {selector:#x}, {reason}",
        "the limit of the GDT is in bytes, and is the table's size less 1: 8 for each descriptor"
        if beyond
        else "CS takes a present code descriptor (S = 1, type 8 to 15) with the CPL as its DPL; "
        "a selector is 8 times the index of its descriptor",
        wrong=None if beyond else descriptor_bytes(case, selector),
        also=_loads(case, "lgdt", "GDTR is loaded here") if beyond else (),
    )


@rule("ltr", "SDM Vol. 3A 7.2.3")
def ltr(case: Case) -> Finding | None:
    """LTR with something that is no available TSS."""
    first, instruction = case.first, case.instruction
    if first is None or instruction is None or instruction.mnemonic != "ltr":
        return None
    selector = SelectorError(first.error).code & 0xFFFC
    descriptor = case.descriptor(selector)
    if descriptor is None:
        return Finding(
            f"LTR with {selector:#x}, which lies beyond the GDT's limit",
            "the descriptor of a TSS has 16 bytes, two entries of the GDT",
            also=_loads(case, "lgdt", "GDTR is loaded here"),
        )
    cure = (
        "the type must be 0x9, an available 64-bit TSS: LTR itself makes it 0xb, busy"
        if descriptor.type == TSS_BUSY
        else "byte 5 of its descriptor must be 0x89: present, DPL 0, type 0x9"
    )
    if descriptor.present and descriptor.type == TSS_AVAILABLE:
        return None
    return Finding(
        f"LTR with the selector {selector:#x}, whose descriptor is {in_words(descriptor)}",
        cure,
        wrong=descriptor_bytes(case, selector, 5, 1),
    )


@rule("code-segment-width", "SDM Vol. 3A 5.2.1")
def code_segment_width(case: Case) -> Finding | None:
    """Long mode is on, and 64-bit code runs in a segment without L."""
    registers, instruction = case.registers, case.instruction
    if registers is None or not registers.long_mode or registers.privilege != 0:
        return None
    flags = registers.segments["cs"].flags
    if flags >> 21 & 1 or case.first is None:
        return None
    if instruction is not None and instruction.mnemonic in ("ljmp", "lgdt"):
        return None
    previous = case.previous
    if previous is not None and previous.operands.startswith("cr0"):
        return None
    selector = registers["cs"]
    descriptor = case.descriptor(selector)
    width = "32" if flags >> 22 & 1 else "16"
    what = "which the GDT has no more" if descriptor is None else in_words(descriptor)
    return Finding(
        f"64-bit code ran as {width}-bit code: the descriptor of CS {selector:#x} "
        f"({what}) has no L bit",
        "in a 64-bit code descriptor L (bit 53) is 1 and D (bit 54) is 0: 0x00af9b000000ffff. "
        "Without L the CPU decodes the same bytes as other instructions, and strikes somewhere "
        "behind the far jump",
        wrong=descriptor_bytes(case, selector),
    )


@rule("idt-never-loaded", "SDM Vol. 3A 6.10", last_resort=True)
def idt_never_loaded(case: Case) -> Finding | None:
    """Any exception is the end while IDTR is as after reset."""
    registers = case.registers
    if registers is None or not case.failures or registers.idt != AFTER_RESET:
        return None
    if not registers.long_mode or not registers.segments["cs"].flags >> 21 & 1:
        return None
    loads = _loads(case, "lidt", "the kernel's LIDT")
    missing = "" if loads else ": there is no LIDT in the kernel"
    return Finding(
        f"an exception came while no IDT was loaded: IDTR has base 0 and limit 0xffff, as after "
        f"a reset{missing}",
        "load the IDT before anything can fault; then this exception has a handler, which can "
        "say what it was",
        also=loads,
    )


@rule("gdt-not-mapped", "SDM Vol. 3A 3.5.1")
def gdt_not_mapped(case: Case) -> Finding | None:
    """GDTR's base is an address where there is no memory."""
    registers = case.registers
    if registers is None or case.first is None or not registers.long_mode:
        return None
    table = registers.gdt
    way, code = case.walk(table.base), case.walk(registers["rip"])
    if not way.known or not code.mapped or tables_changed(case) is not None:
        return None
    is_half = table.base < UPPER_HALF and case.place(table.base | UPPER_HALF) is not None
    if way.mapped and not is_half:
        return None
    what = f"the lower half of {case.name(table.base | UPPER_HALF)}" if is_half else "not mapped"
    return Finding(
        f"GDTR's base {table.base:#x} is {what}, so that no segment can be loaded",
        "the operand of LGDT holds 2 bytes of limit and 8 bytes of base, a linear address; a "
        "32-bit register (or a MOV of 4 bytes) loses the upper half of an address",
        also=_loads(case, "lgdt", "GDTR is loaded here"),
    )


@rule("far-return-order", "SDM Vol. 2B, RET")
def far_return_order(case: Case) -> Finding | None:
    """RETFQ found the selector where the address belongs."""
    first, instruction = case.first, case.instruction
    if first is None or instruction is None or not instruction.mnemonic.startswith("retf"):
        return None
    words = case.words(first.registers["rsp"], 2)
    if words is None or why_no_kernel_code(case, words[1] & 0xFFFF, any_width=True) is None:
        return None
    if why_no_kernel_code(case, words[0], any_width=True) is not None:
        return None
    stack = first.registers["rsp"]
    return Finding(
        f"{instruction.mnemonic.upper()} popped {words[0]:#x} as RIP and {words[1]:#x} as CS: the "
        "two stand in the wrong order",
        "the selector is pushed first and the address last, since RETF pops RIP first and then CS",
        wrong=Datum("RIP and CS for RETF", stack, 16),
    )


@rule("user-code-width", "SDM Vol. 3A 5.2.1")
def user_code_width(case: Case) -> Finding | None:
    """A program of 64 bits runs in a segment without L."""
    registers = case.registers
    if registers is None or case.first is None or registers.privilege != 3:
        return None
    if not registers.long_mode or registers.segments["cs"].flags >> 21 & 1:
        return None
    place = case.place(registers["rip"])
    if place is None or place.bits != 64 or place.file == KERNEL:
        return None
    selector = registers["cs"]
    descriptor = case.descriptor(selector)
    what = "which the GDT does not have" if descriptor is None else in_words(descriptor)
    return Finding(
        f"the program {place.file} has 64 bits, and ran as 32-bit code: the descriptor of CS "
        f"{selector:#x} ({what}) has no L bit",
        "in a 64-bit code descriptor L (bit 53) is 1 and D (bit 54) is 0; without L the CPU "
        "decodes the program's bytes as other instructions",
        wrong=descriptor_bytes(case, selector),
    )


def why_no_kernel_code(case: Case, selector: int, *, any_width: bool = False) -> str | None:
    """Why a selector cannot be ring 0's CS, or None if it can."""
    if selector & 0xFFFC == 0:
        return "the null selector"
    descriptor = case.descriptor(selector)
    if descriptor is None:
        limit = 0 if case.registers is None else case.registers.gdt.limit
        if selector | 7 <= limit:
            return "whose descriptor cannot be read: the GDT is not mapped"
        return f"which lies beyond the GDT's limit of {limit:#x}"
    if not descriptor.is_code:
        return f"which is not code: {in_words(descriptor)}"
    if descriptor.long and descriptor.wide:
        return "whose descriptor has both L and D set, which no CPU takes"
    if not descriptor.present or descriptor.dpl != 0 or not (descriptor.long or any_width):
        return f"which is {in_words(descriptor)}"
    return None


def descriptor_bytes(case: Case, selector: int, offset: int = 0, size: int = 8) -> Datum | None:
    if case.registers is None:
        return None
    index = selector >> 3
    address = case.registers.gdt.base + index * 8 + offset
    structure = case.registers.gdt.base, case.registers.gdt.limit + 1
    return Datum(f"GDT entry {index}", address, size, structure=structure)


def _gate_bytes(case: Case, vector: int, offset: int, size: int) -> Datum | None:
    if case.registers is None:
        return None
    table = case.registers.idt
    address = table.base + vector * GATE_SIZE + offset
    structure = table.base, min(table.limit + 1, 256 * GATE_SIZE)
    return Datum(f"gate {vector:#x}", address, size, structure=structure)


def _byte_5(kind: int, dpl: int, present: bool) -> int:
    return kind | dpl << 5 | present << 7


def _undelivered(case: Case) -> Failure | None:
    return case.failures[0] if case.failures else None


def _vector_without_gate(case: Case) -> int | None:
    """The vector that was to be delivered when #GP said that it has no gate."""
    failure, first = _undelivered(case), case.first
    if failure is not None and failure.raised == GENERAL_PROTECTION:
        return failure.vector
    number = interrupt_number(case)
    if first is not None and first.vector == GENERAL_PROTECTION and number is not None:
        return number if SelectorError(first.error).names_gate(number) else None
    return None


def interrupt_number(case: Case) -> int | None:
    """The number of the INT that the first exception struck."""
    instruction = case.instruction
    if instruction is None or instruction.mnemonic != "int":
        return None
    return int(instruction.operands, 0)


def _vector_with_gate(case: Case) -> int | None:
    """The vector whose gate the CPU refused, if the table has one for it."""
    failure = _undelivered(case)
    if failure is None:
        return _refused_door(case)
    if failure.raised not in (GENERAL_PROTECTION, NOT_PRESENT):
        return None
    if case.registers is None or case.registers.idt == AFTER_RESET:
        return None
    return None if _beyond_limit(case, failure.vector) else failure.vector


def _refused_door(case: Case) -> int | None:
    """0x80, if a program said INT 0x80 and the CPU refused its gate."""
    first = case.first
    if first is None or first.registers.privilege != 3 or interrupt_number(case) != DOOR:
        return None
    if first.vector not in (NOT_PRESENT, GENERAL_PROTECTION):
        return None
    named = SelectorError(first.error).names_gate(DOOR)
    return DOOR if named and not _beyond_limit(case, DOOR) else None


def _is_another_table(case: Case) -> bool:
    """Whether IDTR points elsewhere than to the table that the kernel calls so."""
    assert case.registers is not None
    return case.symbols.address("idt") not in (None, case.registers.idt.base)


def _beyond_limit(case: Case, vector: int) -> bool:
    assert case.registers is not None
    return vector * GATE_SIZE + GATE_SIZE - 1 > case.registers.idt.limit


def _piece_of_handler(case: Case, vector: int, handler: int) -> Datum | None:
    """The piece of an address that is not as in the other gates: who wrote it is at fault."""
    other = next(
        (gate.handler for n in range(32) if (gate := case.gate(n)) and case.place(gate.handler)),
        None,
    )
    pieces = ((8, 4, 32, 0xFFFF_FFFF), (6, 2, 16, 0xFFFF))
    for offset, size, shift, mask in pieces:
        value = handler >> shift & mask
        if value == 0 or (other is not None and value != other >> shift & mask):
            return _gate_bytes(case, vector, offset, size)
    return _gate_bytes(case, vector, 0, 12)


def _constant(case: Case, load: int, offset: int) -> list[int]:
    """A part of the operand of LGDT or LIDT, if that stands in the kernel's file."""
    instruction = case.instruction_at(load)
    if instruction is None or instruction.operand is None:
        return []
    place = case.place(instruction.operand + offset)
    if place is None or place.line is None or place.section.startswith((".text", ".bss")):
        return []
    return [instruction.operand + offset]


def _loads(case: Case, mnemonic: str, what: str) -> tuple[tuple[str, int], ...]:
    """Where a table's register is loaded, and what fills the operand if that can be seen."""
    loads = case.symbols.instructions(mnemonic)
    fills = (
        (words, at)
        for load in loads
        for words, offset, size in (("its limit", 0, 2), ("its base", 2, 8))
        for at in operand_writers(case, load, offset, size)[-1:] or _constant(case, load, offset)
    )
    return (*((what, address) for address in loads), *fills)
