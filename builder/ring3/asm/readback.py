"""The proof: every encoding is disassembled and compared with what was parsed.
With disassembler.py the only module that uses Capstone.

    Claim(mov, (rsp, gs:[8]))  ┐
    65 48 8b 24 25 08 …        ┴─ check ──> ""            the bytes mean just that
                                       └──> a complaint   what they mean instead

Compared are mnemonic, prefixes, number of operands, registers, the parts of an
address, sizes, and immediates modulo their size.  Where Capstone has another
name or shows an operand that a source leaves out, a table says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, NamedTuple

from ring3.asm import avx
from ring3.asm.addressing import ADDRESS_SIZE_PREFIX, AddressBytes
from ring3.asm.disassembler import disassemble
from ring3.asm.instruction import Encoding, Instruction
from ring3.asm.instruction_set import PREFIXES, SEGMENT_PREFIXES, SHAPES, WIDTH_IGNORED, Shape
from ring3.asm.matching import (
    STRING_BASES,
    Address,
    Number,
    Pointer,
    Resolved,
    index_kind,
    memory_size,
)
from ring3.asm.registers import GENERAL_REGISTERS, REGISTERS, Register, RegisterKind
from ring3.asm.template import FWAIT, OPERAND_SIZE_PREFIX, Template, split_prefixes


class Claim(NamedTuple):
    """An instruction, the shape and address it was given, and the bytes said to mean it.

    ``form`` is the template where forms.py, not Keystone, has the opcode.
    """

    instruction: Instruction
    shape: Shape
    operands: tuple[Resolved, ...]
    address: AddressBytes | None
    form: Template | None
    encoding: Encoding


def check(claims: Sequence[Claim]) -> Iterator[str]:
    """For each claim an empty text, or what its bytes mean to a disassembler.

    Capstone writes all of them down in one go; only where its text does not say
    just what was parsed is it asked for that instruction's operands themselves.
    """
    readings = [_readable(claim) for claim in claims]
    for claim, reading, line in zip(claims, readings, _disassembly(readings), strict=True):
        if line is not None and not _complaint(claim, reading, line):
            yield ""
        else:
            yield _complaint(claim, reading, _decode(reading))


def split(data: bytes, mode: int) -> list[bytes]:
    """The instructions that ``data`` consists of; empty when the end is not one's end."""
    sizes = [size for size, _, _ in disassemble(data, mode)]
    if sum(sizes) != len(data):
        return []
    parts = []
    start = 0
    for size in sizes:
        parts.append(data[start : start + size])
        start += size
    return parts


class _Line(NamedTuple):
    """What Capstone says of an instruction: its length, its text, its operands."""

    size: int
    mnemonic: str
    text: str
    operands: list[_Operand]

    def __str__(self) -> str:
        return f"`{self.mnemonic} {self.text}`"


def _disassembly(readings: Sequence[_Reading]) -> list[_Line | None]:
    """The line of each reading, from one disassembly of all; None where their ends differ."""
    lines: list[_Line | None] = [None] * len(readings)
    for mode in {reading.mode for reading in readings}:
        places = [place for place, reading in enumerate(readings) if reading.mode == mode]
        data = b"".join(readings[place].data for place in places)
        decoded = disassemble(data, mode)
        if [size for size, _, _ in decoded] == [len(readings[place].data) for place in places]:
            for place, (size, mnemonic, text) in zip(places, decoded, strict=True):
                lines[place] = _Line(size, mnemonic, text, _written_operands(text))
    return lines


def _decode(reading: _Reading) -> _Line | None:
    """The first instruction in the bytes by itself; None where there is none."""
    decoded = next(_engine(reading.mode).disasm(reading.data, 0, 1), None)
    if decoded is None:
        return None
    return _Line(decoded.size, decoded.mnemonic, decoded.op_str, _decoded_operands(decoded))


@cache
def _engine(mode: int) -> Any:
    import capstone  # noqa: PLC0415  # it takes its time, and is seldom needed

    modes = {16: capstone.CS_MODE_16, 32: capstone.CS_MODE_32, 64: capstone.CS_MODE_64}
    engine = capstone.Cs(capstone.CS_ARCH_X86, modes[mode])
    engine.detail = True
    return engine


