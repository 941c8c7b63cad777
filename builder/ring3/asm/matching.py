"""An instruction with its known numbers, to the shape of the table that it fits.

    Instruction + values ── resolve ──> Register | Address | Number … ── match ──> Shape
                                                                        └──> Diagnostic

The rules are GNU as's: operand sizes come from registers and keywords, never
from a guess, and a number takes the shortest field it fits while one that is
not known yet takes the full one.  Where GNU as cuts a number to its field with
a warning, this is an error.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from ring3.asm.branch import RELATIVE_BRANCHES
from ring3.asm.expression import Binary, Expression, Here, Symbol, Unary
from ring3.asm.expression import Number as LiteralNumber
from ring3.asm.instruction import Instruction
from ring3.asm.instruction_set import ALIASES, SEGMENT_PREFIXES, SHAPES, Shape
from ring3.asm.operand import (
    SIZE_KEYWORDS,
    Bare,
    FarPointer,
    Immediate,
    Memory,
    Operand,
    RegisterOperand,
    expressions_of,
)
from ring3.asm.registers import GENERAL_REGISTERS, REGISTERS, Register, RegisterKind, is_vector
from ring3.diagnostic import Diagnostic, Location, nearest


class Number(NamedTuple):
    """An immediate; ``value`` is None while only the linker or the layout knows it.

    ``size`` in bytes and ``distance`` are what keywords before it said.
    """

    value: int | None
    expression: int
    size: int | None = None
    distance: str | None = None


@dataclass(frozen=True, slots=True)
class Address:
    """A memory operand; ``expression`` is that of the displacement, None where there is none."""

    size: int | None
    segment: Register | None
    base: Register | None
    index: Register | None
    scale: int
    displacement: int | None
    expression: int | None
    distance: str | None = None

    @property
    def is_absolute(self) -> bool:
        """True without any register."""
        return self.base is None and self.index is None

    def bits(self, mode: int) -> int:
        """How wide the address is: what its registers say, or else the code."""
        register = self.base or self.index
        return mode if register is None or is_vector(register) else register.size * 8


class Pointer(NamedTuple):
    """A far pointer in the code."""

    selector: Number
    offset: Number


Resolved = Register | Number | Address | Pointer


class MatchError(Exception):
    """The instruction has no encoding; the diagnostic says why."""

    def __init__(self, code: str, message: str, location: Location, help: str | None = None):
        super().__init__(message)
        self.diagnostic = Diagnostic(code, message, location, help)


def resolve(instruction: Instruction, values: Sequence[int | None]) -> tuple[Resolved, ...]:
    """The operands, with every bare expression made a number or an address; raises MatchError."""
    resolved = []
    first = 0
    for operand in instruction.operands:
        expressions = expressions_of(operand)
        for place, expression in enumerate(expressions, start=first):
            if values[place] is None and _negates_symbol(expression):
                raise MatchError(
                    "not-relocatable",
                    "no field can hold a negated address",
                    instruction.place(operand),
                )
        resolved.append(_resolve(instruction, operand, values, first))
        first += len(expressions)
    return tuple(resolved)


def _resolve(
    instruction: Instruction, operand: Operand, values: Sequence[int | None], first: int
) -> Resolved:
    match operand:
        case RegisterOperand():
            return operand.register
        case Immediate():
            if values[first] is not None and not _is_plain(operand):
                raise MatchError(
                    "offset-of-number",
                    "`offset` stands before an address, and this is a number",
                    instruction.place(operand),
                    "leave out `offset`",
                )
            return Number(values[first], first, operand.size)
        case Bare():
            is_literal = isinstance(operand.expression, LiteralNumber)
            if operand.size and not is_literal and not _may_have_size(operand.expression):
                raise _size_before_number(instruction.place(operand))
            if values[first] is None and _is_address(operand.expression):
                return Address(operand.size, None, None, None, 1, None, first, operand.distance)
            return Number(values[first], first, operand.size, operand.distance)
        case FarPointer():
            return Pointer(Number(values[first], first), Number(values[first + 1], first + 1))
        case Memory():
            has_displacement = operand.displacement is not None
            return Address(
                operand.size,
                operand.segment,
                operand.base,
                operand.index,
                operand.scale,
                values[first] if has_displacement else 0,
                first if has_displacement else None,
                operand.distance,
            )


def _is_plain(operand: Immediate) -> bool:
    """GNU as gives every number that it has to compute after ``offset`` the full field."""
    value = operand.expression
    if isinstance(value, Binary) and value.operator in ("+", "-"):
        is_sum = isinstance(value.left, Symbol) and isinstance(value.right, LiteralNumber)
    else:
        is_sum = isinstance(value, Symbol | LiteralNumber)
    return is_sum and not operand.is_flat


def _may_have_size(expression: Expression) -> bool:
    """GNU as takes ``dword ptr 4 + symbol`` for a number: what the size stands before decides."""
    while isinstance(expression, Binary):
        expression = expression.left
    return isinstance(expression, Symbol | Here)


def _size_before_number(location: Location) -> MatchError:
    return MatchError(
        "size-before-number", "a size stands before memory, not before a number", location
    )


def _is_address(expression: Expression) -> bool:
    """Whether it is one symbol plus a number: a difference of two is a number itself."""
    return _count_symbols(expression) == 1


def _negates_symbol(expression: Expression) -> bool:
    match expression:
        case Unary(operator="-", operand=operand):
            return _count_symbols(operand) != 0
        case Binary(left=left, right=right):
            return _negates_symbol(left) or _negates_symbol(right)
    return False


def _count_symbols(expression: Expression) -> int:
    match expression:
        case Symbol() | Here():
            return 1
        case Unary(operator="-", operand=operand):
            return -_count_symbols(operand)
        case Unary(operator="+", operand=operand):
            return _count_symbols(operand)
        case Binary(operator="-", left=left, right=right):
            return _count_symbols(left) - _count_symbols(right)
        case Binary(operator="+", left=left, right=right):
            return _count_symbols(left) + _count_symbols(right)
    return 0


def match(instruction: Instruction, operands: tuple[Resolved, ...]) -> Shape:
    """The first shape of the mnemonic that takes these operands; raises MatchError."""
    mode = instruction.mode
    name = _name_in_table(instruction, operands)
    _check_keywords(instruction, operands)
    possible = _possible(name, mode, operands)
    for chosen in possible:
        if _numbers_fit(operands, chosen, mode):
            break
    else:
        raise _explain(instruction, operands, SHAPES.get(name, []))
    if instruction.prefixes:
        _check_prefixes(instruction, operands, chosen)
    addresses = [operand for operand in operands if isinstance(operand, Address)]
    if addresses:
        if len(possible) > 1:
            _check_size_known(instruction, operands, chosen, possible)
        if len(addresses) > 1:
            _check_string_addresses(instruction, addresses)
        if is_vector(addresses[0].index):
            _check_gather(instruction, operands, addresses[0])
    return chosen


def _name_in_table(instruction: Instruction, operands: tuple[Resolved, ...]) -> str:
    """The mnemonic's own row: ``push word ptr 5`` is ``pushw 5``."""
    name = instruction.mnemonic
    if name == "push" and operands and isinstance(operands[0], Number) and operands[0].size == 2:
        return "pushw"
    return ALIASES.get(name, name)


