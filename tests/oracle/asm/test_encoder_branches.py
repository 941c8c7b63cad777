"""The table of relative branches against GNU as: every one, both forms, all modes."""

from __future__ import annotations

import pytest

from oracle.asm.gnu_as_reference import assemble_each
from ring3.asm.branch import RELATIVE_BRANCHES, branch_exists, branch_forms

CASES = [(mode, name) for mode in (16, 32, 64) for name in sorted(RELATIVE_BRANCHES)]
#: How far GNU as places the target of a short and of a near form from their ends.
HERE, ELSEWHERE = ".", "symbol"


@pytest.mark.parametrize(("mode", "name"), CASES)
def test_the_opcodes_of_a_branch_are_those_of_gnu_as(mode: int, name: str) -> None:
    short, near = assemble_each([f"{name} {HERE}", f"{name} {ELSEWHERE}"], mode)
    if not branch_exists(name, mode):
        assert short.data is None
        return
    forms = branch_forms(name, mode)
    assert short.data is not None
    assert near.data is not None
    if forms.short is not None:
        distance = -(len(forms.short) + 1)
        assert short.data == forms.short + distance.to_bytes(1, "little", signed=True)
    if forms.near is not None:
        assert near.data == forms.near + bytes(forms.near_size)
    else:
        assert len(near.data) == len(forms.short or b"") + 1


@pytest.mark.parametrize("name", ["jmp", "jne", "call", "loop", "jrcxz", "xbegin"])
def test_bnd_stands_before_the_branches_that_gnu_as_lets_it_stand_before(name: str) -> None:
    (reference,) = assemble_each([f"bnd {name} {ELSEWHERE}"], 64)
    if reference.data is None:
        with pytest.raises(KeyError):
            branch_forms(name, 64, ("bnd",))
    else:
        near = branch_forms(name, 64, ("bnd",)).near
        assert near is not None
        assert reference.data == near + bytes(4)


def test_every_other_prefix_is_refused_before_a_relative_branch() -> None:
    prefixes = ("lock", "rep", "repne", "notrack", "rex.w")
    references = assemble_each([f"{prefix} jmp {ELSEWHERE}" for prefix in prefixes], 64)
    for prefix, reference in zip(prefixes, references, strict=True):
        assert reference.data is None or prefix == "rex.w"
        with pytest.raises(KeyError):
            branch_forms("jmp", 64, (prefix,))
