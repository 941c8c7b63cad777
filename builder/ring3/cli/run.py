"""``ring3 run``: program or image ──> a machine ──> its output and exit status."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from ring3.cli.ending import Settings, fail
from ring3.cli.options import HELP, json_option, workspace_option
from ring3.diagnostic import Ring3Error
from ring3.machine.profile import CPUS_MAX
from ring3.prepare import Request
from ring3.run import run_request
from ring3.workspace import open_workspace

BEFORE_THE_GUEST = 125  # something failed before the guest started


@click.command(
    context_settings={**HELP, "allow_interspersed_args": False, "ignore_unknown_options": False}
)
@click.argument("program", required=False)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.option(
    "--image", "image_file", type=click.Path(path_type=Path), help="Boot this disk or CD."
)
@click.option("--machine", "machine_name", metavar="NAME", help="A machine of qemu/, or a .toml.")
@click.option("--memory", metavar="SIZE", help="Instead of the machine's: 16M, 64G.")
@click.option("--cpus", type=click.IntRange(1, CPUS_MAX), help="Instead of the machine's.")
@click.option("--cpu", metavar="MODEL", help="Instead of the machine's: EPYC, Nehalem.")
@click.option(
    "--accel", type=click.Choice(["tcg", "kvm", "auto"]), default="tcg", show_default=True
)
@click.option("--deterministic", is_flag=True, help="Count instructions; every run is the same.")
@click.option("--seed", type=click.IntRange(0, 2**64 - 1), help="Of all random numbers.")
@click.option("--timeout", type=click.FloatRange(0, min_open=True), metavar="SECONDS")
@click.option("--env", "environment", multiple=True, metavar="NAME=VALUE")
@click.option("--strace", is_flag=True, help="Show every call of the program, on stderr.")
@click.option("--gdb", is_flag=True, help="Wait for gdb, and say how to start it.")
@click.option("--interactive", is_flag=True, help="Pass every key to the guest; Ctrl-] ends it.")
@workspace_option
@json_option
def run(
    program: str | None,
    arguments: Sequence[str],
    image_file: Path | None,
    machine_name: str | None,
    memory: str | None,
    cpus: int | None,
    cpu: str | None,
    accel: str,
    deterministic: bool,
    seed: int | None,
    timeout: float | None,
    environment: Sequence[str],
    strace: bool,
    gdb: bool,
    interactive: bool,
    folder: Path | None,
    as_json: bool,
) -> int:
    """Boot PROGRAM as process 1, with the terminal connected to the serial line.

    PROGRAM is a .s or .c file, a static ELF, or the name of a stock program (default:
    doors); what follows it is its own.  Its output goes to stdout, the kernel's
    voice to stderr.  The exit status is the program's own, 128+N when signal N
    killed it, 124 after the time or output limit, 125 when the machine did not
    get so far, 126 for a kernel panic, 127 for a reset, 130 for Ctrl-C.
    """
    if image_file is not None and (program is not None or environment):
        raise click.UsageError("--image has its own process 1: name a program or an image")
    if image_file is not None and gdb:
        raise click.UsageError("--image has no sources to show: name the program to debug")
    if image_file is not None and strace:
        raise click.UsageError(
            "--image has its own kernel command line: build it with --append ring3.strace"
        )
    try:
        return run_request(
            Request(
                program=program,
                arguments=tuple(arguments),
                image=image_file,
                machine=machine_name,
                memory=memory,
                cpus=cpus,
                cpu=cpu,
                accelerator=accel,
                deterministic=deterministic,
                seed=seed,
                timeout=timeout,
                environment=_pairs(environment),
                strace=strace,
                gdb=gdb,
                interactive=interactive,
                as_json=as_json,
            ),
            open_workspace(folder),
        )
    except Ring3Error as error:
        return fail(error, Settings(as_json), BEFORE_THE_GUEST)


def _pairs(texts: Sequence[str]) -> dict[str, str]:
    """``NAME=VALUE`` options as a mapping."""
    pairs = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not name or not equals:
            raise click.BadParameter(f"{text!r} is not NAME=VALUE", param_hint="--env")
        pairs[name] = value
    return pairs
