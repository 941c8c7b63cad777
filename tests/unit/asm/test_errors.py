"""Errors of a source: each with its code and place, all of them at once, none twice."""

from __future__ import annotations

import pytest

from ring3.asm import assemble
from ring3.asm.assembler import MOST_ERRORS
from ring3.diagnostic import Diagnostic, SourceError

HEAD = ".intel_syntax noprefix\n"


def errors(text: str) -> tuple[Diagnostic, ...]:
    with pytest.raises(SourceError) as caught:
        assemble(HEAD + text, name="file.s")
    return caught.value.diagnostics


def found(text: str) -> list[tuple[int, int, str]]:
    """(line, column, code), where line 1 is the first one after the head."""
    return [(d.location.line - 1, d.location.column, d.code) for d in errors(text)]


@pytest.mark.parametrize(
    ("text", "line", "column", "code"),
    [
        # statements
        ("/ nop", 1, 1, "junk-at-end"),
        ("a: nop\na: nop", 2, 1, "symbol-defined-twice"),
        ("a: nop\n.set a, 4", 2, 6, "symbol-defined-twice"),
        (".set a, 4\na: nop", 2, 1, "symbol-defined-twice"),
        ("a == 4\na = 5", 2, 1, "symbol-defined-twice"),
        (".set x, a + 4\n.set x, .\n.long x", 2, 6, "place-set-late"),
        (".set x, a\n.set x, 7\nl: .set x, l + 1\n.long x", 3, 9, "place-set-late"),
        ("x = l\nl: y = x\ny = .", 3, 1, "place-set-late"),
        (". = 5", 1, 1, "dot-assigned"),
        (".: nop", 1, 1, "dot-as-label"),
        ("jmp 1b", 1, 5, "undefined-local-label"),
        ("jmp 1f\n1:\njmp 1f", 3, 5, "undefined-local-label"),
        ("mov edx, SIZE\n.set SIZE, 5", 1, 10, "number-set-later"),
        ("push 4 + SIZE\nSIZE = 5", 1, 10, "number-set-later"),
        ("jmp .Lnowhere", 1, 5, "undefined-local-label"),
        # directives
        (".bytes 1", 1, 1, "unknown-directive"),
        (".if 0\n.endif.endif\n.endif", 2, 1, "unknown-directive"),
        ('.if 0\n.ascii "x\n.endif', 2, 8, "unterminated-string"),
        ('.macro m\n.ascii "x\n.endm', 2, 8, "unterminated-string"),
        (".byte'a'", 1, 6, "expected-token"),
        ("push offset'b", 1, 12, "expected-token"),
        (".byte 1'a'", 1, 8, "expected-token"),
        (".byte 'a''b'", 1, 10, "expected-token"),
        (".if 0\n.elseif'1\n.endif", 2, 8, "expected-token"),
        ("nopé", 1, 4, "unexpected-character"),
        (".macro m\n.byte '\n.endm", 2, 7, "malformed-character"),
        (".section 'a'", 1, 10, "malformed-section"),
        (".weak ..", 1, 7, "hidden-name"),
        (".octa ~-1", 1, 7, "octa-expression"),
        ("mov al, axl", 1, 9, "not-supported"),
        ("mov eax, [rax + riz]", 1, 17, "not-supported"),
        ("add.s cx, dx", 1, 1, "not-supported"),
        ("add ebx, offset _GLOBAL_OFFSET_TABLE_", 1, 17, "not-supported"),
        ("mov eax, offset [rax]", 1, 10, "malformed-operand"),
        ("mov eax, offset gs:x", 1, 10, "malformed-operand"),
        ("movzx eax, word ptr byte ptr [rax]", 1, 21, "malformed-operand"),
        ("mov eax, [rax] + 2 * rcx", 1, 25, "sum-after-brackets"),
        ("{vex3} vaddps xmm0, xmm1, xmm2", 1, 1, "not-supported"),
        ("push+rax", 1, 5, "expected-token"),
        (".comm x, 4", 1, 1, "unsupported-directive"),
        (".att_syntax", 1, 1, "unsupported-directive"),
        (".intel_syntax prefix", 1, 1, "syntax"),
        (".byte 1, 256", 1, 10, "value-too-large"),
        (".word -32769", 1, 7, "value-too-large"),
        (".byte 1,", 1, 9, "expected-expression"),
        (".byte 1 2", 1, 9, "junk-at-end"),
        (".byte rax", 1, 7, "register-in-expression"),
        (".octa 0 - 1", 1, 7, "octa-expression"),
        (".ascii 5", 1, 8, "expected-string"),
        (".fill 2, 9, 1", 1, 10, "fill-size"),
        (".fill -1", 1, 1, "negative-count"),
        (".skip -1", 1, 1, "negative-count"),
        (".balign 6", 1, 9, "alignment"),
        (".p2align 32", 1, 10, "alignment"),
        (".balign 8, , -1", 1, 1, "negative-count"),
        (".byte 1, 2\n.org 1", 2, 1, "org-backwards"),
        (".org elsewhere", 1, 1, "not-absolute"),
        ("a: jmp b\n.skip 1 - (. - a)\nb:", 2, 1, "negative-count"),
        (".section", 1, 9, "missing-section-name"),
        ('.section .x, "aq"', 1, 14, "unknown-section-flag"),
        ('.section .x, "a", @strange', 1, 20, "unknown-section-type"),
        ('.section .x, "a"\n.section .x, "aw"', 2, 10, "section-changed"),
        (".section .init_array", 1, 10, "section-without-flags"),
        (".text 1", 1, 7, "subsection"),
        ('.section .x"y"', 1, 12, "malformed-section"),
        (".popsection", 1, 1, "stray-popsection"),
        (".previous", 1, 1, "no-previous-section"),
        (".bss\n.byte 1", 2, 1, "content-in-nobits"),
        (".bss\nnop", 2, 1, "content-in-nobits"),
        (".bss\n.balign 8, 1", 2, 1, "content-in-nobits"),
        (".global 5", 1, 9, "expected-symbol"),
        (".global a\n.weak a", 2, 7, "binding-changed"),
        (".type a, @strange", 1, 11, "unknown-symbol-type"),
        ("a: .size a, elsewhere", 1, 10, "not-constant"),
        (".set a, b\n.set b, a\n.quad a", 2, 6, "symbol-loop"),
        (".include 5", 1, 10, "expected-string"),
        ('.include "nowhere.inc"', 1, 10, "include-failed"),
        ('.error "as asked"', 1, 1, "error-directive"),
        # macros
        (".macro\n.endm", 1, 1, "missing-macro-name"),
        (".macro m a a\n.endm", 1, 1, "duplicate-parameter"),
        (".macro m a:optional\n.endm", 1, 1, "malformed-parameters"),
        (".macro m (\n.endm", 1, 1, "malformed-parameters"),
        (".macro m\n.endm\n.macro M\n.endm", 3, 1, "macro-defined-twice"),
        (".macro .byte\n.endm", 1, 1, "macro-named-as-directive"),
        (".macro m\nnop", 1, 1, "unterminated-macro"),
        (".rept 3\nnop", 1, 1, "unterminated-repetition"),
        (".macro m\na: .endm\n", 2, 1, "label-before-end"),
        (".endm", 1, 1, "stray-endm"),
        (".endr", 1, 1, "stray-endr"),
        (".exitm", 1, 1, "exitm-outside"),
        (".purgem m", 1, 1, "no-such-macro"),
        (".macro m a:req\n.endm\nm", 3, 1, "missing-argument"),
        (".macro m a\n.endm\nm 1, 2", 3, 1, "too-many-arguments"),
        (".macro m a\n.endm\nm b=1", 3, 1, "no-such-parameter"),
        (".macro m a, b\n.endm\nm a=1, 2", 3, 1, "mixed-arguments"),
        (".rept -1\n.endr", 1, 1, "repetition-count"),
        (".rept elsewhere\n.endr", 1, 7, "not-constant"),
        # conditions
        (".if 1\nnop", 1, 1, "unterminated-if"),
        (".else", 1, 1, "stray-else"),
        (".elseif 1", 1, 1, "stray-elseif"),
        (".endif", 1, 1, "stray-endif"),
        (".if 1\n.else\n.else\n.endif", 3, 1, "else-twice"),
        (".if elsewhere\n.endif", 1, 5, "not-constant"),
        (".macro m\n.if 1\n.endm\nm", 2, 1, "unterminated-if"),
        (".if 1\n.macro m\n.endif\n.endm\nm\n.endif", 3, 1, "stray-endif"),
        # distances
        ("loop a\n.skip 200\na:", 1, 6, "jump-too-far"),
        ("loop 5", 1, 6, "wrong-operands"),
        (".set k, 5\njrcxz k", 2, 7, "wrong-operands"),
        ("a: loop offset a", 1, 9, "wrong-operands"),
        (".code16\njmp 0x10000", 2, 5, "displacement-out-of-range"),
        (".code32\ncall 0x100000000", 2, 6, "displacement-out-of-range"),
        ("a: nop\nb: mov eax, [rbx + b - a]", 2, 24, "operator-in-operand"),
        ("a: nop\nb: mov eax, 4[rbx + rcx * 4 + b - a]", 2, 35, "operator-in-operand"),
        ("a: push a < a", 1, 11, "operator-in-operand"),
        ("a: push (a <> b) + 1\nb:", 1, 12, "operator-in-operand"),
        ("jmp short a\n.skip 200\na:", 1, 5, "jump-too-far"),
        ("jmp short elsewhere", 1, 5, "jump-out-of-section"),
        ("a: jmp b\nb:\n.if . - a\n.endif", 3, 5, "not-constant"),
        ("jmp b\na: jmp b\nc: .set d, c - a\nadd eax, d\nb:", 4, 10, "not-constant"),
        (".quad here - elsewhere\nhere:", 1, 7, "not-relocatable"),
        (".quad elsewhere * 2", 1, 17, "not-relocatable"),
        (".set x, elsewhere * 2\ncall x", 1, 19, "not-relocatable"),
        (".set x, elsewhere - nowhere", 1, 6, "not-relocatable"),
        (".long -(. - a)\n.data\na:", 1, 7, "not-relocatable"),
        (".byte a - b\nb: .skip 300\na:", 1, 7, "value-too-large"),
        # call frame information
        (".cfi_startproc", 1, 1, "unterminated-cfi"),
        (".cfi_endproc", 1, 1, "cfi-outside"),
        (".cfi_startproc\n.cfi_startproc\n.cfi_endproc", 2, 1, "cfi-nested"),
        (".cfi_startproc\n.cfi_restore_state\n.cfi_endproc", 2, 19, "cfi-state"),
        (".cfi_startproc\n.cfi_offset rbx, -3\n.cfi_endproc", 2, 18, "cfi-offset"),
        (".cfi_startproc\n.cfi_undefined cr3\n.cfi_endproc", 2, 16, "unknown-register"),
        (".cfi_startproc\n.data\n.cfi_endproc", 1, 1, "cfi-section"),
        (".cfi_sections .debug_frame", 1, 15, "cfi-section"),
    ],
)
def test_a_mistake_has_its_code_at_its_place(text: str, line: int, column: int, code: str) -> None:
    assert found(text) == [(line, column, code)]


