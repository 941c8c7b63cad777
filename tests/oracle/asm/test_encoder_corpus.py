"""The encoder against GNU as: the same bytes, and no instruction that GNU as refuses.

The corpus is made from the encoder's own table; foreign_corpus.py, random lines and
those of test_encoder_samples.py are what the table's author did not list.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from oracle.asm.encoded_lines import encode_each
from oracle.asm.foreign_corpus import (
    REFUSED_ON_PURPOSE,
    compare,
    random_instructions,
    reason,
)
from oracle.asm.gnu_as_reference import Reference, assemble_each
from oracle.asm.instruction_corpus import every_shape, mixed_shapes, random_lines
from ring3.asm.instruction import Encoding
from ring3.diagnostic import Diagnostic

MODES = (16, 32, 64)
ROUNDS = 3
#: Distinct instructions of every_shape in a mode: more than 20,000 in all.
MOST_LISTED = {16: 7000, 32: 7000, 64: 8000}
MIXED = 3000
RANDOM = 4000
FOREIGN = 5000


def _disagreements(
    lines: list[str], mode: int, ours: list[Encoding | Diagnostic], theirs: list[Reference]
) -> list[str]:
    """Where we accept a line and GNU as has other bytes for it, or none."""
    found = []
    for line, outcome, reference in zip(lines, ours, theirs, strict=True):
        if isinstance(outcome, Encoding) and outcome.data != reference.data:
            expected = reference.complaint if reference.data is None else reference.data.hex(" ")
            found.append(f"{mode}-bit `{line}`: {outcome.data.hex(' ')}, GNU as: {expected}")
        if isinstance(outcome, Diagnostic) and outcome.code == "encoder-disagrees":
            found.append(f"{mode}-bit `{line}`: {outcome.message}")
    return found


def _refused_by_us_alone(
    lines: list[str], ours: list[Encoding | Diagnostic], theirs: list[Reference]
) -> list[str]:
    return [
        f"{line}: {outcome.message}"
        for line, outcome, reference in zip(lines, ours, theirs, strict=True)
        if isinstance(outcome, Diagnostic)
        and reference.data is not None
        and reference.complaint is None
    ]


@pytest.mark.parametrize("mode", MODES)
def test_every_shape_of_the_table_has_the_bytes_of_gnu_as_and_is_refused_with_it(mode: int) -> None:
    lines = every_shape(mode, ROUNDS)
    ours, theirs = encode_each(lines, mode), assemble_each(lines, mode)
    assert _disagreements(lines, mode, ours, theirs) == []
    assert _refused_by_us_alone(lines, ours, theirs) == []
    assert sum(isinstance(outcome, Encoding) for outcome in ours) > MOST_LISTED[mode]


@pytest.mark.parametrize("mode", MODES)
def test_operands_of_other_instructions_are_refused_where_gnu_as_refuses_them(mode: int) -> None:
    lines = list(dict.fromkeys(mixed_shapes(mode, MIXED)))
    theirs = assemble_each(lines, mode)
    assert sum(reference.data is None for reference in theirs) > MIXED // 2
    assert _disagreements(lines, mode, encode_each(lines, mode), theirs) == []


@pytest.mark.parametrize("mode", MODES)
def test_random_lines_are_never_accepted_with_bytes_that_gnu_as_does_not_make(mode: int) -> None:
    lines = random_lines(mode, RANDOM, seed=1)
    ours = encode_each(lines, mode)
    assert sum(isinstance(outcome, Encoding) for outcome in ours) > 50
    assert _disagreements(lines, mode, ours, assemble_each(lines, mode)) == []


@pytest.mark.parametrize("mode", MODES)
def test_what_gnu_as_takes_of_any_name_with_any_operands_is_taken_or_documented(mode: int) -> None:
    found = compare(random_instructions(mode, FOREIGN, seed=1), mode)
    assert found.wrong == []
    assert found.missing == []
    assert found.taken > 100


DOCUMENT = Path(__file__).parents[3] / "docs" / "assembler.md"
#: | `line` | mode | `bytes of GNU as` | `code of our error` | why |
_ROW = re.compile(r"\| `([^`|]+)` \| (16|32|64) \| `([0-9a-f ]+)` \| `([a-z0-9-]+)` \|")


def _documented() -> list[tuple[str, int, str, str]]:
    return [
        (line, int(mode), data.replace(" ", ""), code)
        for line, mode, data, code in _ROW.findall(DOCUMENT.read_text())
    ]


@pytest.mark.parametrize(("line", "mode", "data", "code"), _documented())
def test_a_documented_difference_is_one(line: str, mode: int, data: str, code: str) -> None:
    (ours,), (theirs,) = encode_each([line], mode), assemble_each([line], mode)
    assert theirs.data is not None
    assert theirs.data.hex() == data
    assert isinstance(ours, Diagnostic)
    assert ours.code == code


def test_every_pattern_of_refused_lines_has_its_row_in_the_documentation() -> None:
    assert set(REFUSED_ON_PURPOSE) == {reason(line) for line, *_ in _documented()} - {None}
