"""Page faults that are the kernel's own doing (SDM Vol. 3A 4.6, 4.7).

the error code says what was tried; the entries on the way say which bit was against it
"""

from __future__ import annotations

from ring3.postmortem.case import (
    CR0_PAGING,
    CR4_PAE,
    CR4_SMAP,
    CR4_SMEP,
    EFER_LME,
    EFER_NXE,
    RFLAGS_AC,
    USER_HALF_END,
    WORD,
    Case,
    Instruction,
)
from ring3.postmortem.exceptions import PAGE_FAULT, PageFaultError
from ring3.postmortem.log import Registers
from ring3.postmortem.memory import (
    NO_EXECUTE,
    PAGE_SIZE,
    PRESENT,
    USER,
    WRITE,
    Walk,
    in_words,
    is_canonical,
)
from ring3.postmortem.rules.table import Datum, Finding, Rules, msr_writes
from ring3.x86.paging import LEVELS, Step

rule = Rules()

MSR_EFER = 0xC000_0080


@rule("pae", "SDM Vol. 3A 9.8.5")
def pae(case: Case) -> Finding | None:
    """Long mode asked for without PAE."""
    registers = case.registers
    if registers is None or registers.long_mode or not registers["efer"] & EFER_LME:
        return None
    if registers["cr4"] & CR4_PAE:
        return None
    return Finding(
        "long mode was asked for (EFER.LME) and CR4.PAE is 0, so it was never reached: the CPU "
        "is still in 32-bit mode",
        "set CR4.PAE (bit 5) before CR0.PG: paging with EFER.LME and without PAE is #GP (QEMU "
        "ignores the write to CR0 instead, and the far jump then loads 64-bit code as other code)",
        also=tuple(("CR4 is loaded", at) for at in case.symbols.instructions("mov cr4")[:1]),
    )


@rule("reserved-bit", "SDM Vol. 3A 4.7")
def reserved_bit(case: Case) -> Finding | None:
    """A bit that must be 0 is 1 in an entry."""
    found = _fault(case)
    if found is None or not found[1].reserved:
        return None
    registers, _, way = found
    for step in way.steps:
        if step.entry & NO_EXECUTE and not registers["efer"] & EFER_NXE:
            return Finding(
                "bit 63 (NX) is set in an entry, but EFER.NXE is 0, so that it is reserved: "
                f"{in_words(step)}",
                "set EFER.NXE (bit 11 of the MSR 0xc0000080), if CPUID has NX, before any table "
                "with that bit is used; without it leave the bit 0",
                msr=MSR_EFER,
                also=msr_writes(case, MSR_EFER),
            )
    last = way.steps[-1] if way.steps else None
    return Finding(
        f"a reserved bit is set in an entry on the way to {registers['cr2']:#x}"
        + ("" if last is None else f": {in_words(last)}"),
        "reserved are the bits from the CPU's physical address width to 51, PS (bit 7) in a PML4 "
        "entry, and the low address bits of large pages",
    )


@rule("tables-changed", "SDM Vol. 3A 4.5")
def tables_changed(case: Case) -> Finding | None:
    """The first instruction after MOV CR3, or after paging was switched on, is not mapped."""
    found, previous = _fault(case), _switch(case)
    if _without_tables(case) and previous is not None:
        return Finding(
            "paging was switched on, and CR3 is 0: no tables were loaded",
            "CR3 takes the physical address of the PML4 before CR0.PG is set",
            at=previous.address,
            also=tuple(("CR3 is loaded", at) for at in case.symbols.instructions("mov cr3")),
        )
    if found is None or found[0].privilege != 0 or found[1].reserved or previous is None:
        return None
    registers, _, way = found
    if not registers.long_mode or way.mapped:
        return None
    what = (
        f"CR3 was loaded with {registers['cr3']:#x}"
        if previous.operands.startswith("cr3")
        else "paging was switched on"
    )
    code = case.walk(registers["rip"])
    address = registers["cr2"]
    if not code.mapped:
        missing, way = "the code that runs", code
    elif abs(address - registers["rsp"]) < PAGE_SIZE:
        missing = f"the stack, {case.name(address)}"
    else:
        return None
    return Finding(
        f"{what}, and the tables do not map {missing}: {_missing(way)}",
        "the next instruction is fetched through the new tables at once: they must map the code, "
        "its stack, the GDT and the IDT where they are used" + _present(way),
        at=previous.address,
        wrong=entry_bytes(way.steps[-1]),
    )


