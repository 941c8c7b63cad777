"""``ring3 new``: a workspace to begin with."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from ring3.cli.options import HELP
from ring3.course.layout import HAND_OUT, find_assignment
from ring3.new import new_workspace
from ring3.workspace import stock


@click.command(context_settings=HELP)
@click.argument("words", nargs=-1, required=True, metavar="[ASSIGNMENT] DIR")
@click.option("--vscode", is_flag=True, help="Let VS Code start the machine and debug it.")
def new(words: Sequence[str], vscode: bool) -> None:
    """Make a workspace: a ring3.toml with comments, a program, a test of it.

    With ASSIGNMENT it is that assignment's: the hand-out, what is there to
    begin with, the checks that a student sees.  With --vscode, `.vscode` gets
    what the C/C++ extension needs to debug the kernel and the program: F5
    builds, boots and stops.
    """
    if len(words) > 2:
        raise click.UsageError("at most two words: ASSIGNMENT and DIR")
    folder = Path(words[-1])
    assignment = find_assignment(words[0]) if len(words) == 2 else None
    for path in new_workspace(folder, assignment, vscode=vscode):
        click.echo(path)
    if assignment is None:
        click.echo(f"cd {folder} && ring3 run      # then: pytest", err=True)
    else:
        click.echo(f"read {folder / HAND_OUT}; then: ring3 grade {words[0]} {folder}", err=True)
        click.echo(f"all else that the kernel is made of lies in {stock().kernel}", err=True)
