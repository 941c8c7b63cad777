"""Instructions that the encoder's table has no part in: names of GNU as, operands of any kind.

    mnemonics.txt ─┐
    KINDS          ┴─ random_instructions ──> "vpermq ymm2, ymmword ptr [rsi], 5"

Most are wrong, and GNU as says which.  What it takes and we refuse is either on the
documented list (docs/assembler.md, "Where we differ from GNU as") or a fault of ours.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from oracle.asm.encoded_lines import encode_each
from oracle.asm.gnu_as_reference import Reference, assemble_each
from ring3.asm.instruction import Encoding
from ring3.diagnostic import Diagnostic

#: The extensions that ring3 promises, as GNU as calls them.
EXTENSIONS = (
    "core2+8087+287+cmov+fxsr+mmx+sse3+sse4.2+avx2+xsave+xsaveopt+xsavec+xsaves+fsgsbase+rdrnd+rdseed"
    "+f16c+fma+bmi+bmi2+lzcnt+adx+smap+clflush+clflushopt+clwb+syscall+rdtscp+movbe+aes+pclmul"
    "+cx16+prfchw+se1+rdpid+ptwrite+invpcid+rtm+popcnt+ospke+ibt+shstk+wbnoinvd"
)

NAMES = [
    name
    for line in (Path(__file__).parent / "mnemonics.txt").read_text().splitlines()
    if not line.startswith("#")
    for name in line.split()
]

_GENERAL = ("r8", "r16", "r32", "r64", "m8", "m16", "m32", "m64", "m", "number")
_VECTOR = ("xmm", "ymm", "m", "m32", "m64", "m128", "m256", "number", "r32", "r64", "mm", "gather")
_RARE = ("sreg", "cr", "dr", "st", "sti", "m48", "m80", "far", "symbol", "offset", "dx", "m16")
_ANY = _GENERAL + _VECTOR + _RARE
#: What stands together in many instructions; one in three is of kinds that may never do.
_COMMON = [
    ["r", "r"], ["r", "m"], ["m", "r"], ["r", "number"], ["m", "number"], ["r"], ["m"], [],
    ["r", "symbol"], ["r", "offset"], ["r", "r", "number"], ["r", "r", "r"], ["r", "m", "number"],
    ["st", "sti"], ["sti", "st"], ["sti"], ["r16", "sreg"], ["r", "cr"], ["dr", "r"],
]  # fmt: skip
_COMMON_VECTORS = [
    ["v", "v"], ["v", "mv"], ["mv", "v"], ["v", "v", "v"], ["v", "v", "mv"], ["v", "v", "number"],
    ["v", "v", "v", "number"], ["v", "mv", "number"], ["r32", "v"], ["v", "r32"], ["v", "m32"],
    ["m32", "v"], ["v", "m64"], ["v", "v", "m64"], ["v", "v", "m32"], ["v", "v", "v", "v"],
    ["ymm", "xmm"], ["xmm", "ymm"], ["ymm", "ymm", "xmm", "number"], ["v", "gather", "v"],
    ["v", "v", "r32"], ["r32", "v", "number"], ["v", "v", "r32", "number"], ["ymm", "m128"],
]  # fmt: skip
_WIDTHS = {"v": ("mm", "xmm", "xmm", "ymm"), "r": ("r8", "r16", "r32", "r64")}
_WIDE_MEMORY = {"mm": "m64", "xmm": "m128", "ymm": "m256", "r8": "m8", "r16": "m16",
                "r32": "m32", "r64": "m64"}  # fmt: skip

_OPERANDS = {
    "r8": ("al", "bl", "cl", "dh"),
    "r16": ("ax", "bx", "cx", "si"),
    "r32": ("eax", "ecx", "ebx", "edi"),
    "r64": ("rax", "rdx", "r8", "r15"),
    "xmm": ("xmm0", "xmm1", "xmm5", "xmm7"),
    "ymm": ("ymm0", "ymm2", "ymm6", "ymm7"),
    "mm": ("mm0", "mm5"),
    "number": ("1", "5", "-1", "0x80", "0x1234", "0x12345678"),
    "sreg": ("fs", "es", "ds", "cs"),
    "cr": ("cr0", "cr3"),
    "dr": ("dr7", "dr0"),
    "st": ("st",),
    "sti": ("st(1)", "st(6)"),
    "far": ("0x10:0x1234", "far ptr [{0}bx]"),
    "symbol": ("symbol", "[symbol + 4]"),
    "offset": ("offset symbol",),
    "dx": ("dx",),
    "gather": ("[{0}ax + xmm1*2]", "[{0}bx + ymm4*8 + 4]", "[xmm3*4]"),
}
_PLACES = ("[{0}bx]", "[{0}si]", "[{0}di]", "[{0}bp + 4]", "[{0}ax + {0}cx*4]", "[0x1234]")
_KEYWORDS = {
    "m": "", "m8": "byte ptr ", "m16": "word ptr ", "m32": "dword ptr ", "m48": "fword ptr ",
    "m64": "qword ptr ", "m80": "tbyte ptr ", "m128": "xmmword ptr ", "m256": "ymmword ptr ",
}  # fmt: skip


def random_instructions(mode: int, count: int, seed: int) -> list[str]:
    """``count`` instructions, repeatable, none twice."""
    source = random.Random(f"foreign/{mode}/{seed}")
    lines: dict[str, None] = {}
    while len(lines) < count:
        lines[_instruction(mode, source)] = None
    return list(lines)


def _instruction(mode: int, source: random.Random) -> str:
    name = source.choice(NAMES)
    if source.random() < _STRANGE:
        kinds = source.choices(_ANY, k=source.choice((1, 2, 2, 3, 4)))
    else:
        is_vector = name[0] in "vp" or name[-2:] in ("ps", "pd", "ss", "sd")
        kinds = _of_one_width(source.choice(_COMMON_VECTORS if is_vector else _COMMON), source)
    if name in ("jmp", "call"):  # those to a target layout encodes
        kinds = [kind if kind not in ("number", "symbol", "offset") else "m" for kind in kinds]
    operands = ", ".join(_operand(kind, mode, source) for kind in kinds)
    return f"{name} {operands}".rstrip()


_STRANGE = 0.3


def _of_one_width(kinds: Sequence[str], source: random.Random) -> list[str]:
    """``r, m`` to ``r32, m32`` or ``r32, m``; ``v, mv`` to ``ymm, m256``."""
    width = {letter: source.choice(names) for letter, names in _WIDTHS.items()}
    memory = {"m": _WIDE_MEMORY[width["r"]], "mv": _WIDE_MEMORY[width["v"]]}
    return [
        width.get(kind) or (source.choice((memory[kind], "m")) if kind in memory else kind)
        for kind in kinds
    ]


def _operand(kind: str, mode: int, source: random.Random) -> str:
    letter = "r" if mode == 64 else "e"
    if kind in _KEYWORDS:
        return _KEYWORDS[kind] + source.choice(_PLACES).format(letter)
    if kind == "r64" and mode != 64:
        kind = "r32"
    return source.choice(_OPERANDS[kind]).format(letter)


#: What GNU as takes and we refuse, one pattern a row of the table in docs/assembler.md.
REFUSED_ON_PURPOSE = {
    "count": re.compile(r"(ro|rc|sh|sa)[lr]d? .*\b[er]?cx"),
    "near-16": re.compile(r"(jmp|call) ([a-d]x|[sd]i|[bs]p|dword ptr .*)"),
    "far-number": re.compile(r"(ljmp|lcall) (offset )?(-?\d|symbol)\w*|(jmp|call) [^,]*, .*"),
    "att-names": re.compile(r"(mov[qd]|movs[bwl]|movz[bw]|clr|fldt|fstpt|fildll|fistt?pll) .*"),
    "fword": re.compile(r"(invlpg|clflush|clflushopt|clwb|prefetch\w*) (fword|far) ptr .*"),
    "bases": re.compile(r"(rd|wr)[fg]sbase .*"),
    "implied": re.compile(r"(monitor|mwait) .*"),
    "sysret": re.compile(r"sys(ret|exit)d"),
    "wait": re.compile(r"f?wait .*"),
    "movsxd-16": re.compile(r"movsxd ([a-d]x|si), .*"),
    "movsx-32": re.compile(r"movsx (e[a-ds][xip]|r\d+d), (e[a-ds][xip]|r\d+d|dword ptr .*)"),
    "port": re.compile(r"in \w+, edx|out edx, \w+"),
    "mixed-widths": re.compile(r"vcvttps2dq (ymm., xmm.*|xmm., ymm.*)"),
    "truncated": re.compile(r".* byte ptr .*-129"),
}


def reason(line: str) -> str | None:
    """Which row of the documented list a refused line falls under."""
    return next((r for r, p in REFUSED_ON_PURPOSE.items() if p.fullmatch(line)), None)


@dataclass
class Findings:
    """What a comparison found: ``wrong`` are bytes that GNU as does not make,

    ``missing`` what it takes and we refuse without a documented reason.
    """

    taken: int = 0
    refused: int = 0
    wrong: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    on_purpose: dict[str, list[str]] = field(default_factory=dict)


def compare(lines: Sequence[str], mode: int) -> Findings:
    """Put instructions to GNU as and to us."""
    found = Findings()
    references = assemble_each(lines, mode, EXTENSIONS)
    for line, ours, theirs in zip(lines, encode_each(lines, mode), references, strict=True):
        if isinstance(ours, Encoding) and ours.data == theirs.data:
            found.taken += 1
        elif isinstance(ours, Diagnostic) and _is_refused_too(ours, theirs):
            found.refused += 1
        elif isinstance(ours, Diagnostic) and (why := reason(line)) is not None:
            found.on_purpose.setdefault(why, []).append(line)
        elif isinstance(ours, Diagnostic) and ours.code != "encoder-disagrees":
            found.missing.append(_fault(line, mode, ours, theirs))
        else:
            found.wrong.append(_fault(line, mode, ours, theirs))
    return found


def _is_refused_too(ours: Diagnostic, theirs: Reference) -> bool:
    """A warning counts as a refusal; a branch to an address is not the encoder's to make."""
    if ours.code == "encoder-disagrees":
        return False
    return theirs.data is None or theirs.complaint is not None


def _fault(line: str, mode: int, ours: Encoding | Diagnostic, theirs: Reference) -> str:
    mine = ours.data.hex(" ") if isinstance(ours, Encoding) else f"{ours.code}: {ours.message}"
    other = theirs.data.hex(" ") if theirs.data is not None else theirs.complaint
    return f"{mode}-bit `{line}`: {mine}; GNU as: {other}"
