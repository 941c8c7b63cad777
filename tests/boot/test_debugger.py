"""gdb on a running guest: it stops at lines of the sources, steps by line, and walks back."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from boot.gdb import Gdb
from boot.stock_system import PATIENCE, StockSystem, init_of
from commands import PATIENCE as COMMAND_PATIENCE
from ring3.debugger import DEBUG_FOLDER, KERNEL, write_lines
from ring3.machine import Options, Session, load_machine

SYSCALL = "entry/syscall.s"
EXCEPTIONS = "entry/exceptions.s"


@dataclass(frozen=True)
class Debugged:
    """A guest that stands still, and a debugger that knows the kernel and its program."""

    gdb: Gdb
    session: Session


@pytest.fixture
def debugged(boot: StockSystem) -> Iterator[Debugged]:
    """`doors` on microvm, before the first instruction."""
    lines = boot.folder / "lines"
    write_lines(boot.system, lines)
    socket = boot.folder / "gdb"
    options = Options(timeout=PATIENCE, gdb=socket)
    machine = load_machine("microvm", boot.workspace.machine_roots)
    with (
        Session(machine, boot.kernel(init_of("doors")), options) as session,
        Gdb(lines / KERNEL, debug_folder=lines / DEBUG_FOLDER) as gdb,
    ):
        gdb.attach(socket)
        gdb(f"add-symbol-file {lines / 'bin' / 'doors'}")
        yield Debugged(gdb, session)


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
    assert re.search(rf"^{line + 1}\t +push rdi", gdb("next"), re.MULTILINE)
    assert re.search(rf"^{line + 2}\t +push rsi", gdb("step"), re.MULTILINE)
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


def test_nothing_that_goes_into_an_image_carries_debugging_information(boot: StockSystem) -> None:
    assert b".debug_info\0" not in boot.system.kernel.data
    assert b".debug_info\0" not in boot.system.initrd
    for program in boot.system.programs:
        assert b".debug_info\0" in program.debuggable(), program.name


def test_run_waits_for_gdb_and_says_how_to_start_it(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "ring3", "run", "--gdb", "--timeout", "120", "hello"]
    with subprocess.Popen(
        command, cwd=tmp_path, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True,
    ) as run:  # fmt: skip
        assert run.stderr is not None
        assert run.stderr.readline() == "ring3 run: waits for a debugger:\n"
        words = shlex.split(run.stderr.readline())
        attach, add = (word for word in words if word.startswith(("target", "add-symbol")))
        with Gdb(Path(words[-1])) as gdb:
            gdb.attach(Path(attach.removeprefix("target remote ")))
            gdb(add)
            gdb("thbreak _start")
            assert re.search(r"_start \(\) at .*user_src/hello\.s:\d+", gdb("continue"))
            gdb("detach")
        output, _ = run.communicate(timeout=COMMAND_PATIENCE)
    assert "Hello from ring 3!" in output
    assert run.returncode == 0