def _complaint(claim: Claim, reading: _Reading, line: _Line | None) -> str:
    if line is None:
        return "no instruction at all"
    prefixes, rest = split_prefixes(reading.data, reading.mode)
    if rest[:1] == _EVEX and claim.shape.mnemonic != "bound":
        return "an instruction of AVX-512"
    *words, name = line.mnemonic.split()
    if line.size != len(reading.data):
        return f"{line} and something more"
    if name not in _names(claim):
        return str(line)
    if not _prefixes_agree(claim, words, prefixes, reading.has_size_prefix):
        return f"{line}, with other prefixes"
    if not _opcode_agrees(claim):
        return f"{line}, under another opcode or operand size"
    if _implies_operands(claim.shape):
        return ""  # their prefixes are checked
    for expected in _expected(claim):
        if _agree(expected, line.operands):
            return ""
    return str(line)


@cache
def _implies_operands(shape: Shape) -> bool:
    """Whether the mnemonic says all that there is to say of the operands."""
    return not shape.atoms or any(atom[:3] in STRING_BASES for atom in shape.atoms)


class _Reading(NamedTuple):
    """The bytes, the mode in which Capstone reads them right, and: is there a 67 in them?"""

    data: bytes
    mode: int
    has_size_prefix: bool


def _readable(claim: Claim) -> _Reading:
    """An encoding as Capstone can read it.

    In 16-bit code it takes a 66 that belongs to an SSE opcode for an operand
    size.  32-bit code has the same SSE instructions under the other address size.
    """
    data, mode, address = _without_wait(claim), claim.instruction.mode, claim.address
    has_size_prefix = address is not None and address.has_size_prefix
    name = claim.shape.mnemonic
    if (stand_in := _stand_in(claim.shape, mode)) is not None:
        data = data.replace(stand_in[0], stand_in[1], 1)
    if mode != 16 or not (_VECTORS & set(claim.shape.atoms) or name in _PREFIXED):
        return _Reading(data, mode, has_size_prefix)
    if address is None:
        return _Reading(data, 32, has_size_prefix=False)
    start = len(claim.instruction.prefixes) + (address.segment is not None)
    if has_size_prefix:
        return _Reading(data[:start] + data[start + 1 :], 32, has_size_prefix=False)
    data = data[:start] + bytes((ADDRESS_SIZE_PREFIX,)) + data[start:]
    return _Reading(data, 32, has_size_prefix=True)


def _without_wait(claim: Claim) -> bytes:
    """The bytes after the FWAIT that a form begins with: Capstone reads that by itself."""
    waits = claim.form is not None and claim.form.waits
    return claim.encoding.data.removeprefix(bytes((FWAIT,)) if waits else b"")


#: Instructions with a 66 or an F3 in their opcode, vectors aside.
_PREFIXED = frozenset(("adcx", "wrussd", "invpcid", "incsspd", "ptwrite", "clrssbsy", "rstorssp"))


def _stand_in(shape: Shape, mode: int) -> tuple[bytes, bytes, str] | None:
    """The row of _STAND_INS, where Capstone needs one."""
    name = shape.mnemonic
    is_read = (name == "ptwrite" and mode == 64) or (name == "movsxd" and shape.atoms[0] == "r64")
    return None if is_read else _STAND_INS.get(name)


#: Those whose operands Capstone does not read (PTWRITE: outside of 64-bit code;
#: MOVSXD: without REX.W, when it moves like MOV):
#: the opcode, one with the same operands that it reads, and that one's name.
_STAND_INS = {
    "ud0": (b"\x0f\xff", b"\x0f\xbc", "bsf"),
    "ud1": (b"\x0f\xb9", b"\x0f\xbc", "bsf"),
    "ptwrite": (b"\xf3\x0f\xae", b"\xf7", "mul"),
    "movsxd": (b"\x63", b"\x8b", "mov"),
    "clrssbsy": (b"\xf3\x0f\xae", b"\xff", "push"),
}
#: First byte of the prefix of AVX-512; in 16- and 32-bit code that of BOUND too.
_EVEX = b"\x62"
_VECTORS = frozenset(("mm", "xmm", "ymm"))