def test_a_source_that_does_not_say_its_syntax_is_told_so_once() -> None:
    for statement in ("push rax", ".byte 1 or 2", ".byte not 5", "jmp short elsewhere"):
        with pytest.raises(SourceError) as caught:
            assemble(f"nop\nret\njmp elsewhere\n{statement}\npush rax\n")
        (diagnostic,) = caught.value.diagnostics
        assert (diagnostic.code, diagnostic.location.line) == ("syntax", 4)
        assert diagnostic.help == "begin it with .intel_syntax noprefix"


def test_all_errors_of_a_source_are_reported_in_order() -> None:
    text = "foo\n.byte 256\nnop\n.endif\nmov eax, [\njmp 1f\n"
    assert [line for line, _, _ in found(text)] == [1, 2, 4, 5, 6]


def test_a_wrong_line_does_not_make_right_ones_wrong() -> None:
    text = (
        ".set size, 5 / 0\n"  # is defined all the same
        "label: frobnicate\n"  # so is the label
        ".if elsewhere\n"  # has its .endif
        ".endif\n"
        "mov eax, size\n"
        ".size label, . - label\n"
        "jmp label\n"
    )
    assert [code for _, _, code in found(text)] == [
        "division-by-zero",
        "unknown-instruction",
        "not-constant",
    ]


