"""doors: what it shows is so, and it says when a kernel's doors do not agree.

The vDSO of this host is read by pyelftools beside it; and, under ptrace, the
program meets kernels that are wrong in one thing each.
"""

from __future__ import annotations

import io
import re
import struct
import subprocess
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from elftools.elf.dynamic import DynamicSegment
from elftools.elf.elffile import ELFFile

from oracle.programs.masking import mask
from oracle.programs.tracing import Registers, Traced

Toolchain = Callable[[str], Path]

FUNCTIONS = ("clock_gettime", "gettimeofday", "time", "getcpu", "clock_getres")
CALLS = ("getppid", "clock_gettime", "time", "getcpu")
CHECKS = 8
AT_IGNORE, AT_SYSINFO_EHDR = 1, 33
DT_HASH, DT_DEBUG = 4, 21
GETPPID, GETPPID_32, CLOCK_GETTIME, CLOCK_GETTIME64_32 = 110, 64, 228, 403
AGREED = "All checks agree: three doors, one kernel."


def run(path: Path) -> str:
    ended = subprocess.run([path], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout
    return ended.stdout


def dynamic_segment(vdso: bytes) -> DynamicSegment:
    found = [s for s in ELFFile(io.BytesIO(vdso)).iter_segments() if isinstance(s, DynamicSegment)]
    assert len(found) == 1
    return found[0]


def values(dynamic: DynamicSegment) -> dict[str, int]:
    return {symbol.name: symbol["st_value"] for symbol in dynamic.iter_symbols()}


def test_the_three_doors_agree_on_linux(program: Toolchain) -> None:
    text = run(program("doors"))
    assert text.endswith(f"\n{AGREED}\n")
    assert len(re.findall(r" agree$", text, re.MULTILINE)) == CHECKS
    assert "DISAGREE" not in text


def test_the_page_is_fit_for_a_terminal(program: Toolchain) -> None:
    lines = run(program("doors")).splitlines()
    assert 50 <= len(lines) <= 60
    for line in lines:
        assert len(line) <= 80
        assert line == line.rstrip()
        assert line.isascii()


def test_two_runs_differ_only_in_what_the_mask_covers(program: Toolchain) -> None:
    first, second = (run(program("doors")) for _ in range(2))
    assert first != second
    assert mask("doors", first.encode()) == mask("doors", second.encode())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("agree\n", "DISAGREE\n"),
        ("R-X", "RWX"),
        ("__vdso_time@LINUX_2.6", "__vdso_time@LINUX_2.5"),
        ("linux-vdso.so.1", "linux-gate.so.1"),
        ("changed rax rcx r11", "changed rax rcx"),
        ("     getcpu", "     gettid"),
        ("INT 0x80 again", "SYSCALL again "),
        ("\n\n", "\n"),
    ],
)
def test_the_mask_hides_no_difference_that_matters(program: Toolchain, old: str, new: str) -> None:
    text = run(program("doors"))
    changed = text.replace(old, new, 1)
    assert changed != text
    assert mask("doors", changed.encode()) != mask("doors", text.encode())


def test_both_toolchains_programs_print_the_same(gnu: Toolchain, ring3: Toolchain) -> None:
    one, other = (run(toolchain("doors")).encode() for toolchain in (gnu, ring3))
    assert mask("doors", one) == mask("doors", other)


def test_the_tables_and_functions_are_where_pyelftools_finds_them(program: Toolchain) -> None:
    with Traced([str(program("doors"))]) as traced:
        base, image = traced.vdso()
        output, _ = traced.run()
    text = output.decode()
    dynamic = dynamic_segment(image)
    expected = {"ELF header": base, "PT_LOAD": base, "PT_DYNAMIC": base + dynamic["p_vaddr"]}
    for tag in dynamic.iter_tags():
        name = tag["d_tag"].replace("DT_GNU_VER", "DT_VER")
        if name in ("DT_HASH", "DT_SYMTAB", "DT_STRTAB", "DT_VERSYM", "DT_VERDEF"):
            expected[name] = base + tag["d_val"]
    shown = re.findall(r"^ +(ELF header|[PD]T_\w+) +0x([0-9a-f]{16}) ", text, re.MULTILINE)
    assert {name: int(address, 16) for name, address in shown} == expected

    symbols = values(dynamic)
    for name in FUNCTIONS:
        offset = symbols[f"__vdso_{name}"]
        assert re.search(
            rf"^   __vdso_{name}@LINUX_2\.6 +0x{base + offset:016x} = header \+ 0x{offset:04x}$",
            text,
            re.MULTILINE,
        )