# --- what Capstone says -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Memory:
    size: int
    base: str | None
    index: str | None
    scale: int
    displacement: int
    bits: int = 64  # of an address: how far the displacement counts


class _Number(NamedTuple):
    value: int
    bits: int


_Operand = str | _Number | _Memory


def _decoded_operands(decoded: Any) -> list[_Operand]:
    from capstone import x86  # noqa: PLC0415  # likewise

    operands: list[_Operand] = []
    for operand in decoded.operands:
        if operand.type == x86.X86_OP_REG:
            operands.append(decoded.reg_name(operand.reg))
        elif operand.type == x86.X86_OP_IMM:
            operands.append(_Number(operand.imm, 64))
        else:
            memory = operand.mem
            index = decoded.reg_name(memory.index) if memory.index else None
            operands.append(
                _Memory(
                    operand.size * 8,
                    decoded.reg_name(memory.base) if memory.base else None,
                    index if index not in _NO_INDEX else None,
                    memory.scale if index is not None else 1,
                    memory.disp,
                )
            )
    return operands


def _written_operands(text: str) -> list[_Operand]:
    """The operands in a text of Capstone's: ``rax, qword ptr gs:[rbx + rcx*8 - 0x10]``."""
    if ":" in text and "[" not in text:  # a far pointer is two numbers
        text = text.replace(":", ", ")
    return [_written_operand(operand) for operand in text.split(", ")] if text else []


@lru_cache(maxsize=1 << 14)
def _written_operand(text: str) -> _Operand:
    if text[-1] == "]":
        return _written_memory(text)
    return _Number(int(text, 0), 64) if _NUMBER.fullmatch(text) else text


_NUMBER = re.compile(r"-?(?:0x[0-9a-f]+|[0-9]+)")


def _written_memory(text: str) -> _Memory:
    """Its segment is left out: the prefixes, which are compared, say the same."""
    before, _, address = text[:-1].partition("[")
    keyword = before.partition(" ptr ")[0]
    registers: list[str] = []
    scale, displacement = 1, 0
    for term in address.replace(" - ", " + -").split(" + "):
        if _NUMBER.fullmatch(term):
            displacement = int(term, 0)
            continue
        name, _, factor = term.partition("*")
        if factor:
            registers += [""] * (not registers)  # an index without a base
            scale = int(factor)
        registers.append(name)
    base, index = (*registers, "", "")[:2]
    if index in _NO_INDEX:
        index = ""
    size = _SIZE_WORDS.get(keyword, 0)
    return _Memory(size, base or None, index or None, scale, displacement)


_NO_INDEX = ("riz", "eiz")
_SIZE_WORDS = {
    "byte": 8, "word": 16, "dword": 32, "fword": 48, "qword": 64, "tbyte": 80, "xmmword": 128,
    "ymmword": 256,
}  # fmt: skip


def _prefixes_agree(claim: Claim, words: list[str], prefixes: bytes, has_size_prefix: bool) -> bool:
    """Lock and repeat, the segment and the address size; the operand size shows in operands."""
    if (ADDRESS_SIZE_PREFIX in prefixes) != has_size_prefix:
        return False
    wanted = {PREFIXES[name] for name in claim.instruction.prefixes}
    segment = claim.address.segment if claim.address is not None else None
    seen = [byte for byte in prefixes if byte in _SEGMENTS and byte not in wanted]
    if seen != ([] if segment is None else [segment]):
        return False
    spelled = {PREFIXES[word] for word in words if word in PREFIXES}
    if segment == PREFIXES["notrack"]:
        spelled.discard(PREFIXES["notrack"])  # before an indirect branch DS has this name too
    return spelled <= wanted <= {*claim.encoding.data}


_SEGMENTS = frozenset(SEGMENT_PREFIXES.values())


