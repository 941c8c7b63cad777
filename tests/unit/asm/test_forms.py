"""The table of encodings beside Keystone's: each of a shape that there is, each with its page."""

from __future__ import annotations

import re

import pytest

from ring3.asm.forms import FORMS
from ring3.asm.instruction_set import SHAPES

_PART = re.compile(
    r"[0-9a-f]{2}(\+r)?|o(16|32|64)?|/[0-7r]|/mr|i[bwdo]|moffs|ptr|wait"
    r"|vex\.(128|256)\.(np|66|f3|f2)\.0f(38|3a)?\.w[01]"
)
_PAGE = re.compile(
    r"SDM Vol\. 2[ABCD] [A-Z][A-Z0-9]+( n| \([a-z ]+\))?|SDM Vol\. 3B [0-9.]+|undocumented"
)


@pytest.mark.parametrize(("mnemonic", "atoms"), FORMS)
def test_a_form_belongs_to_a_shape_of_the_table(mnemonic: str, atoms: tuple[str, ...]) -> None:
    assert atoms in [shape.atoms for shape in SHAPES[mnemonic]]


@pytest.mark.parametrize("key", FORMS)
def test_a_form_is_written_in_the_notation_of_the_manual_with_its_page(
    key: tuple[str, tuple[str, ...]],
) -> None:
    form = FORMS[key]
    assert all(_PART.fullmatch(part) for part in form.opcode.split())
    assert _PAGE.fullmatch(form.page)


def test_every_shape_is_in_a_mode_and_no_shape_stands_twice() -> None:
    for mnemonic, shapes in SHAPES.items():
        assert all(shape.modes for shape in shapes), mnemonic
        keys = [(shape.atoms, mode) for shape in shapes for mode in shape.modes]
        twice = {key for key in keys if keys.count(key) > 1}
        assert not twice, (mnemonic, twice)