# Days around which a calendar goes wrong, and its first and its far ones.
DATES = [
    "1970-01-01 00:00:00",
    "1972-02-29 23:59:59",
    "1999-12-31 23:59:59",
    "2000-02-29 12:34:56",
    "2000-03-01 00:00:00",
    "2001-02-28 23:59:59",
    "2024-12-31 00:00:01",
    "2038-01-19 03:14:08",
    "2100-02-28 23:59:59",
    "2100-03-01 00:00:00",
    "2106-02-07 06:28:16",
    "2400-02-29 01:02:03",
]


@pytest.mark.parametrize("date", DATES)
def test_the_date_is_that_of_the_seconds(program: Toolchain, date: str) -> None:
    seconds = int(datetime.fromisoformat(f"{date}+00:00").timestamp())

    def answer(registers: Registers) -> bool:
        asked = registers.orig_rax == CLOCK_GETTIME64_32
        if asked:
            traced.write(registers.rcx, struct.pack("<qq", seconds, 0))
        return asked

    with Traced([str(program("doors"))]) as traced:
        output, _ = traced.run(leave=answer)
    assert f"   What time is it? (CLOCK_REALTIME)  {date} UTC\n" in output.decode()


def test_every_cost_is_a_positive_number_of_ticks(program: Toolchain) -> None:
    text = run(program("doors"))
    for call in CALLS:
        row = re.search(rf"^     {call} +(\d+) +(\d+) +(\d+|-)$", text, re.MULTILINE)
        assert row is not None, text
        assert (row[3] == "-") == (call == "getppid")
        assert all(int(cost) > 0 for cost in row.groups() if cost != "-")


def test_without_a_vdso_doors_says_so_and_goes_on(program: Toolchain) -> None:
    with Traced([str(program("doors"))]) as traced:
        traced.auxv = [
            (AT_IGNORE if kind == AT_SYSINFO_EHDR else kind, value) for kind, value in traced.auxv
        ]
        output, status = traced.run()
    text = output.decode()
    assert status == 0
    assert "has no AT_SYSINFO_EHDR: there is no vDSO here.\n" in text
    assert len(re.findall(r"^     vDSO +no such function here$", text, re.MULTILINE)) == 3
    assert all(re.search(rf"^     {call} +\d+ +\d+ +-$", text, re.MULTILINE) for call in CALLS)
    assert text.endswith(f"\n{AGREED}\n")


def test_what_is_no_elf_file_is_refused_and_not_followed(program: Toolchain) -> None:
    with Traced([str(program("doors"))]) as traced:
        base, _ = traced.vdso()
        traced.write(base, b"\x7fELF\x01")  # ELFCLASS32
        output, status = traced.run()
    assert status == 1
    assert f"At {base:#018x} there is no ELF file that names can be looked up in." in (
        output.decode()
    )


def test_without_dt_hash_the_gnu_hash_finds_every_function(program: Toolchain) -> None:
    with Traced([str(program("doors"))]) as traced:
        base, image = traced.vdso()
        dynamic = dynamic_segment(image)
        tags = [tag["d_tag"] for tag in dynamic.iter_tags()]
        assert "DT_GNU_HASH" in tags
        entry = base + dynamic["p_vaddr"] + 16 * tags.index("DT_HASH")
        traced.write(entry, DT_DEBUG.to_bytes(8, "little"))
        output, status = traced.run()
    text = output.decode()
    assert status == 0
    assert "DT_HASH           0x0000000000000000" in text
    assert len(re.findall(r"^   __vdso_\w+@LINUX_2\.6 +0x", text, re.MULTILINE)) == len(FUNCTIONS)
    assert text.endswith(f"\n{AGREED}\n")


def test_a_function_of_another_version_is_not_taken(program: Toolchain) -> None:
    with Traced([str(program("doors"))]) as traced:
        base, image = traced.vdso()
        name = image.index(b"LINUX_2.6\0")
        traced.write(base + name, b"LINUX_2.7\0")
        output, status = traced.run()
    assert status == 0
    assert len(re.findall(r"@LINUX_2\.6 +not there$", output.decode(), re.MULTILINE)) == 5


