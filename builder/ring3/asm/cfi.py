"""Call frame information: `.cfi_*` directives to the section `.eh_frame`.

    .cfi_startproc ┐                        CIE  what holds for many procedures
    .cfi_…         ├─ Procedure ─ write ─>  FDE  where one is, and how its frame changes
    .cfi_endproc   ┘                        …

A CIE holds what the first procedure of its kind says before any address has
passed, and serves all later ones that begin with the same.  (LSB 5.0 Core, 10.6; DWARF 5, 6.4;
register numbers: psABI x86-64, figure 3.36, and psABI i386, table 2.14.)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from ring3.asm.expression import Bound
from ring3.asm.layout import Block, PendingField, SectionBuilder
from ring3.asm.leb128 import sleb128, uleb128
from ring3.asm.lexer import AssemblyError, TokenKind, TokenStream, describe
from ring3.asm.object import SectionFlag, SectionType
from ring3.asm.symbol_table import Entry
from ring3.diagnostic import Diagnostic, Location

if TYPE_CHECKING:
    from ring3.asm.assembler import Assembler
    from ring3.asm.directive import Call
    from ring3.asm.resolve import Resolver

_MOST_REGISTER = 66
_CIE_VERSION = 1
_PC_RELATIVE_SDATA4 = 0x1B  # DW_EH_PE_pcrel | DW_EH_PE_sdata4

# DWARF 5, table 7.29
_ADVANCE, _OFFSET, _RESTORE = 0x40, 0x80, 0xC0
_ADVANCE_1, _ADVANCE_2, _ADVANCE_4 = 0x02, 0x03, 0x04
_OFFSET_EXTENDED, _RESTORE_EXTENDED = 0x05, 0x06
_UNDEFINED, _SAME_VALUE, _REGISTER = 0x07, 0x08, 0x09
_REMEMBER_STATE, _RESTORE_STATE = 0x0A, 0x0B
_DEF_CFA, _DEF_CFA_REGISTER, _DEF_CFA_OFFSET = 0x0C, 0x0D, 0x0E
_OFFSET_EXTENDED_SF, _DEF_CFA_SF, _DEF_CFA_OFFSET_SF = 0x11, 0x12, 0x13
_VAL_OFFSET, _VAL_OFFSET_SF = 0x14, 0x15


class Machine(NamedTuple):
    """What differs between x86-64 and i386: the numbers of registers, the size of a slot."""

    registers: Mapping[str, int]
    slot: int  # bytes that a push takes; offsets are multiples of it
    stack_pointer: int
    return_address: int

    @property
    def factor(self) -> int:
        """The data alignment factor: stacks grow downwards."""
        return -self.slot


def _numbered(*names: str) -> dict[str, int]:
    return {name: number for number, name in enumerate(names)}


_X86_64 = Machine(
    {
        **_numbered("rax", "rdx", "rcx", "rbx", "rsi", "rdi", "rbp", "rsp"),
        **{f"r{number}": number for number in range(8, 16)},
        "rip": 16,
        **{f"xmm{number}": 17 + number for number in range(16)},
    },
    slot=8,
    stack_pointer=7,
    return_address=16,
)
_I386 = Machine(
    _numbered("eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi", "eip", "eflags"),
    slot=4,
    stack_pointer=4,
    return_address=8,
)


class Rule(NamedTuple):
    """One instruction for whoever unwinds, and the place from which on it holds."""

    code: bytes
    at: Entry
    ends_common_part: bool = False  # not part of a CIE, nor anything after it


@dataclass(slots=True)
class Procedure:
    """What stands between ``.cfi_startproc`` and ``.cfi_endproc``."""

    location: Location
    start: Entry
    machine: Machine
    return_column: int
    end: Entry | None = None
    rules: list[Rule] = field(default_factory=list)
    is_signal_frame: bool = False
    cfa_offset: int = 0
    remembered: list[int] = field(default_factory=list)


class CallFrameInformation:
    """Collects procedures while the source is read, and writes them at the end."""

    def __init__(self, assembler: Assembler) -> None:
        self._assembler = assembler
        self._procedures: list[Procedure] = []
        self._open: Procedure | None = None

    # -- reading ----------------------------------------------------------------

    def directive(self, call: Call) -> None:
        """Take one ``.cfi_*`` directive; raises AssemblyError."""
        tokens = call.tokens()
        if call.name == ".cfi_sections":
            self._sections(tokens)
        elif call.name == ".cfi_startproc":
            self._start(call, tokens)
        elif self._open is None:
            call.fail("cfi-outside", f"{call.name} without a .cfi_startproc before it")
        elif call.name == ".cfi_endproc":
            self._open.end = self._here(call.location)
            self._open = None
        else:
            _RULES[call.name](self, self._open, tokens)
        tokens.expect_end()

    def unclosed(self) -> list[Diagnostic]:
        """What is wrong at the end of the file."""
        if self._open is None:
            return []
        message = "this .cfi_startproc has no .cfi_endproc"
        return [Diagnostic("unterminated-cfi", message, self._open.location)]

    def _sections(self, tokens: TokenStream) -> None:
        token = tokens.next()
        if token.text != ".eh_frame":
            tokens.error(
                "cfi-section",
                f"call frame information goes to .eh_frame, not {describe(token)}",
                token,
            )

    def _start(self, call: Call, tokens: TokenStream) -> None:
        if self._open is not None:
            call.fail("cfi-nested", "the .cfi_startproc before this one has no .cfi_endproc")
        bits = self._assembler.bits
        if self._assembler.mode != bits:
            call.fail("cfi-mode", f"call frame information is for {bits}-bit code here")
        machine = self._machine
        start = self._here(call.location)
        self._open = Procedure(call.location, start, machine, machine.return_address)
        self._procedures.append(self._open)
        if tokens.peek().text == "simple":
            tokens.next()
            return
        self._open.cfa_offset = machine.slot
        cfa = uleb128(machine.stack_pointer) + uleb128(machine.slot)
        self._rule(self._open, bytes((_DEF_CFA,)) + cfa)
        self._rule(self._open, _saved(machine, machine.return_address, -machine.slot))

    @property
    def _machine(self) -> Machine:
        return _I386 if self._assembler.bits == 32 else _X86_64

    def _here(self, location: Location) -> Entry:
        entry = Entry("", location)
        self._assembler.place(entry)
        return entry

    def _rule(self, procedure: Procedure, code: bytes, *, ends_common_part: bool = False) -> None:
        rules = procedure.rules
        rules.append(Rule(code, self._here(procedure.location), ends_common_part))

    # -- the rules --------------------------------------------------------------

    def define_cfa(self, procedure: Procedure, tokens: TokenStream) -> None:
        """``.cfi_def_cfa register, offset``."""
        register = _register(procedure.machine, tokens)
        tokens.expect(",")
        procedure.cfa_offset = offset = self._number(tokens)
        if offset < 0:
            code = (
                bytes((_DEF_CFA_SF,))
                + uleb128(register)
                + _factored(procedure.machine, offset, tokens)
            )
        else:
            code = bytes((_DEF_CFA,)) + uleb128(register) + uleb128(offset)
        self._rule(procedure, code)

    def define_cfa_register(self, procedure: Procedure, tokens: TokenStream) -> None:
        """``.cfi_def_cfa_register register``."""
        self._rule(
            procedure, bytes((_DEF_CFA_REGISTER,)) + uleb128(_register(procedure.machine, tokens))
        )

    def define_cfa_offset(self, procedure: Procedure, tokens: TokenStream) -> None:
        """``.cfi_def_cfa_offset offset``."""
        self._set_cfa_offset(procedure, self._number(tokens), tokens)

    def adjust_cfa_offset(self, procedure: Procedure, tokens: TokenStream) -> None:
        """``.cfi_adjust_cfa_offset difference``."""
        self._set_cfa_offset(procedure, procedure.cfa_offset + self._number(tokens), tokens)

    def _set_cfa_offset(self, procedure: Procedure, offset: int, tokens: TokenStream) -> None:
        procedure.cfa_offset = offset
        if offset < 0:
            code = bytes((_DEF_CFA_OFFSET_SF,)) + _factored(procedure.machine, offset, tokens)
        else:
            code = bytes((_DEF_CFA_OFFSET,)) + uleb128(offset)
        self._rule(procedure, code)

    def save(self, procedure: Procedure, tokens: TokenStream) -> None:
        """``.cfi_offset register, offset``."""
        register, offset = self._register_and_offset(procedure.machine, tokens)
        self._rule(procedure, _saved(procedure.machine, register, offset))

    def save_relative(self, procedure: Procedure, tokens: TokenStream) -> None:
        """``.cfi_rel_offset register, offset``: from the CFA's register, not from the CFA."""
        register, offset = self._register_and_offset(procedure.machine, tokens)
        self._rule(procedure, _saved(procedure.machine, register, offset - procedure.cfa_offset))

    def value_offset(self, procedure: Procedure, tokens: TokenStream) -> None:
        """``.cfi_val_offset register, offset``."""
        register, offset = self._register_and_offset(procedure.machine, tokens)
        factor = offset // procedure.machine.factor
        code = bytes((_VAL_OFFSET if factor >= 0 else _VAL_OFFSET_SF,)) + uleb128(register)
        self._rule(procedure, code + (uleb128(factor) if factor >= 0 else sleb128(factor)))

    def restore(self, procedure: Procedure, tokens: TokenStream) -> None:
        """``.cfi_restore register``."""
        register = _register(procedure.machine, tokens)
        code = (
            bytes((_RESTORE + register,))
            if register < 64
            else bytes((_RESTORE_EXTENDED,)) + uleb128(register)
        )
        self._rule(procedure, code)

    def undefined(self, procedure: Procedure, tokens: TokenStream) -> None:
        """``.cfi_undefined register``."""
        self._rule(procedure, bytes((_UNDEFINED,)) + uleb128(_register(procedure.machine, tokens)))

    def same_value(self, procedure: Procedure, tokens: TokenStream) -> None:
        """``.cfi_same_value register``."""
        self._rule(procedure, bytes((_SAME_VALUE,)) + uleb128(_register(procedure.machine, tokens)))

    def move(self, procedure: Procedure, tokens: TokenStream) -> None:
        """``.cfi_register register, register``."""
        register = _register(procedure.machine, tokens)
        tokens.expect(",")
        self._rule(
            procedure,
            bytes((_REGISTER,)) + uleb128(register) + uleb128(_register(procedure.machine, tokens)),
        )

    def remember_state(self, procedure: Procedure, tokens: TokenStream) -> None:
        """``.cfi_remember_state``."""
        procedure.remembered.append(procedure.cfa_offset)
        self._rule(procedure, bytes((_REMEMBER_STATE,)), ends_common_part=True)

    def restore_state(self, procedure: Procedure, tokens: TokenStream) -> None:
        """``.cfi_restore_state``."""
        if not procedure.remembered:
            tokens.error("cfi-state", ".cfi_restore_state without a .cfi_remember_state before it")
        procedure.cfa_offset = procedure.remembered.pop()
        self._rule(procedure, bytes((_RESTORE_STATE,)))

    def return_column(self, procedure: Procedure, tokens: TokenStream) -> None:
        """``.cfi_return_column register``."""
        procedure.return_column = _register(procedure.machine, tokens)
        self._rule(procedure, b"")

    def signal_frame(self, procedure: Procedure, tokens: TokenStream) -> None:
        """``.cfi_signal_frame``."""
        procedure.is_signal_frame = True
        self._rule(procedure, b"")

    def escape(self, procedure: Procedure, tokens: TokenStream) -> None:
        """``.cfi_escape byte, …``."""
        code = bytearray()
        while True:
            token = tokens.peek()
            value = self._number(tokens)
            if not 0 <= value <= 255:
                tokens.error("value-too-large", f"{value} does not fit into 1 byte", token)
            code.append(value)
            if not tokens.accept(","):
                break
        self._rule(procedure, bytes(code), ends_common_part=True)

    def _number(self, tokens: TokenStream) -> int:
        return self._assembler.constant(tokens, "this")

    def _register_and_offset(self, machine: Machine, tokens: TokenStream) -> tuple[int, int]:
        register = _register(machine, tokens)
        tokens.expect(",")
        token = tokens.peek()
        offset = self._number(tokens)
        if offset % machine.slot:
            message = f"the offset {offset} is not a multiple of {machine.slot}"
            tokens.error("cfi-offset", message, token)
        return register, offset

    # -- writing ----------------------------------------------------------------

    def write(self, resolver: Resolver) -> SectionBuilder | None:
        """The section, with a field for the start of each procedure."""
        if not self._procedures:
            return None
        section = SectionBuilder(".eh_frame", SectionFlag.ALLOC, SectionType.PROGBITS)
        section.alignment = boundary = self._machine.slot
        block = section.last
        common = CommonParts()
        for number, procedure in enumerate(self._procedures, start=1):
            is_last = number == len(self._procedures)
            _write_procedure(block, common, procedure, resolver, boundary if is_last else 4)
        block.size = len(block.data)
        return section


