"""``ring3 vdso``: ──> the generated shared object."""

from __future__ import annotations

from pathlib import Path

import click

from ring3.cli.options import HELP, workspace_option
from ring3.elf.separate_debug import build_id_path, separate_debug
from ring3.output import explained, write_whole
from ring3.pipeline import link_vdso
from ring3.workspace import open_workspace

VDSO_NAMES = {"64": "vdso64.so", "32": "vdso32.so"}


@click.command(context_settings=HELP)
@click.option("--bits", type=click.Choice(["64", "32"]), default="64", show_default=True)
@click.option("--door", type=click.Choice(["int80", "sysenter", "syscall"]), default="int80")
@click.option("-o", "--output", type=click.Path(path_type=Path))
@click.option(
    "--debug",
    "debug_folder",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Also write FOLDER/.build-id/xx/yyyy.debug, for gdb's debug-file-directory.",
)
@workspace_option
def vdso(
    bits: str, door: str, output: Path | None, debug_folder: Path | None, folder: Path | None
) -> None:
    """Write a generated vDSO, the shared object that the kernel maps into every program.

    The kernel has three of 32 bits, which differ in how __kernel_vsyscall enters it; the
    CPU decides which one programs see.  --door names the one to write.  The object
    itself carries no debugging information, since all of it is mapped; a debugger
    finds the file that --debug writes by the object's build-id.
    """
    shared = link_vdso(open_workspace(folder), int(bits), door)
    write_whole(output or Path(VDSO_NAMES[bits]), shared.data)
    if debug_folder is not None:
        path = debug_folder / build_id_path(shared)
        with explained(f"cannot make the folder {path.parent}"):
            path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, separate_debug(shared))
        click.echo(path, err=True)
