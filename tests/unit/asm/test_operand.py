"""Operands as parsed, and the place and kind of every mistake in one."""

from __future__ import annotations

import pytest

from ring3.asm.expression import Binary, Expression, Number, Symbol
from ring3.asm.instruction import Instruction, parse_instruction
from ring3.asm.lexer import AssemblyError
from ring3.asm.operand import Bare, FarPointer, Immediate, Memory, Operand, RegisterOperand
from ring3.diagnostic import Diagnostic, Location


def parse(text: str, mode: int = 64) -> Instruction:
    return parse_instruction(Location("a.s", 1, text=text), mode, known)


def known(expression: Expression) -> int | None:
    """The value of a product or sum of numbers, and of POINTER_SIZE, which is 8."""
    match expression:
        case Number(value=value):
            return value
        case Symbol(name="POINTER_SIZE"):
            return 8
        case Binary(operator="*" | "+" as operator, left=left, right=right):
            a, b = known(left), known(right)
            if a is not None and b is not None:
                return a * b if operator == "*" else a + b
    return None


def last_operand(text: str, mode: int = 64) -> Operand:
    return parse(text, mode).operands[-1]


def mistake(text: str, mode: int = 64) -> Diagnostic:
    with pytest.raises(AssemblyError) as caught:
        parse(text, mode)
    return caught.value.diagnostic


def parts(operand: Operand) -> tuple[str | None, str | None, str | None, int]:
    assert isinstance(operand, Memory)
    names = [r.name if r is not None else None for r in (operand.segment, operand.base)]
    return names[0], names[1], operand.index.name if operand.index else None, operand.scale


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("gs:[rax + rcx*8 + 4]", ("gs", "rax", "rcx", 8)),
        ("[rcx*8 + rax]", (None, "rax", "rcx", 8)),
        ("[rax + rcx]", (None, "rax", "rcx", 1)),
        ("[rcx*1]", (None, None, "rcx", 1)),
        ("[rax + rsp]", (None, "rsp", "rax", 1)),
        ("[rsp + rax]", (None, "rsp", "rax", 1)),
        ("table[rax*2*2]", (None, None, "rax", 4)),
        ("[rax][rcx*(1+1)][8]", (None, "rax", "rcx", 2)),
        ("[rax + rcx*POINTER_SIZE]", (None, "rax", "rcx", 8)),
        ("[POINTER_SIZE*rcx]", (None, None, "rcx", 8)),
        ("symbol[rip]", (None, "rip", None, 1)),
        ("GS:[RAX]", ("gs", "rax", None, 1)),
        ("fs:0x28", ("fs", None, None, 1)),
    ],
)
def test_an_address_comes_apart_into_segment_base_index_and_scale(
    text: str, expected: tuple[str | None, str | None, str | None, int]
) -> None:
    assert parts(last_operand(f"mov eax, {text}")) == expected


def test_sixteen_bit_base_and_index_may_be_written_in_either_order() -> None:
    assert parts(last_operand("mov ax, [si + bx]", 16)) == (None, "bx", "si", 1)


def test_what_is_no_register_is_summed_up_as_the_displacement() -> None:
    operand = last_operand("mov eax, table[rax*8 - 4]")
    assert isinstance(operand, Memory)
    assert isinstance(operand.displacement, Binary)
    assert operand.displacement.operator == "-"
    assert isinstance(operand.displacement.left, Symbol)
    assert operand.displacement.left.name == "table"
    assert isinstance(operand.displacement.right, Number)
    assert operand.displacement.right.value == 4


@pytest.mark.parametrize(("keyword", "size"), [("byte", 1), ("FWORD", 6), ("tbyte", 10)])
def test_a_size_keyword_gives_memory_its_size_in_bytes(keyword: str, size: int) -> None:
    operand = last_operand(f"mov eax, {keyword} ptr [rax]")
    assert isinstance(operand, Memory)
    assert operand.size == size


def test_a_bare_expression_stays_open_and_offset_makes_an_immediate() -> None:
    assert isinstance(last_operand("mov eax, symbol"), Bare)
    assert isinstance(last_operand("mov eax, offset symbol"), Immediate)
    assert isinstance(last_operand("mov eax, offset flat:symbol"), Immediate)


def test_both_spellings_of_a_far_jump_give_one_far_pointer() -> None:
    for text in ("ljmp 0x10, start", "ljmp 0x10:start", "jmp 0x10:start"):
        instruction = parse(text, 32)
        (operand,) = instruction.operands
        assert isinstance(operand, FarPointer)
        assert len(instruction.expressions) == 2


def test_st_with_a_number_is_one_operand() -> None:
    operands = parse("fadd st, st(3)").operands
    names = [o.register.name for o in operands if isinstance(o, RegisterOperand)]
    assert names == ["st", "st(3)"]