_RULES: dict[str, Callable[[CallFrameInformation, Procedure, TokenStream], None]] = {
    ".cfi_def_cfa": CallFrameInformation.define_cfa,
    ".cfi_def_cfa_register": CallFrameInformation.define_cfa_register,
    ".cfi_def_cfa_offset": CallFrameInformation.define_cfa_offset,
    ".cfi_adjust_cfa_offset": CallFrameInformation.adjust_cfa_offset,
    ".cfi_offset": CallFrameInformation.save,
    ".cfi_rel_offset": CallFrameInformation.save_relative,
    ".cfi_val_offset": CallFrameInformation.value_offset,
    ".cfi_restore": CallFrameInformation.restore,
    ".cfi_undefined": CallFrameInformation.undefined,
    ".cfi_same_value": CallFrameInformation.same_value,
    ".cfi_register": CallFrameInformation.move,
    ".cfi_remember_state": CallFrameInformation.remember_state,
    ".cfi_restore_state": CallFrameInformation.restore_state,
    ".cfi_return_column": CallFrameInformation.return_column,
    ".cfi_signal_frame": CallFrameInformation.signal_frame,
    ".cfi_escape": CallFrameInformation.escape,
}


class CommonPart(NamedTuple):
    """A CIE at ``offset`` of the section, with what it says."""

    offset: int
    return_column: int
    is_signal_frame: bool
    codes: tuple[bytes, ...]


