"""``ring3 new``: a workspace to begin with."""

from __future__ import annotations

from pathlib import Path

import click

from ring3.cli.options import HELP
from ring3.new import new_workspace


@click.command(context_settings=HELP)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--vscode", is_flag=True, help="Let VS Code start the machine and debug it.")
def new(folder: Path, vscode: bool) -> None:
    """Make a workspace: a ring3.toml with comments, a program, a test of it.

    With --vscode, `.vscode` gets what the C/C++ extension needs to debug the
    kernel and the program: F5 builds, boots and stops.
    """
    for path in new_workspace(folder, vscode=vscode):
        click.echo(path)
    click.echo(f"cd {folder} && ring3 run      # then: pytest", err=True)
