"""What the fixture ``ring3_boot`` gives to a test: machines, as many as it wants.

    ring3_boot("echo")                      a program on ring3's kernel
    ring3_boot(kernel="my.elf")             somebody else's kernel
    ring3_boot(image="my.img")              or disk
    ring3_boot(ring3_image(…), machine=…)   what was built before

No pytest here: a Booter can be used wherever there is a folder.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType

from ring3.image import ImageFormat
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
)
from ring3.machine.session import WAIT_TIMEOUT, Pattern
from ring3.testing.artifacts import keep, own_files
from ring3.testing.execution import usual_machine
from ring3.testing.explanation import explanation
from ring3.testing.images import Images, Recipe
from ring3.workspace import Workspace, open_workspace

RUN_TIMEOUT = 120.0
"""Seconds for a whole run, before they are stretched on a slow machine."""


@dataclass
class Booted:
    """A machine of a test, and the folder with its files."""

    session: Session
    machine: Machine
    boot: Boot
    options: Options
    folder: Path
    unkept: str | None = None
    outcome: Outcome | None = None

    def look(self) -> Outcome:
        """How it ended, or stands."""
        return self.outcome or self.session.process.outcome()

    def explanation(self, outcome: Outcome) -> str | None:
        """Why it ended so, from a second run; None where it still runs, or that says nothing."""
        if outcome.kind is OutcomeKind.TIMEOUT:
            return None
        return explanation(outcome, self.machine, self.boot, self.options)


class Booter:
    """Boots machines; as a context manager it ends them and keeps what they said.

    ``folder`` gets a folder for each machine.  Time limits are stretched by
    ``slowness``.
    """

    def __init__(self, images: Images, folder: Path, slowness: float) -> None:
        self._images = images
        self._folder = folder
        self._slowness = slowness
        self._open = ExitStack()
        self.booted: list[Booted] = []

    def __enter__(self) -> Booter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __call__(
        self,
        program: str | Path | Boot | None = None,
        *arguments: str,
        kernel: str | Path | None = None,
        initrd: str | Path | None = None,
        image: str | Path | None = None,
        records: bool | None = None,
        append: str = "",
        environment: Mapping[str, str] | None = None,
        workspace: str | Path | Workspace | None = None,
        machine: str | Machine | None = None,
        fail_on: Pattern | Sequence[Pattern] = (),
        timeout: float = RUN_TIMEOUT,
        wait_timeout: float = WAIT_TIMEOUT,
        deterministic: bool = False,
        seed: int | None = None,
    ) -> Session:
        """Boot ``program`` on ring3's kernel, or ``kernel`` or ``image``, and return the session.

        ``records`` says whether the kernel tells its end as ring3's does; of a
        ``kernel`` or ``image`` it is not expected unless you say so.  ``fail_on``
        are patterns at which every wait ends.  ``timeout`` is for the whole run,
        ``wait_timeout`` for one wait, both in seconds of the reference machine.

        Raises Ring3Error when something cannot be built or started.
        """
        opened = _workspace(workspace)
        disk = None if image is None else Path(image)
        described = _machine(machine, opened, foreign=kernel is not None, image=disk)
        if isinstance(program, Boot):
            described = _machine(machine, opened, foreign=program.foreign, image=program.image)
            boot = replace(program, append=" ".join(filter(None, (program.append, append))))
            if boot.image is not None:
                boot = replace(boot_of_image(boot.image, described), foreign=boot.foreign)
        elif disk is not None:
            boot = replace(boot_of_image(disk, described), foreign=True)
        elif kernel is not None:
            ramdisk = None if initrd is None else Path(initrd)
            boot = Boot(Path(kernel), ramdisk, append, foreign=True)
        else:
            programs = () if program is None else (str(program),)
            recipe = Recipe(opened, programs, {}, arguments, environment or {}, append)
            boot = self._images.boot_on(recipe, described)
        foreign = boot.foreign if records is None else not records
        folder = self._folder / str(len(self.booted) + 1)
        boot, unkept = own_files(replace(boot, foreign=foreign), folder)
        options = Options(deterministic=deterministic, seed=seed, timeout=timeout * self._slowness)
        session = Session(
            described,
            boot,
            options,
            fail_on=fail_on,
            wait_timeout=wait_timeout * self._slowness,
        )
        self._open.enter_context(session)
        self.booted.append(Booted(session, described, boot, options, folder, unkept))
        return session

    def close(self) -> None:
        """End every machine, and keep what it said."""
        outcomes = [booted.session.close() for booted in self.booted]
        self._open.close()
        for booted, outcome in zip(self.booted, outcomes, strict=True):
            booted.outcome = outcome
            booted.unkept = keep(outcome, booted.folder) or booted.unkept


def image_builder(images: Images) -> Callable[..., Boot]:
    """What the fixture ``ring3_image`` gives to a test."""

    def build(
        *programs: str | Path,
        workspace: str | Path | Workspace | None = None,
        arguments: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
        append: str = "",
        image_format: str = ImageFormat.KERNEL.value,
    ) -> Boot:
        return images.boot(
            Recipe(
                _workspace(workspace),
                tuple(map(str, programs)),
                {},
                tuple(arguments),
                environment or {},
                append,
                ImageFormat(image_format),
            )
        )

    return build


def _workspace(given: str | Path | Workspace | None) -> Workspace:
    if isinstance(given, Workspace):
        return given
    return Workspace() if given is None else open_workspace(Path(given))


def _machine(
    given: str | Machine | None, workspace: Workspace, *, foreign: bool, image: Path | None
) -> Machine:
    if isinstance(given, Machine):
        return given
    own = Workspace() if foreign or image is not None else workspace
    name = given or own.machine or usual_machine(foreign, image)
    machine = load_machine(name, workspace.machine_roots)
    return altered(machine, memory=own.memory, cpus=own.cpus, cpu=own.cpu)
