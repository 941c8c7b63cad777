"""gdb on a running guest: it stops at lines of the sources, steps by line, and walks back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from boot.gdb import Gdb
from boot.stock_system import PATIENCE, StockSystem, init_of
from ring3 import pipeline
from ring3.elf.debuggable import debuggable
from ring3.elf.separate_debug import build_id_path, separate_debug
from ring3.machine import Options, Session, load_machine

SYSCALL = "entry/syscall.s"
EXCEPTIONS = "entry/exceptions.s"


@dataclass(frozen=True)
class Debugged:
    """A guest that stands still, and a debugger that knows the kernel and its program."""

    gdb: Gdb
    session: Session
    program: Path


@pytest.fixture
def debugged(boot: StockSystem) -> Iterator[Debugged]:
    """`doors` on microvm, before the first instruction."""
    vdso = pipeline.link_vdso(boot.workspace, 64, "")
    debug_folder = boot.folder / "debug"
    path = debug_folder / build_id_path(vdso)
    path.parent.mkdir(parents=True)
    path.write_bytes(separate_debug(vdso))
    (program,) = (p for p in boot.system.programs if p.name == "doors")
    program_file, kernel_file = boot.folder / "doors", boot.folder / "kernel.debug"
    program_file.write_bytes(program.debuggable())
    kernel_file.write_bytes(debuggable(boot.system.kernel))

    socket = boot.folder / "gdb"
    options = Options(timeout=PATIENCE, gdb=socket)
    machine = load_machine("microvm", boot.workspace.machine_roots)
    with (
        Session(machine, boot.kernel(init_of("doors")), options) as session,
        Gdb(kernel_file, debug_folder=debug_folder) as gdb,
    ):
        gdb("set tcp connect-timeout 30")
        gdb(f"target remote {socket}")
        gdb(f"add-symbol-file {program_file}")
        yield Debugged(gdb, session, program_file)


def line_of(boot: StockSystem, name: str, text: str) -> int:
    """The number of the first line of a kernel source that begins with ``text``."""
    lines = boot.workspace.kernel_file(name).read_text().splitlines()
    return next(number for number, line in enumerate(lines, 1) if line.strip().startswith(text))


def test_gdb_stops_in_the_fast_door_lists_it_and_steps_by_line(
    boot: StockSystem, debugged: Debugged
) -> None:
    gdb = debugged.gdb
    line = line_of(boot, SYSCALL, "push rcx")
    gdb(f"hbreak syscall.s:{line}")
    stopped = gdb("continue")
    assert re.search(rf"syscall_entry \(\) at .*{SYSCALL}:{line}\n{line}\t +push rcx", stopped)
    assert f'Line {line} of "' in gdb("info line")
    assert f"{line}\t    push rcx" in gdb("list")
    assert re.search(rf"^{line + 1}\t +push rax", gdb("next"), re.MULTILINE)
    assert re.search(rf"^{line + 2}\t +push rdi", gdb("step"), re.MULTILINE)
    assert re.match(rf"#0 +syscall_entry \(\) at .*{SYSCALL}:{line + 2}\n", gdb("backtrace"))


def test_gdb_steps_into_a_macro_and_names_the_line_that_calls_it(
    boot: StockSystem, debugged: Debugged
) -> None:
    gdb = debugged.gdb
    body = line_of(boot, EXCEPTIONS, "push rdi")
    gdb("thbreak exception_save")
    gdb("continue")
    call = line_of(boot, EXCEPTIONS, "save_registers")
    gdb(f"thbreak exceptions.s:{call - 1}")
    gdb("continue")
    assert re.search(rf"^{call}\t +save_registers", gdb("next"), re.MULTILINE)
    assert re.search(rf"save_registers \(\) at .*:{body}\n{body}\t +push rdi", gdb("step"))
    assert re.match(
        rf"#0 +save_registers \(\) at .*{EXCEPTIONS}:{body}\n"
        rf"#1 .*exception_save \(\) at .*{EXCEPTIONS}:{call}\n",
        gdb("backtrace") + "\n",
    )


def test_gdb_walks_back_from_the_vdso_into_the_program(debugged: Debugged) -> None:
    gdb = debugged.gdb
    # QEMU stops before the page is there; the second try, after its fault, would stop again.
    gdb("thbreak _start")
    assert "user_src/doors.s" in gdb("continue")
    debugged.session.expect_voice(rb"vdso text=0x([0-9a-f]+)")
    found = re.search(rb"vdso text=(0x[0-9a-f]+)", debugged.session.voice)
    assert found
    # From the guest's memory, as a debugger on Linux does; its lines come by the build-id.
    assert "Reading symbols from" in gdb(f"add-symbol-file-from-memory {found[1].decode()}")
    gdb("hbreak __vdso_time")
    stopped = gdb("continue")
    assert re.search(r"__vdso_time \(\) at .*vdso/vdso64\.s:\d+", stopped)
    gdb("step")
    assert re.match(
        r"#0 +__vdso_time \(\) at .*vdso/vdso64\.s:\d+\n"
        r"#1 +0x0*4[0-9a-f]+ in \w+ \(\) at .*user_src/",
        gdb("backtrace"),
    )
    assert re.search(r"\w+ \(\) at .*user_src/", gdb("finish"))
