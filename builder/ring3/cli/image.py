"""``build-image`` and ``ring3 image``: sources ──> bootable image."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import click

from ring3 import pipeline, summary
from ring3.cli.options import HELP, json_option, workspace_option
from ring3.elf.debuggable import debuggable
from ring3.output import explained, write_whole
from ring3.workspace import open_workspace

DISK_NAME = "ring3.img"
KERNEL_FOLDER = "ring3-kernel"


@click.command(context_settings=HELP)
@click.argument("programs", nargs=-1, metavar="[PROGRAM]...")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File or folder to write.")
@click.option("--format", "image_format", type=click.Choice(["disk", "kernel"]))
@click.option("--init", metavar="PROGRAM", help="Process 1, instead of the first PROGRAM.")
@click.option("--append", default="", metavar="TEXT", help="More kernel command line.")
@workspace_option
@json_option
def image(
    programs: Sequence[str],
    output: Path | None,
    image_format: str | None,
    init: str | None,
    append: str,
    folder: Path | None,
    as_json: bool,
) -> None:
    """Build a bootable image from the stock sources, overlaid by the workspace's.

    PROGRAM is a .s or .c file, a static ELF, or the name of a stock program; the
    first one is process 1.  Without one it is `doors`.  The stock programs are
    always in the image.  The format `kernel` writes a folder with kernel.elf
    and initrd.tar.
    """
    workspace = open_workspace(folder)
    image_format = image_format or workspace.image_format or "disk"
    system = pipeline.build(programs, init=init, append=append, workspace=workspace)
    if image_format == "kernel":
        output = output or Path(KERNEL_FOLDER)
        kernel = debuggable(system.kernel)
        files = {output / "kernel.elf": kernel, output / "initrd.tar": system.initrd}
        with explained(f"cannot make the folder {output}"):
            output.mkdir(parents=True, exist_ok=True)
    else:
        output = output or Path(DISK_NAME)
        files = {output: pipeline.disk_image(system, workspace)}
    for path, data in files.items():
        write_whole(path, data)
    size = sum(len(data) for data in files.values())
    described = summary.describe(system, output, image_format, size)
    click.echo(json.dumps(described, indent=2) if as_json else summary.render(described))
