"""Lines written by hand, each put to GNU as and to us.

They are what kernels write and what the table's author did not list: operand
orders, spellings, ends of ranges, symbols in every field, and mistakes.  Where
we refuse what GNU as takes, STRICTER says why.
"""

from __future__ import annotations

import pytest

from oracle.asm.encoded_lines import encode_each
from oracle.asm.gnu_as_reference import assemble_each
from ring3.asm.instruction import Encoding, Field
from ring3.diagnostic import Diagnostic

LINES_64 = """
mov rax, gs:[0x10] | mov rsp, gs:[8] | mov gs:[8], rsp | mov rax, fs:0x28 | mov fs:0x28, eax
mov rbx, [0x1000] | mov eax, ds:[0x1000] | mov eax, [0x80000000] | mov rax, [-8]
mov rax, [0xffffffff80000000] | mov rax, [0x1122334455667788] | mov [0x1234], rax | mov rax, [sym]
mov rax, sym | mov eax, offset sym | mov rax, offset sym+4 | mov ax, offset sym
mov al, offset sym | movabs rax, offset sym | movabs rax, [sym] | movabs [sym], al
movabs al, [0x1122334455667788] | movabs rax, -5 | mov eax, OFFSET FLAT:sym
mov eax, offset [sym] | mov qword ptr [rax], offset sym | mov dword ptr [rax], offset sym
mov byte ptr [rax], offset sym | mov word ptr [rax], offset sym | cmp qword ptr [rax], offset sym
add rax, offset sym | add bl, offset sym | imul rax, rbx, offset sym
test dword ptr [rip+sym], offset sym | and dword ptr [rip+sym], 500 | and qword ptr [rip + sym], 5
push offset sym | push sym | push [sym] | shl eax, offset sym | int offset sym | ret offset sym
enter offset sym, 5 | in al, offset sym | mov eax, [rax*1] | mov eax, [rax*2] | mov eax, [rsp+rax]
mov eax, [rax+rsp] | mov eax, [rsp*1] | mov eax, [rax+rsp*1] | mov eax, [rsp+rsp]
mov eax, [rbp+rax] | mov eax, [rax+rbp] | mov eax, [r13+r12] | mov eax, [esi+ebx]
mov eax, [eax+rbx] | mov eax, [ax] | mov eax, [al] | mov eax, [rax][8] | mov eax, [rax][rbx*4][8]
mov eax, 8[rax] | mov eax, sym[rax*8] | mov eax, sym[rip] | mov eax, [rip+sym+4]
mov eax, [rip+4] | mov eax, [eip+sym] | mov eax, gs:sym | mov eax, [rbx+sym] | mov eax, sym+4[rbx]
mov eax, sym[rbx][rcx] | mov eax, gs:sym[rbx] | mov eax, [rbx+4+4*2] | mov eax, [rbx+rcx*(2+2)]
mov eax, [4*rcx+rbx] | mov eax, [rbx+2*rcx*2] | mov eax, [(rbx+rcx*8)+8] | mov eax, [(rbx+rcx)*8]
mov eax, [rbx-(8+4)] | mov eax, [8-4+rbx] | mov eax, [-8+rbx] | mov eax, [8-rbx]
mov eax, [rbx-rcx] | mov eax, [rbx+rcx+rdx] | mov eax, [rbx*2+rcx*4] | mov eax, [rbx*2+rcx]
mov eax, [rbx*1+rcx] | mov eax, [rcx*1+rbx*1] | mov eax, [rbx]+8 | mov eax, [rbx]-8
mov eax, [rbx+rbx*3] | mov eax, [rip+rax] | mov eax, [rip*1] | mov eax, [rbx+0x7fffffff]
mov eax, [rbx+0x80000000] | mov eax, [rbx-0x80000000] | mov eax, [rbx+0xffffffffffffffff]
mov eax, [ebx+0xffffffff] | mov eax, [ebx+0x80000000] | mov eax, cs:[rbx] | mov eax, ds:[rbx]
mov eax, ss:[rbp] | mov eax, ds:[rbp] | mov eax, ss:[rbx] | mov rax, 5 | mov rax, 0x80000000
mov rax, 0xffffffff80000000 | mov rax, -0x80000000 | mov rax, 0xffffffff
mov qword ptr [rax], 0x80000000 | add rax, 0x80000000 | add eax, 0xffffffff | add ax, 0xff80
add eax, 128 | and rax, 0xffffffff80000000 | cmp byte ptr [rax], 0x80 | cmp ax, 0x8000
sub rsp, -128 | sub rsp, 128 | push 128 | push 255 | push 0x80000000 | push -0x80000000
push word ptr 5 | push qword ptr 5 | push eax | push ax | push [rax] | pop rip | mov [rax], 5
mov byte ptr [rax], 255 | mov word ptr [rax], 65535 | inc [rax] | fld [rax] | movzx eax, [rax]
nop [rax] | nop dword ptr [rax] | nop qword ptr [rax+rax*1+0] | nop eax | test eax, 5
test rbx, [rax] | xchg rax, rbx | xchg eax, eax | xchg rax, rax | xchg ax, ax | xchg r8, rax
xchg rbx, [rax] | imul eax, 5 | imul eax, ebx, 500 | imul ax, bx, 0xffff | shl eax, 1 | shl eax
shl dword ptr [rax], 1 | shl eax, -1 | shl eax, 256 | shld eax, ebx | jmp rax | jmp rip | jmp eax
jmp [rax] | jmp qword ptr [rip+sym] | jmp sym[rax*8] | call [sym] | call qword ptr sym
jmp [0x1234] | ljmp [rax] | jmp fword ptr [rax] | jmp far ptr [rax] | rex.w ljmp [rax]
ljmp 0x10, 0x1234 | bnd call rax | notrack jmp rax | ljmp fword ptr [rax] | iret | iretd | iretw
iretq | retfq | lretq | retf 8 | lret | ret 8 | retw | sysret | sysretq | sysretd | sysexitq
syscall | sysenter | endbr64 | rdpid rax | rdpid eax | swapgs | int 3 | int3 | mov ds, ax
mov ds, rax | mov rax, ds | mov [rax], ds | mov ds, dword ptr [rax] | push fs | push ds
mov cr0, rax | mov cr8, rax | mov cr0, eax | mov rax, cr3 | mov dr7, rax | mov rax, dr15
in eax, dx | in al, 0x60 | in rax, dx | out dx, al | out 0x60, eax | lgdt [rax]
lgdt fword ptr [rax] | ltr ax | ltr eax | ltr [rax] | str rax | sldt eax | lmsw ax | smsw rax
lsl eax, bx | lsl rax, ebx | lar rax, bx | invlpg [rax] | invlpg byte ptr [rax] | fxsave [rax]
fxsave64 [rax] | xsave64 [rax] | movs dword ptr [rdi], dword ptr gs:[rsi] | movsb [rdi], [rsi]
movs [rdi], [rsi] | xlat gs:[rbx] | movs dword ptr ds:[rdi], dword ptr [rsi] | stosd [edi]
lods rax, qword ptr es:[rsi] | ins [rdi], dx | rep movsq | repne scasb | rep add eax, ebx
rep stos byte ptr [rdi] | rep ret | lock mov [rax], eax | lock add dword ptr [rax], 1
lock add eax, 1 | lock lock add [rax], eax | lock cmpxchg16b [rax] | mov ah, sil | mov ah, [r8]
movzx r8d, ah | mov al, bh | mov spl, al | mov eax, rbx | mov al, ebx | mov | mov eax
mov eax, ebx, ecx | mov [rax], [rbx] | mov 5, eax | foo eax | cpuid eax | lea eax, [rbx]
lea ax, [rbx] | lea rax, [ebx] | lea rax, sym | lea rax, 5 | lea al, [rbx] | mov eax, 1 == 1
mov eax, 5 shl 2 | mov eax, 'a' | MOV EAX, DWORD PTR [RBX] | mov eax [rbx] | mov [rbx, eax
mov eax, ] | mov eax, [] | mov eax,, ebx | mov rax, [ | mov rax, [rax | mov eax, [byte ptr rbx]
mov eax, st(1) | mov eax, st(9) | fadd st(1), st | fsubp st(1), st | crc32 eax, bl
crc32 rax, rbx | crc32 eax, [rax] | bswap ax | bswap rax | cmpxchg16b qword ptr [rax]
movd xmm0, eax | movq xmm0, [rax] | movsd xmm0, xmm1 | movsd | cvtsi2sd xmm0, [rax]
pxor mm0, mm1 | rep nop | lock | rep | es lodsb | gs movsb | cs jmp rax | fs mov eax, [rbx]
gs mov eax, fs:[rbx] | cs nop | repne | rep cmpsb | lock rep | retfd | movd xmm1, [rax]
movd [rax], mm2 | repe movsd xmm6, xmm14 | repne cmpsd xmm0, xmm1, 2 | gs pxor xmm1, [eax]
mov eax, offset gs:sym | mov eax, offset [rax] | mov eax, [rax]+2*rcx | mov eax, [rax]+8-4
mov al, axl | mov eax, [rax+riz] | mov eax, [eax+eiz*2] | mov eax, tr6 | mov eax, offset [sym+4]
movzx eax, word ptr byte ptr [rax] | mov eax, dword ptr dword ptr [rax] | mov rax, gs:offset sym
mov eax, [rbx+rcx*(1+3)]
"""
LINES_32 = """
mov eax, [0x1234] | mov eax, sym | mov [sym], al | mov ebx, [sym] | mov eax, gs:[0x1234]
mov eax, [bx+si] | mov eax, [si+bx] | mov eax, [bp] | mov eax, [bx+0x1234] | mov eax, [bx+cx]
mov eax, [sp] | mov eax, [bx*2] | mov eax, [bx+si+sym] | mov rax, 5 | push rax | pop r8 | push eax
ljmp 0x10, 0x1234 | ljmp 0x10:0x1234 | jmp 0x10:sym | ljmp 0x10, offset sym | lcall sym, sym
jmp fword ptr [eax] | ljmp [eax] | jmp [eax] | jmp eax | jmp ax | call word ptr [eax] | push cs
push ds | pop ds | pop cs | pushw 5 | push word ptr 5 | push 500 | push sym | push offset sym
pusha | pushad | pushaw | pushf | pushfd | iret | iretd | iretw | iretq | retw | leavew | into
aam 5 | bound eax, [ebx] | les eax, [ebx] | lss ax, [ebx] | lgdt [eax] | lgdt fword ptr [eax]
lgdt [0x1000] | inc eax | dec bx | salc | sysret | sysexit | swapgs | movsq | mov cr0, eax
mov eax, r8d | mov al, sil | mov ds, ax | mov ds, eax | mov ax, ds | cmpxchg16b [eax]
mov eax, ds:[esp] | lea ax, [bx] | movs dword ptr es:[di], [si] | rdpid eax | add eax, offset sym
mov eax, [ebx+sym] | mov eax, [ebx+0xffffffff] | mov eax, [-1] | mov eax, 0xffffffff
xchg eax, eax | bswap ax | jmp dword ptr [bx] | call dword ptr [bx] | jmp dword ptr cs:[bx+4]
jmp dword ptr [0x1234] | jmp dword ptr sym | jmp word ptr [bx] | call word ptr sym | pushd 5
pushd 500 | pushd eax | popd [bx] | pushd fs | popd ds | retd | retd 4 | es lodsb | cs jmp ax
lock | rep | repne | ss | cs mov ax, [bx] | rep nop | retfd | fs movdqa xmm0, xmmword ptr [ebx]
cs mulsd xmm2, [esi] | ds vgatherdps ymm7, dword ptr [edx+ymm0], ymm1 | es pmovsxbq xmm3, [si]
movd xmm1, [ebx] | movd [bx], mm2 | repnz cmpsd xmm0, xmm1, 2 | rep movsd xmm0, [ebx] | rep movsd
enter 1, 256 | out 256, al
"""