def _possible(name: str, mode: int, operands: tuple[Resolved, ...]) -> tuple[Shape, ...]:
    """The shapes that fit, numbers aside; remembered for operands of the same kinds."""
    key = (name, mode, *[_kind(operand) for operand in operands])
    found = _known_shapes.get(key)
    if found is None:
        if len(_known_shapes) > _MOST_KNOWN_SHAPES:
            _known_shapes.clear()
        found = _known_shapes[key] = tuple(
            shape
            for shape in SHAPES.get(name, [])
            if mode in shape.modes
            and len(shape.atoms) == len(operands)
            and all(
                isinstance(o, Number) or _fits(o, a, mode)
                for o, a in zip(operands, shape.atoms, strict=True)
            )
        )
    return found


_known_shapes: dict[tuple[object, ...], tuple[Shape, ...]] = {}
_MOST_KNOWN_SHAPES = 1 << 16


def _kind(operand: Resolved) -> object:
    """All that ``_fits`` looks at: two operands of one kind fit the same atoms."""
    match operand:
        case Register():
            return _register_kind(operand)
        case Number():
            return Number
        case Address(index=index):
            is_absolute = operand.is_absolute
            return (
                operand.size,
                operand.distance,
                index.kind if index is not None and is_vector(index) else None,
                is_absolute and _is_far_away(operand),
                is_absolute,
                None if operand.expression is not None else _string_kind(operand),
            )
        case Pointer():
            return operand