class CommonParts:
    """All CIEs of a section, as a tree of what they say."""

    def __init__(self) -> None:
        self._children: dict[tuple[int, object], int] = {}
        self._parts: dict[int, CommonPart] = {}

    def add(self, part: CommonPart) -> None:
        """Remember one more."""
        node = 0
        for key in ((part.return_column, part.is_signal_frame), *part.codes):
            node = self._children.setdefault((node, key), len(self._children) + 1)
        self._parts[node] = part

    def fitting(self, procedure: Procedure, codes: tuple[bytes, ...]) -> CommonPart | None:
        """The newest CIE whose instructions are the procedure's first ones."""
        found: CommonPart | None = None
        node = 0
        for key in ((procedure.return_column, procedure.is_signal_frame), *codes):
            if (node, key) not in self._children:
                break
            node = self._children[node, key]
            part = self._parts.get(node)
            if part is not None and (found is None or part.offset > found.offset):
                found = part
        return found


def _write_procedure(
    block: Block,
    common: CommonParts,
    procedure: Procedure,
    resolver: Resolver,
    boundary: int,
) -> None:
    start = procedure.start
    rules = [r for r in procedure.rules if r.code or not _is_same_place(r.at, start)]
    first = 0
    while (
        first < len(rules)
        and not rules[first].ends_common_part
        and _is_same_place(rules[first].at, start)
    ):
        first += 1
    codes = tuple(rule.code for rule in rules[:first])
    cie = common.fitting(procedure, codes)
    if cie is None:
        cie = CommonPart(len(block.data), procedure.return_column, procedure.is_signal_frame, codes)
        common.add(cie)
        _write_cie(block, procedure, b"".join(codes))
    _write_fde(block, cie.offset, procedure, rules[len(cie.codes) :], resolver, boundary)


