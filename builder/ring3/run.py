"""``ring3 run``: build what is needed, boot it, and say how it ended.

    Request ──prepare──> kernel.elf, initrd.tar, or an image ──a machine──> Outcome ──> report

What was built goes into a folder of its own.  It is removed after a run that
ended as its program wanted, and kept, with the transcript and the command that
repeats it, after every other.
"""

from __future__ import annotations

import json
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from ring3 import pipeline
from ring3.debugger import SOCKET, gdb_command, write_lines
from ring3.diagnostic import Ring3Error
from ring3.elf.debuggable import debuggable
from ring3.elf.separate_debug import separate_debug
from ring3.machine import (
    Accelerator,
    Machine,
    Options,
    Outcome,
    OutcomeKind,
    Session,
    best_accelerator,
    run,
)
from ring3.output import explained
from ring3.prepare import Prepared, Request, choose_machine, prepare
from ring3.workspace import Workspace

if TYPE_CHECKING:
    from ring3.locate import Debuggable
    from ring3.postmortem import PostMortem

AUTO = "auto"  # the accelerator that is found out

# The program ended as programs do; nothing about the run needs an explanation.
ORDINARY = (OutcomeKind.EXITED, OutcomeKind.KILLED, OutcomeKind.INTERRUPTED)

# The kernel's report says where it was.
LOCATED = (OutcomeKind.KILLED, OutcomeKind.PANIC)

# A second run may find out why.
EXPLAINED = (OutcomeKind.PANIC, OutcomeKind.RESET, OutcomeKind.TIMEOUT, OutcomeKind.KILLED)

POST_MORTEM = "post-mortem.txt"


def run_request(request: Request, workspace: Workspace) -> int:
    """Run it with this process's own stdin, stdout and stderr; returns the exit status.

    Raises Ring3Error for everything that fails before the guest starts.
    """
    request = replace(request, piped=_is_piped(sys.stdin))
    machine = choose_machine(request, workspace)
    with explained("cannot make a folder for the run"):
        folder = Path(tempfile.mkdtemp(prefix="ring3-run-"))
    keep = False
    try:
        options = Options(
            accelerator=_accelerator(request, machine),
            deterministic=request.deterministic,
            seed=request.seed,
            timeout=request.timeout,
            gdb=folder / SOCKET if request.gdb else None,
        )
        prepared = prepare(request, workspace, machine, folder)
        if request.gdb and prepared.system is not None:
            write_lines(prepared.system, folder)
            command = gdb_command(prepared.system, folder)
            print(f"ring3 run: waits for a debugger:\n{command}", file=sys.stderr, flush=True)
        outcome = run(
            machine,
            prepared.boot,
            options,
            stdin=None if sys.stdin is None else sys.stdin.fileno(),
            stdout=None if request.as_json else sys.stdout.fileno(),
            stderr=None if request.as_json else sys.stderr.fileno(),
            interactive=request.interactive,
        )
        trusted = request.image is None and workspace.kernel_sources is None
        found = None
        if not request.gdb:
            found = post_mortem_of(outcome, machine, options, prepared, trusted=trusted)
        keep = outcome.kind not in ORDINARY or found is not None
        if keep:
            keep_transcript(outcome, folder, found)
            if prepared.system is not None:
                write_lines(prepared.system, folder)
        location = location_of(outcome, prepared) if found is None else None
        report(outcome, request, folder if keep else None, location, found)
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)
    return outcome.exit_code


def _is_piped(stdin: TextIO | None) -> bool:
    """Neither a terminal nor /dev/null, which are devices, but bytes that somebody prepared."""
    return stdin is not None and not stat.S_ISCHR(os.fstat(stdin.fileno()).st_mode)


@contextmanager
def boot(
    program: str | None = None,
    *arguments: str,
    workspace: Workspace | None = None,
    machine: str | None = None,
    deterministic: bool = False,
    seed: int | None = None,
    timeout: float | None = 60.0,
) -> Iterator[Session]:
    """Boot ``program`` as process 1 and talk with it: the Python side of ``ring3 run``.

        with ring3.boot("echo") as session:
            session.expect_voice("init")
            session.sendline("hello")
            session.expect_exact("hello")

    The machine ends with the block.  ``timeout`` is in seconds, for the whole
    run.  Raises Ring3Error as :func:`run_request` does.
    """
    workspace = workspace or Workspace()
    request = Request(program=program, arguments=arguments, machine=machine, seed=seed)
    options = Options(deterministic=deterministic, seed=seed, timeout=timeout)
    described = choose_machine(request, workspace)
    with (
        tempfile.TemporaryDirectory(prefix="ring3-run-") as folder,
        Session(
            described, prepare(request, workspace, described, Path(folder)).boot, options
        ) as session,
    ):
        yield session