def _opcode_agrees(claim: Claim) -> bool:
    """What disassembly does not show: the opcode of a row of forms.py, and the operand size."""
    mode = claim.instruction.mode
    prefixes, rest = split_prefixes(_without_wait(claim), mode)
    has_size_prefix = OPERAND_SIZE_PREFIX in prefixes
    if claim.form is not None:
        wants_size_prefix = OPERAND_SIZE_PREFIX in claim.form.legacy
        return rest.startswith(claim.form.opcode) and has_size_prefix == wants_size_prefix
    return _wants_size_prefix(claim.shape, mode) in (None, has_size_prefix)


@cache
def _wants_size_prefix(shape: Shape, mode: int) -> bool | None:
    """Whether a 66 says the operands' size; None where it may be part of the opcode."""
    size, mnemonic = shape.size, shape.mnemonic
    has_vectors = any(_VECTORS & set(other.atoms) for other in SHAPES[mnemonic])
    if size is None or mnemonic in _SIZED_OTHERWISE or has_vectors:
        return None
    return size in (16, 32) and (size == 16) != (mode == 16)


#: Instructions whose opcode holds a 66, or whose size is in REX or VEX alone.
_SIZED_OTHERWISE = frozenset((
    "adcx", "adox", "movnti", "ptwrite", "rstorssp", "andn", "bextr", "blsi", "blsmsk", "blsr",
    "bzhi", "mulx", "pdep", "pext", "rorx", "sarx", "shlx", "shrx",
))  # fmt: skip


# --- what was parsed ---------------------------------------------------------------------------


def _expected(claim: Claim) -> Iterator[list[_Operand]]:
    """The operand lists that say the same as the source, the literal one first."""
    operands: list[_Operand] = []
    for operand, atom in zip(claim.operands, claim.shape.atoms, strict=True):
        operands += _expected_operand(operand, atom, claim)
    yield operands
    mnemonic = claim.shape.mnemonic
    if mnemonic in _COMMUTATIVE:
        yield operands[::-1]
    if mnemonic == "imul" and len(operands) == 2:  # imul eax, 5 is imul eax, eax, 5
        yield [operands[0], *operands]
    if mnemonic in _SHIFTS and len(operands) == 1:  # shl eax is shl eax, 1
        yield [*operands, _Number(1, 8)]
    if mnemonic in _SHIFTS and len(operands) == 2:  # shld eax, ebx is shld eax, ebx, cl
        yield [*operands, "cl"]
    if mnemonic in ("div", "idiv") and len(operands) == 2:  # div eax, ebx is div ebx
        yield operands[1:]
    if mnemonic in _COMPARISONS and _predicate(claim) is not None:
        yield operands[:-1]
    if (halves := _halves(mnemonic)) is not None:
        yield [*operands, _Number(halves, 8)]
    if mnemonic == "fxch":
        yield ["st(0)", *operands]
    if claim.shape.atoms == ("st", "sti"):
        yield operands[1:]
    if mnemonic == "xchg" and claim.shape.atoms in _NO_OPERATIONS:
        yield []
    if claim.shape.atoms[-1] == "xmm0":
        yield operands[:-1]
    if "sreg" in claim.shape.atoms or mnemonic in _WIDTH_IGNORED:
        for size in (2, 4, 8):
            yield [_with_width(operand, size) for operand in operands]
            yield [operands[0], *(_with_width(operand, size) for operand in operands[1:])]
    if mnemonic[-1] == "p" and claim.shape.atoms == ("sti", "st"):
        yield operands[:1]


_COMMUTATIVE = ("test", "xchg")
_NO_OPERATIONS = (("ax", "ax"), ("eax", "eax"), ("rax", "rax"))
#: Instructions that use 16 bits of a register of any width, or fill it with zeros.
_WIDTH_IGNORED = WIDTH_IGNORED | {"sldt", "str", "lar", "lsl"}
_SHIFTS = ("rol", "ror", "rcl", "rcr", "shl", "shr", "sar", "shld", "shrd")


