"""Capstone by its C library says what Capstone says by its Python package."""

from __future__ import annotations

import capstone
import pytest

from ring3.asm import disassembler

CODE = bytes.fromhex(
    "48 8b 04 8b 65 48 8b 24 25 08 00 00 00 f0 48 0f b1 0a c5 f0 58 c2 62 f1 74 08 58 c2 0f 05 cf"
)


@pytest.fixture
def without_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where the library is another one, or not where it is expected."""
    monkeypatch.setattr(disassembler, "_library", lambda: None)


@pytest.mark.parametrize("mode", [16, 32, 64])
def test_the_library_says_what_the_package_says(mode: int) -> None:
    package = capstone.Cs(capstone.CS_ARCH_X86, {16: 2, 32: 4, 64: 8}[mode])
    theirs = [line[1:] for line in package.disasm_lite(CODE, 0)]
    assert disassembler.disassemble(CODE, mode) == theirs
    assert len(theirs) >= 4


@pytest.mark.usefixtures("without_library")
def test_without_the_library_the_package_is_asked() -> None:
    assert disassembler.disassemble(b"\x0f\x05", 64) == [(2, "syscall", "")]


def test_what_is_no_instruction_ends_the_list() -> None:
    assert disassembler.disassemble(b"\x90\x06\x90", 64) == [(1, "nop", "")]
    assert disassembler.disassemble(b"", 64) == []
