"""Checks as pytest's items, and what a failing test shows of its machines.

Checks (a file) ──> CheckItem ──run_check──> Run ──> passed, or a report:
                                                     the verdict, marked in the transcript
                                                     how to see it again
                                                     where its files are
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ring3.diagnostic import Ring3Error
from ring3.machine import Outcome, load_machine
from ring3.testing import ARTIFACTS
from ring3.testing.booting import Booted, Booter
from ring3.testing.check import Check, CheckFile
from ring3.testing.execution import MACHINE_FOR_PROGRAMS, Run, run_check
from ring3.testing.images import Images
from ring3.testing.read_checks import read_checks
from ring3.testing.speed import slowness
from ring3.testing.verdict import TAIL, lines_of, shown_line
from ring3.workspace import stock

LONGEST_NAME = 100  # of a test's folder; a digest follows what is cut


class CheckFailedError(Exception):
    """A check did not pass; its report is for people."""


class Checks(pytest.File):
    """A TOML file with checks."""

    def collect(self) -> Iterator[CheckItem]:
        """An item for each check, in the file's order."""
        try:
            file = read_checks(self.path)
        except Ring3Error as error:
            raise self.CollectError(error.render()) from None
        for check in file.checks:
            yield CheckItem.from_parent(self, name=check.name, file=file, check=check)


class CheckItem(pytest.Item):
    """One check."""

    def __init__(self, *, file: CheckFile, check: Check, **kwargs: object) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type]  # pytest's own, as it gives them
        self.file = file
        self.check = check

    def runtest(self) -> None:
        """Carry the check out."""
        folder = artifacts_folder(self)
        run = run_check(
            self.file, self.check, images_of(self.config), folder, slowness_of(self.config)
        )
        self._tell(run)
        if not run.verdict.passed:
            again = f"to run it again:\n    pytest '{self.nodeid}'"
            report = [run.verdict.report(), *_post_mortem(run.explanation())]
            report += [*_how_to_see_it_again(run), again]
            raise CheckFailedError("\n".join(report))
        if not self.config.getoption(ARTIFACTS):
            shutil.rmtree(folder, ignore_errors=True)

    def _tell(self, run: Run) -> None:
        """For JUnit and other reports: the points, how it ended, the transcript's tail."""
        verdict = run.verdict
        self.user_properties += [
            ("title", self.check.heading),
            ("points", f"{verdict.points:g}"),
            ("points_of", f"{self.check.points:g}"),
            ("outcome", verdict.outcome.kind.value),
            ("transcript", tail_of(verdict.outcome)),
        ]

    def repr_failure(  # type: ignore[override]  # pytest has more to show; this is all there is
        self, excinfo: pytest.ExceptionInfo[BaseException], style: str | None = None
    ) -> object:
        """The report, and no traceback: it is not our code that failed."""
        if isinstance(excinfo.value, Ring3Error):
            return excinfo.value.render()
        if isinstance(excinfo.value, CheckFailedError):
            return str(excinfo.value)
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the check stands, and what it is called."""
        return self.path, self.check.line - 1, self.name


@dataclass(eq=False)  # pytest keeps plugins in sets
class _Watch:
    """Puts what a test's machines said into its report when it fails."""

    booters: dict[str, Booter]
    keep_all: bool

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Called for every test of a session in which something was booted."""
        report = yield
        booter = self.booters.get(item.nodeid)
        if booter is None:
            return report
        if report.when == "call":
            for number, booted in enumerate(booter.booted, 1):
                outcome = booted.look()
                item.user_properties.append(("outcome", outcome.kind.value))
                item.user_properties.append(("transcript", tail_of(outcome)))
                if report.failed:
                    title = f"ring3 machine {number}"
                    report.sections.append((title, _told(booted, outcome)))
            report.user_properties = list(item.user_properties)
            if report.failed:
                item.stash[_FAILED] = True
        if report.when == "teardown":
            del self.booters[item.nodeid]
            if not self.keep_all and not item.stash.get(_FAILED, False) and not report.failed:
                for booted in booter.booted:
                    shutil.rmtree(booted.folder, ignore_errors=True)
        return report


_IMAGES = pytest.StashKey[Images]()
_WATCH = pytest.StashKey[_Watch]()
_FAILED = pytest.StashKey[bool]()


def booter_for(item: pytest.Item) -> Booter:
    """What boots machines for ``item``, whose report then shows what they said."""
    config = item.config
    if _WATCH not in config.stash:
        config.stash[_WATCH] = _Watch({}, bool(config.getoption(ARTIFACTS)))
        config.pluginmanager.register(config.stash[_WATCH], "ring3-watch")
    booter = Booter(images_of(config), artifacts_folder(item), slowness_of(config))
    config.stash[_WATCH].booters[item.nodeid] = booter
    return booter


def shared_folder(config: pytest.Config) -> Path:
    """A folder of this session that all its workers share."""
    # Items have no fixtures, and pytest no other way to its temporary folders.
    base = Path(config._tmp_path_factory.getbasetemp())  # type: ignore[attr-defined]
    return (base.parent if _worker_input(config) else base) / "ring3"


def _worker_input(config: pytest.Config) -> Mapping[str, Any]:
    """What pytest-xdist tells a worker; empty in a session without workers."""
    told: Mapping[str, Any] = getattr(config, "workerinput", {})
    return told


def images_of(config: pytest.Config) -> Images:
    """Where images are built, once for all workers of the session."""
    return config.stash.setdefault(_IMAGES, Images(shared_folder(config) / "images"))


def artifacts_folder(item: pytest.Item) -> Path:
    """Where the files of a test go: its own, whatever the number of workers."""
    name = re.sub(r"[^A-Za-z0-9_.]+", "-", item.nodeid).strip("-.")
    if len(name) > LONGEST_NAME or name != item.nodeid:
        digest = hashlib.sha256(item.nodeid.encode(errors="surrogatepass")).hexdigest()[:8]
        name = f"{name[-LONGEST_NAME:].strip('-.')}-{digest}"
    chosen: str | None = item.config.getoption(ARTIFACTS)
    if chosen:
        return (item.config.invocation_params.dir / chosen).resolve() / name
    return shared_folder(item.config) / "artifacts" / name


def slowness_of(config: pytest.Config) -> float:
    """How slow this machine is, measured once a session (see ring3.testing.speed)."""
    if _SLOWNESS not in config.stash:
        machine = load_machine(MACHINE_FOR_PROGRAMS, [stock().machines])
        workers = int(_worker_input(config).get("workercount", 1))
        config.stash[_SLOWNESS] = slowness(machine, shared_folder(config), workers)
    return config.stash[_SLOWNESS]


_SLOWNESS = pytest.StashKey[float]()


def tail_of(outcome: Outcome) -> str:
    """The last lines on COM1, as any report can show them."""
    return "\n".join(shown_line(line) for line in lines_of(outcome.console)[-TAIL:])


def _told(booted: Booted, outcome: Outcome) -> str:
    lines = [outcome.report(), *_post_mortem(booted.explanation(outcome))]
    return "\n".join([*lines, _kept(booted.folder, booted.unkept)])


def _how_to_see_it_again(run: Run) -> list[str]:
    command = run.verdict.outcome.shell_command
    return [_kept(run.folder, run.unkept), "to see it again:", f"    {command}"]


def _post_mortem(text: str | None) -> list[str]:
    return [] if text is None else ["post-mortem:", *(f"    {line}" for line in text.splitlines())]


def _kept(folder: Path, unkept: str | None) -> str:
    if unkept is not None:
        return f"its files could not be kept: {unkept}"
    return f"its files are kept in {folder}"