@pytest.mark.parametrize(
    ("text", "extension"),
    [
        ("vpternlogd xmm0, xmm1, xmm2, 5", "AVX-512"),
        ("vaddps zmm0, zmm1, zmm2", "AVX-512"),
        ("mov eax, [rbx + k1]", "AVX-512"),
        ("vmlaunch", "VMX"),
        ("vmrun", "SVM"),
        ("vpcomneqb xmm0, xmm1, xmm2", "XOP"),
        ("tileloadd tmm0, [rax]", "AMX"),
    ],
)
def test_an_extension_that_is_not_supported_is_refused_by_its_name(
    text: str, extension: str
) -> None:
    diagnostic = mistake(text)
    assert diagnostic.code == "not-supported"
    assert diagnostic.message.endswith(f": {extension} is not supported")


def test_no_instruction_of_the_table_is_taken_for_an_unsupported_one() -> None:
    assert mistake("vpternlogd").code == "not-supported"
    for name in ("vpermq", "vcvtps2ph", "vgatherdps", "movbe", "fcmovne"):
        assert parse(name).mnemonic == name


def test_prefixes_stand_apart_from_the_mnemonic() -> None:
    instruction = parse("LOCK ADD dword ptr [rax], 1")
    assert (instruction.prefixes, instruction.mnemonic) == (("lock",), "add")


def test_a_branch_has_a_relative_target_unless_it_goes_through_a_register_or_memory() -> None:
    for text in ("jmp label", "jmp short label", "call offset label", "jne near ptr label"):
        assert parse(text).relative_target is not None
    for text in ("jmp rax", "call [rax]", "jmp qword ptr label", "ljmp [rax]"):
        assert parse(text).relative_target is None


MISTAKES = [
    # text, code, the columns that are underlined
    ("moc eax, ebx", "unknown-instruction", "moc"),
    ("vpternlogd xmm0, xmm1, xmm2, 5", "not-supported", "vpternlogd"),
    ("rep lock", "prefix-alone", "lock"),
    ("rex.w", "prefix-alone", "rex.w"),
    ("jcxz label", "not-in-this-mode", "jcxz"),
    ("mov eax, dword [rax]", "missing-ptr", "["),
    ("mov eax, [dword ptr rax]", "size-inside-brackets", "dword"),
    ("mov eax, [gs:8]", "segment-inside-brackets", "gs"),
    ("mov eax, gs:fs:[rax]", "two-segments", "fs"),
    ("mov eax, []", "empty-brackets", "]"),
    ("mov eax, [[rax]]", "nested-brackets", "["),
    ("mov eax, [8] + 4", "sum-after-brackets", "+"),
    ("mov eax, rax + 8", "junk-at-end", "+"),
    ("mov eax, 8 + rax", "register-in-expression", "rax"),
    ("mov eax, [rax*rcx]", "register-in-expression", "rax"),
    ("mov eax, [(rax + 4)*2]", "register-in-expression", "rax"),
    ("mov eax, [8 - rax]", "register-subtracted", "rax"),
    ("mov eax, [rax + rcx + rdx]", "too-many-registers", "rdx"),
    ("mov eax, [rax*2 + rcx*4]", "too-many-registers", "rcx"),
    ("mov eax, [rax + rcx*3]", "wrong-scale", "rcx"),
    ("mov eax, [rax + rsp*2]", "wrong-index", "rsp"),
    ("mov eax, [rip + rax]", "rip-with-register", "rip"),
    ("mov eax, [rax + ecx]", "address-size", "ecx"),
    ("mov eax, [bx]", "address-size", "bx"),
    ("mov eax, [al]", "not-an-address-register", "al"),
    ("mov eax, [cr0]", "not-an-address-register", "cr0"),
    ("mov eax, byte ptr ebx", "keyword-before-register", "ebx"),
    ("mov eax, offset ebx", "keyword-before-register", "ebx"),
    ("fld st(8)", "no-such-register", "8"),
    ("mov eax, 1 == 1", "operator-in-operand", "=="),
    ("call far ptr symbol", "far-needs-segment", "far"),
    ("jmp far ptr [symbol]", "far-needs-size", "far"),
    ("lcall far ptr [rax]", "distance-without-branch", "far ptr [rax]"),
    ("mov eax, [rax", "expected-token", ""),
    ("mov eax,", "expected-expression", ""),
]


@pytest.mark.parametrize(("text", "code", "meant"), MISTAKES)
def test_a_mistake_is_named_and_underlined(text: str, code: str, meant: str) -> None:
    diagnostic = mistake(text)
    assert diagnostic.code == code
    location = diagnostic.location
    assert text[location.column - 1 : location.end - 1] == meant


@pytest.mark.parametrize("name", ["rax", "r8d", "sil", "rip", "cr8", "xmm8"])
def test_a_register_of_64_bit_code_is_refused_elsewhere(name: str) -> None:
    text = f"mov eax, [{name}]" if name == "rip" else f"mov eax, {name}"
    for mode in (16, 32):
        assert mistake(text, mode).code == "register-needs-64-bit-code"


def test_a_sixteen_bit_address_has_one_of_eight_forms() -> None:
    assert mistake("mov ax, [bx + cx]", 16).code == "address-16-bit"
    assert mistake("mov ax, [bx*2]", 16).code == "address-16-bit"


def test_a_misspelt_instruction_gets_the_nearest_name() -> None:
    assert mistake("sysert").help == "did you mean `sysret`?"
