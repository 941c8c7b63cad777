"""Sources that would take all time or all memory: an error or a result, soon.

Nothing here measures time: a source without a bound would not come to an end.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from ring3.asm import SourceTree, assemble, assemble_file
from ring3.asm.object import Object
from ring3.diagnostic import Ring3Error, SourceError

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
        (".code32\n.bss\n.skip 1 << 36", "section-too-large"),
        (".code32\n.bss\n.skip 1 << 31\n.skip 1 << 31", "section-too-large"),
        (".byte 1\n.org 1 << 40", "section-too-large"),
        ("nop\n.p2align 31", "alignment"),
        ("a: .skip b - a + 1\nb:", "relaxation-without-end"),
        (".org b + 1\nb:", "relaxation-without-end"),
        ("a: .skip 9 - (b - a)\nb:", "relaxation-without-end"),
        (".pushsection .data\n" * 200, "section-stack-too-deep"),
        ('.ascii "' + "a" * 100_000 + '"', "line-too-long"),
        (".quad " + "(" * 60_000, "expression-too-deep"),
        ("jmp " + "9" * 60_000 + "b", "malformed-number"),
        (
            ".macro m x\n.if (\\x) > 0\nm (\\x-1)\nm (\\x-1)\n.endif\n.endm\nm 20",
            "expansion-too-large",
        ),
        (".rept 30\n" * 5 + "nop\n" + ".endr\n" * 5, "expansion-too-large"),
        (".quad " + "(" * 1000 + "1" + ")" * 1000, "expression-too-deep"),
        (".quad " + "1+" * 1000 + "1", "expression-too-long"),
        ("/* */" * 700_000, "line-too-long"),
        (".byte " + "1," * 1_000_000 + "1", "line-too-long"),
        ("a" * 3_000_000, "line-too-long"),
        ("".join(f".section .s{n}\n.skip 60000000\n" for n in range(99)), "section-too-large"),
        (
            "".join(f".section .s{n}\n.p2align 24\nnop\n.p2align 24\n" for n in range(99)),
            "section-too-large",
        ),
        (".fill 8000000, 8, 1\n" * 500, "section-too-large"),
        (".rept 20000\n.rept 0\n" + "nop\n" * 20_000 + ".endr\n.endr", "expansion-too-large"),
        (".macro m a\n.byte " + "\\a" * 30_000 + "\n.endm\nm " + "1" * 60_000, "line-too-long"),
        (
            ".macro m " + ",".join(f"a{n}" for n in range(8000)) + "\n.endm\n" + "m\n" * 20_000,
            "expansion-too-large",
        ),
        (
            "".join(f".set s{n}, s{n + 1} + 1\n" for n in range(90)) + "lea rax, [s0]\n" * 3000,
            "symbols-too-deep",
        ),
        ("a: .skip 300 - (b - a) + 0 * (" + "1 + " * 200 + "1)\nb:", "relaxation-without-end"),
        (".set s, s + 1\n" * 10_000, "symbol-loop"),
    ],
    ids=lambda value: value[:24] if "\n" in value or " " in value else value,
)
def test_a_source_without_measure_is_an_error(text: str, code: str) -> None:
    assert code in codes(text)


def test_a_million_labels_are_more_than_a_source_may_have() -> None:
    with pytest.raises(Ring3Error, match="larger than 4 MiB"):
        result("".join(f"a{number}:\n" for number in range(1_000_000)))


def test_thirty_thousand_labels_are_a_result() -> None:
    assert len(result("".join(f"a{number}:\n" for number in range(30_000))).symbols) == 30_000


def test_a_file_without_end_is_too_large() -> None:
    with pytest.raises(Ring3Error, match="larger than 4 MiB"):
        assemble_file(Path("/dev/zero"), SourceTree())


def test_errors_with_very_many_names_near_by_are_reported_all() -> None:
    """To look all names over for a suggestion, for every error, would take minutes."""
    labels = "".join(f"la{number}:\n" for number in range(20_000))
    long = "".join(f"{'a' * 50_000}{number}:\n" for number in range(20))
    jumps = "".join(f"jmp .La{number}\njmp .L{'a' * 50_000}{number}\n" for number in range(40))
    with pytest.raises(SourceError) as caught:
        result(labels + long + jumps)
    assert len(caught.value.diagnostics) == 80


def test_a_long_sum_in_brackets_is_a_result() -> None:
    line = "mov eax, [rax" + "+1" * 200 + "]\n"
    data = result(line * 200).sections[".text"].data
    assert data == bytes.fromhex("8b 80 c8 00 00 00") * 200


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


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('.include "' + "a" * 300 + '"', "include-failed"),
        ('.include "' + "a/" * 3000 + '"', "include-failed"),
        ('.include "\\377"', "not-utf-8"),
        ('.section "\\377"', "not-utf-8"),
        ('.section "\\0x"', "unexpected-character"),
        ('.section .x, "\\377"', "not-utf-8"),
        ('.type a, "\\377"', "not-utf-8"),
        (".quad k1", "not-supported"),
        (".quad zmm0", "not-supported"),
        (".quad byte", "reserved-word"),
        ("mov eax, [rax + qword]", "reserved-word"),
        (".quad .data", "section-as-symbol"),
        (".ifdef .text\n.endif", "section-as-symbol"),
        ('.section x, "a"\nx: nop', "section-as-symbol"),
        (".set .., 1", "hidden-name"),
        ("..a: nop", "hidden-name"),
        (".byte \f1", "unexpected-character"),
        ("\u00a0", "unexpected-character"),
        (".ifb \u00a0\n.error \"\"\n.endif\nnop\u00a0", "unexpected-character"),
        ("6666666666: nop", "junk-at-end"),
        ("rep 65536", "junk-at-end"),
        ('.ascii"a"', "expected-token"),
        (".if 0\n.ifc x\n.endif\n.endif", "expected-token"),
        (".if 0\n.ifdef 5\n.endif\n.endif", "expected-symbol"),
    ],
)  # fmt: skip
def test_what_gnu_as_takes_otherwise_or_not_at_all_is_refused(text: str, code: str) -> None:
    assert codes(text) == {code}


def test_half_of_a_surrogate_pair_is_no_text() -> None:
    with pytest.raises(Ring3Error, match="not Unicode text"):
        result('.ascii "\udcff"')


@pytest.mark.parametrize(("field", "fits"), [("byte", 255), ("word", 65535)])
def test_what_an_i386_field_cannot_keep_is_refused(field: str, fits: int) -> None:
    """There the number that is added to a symbol stands in the field itself."""
    assert assemble(f"{HEAD}.code32\n.{field} f + {fits}").sections[".text"].fixups
    assert codes(f".code32\n.{field} f + {fits + 1}") == {"value-too-large"}
    assert result(f".{field} f + {fits + 1}").sections[".text"].fixups


def test_procedures_that_all_begin_differently_are_a_result() -> None:
    procedure = ".cfi_startproc\n.cfi_def_cfa_offset {}\n.cfi_endproc\n"
    section = result("".join(procedure.format(8 * number) for number in range(10_000)))
    assert len(section.sections[".eh_frame"].data) > 10_000 * 40
