"""The plugin as its users meet it: sessions of pytest of their own, with real machines."""

from __future__ import annotations

import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

from nested_pytest import pytest_in

CHECKS = {
    "counting.ring3.toml": """
[defaults]
points = 2

[[check]]
name = "doors"
title = "the three doors agree"
expected = [{ contains = "Three doors" }, "All checks agree: three doors, one kernel."]
forbidden = [{ regex = "(?i)differ" }]

[[check]]
name = "what is typed"
program = "echo"
arguments = ["1"]
stdin = "hello"
expected = [{ contains = "hello" }]

[[check]]
name = "killed"
program = "divide"
machine = "bochs-intel"
signal = "SIGFPE"
expected = [{ regex = "^ring3: killed signal=8", voice = "kernel" }]

[[check]]
name = "a mistake"
program = "counts.s"
arguments = ["a", "b"]
expected = ["one", "two", "three"]
forbidden = [{ contains = "panic" }]
status = 4
hint = "what comes after one?"

[[check]]
name = "an error"
source = "    .intel_syntax noprefix\\n    mov raxx, 1\\n"
""",
    "counts.s": r"""
    .intel_syntax noprefix
    .include "generated/syscalls.inc"
    .section .rodata
text:
    .ascii "one\n three\nthree\nno panic\n"
    .set SIZE, . - text
    .text
    .global _start
_start:
    mov edi, 1
    lea rsi, [rip + text]
    mov edx, SIZE
    mov eax, SYS_write
    syscall
    mov edi, [rsp]                      # argc
    mov eax, SYS_exit_group
    syscall
""",
}

TESTS = {
    "test_boots.py": """
import pytest
from ring3.machine import WaitError

def test_a_dialogue(ring3_boot):
    session = ring3_boot("echo", "3")
    session.expect_voice("init")
    session.sendline("hello")
    session.expect_exact("hello")
    session.sendeof()
    assert session.wait().status == 0

def test_a_failure(ring3_boot):
    session = ring3_boot("divide")
    session.expect("never")

def test_two_machines_of_one_image(ring3_image, ring3_boot):
    image = ring3_image("status", arguments=["7"])
    assert [ring3_boot(image, machine=name).wait().status for name in ("microvm", "pc")] == [7, 7]

@pytest.mark.parametrize("image_format", ["disk", "iso"])
def test_an_image(ring3_image, ring3_boot, image_format):
    assert ring3_boot(ring3_image("doors", image_format=image_format)).wait().status == 0

def test_an_image_is_built_once(ring3_image):
    assert ring3_image("status") == ring3_image("status")
    assert ring3_image("status") != ring3_image("status", arguments=["7"])

def test_the_machine_is_left_running(ring3_boot):
    ring3_boot("echo").expect_voice("init")
""",
}


# Beside it a folder with a conftest of its own, which gets another set of plugins.
TESTS |= {
    "more/conftest.py": "def pytest_runtest_setup(item): pass\n",
    "more/test_more.py": """
def test_more(ring3_boot):
    assert ring3_boot("status", "3").wait().status == 3
""",
}


def project(folder: Path, files: dict[str, str]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    return folder


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, ElementTree.Element]:
    """A session over CHECKS: its folder, what it said, its JUnit report."""
    folder = project(tmp_path_factory.mktemp("checked") / "project", CHECKS)
    ended = pytest_in(folder, "--junitxml=junit.xml", "--ring3-artifacts=kept", "-rA")
    assert ended.stderr == ""
    return folder, ended.stdout, ElementTree.parse(folder / "junit.xml").getroot()


def test_every_check_is_an_item_and_three_of_five_pass(
    checked: tuple[Path, str, ElementTree.Element],
) -> None:
    _, said, _ = checked
    assert "2 failed, 3 passed" in said, said
    for name in ("doors", "what is typed", "killed"):
        assert f"PASSED counting.ring3.toml::{name}" in said


