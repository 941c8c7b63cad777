"""When a guest may be typed at."""

from __future__ import annotations

import pytest

from ring3.machine.console import has_begun


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