# Code for the beginning of a vDSO function, what doors then says, and how often.
WRONG_FUNCTIONS = {
    "answers nothing": ("clock_gettime", "31c0 c3", r"in order +DISAGREE$", 2),
    "answers the epoch": (
        "clock_gettime",  # mov qword ptr [rsi], 0; mov qword ptr [rsi+8], 0; xor eax, eax; ret
        "48c70600000000 48c7460800000000 31c0 c3",
        r"EARLIER .*DISAGREE$|in order +DISAGREE$",
        2,
    ),
    "is ahead": (
        "clock_gettime",  # mov rax, 1 << 32; mov [rsi], rax; mov [rsi+8], 0; xor eax, eax; ret
        "48b80000000001000000 488906 48c7460800000000 31c0 c3",
        r"EARLIER .*DISAGREE$",
        2,
    ),
    "has 1000000000 nanoseconds": (
        "clock_gettime",  # mov eax, 228; syscall; mov qword ptr [rsi+8], 1000000000; ret
        "b8e4000000 0f05 48c7460800ca9a3b c3",
        r"in order +DISAGREE$",
        2,
    ),
    "fails": ("clock_gettime", "48c7c0eaffffff c3", r"in order +DISAGREE$", 2),
    "changes r15": (
        "clock_gettime",  # mov eax, 228; xor r15d, r15d; syscall; ret
        "b8e4000000 4531ff 0f05 c3",
        r"as it must DISAGREE$",
        1,
    ),
    "names another CPU": (
        "getcpu",  # mov dword ptr [rdi], 77; mov dword ptr [rsi], 0; xor eax, eax; ret
        "c7074d000000 c70600000000 31c0 c3",
        r"the same +DISAGREE$",
        1,
    ),
}


@pytest.mark.parametrize("fault", WRONG_FUNCTIONS)
def test_a_vdso_function_that_is_wrong_is_found_out(program: Toolchain, fault: str) -> None:
    function, code, message, count = WRONG_FUNCTIONS[fault]
    with Traced([str(program("doors"))]) as traced:
        base, image = traced.vdso()
        symbols = values(dynamic_segment(image))
        traced.write(base + symbols[f"__vdso_{function}"], bytes.fromhex(code))
        output, status = traced.run()
    text = output.decode()
    assert status == 1, text
    assert len(re.findall(message, text, re.MULTILINE)) == count, text
    assert re.search(r"^\d+ of the checks DISAGREE\.$", text, re.MULTILINE)


# What a wrong kernel does on the way out of one call, and the line that must say so.
WRONG_KERNELS: dict[str, tuple[int, str, str]] = {
    "INT 0x80 loses r9": (GETPPID_32, "r9", r"INT 0x80 +changed rax r9 +and no other +DISAGREE$"),
    "INT 0x80 changes flags": (
        GETPPID_32,
        "eflags",
        r"changed rax rflags +and no other +DISAGREE$",
    ),
    "SYSCALL loses rbp": (GETPPID, "rbp", r"changed rax rcx rbp r11 +and no other +DISAGREE$"),
    "SYSCALL keeps another r11": (GETPPID, "r11", r"= RFLAGS before it +DISAGREE$"),
    "SYSCALL keeps another rcx": (GETPPID, "rcx", r"= address after SYSCALL +DISAGREE$"),
}


@pytest.mark.parametrize("fault", WRONG_KERNELS)
def test_a_door_that_changes_too_much_is_found_out(program: Toolchain, fault: str) -> None:
    number, register, message = WRONG_KERNELS[fault]

    def flip_a_bit(registers: Registers) -> bool:
        if registers.orig_rax & 0xFFFF_FFFF != number:
            return False
        setattr(registers, register, getattr(registers, register) ^ 1)
        return True

    with Traced([str(program("doors"))]) as traced:
        output, status = traced.run(leave=flip_a_bit)
    text = output.decode()
    assert status == 1, text
    assert len(re.findall(message, text, re.MULTILINE)) == 1, text


@pytest.mark.parametrize(("number", "asked"), [(CLOCK_GETTIME, 2), (CLOCK_GETTIME64_32, 4)])
def test_a_door_that_refuses_to_tell_the_time_is_found_out(
    program: Toolchain, number: int, asked: int
) -> None:
    refused = []

    def refuse(registers: Registers) -> bool:
        if registers.orig_rax & 0xFFFF_FFFF == number:
            registers.rax = 2**64 - 38
            refused.append(number)
        return len(refused) == asked

    with Traced([str(program("doors"))]) as traced:
        output, status = traced.run(leave=refuse)
    text = output.decode()
    assert status == 1
    assert "refused: -38" in text
    assert len(re.findall(r"in order +DISAGREE$", text, re.MULTILINE)) == 2
