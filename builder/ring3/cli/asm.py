"""``ring3 asm``: sources ──> an executable, for Linux too, or a relocatable file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import click

from ring3.cli.options import HELP, json_option, workspace_option
from ring3.elf.debuggable import debuggable
from ring3.elf.dwarf import described
from ring3.elf.listing import listing
from ring3.elf.object_file import write_object
from ring3.output import EXECUTABLE, READABLE, write_whole
from ring3.pipeline import assemble_program_part, link_program
from ring3.workspace import Workspace, open_workspace


@click.command(context_settings=HELP)
@click.argument(
    "sources", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE..."
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File to write.")
@click.option("--format", "output_format", type=click.Choice(["elf", "bin"]), default="elf")
@click.option("--listing", "show_listing", is_flag=True, help="Print what each line became.")
@click.option("-c", "compile_only", is_flag=True, help="Write FILE.o for each, and do not link.")
@workspace_option
@json_option
def asm(
    sources: Sequence[Path],
    output: Path | None,
    output_format: str,
    show_listing: bool,
    compile_only: bool,
    folder: Path | None,
    as_json: bool,
) -> None:
    """Assemble and link one program from .s, .c and .o files.

    What they do not define is looked up in user_src/lib, as a linker does in
    an archive.  The format `bin` writes the bytes of the sections alone.  With
    -c each file becomes a relocatable ELF file, which GNU ld links as well.
    """
    workspace = open_workspace(folder)
    if compile_only and output is not None and len(sources) > 1:
        raise click.UsageError("-c with -o takes one FILE; without -o each gets its own FILE.o")
    if compile_only:
        made = _objects(sources, output, workspace)
    else:
        linked = link_program(sources, workspace)
        if show_listing and not as_json:
            click.echo(listing(linked))
        if output_format == "bin":
            made = {output or Path(sources[0].stem + ".bin"): linked.flat()}
        else:
            made = {output or Path(sources[0].stem): debuggable(linked)}
    executable = not compile_only and output_format == "elf"
    for path, data in made.items():
        write_whole(path, data, EXECUTABLE if executable else READABLE)
    if as_json:
        files = [{"file": str(path), "size": len(data)} for path, data in made.items()]
        click.echo(json.dumps({"files": files}, indent=2))


def _objects(
    sources: Sequence[Path], output: Path | None, workspace: Workspace
) -> dict[Path, bytes]:
    here = str(Path.cwd())
    return {
        output or Path(source.stem + ".o"): write_object(
            described(assemble_program_part(source, workspace), here)
        )
        for source in sources
    }