@cache
def _register_kind(register: Register) -> object:
    if register.kind in (RegisterKind.GENERAL, RegisterKind.HIGH_BYTE):
        return register.size, register.name if register.name in _FIXED_REGISTERS else None
    if is_vector(register):
        return register.kind, register.number == 0  # a shape can demand xmm0
    return register


def _check_keywords(instruction: Instruction, operands: tuple[Resolved, ...]) -> None:
    """Sizes before numbers, and ``near`` or ``short`` where nothing branches, mean nothing."""
    name = instruction.mnemonic
    for operand, written in zip(operands, instruction.operands, strict=True):
        if isinstance(operand, Number) and operand.size is not None:
            if name == "push" and operand.size in (2, instruction.mode // 8):
                continue
            raise _size_before_number(instruction.place(written))
        distance = operand.distance if isinstance(operand, (Number, Address)) else None
        if distance in ("near", "short") and name not in ("jmp", "call"):
            raise MatchError(
                "distance-without-branch",
                f"`{distance}` stands before a branch's target, and `{name}` is no branch",
                instruction.place(written),
            )


#: What LOCK may stand before, when its first operand is in memory (SDM Vol. 2A LOCK).
_LOCKABLE = frozenset((
    "add", "adc", "and", "btc", "btr", "bts", "cmpxchg", "cmpxchg8b", "cmpxchg16b", "dec",
    "inc", "neg", "not", "or", "sbb", "sub", "xor", "xadd", "xchg",
))  # fmt: skip
_REPEATABLE = frozenset(
    f"{stem}{size}"
    for stem in ("movs", "cmps", "stos", "lods", "scas", "ins", "outs")
    for size in ("", "b", "w", "d", "q")
)
_BRANCHES = frozenset(("jmp", "call", "ret"))


def _is_far(shape: Shape) -> bool:
    return shape.atoms in (("far",), ("m48",), ("ptr",))


def _check_prefixes(instruction: Instruction, operands: tuple[Resolved, ...], shape: Shape) -> None:
    """Raise MatchError at a prefix that means nothing before this instruction."""
    name = shape.mnemonic
    for prefix in instruction.prefixes:
        if prefix == "lock":
            written = operands if name == "xchg" else operands[:1]
            fits = name in _LOCKABLE and any(isinstance(o, Address) for o in written)
            cure = "`lock` stands before a read-modify-write of memory"
        elif prefix.startswith("rep"):
            is_string = name in _REPEATABLE and "xmm" not in shape.atoms
            fits = is_string or name == "ret" or (name, operands) == ("nop", ())
            cure = "`rep` and `repne` stand before string instructions, such as `movsb`"
        elif prefix in ("es", "ss") and instruction.mode == 64:
            fits = False
            cure = "64-bit code has no such prefix"
        elif prefix in SEGMENT_PREFIXES:
            fits = all(o.segment is None for o in operands if isinstance(o, Address))
            cure = f"the address names its segment already, beside `{prefix}`"
        elif prefix == "bnd":
            fits = name in _BRANCHES and not _is_far(shape)
            cure = "`bnd` stands before near branches"
        elif prefix == "notrack":
            fits = name in ("jmp", "call") and not _is_far(shape)
            cure = "`notrack` stands before indirect near jumps and calls"
        else:
            fits = shape.atoms == ("far",) and instruction.mode == 64
            cure = "`rex.w` stands before far jumps and calls through memory in 64-bit code"
        if not fits:
            raise MatchError(
                "prefix-without-effect",
                f"`{prefix}` cannot stand before `{instruction.mnemonic}`",
                instruction.location,
                cure,
            )
    if len({_GROUPS[prefix] for prefix in instruction.prefixes}) < len(instruction.prefixes):
        raise MatchError(
            "prefix-twice", "the same kind of prefix stands here twice", instruction.location
        )


_GROUPS = {
    "lock": 1, "rep": 2, "repe": 2, "repz": 2, "repne": 2, "repnz": 2, "bnd": 2, "notrack": 3,
    "rex.w": 4, "rex64": 4, **dict.fromkeys(SEGMENT_PREFIXES, 3),
}  # fmt: skip


def _check_string_addresses(instruction: Instruction, addresses: Sequence[Address]) -> None:
    bases = [address.base for address in addresses if address.base is not None]
    if len(bases) == 2 and bases[0].size != bases[1].size:
        raise MatchError(
            "address-size",
            f"`{bases[0]}` and `{bases[1]}` must be of one size",
            instruction.place(instruction.operands[1]),
        )


def _check_gather(
    instruction: Instruction, operands: tuple[Resolved, ...], address: Address
) -> None:
    """A gather whose destination, index and mask are not three registers is a #UD."""
    numbers = [o.number for o in operands if isinstance(o, Register)]
    if address.index is not None and len({*numbers, address.index.number}) <= len(numbers):
        raise MatchError(
            "registers-not-distinct",
            f"the destination, the index and the mask of `{instruction.mnemonic}`"
            " must be three registers",
            _span(instruction),
            "the processor raises #UD otherwise",
        )


def _check_size_known(
    instruction: Instruction,
    operands: tuple[Resolved, ...],
    chosen: Shape,
    possible: Sequence[Shape],
) -> None:
    """Memory without a size is an error where shapes with several sizes are possible.

    A number that is too large for all but one of them decides nothing.
    """
    for position, operand in enumerate(operands):
        if not isinstance(operand, Address) or operand.size is not None:
            continue
        sizes = {memory_size(shape.atoms[position]) for shape in possible}
        if chosen.is_default or None in sizes or len(sizes) < 2:
            continue
        keywords = {
            size: word for word, size in reversed(SIZE_KEYWORDS.items()) if size * 8 in sizes
        }
        written = " or ".join(f"`{keywords[size]} ptr`" for size in sorted(keywords))
        cure = f"write {written} before it"
        if _is_bare(instruction.operands[position]):
            near = nearest(_text(instruction, position).lower(), REGISTERS)
            cure = f"did you mean `{near}`? If it is memory, {cure}" if near else cure
        raise MatchError(
            "operand-size-unknown",
            f"the size of the operand in memory of `{instruction.mnemonic}` is not known",
            instruction.place(instruction.operands[position]),
            cure,
        )


@cache
def memory_size(atom: str) -> int | None:
    """The size in bits of the memory that an atom means; None where it has none."""
    found = _SIZED_MEMORY.fullmatch(atom)
    return int(found[1]) if found else None


@cache
def index_kind(atom: str) -> RegisterKind | None:
    """The kind of the vector register that indexes the memory of an atom; None for other atoms."""
    if not atom[2:].isdigit():
        return None
    return {"xm": RegisterKind.XMM, "ym": RegisterKind.YMM}.get(atom[:2])


_SIZED_MEMORY = re.compile(r"(?:[xy]?m|moffs:|moffs64:|dst|src|tbl)(\d+)")


_KIND_ATOMS = {
    RegisterKind.SEGMENT: "sreg",
    RegisterKind.CONTROL: "cr",
    RegisterKind.DEBUG: "dr",
    RegisterKind.X87: "sti",
    RegisterKind.MMX: "mm",
    RegisterKind.XMM: "xmm",
    RegisterKind.YMM: "ymm",
}


def _numbers_fit(operands: tuple[Resolved, ...], shape: Shape, mode: int) -> bool:
    for operand, atom in zip(operands, shape.atoms, strict=True):
        if isinstance(operand, Number):
            size = shape.size or mode
            if not _number_fits(operand.value, atom, size):
                return False
    return True


def _fits(operand: Resolved, atom: str, mode: int) -> bool:
    """Whether an operand is of an atom's kind; any number fits any field here."""
    match operand:
        case Register():
            return _register_fits(operand, atom)
        case Number():
            return atom in NUMBER_RANGES or atom.isdigit()
        case Address():
            return _address_fits(operand, atom, mode)
        case Pointer(selector=selector, offset=offset):
            field = "i16" if mode == 16 else "i32"
            return atom == "ptr" and (
                _number_fits(selector.value, "i16", 16) and _number_fits(offset.value, field, mode)
            )


@cache
def _register_fits(register: Register, atom: str) -> bool:
    if register.kind in (RegisterKind.GENERAL, RegisterKind.HIGH_BYTE):
        return atom == f"r{register.size * 8}" or (
            atom == register.name and atom in _FIXED_REGISTERS
        )
    if atom == register.name:
        return True
    if atom == "st":
        return register.kind is RegisterKind.X87 and register.number == 0
    return _KIND_ATOMS.get(register.kind) == atom


#: The general registers that a shape can demand; the atom r8 is not the register r8.
_FIXED_REGISTERS = ("al", "ax", "eax", "rax", "cl", "dx")


def _number_fits(value: int | None, atom: str, size: int) -> bool:
    if atom in NUMBER_RANGES and value is None:
        return atom != "is8"
    if value is None:
        return False
    if atom.isdigit():
        return value == int(atom)
    if atom == "is8":
        return -128 <= sign_extended(value, size) <= 127 and _within(value, f"i{size}")
    return atom in NUMBER_RANGES and _within(value, atom)


#: Field of an immediate -> the values that it takes.
NUMBER_RANGES = {
    "is8": range(-(1 << 7), 1 << 7),
    "i8": range(-(1 << 7), 1 << 8),
    "i16": range(-(1 << 15), 1 << 16),
    "i32": range(-(1 << 31), 1 << 32),
    "i32s": range(-(1 << 31), 1 << 31),
    "i64": range(-(1 << 63), 1 << 64),
}


def _within(value: int, atom: str) -> bool:
    return value in NUMBER_RANGES[atom]


def sign_extended(value: int, size: int) -> int:
    """A number's low ``size`` bits, read as a signed number."""
    half = 1 << (size - 1)
    return ((value + half) & ((1 << size) - 1)) - half


def _address_fits(address: Address, atom: str, mode: int) -> bool:
    index = address.index
    if index_kind(atom) is not (index.kind if index is not None and is_vector(index) else None):
        return False
    if address.distance == "far" or atom == "far":
        return atom == "far" and address.distance == "far"
    if atom.startswith("moffs"):
        return address.is_absolute and _moffs_fits(address, atom, mode)
    if atom == "mem":
        return address.size != 6  # GNU as puts an operand size prefix before this one
    if atom == "m":
        return address.size is None
    size = memory_size(atom)
    if size is None or address.size not in (None, size // 8):
        return False
    return atom[:3] not in STRING_BASES or _is_string_address(address, atom[:3])


def _string_kind(address: Address) -> object:
    return tuple([_is_string_address(address, stem) for stem in STRING_BASES])


#: atom of a string operand -> its register's number, the segments that it can name
STRING_BASES = {"dst": (7, ("es",)), "src": (6, None), "tbl": (3, None)}


def _is_string_address(address: Address, stem: str) -> bool:
    """``[rdi]`` in es, ``[rsi]`` or ``[rbx]`` in any segment, nothing added."""
    number, segments = STRING_BASES[stem]
    base, segment = address.base, address.segment
    return (
        base is not None
        and (base.kind, base.number) == (RegisterKind.GENERAL, number)
        and address.index is None
        and address.expression is None
        and (segments is None or segment is None or segment.name in segments)
    )


def _moffs_fits(address: Address, atom: str, mode: int) -> bool:
    stem, _, size = atom.partition(":")
    if address.size not in (None, int(size) // 8):
        return False
    if stem == "moffs64" or mode != 64:
        return True
    return _is_far_away(address)


def _is_far_away(address: Address) -> bool:
    """Beyond a displacement of 32 bits."""
    return address.displacement is not None and not _within(address.displacement, "i32s")


def _explain(
    instruction: Instruction, operands: tuple[Resolved, ...], shapes: list[Shape]
) -> MatchError:
    """Why no shape fits, the most telling reason first."""
    name, mode, at = instruction.mnemonic, instruction.mode, instruction.location
    here = [shape for shape in shapes if mode in shape.modes]
    counts = sorted({len(shape.atoms) for shape in here})
    if not here and name in RELATIVE_BRANCHES:
        if len(operands) != 1:
            message = f"`{name}` takes 1 operand, not {len(operands)}"
            return MatchError("operand-count", message, at)
        message = f"`{name}` takes a label alone"
        return MatchError("wrong-operands", message, _span(instruction), _jump_in_words(name))
    if not here and (name, mode) in _UNSAID_WIDTHS:
        return MatchError(
            "operand-size-unknown", f"`{name}` does not say how wide the values are that it pops",
            at, _UNSAID_WIDTHS[name, mode],
        )  # fmt: skip
    if not here:
        modes = sorted({m for shape in shapes for m in shape.modes})
        where = " and ".join(f"{m}-bit" for m in modes)
        return MatchError(
            "not-in-this-mode", f"`{name}` does not exist in {mode}-bit code", at,
            _OTHER_MODES.get((name, mode), f"there is `{name}` in {where} code" if modes else None),
        )  # fmt: skip
    if len(operands) not in counts:
        wanted = " or ".join(str(count) if count else "no" for count in counts)
        plural = "" if counts == [1] else "s"
        return MatchError(
            "operand-count", f"`{name}` takes {wanted} operand{plural}, not {len(operands)}", at
        )
    same = [shape for shape in here if len(shape.atoms) == len(operands)]
    if mode == 64 and any(isinstance(operand, FarPointer) for operand in instruction.operands):
        return MatchError(
            "wrong-operands", f"64-bit code has no `{name}` to a selector and an offset",
            _span(instruction), "push the selector, push the address, and write `retfq`",
        )  # fmt: skip
    return (
        _explain_memory(instruction, operands, same)
        or _explain_index(instruction, operands, same)
        or _explain_number(instruction, operands, same)
        or _explain_sizes(instruction, operands, same)
        or MatchError(
            "wrong-operands",
            f"`{name}` does not take these operands",
            _span(instruction),
            _shapes_in_words(instruction, operands, same),
        )
    )


def _explain_memory(
    instruction: Instruction, operands: tuple[Resolved, ...], shapes: list[Shape]
) -> MatchError | None:
    memory = [i for i, operand in enumerate(operands) if isinstance(operand, Address)]
    if len(memory) > 1:
        unknown = [instruction.operands[i] for i in memory if _is_bare(instruction.operands[i])]
        if unknown:
            location = instruction.place(unknown[-1])
            name = location.text[location.column - 1 : location.end - 1]
            return MatchError(
                "two-memory-operands",
                f"`{instruction.mnemonic}` cannot take two memory operands,"
                f" and `{name}` is one: its value is not known here",
                location,
                f"define `{name}` before this line, or write `offset {name}` for its address",
            )
        return MatchError(
            "two-memory-operands",
            f"`{instruction.mnemonic}` cannot take two memory operands",
            instruction.place(instruction.operands[memory[1]]),
            "load one of them into a register first",
        )
    has_number_first = any(shape.atoms[0] in NUMBER_RANGES for shape in shapes)
    if len(operands) > 1 and isinstance(operands[0], Number) and not has_number_first:
        return MatchError(
            "immediate-destination",
            f"the first operand of `{instruction.mnemonic}` cannot be a number",
            instruction.place(instruction.operands[0]),
            "the destination comes first, and a number behind it",
        )
    return None


def _explain_index(
    instruction: Instruction, operands: tuple[Resolved, ...], shapes: list[Shape]
) -> MatchError | None:
    """A vector register in an address, where the instruction gathers nothing."""
    if any(index_kind(atom) for shape in shapes for atom in shape.atoms):
        return None
    for operand, written in zip(operands, instruction.operands, strict=True):
        if isinstance(operand, Address) and operand.index is not None and is_vector(operand.index):
            return MatchError(
                "vector-index",
                f"`{operand.index}` cannot be an index for `{instruction.mnemonic}`",
                instruction.place(written),
                "gathers alone, such as `vgatherdps`, take a vector register there",
            )
    return None


def _is_bare(operand: Operand) -> bool:
    return isinstance(operand, Bare)


def _explain_number(
    instruction: Instruction, operands: tuple[Resolved, ...], shapes: list[Shape]
) -> MatchError | None:
    """A number too large for every field that this position has."""
    mode = instruction.mode
    for position, operand in enumerate(operands):
        if not isinstance(operand, Number) or operand.value is None:
            continue
        fitting = [
            shape
            for shape in shapes
            if shape.atoms[position] in NUMBER_RANGES
            and all(_fits(o, a, mode) for o, a in zip(operands, shape.atoms, strict=True))
        ]
        if fitting:
            widest = max((NUMBER_RANGES[s.atoms[position]] for s in fitting), key=len)
            return MatchError(
                "immediate-out-of-range",
                f"{_number_in_words(instruction, position, operand.value)} does not fit:"
                f" `{instruction.mnemonic}` takes {_plain(widest.start)} to"
                f" {_plain(widest.stop - 1)} here",
                instruction.place(instruction.operands[position]),
                _MOV_FIRST
                if widest == NUMBER_RANGES["i32s"]
                else _BIG_NUMBERS.get(instruction.mnemonic),
            )
    return None


#: GNU as warns of these, and takes the one for 32 bits.
_UNSAID_WIDTHS = {
    ("iret", 64): "write `iretq` for the frame that 64-bit code has, or `iretd` for 32 bits",
    **{
        (name, 64): "write `retfq` for 64 bits, or `retfd` for 32 bits" for name in ("retf", "lret")
    },
}
_BIG_NUMBERS = dict.fromkeys(
    ("in", "out"), "a port above 255 goes through dx: `mov dx, port` first"
)
_MOV_FIRST = "`mov` to a 64-bit register alone takes 64 bits: load the number into one first"


def _jump_in_words(name: str) -> str | None:
    return "`jmp` alone jumps to what a register or memory says" if name[0] == "j" else None


_OTHER_MODES = {
    ("sysret", 64): "write `sysretq`, or `sysretd` to return to 32-bit code",
    ("sysexit", 64): "write `sysexitq`, or `sysexitd` to return to 32-bit code",
    **{(name, 64): "push the registers one by one" for name in ("pusha", "pushad", "pushaw")},
    **{(name, 64): "pop the registers one by one" for name in ("popa", "popad", "popaw")},
    ("pushfd", 64): "write `pushfq`",
    ("popfd", 64): "write `popfq`",
}


def _number_in_words(instruction: Instruction, position: int, value: int) -> str:
    """As it is written, with what it comes to where that is not plain."""
    written = _text(instruction, position)
    if re.fullmatch(r"-?[0-9]\w*", written):
        return written
    return f"`{written}`, which is {_plain(value)},"


def _plain(number: int) -> str:
    return f"{number:#x}" if abs(number) > 0xFFFF else str(number)


def _explain_sizes(
    instruction: Instruction, operands: tuple[Resolved, ...], shapes: list[Shape]
) -> MatchError | None:
    """Operands of the right kinds whose sizes do not agree."""
    for shape in shapes:
        if all(_kind_fits(o, a) for o, a in zip(operands, shape.atoms, strict=True)):
            break
    else:
        return None
    sizes = [
        f"`{_text(instruction, i)}` has {_size(operand)} bits"
        for i, operand in enumerate(operands)
        if _size(operand)
    ]
    return MatchError(
        "operand-size-mismatch",
        f"the operand sizes do not fit `{instruction.mnemonic}`: {', '.join(sizes)}"
        if sizes
        else f"the operand size does not fit `{instruction.mnemonic}`",
        _span(instruction),
        _other_width(instruction, operands) or _shapes_in_words(instruction, operands, shapes),
    )


def _other_width(instruction: Instruction, operands: tuple[Resolved, ...]) -> str | None:
    """What to write instead: `push eax` in 64-bit code, where the stack holds 64 bits."""
    name = instruction.mnemonic
    if name == "movzx" and any(_size(operand) == 32 for operand in operands[1:]):
        return "`mov` to a 32-bit register clears the upper half of the 64-bit one"
    if instruction.mode != 64 or name not in ("push", "pop", "jmp", "call") or len(operands) > 1:
        return None
    (operand,) = operands
    if isinstance(operand, Register) and operand.kind is RegisterKind.GENERAL and operand.size == 4:
        wide = GENERAL_REGISTERS[operand.number, 8]
        return f"here it takes 64 bits: write `{name} {wide.name}`"
    if isinstance(operand, Address) and operand.size == 4:
        return "here it takes 64 bits: write `qword ptr`"
    return None


def _kind_fits(operand: Resolved, atom: str) -> bool:
    match operand:
        case Register(kind=RegisterKind.GENERAL | RegisterKind.HIGH_BYTE):
            return atom[:1] == "r" and atom[1:].isdigit()
        case Register():
            return _register_fits(operand, atom)
        case Number():
            return atom in NUMBER_RANGES
        case Address():
            return atom in ("m", "mem") or memory_size(atom) is not None
        case _:
            return False


def _size(operand: Resolved) -> int | None:
    if isinstance(operand, (Register, Address)) and operand.size is not None:
        return operand.size * 8
    return None


def _text(instruction: Instruction, position: int) -> str:
    location = instruction.place(instruction.operands[position])
    return location.text[location.column - 1 : location.end - 1]


def _span(instruction: Instruction) -> Location:
    """From the first operand to the last one, where there are any on the line."""
    if not instruction.operands:
        return instruction.location
    first, last = instruction.operands[0], instruction.operands[-1]
    return instruction.location.at(first.column, last.end)


_WORDS = {
    "i8": "imm8", "is8": "imm8", "i16": "imm16", "i32": "imm32", "i32s": "imm32", "i64": "imm64",
    "xm32": "m32 by xmm index", "xm64": "m64 by xmm index", "ym32": "m32 by ymm index",
    "ym64": "m64 by ymm index", "sti": "st(i)", "sreg": "segment register",
    "cr": "control register", "dr": "debug register",
    "ptr": "selector:offset", "far": "far ptr m", "m": "memory", "mem": "memory",
}  # fmt: skip


def _is_special(operand: Resolved) -> bool:
    """A control register, an XMM register …: what few forms have says more than what many do."""
    return isinstance(operand, Register) and operand.kind is not RegisterKind.GENERAL


def _shapes_in_words(
    instruction: Instruction, operands: tuple[Resolved, ...], shapes: list[Shape]
) -> str:
    """What the instruction takes: the forms alone that are nearest to what is written."""

    def agreement(shape: Shape) -> int:
        pairs = zip(operands, shape.atoms, weights, strict=True)
        return sum(weight for o, atom, weight in pairs if _fits(o, atom, instruction.mode))

    weights = [2 if _is_special(operand) else 1 for operand in operands]
    weights[0] += 1

    name, most = instruction.mnemonic, max(map(agreement, shapes))
    forms = list(
        dict.fromkeys(
            ", ".join(_WORDS.get(atom, atom.partition(":")[0]) for atom in shape.atoms)
            for shape in shapes
            if agreement(shape) == most
        )
    )
    shown = "; ".join(forms[:8])
    return f"`{name}` takes {shown}{'; …' if len(forms) > 8 else ''}"
