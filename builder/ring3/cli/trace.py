"""``ring3 trace``: program ──> QEMU, stopped at every door ──> a timeline."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import click

from ring3.cli.options import HELP, json_option, workspace_option
from ring3.diagnostic import Ring3Error
from ring3.output import write_whole
from ring3.prepare import Request
from ring3.trace import Trace, page, record
from ring3.trace.record import ENTRIES, SECONDS
from ring3.workspace import open_workspace


@click.command(context_settings={**HELP, "allow_interspersed_args": False})
@click.argument("program", required=False)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), default=Path("trace.html"),
    show_default=True, help="The picture; the same as data beside it, NAME.json.",
)  # fmt: skip
@click.option("--machine", "machine_name", metavar="NAME", help="A machine of qemu/, or a .toml.")
@click.option(
    "--entries", type=click.IntRange(1), default=ENTRIES, show_default=True,
    help="Stop after so many.",
)  # fmt: skip
@click.option(
    "--timeout", type=click.FloatRange(0, min_open=True), default=SECONDS, show_default=True,
    metavar="SECONDS",
)  # fmt: skip
@click.option("--seed", type=click.IntRange(0, 2**64 - 1), help="Of all random numbers.")
@workspace_option
@json_option
def trace(
    program: str | None,
    arguments: Sequence[str],
    output: Path,
    machine_name: str | None,
    entries: int,
    timeout: float,
    seed: int | None,
    folder: Path | None,
    as_json: bool,
) -> None:
    """Run PROGRAM and write down every way into the kernel and back, in instructions.

    System calls with arguments and results, exceptions, interrupts, and calls of
    the vDSO: what each took in ring 0, and the program between them in ring 3.
    The picture is one HTML file that needs no network.  Nothing is typed to the
    program.
    """
    if not output.parent.is_dir():
        raise Ring3Error(f"there is no folder {output.parent} to write {output.name} to")
    request = Request(program=program, arguments=tuple(arguments), machine=machine_name, seed=seed)
    found = record(request, open_workspace(folder), entries=entries, seconds=timeout)
    data = found.as_data()
    beside = output.with_suffix(".json")
    write_whole(output, page(found).encode())
    write_whole(beside, (json.dumps(data, indent=1) + "\n").encode())
    click.echo(json.dumps(data, indent=2) if as_json else _summary(found, output, beside))


def _summary(found: Trace, output: Path, beside: Path) -> str:
    return (
        f"{found.program}: {len(found.entries):,} entries, {found.ring3:,} instructions in ring 3,"
        f" {found.ring0:,} in ring 0; {found.outcome}\n{output}: the picture\n{beside}: the data"
    )
