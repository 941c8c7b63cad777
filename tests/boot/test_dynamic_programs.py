"""A dynamically linked program: the kernel maps its interpreter, which does the rest."""

from __future__ import annotations

import ctypes.util
import subprocess
from pathlib import Path

import pytest

from boot.stock_system import PATIENCE, StockSystem
from ring3.image.initrd import Init, build_initrd
from ring3.machine import Boot, Options, Session, load_machine

SOURCE = """
#include <stdio.h>
#include <sys/auxv.h>
#include <time.h>
int main(int argc, char **argv) {
    printf("%d %s: %d %d\\n", argc, argv[1], getauxval(AT_BASE) != 0, time(0) > 0);
    return 5;
}
"""
LIBRARY = Path("/lib/x86_64-linux-gnu/libc.so.6")
INTERPRETER = Path("/lib64/ld-linux-x86-64.so.2")


@pytest.mark.skipif(ctypes.util.find_library("c") != "libc.so.6", reason="needs glibc")
@pytest.mark.parametrize("way", ["-pie", "-no-pie"])
def test_a_program_of_the_host_runs_with_its_interpreter_and_c_library(
    boot: StockSystem, way: str
) -> None:
    program = boot.folder / "program"
    subprocess.run(
        ["gcc", "-x", "c", "-", "-o", program, way],
        input=SOURCE.encode(),
        capture_output=True,
        check=True,
    )
    expected = subprocess.run([program, "argument"], capture_output=True, check=False)
    files = {"bin/program": program.read_bytes()}
    files |= {str(path)[1:]: path.read_bytes() for path in (INTERPRETER, LIBRARY)}
    kernel, initrd = boot.folder / "kernel.elf", boot.folder / "initrd.tar"
    kernel.write_bytes(boot.system.kernel.data)
    initrd.write_bytes(build_initrd(files, Init("bin/program", ("program", "argument"))))
    machine = load_machine("microvm", boot.workspace.machine_roots)
    with Session(machine, Boot(kernel, initrd), Options(timeout=PATIENCE)) as session:
        outcome = session.wait()
    assert outcome.status == expected.returncode == 5, outcome.report()
    assert outcome.console == expected.stdout == b"2 argument: 1 1\n"
