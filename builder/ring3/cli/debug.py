"""``ring3 debug``: gdb on a machine that stands before its first instruction."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from ring3.cli.options import HELP, workspace_option
from ring3.debugger.debug import BATCH_SECONDS
from ring3.debugger.debug import debug as run_gdb
from ring3.debugger.wait import wait_for_debugger
from ring3.prepare import Request
from ring3.workspace import open_workspace


@click.command(context_settings={**HELP, "allow_interspersed_args": False})
@click.argument("program", required=False)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.option("--machine", "machine_name", metavar="NAME", help="A machine of qemu/, or a .toml.")
@click.option(
    "--image", "image_file", type=click.Path(path_type=Path), help="Boot this disk, built of them."
)
@click.option(
    "--batch", "script", type=click.Path(path_type=Path), metavar="FILE",
    help="Run this gdb script without a terminal.",
)  # fmt: skip
@click.option(
    "--wait", "waiting", type=click.Path(path_type=Path), metavar="FOLDER",
    help="Start no gdb: wait for one at the Unix socket FOLDER/gdb.",
)  # fmt: skip
@click.option(
    "--timeout", type=click.FloatRange(0, min_open=True), metavar="SECONDS",
    help=f"Of all of it; a script has {BATCH_SECONDS:g} s unless it is told otherwise.",
)  # fmt: skip
@click.option("--deterministic", is_flag=True, help="Count instructions; every run is the same.")
@click.option("--seed", type=click.IntRange(0, 2**64 - 1), help="Of all random numbers.")
@workspace_option
def debug(
    program: str | None,
    arguments: Sequence[str],
    machine_name: str | None,
    image_file: Path | None,
    script: Path | None,
    waiting: Path | None,
    timeout: float | None,
    deterministic: bool,
    seed: int | None,
    folder: Path | None,
) -> int:
    """Start gdb on the kernel and PROGRAM, before the machine's first instruction.

    gdb knows the kernel, the program and the vDSO by line, wherever they come to
    lie, and has commands of its own: `ring3 help` lists them.  Ctrl-C is gdb's;
    when gdb ends, the machine ends.  What the program and the kernel say is
    shown when gdb stops.

    With --batch, gdb runs FILE and ends: with 0, or with 1 when a command of it
    failed.  A script may end with the guest (`continue` as its last command).

    With --wait the machine waits for a debugger of your own, such as an editor's,
    with the files that it needs in FOLDER; COM1 is this terminal.
    """
    if waiting is not None and (script is not None or image_file is not None):
        raise click.UsageError("--wait starts no gdb: leave out --batch and --image")
    request = Request(
        program=program,
        arguments=tuple(arguments),
        image=image_file,
        machine=machine_name,
        deterministic=deterministic,
        seed=seed,
    )
    if waiting is not None:
        return wait_for_debugger(request, open_workspace(folder), waiting, seconds=timeout)
    seconds = timeout if timeout is not None or script is None else BATCH_SECONDS
    return run_gdb(request, open_workspace(folder), script=script, seconds=seconds)
