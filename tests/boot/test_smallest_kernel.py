"""Kernels that parts are left out of: the smallest is still a kernel, each of the others too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from boot.stock_system import INTEL, StockSystem
from ring3 import pipeline
from ring3.diagnostic import SourceError
from ring3.machine import OutcomeKind
from ring3.pipeline import Program, link_program
from ring3.tables import TABLE
from ring3.workspace import PARTS, Workspace

TRY_EXEC = Path(__file__).parent / "programs" / "try_exec.s"

Without = Callable[..., StockSystem]


@pytest.fixture(scope="module")
def without(stock_system: StockSystem, tmp_path_factory: pytest.TempPathFactory) -> Without:
    """without("compat", "log"): the stock programs on a kernel that has neither."""

    @cache
    def build(*parts: str) -> StockSystem:
        workspace = Workspace(without=frozenset(parts))
        kernel = pipeline.build_kernel(workspace)
        system = replace(stock_system.system, kernel=kernel.linked, vdsos=kernel.vdsos)
        return StockSystem(tmp_path_factory.mktemp("without"), system, workspace)

    return build


@pytest.fixture(scope="module")
def smallest(without: Without) -> StockSystem:
    return without(*PARTS)


def test_hello_says_the_same_on_the_smallest_kernel(
    smallest: StockSystem, boot: StockSystem
) -> None:
    there = smallest("hello", "one", "two words")
    assert (there.status, there.console) == (0, boot("hello", "one", "two words").console)
    assert b"argv[2] = two words" in there.console, there.report()


@pytest.mark.parametrize("cpu", ["qemu64,check=off", "max"])
def test_the_three_doors_are_open_on_the_smallest_kernel(smallest: StockSystem, cpu: str) -> None:
    there = smallest("doors", cpu=cpu)
    assert there.status == 0, there.report()
    assert b"All checks agree: three doors, one kernel." in there.console, there.report()


def test_the_smallest_kernel_boots_on_bochs_from_a_disk(smallest: StockSystem) -> None:
    there = smallest.bochs("doors", cpu=INTEL)
    assert there.status == 0, there.report()
    assert b"All checks agree: three doors, one kernel." in there.console, there.report()


def test_the_smallest_kernel_gives_a_program_the_auxiliary_vector_of_the_stock_one(
    smallest: StockSystem, boot: StockSystem
) -> None:
    def types(system: StockSystem) -> list[bytes]:
        there = system("auxv")
        assert there.status == 0, there.report()
        return [line.split(b":")[0] for line in there.console.splitlines()]

    assert types(smallest) == types(boot)
    assert b"AT_SYSINFO_EHDR" in types(smallest)


@pytest.mark.parametrize(("program", "signal"), [("divide", 8), ("read_kernel", 11)])
def test_a_fault_on_the_smallest_kernel_ends_the_program_with_a_report(
    smallest: StockSystem, program: str, signal: int
) -> None:
    there = smallest(program)
    assert (there.kind, there.signal) == (OutcomeKind.KILLED, signal), there.report()
    assert b"code at rip:" in there.voice, there.report()


def test_a_call_that_was_left_out_is_not_implemented(smallest: StockSystem) -> None:
    # It asks uname where it runs, and takes the answer for another system's.
    there = smallest("fuzz", "1", "1")
    assert there.status not in (0, None), there.report()
    assert b"ring3" in there.console, there.report()


def test_an_i386_program_is_no_program_on_the_smallest_kernel(smallest: StockSystem) -> None:
    there = smallest("registers32")
    assert there.kind is OutcomeKind.PANIC, there.report()
    assert b"neither for x86-64 nor for the i386" in there.voice, there.report()


def test_without_compat_an_i386_program_is_enoexec(without: Without) -> None:
    system = without("compat")
    linked = link_program([TRY_EXEC], system.workspace)
    program = Program("try_exec", linked.data, str(TRY_EXEC), linked)
    system = replace(
        system, system=replace(system.system, programs=(*system.system.programs, program))
    )
    there = system("try_exec", "/bin/registers32")
    assert there.console.startswith(b"/bin/registers32 -8\n"), there.report()


@pytest.mark.parametrize("part", PARTS)
def test_each_part_can_be_left_out_alone_and_all_three_doors_stay(
    without: Without, part: str
) -> None:
    there = without(part)("doors")
    assert there.status == 0, there.report()
    assert b"All checks agree: three doors, one kernel." in there.console, there.report()


def test_a_handler_that_no_source_defines_is_still_an_error_when_parts_are_left_out(
    tmp_path: Path,
) -> None:
    table = Workspace().kernel_file(TABLE).read_text()
    (tmp_path / "syscall").mkdir()
    (tmp_path / TABLE).write_text(table.replace("sys_getppid", "sys_getpipd"))
    workspace = Workspace(kernel_sources=tmp_path, without=frozenset(PARTS))
    with pytest.raises(SourceError) as caught:
        pipeline.build_kernel(workspace)
    assert "sys_getpipd" in caught.value.diagnostics[0].message
