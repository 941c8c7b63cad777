"""The read-back must notice what it is there for: bytes that mean something else."""

from __future__ import annotations

import pytest

from ring3.asm import encoder, readback
from ring3.asm.expression import Expression, Number, Unary
from ring3.asm.instruction import Encoding, parse_instruction
from ring3.asm.matching import resolve
from ring3.diagnostic import Location


def complaint(text: str, data: str, mode: int = 64) -> str:
    """What the read-back says to these bytes for this instruction."""
    return next(readback.check([claim(text, data, mode)]))


def claim(text: str, data: str, mode: int = 64) -> readback.Claim:
    """That these bytes are this instruction."""
    instruction = parse_instruction(Location("a.s", 1, text=text), mode)
    values = [_constant(e) for e in instruction.expressions]
    plan = encoder._plan(instruction, resolve(instruction, values))
    encoder._learn_templates([plan])
    form = plan.template if plan.text is None else None
    return readback.Claim(
        instruction,
        plan.shape,
        plan.operands,
        plan.address,
        form,
        Encoding(bytes.fromhex(data)),
    )


def _constant(expression: Expression) -> int | None:
    match expression:
        case Number(value=value):
            return value
        case Unary(operator="-", operand=Number(value=value)):
            return -value
    return None


#: instruction, its bytes, and bytes that differ from it in one part
WRONG = [
    ("add eax, ebx", "01d8", "29d8"),  # opcode
    ("add eax, ebx", "01d8", "01c3"),  # operand order
    ("add eax, ebx", "01d8", "4801d8"),  # operand size
    ("add eax, ebx", "01d8", "01d8 90"),  # one instruction more
    ("add eax, 5", "83c005", "83c006"),  # immediate
    ("add rax, -1", "4883c0ff", "4883c07f"),
    ("push -1", "6aff", "68ff000000"),
    ("mov rax, gs:[8]", "65488b042508000000", "488b042508000000"),  # segment
    ("mov rax, gs:[8]", "65488b042508000000", "65488b0508000000"),  # RIP-relative
    ("mov eax, [rbx]", "8b03", "8b01"),  # base
    ("mov eax, [rbx]", "8b03", "678b03"),  # address size
    ("mov eax, [rbx + rcx*4]", "8b048b", "8b044b"),  # scale
    ("mov eax, [rbx + rcx*4]", "8b048b", "8b0493"),  # index
    ("mov eax, [rbx + 8]", "8b4308", "8b4309"),  # displacement
    ("movzx eax, byte ptr [rbx]", "0fb603", "0fb703"),  # size of the memory
    ("lock inc dword ptr [rax]", "f0ff00", "ff00"),  # prefix
    ("movsb", "a4", "f3a4"),
    ("rep movsb", "f3a4", "f2a4"),
    ("movsd", "a5", "66a5"),
    ("movsb [edi], [esi]", "67a4", "a4"),
    ("ret", "c3", "66c3"),  # sizes that a disassembler does not show
    ("lgdt [rax]", "0f0110", "660f0110"),
    ("push fs", "0fa0", "660fa0"),
    ("int3", "cc", "cd03"),
    ("nop dword ptr [rax]", "0f1f00", "0f1820"),
    ("fadd st(1), st", "dcc1", "d8c1"),
    ("cmpps xmm0, xmm1, 1", "0fc2c101", "0fc2c102"),
    ("sysretq", "480f07", "0f07"),
    ("vaddps xmm0, xmm1, xmm2", "c5f058c2", "c5f458c2"),  # width of the vector
    ("vaddps xmm0, xmm1, xmm2", "c5f058c2", "c5e858c1"),  # order of the sources
    ("vaddps xmm0, xmm1, xmm2", "c5f058c2", "62f1740858c2"),  # the encoding of AVX-512
    ("vcmpltps xmm0, xmm1, xmm2", "c5f0c2c201", "c5f0c2c202"),  # the number in the name
    ("vblendvps xmm0, xmm1, xmm2, xmm3", "c4e3714ac230", "c4e3714ac240"),  # register in a byte
    ("vgatherdps xmm0, [rbx + xmm9*2], xmm1", "c4a27192044b", "c4a271920443"),  # index
    ("vgatherdps xmm0, [rbx + xmm9*2], xmm1", "c4a27192044b", "c4a2f192044b"),  # element
    ("pclmullqhqdq xmm0, xmm1", "660f3a44c110", "660f3a44c101"),
    ("pmovmskb rax, xmm1", "660fd7c1", "660fd7c9"),
    ("movd rax, xmm1", "66480f7ec8", "660f7ec8"),
    ("ud1 eax, ebx", "0fb9c3", "0fb9c1"),  # operands that Capstone skips
    ("movsxd eax, ebx", "63c3", "63d8"),
    ("rep nop", "f390", "90"),
    ("gs movsb", "65a4", "a4"),
]


@pytest.mark.parametrize(("text", "right", "wrong"), WRONG)
def test_wrong_bytes_are_noticed_and_right_ones_are_not(text: str, right: str, wrong: str) -> None:
    assert complaint(text, right) == ""
    assert complaint(text, wrong) != ""


def test_among_many_each_is_judged_by_itself() -> None:
    claims = [claim(text, data) for text, *both in WRONG for data in both]
    verdicts = list(readback.check(claims))
    assert [bool(verdict) for verdict in verdicts] == [False, True] * len(WRONG)


def test_a_wrong_register_among_many_of_one_length_is_noticed() -> None:
    claims = [claim("add eax, ebx", "01d8")] * 3 + [claim("add eax, ebx", "01d9")]
    assert list(readback.check(claims)) == ["", "", "", "`add ecx, ebx`"]


def test_sse_in_16_bit_code_is_read_with_its_address_size() -> None:
    assert complaint("movdqa xmm1, [bx]", "660f6f0f", 16) == ""
    assert complaint("movdqa xmm1, [ebx]", "67660f6f0b", 16) == ""
    assert complaint("movdqa xmm1, [ebx]", "660f6f0b", 16) != ""
    assert complaint("movdqa xmm1, [bx]", "0f6f0f", 16) != ""


def test_split_gives_nothing_when_the_end_is_in_the_middle_of_an_instruction() -> None:
    assert readback.split(bytes.fromhex("90 f4"), 64) == [b"\x90", b"\xf4"]
    assert readback.split(bytes.fromhex("90 48"), 64) == []


def test_a_claim_is_judged_by_its_own_mode() -> None:
    assert complaint("mov ax, bx", "89d8", 16) == ""
    assert complaint("mov ax, bx", "89d8", 32) != ""