@rule("paging-in-32-bits", "SDM Vol. 3A 9.8.5")
def paging_in_32_bits(case: Case) -> Finding | None:
    """Paging was switched on without EFER.LME."""
    registers, previous = case.registers, _switch(case)
    if registers is None or case.first is None or registers.long_mode or previous is None:
        return None
    if not registers["cr0"] & CR0_PAGING or registers["efer"] & EFER_LME:
        return None
    return Finding(
        "paging was switched on while EFER.LME is 0: the CPU stays in 32-bit mode, and reads the "
        "tables of long mode as others",
        "set EFER.LME (bit 8 of the MSR 0xc0000080) before CR0.PG, which then switches both on",
        at=previous.address,
        msr=MSR_EFER,
        also=msr_writes(case, MSR_EFER),
    )


@rule("paging-off", "SDM Vol. 3A 9.8.5")
def paging_off(case: Case) -> Finding | None:
    """Long mode was prepared, and paging never switched on."""
    registers = case.registers
    if registers is None or case.first is None or registers.long_mode:
        return None
    if registers["cr0"] & CR0_PAGING or not registers["efer"] & EFER_LME:
        return None
    if not registers["cr4"] & CR4_PAE:
        return None
    return Finding(
        "64-bit code was run while CR0.PG is 0: EFER.LME alone does not enter long mode",
        "EFER.LME and CR4.PAE prepare long mode; setting CR0.PG (bit 31) enters it",
        also=tuple(("CR0 is loaded", at) for at in case.symbols.instructions("mov cr0")[:1]),
    )


@rule("code-not-mapped", "SDM Vol. 3A 4.5")
def code_not_mapped(case: Case) -> Finding | None:
    """The kernel jumped to its own code, which is not mapped there."""
    found = _fetch(case)
    if found is None or found[1].reserved or tables_changed(case) is not None:
        return None
    registers, _, way = found
    rip = registers["rip"]
    if way.mapped or rip < USER_HALF_END or case.place(rip) is None:
        return None
    return Finding(
        f"the kernel jumped to {case.name(rip)}, which is not mapped: {_missing(way)}",
        "map the kernel's addresses in the tables before the first jump to them" + _present(way),
        wrong=entry_bytes(way.steps[-1]),
    )


@rule("no-execute", "SDM Vol. 3A 4.6.2")
def no_execute(case: Case) -> Finding | None:
    """The kernel fetched an instruction from a page with NX."""
    found = _fetch(case)
    if found is None or not found[1].present or found[1].reserved:
        return None
    registers, _, way = found
    if not way.mapped or way.executable:
        return None
    step = next(step for step in way.steps if step.entry & NO_EXECUTE)
    return Finding(
        f"the kernel's code at {registers['rip']:#x} lies in a page that is not executable: "
        f"NX is set, {in_words(step)}",
        "NX in an entry of a higher table forbids execution in all that lies below it",
        wrong=entry_bytes(step),
    )


@rule("smep", "SDM Vol. 3A 4.6.1")
def smep(case: Case) -> Finding | None:
    """Ring 0 fetched an instruction from a program's page."""
    found = _fetch(case)
    if found is None or not found[1].present or found[1].reserved:
        return None
    registers, _, way = found
    if not way.user or not way.executable or not registers["cr4"] & CR4_SMEP:
        return None
    if _rest_of_a_frame(case):
        return None
    return Finding(
        f"ring 0 jumped into a program's page, {registers['rip']:#x}, which SMEP forbids",
        "go to ring 3 by IRETQ or SYSRETQ; a kernel function lies in a page without USER",
        also=tuple(
            ("it may have come by", at)
            for name, value in registers.general.items()
            for way_there in ("jmp", "call")
            if value == registers["rip"] and name != "rip"
            for at in case.symbols.instructions(f"{way_there} {name}")
        ),
    )


def _rest_of_a_frame(case: Case) -> bool:
    """Whether CS, RFLAGS, RSP and SS of ring 3 are on top of the stack: RET popped RIP."""
    assert case.registers is not None
    words = case.words(case.registers["rsp"], 4)
    limit = case.registers.gdt.limit
    return words is not None and all(word & 3 == 3 and word <= limit for word in words[::3])


@rule("smap", "SDM Vol. 3A 4.6.1")
def smap(case: Case) -> Finding | None:
    """The kernel touched a program's page outside STAC and CLAC."""
    found = _fault(case)
    if found is None or found[0].privilege != 0 or not found[1].present or found[1].reserved:
        return None
    registers, error, way = found
    address = registers["cr2"]
    if error.fetch or not way.user or address == registers["rip"] or _is_stack(registers):
        return None
    if not registers["cr4"] & CR4_SMAP or registers["rflags"] & RFLAGS_AC:
        return None
    if error.write and not way.writable:
        return None
    return Finding(
        f"the kernel followed a program's pointer, {address:#x}, outside STAC and CLAC: SMAP",
        "touch a program's memory only by the routines that copy from and to it: they check the "
        "address, open the window with STAC, and survive a page that is not there",
    )


