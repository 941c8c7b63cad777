"""Programs that check what a kernel promises: on Linux, every promise is kept."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from oracle.programs.tracing import Registers, Traced

Toolchain = Callable[[str], Path]

BRK = 12
GOLDEN_REGISTERS = """\
not zero: rsp rflags
rflags = 0x202
cs = 0x33
ss = 0x2b
ds = 0x0
es = 0x0
fs = 0x0
gs = 0x0
lar 0x23 = 0xc0fb00
lar 0x2b = 0xc0f300
lar 0x33 = 0xa0fb00
lar 0x7b = 0x40f500
fcw = 0x37f
mxcsr = 0x1f80
"""
GOLDEN_R11 = {
    "getpid": 0x202,
    "arithmetic flags": 0xAD7,
    "DF": 0x602,
    "NT": 0x4202,
    "AC": 0x40202,
    "ID": 0x200202,
    "RF": 0x202,
}


def run(path: Path, *arguments: str, environment: dict[str, str] | None = None) -> str:
    ended = subprocess.run(
        [path, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stdout
    return ended.stdout


@pytest.mark.parametrize("arguments", [[], ["one"], ["", "two words", "x" * 5000]])
@pytest.mark.parametrize("environment", [{}, {"A": "1"}, {"EMPTY": "", "LONG": "y" * 5000}])
def test_the_initial_stack_is_laid_out_as_the_abi_says(
    program: Toolchain, arguments: list[str], environment: dict[str, str]
) -> None:
    lines = run(program("stack"), *arguments, environment=environment).splitlines()
    assert lines[1] == f"argc = {len(arguments) + 1}"
    assert len(lines) == 18
    assert all(line.endswith(" yes") for line in (*lines[:1], *lines[2:]))


def test_identity_is_the_same_by_both_doors_and_in_the_auxiliary_vector(
    program: Toolchain,
) -> None:
    lines = run(program("identity")).splitlines()
    names = os.uname()
    assert lines[2:4] == [f"sysname = {names.sysname}", f"machine = {names.machine}"]
    assert len(lines) == 13
    assert all(line.endswith(" yes") for line in (*lines[:2], *lines[4:]))


def test_the_heap_grows_and_shrinks_and_refuses_without_an_error_number(
    program: Toolchain,
) -> None:
    lines = run(program("brk")).splitlines()
    breaks = [line for line in lines if line.startswith("break")]
    assert breaks == [f"break = start + {growth}" for growth in (16484, 4096, 0)]
    assert len(lines) == 10
    assert all(line.endswith(" yes") for line in lines if line not in breaks)


def test_a_kernel_whose_brk_returns_error_numbers_is_found_out(program: Toolchain) -> None:
    def refuse_with_enomem(registers: Registers) -> bool:
        too_much = registers.orig_rax == BRK and registers.rdi == 1 << 46
        if too_much:
            registers.rax = 2**64 - 12
        return too_much

    with Traced([str(program("brk"))]) as traced:
        output, status = traced.run(leave=refuse_with_enomem)
    assert status == 1
    assert [line.split()[0] for line in output.decode().splitlines() if "NO" in line] == ["too"]


def test_unknown_numbers_are_enosys_by_both_doors(program: Toolchain) -> None:
    lines = run(program("enosys")).splitlines()
    assert [line.split()[-1] for line in lines] == ["-38"] * 14
    assert {line[:8].rstrip() for line in lines} == {"SYSCALL", "INT 0x80"}


def test_bad_pointers_are_efault_by_both_doors(program: Toolchain) -> None:
    lines = run(program("efault")).splitlines()
    by_syscall, by_int80 = lines[:8], lines[9:]
    assert by_syscall[0].split()[0] == "SYSCALL"
    assert by_int80[0].split()[:2] == ["INT", "0x80"]
    assert by_syscall[1:] == by_int80[1:]
    for line in by_syscall[1:]:
        assert set(line.split()[1:]) <= {"-14", "."}, line
    assert sum(line.count("-14") for line in by_syscall) == 42


def test_linux_leaves_nothing_of_its_own_where_a_program_sees_it(program: Toolchain) -> None:
    lines = run(program("secrets")).splitlines()
    assert len(lines) == 13
    assert all(line.endswith(" yes") for line in lines)


def test_fs_and_gs_point_where_a_program_says_but_never_into_the_kernel(
    program: Toolchain,
) -> None:
    lines = run(program("bases")).splitlines()
    assert len(lines) == 9
    assert all(line.endswith(" yes") for line in lines)


def test_the_registers_at_the_first_instruction_are_linux_s(program: Toolchain) -> None:
    assert run(program("registers")).startswith(GOLDEN_REGISTERS)


def test_int80_changes_rax_alone_whatever_it_is_given(program: Toolchain) -> None:
    section = run(program("registers")).split("INT 0x80\n")[1].split("\n\nSYSCALL")[0]
    *cases, written, returned = section.splitlines()
    assert len(cases) == 11
    for case in cases:
        name, result = case[2:36].rstrip(), case[36:42].rstrip()
        refused = name in ("-1", "-1 in 32 bits", "5000", "getpid with bit 30")
        assert result == ("-38" if refused else "pid"), case
        assert case[42:] == "changed rax", case
    assert written == "  written with full upper halves"
    assert returned == f"  write returned {len(written) + 1}"


def test_syscall_changes_rcx_and_r11_and_r11_holds_the_flags(program: Toolchain) -> None:
    cases = run(program("registers")).split("SYSCALL\n")[1].splitlines()
    assert len(cases) == 12
    for case in cases:
        name, result = case[2:36].rstrip(), case[36:42].rstrip()
        refused = name in ("-1", "-1 in 32 bits", "5000", "getpid with bit 30")
        assert result == ("-38" if refused else "pid"), case
        flag = name.removeprefix("getpid, ")
        # POPF clears RF (SDM Vol. 2B, POPF), so it never reaches the door.
        cleared = " rflags" if flag == "RF" else ""
        changed, r11 = case[42:].split("r11 = ")
        assert changed.rstrip() == f"changed rax rcx r11{cleared}", case
        assert int(r11, 16) == GOLDEN_R11.get(flag, 0x202), case
