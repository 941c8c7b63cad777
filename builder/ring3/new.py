"""``ring3 new``: a workspace to begin with, complete enough to run and to test.

DIR/ring3.toml              what is built; every key that there is, with what it means
    hello.s                 a program, for Linux as well
    or, of an assignment, its hand-out (README.md) and its starter
    .vscode/tasks.json      with --vscode: starts the machine and waits for gdb
           launch.json      attaches gdb to it, by a Unix socket
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ring3.course.layout import HAND_OUT, STARTER
from ring3.diagnostic import Ring3Error
from ring3.output import explained, write_whole
from ring3.workspace import CONFIGURATION

PROGRAM = "hello"
DEBUG_FOLDER = ".ring3/debug"
TASK = "ring3: wait for the debugger"

_CONFIGURATION = """\
# A ring3 workspace: what is not said here is the stock system's.

[kernel]
# sources = "kernel"            # a folder laid over ring3's kernel_src, file by file
# append = "ring3.seed=7"       # more kernel command line

[programs]
hello = "hello.s"               # a name for a .s or .c source, or for a static ELF

[image]
init = "hello"                  # what runs first
# files = { "etc/motd" = "motd" } # more files of the initrd: its path = one here

[machine]
# name = "pc"                   # microvm, pc, q35 or a .toml of your own
# memory = "64M"

[[check]]                       # a test: `pytest` runs it, and says why it fails
name = "hello"
program = "hello"
expected = ["Hello from my own program!"]
"""

_SOURCE = """\
# hello.s: say something by the fast door, and end.
#
#   ring3 run hello             on ring3's kernel
#   ring3 asm hello.s           an executable for Linux, too
    .intel_syntax noprefix
    .include "generated/syscalls.inc"   # SYS_write and all the others

    .set    STDOUT, 1

    .section .rodata
text:
    .ascii  "Hello from my own program!\\n"
    .set    TEXT_SIZE, . - text

    .text
    .global _start
_start:
    mov     edi, STDOUT
    lea     rsi, [rip + text]
    mov     edx, TEXT_SIZE
    mov     eax, SYS_write
    syscall
    xor     edi, edi                    # status 0
    mov     eax, SYS_exit_group
    syscall
"""


def new_workspace(
    folder: Path, assignment: Path | None = None, *, vscode: bool = False
) -> list[Path]:
    """Fill ``folder``, made if it is not there; returns the files.

    ``assignment`` is the folder of one (ring3.course.assignment).  Raises
    Ring3Error when something is in ``folder`` already, or it cannot be written to.
    """
    with explained(f"cannot make the folder {folder}"):
        folder.mkdir(parents=True, exist_ok=True)
        first = next(iter(sorted(folder.iterdir())), None)
    if first is not None:
        raise Ring3Error(
            f"{folder} is not empty: it has {first.name}",
            help="name a folder that is not there yet; nothing was written",
        )
    files = _plain() if assignment is None else _of_assignment(assignment)
    if vscode:
        files |= {
            ".vscode/tasks.json": _json(_tasks()).encode(),
            ".vscode/launch.json": _json(_launch()).encode(),
        }
    for name, data in files.items():
        path = folder / name
        with explained(f"cannot make the folder {path.parent}"):
            path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, data)
    return [folder / name for name in files]


def _plain() -> dict[str, bytes]:
    return {CONFIGURATION: _CONFIGURATION.encode(), f"{PROGRAM}.s": _SOURCE.encode()}


def _of_assignment(assignment: Path) -> dict[str, bytes]:
    """The hand-out, and what a student begins with."""
    starter = assignment / STARTER
    with explained(f"cannot read the assignment {assignment}"):
        files = {HAND_OUT: (assignment / HAND_OUT).read_bytes()}
        for path in sorted(starter.rglob("*")):
            if path.is_file():
                files[path.relative_to(starter).as_posix()] = path.read_bytes()
    return files


def _tasks() -> dict[str, Any]:
    """A task that is ready when the machine waits; VS Code reads the line that says so."""
    return {
        "version": "2.0.0",
        "tasks": [
            {
                "label": TASK,
                "type": "process",
                "command": "ring3",
                "args": ["debug", "--wait", DEBUG_FOLDER, PROGRAM],
                "options": {"cwd": "${workspaceFolder}"},
                "isBackground": True,
                "problemMatcher": {
                    "pattern": {"regexp": "^never$"},
                    "background": {
                        "activeOnStart": True,
                        "beginsPattern": "^ring3 debug: building",
                        "endsPattern": "^ring3 debug: waits for gdb",
                    },
                },
            }
        ],
    }


def _launch() -> dict[str, Any]:
    """What the C/C++ extension (cppdbg) gives to gdb."""
    folder = f"${{workspaceFolder}}/{DEBUG_FOLDER}"
    return {
        "version": "0.2.0",
        "configurations": [
            {
                "name": "ring3: kernel and program",
                "type": "cppdbg",
                "request": "launch",
                "MIMode": "gdb",
                "preLaunchTask": TASK,
                "cwd": "${workspaceFolder}",
                "program": f"{folder}/kernel.elf",
                "miDebuggerServerAddress": f"{folder}/gdb",
                "stopAtConnect": True,
                "setupCommands": [
                    {"text": f"set debug-file-directory {folder}/debug"},
                    {"text": f"add-symbol-file {folder}/bin/{PROGRAM}"},
                    {"text": "set breakpoint pending on"},
                ],
            }
        ],
    }


def _json(data: dict[str, Any]) -> str:
    return json.dumps(data, indent=4) + "\n"
