"""What the encoder answers: fields for what is not known, and a reason for what is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from ring3.asm import encoder
from ring3.asm.encoder import encode
from ring3.asm.expression import Number
from ring3.asm.instruction import Encoding, Field, Instruction, parse_instruction
from ring3.diagnostic import Diagnostic, Location


def request(text: str, mode: int = 64, line: int = 1) -> tuple[Instruction, list[int | None]]:
    """An instruction whose numbers are known and whose names are not."""
    instruction = parse_instruction(Location("a.s", line, text=text), mode)
    values = [e.value if isinstance(e, Number) else None for e in instruction.expressions]
    return instruction, values


def encoded(text: str, mode: int = 64) -> Encoding:
    (outcome,) = encode([request(text, mode)])
    assert isinstance(outcome, Encoding), outcome
    return outcome


def refused(text: str, mode: int = 64) -> Diagnostic:
    (outcome,) = encode([request(text, mode)])
    assert isinstance(outcome, Diagnostic), outcome
    return outcome


def test_a_symbol_in_an_address_leaves_a_zero_field_of_full_size() -> None:
    assert encoded("mov eax, [rbx + table]") == Encoding(
        bytes.fromhex("8b8300000000"), (Field(2, 4, 0, signed=True),)
    )


def test_a_rip_relative_field_counts_from_the_end_of_the_instruction() -> None:
    encoding = encoded("cmp dword ptr [rip + counter], 5")
    (field,) = encoding.fields
    assert (field.offset, field.size, field.relative) == (2, 4, True)
    assert len(encoding.data) == 7


def test_the_fields_of_an_instruction_name_their_expressions() -> None:
    encoding = encoded("mov dword ptr [rbx + table], offset handler")
    assert [(f.offset, f.expression, f.signed) for f in encoding.fields] == [
        (2, 0, True),
        (6, 1, False),
    ]


def test_a_far_pointer_has_its_offset_before_its_selector() -> None:
    encoding = encoded("ljmp selector, start", 16)
    assert [(f.offset, f.size, f.expression) for f in encoding.fields] == [(1, 2, 1), (3, 2, 0)]


@pytest.mark.parametrize(
    ("value", "data"),
    [(5, "83c005"), (127, "83c07f"), (128, "0580000000"), (-1, "83c0ff"), (None, "0500000000")],
)
def test_a_known_number_takes_the_short_form_and_an_unknown_one_the_full(
    value: int | None, data: str
) -> None:
    instruction, _ = request("add eax, offset n")
    (outcome,) = encode([(instruction, [value])])
    assert isinstance(outcome, Encoding)
    assert outcome.data.hex() == data


def test_a_bare_name_is_a_number_where_it_is_known_and_memory_where_it_is_not() -> None:
    instruction, _ = request("mov eax, COUNT")
    known, unknown = encode([(instruction, [5]), (instruction, [None])])
    assert isinstance(known, Encoding)
    assert isinstance(unknown, Encoding)
    assert known.data.hex() == "b805000000"
    assert unknown.data.hex() == "8b042500000000"


def test_the_difference_of_two_unknown_names_is_a_number() -> None:
    assert encoded("mov eax, end - start").data.hex() == "b800000000"


REFUSALS = [
    # text, mode, code, what is underlined
    ("mov eax, ebx, ecx", 64, "operand-count", "mov"),
    ("pusha", 64, "not-in-this-mode", "pusha"),
    ("swapgs", 32, "not-in-this-mode", "swapgs"),
    ("mov [rax], [rbx]", 64, "two-memory-operands", "[rbx]"),
    ("mov dword ptr [rax], COUNT", 64, "two-memory-operands", "COUNT"),
    ("mov [rax], 5", 64, "operand-size-unknown", "[rax]"),
    ("mov [rax], 0x12345", 64, "operand-size-unknown", "[rax]"),
    ("inc [rax]", 64, "operand-size-unknown", "[rax]"),
    ("mov eax, rbx", 64, "operand-size-mismatch", "eax, rbx"),
    ("mov eax, word ptr [rbx]", 64, "operand-size-mismatch", "eax, word ptr [rbx]"),
    ("push eax", 64, "operand-size-mismatch", "eax"),
    ("mov 5, eax", 64, "immediate-destination", "5"),
    ("add al, 256", 64, "immediate-out-of-range", "256"),
    ("add rax, 0x80000000", 64, "immediate-out-of-range", "0x80000000"),
    ("mov eax, [rbx + 0x80000000]", 64, "displacement-out-of-range", "[rbx + 0x80000000]"),
    ("mov ah, sil", 64, "high-byte-with-rex", "mov"),
    ("mov ah, [r8]", 64, "high-byte-with-rex", "mov"),
    ("lea eax, ebx", 64, "wrong-operands", "eax, ebx"),
    ("jmp rip", 64, "wrong-operands", "rip"),
    ("lock mov [rax], eax", 64, "prefix-without-effect", "mov"),
    ("lock add eax, [rax]", 64, "prefix-without-effect", "add"),
    ("rep add eax, ebx", 64, "prefix-without-effect", "add"),
    ("rep repne movsb", 64, "prefix-twice", "movsb"),
    ("mov eax, near ptr [rbx]", 64, "distance-without-branch", "near ptr [rbx]"),
    ("mov eax, dword ptr 5", 64, "size-before-number", "dword ptr 5"),
    ("add eax, offset flat:5", 64, "offset-of-number", "offset flat:5"),
    ("mov eax, [rbx - symbol]", 64, "not-relocatable", "[rbx - symbol]"),
    ("movs dword ptr [edi], dword ptr [rsi]", 64, "address-size", "dword ptr [rsi]"),
    (
        "vgatherdps xmm0, [rbx + xmm1], xmm0",
        64,
        "registers-not-distinct",
        "xmm0, [rbx + xmm1], xmm0",
    ),
    ("vaddps xmm0, xmm1, [rbx + xmm2]", 64, "vector-index", "[rbx + xmm2]"),
    ("gs mov eax, fs:[rbx]", 64, "prefix-without-effect", "gs mov"),
    ("es lodsb", 64, "prefix-without-effect", "es lodsb"),
]


@pytest.mark.parametrize(("text", "mode", "code", "meant"), REFUSALS)
def test_a_wrong_instruction_gets_its_reason_and_its_place(
    text: str, mode: int, code: str, meant: str
) -> None:
    diagnostic = refused(text, mode)
    assert diagnostic.code == code
    location = diagnostic.location
    underlined = text[location.column - 1 : location.end - 1]
    assert underlined.removeprefix("lock ").removeprefix("rep ").removeprefix("repne ") == meant


def test_an_unknown_size_is_answered_with_what_can_be_written() -> None:
    cure = "write `byte ptr` or `word ptr` or `dword ptr` or `qword ptr` before it"
    assert refused("mov [rax], 5").help == cure


def test_one_wrong_instruction_does_not_spoil_its_neighbours() -> None:
    first, second, third = encode([request("nop"), request("mov eax, rbx"), request("hlt")])
    assert isinstance(first, Encoding)
    assert isinstance(second, Diagnostic)
    assert isinstance(third, Encoding)
    assert (first.data, third.data) == (b"\x90", b"\xf4")


def test_a_wrong_instruction_is_wrong_at_each_of_its_places() -> None:
    outcomes = encode([request("mov eax, rbx", line=line) for line in (3, 7)])
    lines = [o.location.line for o in outcomes if isinstance(o, Diagnostic)]
    assert lines == [3, 7]


def test_what_is_remembered_does_not_hide_a_keyword_that_is_wrong() -> None:
    assert encoded("push qword ptr [rax]").data.hex() == "ff30"
    assert refused("push near ptr [rax]").code == "distance-without-branch"


@pytest.fixture
def forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    """An encoder that knows nothing yet, and remembers nothing."""
    monkeypatch.setenv("RING3_CACHE", "")
    samples = encoder._Samples()
    monkeypatch.setattr(encoder, "_samples", lambda: samples)
    monkeypatch.setattr(encoder, "_templates", {})
    monkeypatch.setattr(encoder, "_encodings", {})


@pytest.mark.usefixtures("forgetful")
def test_keystone_sees_each_text_once_and_nothing_that_a_source_wrote(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[str] = []
    honest = encoder._assemble

    def watched(text: str, mode: int) -> bytes | None:
        seen.append(text)
        return honest(text, mode)

    monkeypatch.setattr(encoder, "_assemble", watched)
    texts = ["ADD EAX, 77", "add eax, 78", "mov ecx, secret[rdx*8+1234]", "mov ecx, [r12+rbp]"]
    outcomes = encode([request(text) for text in texts])
    assert all(isinstance(outcome, Encoding) for outcome in outcomes)
    assert seen == ["add eax, 0x11\nmov ecx, dword ptr [rbx]\nmov ecx, dword ptr [r11]"]


def test_what_keystone_made_is_remembered_and_read_back_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("RING3_CACHE", str(tmp_path))
    first = encoder._Samples()
    first.learn([(64, "hlt"), (64, "no such thing")])
    monkeypatch.setattr(encoder, "_assemble", lambda text, mode: pytest.fail(text))
    again = encoder._Samples()
    again.learn([(64, "hlt"), (64, "no such thing")])
    assert again.known == {(64, "hlt"): b"\xf4", (64, "no such thing"): None}
    again.known[64, "hlt"] = b"\x90"  # as if that had been remembered
    monkeypatch.setattr(encoder, "_samples", lambda: again)
    monkeypatch.setattr(encoder, "_templates", {})
    monkeypatch.setattr(encoder, "_encodings", {})
    assert refused("hlt").code == "encoder-disagrees"


def test_a_batch_that_keystone_refuses_is_halved_until_the_guilty_text_is_alone() -> None:
    texts = ["nop", "no such thing", "hlt", "cli"]
    assert encoder._assemble_all(texts, 64) == [b"\x90", None, b"\xf4", b"\xfa"]


@pytest.mark.usefixtures("forgetful")
def test_bytes_that_read_back_as_something_else_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def wrong(texts: Sequence[str], mode: int) -> list[bytes | None]:
        return [bytes.fromhex("01d8") for _ in texts]  # add eax, ebx

    monkeypatch.setattr(encoder, "_assemble_all", wrong)
    diagnostic = refused("sub eax, ebx")
    assert diagnostic.code == "encoder-disagrees"
    assert "`add eax, ebx`" in diagnostic.message
