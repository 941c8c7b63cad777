"""``build-image`` and ``ring3 image``: sources ──> bootable image."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import click

from ring3 import pipeline, summary
from ring3.cli.options import HELP, json_option, workspace_option
from ring3.image import ImageFormat
from ring3.output import write_folder, write_whole
from ring3.workspace import open_workspace

OUTPUTS = {
    ImageFormat.DISK: "ring3.img",
    ImageFormat.ISO: "ring3.iso",
    ImageFormat.EFI: "ring3-efi.img",
    ImageFormat.KERNEL: "ring3-kernel",  # a folder
}


@click.command(context_settings=HELP)
@click.argument("programs", nargs=-1, metavar="[PROGRAM]...")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File or folder to write.")
@click.option("--format", "format_name", type=click.Choice([one.value for one in ImageFormat]))
@click.option("--efi", is_flag=True, help="A disk for UEFI as well as for a BIOS.")
@click.option(
    "--describe",
    "described_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Build nothing: show what an image, or a part of one, contains.",
)
@click.option("--init", metavar="PROGRAM", help="Process 1, instead of the first PROGRAM.")
@click.option("--append", default="", metavar="TEXT", help="More kernel command line.")
@workspace_option
@json_option
def image(
    programs: Sequence[str],
    output: Path | None,
    format_name: str | None,
    efi: bool,
    described_file: Path | None,
    init: str | None,
    append: str,
    folder: Path | None,
    as_json: bool,
) -> None:
    """Build a bootable image from the stock sources, overlaid by the workspace's.

    PROGRAM is a .s or .c file, a static ELF, or the name of a stock program; the
    first one is process 1.  Without one it is `doors`.  The stock programs are
    always in the image.

    The format `disk` starts by a BIOS, with --efi by UEFI too; `iso` by both, as a
    CD and as a disk; `efi` is a FAT volume for UEFI alone; `kernel` is a folder
    with kernel.elf and initrd.tar, for `qemu -kernel`.
    """
    if described_file is not None:
        if programs or output or format_name or efi or init or append:
            raise click.UsageError("--describe builds nothing: only --json goes with it")
        _describe(described_file, as_json)
        return
    workspace = open_workspace(folder)
    image_format = ImageFormat.DISK if efi else workspace.image_format or ImageFormat.DISK
    if format_name is not None:
        image_format = ImageFormat(format_name)
    if efi and image_format is not ImageFormat.DISK:
        raise click.UsageError("--efi is for --format disk; iso and efi start by UEFI anyway")
    system = pipeline.build(programs, init=init, append=append, workspace=workspace)
    output = output or Path(OUTPUTS[image_format])
    if image_format is ImageFormat.KERNEL:
        from ring3.elf.debuggable import debuggable  # noqa: PLC0415  # only here

        kernel = debuggable(system.kernel, ".")  # not this folder's name: it varies
        files = {"kernel.elf": kernel, "initrd.tar": system.initrd}
        size = sum(len(data) for data in files.values())
        write_folder(output, files)
    else:
        packed = pipeline.pack(system, workspace, image_format, efi=efi or workspace.efi)
        size = len(packed)
        write_whole(output, packed)
    described = summary.describe(system, output, image_format.value, size)
    click.echo(json.dumps(described, indent=2) if as_json else summary.render(described))


def _describe(path: Path, as_json: bool) -> None:
    from ring3.image import describe, describe_text  # noqa: PLC0415  # no build needs them

    described = describe.describe(path)
    click.echo(json.dumps(described, indent=2) if as_json else describe_text.render(described))
