"""auxv against glibc's own LD_SHOW_AUXV, for every type of entry there is."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from oracle.programs.tracing import Entry, Traced

Toolchain = Callable[[str], Path]

# Any program that glibc's loader starts will do.
DYNAMIC = "/bin/true"
SHOW = {"LD_SHOW_AUXV": "1"}

# What glibc after 2.36 names, and auxv prints as 2.36 does.
NAMED_LATER = {
    "AT_RSEQ_FEATURE_SIZE": 27,
    "AT_RSEQ_ALIGN": 28,
    "AT_HWCAP3": 29,
    "AT_HWCAP4": 30,
}
# What belongs to the file that is run and not to the machine.
OF_THE_FILE = {"AT_PHDR", "AT_PHNUM", "AT_BASE", "AT_ENTRY", "AT_EXECFN"}
# What is random.
OF_THE_RUN = {"AT_SYSINFO_EHDR", "AT_RANDOM"}

NEEDED_BY_THE_LOADER = {3, 4, 5, 6, 7, 9, 23, 25, 33}
STRINGS = {15, 24, 31}
AT_EXECFN = 31


def glibc(output: bytes) -> list[str]:
    """LD_SHOW_AUXV's lines, as glibc 2.36 would have printed them."""
    return [_as_in_2_36(line) for line in output.decode().splitlines()]


def _as_in_2_36(line: str) -> str:
    name, value = re.split(r": +", line, maxsplit=1)
    if name not in NAMED_LATER:
        return line
    # Sizes are in decimal there, features in hexadecimal, with or without 0x.
    base = 16 if "HWCAP" in name else 10
    return f"AT_??? ({NAMED_LATER[name]:#x}): {int(value, base):#x}"


def test_auxv_prints_what_the_loader_prints_entry_for_entry(program: Toolchain) -> None:
    ours = subprocess.run([program("auxv")], capture_output=True, text=True, check=True)
    theirs = subprocess.run([DYNAMIC], env=SHOW, capture_output=True, check=True)
    expected = glibc(theirs.stdout)
    printed = ours.stdout.splitlines()
    assert [line.split(":")[0] for line in printed] == [line.split(":")[0] for line in expected]
    for line, other in zip(printed, expected, strict=True):
        name = line.split(":")[0]
        if name in OF_THE_FILE | OF_THE_RUN:
            # 0x7ffe... and 0x400040: the same form, whatever the digits are
            assert _form(line) == _form(other)
        else:
            assert line == other


def _form(line: str) -> str:
    name, blanks, value = re.fullmatch(r"(\w+:)( +)(.*)", line).groups()  # type: ignore[union-attr]
    kind = next(k for k in (r"0x[0-9a-f]+", r"\d+", r".+") if re.fullmatch(k, value))
    return f"{name}{blanks}{kind}"


def test_auxv_s_values_are_the_program_s_own(program: Toolchain) -> None:
    with Traced([str(program("auxv"))]) as traced:
        given = dict(traced.auxv)
        output, status = traced.run()
    printed = dict(re.findall(r"^AT_(\w+): +(.*)$", output.decode(), re.MULTILINE))
    assert status == 0
    assert printed["EXECFN"] == str(program("auxv"))
    for name, number in {"PHDR": 3, "ENTRY": 9, "SYSINFO_EHDR": 33, "RANDOM": 25}.items():
        assert printed[name] == f"{given[number]:#x}"
    assert printed["PHNUM"] == str(given[5])


# AT_IGNOREPPC (22) is among them: neither prints it.
FORGED = [number for number in range(1, 64) if number not in NEEDED_BY_THE_LOADER]
AT_ONCE = 10


@pytest.mark.parametrize("first", range(0, len(FORGED), AT_ONCE))
def test_every_type_is_shown_under_the_loader_s_name_and_in_its_form(
    program: Toolchain, first: int
) -> None:
    types = FORGED[first : first + AT_ONCE]

    def forge(traced: Traced) -> None:
        given = dict(traced.auxv)
        kept = [entry for entry in traced.auxv if entry[0] in NEEDED_BY_THE_LOADER]
        traced.auxv = [*kept, *(_forged_entry(number, given) for number in types)]

    with Traced([str(program("auxv"))]) as traced:
        forge(traced)
        ours, our_status = traced.run()
    with Traced([DYNAMIC], SHOW) as traced:
        forge(traced)
        theirs, their_status = traced.run()
    assert (our_status, their_status) == (0, 0)
    kept = len(NEEDED_BY_THE_LOADER)
    path = str(program("auxv"))
    assert [line.replace(path, DYNAMIC) for line in ours.decode().splitlines()[kept:]] == (
        glibc(theirs)[kept:]
    )


def _forged_entry(number: int, given: dict[int, int]) -> Entry:
    return number, given[AT_EXECFN] if number in STRINGS else 0x1234_ABCD
