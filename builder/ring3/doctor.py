"""``ring3 doctor``: what is there, what each thing is for, and how to get what is not.

    requirements.sh ──its checks──> programs ─┐
    our package's own requirements ─────────> packages ─┼─> findings ──> text, JSON, exit status
    QEMU and KVM, each with a tiny guest ───> machines ─┘       └──> one command that installs

Nothing is believed because a file is there: QEMU has to run a guest, KVM too,
and a Python package has to be imported.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import os
import platform
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

from ring3.diagnostic import Ring3Error
from ring3.machine.accelerator import kvm_verdict, try_guest
from ring3.machine.bochs import find_bochs
from ring3.machine.command import Accelerator
from ring3.machine.firmware import find_uefi

REQUIREMENTS = Path(__file__).with_name("requirements.sh")

RUN = "run"
"""The purpose that decides about the exit status; the others are `test` and `lint`."""

PATIENCE = 30.0
"""Seconds that a program has to say its version, or a guest to live under TCG."""

QEMU = "qemu-system-x86_64"

# What setup.sh needs before there is a ring3 to run.
_HAD_BY_RUNNING = ("Python", "venv")

# What a package is imported as, where that is not its name.
_MODULES = {
    "keystone-engine": "keystone",
    "pyelftools": "elftools",
    "pytest-xdist": "xdist",
    "types-pexpect": None,
    "myst-parser": "myst_parser",
}


class State(Enum):
    """How a thing was found."""

    OK = "ok"
    MISSING = "missing"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing: what it is for, and what was seen of it.

    ``purposes`` are those of ``make`` that need it: "run", "test", "lint", or
    "extra" for nothing but what ``use`` says.  ``detail`` is its version, or
    what is wrong.  ``packages`` has its names by package manager.
    """

    name: str
    state: State
    purposes: tuple[str, ...]
    use: str
    detail: str = ""
    packages: dict[str, str] = field(default_factory=dict)


def examine() -> list[Finding]:
    """Look at everything; takes a few seconds, most of them for the two guests."""
    return [*_programs(), *_packages(), _kvm()]


def ready_to_run(findings: Iterable[Finding]) -> bool:
    """Whether all that ``ring3 run`` needs is there and works."""
    return all(f.state is State.OK for f in findings if RUN in f.purposes)


def install_command(findings: Iterable[Finding]) -> str | None:
    """The one command that installs what is missing, with this computer's package manager.

    None when nothing is missing, or there is no package manager that we know.
    """
    missing = [f for f in findings if f.state is State.MISSING]
    commands = []
    manager = _manager()
    if manager is not None:
        names = " ".join(f.packages.get(manager, "") for f in missing).split()
        if names:
            commands.append(f"{_INSTALL[manager]} {' '.join(dict.fromkeys(names))}")
    from_index = [shlex.quote(f.packages["pip"]) for f in missing if "pip" in f.packages]
    if from_index:
        commands.append(f"{shlex.quote(sys.executable)} -m pip install {' '.join(from_index)}")
    return " && ".join(commands) or None


def render(findings: list[Finding]) -> str:
    """For people: a table, and what to do."""
    name_width = max(len(f.name) for f in findings)
    lines = []
    for title, chosen in _grouped(findings):
        lines += [title, *(_line(f, name_width) for f in chosen), ""]
    broken = [f.name for f in findings if f.state is State.BROKEN and RUN in f.purposes]
    if broken:
        lines.append(f"There, but not working: {', '.join(broken)}.")
    command = install_command(findings)
    if command is not None:
        lines.append(f"This installs all that is missing:\n\n    {command}\n")
    elif any(f.state is State.MISSING for f in findings):
        lines.append("What is missing must be installed by hand: no package manager was found.")
    lines.append(
        "ring3 run works here."
        if ready_to_run(findings)
        else "ring3 run does not work here until what is marked above is mended."
    )
    return "\n".join(lines)


def as_data(findings: list[Finding]) -> dict[str, Any]:
    """For ``--json``."""
    return {
        "ok": ready_to_run(findings),
        "install": install_command(findings),
        "findings": [{**asdict(f), "state": f.state.value} for f in findings],
    }


def _grouped(findings: list[Finding]) -> Iterator[tuple[str, list[Finding]]]:
    titles = {
        RUN: "Needed by `ring3 run`",
        "test": "Needed by `make test`",
        "lint": "Needed by `make lint`",
        "docs": "Needed by `make docs`",
    }
    left = findings
    for purpose, title in titles.items():
        chosen = [f for f in left if purpose in f.purposes]
        left = [f for f in left if f not in chosen]
        if chosen:
            yield title, chosen
    if left:
        yield "Used where it is there", left


def _line(finding: Finding, name_width: int) -> str:
    seen = f" [{finding.detail}]" if finding.detail else ""
    return f"  {finding.state.value:<8} {finding.name:<{name_width}}  {finding.use}{seen}"


