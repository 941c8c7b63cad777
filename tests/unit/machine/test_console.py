"""When a guest may be typed at, and how what is typed ends."""

from __future__ import annotations

import pytest

from ring3.machine.console import end_of_input, has_begun


@pytest.mark.parametrize(
    ("console", "voice", "begun"),
    [
        (b"", b"", False),
        (b"", b"ring3: booted by qemu\n", False),
        (b"", b"ring3: booted by qemu\nring3: init /bin/doors\n", True),
        (b"> ", b"", True),
    ],
)
def test_with_a_voice_the_kernel_says_so_or_the_program_speaks(
    console: bytes, voice: bytes, begun: bool
) -> None:
    assert has_begun(console, voice, has_voice=True) is begun


@pytest.mark.parametrize(
    ("console", "begun"),
    [
        (b"", False),
        (b"ri", False),
        (b"ring3: booted by qemu\n", False),
        (b"ring3: booted by qemu\nring3: ini", False),
        (b"ring3: booted by qemu\nring3: init /bin/doors\n", True),
        (b"ring3: booted by qemu\n> ", True),
        (b"ride\n", True),
    ],
)
def test_on_a_shared_line_what_is_not_the_kernels_is_the_programs(
    console: bytes, begun: bool
) -> None:
    assert has_begun(console, b"", has_voice=False) is begun


@pytest.mark.parametrize("typed", [b"", b"a whole line\n", b"a part of one\x04"])
def test_after_a_whole_line_one_control_d_is_the_end(typed: bytes) -> None:
    assert end_of_input(typed) == b"\x04"


def test_in_the_middle_of_a_line_the_first_control_d_ends_only_that() -> None:
    assert end_of_input(b"no line end") == b"\x04\x04"
