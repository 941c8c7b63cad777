"""What Keystone 0.9.2 encodes wrong without a word: here it is right, or refused.

Each row has the bytes that Keystone makes of the line, so that a test can also
show that the read-back would have noticed them.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from oracle.asm.compared_objects import HEAD
from oracle.asm.encoded_lines import encode_each
from oracle.asm.gnu_as_reference import assemble_each
from ring3.asm import assemble, encoder
from ring3.asm.instruction import Encoding
from ring3.asm.object import Object
from ring3.diagnostic import Diagnostic, SourceError

#: mode, line, Keystone's bytes, the right bytes or the code of our error
SPOILED = [
    (64, "mov rsp, gs:[8]", "65488b2508000000", "65488b242508000000"),
    (64, "mov gs:[8], rsp", "6548892500f0ffff", "654889242508000000"),
    (64, "mov rbx, [0x1000]", "488b1d00100000", "488b1c2500100000"),
    (64, "mov ebx, [0x1000]", "8b1dfaffffff", "8b1c2500100000"),
    (64, "mov rax, gs:[0x10]", "6548a11000000000000000", "65488b042510000000"),
    (64, "pop rip", "58", "wrong-operands"),
    (64, "jmp rip", "ffe0", "wrong-operands"),
    (64, "mov rax, [", "48a10000000000000000", "expected-expression"),
    (64, "mov rax, [rax", "48a10000000000000000", "expected-token"),
    (64, "iret", "66cf", "operand-size-unknown"),
    (32, "iret", "66cf", "cf"),
    (64, "push word ptr 5", "6a05", "666a05"),
    (64, "int 3", "cd03", "cc"),
    (64, "nop dword ptr [rax]", "0f1820", "0f1f00"),
    (64, "sysretd", "480f07", "0f07"),
    (32, "push cs", "660e", "0e"),
    (32, "pop ds", "661f", "1f"),
    (32, "lgdt [0x1000]", "660f011500100000", "0f011500100000"),
    (16, "ret", "66c3", "c3"),
    (16, "retf", "66cb", "cb"),
    (16, "push 500", "6668f4010000", "68f401"),
]

UNKNOWN_TO_KEYSTONE = [
    (64, "sysretq", "480f07"),
    (64, "endbr64", "f30f1efa"),
    (64, "rdpid rax", "f30fc7f8"),
    (64, "jmp far ptr [rax]", "ff28"),
    (32, "ljmp 0x10, 0x1234", "ea341200001000"),
    (64, "movsx rax, dword ptr [rbx]", "486303"),
    (64, "mov rax, offset label", "48c7c000000000"),
    (64, "mov eax, [rbx + (~1 & 8)]", "8b4308"),
    (16, "rep movsd", "66f3a5"),
]


@pytest.mark.parametrize(("mode", "line", "keystone", "right"), SPOILED)
def test_a_line_that_keystone_spoils_is_right_or_refused(
    mode: int, line: str, keystone: str, right: str
) -> None:
    (outcome,) = encode_each([line], mode)
    (reference,) = assemble_each([line], mode)
    if isinstance(outcome, Diagnostic):
        assert outcome.code == right
        assert reference.data is None or reference.complaint is not None
    else:
        assert outcome.data.hex() == right != keystone
        assert outcome.data == reference.data


@pytest.mark.parametrize(("mode", "line", "right"), UNKNOWN_TO_KEYSTONE)
def test_a_line_that_keystone_does_not_know_is_right(mode: int, line: str, right: str) -> None:
    (outcome,) = encode_each([line], mode)
    (reference,) = assemble_each([line], mode)
    assert isinstance(outcome, Encoding)
    assert outcome.data.hex() == right
    assert outcome.data == reference.data


#: Those that have right bytes.
ENCODED = [row[:3] for row in SPOILED if row[3].isalnum() and "-" not in row[3]]


@pytest.mark.parametrize(("mode", "line", "keystone"), ENCODED)
def test_the_read_back_notices_the_bytes_of_keystone(
    mode: int, line: str, keystone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = encoder._fill

    def spoiled(plan: encoder._Plan) -> Encoding | None:
        encoding = honest(plan)
        return None if encoding is None else encoding._replace(data=bytes.fromhex(keystone))

    monkeypatch.setattr(encoder, "_encodings", {})
    monkeypatch.setattr(encoder, "_fill", spoiled)
    (outcome,) = encode_each([line], mode)
    assert isinstance(outcome, Diagnostic)
    assert outcome.code == "encoder-disagrees"


#: Sources that end Keystone, or of which it makes nothing without a word.
WHOLE = [
    ".text",
    "",
    ".section .data\n.byte 1",
    "call -0x80000000",
    ".code16\ncall f\nf: ret\nretf\npush 500\npush 5",
    "jmp short f\nnop\nf: ret",
    "1: jmp 1b\njmp 1f\nnop\n1: loop 1b",
    ".Lhere: jmp .Lhere",
    "nop\n.org 16\nnop",
    ".type f, @function\nf: ret\n.size f, . - f",
    "mov rax, offset label\nlabel: and eax, ~(1 << 4) & 0xff",
    ".code16\nrep movsd",
]
REFUSED = [
    ("((((", "junk-at-end"),
    ("mov eax, ((((", "expected-expression"),
    (".incbin \"/etc/hostname\"", "unsupported-directive"),
    (".include \"/etc/hostname\"", "include-failed"),
    ("movl $1, %eax", "unknown-instruction"),
    ("mov %rax, %rbx", "expected-expression"),
]  # fmt: skip


@pytest.mark.parametrize("source", WHOLE)
def test_a_source_that_keystone_cannot_take_means_what_it_means_to_gnu_as(
    source: str, agree: Callable[[str], Object]
) -> None:
    agree(source + "\n")


@pytest.mark.parametrize(("source", "code"), REFUSED)
def test_a_source_that_hangs_keystone_or_reads_files_with_it_is_refused(
    source: str, code: str
) -> None:
    with pytest.raises(SourceError) as caught:
        assemble(HEAD + source)
    assert [diagnostic.code for diagnostic in caught.value.diagnostics] == [code]
