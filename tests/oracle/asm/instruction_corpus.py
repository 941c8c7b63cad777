"""Instructions made from the encoder's table: every mnemonic, shape, size and mode.

    SHAPES ── every atom gets operands in turn ──> "add qword ptr gs:[r13 + rcx*8 - 129], -128"

The operands are chosen for where encodings differ: registers that need a REX
bit or a SIB byte, displacements and immediates on both sides of a field's end.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from ring3.asm.instruction_set import ALIASES, SHAPES, Shape

_REGISTERS = {
    64: {
        "r8": ("al", "cl", "bl", "ah", "dh", "sil", "bpl", "r8b", "r13b", "r15b"),
        "r16": ("ax", "cx", "bx", "sp", "bp", "di", "r8w", "r12w", "r15w"),
        "r32": ("eax", "ecx", "ebx", "esp", "ebp", "edi", "r8d", "r12d", "r13d", "r15d"),
        "r64": ("rax", "rcx", "rbx", "rsp", "rbp", "rdi", "r8", "r12", "r13", "r15"),
        "cr": ("cr0", "cr2", "cr3", "cr4", "cr8"),
        "dr": ("dr0", "dr3", "dr6", "dr7"),
        "xmm": ("xmm0", "xmm3", "xmm7", "xmm8", "xmm15"),
        "ymm": ("ymm0", "ymm3", "ymm7", "ymm8", "ymm15"),
    },
    32: {
        "r8": ("al", "cl", "bl", "ah", "dh", "bh"),
        "r16": ("ax", "cx", "bx", "sp", "bp", "di"),
        "r32": ("eax", "ecx", "ebx", "esp", "ebp", "edi"),
        "cr": ("cr0", "cr2", "cr3", "cr4"),
        "dr": ("dr0", "dr3", "dr6", "dr7"),
        "xmm": ("xmm0", "xmm3", "xmm7"),
        "ymm": ("ymm0", "ymm3", "ymm7"),
    },
}
_COMMON = {
    "sreg": ("es", "ss", "ds", "fs", "gs"),
    "mm": ("mm0", "mm3", "mm7"),
    "st": ("st", "st(0)"),
    "sti": ("st(1)", "st(3)", "st(7)"),
}
_MEMORY: dict[int, tuple[str, ...]] = {
    64: (
        "[rax]", "[rbx]", "[rsp]", "[rbp]", "[r12]", "[r13]", "[rip]", "[rip+0x1234]", "[0x1234]",
        "[-0x80]", "[rax+0x7f]", "[rbx-0x80]", "[rcx+0x80]", "[r15-0x81]", "[rsp+8]",
        "[rax+rcx]", "[rbp+rax*2]", "[r13+r14*4]", "[rax*8]", "[r9*4+0x10]", "[rsp+r12*8-0x100]",
        "[rbx+rsp]", "[rax*1]", "[rsi+rdi*1+0x7fffffff]", "[r8-0x80000000]", "[eax]", "[r9d+8]",
        "[ebx+esi*4+0x12345678]", "gs:[0x10]", "fs:[0x28]", "gs:[rax]", "cs:[rbx+4]", "es:[rsp]",
        "ss:[rax]", "ds:[rbp]", "ds:[rax]", "ss:[rbp]", "gs:[rip+8]", "fs:[r13+r8*2]",
        "8[rbx]", "[rax][8]", "[r10][r11*4][-4]", "gs:[r14d]", "ds:[0x100]", "[esp+ebp]",
    ),
    32: (
        "[eax]", "[ebx]", "[esp]", "[ebp]", "[0x1234]", "[-0x80]", "[eax+0x7f]", "[ebx-0x80]",
        "[ecx+0x80]", "[edi-0x81]", "[esp+8]", "[eax+ecx]", "[ebp+eax*2]", "[eax*8]",
        "[esi*4+0x10]", "[esp+ebp*8-0x100]", "[ebx+esp]", "[eax*1]", "[ebp+ebp]",
        "[esi+edi*1+0x7fffffff]",
        "gs:[0x10]", "fs:[0x28]", "gs:[eax]", "cs:[ebx+4]", "es:[esp]", "ss:[eax]", "ds:[ebp]",
        "ds:[eax]", "ss:[ebp]", "8[ebx]", "[eax][8]", "[edx][ecx*4][-4]", "ds:[0x100]", "[bx]",
        "[bp]", "[si+4]", "[bx+di]", "[bp+si-0x81]", "[di+0x80]", "gs:[bx]", "[0xfffffff0]",
        "[ecx+0xffffffff]", "[eax+0x80000000]", "ss:[bp]", "ds:[bp+4]",
    ),
}  # fmt: skip
_MEMORY[16] = tuple(m for m in _MEMORY[32] if "0xfffffff0" not in m)
_GATHERED = {
    64: ("[rbx+{0}*4]", "[r13+{0}+0x80]", "[rsp+{0}*8-4]", "gs:[{0}*2+8]", "[{0}+r9]", "[eax+{0}]"),
    32: ("[ebx+{0}*4]", "[ebp+{0}+0x80]", "[esp+{0}*8-4]", "gs:[{0}*2+8]", "[{0}+edi]", "[{0}*1]"),
    16: ("[ebx+{0}*4]", "[ebp+{0}+0x80]", "[esp+{0}*8-4]", "[{0}+edi]"),
}
_SIZES = {
    8: "byte", 16: "word", 32: "dword", 48: "fword", 64: "qword", 80: "tbyte",
    128: "xmmword", 256: "ymmword",
}  # fmt: skip
_NUMBERS = {
    "is8": ("-128", "-1", "0", "1", "2", "127"),
    "i8": ("-128", "-1", "0", "2", "127", "128", "255"),
    "i16": ("-32768", "-129", "0", "5", "128", "255", "256", "32767", "65535"),
    "i32": ("-0x80000000", "-129", "5", "128", "0x12345678", "0x7fffffff", "0xffffff7f"),
    "i32s": ("-0x80000000", "-129", "5", "128", "0x12345678", "0x7fffffff"),
    "i64": ("0x80000000", "0x123456789abcdef0", "-0x80000001", "0xffffffff", "0x7fffffffffffffff"),
}  # fmt: skip


def every_shape(mode: int, rounds: int = 3, seed: int = 0) -> list[str]:
    """``rounds`` instructions of every shape of a mode, in a repeatable order, none twice."""
    source = random.Random(f"{mode}/{seed}")
    lines: dict[str, None] = {}
    for shapes in SHAPES.values():
        for shape in shapes:
            if mode in shape.modes:
                for _ in range(rounds if shape.atoms else 1):
                    lines[_instruction(shape, mode, source)] = None
    return list(lines)


def mixed_shapes(mode: int, count: int, seed: int = 0) -> Iterator[str]:
    """Instructions whose operands belong to other instructions: most are wrong."""
    source = random.Random(f"mixed/{mode}/{seed}")
    names = sorted(SHAPES)
    shapes = [shape for all_of_one in SHAPES.values() for shape in all_of_one]
    for _ in range(count):
        name, shape = source.choice(names), source.choice(shapes)
        yield f"{name} {_instruction(shape, mode, source).partition(' ')[2]}".rstrip()


def _instruction(shape: Shape, mode: int, source: random.Random) -> str:
    operands = ", ".join(_operand(atom, mode, source) for atom in shape.atoms)
    if shape.mnemonic in ("ljmp", "lcall"):
        operands = operands.removeprefix("far ptr ")
    return f"{shape.mnemonic} {operands}".rstrip()


def _operand(atom: str, mode: int, source: random.Random) -> str:
    registers = _REGISTERS[64 if mode == 64 else 32] | _COMMON
    if atom in registers:
        return source.choice(registers[atom])
    if atom in _REGISTERS[64]:
        return source.choice(_REGISTERS[64][atom])
    if atom in _NUMBERS:
        return source.choice(_NUMBERS[atom])
    if atom in ("m", "mem"):
        return source.choice(_MEMORY[mode])
    if atom == "far":
        return f"far ptr {source.choice([m for m in _MEMORY[mode] if _has_register(m)])}"
    if atom == "ptr":
        return "0x10:0x1234"
    stem = atom.rstrip("0123456789")
    if stem in ("xm", "ym"):
        index = source.choice(registers[f"{stem}m"])
        place = source.choice(_GATHERED[mode]).format(index)
        return f"{_SIZES[int(atom[2:])]} ptr {place}"
    if stem in ("m", "moffs:", "moffs64:", "dst", "src", "tbl"):
        size = f"{_SIZES[int(atom[len(stem) :])]} ptr "
        return size + _place(stem, mode, source)
    return atom


def _place(stem: str, mode: int, source: random.Random) -> str:
    if stem == "m":
        return source.choice(_MEMORY[mode])
    if stem.startswith("moffs"):
        wide = mode == 64
        return source.choice(("[0x1234567890]", "gs:[-0x7fffffff00]") if wide else ("[0x1234]",))
    register = {"dst": "di", "src": "si", "tbl": "bx"}[stem]
    return f"[{ {64: 'r', 32: 'e', 16: ''}[mode] }{register}]"


def _has_register(memory: str) -> bool:
    return "[0x" not in memory and "[-" not in memory


# --- instructions that no table lists: random within the grammar --------------------------------

_PREFIXES = ("lock ", "rep ", "repne ", "bnd ", "notrack ", "rex.w ")
_COMMON_NAMES = ("mov", "mov", "mov", "add", "lea", "push", "test", "imul", "movzx", "cmp", "shl")
_KEYWORDS = (
    "", "", "", "byte ptr ", "word ptr ", "dword ptr ", "qword ptr ", "DWORD PTR ", "fword ptr ",
    "xmmword ptr ", "near ptr ", "far ptr ", "short ",
)  # fmt: skip
_OPERATORS = (
    " + ", " - ", "+", "-", " * ", "*", " & ", " | ", " ^ ", " << ", " % ", "/", " and ", " shl ",
    " ! ", " < ", " && ",
)  # fmt: skip
_PLAIN_NUMBERS = (
    "0", "1", "2", "3", "4", "8", "127", "128", "0x1000", "0x7fffffff", "0x80000000",
    "0xffffffff", "'a'", "010", "0b11",
)  # fmt: skip


def random_lines(mode: int, count: int, seed: int) -> list[str]:
    """``count`` lines of registers, numbers, symbols, brackets and keywords in any order."""
    source = random.Random(f"random/{mode}/{seed}")
    names = [*SHAPES, *ALIASES, *_COMMON_NAMES * (len(SHAPES) // len(_COMMON_NAMES) // 2)]
    names = [name for name in names if name not in ("jmp", "call")]  # those layout encodes
    return list(dict.fromkeys(_random_line(names, mode, source) for _ in range(count)))


def _random_line(names: list[str], mode: int, source: random.Random) -> str:
    prefix = source.choice(_PREFIXES) if source.random() < 0.05 else ""
    count = source.choice((0, 1, 1, 2, 2, 2, 2, 3))
    operands = ", ".join(_random_operand(mode, source) for _ in range(count))
    return f"{prefix}{source.choice(names)} {operands}".rstrip()


def _random_operand(mode: int, source: random.Random) -> str:
    kind = source.random()
    if kind < 0.3:
        return _random_register(mode, source)
    if kind < 0.45:
        keyword = source.choice(("", "", "", "offset ", "OFFSET FLAT:", "dword ptr "))
        return keyword + source.choice(("sym", "sym + 4", _random_number(source)))
    before = source.choice(("", "", "", "gs:", "fs:", "ds:", "ss:"))
    before += source.choice(("", "", "", "sym", "8", "sym+4", "4*2"))
    count = source.choice((0, 1, 1, 1, 2))
    before += "".join(_random_brackets(mode, source) for _ in range(count))
    return source.choice(_KEYWORDS) + before + source.choice(("", "", "", "", "+4", "-8"))


def _random_brackets(mode: int, source: random.Random) -> str:
    terms = [_random_term(mode, source) for _ in range(source.choice((1, 1, 2, 2, 3, 4)))]
    return f"[{source.choice(('+', ' + ', '-')).join(terms)}]"


def _random_term(mode: int, source: random.Random) -> str:
    kind = source.random()
    if kind < 0.4:
        return _random_register(mode, source)
    if kind < 0.6:
        return f"{_random_register(mode, source)}*{source.choice('124835')}"
    if kind < 0.65:
        return f"{source.choice('1248')}*{_random_register(mode, source)}"
    return _random_number(source)


def _random_register(mode: int, source: random.Random) -> str:
    registers = _REGISTERS[64 if mode == 64 else 32]
    kinds = ("r8", "r16", "r32", "r64") if mode == 64 else ("r8", "r16", "r32")
    return source.choice(registers[source.choice(kinds)])


def _random_number(source: random.Random, depth: int = 0) -> str:
    kind = source.random()
    if kind < 0.5 or depth > 2:
        return source.choice(_PLAIN_NUMBERS)
    inner = _random_number(source, depth + 1)
    if kind < 0.6:
        return f"-{inner}"
    if kind < 0.65:
        return f"~{inner}"
    if kind < 0.75:
        return f"({inner})"
    return inner + source.choice(_OPERATORS) + _random_number(source, depth + 1)
