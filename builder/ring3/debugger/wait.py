"""``ring3 debug --wait FOLDER``: everything that another debugger needs, at places that stay.

FOLDER/kernel.elf, bin/NAME, debug/    the files with their lines
FOLDER/gdb                             QEMU's gdb stub, a Unix socket
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from ring3.debugger.lines import SOCKET, write_lines
from ring3.machine import Options, run
from ring3.output import explained
from ring3.prepare import Request, choose_machine, prepare
from ring3.workspace import Workspace


def wait_for_debugger(
    request: Request, workspace: Workspace, folder: Path, *, seconds: float | None
) -> int:
    """Build and boot, stop before the first instruction, and connect the terminal to COM1.

    Returns the program's exit status, as ``ring3 run`` does.  Raises Ring3Error.
    """
    machine = choose_machine(request, workspace)
    socket = folder / SOCKET
    print("ring3 debug: building", file=sys.stderr, flush=True)
    with explained(f"cannot prepare the folder {folder}"):
        folder.mkdir(parents=True, exist_ok=True)
        socket.unlink(missing_ok=True)  # a machine that was killed leaves it
    prepared = prepare(replace(request, image=None), workspace, machine, folder)
    if prepared.system is not None:
        write_lines(prepared.system, folder)
    print(f"ring3 debug: waits for gdb at {socket}", file=sys.stderr, flush=True)
    outcome = run(
        machine,
        prepared.boot,
        Options(
            timeout=seconds, deterministic=request.deterministic, seed=request.seed, gdb=socket
        ),
        stdin=None if sys.stdin is None else sys.stdin.fileno(),
        stdout=sys.stdout.fileno(),
        stderr=sys.stderr.fileno(),
    )
    return outcome.exit_code
