"""A check, carried out: built, booted, typed to, and waited for.

    Check ──images──> Boot ──Session──> Outcome
                       └── its files, and what was heard, in a folder of the run's own

A kernel that tells its end is waited for to that end.  One of which only lines
are expected is ended when they have come, or a forbidden one has, after a
moment in which it may still fall over.
"""

from __future__ import annotations

import re
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from ring3.diagnostic import Ring3Error
from ring3.machine import (
    Boot,
    Machine,
    Options,
    Outcome,
    OutcomeKind,
    Session,
    altered,
    boot_of_image,
    load_machine,
    machine_for_image,
)
from ring3.machine.console import end_of_input, has_begun
from ring3.machine.session import WaitError
from ring3.testing.artifacts import keep, own_files
from ring3.testing.check import Check, CheckFile
from ring3.testing.explanation import explanation
from ring3.testing.images import Images, Recipe
from ring3.testing.verdict import Verdict, judge
from ring3.workspace import Workspace, open_workspace

MACHINE_FOR_PROGRAMS = "microvm"
MACHINE_FOR_KERNELS = "pc"  # multiboot needs a BIOS

LINGER = 0.5
"""Seconds that a kernel which never ends is heard after all that is expected has come."""

_JUDGING = 10  # of the time, one part in so many goes into looking whether all has come


@dataclass(frozen=True)
class Run:
    """What became of a check.

    ``unkept`` says why its artifacts are not in ``folder``, if they are not.
    """

    verdict: Verdict
    machine: Machine
    boot: Boot
    options: Options
    folder: Path
    unkept: str | None = None

    def explanation(self) -> str | None:
        """Why it ended otherwise than it should, from a second run; None where that says nothing.

        Takes as long as the run did, or some seconds.
        """
        if self.verdict.end is None:
            return None
        return explanation(self.verdict.outcome, self.machine, self.boot, self.options)


def run_check(file: CheckFile, check: Check, images: Images, folder: Path, slowness: float) -> Run:
    """Carry ``check`` out, and judge it.

    ``folder`` gets the run's files and artifacts; ``slowness`` is by how much
    the time limit is stretched.

    Raises Ring3Error when what is to be booted cannot be built, or QEMU cannot
    be started.
    """
    workspace = Workspace() if file.workspace is None else open_workspace(file.workspace)
    machine = machine_of(check, workspace)
    boot, unkept = own_files(boot_of(check, machine, workspace, images, folder), folder)
    limit = check.time_limit * slowness
    options = Options(
        deterministic=check.deterministic,
        seed=check.seed,
        timeout=limit,
        output_limit=check.output_limit,
    )
    with Session(machine, boot, options, wait_timeout=limit) as session:
        _type(check, session, limit)
        outcome = _end(check, session)
    unkept = keep(outcome, folder) or unkept
    return Run(judge(check, outcome), machine, boot, options, folder, unkept)


def machine_of(check: Check, workspace: Workspace) -> Machine:
    """The machine that the check asks for, or the workspace's, or what suits what is booted."""
    foreign = check.kernel is not None or check.image is not None
    own = Workspace() if foreign else workspace
    name = check.machine or own.machine or usual_machine(foreign, check.image)
    machine = load_machine(name, workspace.machine_roots)
    words = [word.replace("{folder}", str(check.file.parent)) for word in check.qemu_arguments]
    return altered(
        replace(machine, arguments=(*machine.arguments, *words)),
        memory=check.memory or own.memory,
        cpus=check.cpus or own.cpus,
        cpu=check.cpu or own.cpu,
    )


def usual_machine(foreign: bool, image: Path | None) -> str:
    """The name of the machine for what says nothing of one."""
    if image is not None:
        return machine_for_image(image)
    return MACHINE_FOR_KERNELS if foreign else MACHINE_FOR_PROGRAMS


def boot_of(
    check: Check, machine: Machine, workspace: Workspace, images: Images, folder: Path
) -> Boot:
    """What the check boots, built if it is of sources."""
    if check.image is not None:
        return replace(boot_of_image(check.image, machine), foreign=not check.records)
    if check.kernel is not None:
        return Boot(check.kernel, check.initrd, check.append, foreign=not check.records)
    program, files = check.program, {}
    if check.source is not None:
        program = f"check-{slug(check.name)}.s"  # a name that no program of the workspace has
        files[program] = _write_source(check.source, folder / program)
    elif check.program_file is not None and program is not None:
        files[program] = check.program_file
    seed = [] if check.seed is None else [f"ring3.seed={check.seed}"]
    recipe = Recipe(
        workspace=workspace,
        programs=() if program is None else (program,),
        files=files,
        arguments=check.arguments,
        environment=check.environment,
        append=" ".join([*seed, *([check.append] if check.append else [])]),
    )
    return images.boot_on(recipe, machine)


def _write_source(text: str, path: Path) -> Path:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Ring3Error(f"cannot write the check's source to {path}: {error.strerror}") from error
    return path


def slug(text: str) -> str:
    """``text`` as a file name: letters, digits, and a ``-`` for all else."""
    return re.sub(r"[^A-Za-z0-9_]+", "-", text).strip("-")[:60] or "check"


def _type(check: Check, session: Session, limit: float) -> None:
    """Type what the check says.  A wait in vain is no error here: the transcript shows it."""
    if check.stdin is not None:
        text = check.stdin.encode()
        if _wait_for_program(session):
            session.send(text + end_of_input(text))
    with suppress(WaitError):
        for turn in check.dialogue:
            session.expect(turn.wait, limit)
            session.send(turn.send)


def _wait_for_program(session: Session) -> bool:
    """Whether process 1 came to run, and its terminal is set up."""
    process = session.process
    has_voice = process.machine.debugcon
    while not has_begun(bytes(process.console), bytes(process.voice), has_voice=has_voice):
        if process.ended:
            return False
        process.pump(None)
    return True


def _end(check: Check, session: Session) -> Outcome:
    if check.ends_by_itself:
        return session.wait()
    _wait_for_decision(check, session)
    linger = time.monotonic() + LINGER
    process = session.process
    while not process.ended and time.monotonic() < linger:
        process.pump(linger)
    process.stop(OutcomeKind.INTERRUPTED, "what the check asks for was decided, so it was ended")
    return process.outcome()


def _wait_for_decision(check: Check, session: Session) -> None:
    """Wait until every expected line has come, or a forbidden one, or the machine has ended."""
    process = session.process
    judged = 0
    next_look = 0.0
    while not process.ended:
        heard = len(process.console) + len(process.voice)
        if heard != judged and time.monotonic() >= next_look:
            begin = time.monotonic()
            verdict = judge(check, process.outcome())
            if verdict.unwanted or not verdict.missing:
                return
            judged = heard
            next_look = time.monotonic() + _JUDGING * (time.monotonic() - begin)
        process.pump(next_look if heard != judged else None)
