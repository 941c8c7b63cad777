"""The commands ``ring3`` and ``build-image``: from words to the functions that do the work.

    build-image, ring3 image    sources ──> bootable image
    ring3 run                   program or image ──> QEMU ──> its output and exit status
    ring3 asm                   sources ──> an executable, for Linux too
    ring3 vdso                  ──> the generated shared object
    ring3 bench                 bench ──> QEMU ──> what a call costs by each door

Results go to stdout, everything else to stderr.  Exit status: 0, 1 for a
failure, 2 for a wrong command line; ``ring3 run`` has its own (see there).
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import tempfile
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from ring3.diagnostic import Ring3Error
from ring3.output import EXECUTABLE, READABLE, explained, write_whole
from ring3.workspace import Workspace, open_workspace

if TYPE_CHECKING:
    from ring3.elf import Linked

FAILURE = 1
BEFORE_THE_GUEST = 125  # ring3 run: something failed before the guest started
INTERRUPTED = 130  # 128 + SIGINT, as a shell says it

DISK_NAME = "ring3.img"
KERNEL_FOLDER = "ring3-kernel"
VDSO_NAMES = {"64": "vdso64.so", "32": "vdso32.so"}

HELP = {"help_option_names": ["-h", "--help"]}


def main() -> NoReturn:
    """Entry point of ``ring3``."""
    _run_command(ring3, "ring3")


def build_image() -> NoReturn:
    """Entry point of ``build-image``."""
    _run_command(image, "build-image")


@click.group(context_settings=HELP)
@click.version_option(package_name="ring3")
def ring3() -> None:
    """Assemble, link, pack and boot a small x86-64 kernel with three doors."""


workspace_option = click.option(
    "--workspace",
    "folder",
    type=click.Path(path_type=Path),
    help="Folder with a ring3.toml, laid over the stock system.",
)


@dataclass
class Settings:
    """What a command was told that matters when it fails."""

    as_json: bool = False


def _note_json(context: click.Context, _: click.Parameter, as_json: bool) -> bool:
    context.ensure_object(Settings).as_json = as_json
    return as_json


json_option = click.option(
    "--json",
    "as_json",
    is_flag=True,
    callback=_note_json,
    help="Print one JSON object, also for errors.",
)


@ring3.command(context_settings=HELP)
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
    from ring3 import pipeline, summary
    from ring3.elf.debuggable import debuggable

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


@ring3.command(
    context_settings={**HELP, "allow_interspersed_args": False, "ignore_unknown_options": False}
)
@click.argument("program", required=False)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.option("--image", "image_file", type=click.Path(path_type=Path), help="Boot this disk.")
@click.option("--machine", "machine_name", metavar="NAME", help="A machine of qemu/, or a .toml.")
@click.option("--accel", type=click.Choice(["tcg", "kvm"]), default="tcg", show_default=True)
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
    from ring3.run import Request, run_request

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
        return _fail(error, Settings(as_json), BEFORE_THE_GUEST)


def _pairs(texts: Sequence[str]) -> dict[str, str]:
    """``NAME=VALUE`` options as a mapping."""
    pairs = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not name or not equals:
            raise click.BadParameter(f"{text!r} is not NAME=VALUE", param_hint="--env")
        pairs[name] = value
    return pairs


@ring3.command(context_settings=HELP)
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
        linked = _link(sources, workspace, show_listing=show_listing and not as_json)
        if output_format == "bin":
            made = {output or Path(sources[0].stem + ".bin"): linked.flat()}
        else:
            made = {output or Path(sources[0].stem): _debuggable(linked)}
    executable = not compile_only and output_format == "elf"
    for path, data in made.items():
        write_whole(path, data, EXECUTABLE if executable else READABLE)
    if as_json:
        files = [{"file": str(path), "size": len(data)} for path, data in made.items()]
        click.echo(json.dumps({"files": files}, indent=2))


def _objects(
    sources: Sequence[Path], output: Path | None, workspace: Workspace
) -> dict[Path, bytes]:
    from ring3.elf.dwarf import described
    from ring3.elf.object_file import write_object
    from ring3.pipeline import assemble_program_part

    here = str(Path.cwd())
    return {
        output or Path(source.stem + ".o"): write_object(
            described(assemble_program_part(source, workspace), here)
        )
        for source in sources
    }


def _link(sources: Sequence[Path], workspace: Workspace, *, show_listing: bool) -> Linked:
    from ring3.elf.listing import listing
    from ring3.pipeline import link_program

    linked = link_program(sources, workspace)
    if show_listing:
        click.echo(listing(linked))
    return linked


def _debuggable(linked: Linked) -> bytes:
    from ring3.elf.debuggable import debuggable

    return debuggable(linked)


@ring3.command(context_settings=HELP)
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
    from ring3.pipeline import link_vdso

    shared = link_vdso(open_workspace(folder), int(bits), door)
    write_whole(output or Path(VDSO_NAMES[bits]), shared.data)
    if debug_folder is not None:
        from ring3.elf.separate_debug import build_id_path, separate_debug

        path = debug_folder / build_id_path(shared)
        with explained(f"cannot make the folder {path.parent}"):
            path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, separate_debug(shared))
        click.echo(path, err=True)


@ring3.command(context_settings=HELP)
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
    from ring3 import bench as costs

    workspace = open_workspace(folder)
    kernels = [costs.measure(workspace)]
    if vmlinuz is not None:
        kernels.append(costs.measure_linux(vmlinuz, workspace))
    click.echo(json.dumps(costs.as_data(kernels), indent=2) if as_json else costs.render(kernels))


def _run_command(command: click.Command, name: str) -> NoReturn:
    """Run one command; whatever goes wrong becomes a message and an exit status."""
    settings = Settings()
    status: object
    try:
        status = command.main(prog_name=name, standalone_mode=False, obj=settings)
    except click.exceptions.Exit as asked:
        status = asked.exit_code
    except click.ClickException as error:
        error.show()
        status = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        status = INTERRUPTED
    except Ring3Error as error:
        status = _fail(error, settings, FAILURE)
    except BrokenPipeError:
        # Whoever read our output has enough; the interpreter must not complain at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = FAILURE
    except Exception as error:
        click.echo(_internal_error(error), err=True)
        status = FAILURE
    sys.exit(status if isinstance(status, int) else 0)


def _fail(error: Ring3Error, settings: Settings, status: int) -> int:
    """Say it for people on stderr and, where JSON was asked for, as data on stdout."""
    click.echo(error.render(), err=True)
    if settings.as_json:
        click.echo(json.dumps(error.as_data(), indent=2))
    return status


def _internal_error(error: Exception) -> str:
    """A mistake of ours is said in a line; the traceback is kept for the report."""
    text = f"error: internal error: {type(error).__name__}: {error}"
    with (
        contextlib.suppress(OSError),
        tempfile.NamedTemporaryFile(
            "w", prefix="ring3-", suffix=".traceback", delete=False
        ) as kept,
    ):
        traceback.print_exception(error, file=kept)
        text += f"\n  help: this is a mistake in ring3; please report it with {kept.name}"
    return text
