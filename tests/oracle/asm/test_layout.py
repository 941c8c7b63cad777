"""Layout: relaxation, alignment, padding and relocations on whole generated sources."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from oracle.asm.generated_sources import SourceMaker
from ring3.asm.object import Object

Agree = Callable[[str], Object]


@pytest.mark.parametrize("mode", [64, 32, 16])
@pytest.mark.parametrize("seed", range(30))
def test_branches_relax_in_the_same_way(seed: int, mode: int, agree: Agree) -> None:
    maker = SourceMaker(seed, mode)
    agree(maker.branches(maker.random.randint(10, 120)))


@pytest.mark.parametrize("mode", [64, 32, 16])
@pytest.mark.parametrize("seed", range(30))
def test_sections_have_the_same_fixups(seed: int, mode: int, agree: Agree) -> None:
    maker = SourceMaker(seed, mode)
    agree(maker.sections(maker.random.randint(10, 120)))


@pytest.mark.parametrize("distance", range(120, 134))
def test_a_branch_is_short_just_as_far(distance: int, agree: Agree) -> None:
    agree(f"a: jmp b\n.skip {distance}\nb: jmp c\n.skip {distance}\njne b\nc: jmp a\njne c\n")


@pytest.mark.parametrize("distance", range(115, 130))
def test_an_alignment_between_a_branch_and_its_target_counts(distance: int, agree: Agree) -> None:
    agree(
        f"jmp b\njmp c\n.skip {distance - 16}\n.balign 16\nb: nop\n.balign 32\n"
        ".skip 100\nc: jne b\n"
    )


def test_a_cascade_of_branches_grows_to_the_same_end(agree: Agree) -> None:
    lines = [f"a{n}: jmp a{n + 42}\n.byte 0" for n in range(300)]
    lines += [f"a{n}:" for n in range(300, 342)]
    agree("\n".join(lines))


@pytest.mark.parametrize("mode", [64, 32, 16])
def test_padding_of_every_length_is_the_same_code(mode: int, agree: Agree) -> None:
    lines = [
        f".balign 256\n.skip {256 - length}, 0xcc\n.balign 256\nnop" for length in range(1, 256)
    ]
    agree(f"nop\n.code{mode}\n" + "\n".join(lines))


def test_long_padding_is_jumped_over_in_the_same_way(agree: Agree) -> None:
    for mode in (64, 32, 16):
        agree(f"nop\n.code{mode}\n.p2align 12\nnop\n.p2align 10\n")


_ALIGNMENTS_OF_ZEROS = (".balign 8", ".p2align 3", ".balign 8, 0", ".balign 8, , 3", ".balign 1")
_ALIGNMENTS = (
    *_ALIGNMENTS_OF_ZEROS,
    ".align 8",
    ".balign 8, 0x90",
    ".balign 8, 0xcc",
    ".balign 8, , 7",
    ".balign 8, , 8",
    ".balign 8, 0xcc, 6",
    ".p2align 4, , 10",
    ".balign 0",
)


@pytest.mark.parametrize("alignment", _ALIGNMENTS)
@pytest.mark.parametrize("section", [".text", ".data", '.section .x, "ax"', '.section .y, "a"'])
def test_an_alignment_fills_in_the_same_way(section: str, alignment: str, agree: Agree) -> None:
    agree(f"{section}\n.zero 1\n{alignment}\n.zero 1\n{alignment}\n")


@pytest.mark.parametrize("alignment", _ALIGNMENTS_OF_ZEROS)
def test_an_alignment_of_bss_leaves_the_same_gap(alignment: str, agree: Agree) -> None:
    agree(f".bss\n.zero 1\n{alignment}\n.zero 1\n{alignment}\n")
