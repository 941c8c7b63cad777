"""``ring3 bench``: ──> QEMU ──> what a call costs by each door."""

from __future__ import annotations

import json
from pathlib import Path

import click

from ring3 import bench as costs
from ring3.cli.options import HELP, json_option, workspace_option
from ring3.workspace import open_workspace


@click.command(context_settings=HELP)
@click.option(
    "--linux",
    "vmlinuz",
    type=click.Path(path_type=Path),
    metavar="VMLINUZ",
    help="Measure this Linux kernel too.",
)
@workspace_option
@json_option
def bench(vmlinuz: Path | None, folder: Path | None, as_json: bool) -> None:
    """Measure what a call costs by each door, in instructions and in time.

    Instructions are counted by a deterministic machine: they are the same in
    every run.  Time is the host's under TCG, as a multiple of the cheapest call's.
    """
    workspace = open_workspace(folder)
    kernels = [costs.measure(workspace)]
    if vmlinuz is not None:
        kernels.append(costs.measure_linux(vmlinuz, workspace))
    click.echo(json.dumps(costs.as_data(kernels), indent=2) if as_json else costs.render(kernels))