@rule("read-only", "SDM Vol. 3A 4.6.1")
def read_only(case: Case) -> Finding | None:
    """The kernel wrote to a page without WRITE, while CR0.WP binds it."""
    found = _fault(case)
    if found is None or found[0].privilege != 0 or found[1].reserved:
        return None
    registers, error, way = found
    if not error.present or not error.write or not way.mapped or way.writable:
        return None
    step = next(step for step in way.steps if not step.entry & WRITE)
    return Finding(
        f"the kernel wrote to {case.name(registers['cr2'])}, which is mapped read-only: "
        f"{in_words(step)}",
        "with CR0.WP read-only pages bind ring 0 as well; WRITE (bit 1) must be set in the entries "
        "of all four levels",
        wrong=entry_bytes(step),
    )


@rule("user-bit", "SDM Vol. 3A 4.6.1")
def user_bit(case: Case) -> Finding | None:
    """A program's own page, without USER in an entry on the way."""
    found = _fault(case)
    if found is None or found[0].privilege != 3 or not found[1].present or found[1].reserved:
        return None
    registers, _, way = found
    place = case.place(registers["cr2"])
    if not way.mapped or way.user or registers["cr2"] >= USER_HALF_END or place is None:
        return None
    step = next(step for step in way.steps if not step.entry & USER)
    return Finding(
        f"{registers['cr2']:#x} is the program's own ({place.name}), but its page is the kernel's "
        f"alone: USER is 0, {in_words(step)}",
        "USER (bit 2) must be set in the entries of all four levels: one table without it hides "
        "all that lies below it from ring 3",
        wrong=entry_bytes(step),
    )


@rule("vdso-no-execute", "SDM Vol. 3A 4.6.2")
def vdso_no_execute(case: Case) -> Finding | None:
    """A program called the vDSO, whose page is not executable."""
    found = _fault(case)
    if found is None or found[0].privilege != 3 or not found[1].fetch or found[1].reserved:
        return None
    registers, _, way = found
    place = case.place(registers["rip"])
    if place is None or place.file != "the vDSO" or not way.mapped or way.executable:
        return None
    return Finding(
        f"a program called {place.name} in the vDSO, whose page is mapped {way.rights}: not "
        "executable",
        "the vDSO's image is mapped read and execute, the vvar page in front of it read-only",
        at=_caller(case),
        wrong=entry_bytes(next(step for step in way.steps if step.entry & NO_EXECUTE)),
    )


@rule("null-pointer", "SDM Vol. 3A 4.7")
def null_pointer(case: Case) -> Finding | None:
    """The kernel used a pointer that is 0, or a small number."""
    found = _fault(case)
    if found is None or found[0].privilege != 0 or case.instruction is None:
        return None
    registers, error, way = found
    address = registers["cr2"]
    if address >= PAGE_SIZE or way.mapped or error.fetch or address == registers["rip"]:
        return None
    table = registers.idt
    if case.instruction.segment or (table.base == 0 and table.limit == 0xFFFF):
        return None
    if case.instruction.mnemonic in ("iretq", "iretd", "iret"):
        return None
    return Finding(
        f"the kernel followed a null pointer: {str(case.instruction).upper()} tried to "
        f"{'write' if error.write else 'read'} address {address:#x}",
        "a pointer that was never set, or a result that says `nothing found` and was not tested; "
        "the number is the offset of the field that was wanted",
        inputs=((case.instruction.address, case.instruction.reaches),),
    )


@rule("wild-address", "SDM Vol. 3A 4.7", last_resort=True)
def wild_address(case: Case) -> Finding | None:
    """The kernel touched an address where nothing is mapped."""
    found = _fault(case)
    if found is None or found[0].privilege != 0 or case.instruction is None:
        return None
    registers, error, way = found
    address = registers["cr2"]
    if way.mapped or not case.walk(registers["rip"]).mapped or address == registers["rip"]:
        return None
    if case.failures and registers.idt.base == 0:
        return None
    return Finding(
        f"the kernel tried to {'write' if error.write else 'read'} {address:#x}, where nothing is "
        f"mapped: {str(case.instruction).upper()}",
        "follow the register that holds the address back to where it was loaded",
        inputs=((case.instruction.address, case.instruction.reaches),),
    )