#: What GNU as takes without a warning and we refuse: (mode, line) -> the code of our error.
STRICTER = {
    (64, "mov eax, dword [rax]"): "missing-ptr",  # to GNU as this is [rax + 4]
    (64, "mov eax, [gs:8]"): "segment-inside-brackets",
    (64, "mov eax, dword ptr 5"): "size-before-number",
    (64, "mov byte ptr [rax], -129"): "immediate-out-of-range",  # GNU as cuts off the sign
    (64, "mov eax, -0x80000001"): "immediate-out-of-range",
    (64, "jmp ax"): "operand-size-mismatch",  # CPUs disagree about 66 before a near branch
    (64, "jmp dword ptr [rax]"): "operand-size-mismatch",  # to GNU as a far jump
    (64, "sar eax, ecx"): "wrong-operands",  # the count is in cl, whatever the name says
    # GNU as takes a register's name outside of its mode for a symbol
    (64, "mov al, axl"): "not-supported",  # a register that Intel's manual has no name for
    (64, "mov eax, tr6"): "not-supported",
    (64, "mov eax, [rax+riz]"): "not-supported",
    (64, "mov eax, [eax+eiz*2]"): "not-supported",
    (64, "mov eax, offset gs:sym"): "malformed-operand",  # GNU as drops the segment
    (64, "mov rax, gs:offset sym"): "malformed-operand",
    (64, "movzx eax, word ptr byte ptr [rax]"): "malformed-operand",  # it takes the first
    **{
        (mode, line): "register-needs-64-bit-code"
        for mode in (16, 32)
        for line in ("mov eax, r8d", "mov al, sil", "mov rax, 5", "push rax", "pop r8")
    },
}


