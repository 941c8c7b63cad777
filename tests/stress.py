"""Many boots on busy CPUs: no wrong verdict, and nothing left over.

    python tests/stress.py [BOOTS [WORKERS]]       500 and 4

Every kind of end, half of them failures, as checks of one pytest session whose
workers are more than the CPUs, beside processes that do nothing but compute.
Then: is every verdict as it must be, is a process or a file left, did a worker
grow?  Prints the figures, and ends with status 1 when one of them is wrong.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree

sys.path.insert(0, str(Path(__file__).parent))

from boot.stress_programs import AGAIN, FAULT, FOREVER, says
from nested_pytest import pytest_command, pytest_environment

FORGERY = b"All tests passed\nring3: exit status=0\n"

# name: (source, the rest of the check, how it ends, whether it passes)
KINDS = {
    "exits": (says(b"hello\n", status=0), 'expected = ["hello"]', "exited", True),
    "exits with 3": (says(b"hello\n", status=3), "status = 3", "exited", True),
    "forges its exit": (says(FORGERY, status=3), "", "exited", False),
    "is killed": (says(FORGERY, then=FAULT), "", "killed", False),
    "is killed as asked": (says(b"", then=FAULT), 'signal = "SIGSEGV"', "killed", True),
    "panics": (says(b"", status=0), 'append = "init=/bin/nothing"', "panic", False),
    "panics as asked": (
        says(b"", status=0),
        'append = "init=/bin/nothing"\noutcome = "panic"',
        "panic",
        True,
    ),
    "lacks a line": (says(b"hello\n", status=0), 'expected = ["hallo"]', "exited", False),
    "is noisy": (
        says(bytes(range(256)) * 8 + b"\nend\n", status=0),
        'expected = ["end"]',
        "exited",
        True,
    ),
    "floods": (
        says(b"all work\n" * 400, then=AGAIN),
        'outcome = "output-limit"\noutput_limit = 100000',
        "output-limit",
        True,
    ),
    "hangs": (says(FORGERY, then=FOREVER), "time_limit = 0.5", "timeout", False),
}

RARE = {"floods", "hangs", "panics"}  # they take long: every tenth round

# Each worker notes how large it is after each of its tests.
CONFTEST = """
import os
from pathlib import Path

def pytest_runtest_teardown(item):
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    with (Path(item.config.rootpath) / f"memory-{os.getpid()}").open("a") as notes:
        notes.write(f"{pages * os.sysconf('SC_PAGE_SIZE')}\\n")
"""


def main(boots: int = 500, workers: int = 4) -> int:
    """Run it, print the figures, and return the exit status."""
    with tempfile.TemporaryDirectory(prefix="ring3-stress-") as name:
        folder = Path(name) / "project"
        folder.mkdir()
        wanted = write_project(folder, boots)
        temporary = Path(name) / "temporary"  # its own: others may leave files in the usual one
        temporary.mkdir()
        begin = time.monotonic()
        with busy(os.cpu_count() or 1):
            ended = subprocess.run(
                [*pytest_command(folder), "-q", f"-n{workers}", "--junitxml=junit.xml"],
                cwd=folder,
                env={**pytest_environment(), "TMPDIR": str(temporary)},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
            )
        seconds = time.monotonic() - begin
        wrong = wrong_verdicts(folder / "junit.xml", wanted)
        machines = processes_of(name)
        files = sorted(path.name for path in temporary.iterdir())
        growth = growth_of(folder)
    print(
        f"boots            {len(wanted)}, {workers} workers on {os.cpu_count()} busy CPUs, "
        f"{seconds:.0f} s, {seconds / len(wanted):.2f} s each"
    )
    print(f"wrong verdicts   {len(wrong)} {' '.join(wrong)}")
    print(f"machines left    {len(machines)}")
    print(f"files left       {len(files)} {' '.join(files)}")
    for first, last, tests in growth:
        print(
            f"worker's memory  {first / 2**20:.1f} MiB after a tenth of {tests} tests, "
            f"{last / 2**20:.1f} MiB at the end"
        )
    grown = [last - first for first, last, _ in growth if last - first > MOST_GROWTH]
    if wrong or ended.returncode not in (0, 1):
        print(ended.stdout[-20_000:], ended.stderr, sep="\n")
    return 1 if wrong or machines or files or grown or not growth else 0


MOST_GROWTH = 16 << 20
"""Bytes that a worker may grow: reports of failures are kept, transcripts are not."""


def write_project(folder: Path, boots: int) -> dict[str, tuple[str, bool]]:
    """Write the checks; returns how each must end, and whether it passes."""
    (folder / "conftest.py").write_text(CONFTEST)
    wanted: dict[str, tuple[str, bool]] = {}
    checks = []
    number = 0
    while len(wanted) < boots:
        for kind, (source, rest, end, passes) in KINDS.items():
            if (kind in RARE and number % 10) or len(wanted) >= boots:
                continue
            name = f"{kind} {number}"
            wanted[name] = end, passes
            # The same name for the same source, so that it is built once.
            program = f"{kind.replace(' ', '-')}.s"
            (folder / program).write_text(source)
            checks.append(f'[[check]]\nname = "{name}"\nprogram = "{program}"\n{rest}\n')
        number += 1
    (folder / "many.ring3.toml").write_text("[defaults]\ntime_limit = 60\n\n" + "\n".join(checks))
    return wanted


@contextmanager
def busy(processes: int) -> Iterator[None]:
    """So many processes that compute all the time."""
    hogs = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(processes)]
    try:
        yield
    finally:
        for hog in hogs:
            hog.send_signal(signal.SIGKILL)
            hog.wait()


def wrong_verdicts(junit: Path, wanted: dict[str, tuple[str, bool]]) -> list[str]:
    """The checks that did not end as they must."""
    found = {}
    for case in ElementTree.parse(junit).getroot().iter("testcase"):
        properties = {p.attrib["name"]: p.attrib["value"] for p in case.iter("property")}
        passed = case.find("failure") is None and case.find("error") is None
        found[case.attrib["name"]] = properties.get("outcome", "error"), passed
    return [
        f"{name}: {found.get(name, 'missing')} instead of {end}."
        for name, end in wanted.items()
        if found.get(name) != end
    ]


def processes_of(words: str) -> list[str]:
    """The processes that have ``words`` in their command line."""
    found = []
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if words.encode() in process.read_bytes():
                found.append(process.parent.name)
    return found


def growth_of(folder: Path) -> list[tuple[int, int, int]]:
    """For each worker: bytes after a tenth of its tests, at the end, and how many they were."""
    noted = [[int(line) for line in path.read_text().split()] for path in folder.glob("memory-*")]
    return [(sizes[len(sizes) // 10], sizes[-1], len(sizes)) for sizes in noted]


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