def _is_same_place(one: Entry, other: Entry) -> bool:
    """Known to be so while reading: over an alignment it is not, even if that takes no byte."""
    return one.block is other.block and one.offset == other.offset


def _write_cie(block: Block, procedure: Procedure, instructions: bytes) -> None:
    augmentation = b"zRS\0" if procedure.is_signal_frame else b"zR\0"
    body = (
        bytes(4)
        + bytes((_CIE_VERSION,))
        + augmentation
        + uleb128(1)
        + sleb128(procedure.machine.factor)
        + bytes((procedure.return_column,))
        + bytes((1, _PC_RELATIVE_SDATA4))
        + instructions
    )
    _append_record(block, body, 4)


def _write_fde(
    block: Block,
    cie: int,
    procedure: Procedure,
    rules: list[Rule],
    resolver: Resolver,
    boundary: int,
) -> None:
    start, end = procedure.start, procedure.end
    length = resolver.distance(end, start)
    if length is None:
        raise AssemblyError(
            Diagnostic("cfi-section", "a procedure must end in its section", procedure.location)
        )
    offset = len(block.data)
    instructions = bytearray()
    last = start
    for rule in rules:
        distance = resolver.distance(rule.at, last)
        if distance is None:
            raise AssemblyError(
                Diagnostic("cfi-section", "a procedure lies in one section", procedure.location)
            )
        instructions += _advance(distance) + rule.code
        last = rule.at
    body = (
        (offset + 4 - cie).to_bytes(4, "little")
        + bytes(4)
        + length.to_bytes(4, "little")
        + bytes(1)
        + instructions
    )
    _append_record(block, body, boundary)
    expression = Bound(start, 1, 2)
    block.fields.append(PendingField(offset + 8, 4, expression, procedure.location, following=0))


