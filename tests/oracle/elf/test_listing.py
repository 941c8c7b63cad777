"""The listing says of every line what objdump finds in the program."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from commands import errors, ring3

SOURCE = """\
    .intel_syntax noprefix
    .macro push_pair first, second
    push \\first
    push \\second
    .endm
    .text
    .global _start
_start:
    push_pair rdi, rsi
    mov rax, 0x1122334455667788
    lea rsi, [rip + text]
    call exit_program
    .data
text:
    .ascii "rows of eight"
    .bss
    .skip 10
"""


def rows(listing: str) -> dict[int, bytes]:
    """Address to bytes, of every row that has any."""
    found = re.findall(r"^ *([0-9a-f]+)  ((?:[0-9a-f]{2} ?)+)(?:  |$)", listing, re.MULTILINE)
    return {int(address, 16): bytes.fromhex(made) for address, made in found}


def test_the_listing_has_the_linked_bytes_and_folds_a_macro_below_its_call(tmp_path: Path) -> None:
    (tmp_path / "program.s").write_text(SOURCE)
    ended = ring3("asm", "program.s", "--listing", cwd=tmp_path)
    assert ended.returncode == 0, errors(ended)
    listing = ended.stdout.decode()
    assert re.search(
        r"^  401000 +\|_start:\n"
        r"  401000 +9 \|    push_pair rdi, rsi\n"
        r"  401000  57 +3 \|\+    push rdi\n"
        r"  401001  56 +4 \|\+    push rsi\n"
        r"  401002  48 b8 88 77 66 55 44 33     10 \|    mov rax, 0x1122334455667788\n"
        r"  40100a  22 11\n",
        listing,
        re.MULTILINE,
    )
    assert "push_pair rdi" in re.sub(r".*\|\+.*\n", "", listing)

    dumped = subprocess.run(
        ["objdump", "-s", "-j", ".text", "-j", ".data", "program"],
        cwd=tmp_path, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    memory = {}
    for address, words in re.findall(r"^ ([0-9a-f]+) ((?:[0-9a-f]+ ){1,4}) ", dumped, re.MULTILINE):
        for offset, byte in enumerate(bytes.fromhex(words)):
            memory[int(address, 16) + offset] = byte
    listed = {a + i: byte for a, made in rows(listing).items() for i, byte in enumerate(made)}
    assert len(listed) > 40
    assert listed.items() <= memory.items()
