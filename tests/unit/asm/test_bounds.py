"""Sources that would take all time or all memory: an error or a result, soon.

Nothing here measures time: a source without a bound would not come to an end.
"""

from __future__ import annotations

import pytest

from ring3.asm import assemble
from ring3.asm.object import Object
from ring3.diagnostic import SourceError

HEAD = ".intel_syntax noprefix\n"


def codes(text: str) -> set[str]:
    with pytest.raises(SourceError) as caught:
        assemble(HEAD + text)
    return {diagnostic.code for diagnostic in caught.value.diagnostics}


def result(text: str) -> Object:
    return assemble(HEAD + text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (".macro m\nm\n.endm\nm", "nesting-too-deep"),
        (".macro a\nb\n.endm\n.macro b\na\n.endm\na", "nesting-too-deep"),
        (".macro m a, b:vararg\nm \\b, \\a\n.endm\nm 1, 2, 3", "nesting-too-deep"),
        ('.macro m a:vararg\nm "\\a,\\a"\n.endm\nm 1', "line-too-long"),
        (".rept 1000000000\nnop\n.endr", "repetition-count"),
        (".rept 20000\n.rept 20000\n.endr\n.endr", "expansion-too-large"),
        (".fill 1000000000, 8, 1", "section-too-large"),
        (".skip 1 << 40", "section-too-large"),
        (".bss\n.skip 1 << 50", "section-too-large"),
        (".byte 1\n.org 1 << 40", "section-too-large"),
        ("nop\n.p2align 31", "section-too-large"),
        ("a: .skip b - a + 1\nb:", "relaxation-without-end"),
        (".org b + 1\nb:", "relaxation-without-end"),
        ("a: .skip 9 - (b - a)\nb:", "relaxation-without-end"),
        (".pushsection .data\n" * 200, "section-stack-too-deep"),
        ('.ascii "' + "a" * 100_000 + '"', "line-too-long"),
        (".quad " + "(" * 60_000, "expression-too-deep"),
        ("jmp " + "9" * 60_000 + "b", "malformed-number"),
    ],
    ids=lambda value: value[:24] if "\n" in value or " " in value else value,
)
def test_a_source_without_measure_is_an_error(text: str, code: str) -> None:
    assert code in codes(text)


def test_symbols_that_double_each_other_are_computed_once_each() -> None:
    lines = [".set b0, x - y"]
    lines += [f".set b{number + 1}, b{number} + b{number}" for number in range(60)]
    text = "\n".join(lines) + "\nx: jmp x\ny: .quad b60"
    assert int.from_bytes(result(text).sections[".text"].data[-8:], "little") == (-2 << 60) % 2**64


def test_symbols_set_to_later_ones_without_end_are_an_error() -> None:
    lines = [f".set a{number}, a{number + 1} + 1" for number in range(2000)]
    assert "symbols-too-deep" in codes("\n".join(lines))


def test_a_long_chain_of_symbols_set_to_earlier_ones_is_a_result() -> None:
    lines = [f".set a{number + 1}, a{number} + 1" for number in range(2000)]
    text = "\n".join(lines) + "\na0: .quad a2000"
    (fixup,) = result(text).sections[".text"].fixups
    assert (fixup.symbol, fixup.addend) == (".text", 2000)


def test_a_thousand_nested_conditions_are_a_result() -> None:
    text = ".if 1\n" * 1000 + ".byte 1\n" + ".endif\n" * 1000
    assert result(text).sections[".text"].data == b"\x01"


def test_every_jump_of_a_cascade_grows() -> None:
    count = 500
    text = "".join(f"jmp a{n}\n" for n in range(count))
    text += "".join(f".skip 2\na{n}:\n" for n in range(count))
    assert len(result(text).sections[".text"].data) == 5 * count + 2 * count


@pytest.mark.parametrize(
    "text", ["\0", "\x01\x02\x7f", "\x80\xff", "\ufeffnop", "nop\u2028nop", "é: nop", "\ud7ff"]
)
def test_characters_that_no_source_has_are_an_error(text: str) -> None:
    assert "unexpected-character" in codes(text)


def test_a_bss_of_gigabytes_takes_no_memory() -> None:
    section = result(".bss\n.skip 1 << 36").sections[".bss"]
    assert (section.size, len(section.data)) == (1 << 36, 0)
