"""What UEFI says on COM1 is kept from what the program says there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ring3.machine.firmware import TERMINAL_RESET, FirmwareTalk
from ring3.machine.profile import Firmware

OVMF = (
    b"\x1b[2J\x1b[01;01H\x1b[=3h\x1b[2J\x1b[01;01H"
    b'BdsDxe: loading Boot0001 "UEFI QEMU HARDDISK"\nBdsDxe: starting Boot0001 "UEFI"\n'
)


def heard(line: bytes, cuts: list[int], firmware: Firmware = Firmware.UEFI) -> bytes:
    """``line``, fed in pieces that end at ``cuts``, and its rest."""
    talk = FirmwareTalk(firmware)
    ends = [*sorted(cut % (len(line) + 1) for cut in cuts), len(line)]
    pieces = [line[begin:end] for begin, end in zip([0, *ends], ends, strict=False)]
    return b"".join(map(talk.feed, pieces)) + talk.rest()


@given(st.binary(), st.lists(st.integers(0, 1000), max_size=8))
def test_every_byte_after_the_reset_is_the_program_s_however_it_is_cut(
    program: bytes, cuts: list[int]
) -> None:
    assert heard(OVMF + TERMINAL_RESET + program, cuts) == program


@given(st.binary(), st.lists(st.integers(0, 1000), max_size=8))
def test_a_bios_has_no_words_here(program: bytes, cuts: list[int]) -> None:
    assert heard(program, cuts, Firmware.BIOS) == program


@given(st.lists(st.integers(0, 1000), max_size=8))
def test_the_first_words_of_another_loader_end_the_firmware_s(cuts: list[int]) -> None:
    assert heard(OVMF + b"GRUB \x1b[2J\n", cuts) == b"GRUB \x1b[2J\n"


@pytest.mark.parametrize("end", [b"", b"\x1b", b"\x1b[0", b"BdsDxe: failed", b"Bds"])
def test_a_firmware_that_found_nothing_to_boot_is_heard(end: bytes) -> None:
    assert heard(OVMF + end, []) == OVMF + end
