"""What an Object holds beside the bytes that GNU as makes too."""

from __future__ import annotations

from ring3.asm import assemble
from ring3.asm.object import Binding, FixupKind, SectionFlag, SectionType, SymbolType

HEAD = ".intel_syntax noprefix\n"


def test_lines_say_where_every_byte_comes_from() -> None:
    text = HEAD + "nop\n.byte 1, 2\nlabel: jmp far_away\n.balign 16\nret\n.skip 200\nfar_away:\n"
    section = assemble(text, name="file.s").sections[".text"]
    lines = [(line.offset, line.location.line, line.is_code) for line in section.lines]
    assert lines == [
        (0, 2, True),
        (1, 3, False),
        (2, 3, False),
        (3, 4, True),
        (8, 5, True),
        (16, 6, True),
        (17, 7, False),
    ]


def test_the_lines_of_a_macro_lead_to_its_call() -> None:
    text = HEAD + ".macro two\nnop\nnop\n.endm\nret\ntwo\n"
    lines = assemble(text, name="file.s").sections[".text"].lines
    assert [line.location.line for line in lines] == [6, 3, 4]
    via = lines[1].location.via
    assert via is not None
    assert via.at.line == 7


def test_a_local_label_is_reached_through_its_section() -> None:
    result = assemble(HEAD + ".data\n.quad 0\nhere: .byte 1\n.text\n.quad here\n")
    (fixup,) = result.sections[".text"].fixups
    assert (fixup.symbol, fixup.addend, fixup.kind) == (".data", 8, FixupKind.ABS64)
    assert result.symbols[".data"].section == ".data"
    assert result.symbols[".data"].binding is Binding.LOCAL


def test_a_name_that_nobody_defines_is_an_undefined_global() -> None:
    symbol = assemble(HEAD + "call elsewhere").symbols["elsewhere"]
    assert (symbol.defined, symbol.binding) == (False, Binding.GLOBAL)


def test_local_labels_are_not_symbols() -> None:
    result = assemble(HEAD + ".Lhere: jmp .Lhere\n1: jmp 1b\n")
    assert not result.symbols


def test_symbols_have_what_directives_said() -> None:
    text = ".global f\n.type f, @function\nf: nop\nret\n.size f, . - f\n.weak g\ng:\n"
    symbols = assemble(HEAD + text).symbols
    function, weak = symbols["f"], symbols["g"]
    assert (function.type, function.size) == (SymbolType.FUNCTION, 2)
    assert function.binding is Binding.GLOBAL
    assert weak.binding is Binding.WEAK
    assert weak.value == 2


def test_a_constant_is_a_symbol_without_a_section() -> None:
    symbol = assemble(".set answer, 42").symbols["answer"]
    assert (symbol.section, symbol.value, symbol.defined) == (None, 42, True)


def test_a_jump_to_a_number_is_a_fixup_against_the_absolute_symbol() -> None:
    result = assemble(HEAD + "call 0x1000")
    (fixup,) = result.sections[".text"].fixups
    assert (fixup.symbol, fixup.addend) == ("*ABS*", 0x1000 - 4)
    assert result.symbols["*ABS*"].value == 0


def test_bss_has_a_size_and_no_bytes() -> None:
    section = assemble(".bss\n.balign 32\nbuffer: .skip 100\n").sections[".bss"]
    assert section.type is SectionType.NOBITS
    assert section.flags == SectionFlag.ALLOC | SectionFlag.WRITE
    assert (section.size, section.alignment, bytes(section.data)) == (100, 32, b"")


def test_a_numeric_label_can_be_used_again_and_again() -> None:
    text = "1: jmp 1b\njmp 1f\n1: jmp 1b\n"
    assert assemble(HEAD + text).sections[".text"].data.hex(" ") == "eb fe eb 00 eb fe"


def test_a_scale_is_the_number_that_its_name_has_where_it_stands() -> None:
    text = HEAD + ".set S, 4\nmov eax, [rbx*S]\n.set S, 8\nmov eax, [rbx*S]\n"
    data = assemble(text).sections[".text"].data
    assert [data[2] >> 6, data[9] >> 6] == [2, 3]  # SIB.scale


def test_a_comma_in_a_character_constant_ends_no_operand() -> None:
    text = HEAD + "mov al, ','\ncmp al, ','\n"
    assert assemble(text).sections[".text"].data == bytes((0xB0, 0x2C, 0x3C, 0x2C))


def test_what_a_text_says_depends_on_the_width_of_the_code() -> None:
    text = HEAD + ".code32\nmov al, [0x10]\n.code64\nmov al, [0x10]\n"
    data = assemble(text).sections[".text"].data
    assert data == bytes.fromhex("a0 10000000") + bytes.fromhex("8a0425 10000000")
