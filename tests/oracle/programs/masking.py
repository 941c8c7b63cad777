"""What may differ between two runs of a program, replaced by a word.

    mask("doors", output of Linux) == mask("doors", output of ring3)

Only addresses, times, counts and what the machine itself decides (its CPU's
features, the user) are masked; all else must be equal, blanks included.  A
program without rules here must print the same everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

Rule = tuple[re.Pattern[str], str]


def mask(program: str, output: bytes) -> str:
    """The program's output with everything replaced that two runs may differ in."""
    text = output.decode()
    for pattern, word in RULES.get(program, ()):
        text = pattern.sub(word, text)
    return text


def _rules(*pairs: tuple[str, str]) -> Sequence[Rule]:
    return tuple((re.compile(pattern, re.MULTILINE), word) for pattern, word in pairs)


RULES: Mapping[str, Sequence[Rule]] = {
    # The alarm clocks are there where a machine has a clock that can wake it.
    "clocks": _rules((r"^([89] +).*$", r"\1RESULTS")),
    "bench": _rules((r"\d+$", "TICKS")),
    "doors": _rules(
        (r"0x[0-9a-f]{16}", "ADDRESS"),
        (r"header \+ 0x[0-9a-f]{4,}$", "header + OFFSET"),
        (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$", "DATE"),
        (r" +\d+\.\d{9}", " TIME"),
        (r"\+ *\d+ ns", "+ TIME"),
        (r"cpu \d+, node \d+( *)", "cpu NUMBER, node NUMBER "),
        (r"changed \d of the 9 that", "changed NUMBER of the 9 that"),
        # The table of costs: door by door, or "-" where there is none.
        (r"^( {5}(?:getppid|clock_gettime|time|getcpu)) +\d+ +\d+ +\d+$", r"\1 COST COST COST"),
        (r"^( {5}(?:getppid|clock_gettime|time|getcpu)) +\d+ +\d+ +-$", r"\1 COST COST -"),
    ),
    "auxv": _rules(
        (r"^(AT_(?:SYSINFO_EHDR|RANDOM): +)0x[0-9a-f]+$", r"\1ADDRESS"),
        (r"^(AT_(?:HWCAP2|HWCAP): +)[0-9a-fx]+$", r"\1FEATURES"),
        (r"^(AT_MINSIGSTKSZ: +)\d+$", r"\1SIZE"),
        (r"^(AT_E?[UG]ID: +)\d+$", r"\1USER"),
        # AT_RSEQ_FEATURE_SIZE and AT_RSEQ_ALIGN: only a kernel with rseq gives them.
        (r"^AT_\?\?\? \(0x1[bc]\): 0x[0-9a-f]+\n", ""),
    ),
}
