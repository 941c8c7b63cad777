"""Kernels that know nothing of ring3: driven, and judged by what they say and how QEMU ends."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from nested_pytest import pytest_in

SOURCE = Path(__file__).parent / "kernels" / "flat.s"

# name: what END is in flat.s
KERNELS = {
    "passes": 0x10,
    "fails": 0x11,
    "zero": 0,
    "resets": 0x100,
    "panics": 0x101,
    "asks": 0x102,
}

CHECKS = """
[defaults]
expected = ["PASS: idt", "PASS: paging"]

[[check]]
name = "passes"
kernel = "passes.elf"
qemu_status = 33

[[check]]
name = "zero is kvm-unit-tests' success"
kernel = "zero.elf"
qemu_status = 1

[[check]]
name = "resets as it should"
kernel = "resets.elf"
outcome = "reset"

[[check]]
name = "never ends and need not"
kernel = "asks.elf"
time_limit = 3600

[[check]]
name = "answers"
kernel = "asks.elf"
dialogue = [{ wait = '\\$ ', send = "a" }, { wait = 'pressed\\n\\$ ', send = "b" }]
expected = ["$ a pressed", "$ b pressed"]
forbidden = [{ regex = "(?i)panic" }]

[[check]]
name = "BAD fails"
kernel = "fails.elf"
qemu_status = 33

[[check]]
name = "BAD resets after its last line"
kernel = "resets.elf"

[[check]]
name = "BAD panics after its last line"
kernel = "panics.elf"
forbidden = [{ contains = "panic" }]
time_limit = 3600

[[check]]
name = "BAD forges a record"
kernel = "fails.elf"
qemu_status = 33
records = false
"""

TESTS = """
import pytest
from ring3.machine import OutcomeKind, WaitError

def test_a_wait_ends_at_what_the_kernel_says_when_it_fails(ring3_boot):
    session = ring3_boot(kernel="panics.elf", fail_on="panic: ", timeout=3600)
    session.expect("SUMMARY: (\\\\d+) tests")
    assert session.match[1] == b"2"
    with pytest.raises(WaitError, match="the guest said `panic: out of luck`"):
        session.expect("never", timeout=3600)

def test_so_does_the_wait_for_its_end(ring3_boot):
    session = ring3_boot(kernel="panics.elf", fail_on=["never", "panic"], timeout=3600)
    with pytest.raises(WaitError, match="the guest said `panic: out of luck`"):
        session.wait()

def test_what_is_waited_for_is_no_failure(ring3_boot):
    session = ring3_boot(kernel="panics.elf", fail_on="panic", timeout=3)
    assert session.expect("panic") == 0
    assert session.wait().kind is OutcomeKind.TIMEOUT

def test_how_it_ended_is_qemu_s_status(ring3_boot):
    outcome = ring3_boot(kernel="fails.elf").wait()
    assert (outcome.kind, outcome.status, outcome.qemu_status) == (OutcomeKind.EXITED, 0x11, 35)

def test_with_records_its_forgery_on_the_serial_line_is_not_believed(ring3_boot):
    outcome = ring3_boot(kernel="passes.elf", records=True).wait()
    assert outcome.kind is OutcomeKind.MACHINE_ERROR
    assert "ended without its exit record" in outcome.explanation
"""


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What a session over the checks and the tests above said."""
    folder = tmp_path_factory.mktemp("foreign") / "project"
    folder.mkdir()
    for name, end in KERNELS.items():
        assemble(folder / f"{name}.elf", end)
    (folder / "flat.ring3.toml").write_text(CHECKS)
    (folder / "test_flat.py").write_text(TESTS)
    ended = pytest_in(folder, "-v")
    assert ended.stderr == ""
    return ended.stdout


def assemble(elf: Path, end: int) -> None:
    """flat.s as an ELF of 32 bits, which multiboot asks for, at 1 MiB."""
    unlinked = elf.with_suffix(".o")
    for words in (
        ("as", "--32", f"--defsym=END={end}", str(SOURCE), "-o", str(unlinked)),
        (
            "ld",
            "-melf_i386",
            "-Ttext-segment=0x100000",
            "-znoseparate-code",
            str(unlinked),
            "-o",
            str(elf),
        ),
    ):
        tool = shutil.which(words[0])
        assert tool is not None, f"{words[0]} is not installed: apt install binutils"
        subprocess.run([tool, *words[1:]], check=True)


def test_what_ends_and_says_as_it_should_passes_and_nothing_else_does(said: str) -> None:
    verdicts = {
        line.split("::")[1].rpartition(" ")[0].rsplit(maxsplit=1)[0]: "PASSED" in line
        for line in said.splitlines()
        if line.startswith("flat.ring3.toml::")
    }
    assert len(verdicts) == 9, said
    for name, passed in verdicts.items():
        assert passed is not name.startswith("BAD"), said


def test_every_wait_of_a_session_ends_at_a_failure_of_the_kernel_s(said: str) -> None:
    verdicts = [line for line in said.splitlines() if line.startswith("test_flat.py::")]
    assert len(verdicts) == 5
    assert all("PASSED" in line for line in verdicts), said


def test_the_line_that_must_not_be_there_is_shown_whole_in_its_context(said: str) -> None:
    report = said[said.index("FAILED: BAD panics after its last line") :].splitlines()
    assert "GOOD        3 | PASS: paging" in report
    assert "BAD         6 | panic: out of luck    <-- forbidden: contains `panic`" in report


def test_a_reset_is_explained_by_a_second_run(said: str) -> None:
    report = said[said.index("FAILED: BAD resets after its last line") :]
    report = report[: report.index("to see it again:")]
    assert "post-mortem:\n    post-mortem (reset): The IDT's limit is too small" in report
    assert "ud2" in report