_MANAGERS = {"apt": "apt-get", "dnf": "dnf", "pacman": "pacman", "brew": "brew"}
_COLUMNS = tuple(_MANAGERS)
_SUDO = "" if os.geteuid() == 0 else "sudo "
_INSTALL = {
    "apt": f"{_SUDO}apt-get install",
    "dnf": f"{_SUDO}dnf install",
    "pacman": f"{_SUDO}pacman -S",
    "brew": "brew install",
}


def _manager() -> str | None:
    return next((name for name, program in _MANAGERS.items() if shutil.which(program)), None)


def _programs() -> Iterator[Finding]:
    """This Python, and the rows of requirements.sh."""
    python = f"{platform.python_version()}, {sys.executable}"
    yield Finding("Python", State.OK, (RUN, "test", "lint"), "all of ring3", python)
    table = subprocess.run(
        ["sh", str(REQUIREMENTS)], capture_output=True, text=True, check=True
    ).stdout
    for row in table.splitlines():
        state, name, purposes, _, version, *packages, use = row.split("|")
        if name in _HAD_BY_RUNNING:
            continue
        finding = Finding(
            name,
            State.OK if state == "there" else State.MISSING,
            tuple(purposes.split(",")),
            use,
            packages={
                manager: names
                for manager, names in zip(_COLUMNS, packages, strict=True)
                if names != "-"
            },
        )
        if finding.state is State.OK:
            finding = _looked_at(finding, version)
        yield finding


def _looked_at(finding: Finding, version: str) -> Finding:
    """What more can be said of a program that is there."""
    state, detail = finding.state, ""
    if finding.name == "QEMU":
        state, detail = _qemu(version)
    elif finding.name == "OVMF":
        detail = str(find_uefi().code)
    elif finding.name == "Bochs":
        detail = _said([find_bochs(), "--help"], rb"Bochs x86 Emulator (\S+)")[1]
    elif version != "-":
        ran, detail = _said(version.split(), rb"^.*?(\d+\.[\w.]+)")
        state = State.OK if ran else State.BROKEN
    return Finding(finding.name, state, finding.purposes, finding.use, detail, finding.packages)


def _qemu(version: str) -> tuple[State, str]:
    """QEMU has to run a guest: one that cannot start may say its version all the same."""
    ran, number = _said(version.split(), rb"version (\S+)")
    if not ran:
        return State.BROKEN, f"`{version}` fails: {number}"
    try:
        outcome = try_guest(QEMU, Accelerator.TCG, PATIENCE)
    except Ring3Error as error:
        return State.BROKEN, f"{number}, but {error.message}"
    if outcome.status != 0:
        words = " ".join(outcome.explanation.split())
        return State.BROKEN, f"{number}, but it does not run a tiny guest: {words}"
    return State.OK, f"{number}, ran a tiny guest"


def _said(command: list[str], pattern: bytes) -> tuple[bool, str]:
    """Whether a program runs, and what matched in its first words, or why it does not."""
    try:
        ran = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=PATIENCE,
            check=False,
        )
    except OSError as error:
        return False, error.strerror or str(error)
    except subprocess.TimeoutExpired:
        return False, f"it said nothing for {PATIENCE:g} s"
    found = re.search(pattern, ran.stdout, re.MULTILINE)
    if found is not None:
        return True, found[1].decode(errors="replace")
    last = ran.stdout.decode(errors="replace").strip().splitlines()[-1:]
    return ran.returncode == 0, last[0] if last else f"it ended with status {ran.returncode}"


def _packages() -> Iterator[Finding]:
    """The Python packages that our own one asks for."""
    try:
        wanted = importlib.metadata.requires("ring3") or []
    except importlib.metadata.PackageNotFoundError:
        wanted = []
    for requirement in wanted:
        match = re.match(r"([\w.-]+)", requirement)
        assert match is not None
        extra = re.search(r"extra\s*==\s*['\"](\w+)", requirement)
        purposes = (extra[1],) if extra else (RUN, "test")
        yield _package(match[1], requirement.partition(";")[0].strip(), purposes)


def _package(name: str, requirement: str, purposes: tuple[str, ...]) -> Finding:
    use, packages = "a Python package", {"pip": requirement}
    try:
        version = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return Finding(name, State.MISSING, purposes, use, packages=packages)
    module = _MODULES.get(name, name.replace("-", "_"))
    if module is not None and RUN in purposes:
        try:
            importlib.import_module(module)
        except Exception as error:
            return Finding(name, State.BROKEN, purposes, use, f"{version}, but: {error}", packages)
    return Finding(name, State.OK, purposes, use, version, packages)


def _kvm() -> Finding:
    use = "speed: ring3 run --accel kvm"
    if shutil.which(QEMU) is None:
        return Finding("KVM", State.MISSING, ("extra",), use, "not tried, without QEMU")
    try:
        verdict = kvm_verdict(QEMU, again=True)
    except Ring3Error as error:
        return Finding("KVM", State.BROKEN, ("extra",), use, error.message)
    if verdict.works:
        return Finding("KVM", State.OK, ("extra",), use, "ran a tiny guest")
    absent = "there is no" in verdict.reason
    return Finding(
        "KVM", State.MISSING if absent else State.BROKEN, ("extra",), use, verdict.reason
    )
