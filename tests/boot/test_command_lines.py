"""Every command line of the documents is run as it stands, in the order in which it stands there.

A document's lines are one shell's, in a folder that looks like a checkout that has been set up; the
files that the document shows are in it.  A line that cannot be run here says why in NOT_RUN.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from documents import ROOT, Document, documents

# Only a line that hangs ever takes as long.
PATIENCE = 600

NOT_RUN = {
    ("README.md", "make test"): "it is what runs this test",
    ("docs/first-boot.md", "make run"): "README.md has it too",
    ("docs/debugging.md", "ring3 debug hello"): "it waits for a person; test_debugging_document.py"
    " runs the walk",
    ("docs/images.md", "sudo dd if=ring3.iso of=/dev/sdX bs=1M oflag=sync status=progress"): "it"
    " overwrites a disk",
    ("docs/images.md", 'sudo cmp -n "$(stat -c %s ring3.iso)" ring3.iso /dev/sdX'): "there is no"
    " such disk",
    (
        "docs/images.md",
        r"sudo efibootmgr -c -d /dev/sda -p 1 -l '\EFI\ring3\BOOTX64.EFI' -L ring3",
    ): "it changes the firmware's settings",
    **{
        ("docs/teaching.md", line): why
        for line, why in {
            "ring3 grade gate work": "it is slow; course/ grades what is handed out, and solutions",
            "ring3 grade gate submissions/": "there are no submissions; course/ has many",
            "ring3 grade my-gate submissions/": "there are no submissions",
            "dask scheduler": "it serves until somebody ends it; course/ grades on a cluster",
            "dask worker tcp://grader:8786 --nthreads 1": "there is no such computer",
            "ring3 grade gate submissions/ --scheduler tcp://grader:8786": "no such computer",
        }.items()
    },
    ("docs/testing.md", "sudo apt-get install qemu-system-x86"): "it changes the computer",
    ("docs/testing.md", 'pip install "ring3[test]"'): "it installs from the network",
    ("docs/testing.md", "pytest"): "testing/test_documentation.py runs it, and looks at the report",
    (
        "docs/assembler.md",
        "PYTHONPATH=tests python -m oracle.asm.fuzz_sources --count 1000000 --seed 1",
    ): "it takes hours; make test has a slice of it",
}

# The line that ends otherwise than with 0, as the document says.
BY_HAND = (
    "qemu-system-x86_64 -drive format=raw,file=ring3.img -nographic -no-reboot"
    " -device isa-debug-exit,iobase=0xf4,iosize=0x04"
)
STATUS = {("README.md", BY_HAND): 33}

# What a line needs that `ring3 doctor` knows to be missing on some computers.
PROGRAMS = {"bochs": ("bochs-bin", "bochs-debugger"), "gdb": ("gdb",), "mcopy": ("mcopy",),
            "readelf": ("readelf",)}  # fmt: skip

# The shell tells each line before it runs it, so that the last one told is the one that failed.
TOLD = "running: "

WITH_LINES = [document for document in documents() if document.command_lines()]


@pytest.mark.parametrize("document", WITH_LINES, ids=lambda document: document.name)
def test_every_line_that_a_reader_is_told_to_type_works(document: Document, tmp_path: Path) -> None:
    lines = [line for line in document.command_lines() if (document.name, line) not in NOT_RUN]
    for word, programs in PROGRAMS.items():
        if any(word in line for line in lines) and not any(map(shutil.which, programs)):
            pytest.skip(f"{' or '.join(programs)} is not installed")
    ended = run_lines(document, lines, checkout(tmp_path))
    assert ended.returncode == 0, f"{document.name}\n{ended.stderr[-4000:]}"


def test_a_line_that_fails_is_named(tmp_path: Path) -> None:
    document = Document("wrong.md", "```sh\ntrue\nring3 image --nonsense   # why not?\ntrue\n```\n")
    lines = document.command_lines()
    ended = run_lines(document, lines, checkout(tmp_path))
    assert ended.returncode == 2
    told = [line for line in ended.stderr.splitlines() if line.startswith(TOLD)]
    assert told[-1] == f"{TOLD}ring3 image --nonsense"


def test_every_line_of_which_something_is_said_is_there() -> None:
    there = {(document.name, line) for document in WITH_LINES for line in document.command_lines()}
    assert {*NOT_RUN, *STATUS} - there == set()


def test_nothing_is_run_as_another_user() -> None:
    for document in WITH_LINES:
        for line in document.command_lines():
            assert "sudo" not in line or (document.name, line) in NOT_RUN, line


def checkout(folder: Path) -> Path:
    """A checkout in which ``make`` finds everything set up, and which nothing is written to."""
    folder = folder / "ring3"
    folder.mkdir()
    for path in ROOT.iterdir():
        if path.name not in (".venv", ".git", "build"):
            (folder / path.name).symlink_to(path)
    environment = folder / ".venv"
    environment.mkdir()
    for path in Path(sys.prefix).iterdir():
        if not path.name.startswith(".ready-"):
            (environment / path.name).symlink_to(path)
    for purpose in ("run", "test", "lint", "docs"):
        (environment / f".ready-{purpose}").touch()
    return folder


def run_lines(
    document: Document, lines: list[str], folder: Path
) -> subprocess.CompletedProcess[str]:
    """Run ``lines`` in one shell, which ends at the first that fails."""
    for program in (ROOT / "docs").glob("*.s"):  # which chapters quote
        (folder / program.name).symlink_to(program)
    for name, text in document.files().items():
        (folder / name).unlink(missing_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    told = ""
    for line in lines:
        status = STATUS.get((document.name, line), 0)
        ending = f" || test $? = {status}" if status else ""
        told += f"printf '%s\\n' {shlex.quote(TOLD + line)} >&2\n{line}{ending}\n"
    path = f"{folder / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["/bin/sh", "-e"],
        input=told, cwd=folder, env={**os.environ, "PATH": path},
        capture_output=True, text=True, errors="replace", timeout=PATIENCE, check=False,
    )  # fmt: skip