def test_a_failure_is_the_marked_transcript_and_no_traceback(
    checked: tuple[Path, str, ElementTree.Element],
) -> None:
    folder, said, _ = checked
    report = said[said.index("FAILED: a mistake (0 of 2 points)") :].splitlines()
    report = report[: report.index("to see it again:")]
    kept = report.pop()
    assert report == [
        "FAILED: a mistake (0 of 2 points)",
        "exited: the program exited with status 3",
        "it should have ended with exited, status 4, but ended with exited, status 3, "
        "QEMU's status 35; 1 line missing; 1 line that must not be there",
        "the serial line, 4 lines:",
        "GOOD        1 | one",
        "MISSING       | two",
        "            2 |  three",
        "GOOD        3 | three",
        "BAD         4 | no panic    <-- forbidden: contains `panic`",
        *report[9:-1],  # the kernel's voice
        "hint: what comes after one?",
    ]
    assert report[9].startswith("the kernel's voice, ")
    assert report[-2].endswith("| ring3: exit status=3")
    assert kept.startswith(f"its files are kept in {folder}/kept/")
    assert "pytest 'counting.ring3.toml::a mistake'" in said
    assert "Traceback" not in said


def test_a_source_with_errors_is_shown_as_the_assembler_shows_it(
    checked: tuple[Path, str, ElementTree.Element],
) -> None:
    _, said, _ = checked
    assert "check-an-error.s:2:" in said
    assert "    mov raxx, 1" in said


def test_junit_has_the_points_the_outcome_and_the_transcript_s_tail(
    checked: tuple[Path, str, ElementTree.Element],
) -> None:
    _, _, junit = checked
    cases = {case.attrib["name"]: case for case in junit.iter("testcase")}

    def properties(name: str) -> dict[str, str]:
        return {p.attrib["name"]: p.attrib["value"] for p in cases[name].iter("property")}

    good, bad = properties("doors"), properties("a mistake")
    assert good["title"] == "the three doors agree"
    assert (good["points"], good["points_of"], good["outcome"]) == ("2", "2", "exited")
    assert good["transcript"].endswith("All checks agree: three doors, one kernel.")
    assert (bad["points"], bad["points_of"]) == ("0", "2")
    assert bad["transcript"] == "one\n three\nthree\nno panic"
    failure = cases["a mistake"].find("failure")
    assert failure is not None
    assert "MISSING       | two" in (failure.text or "")


def test_the_files_that_are_kept_boot_again(
    checked: tuple[Path, str, ElementTree.Element],
) -> None:
    folder, _, _ = checked
    (kept,) = (folder / "kept").glob("*a-mistake*")
    assert (kept / "console").read_bytes() == b"one\n three\nthree\nno panic\n"
    assert (kept / "voice").read_bytes().endswith(b"ring3: exit status=3\n")
    again = subprocess.run(
        [kept / "command"], stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    assert again.returncode == 35
    assert again.stdout.replace(b"\r\n", b"\n") == (kept / "console").read_bytes()


def test_the_fixtures_give_the_same_on_two_workers(tmp_path: Path) -> None:
    folder = project(tmp_path / "project", TESTS)
    ended = pytest_in(folder, "-n2")
    said = ended.stdout
    assert "1 failed, 7 passed" in said, said
    assert "waited for `never`, but the machine ended" in said
    assert "killed: the program was killed by signal 8 (SIGFPE)" in said
    assert "ring3 machine 1" in said
    temporary = tmp_path / "project-temporary" / "ring3"
    speeds = list(temporary.rglob("seconds"))
    assert len(speeds) == 1  # measured once for both
    kept = [path.name for path in (temporary / "artifacts").iterdir() if list(path.iterdir())]
    assert len(kept) == 1  # of the one that failed
    assert "test_a_failure" in kept[0]


def test_a_mistake_in_a_check_is_shown_with_its_line_and_its_cure(tmp_path: Path) -> None:
    text = '[[check]]\nname = "one"\nexpectd = ["a"]\n'
    folder = project(tmp_path / "project", {"one.ring3.toml": text})
    ended = pytest_in(folder)
    assert ended.returncode == 2
    assert "one.ring3.toml:3:1" in ended.stdout
    assert 'expectd = ["a"]' in ended.stdout
    assert "did you mean `expected`?" in ended.stdout
    assert "Traceback" not in ended.stdout