def test_an_endless_list_of_errors_is_cut() -> None:
    reported = errors("foo\n" * 5000)
    assert len(reported) == MOST_ERRORS


def test_many_errors_that_come_at_the_end_are_cut_too() -> None:
    reported = errors(".if 1\n" * 5000)
    assert len(reported) == MOST_ERRORS + 1
    assert reported[-1].code == "too-many-errors"


def test_an_error_in_a_macro_shows_the_chain_of_calls() -> None:
    text = ".macro inner\nmov eax, [\n.endm\n.macro outer x\ninner\n.endm\nouter 5\n"
    (diagnostic,) = errors(text)
    rendered = diagnostic.render()
    assert "file.s:3" in rendered
    assert "in macro `inner` at file.s:6" in rendered
    assert rendered.index("`inner`") < rendered.index("in macro `outer` at file.s:8:1")


def test_an_error_in_a_repetition_names_the_value() -> None:
    (diagnostic,) = errors(".irp value, 1, 256, 2\n.byte \\value\n.endr")
    assert "for `256`" in diagnostic.render()


def test_an_expanded_line_is_shown_as_expanded() -> None:
    (diagnostic,) = errors(".macro m a\n.byte \\a\n.endm\nm 300")
    assert diagnostic.location.text == ".byte 300"
    assert diagnostic.location.column == 7


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        (".golbal a", ".global"),
        (".set kernel_stack, 4\n.if kernel_stak\n.endif", "kernel_stack"),
        (".Lloop: jmp .Llop", ".Lloop"),
        ("movv eax, 1", "mov"),
    ],
)
def test_a_misspelled_name_gets_a_suggestion(text: str, suggestion: str) -> None:
    assert suggestion in (errors(text)[0].help or "")


def test_a_warning_reaches_who_asks_for_it_and_stops_nothing() -> None:
    told: list[Diagnostic] = []
    result = assemble('.warning "take care"\n.byte 1', warn=told.append)
    assert result.sections[".text"].data == b"\x01"
    (warning,) = told
    assert (warning.message, warning.severity.value) == ("take care", "warning")
