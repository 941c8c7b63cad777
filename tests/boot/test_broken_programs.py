"""What execve makes of a broken program: Linux's errno, Linux's signal, or Linux's output.

`try_exec` executes a file and prints the errno when that fails.  On the host each file
gets a process of its own; in ring3 all that fail share a boot, each other one has its own.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from boot.broken_programs import elf_rows, needed_rows, other_rows
from boot.stock_system import PATIENCE, StockSystem
from ring3 import pipeline
from ring3.image.initrd import Init, build_initrd
from ring3.machine import Boot, Options, Outcome, Session, load_machine

ENVIRONMENT = {"HOME": "/", "TERM": "linux"}
SOURCES = Path(__file__).parent / "programs"
NOT_EXECUTABLE = {"etc/text": b"no program\n"}
I386 = "i386_"
FOLDERS = ("etc", "bin/good/x", "nothing", "bin/")
REFUSED_AT_ALL_STAGES = ("empty", "text", "no_headers", "interpreter_short", "script_of_itself")


@pytest.fixture(scope="module")
def files(stock_system: StockSystem) -> Mapping[str, bytes]:
    """Every file, by its path."""
    good, good32, try_exec = (
        pipeline.link_program([SOURCES / f"{name}.s"], stock_system.workspace).data
        for name in ("alive", "alive32", "try_exec")
    )
    rows = {**elf_rows(good), **needed_rows(good), **other_rows(good)}
    rows32 = {**elf_rows(good32, I386), **needed_rows(good32, I386)}
    assert min(len(rows), len(rows32)) >= 40
    return {
        "bin/try_exec": try_exec,
        **{f"bin/{name}": data for name, data in {**rows, **rows32}.items()},
        **NOT_EXECUTABLE,
    }


@pytest.fixture(scope="module")
def linux(files: Mapping[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of the host with all of them."""
    folder = tmp_path_factory.mktemp("linux")
    for name, data in files.items():
        file = folder / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(data)
        file.chmod(0o755 if name.startswith("bin/") else 0o644)
    return folder


def paths(files: Mapping[str, bytes]) -> list[str]:
    return [*(name for name in files if name != "bin/try_exec"), *FOLDERS]


def test_every_broken_program_is_refused_or_killed_or_run_as_linux_does(
    files: Mapping[str, bytes], linux: Path, stock_system: StockSystem
) -> None:
    expected = {path: on_linux(linux, path) for path in paths(files)}
    refused = [path for path, (status, _) in expected.items() if status == 0]
    others = [path for path in expected if path not in refused]
    # The table is worth something only if all three ends are in it, often.
    for width in (False, True):
        assert sum(path.startswith(f"bin/{I386}") is width for path in refused) >= 25
        assert sum(path.startswith(f"bin/{I386}") is width for path in others) >= 20

    outcome = in_ring3(stock_system, files, *refused)
    assert outcome.exit_code == 0, outcome.report()
    found = dict(line.rsplit(" ", 1) for line in outcome.console.decode().splitlines())
    assert found == {path: expected[path][1].split()[-1] for path in refused}

    differing = {}
    for path in others:
        outcome = in_ring3(stock_system, files, path)
        end = outcome.status if outcome.signal is None else -outcome.signal
        if (end, outcome.console.decode()) != expected[path]:
            differing[path] = (expected[path], (end, outcome.console.decode()), outcome.voice)
    assert differing == {}


def test_an_execve_that_fails_gives_all_its_memory_back(
    files: Mapping[str, bytes], stock_system: StockSystem
) -> None:
    places = next(item for item in stock_system.system.programs if item.name == "places")
    refused = [f"bin/{name}" for name in REFUSED_AT_ALL_STAGES for _ in range(50)]
    # Names as long, so that the initrd is as large; they are refused at once.
    missing = [f"bin/{path[:3:-1]}" for path in refused]
    assert not files.keys() & set(missing)
    free = []
    for before in (missing, refused):
        more = {**files, places.path: places.data}
        outcome = in_ring3(stock_system, more, *before, places.path, append="norandmaps")
        assert outcome.exit_code == 0, outcome.report()
        (places_line,) = outcome.console.decode().splitlines()
        free.append(places_line.split()[-1])
    assert free[0] == free[1]


def on_linux(folder: Path, path: str) -> tuple[int, str]:
    """How the host ends (as subprocess has it), and what it printed."""
    # Root may map the page at 0; nobody else may.
    plain = ["setpriv", "--bounding-set", "-sys_rawio"] if os.geteuid() == 0 else []
    ended = subprocess.run(
        [*plain, "bin/try_exec", path],
        cwd=folder,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    return ended.returncode, ended.stdout


def in_ring3(
    stock: StockSystem, files: Mapping[str, bytes], *arguments: str, append: str = ""
) -> Outcome:
    kernel, initrd = stock.folder / "kernel.elf", stock.folder / "broken.tar"
    kernel.write_bytes(stock.system.kernel.data)
    environment = tuple(f"{name}={value}" for name, value in ENVIRONMENT.items())
    init = Init("bin/try_exec", ("bin/try_exec", *arguments), environment)
    initrd.write_bytes(build_initrd(files, init))
    machine = load_machine("microvm", stock.workspace.machine_roots)
    machine = replace(machine, memory="64M")
    with Session(machine, Boot(kernel, initrd, append), Options(timeout=PATIENCE)) as session:
        return session.wait()
