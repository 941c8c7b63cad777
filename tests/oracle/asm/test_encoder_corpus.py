"""The encoder against GNU as: the same bytes, and no instruction that GNU as refuses.

The corpus is made from the encoder's own table; random lines and those of
test_encoder_samples.py are what the table's author did not list.
"""

from __future__ import annotations

import pytest

from oracle.asm.encoded_lines import encode_each
from oracle.asm.gnu_as_reference import Reference, assemble_each
from oracle.asm.instruction_corpus import every_shape, mixed_shapes, random_lines
from ring3.asm.instruction import Encoding
from ring3.diagnostic import Diagnostic

MODES = (16, 32, 64)
ROUNDS = 4
MIXED = 3000
RANDOM = 4000


def _disagreements(lines: list[str], mode: int) -> list[str]:
    """Where we accept a line and GNU as has other bytes for it, or none."""
    found = []
    for line, ours, theirs in zip(
        lines, encode_each(lines, mode), assemble_each(lines, mode), strict=True
    ):
        if isinstance(ours, Encoding) and ours.data != theirs.data:
            expected = theirs.data.hex(" ") if theirs.data is not None else theirs.complaint
            found.append(f"{mode}-bit `{line}`: {ours.data.hex(' ')}, GNU as: {expected}")
        if isinstance(ours, Diagnostic) and ours.code == "encoder-disagrees":
            found.append(f"{mode}-bit `{line}`: {ours.message}")
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
def test_every_shape_of_the_table_has_the_bytes_of_gnu_as(mode: int) -> None:
    lines = every_shape(mode, ROUNDS)
    assert len(lines) > 5000
    assert _disagreements(lines, mode) == []


@pytest.mark.parametrize("mode", MODES)
def test_every_shape_of_the_table_is_encoded_where_gnu_as_encodes_it(mode: int) -> None:
    lines = every_shape(mode, ROUNDS)
    refused = _refused_by_us_alone(lines, encode_each(lines, mode), assemble_each(lines, mode))
    assert refused == []


@pytest.mark.parametrize("mode", MODES)
def test_operands_of_other_instructions_are_refused_where_gnu_as_refuses_them(mode: int) -> None:
    lines = list(dict.fromkeys(mixed_shapes(mode, MIXED)))
    references = assemble_each(lines, mode)
    assert sum(reference.data is None for reference in references) > MIXED // 2
    assert _disagreements(lines, mode) == []


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("seed", [1, 2])
def test_random_lines_are_never_accepted_with_bytes_that_gnu_as_does_not_make(
    mode: int, seed: int
) -> None:
    lines = random_lines(mode, RANDOM, seed)
    assert sum(isinstance(outcome, Encoding) for outcome in encode_each(lines, mode)) > 50
    assert _disagreements(lines, mode) == []