def _lines(text: str) -> list[str]:
    return [line.strip() for row in text.strip().splitlines() for line in row.split(" | ")]


SAMPLES = {16: _lines(LINES_32), 32: _lines(LINES_32), 64: _lines(LINES_64)}

#: (size, relative, signed) of a field -> its psABI relocation (x86-64 psABI, table 4.9).
RELOCATIONS = {
    (1, False, None): 14,
    (2, False, None): 12,
    (4, False, False): 10,
    (4, False, True): 11,
    (8, False, None): 1,
    (4, True, True): 2,
}


@pytest.mark.parametrize("mode", SAMPLES)
def test_what_is_accepted_has_the_bytes_and_relocations_of_gnu_as(mode: int) -> None:
    lines = SAMPLES[mode]
    differences = []
    for line, ours, theirs in zip(
        lines, encode_each(lines, mode), assemble_each(lines, mode), strict=True
    ):
        if not isinstance(ours, Encoding):
            continue
        fields = sorted((field.offset, _type(field)) for field in ours.fields)
        relocations = sorted((entry.offset, entry.type) for entry in theirs.relocations)
        if ours.data != theirs.data or fields != relocations:
            differences.append((line, ours, theirs))
    assert differences == []


@pytest.mark.parametrize("mode", SAMPLES)
def test_what_is_refused_is_refused_by_gnu_as_or_listed(mode: int) -> None:
    lines = SAMPLES[mode]
    unlisted = [
        (line, ours)
        for line, ours, theirs in zip(
            lines, encode_each(lines, mode), assemble_each(lines, mode), strict=True
        )
        if isinstance(ours, Diagnostic)
        and theirs.data is not None
        and theirs.complaint is None
        and STRICTER.get((mode, line)) != ours.code
    ]
    assert unlisted == []


@pytest.mark.parametrize(("mode", "line"), STRICTER)
def test_a_listed_line_is_refused_for_the_listed_reason(mode: int, line: str) -> None:
    (outcome,) = encode_each([line], mode)
    assert isinstance(outcome, Diagnostic)
    assert outcome.code == STRICTER[mode, line]


def _type(field: Field) -> int:
    return RELOCATIONS[field.size, field.relative, field.signed]
