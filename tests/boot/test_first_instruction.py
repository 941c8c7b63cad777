"""What a program finds at its first instruction: registers, and the stack byte for byte.

`dump` prints all of it, on the host without address randomization (setarch -R) and in
ring3 with ``norandmaps``, so that even the addresses must be the same.  What may differ:

    rsp, and the vectors' own addresses   AT_RSEQ_FEATURE_SIZE and AT_RSEQ_ALIGN, which
                                          only the host has, make its vector longer
    AT_SYSINFO_EHDR, AT_MINSIGSTKSZ       the vDSO's size, the CPU's signal frame
    AT_HWCAP, AT_HWCAP2                   the CPU
    AT_UID, AT_EUID, AT_GID, AT_EGID      who runs it
    16 bytes of AT_RANDOM
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass

import pytest

from boot.stock_system import StockSystem

AT_NULL, AT_RANDOM = 0, 25
RSEQ = {27, 28}
MASKED = {33: "vDSO", 51: "size", 16: "CPU", 26: "CPU"} | dict.fromkeys((11, 12, 13, 14), "user")


@dataclass(frozen=True)
class Found:
    """What `dump` printed: registers by name, and the stack's words from rsp upwards."""

    registers: dict[str, int]
    start: int
    words: list[int]

    @classmethod
    def parse(cls, output: bytes) -> Found:
        text = output.decode()
        stack = re.findall(r"^([0-9a-f]+): ([0-9a-f]{16})$", text, re.MULTILINE)
        named = re.findall(r"^([a-z].*) ([0-9a-f]+)$", text, re.MULTILINE)
        return cls(
            {name: int(value, 16) for name, value in named},
            int(stack[0][0], 16),
            [int(word, 16) for _, word in stack],
        )

    def vectors(self) -> tuple[list[int], dict[int, int], int]:
        """argc to envp's end, the auxiliary vector, and where in ``words`` it ends."""
        argc = self.words[0]
        end_of_environment = self.words.index(0, argc + 2) + 1
        pairs: dict[int, int] = {}
        index = end_of_environment
        while AT_NULL not in pairs:
            pairs[self.words[index]] = self.words[index + 1]
            index += 2
        return self.words[:end_of_environment], pairs, index

    def comparable(self) -> dict[str, object]:
        """Everything, with what may differ masked."""
        pointers, pairs, end = self.vectors()
        strings = b"".join(word.to_bytes(8, "little") for word in self.words[end:])
        bottom = self.start + 8 * end
        secret = pairs[AT_RANDOM] - bottom
        return {
            "registers": {**self.registers, "rsp": self.start % 16},
            "argc, argv, envp": pointers,
            "order": [type_ for type_ in pairs if type_ not in RSEQ],
            "auxv": {t: MASKED.get(t, hex(v)) for t, v in pairs.items() if t not in RSEQ},
            "where the vectors end": hex(bottom),
            "strings": strings[:secret] + b"?" * 16 + strings[secret + 16 :],
            "rsp": hex(self.start + 16 * len(RSEQ & pairs.keys())),
        }


CASES = {
    "alone": (),
    "after a program that spoiled all it could": ("spoil",),
    # Odd and even numbers of words, and strings that end anywhere within 16 bytes.
    "one argument": ("one",),
    "two arguments": ("", "two words"),
    "three arguments": ("x" * 4093, "yy", "zzz"),
    "large arguments": ("x" * 9_001, "y" * 12_000),
}


@pytest.mark.parametrize("case", CASES)
def test_registers_and_stack_are_linux_s_to_the_byte(boot: StockSystem, case: str) -> None:
    here = Found.parse(on_the_host(boot, *CASES[case]))
    there = boot("./dump", *CASES[case], append="norandmaps")
    assert there.exit_code == 0, there.report()
    found = Found.parse(there.console)
    assert found.comparable() == here.comparable()
    assert found.registers["cs"] == 0x33


def on_the_host(boot: StockSystem, *arguments: str) -> bytes:
    """The program's output, started with the same argv[0] and environment as in ring3."""
    program = next(program for program in boot.system.programs if program.name == "dump")
    file = boot.folder / "dump"
    file.write_bytes(program.data)
    file.chmod(0o755)
    return subprocess.run(
        ["setarch", "-R", "./dump", *arguments],
        cwd=boot.folder,
        env={"HOME": "/", "TERM": "linux"},
        capture_output=True,
        check=True,
    ).stdout