def _accelerator(request: Request, machine: Machine) -> Accelerator:
    """The one asked for; of ``auto`` the quickest that works, and a line when that is TCG."""
    if request.accelerator != AUTO:
        return Accelerator(request.accelerator)
    if request.deterministic:
        return Accelerator.TCG
    accelerator, reason = best_accelerator(machine)
    if reason is not None:
        print(f"ring3 run: {reason}", file=sys.stderr, flush=True)
    return accelerator


def keep_transcript(outcome: Outcome, folder: Path, found: PostMortem | None = None) -> None:
    """Beside the kernel and the initrd: what was heard, why it ended, how to see it again."""
    with explained(f"cannot keep the transcript in {folder}"):
        (folder / "console").write_bytes(outcome.console)
        (folder / "voice").write_bytes(outcome.voice)
        if found is not None:
            (folder / POST_MORTEM).write_text(f"{found.text()}\n", encoding="utf-8")
        command = folder / "command"
        command.write_text(f"#!/bin/sh\nexec {outcome.shell_command}\n", encoding="utf-8")
        command.chmod(0o755)


def location_of(outcome: Outcome, prepared: Prepared) -> str | None:
    """Where the program was killed or the kernel panicked, in its own words, if they are known."""
    system, initrd = prepared.system, prepared.initrd
    if outcome.kind not in LOCATED or system is None or initrd is None:
        return None
    from ring3 import locate  # noqa: PLC0415  # most runs need no ELF reader

    return locate.location(outcome.voice, initrd, debuggable_files(system))


def post_mortem_of(
    outcome: Outcome, machine: Machine, options: Options, prepared: Prepared, *, trusted: bool
) -> PostMortem | None:
    """Why the kernel ended as it did, found out by a second run, if it was the kernel's doing."""
    if outcome.kind not in EXPLAINED:
        return None
    from ring3 import postmortem  # noqa: PLC0415  # most runs need no ELF reader

    files = {} if prepared.system is None else debuggable_files(prepared.system)
    try:
        return postmortem.explain(outcome, machine, prepared.boot, options, files, trusted=trusted)
    except Ring3Error as error:  # what the first run said is worth more than this
        print(f"ring3 run: it cannot be run again: {error.message}", file=sys.stderr)
        return None


def debuggable_files(system: pipeline.System) -> Debuggable:
    """What can name the addresses of a run, with lines: the kernel, the programs, the vDSO."""
    from ring3 import locate  # noqa: PLC0415  # as above

    files = {program.path: program.debuggable for program in system.programs}
    files[locate.KERNEL] = lambda: debuggable(system.kernel)
    files[locate.VDSO] = lambda: separate_debug(system.vdsos["vdso64"])
    return files


def report(
    outcome: Outcome,
    request: Request,
    kept: Path | None,
    location: str | None,
    found: PostMortem | None,
) -> None:
    """Say how it ended, where the program's own output does not."""
    if request.as_json:
        print(json.dumps(as_data(outcome, kept, location, found), indent=2))
    else:
        if outcome.kind not in (OutcomeKind.EXITED, OutcomeKind.KILLED):
            print(f"ring3 run: {outcome.kind.value}: {outcome.explanation}", file=sys.stderr)
        if location is not None:
            print(f"ring3 run: rip {location}", file=sys.stderr)
        if found is not None:
            print(f"\n{found.text()}\n", file=sys.stderr)
    if kept is not None:
        print(
            f"ring3 run: the transcript and what was booted are kept in {kept}\n"
            f"ring3 run: to see it again: {kept}/command",
            file=sys.stderr,
        )


def as_data(
    outcome: Outcome, kept: Path | None, location: str | None, found: PostMortem | None
) -> dict[str, Any]:
    """The outcome for ``--json``; bytes that are not UTF-8 are shown as ``\\xNN``."""
    return {
        "outcome": outcome.kind.value,
        "explanation": outcome.explanation,
        "status": outcome.status,
        "signal": outcome.signal,
        "location": location,
        "post_mortem": None if found is None else found.as_data(),
        "exit_code": outcome.exit_code,
        "console": outcome.console.decode(errors="backslashreplace"),
        "voice": outcome.voice.decode(errors="backslashreplace"),
        "command": outcome.command,
        "kept": None if kept is None else str(kept),
    }