def _expected_operand(operand: Resolved, atom: str, claim: Claim) -> list[_Operand]:
    match operand:
        case Register(name=name):
            return ["st(0)" if name == "st" else name]
        case Number() if atom == "3":  # int3 has no operand
            return []
        case Number(value=value):
            return [_Number(value or 0, _number_bits(atom, claim))]
        case Pointer(selector=selector, offset=offset):
            size = 16 if claim.instruction.mode == 16 else 32
            return [_Number(selector.value or 0, 16), _Number(offset.value or 0, size)]
        case Address():
            if claim.shape.mnemonic in _SIZES_MISTAKEN:
                atom = "far"
            return [_expected_memory(operand, atom, claim.instruction.mode)]


def _with_width(operand: _Operand, size: int) -> _Operand:
    """The register of another width with the same number: no width is encoded."""
    if not isinstance(operand, str) or operand not in REGISTERS:
        return operand
    register = REGISTERS[operand]
    if register.kind is not RegisterKind.GENERAL:
        return operand
    return GENERAL_REGISTERS[register.number, size].name


def _number_bits(atom: str, claim: Claim) -> int:
    """How many bits of an immediate count: a short one is extended to the operand's size."""
    if atom.isdigit():
        return 8
    if atom in ("is8", "i32s"):
        return claim.shape.size or claim.instruction.mode
    return int(atom[1:])


def _expected_memory(address: Address, atom: str, mode: int) -> _Memory:
    size = 0 if atom in _SIZES_NOT_SHOWN or index_kind(atom) else memory_size(atom) or 0
    return _Memory(
        size,
        address.base.name if address.base is not None else None,
        address.index.name if address.index is not None else None,
        address.scale,
        address.displacement or 0,
        address.bits(mode),
    )


#: Memory whose size Capstone does not know: far pointers, descriptors, whole areas.
#: That of gathered elements it gets wrong; their mnemonic says it.
_SIZES_NOT_SHOWN = ("m", "mem", "far", "m48")
#: Instructions to whose memory it gives a wrong size, or none where there is but one.
_SIZES_MISTAKEN = (
    "lds", "les", "lss", "lfs", "lgs", "comisd", "rstorssp", "clrssbsy",
    "lgdt", "lidt", "sgdt", "sidt",
)  # fmt: skip


def _agree(expected: list[_Operand], decoded: list[_Operand]) -> bool:
    return len(expected) == len(decoded) and all(map(_same, expected, decoded))


def _same(wanted: _Operand, seen: _Operand) -> bool:
    if isinstance(wanted, str):  # a register
        return wanted == seen
    match wanted, seen:
        case _Number(), _Number():
            return (wanted.value - seen.value) % (1 << wanted.bits) == 0
        case _Memory(), _Memory():
            return (
                (wanted.size in (0, seen.size))
                and (wanted.base, wanted.index, wanted.scale) == (seen.base, seen.index, seen.scale)
                and (wanted.displacement - seen.displacement) % (1 << wanted.bits) == 0
            )
    return False


# --- names --------------------------------------------------------------------------------------

#: mnemonic of the table -> Capstone's names for it, where they differ
_CAPSTONE_NAMES = {
    "shl": ("shl", "sal"),
    "fwait": ("wait",),
    "xlat": ("xlatb",),
    "sysretd": ("sysret",),
    "sysexitd": ("sysexit",),
    "movsx": ("movsx", "movsxd"),
    "movslq": ("movsxd",),
    "xchg": ("xchg", "nop"),
    "pushd": ("push",),
    "popd": ("pop",),
    "retd": ("ret",),
    "pushw": ("push",),
    "popw": ("pop",),
    "pushq": ("push",),
    "popq": ("pop",),
    "retw": ("ret",),
    "retq": ("ret",),
    "retfw": ("retf",),
    "retfd": ("retf",),
    "leavew": ("leave",),
    "iretw": ("iret",),
    "pushfw": ("pushf",),
    "popfw": ("popf",),
    "pushad": ("pushal",),
    "popad": ("popal",),
    "fcomip": ("fcompi",),
    "fucomip": ("fucompi",),
    "finit": ("fninit",),
    "fclex": ("fnclex",),
    "fstcw": ("fnstcw",),
    "fstsw": ("fnstsw",),
    "fstenv": ("fnstenv",),
    "fsave": ("fnsave",),
    "fneni": ("feni8087_nop",),
    "feni": ("feni8087_nop",),
    "fndisi": ("fdisi8087_nop",),
    "fdisi": ("fdisi8087_nop",),
    "fnsetpm": ("fsetpm",),
    "int1": ("int1", "icebp"),
    "int": ("int", "int3"),
}
#: Those whose name without a size means the mode's: 16, 32 and 64-bit code.  (In 16-bit
#: code Capstone gives 98 and 66 98 one name, and 99 and 66 99; forms.py has their bytes.)
_CAPSTONE_NAMES_BY_MODE = {
    "iret": {16: "iret", 32: "iretd", 64: "iretd"},
    "pushf": {16: "pushf", 32: "pushfd", 64: "pushfq"},
    "popf": {16: "popf", 32: "popfd", 64: "popfq"},
    "pusha": {16: "pushaw", 32: "pushal"},
    "popa": {16: "popaw", 32: "popal"},
    "cbw": {16: "cwde", 32: "cbw", 64: "cbw"},
    "cwde": {16: "cwde", 32: "cwde", 64: "cwde"},
    "cwd": {16: "cdq", 32: "cwd", 64: "cwd"},
    "cdq": {16: "cdq", 32: "cdq", 64: "cdq"},
}