@rule("wild-jump", "SDM Vol. 3A 6.15")
def wild_jump(case: Case) -> Finding | None:
    """RIP is no address of code: a return address or a function pointer was overwritten."""
    first = case.first
    if first is None or first.registers.privilege != 0 or first.vector not in (13, 14):
        return None
    registers = first.registers
    rip = registers["rip"]
    if not registers.long_mode or case.place(rip) is not None:
        return None
    if case.place(rip | 0xFFFF_FFFF_0000_0000) is not None and rip < USER_HALF_END:
        return None
    if is_canonical(rip) and registers["cr2"] != rip:
        return None
    if registers["rsp"] < USER_HALF_END:
        return None
    call = _call_before(case)
    if call is not None and call.operands[:1] in "[qr" and not call.operands.startswith("rip"):
        return Finding(
            f"{str(call).upper()} called {rip:#x}, which is no code",
            "a function pointer or an entry of a table that was never set, or was overwritten; or "
            "the index is wrong, or what it is multiplied by",
            at=call.address,
            inputs=((call.address, call.reads - {"rsp"}),),
        )
    below = case.words(registers["rsp"] - WORD, 1)
    if below is not None and below[0] == rip:
        return Finding(
            f"RET popped {rip:#x} as a return address, which is no code",
            "something was pushed and not popped before RET, or the stack was overwritten; the "
            "words below RSP show what was taken off last",
            wrong=Datum("the return address", registers["rsp"] - WORD, WORD),
            also=_pushed_it(case, rip),
        )
    return Finding(
        f"the kernel jumped to {rip:#x}, which is no code",
        "a function pointer or an entry of a table that was never set, or was overwritten",
    )


def _fault(case: Case) -> tuple[Registers, PageFaultError, Walk] | None:
    """The first exception, if it is #PF: its registers, its error code, the way to CR2."""
    first = case.first
    if first is None or first.vector != PAGE_FAULT or not first.registers["cr0"] & CR0_PAGING:
        return None
    way = case.walk(first.registers["cr2"])
    return (first.registers, PageFaultError(first.error), way) if way.known else None


def _fetch(case: Case) -> tuple[Registers, PageFaultError, Walk] | None:
    """The same, if ring 0 could not fetch an instruction (bit 4 needs NX or SMEP to be on)."""
    found = _fault(case)
    if found is None or found[0].privilege != 0:
        return None
    return found if found[1].fetch or found[0]["cr2"] == found[0]["rip"] else None


def entry_bytes(step: Step) -> Datum:
    """An entry of a table, in physical memory."""
    what = f"{LEVELS[step.level]} entry {step.index}"
    return Datum(what, step.where, WORD, physical=True, structure=(step.where & -PAGE_SIZE, 4096))


def _without_tables(case: Case) -> bool:
    """Whether the CPU pages by what happens to lie at physical address 0."""
    first = case.first
    if first is None or first.vector != PAGE_FAULT:
        return False
    return bool(first.registers["cr0"] & CR0_PAGING) and first.registers["cr3"] == 0


def _switch(case: Case) -> Instruction | None:
    """The MOV to CR3 or CR0 just before: what runs on is still in the CPU's caches for a while."""
    if case.registers is None:
        return None
    address = case.registers["rip"]
    for _ in range(_STILL_CACHED):
        step = case.instruction_before(address)
        if step is None or step.mnemonic in ("call", "ret", "jmp"):
            return None
        if step.mnemonic == "mov" and step.operands.startswith(("cr3", "cr0")):
            return step
        address = step.address
    return None


_STILL_CACHED = 3


def _call_before(case: Case) -> Instruction | None:
    """The CALL whose return address is on top of the stack."""
    assert case.registers is not None
    words = case.words(case.registers["rsp"], 1)
    place = None if words is None else case.place(words[0])
    if words is None or place is None or place.offset == 0:
        return None
    step = case.instruction_before(words[0])
    return step if step is not None and step.mnemonic == "call" else None


def _is_stack(registers: Registers) -> bool:
    """Whether the address is where RSP points: then it is a stack that is wrong."""
    return registers["rsp"] < USER_HALF_END and abs(registers["cr2"] - registers["rsp"]) < PAGE_SIZE


def _missing(way: Walk) -> str:
    return in_words(way.steps[-1])


def _present(way: Walk) -> str:
    """A remark on an entry that has all but its lowest bit."""
    value = way.steps[-1].entry
    return f"; {value:#x} lacks PRESENT, bit 0" if value and not value & PRESENT else ""


def _caller(case: Case) -> int | None:
    """The CALL that led to where ring 3 is, if RSP still points to its return address."""
    assert case.registers is not None
    words = case.words(case.registers["rsp"], 1)
    return None if words is None or case.place(words[0]) is None else words[0] - 1


def _pushed_it(case: Case, value: int) -> tuple[tuple[str, int], ...]:
    """The return address above it, if there is one: the function's caller."""
    assert case.registers is not None
    words = case.words(case.registers["rsp"], 1)
    if words is None or case.place(words[0]) is None or not case.symbols.file_bytes(words[0], 1):
        return ()
    return (("the return address stands above it", words[0] - 1),)
