"""What a debugger needs of a run: the files that are booted, with their lines, and how to begin.

System ──> FOLDER/kernel.elf                    the booted one, but for what is not loaded
           FOLDER/bin/NAME                      each program that was made of sources
           FOLDER/debug/.build-id/xx/yyyy.debug what gdb looks for when it finds a vDSO
"""

from __future__ import annotations

import shlex
from collections.abc import Callable
from functools import partial
from pathlib import Path

from ring3.elf.debuggable import debuggable
from ring3.elf.separate_debug import build_id_path, separate_debug
from ring3.output import explained
from ring3.pipeline import System

KERNEL = "kernel.elf"
SOCKET = "gdb"
DEBUG_FOLDER = "debug"


def write_lines(system: System, folder: Path) -> None:
    """Write all of the above; raises Ring3Error when the folder cannot be written to."""
    files: dict[Path, Callable[[], bytes]] = {Path(KERNEL): partial(debuggable, system.kernel)}
    files |= {Path(program.path): program.debuggable for program in system.programs}
    for shared in system.vdsos.values():
        files[Path(DEBUG_FOLDER) / build_id_path(shared)] = partial(separate_debug, shared)
    with explained(f"cannot write to {folder}"):
        for name, data in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data())


def gdb_command(system: System, folder: Path) -> str:
    """What to type in another terminal; process 1 is the program that gdb is told of."""
    commands = [f"target remote {folder / SOCKET}", f"add-symbol-file {folder / system.init.path}"]
    words = ["gdb", "-iex", f"set debug-file-directory {folder / DEBUG_FOLDER}"]
    words += [word for command in commands for word in ("-ex", command)]
    return shlex.join([*words, str(folder / KERNEL)])