def _append_record(block: Block, body: bytes, boundary: int) -> None:
    """A record with its length before it; DW_CFA_nop (0) fills it up."""
    padding = bytes(-(len(block.data) + 4 + len(body)) % boundary)
    block.data += (len(body) + len(padding)).to_bytes(4, "little") + body + padding


def _advance(distance: int) -> bytes:
    if distance == 0:
        return b""
    if distance < 0x40:
        return bytes((_ADVANCE + distance,))
    if distance <= 0xFF:
        return bytes((_ADVANCE_1, distance))
    if distance <= 0xFFFF:
        return bytes((_ADVANCE_2,)) + distance.to_bytes(2, "little")
    return bytes((_ADVANCE_4,)) + distance.to_bytes(4, "little")


def _saved(machine: Machine, register: int, offset: int) -> bytes:
    factor = offset // machine.factor
    if factor < 0:
        return bytes((_OFFSET_EXTENDED_SF,)) + uleb128(register) + sleb128(factor)
    if register < 64:
        return bytes((_OFFSET + register,)) + uleb128(factor)
    return bytes((_OFFSET_EXTENDED,)) + uleb128(register) + uleb128(factor)


def _factored(machine: Machine, offset: int, tokens: TokenStream) -> bytes:
    if offset % machine.slot:
        tokens.error("cfi-offset", f"the offset {offset} is not a multiple of {machine.slot}")
    return sleb128(offset // machine.factor)


def _register(machine: Machine, tokens: TokenStream) -> int:
    token = tokens.next()
    known = machine.registers.get(token.text.lower())
    number = token.value if isinstance(token.value, int) else known
    if number is None or number > _MOST_REGISTER or token.kind is TokenKind.STRING:
        tokens.error("unknown-register", f"{describe(token)} is no register of a frame", token)
    return number
