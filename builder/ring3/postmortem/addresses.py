"""What an address is: the tables of the CPU, stacks and their guards, the kernel, the program.

0xffffffff801231b0 ──> "gate 0xe of the IDT"
0xffffffff80126ff8 ──> "the guard page below the kernel's stack"
"""

from __future__ import annotations

import re

from ring3.postmortem.case import USER_HALF_END, Case
from ring3.postmortem.memory import PAGE_SIZE, is_canonical
from ring3.x86.descriptors import GATE_SIZE, TASK_STATE_SIZE

DIRECT_MAP = 0xFFFF_8880_0000_0000
STACK_MAXIMUM = 8 << 20
_STACK = re.compile(r"^ring3: init .* stack=0x([0-9a-f]+)", re.MULTILINE)
_VDSO = re.compile(r"^ring3: vdso text=0x([0-9a-f]+) vvar=0x([0-9a-f]+)", re.MULTILINE)
# The slots of `stacks`, in the order of cpu/tss.s.
_STACK_NAMES = ("the kernel's stack", "the stack of #DB", "of NMI", "of #DF", "of #MC")


def what_is(case: Case, address: int) -> str | None:
    """A few words; None when nothing is known of the address."""
    if not is_canonical(address):
        return "not canonical"
    return (
        _table(case, address)
        or _kernel_stack(case, address)
        or _named(case, address)
        or _user(case, address)
        or _direct_map(case, address)
        or ("the first page: a null pointer" if address < PAGE_SIZE else None)
    )


def _table(case: Case, address: int) -> str | None:
    registers = case.registers
    if registers is None:
        return None
    offset = address - registers.idt.base
    if registers.idt.base and 0 <= offset <= registers.idt.limit:
        return f"gate {offset // GATE_SIZE:#x} of the IDT"
    offset = address - registers.gdt.base
    if registers.gdt.base and 0 <= offset <= registers.gdt.limit:
        return f"entry {offset // 8} of the GDT"
    base = registers.segments["tr"].base
    if base and 0 <= address - base < TASK_STATE_SIZE:
        return f"the TSS, offset {address - base}"
    return None


def _kernel_stack(case: Case, address: int) -> str | None:
    """Stacks as cpu/tss.s lays them out: slots, the lowest page of each a guard."""
    names = ("stacks", "kernel_stack_top", "stacks_end")
    start, top, end = (case.symbols.address(name) for name in names)
    if start is None or top is None or end is None or not start <= address < end:
        return None
    slot, offset = divmod(address - start, top - start)
    name = _STACK_NAMES[slot] if slot < len(_STACK_NAMES) else f"stack {slot}"
    name = name if name.startswith("the") else f"the stack {name}"
    return f"the guard page below {name}" if offset < PAGE_SIZE else name


def _named(case: Case, address: int) -> str | None:
    place = case.place(address)
    return None if place is None else f"{place.name} in {place.file} ({place.section})"


def _user(case: Case, address: int) -> str | None:
    if address >= USER_HALF_END or address < PAGE_SIZE:
        return None
    if (vdso := _VDSO.search(case.voice)) and 0 <= address - int(vdso[2], 16) < 2 * PAGE_SIZE:
        return "the vvar page" if address < int(vdso[1], 16) else "the vDSO"
    if (stack := _STACK.search(case.voice)) and (
        -STACK_MAXIMUM < address - int(stack[1], 16) < STACK_MAXIMUM
    ):
        return "the program's stack"
    return "the program's half"


def _direct_map(case: Case, address: int) -> str | None:
    if case.registers is None or case.walk(address).physical != address - DIRECT_MAP:
        return None
    return f"the direct map of physical {address - DIRECT_MAP:#x}"
