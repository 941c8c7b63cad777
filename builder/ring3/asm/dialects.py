"""What other assemblers call things, and what is written here instead.

    unknown instruction `db`    ── advice ──>  "numbers are `.byte 1, 2`, text is `.ascii "text"`"
    unknown instruction `movl`  ── advice ──>  "AT&T syntax; write `mov`, …"

Whoever learns from a book writes NASM, MASM or AT&T syntax sooner or later: an error that
says "did you mean `ud2b`?" of `db` helps nobody.
"""

from __future__ import annotations

from collections.abc import Container

_SECTIONS = "sections begin with `.text`, `.data`, `.bss` or `.section .name`"
_BYTES = 'numbers are written `.byte 1, 2`, and text `.ascii "text"`'
_MODES = "write `.code16`, `.code32` or `.code64`"
_RESERVE = "write `.skip 64`: so many bytes"
_STRUCTURES = "there are no structures: give their offsets names, such as `field = 8`"
_PROCEDURES = "a label begins a procedure: `name:`"
_MACROS = "macros are written `.macro name` to `.endm`"
_MARGIN = "leave this line out"

#: Words that begin a line in NASM, MASM or FASM.
_FIRST_WORDS = {
    **dict.fromkeys(("section", "segment"), _SECTIONS),
    **dict.fromkeys(("bits", "use16", "use32", "use64"), _MODES),
    **dict.fromkeys(("global", "public"), "write `.global name`"),
    **dict.fromkeys(
        ("extern", "extrn", "externdef"), f"{_MARGIN}: the linker looks up what is not defined here"
    ),
    **dict.fromkeys(("struc", "endstruc", "istruc", "iend", "at"), _STRUCTURES),
    **dict.fromkeys(("macro", "%macro", "%endmacro", "%imacro"), _MACROS),
    **dict.fromkeys(("%if", "%ifdef", "%ifndef", "%else", "%endif"), "write `.if` to `.endif`"),
    **dict.fromkeys(("%rep", "%endrep", "rept"), "write `.rept 10` to `.endr`"),
    **dict.fromkeys(("assume", "option"), _MARGIN),
    "default": f"{_MARGIN}, and write `[rip + name]` for a relative address",
    "org": "write `.org`, which counts from the section's beginning: the linker places sections",
    "times": "write `.rept 10` to `.endr`, or `.fill 10, 1, 0` for bytes",
    "align": "write `.balign 16`",
    "include": 'write `.include "file.inc"`',
    "incbin": "there is no such directive: write the bytes with `.byte`",
    "%include": 'write `.include "file.inc"`',
    "%define": "write `name = value`; `.macro` is for more than a value",
    "%assign": "write `name = value`",
    "endm": "write `.endm`",
    "end": "write `.end`, or leave it out",
    "xdef": "write `.global name`",
    "invoke": "put the arguments into registers and write `call name`",
}
#: Words that come second, after the name that they define.
_SECOND_WORDS = {
    "db": _BYTES,
    "dw": "write `.word 1, 2`",
    "dd": "write `.long 1, 2`",
    "dq": "write `.quad 1, 2`",
    "dt": "there are no numbers of 10 bytes: write them with `.byte`",
    "do": "write `.octa 1`",
    "resb": _RESERVE,
    "resw": "write `.skip 2 * 64`: so many bytes",
    "resd": "write `.skip 4 * 64`: so many bytes",
    "resq": "write `.skip 8 * 64`: so many bytes",
    "equ": "write `name = value`; the present place is `.`",
    "proc": _PROCEDURES,
    "endp": _MARGIN,
    "struct": _STRUCTURES,
    "ends": _MARGIN,
    "segment": _SECTIONS,
    "macro": _MACROS,
    "label": _PROCEDURES,
}
#: AT&T's names without a suffix that can be taken off.
_ATT_NAMES = {
    "clr": "xor",
    **dict.fromkeys(("movzb", "movzbw", "movzbl", "movzbq", "movzw", "movzwl", "movzwq"), "movzx"),
    **dict.fromkeys(("movsbw", "movsbl", "movsbq", "movswl", "movswq"), "movsx"),
    "movabsq": "movabs",
    **dict.fromkeys(("fldt", "fldl", "flds"), "fld"),
    **dict.fromkeys(("fstpt", "fstpl", "fstps"), "fstp"),
    **dict.fromkeys(("fildll", "fildl", "filds"), "fild"),
    **dict.fromkeys(("fistpll", "fistpl", "fistps"), "fistp"),
    "fisttpll": "fisttp",
}


def advice(first: str, second: str, mnemonics: Container[str]) -> str | None:
    """What to write instead of a statement that begins with these two words, in lower case."""
    if second in _SECOND_WORDS and first not in _FIRST_WORDS:
        return _SECOND_WORDS[second]
    if found := _FIRST_WORDS.get(first) or _SECOND_WORDS.get(first):
        return found
    if name := _ATT_NAMES.get(first):
        return _without_suffix(name)
    if first[-1:] in "bwldq" and first[:-1] in mnemonics:
        return _without_suffix(first[:-1])
    return None


def _without_suffix(name: str) -> str:
    return (
        f"a name of AT&T syntax: write `{name}`, the destination first;"
        " `dword ptr` and its kin say the size of memory"
    )