_STRING_STEMS = ("movs", "cmps", "stos", "lods", "scas", "ins", "outs")


#: Capstone writes ``cmpps xmm0, xmm1, 1`` as ``cmpltps xmm0, xmm1`` (SDM Vol. 2A CMPPS).
_COMPARISONS = {
    f"{v}cmp{size}": count
    for v, count in (("", avx.SSE_PREDICATES), ("v", len(avx.PREDICATES)))
    for size in ("ps", "pd", "ss", "sd")
}


def _predicate(claim: Claim) -> str | None:
    number = claim.operands[-1] if claim.operands else None
    value = number.value or 0 if isinstance(number, Number) else -1
    known = 0 <= value < _COMPARISONS[claim.shape.mnemonic]
    return avx.PREDICATES[value] if known else None


def _halves(name: str) -> int | None:
    """``pclmulhqlqdq`` is ``pclmulqdq`` with 1."""
    stem, found, rest = name.partition("pclmul")
    return avx.HALVES.get(rest.removesuffix("qdq")) if found and stem in ("", "v") else None


_FAR_BRANCHES = ("jmp", "call", "ljmp", "lcall")


def _names(claim: Claim) -> tuple[str, ...]:
    shape, name = claim.shape, claim.shape.mnemonic
    if name == "nop" and any(PREFIXES[p] == PREFIXES["rep"] for p in claim.instruction.prefixes):
        return ("pause",)
    if name in _COMPARISONS and (predicate := _predicate(claim)) is not None:
        return (name[:-2] + predicate + name[-2:],)
    return _names_of_shape(shape, claim.instruction.mode)


@cache
def _names_of_shape(shape: Shape, mode: int) -> tuple[str, ...]:
    name = shape.mnemonic
    if name in ("movd", "vmovd") and {"r64", "m64"} & set(shape.atoms):
        return (name[:-1] + "q",)
    if (stand_in := _stand_in(shape, mode)) is not None:
        return (name, stand_in[2])
    if _halves(name) is not None:
        return (name[: -len("hqlqdq")] + "qdq",)
    if shape.atoms in (("far",), ("ptr",), ("m48",)) and name in _FAR_BRANCHES:
        return (f"l{name.removeprefix('l')}", name.removeprefix("l"))
    if name in _STRING_STEMS:
        size = next(size for atom in shape.atoms if (size := memory_size(atom)))
        return (name + {8: "b", 16: "w", 32: "d", 64: "q"}[size],)
    if name == "mov" and mode == 64:
        is_wide = any(atom == "i64" or atom.startswith("moffs") for atom in shape.atoms)
        return ("movabs",) if is_wide else ("mov",)
    if name in _CAPSTONE_NAMES_BY_MODE:
        return (_CAPSTONE_NAMES_BY_MODE[name][mode],)
    return _CAPSTONE_NAMES.get(name, (name,))
