"""Instructions to bytes.  The only module that imports Keystone.

    Instruction ─ resolve, match ─> Shape ─ canonical text ─> Keystone ─> Template ─┐
    + values        (matching.py)     └──── or a row of forms.py ──────> Template ─┤
                                                                                   v
    Encoding <── read back (readback.py) <── bytes <── address and numbers put in (fill)

Keystone sees nothing that a user typed: only texts made here, from a mnemonic
and a shape of the table, register names, ``[rbx]`` and sample numbers.  A
whole file's new texts go to it in one call; what has been encoded is remembered.
Every encoding is disassembled again and compared with what was asked for.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from ring3 import memory
from ring3.asm import readback
from ring3.asm.addressing import AddressBytes, AddressError, address_bytes
from ring3.asm.forms import FORMS
from ring3.asm.instruction import Encoding, Field, Instruction
from ring3.asm.instruction_set import PREFIXES, WIDTH_IGNORED, Shape
from ring3.asm.matching import (
    Address,
    MatchError,
    Number,
    Pointer,
    Resolved,
    index_kind,
    match,
    memory_size,
    resolve,
)
from ring3.asm.registers import GENERAL_REGISTERS, Register, RegisterKind
from ring3.asm.template import (
    FWAIT,
    Template,
    TemplateError,
    from_form,
    needs_rex,
    prefix_bytes,
    take_apart,
)
from ring3.diagnostic import Diagnostic

Request = tuple[Instruction, Sequence[int | None]]


def encode(requests: Sequence[Request]) -> list[Encoding | Diagnostic]:
    """Encode the instructions of a file, each with the values of its expressions.

    A value is None while it is not a known number; its field is then full-size
    and zero.  Relative branches to a target (``Instruction.relative_target``) are
    not for here.  Where an instruction has no encoding, its place in the result
    holds the reason.
    """
    results: list[Encoding | Diagnostic | None] = [None] * len(requests)
    pending: dict[_Key, tuple[_Plan, list[int]]] = {}
    if len(_encodings) > _MOST_REMEMBERED:
        _encodings.clear()
    for place, (instruction, values) in enumerate(requests):
        if instruction.mnemonic in PREFIXES:
            results[place] = Encoding(bytes((PREFIXES[instruction.mnemonic],)))
            continue
        try:
            operands = resolve(instruction, values)
            key: _Key = (instruction.mode, instruction.mnemonic, instruction.prefixes, *operands)
            if key in _encodings:
                results[place] = _encodings[key]
            elif key in pending:
                pending[key][1].append(place)
            else:
                pending[key] = (_plan(instruction, operands), [place])
        except MatchError as error:
            results[place] = error.diagnostic
    plans = [plan for plan, _ in pending.values()]
    _learn_templates(plans)
    candidates = [_fill(plan) for plan in plans]
    verdicts = readback.check(
        [
            readback.Claim(
                plan.instruction,
                plan.shape,
                plan.operands,
                plan.address,
                plan.template if plan.text is None else None,
                candidate,
            )
            for plan, candidate in zip(plans, candidates, strict=True)
            if candidate is not None
        ]
    )
    for (key, (plan, places)), candidate in zip(pending.items(), candidates, strict=True):
        outcome: Encoding | Diagnostic
        if candidate is None:
            outcome = _unsupported(plan)
        elif complaint := next(verdicts):
            outcome = _disagreement(plan, candidate, complaint)
        else:
            outcome = _encodings[key] = candidate
        for place in places:
            instruction = requests[place][0]
            results[place] = _moved(outcome, plan.instruction, instruction)
    return [result for result in results if result is not None]


#: What the bytes depend on: mode, mnemonic, prefixes and operands, not the place in the source.
_Key = tuple[object, ...]
_encodings: dict[_Key, Encoding] = {}
_MOST_REMEMBERED = (
    1 << 16
)  # about 50 MB; half of real code repeats, within a file for the most part
_templates: dict[tuple[int, str], Template | None] = {}


@dataclass(slots=True)
class _Plan:
    """An instruction that fits a shape, with its address made, and the text for Keystone."""

    instruction: Instruction
    operands: tuple[Resolved, ...]
    shape: Shape
    address: AddressBytes | None
    address_expression: int | None
    text: str | None
    template: Template | None = None


def _plan(instruction: Instruction, operands: tuple[Resolved, ...]) -> _Plan:
    shape = match(instruction, operands)
    _check_high_byte(instruction, operands)
    position = _address_position(operands, shape)
    address = operands[position] if position is not None else None
    made = None
    if isinstance(address, Address) and position is not None:
        try:
            made = address_bytes(address, instruction.mode, shape.atoms[position])
        except AddressError as error:
            raise MatchError(
                "displacement-out-of-range",
                str(error),
                instruction.place(instruction.operands[position]),
            ) from None
    expression = address.expression if isinstance(address, Address) else None
    plan = _Plan(instruction, operands, shape, made, expression, None)
    form = FORMS.get((shape.mnemonic, shape.atoms))
    if form is None:
        plan.text = _canonical_text(plan)
    else:
        registers = tuple(o if isinstance(o, Register) else None for o in operands)
        extended = (made.extends_base, made.extends_index) if made else (False, False)
        plan.template = from_form(form, shape, registers, instruction.mode, extended)
    return plan


def _address_position(operands: tuple[Resolved, ...], shape: Shape) -> int | None:
    """Which operand is in memory; of the two of a string instruction, the source."""
    places = [place for place, operand in enumerate(operands) if isinstance(operand, Address)]
    if len(places) < 2:
        return places[0] if places else None
    return next((p for p in places if shape.atoms[p][:3] == "src"), places[0])


def _check_high_byte(instruction: Instruction, operands: tuple[Resolved, ...]) -> None:
    """ah, ch, dh and bh have no encoding beside a REX prefix (SDM Vol. 2A 2.2.1.2)."""
    named: list[Register] = []
    for operand in operands:
        if isinstance(operand, Register):
            named.append(operand)
        elif isinstance(operand, Address):
            named += [r for r in (operand.base, operand.index) if r is not None]
    high = next((r for r in named if r.kind is RegisterKind.HIGH_BYTE), None)
    if high is None:
        return
    other = next((r for r in named if needs_rex(r) or _is_wide(r, operands)), None)
    if other is not None:
        raise MatchError(
            "high-byte-with-rex",
            f"`{high}` cannot stand in one instruction with `{other}`",
            instruction.location,
            f"`{other}` needs a REX prefix, which turns `{high}` into another register",
        )


def _is_wide(register: Register, operands: tuple[Resolved, ...]) -> bool:
    return register in operands and register.kind is RegisterKind.GENERAL and register.size == 8


# --- the text that Keystone gets -------------------------------------------------------------

_SAMPLE_NUMBERS = {
    "is8": (0x11, 1),
    "i8": (0x11, 1),
    "i16": (0x1122, 2),
    "i32": (0x11223344, 4),
    "i32s": (0x11223344, 4),
    "i64": (0x1122334455667788, 8),
}
_SIZE_WORDS = {
    8: "byte", 16: "word", 32: "dword", 48: "fword", 64: "qword", 80: "tbyte",
    128: "xmmword", 256: "ymmword",
}  # fmt: skip


def _canonical_text(plan: _Plan) -> str:
    mode = plan.instruction.mode
    words = [
        _operand_text(operand, atom, plan.address, mode, plan.shape.mnemonic)
        for operand, atom in zip(plan.operands, plan.shape.atoms, strict=True)
        if atom != "xmm0"  # which Keystone, too, lets the mnemonic imply
    ]
    return f"{plan.shape.mnemonic} {', '.join(words)}".rstrip()


def _operand_text(
    operand: Resolved, atom: str, address: AddressBytes | None, mode: int, mnemonic: str
) -> str:
    if isinstance(operand, Register):
        if mnemonic in WIDTH_IGNORED and operand.kind is RegisterKind.GENERAL:
            return GENERAL_REGISTERS[operand.number, 4].name
        return operand.name
    if isinstance(operand, Number):
        return atom if atom.isdigit() else hex(_SAMPLE_NUMBERS[atom][0])
    assert address is not None
    size = memory_size(atom)
    keyword = f"{_SIZE_WORDS[size]} ptr " if size is not None else ""
    return keyword + _sample_address(address, atom, mode)


def _sample_address(address: AddressBytes, atom: str, mode: int) -> str:
    if index_kind(atom) is not None:
        base = ("r11" if address.extends_base else "rbx") if mode == 64 else "ebx"
        return f"[{base}+{atom[0]}mm{9 if address.extends_index else 1}*2]"
    if mode == 16:
        return "[bx]"
    if mode == 32:
        return "[ebx]"
    base = "r11" if address.extends_base else "rbx"
    return f"[{base}+r9*2]" if address.extends_index else f"[{base}]"


def _sample_sizes(shape: Shape) -> tuple[int, ...]:
    return tuple(_SAMPLE_NUMBERS[atom][1] for atom in shape.atoms if atom in _SAMPLE_NUMBERS)


# --- Keystone ---------------------------------------------------------------------------------


class _Samples:
    """Keystone's bytes of the texts that it was given, None where it refuses them.

    They are remembered, so that who meets nothing new need not wait for Keystone;
    like all else they are read back wherever they are used.
    """

    QUESTION = "what Keystone makes of a text"
    MOST_WRITTEN = 1 << 15

    def __init__(self) -> None:
        self.known: dict[tuple[int, str], bytes | None] = memory.recall(self.QUESTION) or {}
        self.written = len(self.known)

    def learn(self, texts: Collection[tuple[int, str]]) -> None:
        """Know the bytes of these texts, each with its mode; what is new goes in one call."""
        by_mode: dict[int, list[str]] = {}
        for mode, text in texts:
            if (mode, text) not in self.known:
                by_mode.setdefault(mode, []).append(text)
        for mode, new in by_mode.items():
            for text, data in zip(new, _assemble_all(new, mode), strict=True):
                self.known[mode, text] = data
        # An eighth more, lest many small files write it down many times.
        if self.written + self.written // 8 < len(self.known) <= self.MOST_WRITTEN:
            memory.keep(self.QUESTION, self.known)
            self.written = len(self.known)


@cache
def _samples() -> _Samples:
    return _Samples()


def _learn_templates(plans: Sequence[_Plan]) -> None:
    """Give each plan its template; Keystone is asked for all texts that are new at once."""
    new = {
        (plan.instruction.mode, plan.text): plan
        for plan in plans
        if plan.text is not None and (plan.instruction.mode, plan.text) not in _templates
    }
    if new:
        samples = _samples()
        samples.learn(new)
        for key, plan in new.items():
            _templates[key] = _template(samples.known[key], plan)
    for plan in plans:
        if plan.text is not None:
            plan.template = _templates[plan.instruction.mode, plan.text]


def _template(data: bytes | None, plan: _Plan) -> Template | None:
    if data is None:
        return None
    address = plan.address
    try:
        return take_apart(
            data,
            _sample_sizes(plan.shape),
            has_address=address is not None,
            has_sib=address is not None
            and (address.extends_index or any(index_kind(a) for a in plan.shape.atoms)),
            has_trailer=plan.shape.has_trailer,
            mode=plan.instruction.mode,
        )
    except TemplateError:
        return None


def _assemble_all(texts: list[str], mode: int) -> list[bytes | None]:
    """Keystone's bytes of each text, None for what it refuses.

    The bytes of a batch are told apart by disassembling them; where a text is
    refused, or the parts do not come out as many as the texts, the batch is halved.
    """
    data = _assemble("\n".join(texts), mode)
    if len(texts) == 1:
        return [data]
    parts = readback.split(data, mode) if data is not None else []
    if data is not None and len(parts) == len(texts):
        return list(parts)
    middle = len(texts) // 2
    return _assemble_all(texts[:middle], mode) + _assemble_all(texts[middle:], mode)


def _assemble(text: str, mode: int) -> bytes | None:
    import keystone  # noqa: PLC0415  # not where all is remembered

    try:
        data, _ = _engine(mode).asm(text, as_bytes=True)
    except keystone.KsError:
        return None
    return data or None


@cache
def _engine(mode: int) -> Any:
    import keystone  # noqa: PLC0415  # likewise

    modes = {16: keystone.KS_MODE_16, 32: keystone.KS_MODE_32, 64: keystone.KS_MODE_64}
    return keystone.Ks(keystone.KS_ARCH_X86, modes[mode])


# --- the bytes --------------------------------------------------------------------------------


def _fill(plan: _Plan) -> Encoding | None:
    """Put the address and the numbers into the template."""
    template = plan.template
    if template is None:
        return None
    prefixes = bytes(PREFIXES[name] for name in plan.instruction.prefixes)
    data = bytearray((FWAIT,)) if template.waits else bytearray()
    data += prefix_bytes(template, plan.address, prefixes)
    data += template.opcode
    fields: list[Field] = []
    address = plan.address
    if address is not None:
        if template.mod_rm is not None:
            data.append(template.mod_rm | address.mod_rm)
        data += address.tail
        if address.field:
            assert plan.address_expression is not None
            fields.append(
                Field(
                    len(data) - address.field,
                    address.field,
                    plan.address_expression,
                    address.is_relative,
                    True if address.is_relative else _signedness(plan, address),
                )
            )
    for number, size, signed in _numbers(plan, template):
        if number.value is None:
            fields.append(Field(len(data), size, number.expression, signed=signed))
        value = number.value or 0
        data += (value & ((1 << 8 * size) - 1)).to_bytes(size, "little")
    data += template.trailer
    return Encoding(bytes(data), tuple(fields))


def _signedness(plan: _Plan, address: AddressBytes) -> bool | None:
    """How the CPU extends the address field, as far as anybody can tell from the result."""
    if address.field != 4:
        return None
    if plan.shape.mnemonic == "lea":
        destination = plan.operands[0]
        return isinstance(destination, Register) and destination.size == 8 and address.is_signed
    return address.is_signed


def _numbers(plan: _Plan, template: Template) -> list[tuple[Number, int, bool | None]]:
    """The immediates in the order of their fields: number, size, how the CPU extends it."""
    if not template.immediates:
        return []
    found: list[tuple[Number, str]] = []
    for operand, atom in zip(plan.operands, plan.shape.atoms, strict=True):
        if isinstance(operand, Number) and not atom.isdigit():
            found.append((operand, atom))
        elif isinstance(operand, Pointer):
            found += [(operand.offset, "i32"), (operand.selector, "i16")]
    return [
        (number, size, {"i32s": True, "i32": False}.get(atom) if size == 4 else None)
        for (number, atom), size in zip(found, template.immediates, strict=True)
    ]


# --- when it did not work ---------------------------------------------------------------------


def _unsupported(plan: _Plan) -> Diagnostic:
    return Diagnostic(
        "not-supported",
        f"`{plan.instruction.mnemonic}` is not supported with these operands",
        plan.instruction.location,
        "the encoder knows no bytes for it that could be proven",
    )


def _disagreement(plan: _Plan, encoding: Encoding, complaint: str) -> Diagnostic:
    return Diagnostic(
        "encoder-disagrees",
        f"the encoder made {encoding.data.hex(' ')} of this, which reads back as {complaint}",
        plan.instruction.location,
        "this is a fault of the assembler, not of the source; please report it",
    )


def _moved(
    outcome: Encoding | Diagnostic, planned: Instruction, instruction: Instruction
) -> Encoding | Diagnostic:
    """The outcome for the same instruction at another place of the source."""
    if isinstance(outcome, Encoding) or planned is instruction:
        return outcome
    return Diagnostic(outcome.code, outcome.message, instruction.location, outcome.help)
