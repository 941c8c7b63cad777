"""What the vDSOs tell unwinders is true: at every instruction, on every way to it.

.text ── Capstone ──> stack depth and saved registers, followed over all branches
.eh_frame ── pyelftools ──> the same, as an unwinder would believe it
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any

import capstone
import pytest
from capstone import x86_const as x86
from elftools.dwarf.callframe import FDE
from elftools.elf.elffile import ELFFile

from ring3 import pipeline
from ring3.elf.shared import SharedObject
from ring3.vdso import DOORS32
from ring3.workspace import Workspace

# DWARF's numbers of the registers that a function keeps, and of the stack pointer
KEPT = {
    64: {"rbx": 3, "rbp": 6, "r12": 12, "r13": 13, "r14": 14, "r15": 15},
    32: {"ebx": 3, "ebp": 5, "esi": 6, "edi": 7},
}
STACK_POINTER = {64: ("rsp", 7), 32: ("esp", 4)}

# Nobody calls these: a signal's handler would return to them.
SIGNAL_RETURNS = ("__kernel_sigreturn", "__kernel_rt_sigreturn")


@dataclass(frozen=True)
class State:
    """Before an instruction: bytes below the CFA, where kept registers lie, which changed."""

    depth: int
    saved: tuple[tuple[str, int], ...] = ()
    changed: frozenset[str] = frozenset()


@dataclass
class Code:
    """A linked shared object's functions."""

    bits: int
    frames: list[Any]
    instructions: dict[int, Any]
    exported: set[int]

    @property
    def word(self) -> int:
        return self.bits // 8

    def follow(self, frame: Any) -> Iterator[tuple[int, State]]:
        """The state at every instruction of a function, once for each way to it."""
        start = frame["initial_location"]
        end = start + frame["address_range"]
        todo, seen = [(start, State(self.word))], set()
        while todo:
            address, state = todo.pop()
            if (address, state) in seen or not start <= address < end:
                continue
            seen.add((address, state))
            yield address, state
            todo += self._next(self.instructions[address], state)

    def changed_by(self, start: int | None) -> frozenset[str]:
        """The kept registers that one of the object's own routines does not keep."""
        (frame,) = (frame for frame in self.frames if frame["initial_location"] == start)
        returns = (s for a, s in self.follow(frame) if self.instructions[a].mnemonic == "ret")
        return frozenset[str]().union(*(state.changed for state in returns))

    def _next(self, instruction: Any, state: State) -> Iterator[tuple[int, State]]:
        after = self._after(instruction, state)
        groups = instruction.groups
        behind = instruction.address + instruction.size
        target = instruction.operands[0].imm if x86.X86_GRP_BRANCH_RELATIVE in groups else None
        if x86.X86_GRP_RET in groups or instruction.mnemonic == "ud2":
            return
        if x86.X86_GRP_CALL in groups:
            if target == behind:  # a call of the next line: how 32-bit code learns its place
                yield behind, replace(after, depth=after.depth + self.word)
            else:
                yield behind, replace(after, changed=after.changed | self.changed_by(target))
            return
        if target is not None:
            yield target, after
        if x86.X86_GRP_JUMP not in groups or instruction.mnemonic != "jmp":
            yield behind, after

    def _after(self, instruction: Any, state: State) -> State:
        pointer = STACK_POINTER[self.bits][0]
        operands = instruction.op_str.split(", ")
        depth, saved = state.depth, dict(state.saved)
        if instruction.mnemonic == "push":
            depth += self.word
            name = operands[0]
            if name in KEPT[self.bits] and name not in state.changed:
                saved.setdefault(name, depth)
        elif instruction.mnemonic == "pop":
            name = operands[0]
            restored = saved.get(name) == depth
            depth -= self.word
            if restored:
                del saved[name]
                return State(depth, tuple(saved.items()), state.changed - {name})
        elif operands[0] == pointer and instruction.mnemonic in ("sub", "add"):
            depth += instruction.operands[1].imm * (1 if instruction.mnemonic == "sub" else -1)
        elif operands[0] == pointer and instruction.mnemonic not in ("cmp", "test", "push"):
            raise AssertionError(f"{instruction.mnemonic} {instruction.op_str} is not followed")
        written = {instruction.reg_name(r) for r in instruction.regs_access()[1]}
        changed = state.changed | (written & set(KEPT[self.bits]))
        return State(depth, tuple(saved.items()), changed)


def read(shared: SharedObject) -> Code:
    elf = ELFFile(BytesIO(shared.data))
    text: Any = elf.get_section_by_name(".text")
    bits = elf.elfclass
    decoder = capstone.Cs(
        capstone.CS_ARCH_X86, capstone.CS_MODE_64 if bits == 64 else capstone.CS_MODE_32
    )
    decoder.detail = True
    decoded = {i.address: i for i in decoder.disasm(text.data(), text["sh_addr"])}
    dwarf = elf.get_dwarf_info()
    frames = [entry for entry in dwarf.EH_CFI_entries() if isinstance(entry, FDE)]
    dynamic: Any = elf.get_section_by_name(".dynsym")
    exported = {
        symbol["st_value"]
        for symbol in dynamic.iter_symbols()
        if symbol["st_info"]["type"] == "STT_FUNC" and symbol.name not in SIGNAL_RETURNS
    }
    return Code(bits, frames, decoded, exported)


@pytest.fixture(scope="module", params=[(64, ""), *((32, door) for door in DOORS32)], ids=str)
def code(request: pytest.FixtureRequest) -> Code:
    bits, door = request.param
    return read(pipeline.link_vdso(Workspace(), bits, door))


def rule_at(frame: Any, address: int) -> dict[Any, Any]:
    """The row that holds at an address."""
    rows: list[dict[Any, Any]] = frame.get_decoded().table
    return [row for row in rows if row["pc"] <= address][-1]


def is_signal_frame(frame: Any) -> bool:
    return b"S" in frame.cie.header["augmentation"]


def test_every_exported_function_is_described(code: Code) -> None:
    assert len(code.exported) >= 5
    for address in code.exported:
        starts = [f["initial_location"] for f in code.frames]
        ends = [f["initial_location"] + f["address_range"] for f in code.frames]
        assert sum(start <= address < end for start, end in zip(starts, ends, strict=True)) == 1


def test_the_canonical_frame_address_is_right_at_every_instruction(code: Code) -> None:
    pointer = STACK_POINTER[code.bits][1]
    checked = 0
    for frame in code.frames:
        if is_signal_frame(frame):
            continue
        for address, state in code.follow(frame):
            cfa = rule_at(frame, address)["cfa"]
            assert (cfa.reg, cfa.offset) == (pointer, state.depth), hex(address)
            checked += 1
    assert checked > 100


def test_a_register_that_is_said_to_be_saved_is_where_it_is_said_to_be(code: Code) -> None:
    for frame in code.frames:
        if is_signal_frame(frame):
            continue
        for address, state in code.follow(frame):
            rules = rule_at(frame, address)
            for name, number in KEPT[code.bits].items():
                saved = dict(state.saved).get(name)
                if number in rules:
                    assert rules[number].arg == -(saved or 0), (hex(address), name)
                elif frame["initial_location"] in code.exported:
                    assert name not in state.changed, (hex(address), name)
